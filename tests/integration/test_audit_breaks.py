"""`mailgw audit` sees what is wrong: each of its checks is broken once by SQL, is named with the row that is broken, and all is
well again once the row is as it was.

One gateway serves the file, with a mail of every outcome that mail can have. The constraints of the tables forbid most of what is done here,
which is why they are taken away first: the books shall notice what a constraint could not prevent.
"""

import json

import pytest

from harness import mail
from test_routing import write_rules

OUTCOMES = ["ticket", "report", "duplicate", "discarded", "refused", "quarantined", "redirected"]

# Check of `audit` -> a statement that breaks one row, and returns the id that audit has to name.
BREAKS = {
    "outcomes and waiting rows add up to the inbound rows":
        "UPDATE inbound SET outcome = 'lost' WHERE id = (SELECT min(id) FROM inbound WHERE outcome = 'ticket') RETURNING id",
    "a row without outcome waits or is leased, and has its bytes":
        "UPDATE inbound SET raw = NULL, raw_received_at = NULL "
        "WHERE id = (SELECT min(id) FROM inbound WHERE outcome IS NULL) RETURNING id",
    "each row with outcome ticket has its ticket and its article":
        "DELETE FROM article WHERE inbound = (SELECT min(id) FROM inbound WHERE outcome = 'ticket') RETURNING inbound",
    "each article that came by mail has its inbound row":
        "UPDATE article SET inbound = NULL WHERE id = (SELECT min(id) FROM article WHERE kind = 'message') RETURNING id",
    "each quarantined row has a placeholder ticket that shows it":
        "UPDATE ticket SET placeholder = false WHERE placeholder "
        "RETURNING (SELECT min(id) FROM inbound WHERE outcome = 'quarantined')",
    "each duplicate points at a row that is none":
        "UPDATE inbound SET duplicate_of = id WHERE id = (SELECT min(id) FROM inbound WHERE outcome = 'duplicate') RETURNING id",
    "each row that is done has its decision":
        "DELETE FROM decision WHERE inbound = (SELECT min(id) FROM inbound WHERE outcome = 'report') RETURNING inbound",
    "each acknowledgement decided has one outbox row, or a reason":
        "DELETE FROM outbox WHERE id = (SELECT min(id) FROM outbox WHERE kind = 'acknowledgement') RETURNING inbound",
    "each acknowledgement in the outbox was decided":
        "UPDATE decision SET acknowledgement = 'none: nobody knows' "
        "WHERE inbound = (SELECT min(inbound) FROM outbox WHERE kind = 'acknowledgement') "
        "RETURNING (SELECT min(id) FROM outbox WHERE kind = 'acknowledgement')",
    "each row with outcome redirected was passed on, and has no article":
        "UPDATE outbox SET kind = 'notice' WHERE kind = 'redirect' RETURNING inbound",
    "each mail passed on came in, and is in a ticket, redirected or taken back":
        "UPDATE outbox SET automatic = true WHERE kind = 'redirect' RETURNING id",
    "no inbound lease is past its limit":
        "UPDATE inbound SET lease = 1, leased_until = clock_timestamp() - interval '1 day' "
        "WHERE id = (SELECT min(id) FROM inbound WHERE outcome IS NULL) RETURNING id",
    "no outbox lease is past its limit":
        "UPDATE outbox SET lease = 1, leased_until = clock_timestamp() - interval '1 day' "
        "WHERE id = (SELECT min(id) FROM outbox WHERE state = 'waiting') RETURNING id",
    "each outbox row is waiting with its bytes, or done":
        "UPDATE outbox SET bytes = NULL WHERE id = (SELECT min(id) FROM outbox WHERE state = 'waiting') RETURNING id",
    "each mail that came back has left, and names the report that says so":
        "UPDATE outbox SET returned_by = NULL WHERE returned IS NOT NULL RETURNING id",
    "each address that mail comes back from has since when, and why":
        "UPDATE person SET bouncing_since = NULL WHERE bouncing RETURNING id",
    "the spans of each article cover its text":
        "UPDATE article SET spans = spans #- '{0}' || '[{\"kind\": \"reply\", \"start\": 1, \"end\": 4}]' "
        "WHERE id = (SELECT min(id) FROM article WHERE jsonb_array_length(spans) > 0) RETURNING id",
    "each attachment of an article has its part and its size":
        "UPDATE article SET attachments = attachments #- '{0,part}' "
        "WHERE id = (SELECT min(id) FROM article WHERE jsonb_array_length(attachments) > 0) RETURNING id",
    "each image that is remembered is somebody's":
        "UPDATE person_image SET person = 4711 RETURNING person",
    "each reply of an agent has one outbox row":
        "UPDATE outbox SET article = NULL WHERE id = (SELECT min(id) FROM outbox WHERE kind = 'reply') "
        "RETURNING (SELECT min(id) FROM article WHERE kind = 'reply')",
    "each mail of ours about a ticket is known by its Message-ID":
        "DELETE FROM message_ref WHERE message_id = (SELECT message_id FROM outbox WHERE kind = 'reply' ORDER BY id LIMIT 1) "
        "RETURNING (SELECT min(id) FROM outbox WHERE kind = 'reply')",
    "each article is known by its Message-ID":
        "UPDATE message_ref SET seen = false "
        "WHERE message_id = (SELECT message_id FROM article WHERE kind = 'message' ORDER BY id LIMIT 1) "
        "RETURNING (SELECT min(id) FROM article WHERE kind = 'message')",
    "each ticket has an article, or was merged":
        "INSERT INTO ticket (reference, queue, subject) VALUES (4711, 'support', 'empty') RETURNING reference",
    "each requester takes part":
        "DELETE FROM participant WHERE ticket = (SELECT min(reference) FROM ticket WHERE requester IS NOT NULL) RETURNING ticket",
    "each merged ticket is closed, and leads to one that is not merged":
        "UPDATE ticket SET status = 'open' WHERE merged_into IS NOT NULL RETURNING reference",
    "of each kind of response a ticket owes one at most, and none if it was merged":
        "UPDATE clock SET ticket = (SELECT min(reference) FROM ticket WHERE merged_into IS NOT NULL) "
        "WHERE id = (SELECT min(id) FROM clock WHERE target = 'resolution' AND met_at IS NULL AND ended_at IS NULL AND paused_at IS NULL) RETURNING id",
    "each response that was met has the reply or the state that met it":
        "UPDATE clock SET met_at = clock_timestamp() + interval '1 hour' WHERE id = (SELECT min(id) FROM clock WHERE target = 'first-response' "
        "AND ended_at IS NULL) RETURNING id",
    "a response is paused if and only if its ticket waits":
        "UPDATE clock SET paused_at = clock_timestamp() WHERE id = (SELECT min(id) FROM clock WHERE paused_at IS NULL AND met_at IS NULL "
        "AND ended_at IS NULL) RETURNING id",
    "each warning and breach that was noticed stands in the history":
        "UPDATE clock SET warned_at = clock_timestamp() WHERE id = (SELECT min(id) FROM clock WHERE ended_at IS NULL) RETURNING ticket",
    "each content key is the only one of a row that is done and no duplicate":
        "UPDATE content_key SET inbound = (SELECT min(id) FROM inbound WHERE outcome = 'duplicate') "
        "WHERE inbound = (SELECT min(inbound) FROM content_key) RETURNING inbound",
    "each original belongs to an inbound row":
        "INSERT INTO raw (bytes) VALUES ('nobody''s mail') RETURNING id",
    "each mail taken from a mailbox has its inbound row":
        "DELETE FROM inbound WHERE source = 'imap:desk' RETURNING id",
    "one key signs tokens":
        "UPDATE token_key SET retired_at = clock_timestamp() RETURNING 'no row'",
    "each content key is the one of its original":
        "UPDATE content_key SET key = decode(repeat('00', 32), 'hex') "
        "WHERE inbound = (SELECT min(inbound) FROM content_key) RETURNING inbound",
} | {
    f"inbound rows: {outcome}":
        f"UPDATE inbound SET reason = NULL WHERE id = (SELECT min(id) FROM inbound WHERE outcome = '{outcome}') RETURNING id"
    for outcome in OUTCOMES
} | {
    "inbound rows: waiting":
        "UPDATE inbound SET reason = 'none yet' "
        "WHERE id = (SELECT min(id) FROM inbound WHERE outcome IS NULL AND lease IS NULL) RETURNING id",
    "inbound rows: leased":
        "UPDATE inbound SET done_at = clock_timestamp() WHERE id = (SELECT min(id) FROM inbound WHERE lease IS NOT NULL) RETURNING id",
}

TABLES = ["inbound", "article", "ticket", "decision", "outbox", "message_ref", "participant", "content_key", "token_key", "raw", "person",
          "person_image", "clock",
          "mailbox", "mailbox_mail"]

BOUNCE = b"""From: MAILER-DAEMON@mx.example.net
To: support@example.com
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b
Message-ID: <bounce@mx.example.net>
Date: Mon, 02 Nov 2026 10:00:00 +0000

--b
Content-Type: text/plain

It could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; nobody@example.net
Action: failed
Status: 5.1.1

--b--
"""


LOGO = b"""From: other@example.net
To: support@example.com
Subject: with a logo
MIME-Version: 1.0
Content-Type: multipart/related; boundary=r

--r
Content-Type: text/html; charset=utf-8

<p>Hello, it does not work.</p><img src="cid:logo">
--r
Content-Type: image/png; name=logo.png
Content-Disposition: inline; filename=logo.png
Content-ID: <logo>
Content-Transfer-Encoding: base64

iVBORw0KGgoAAAAN
--r--
"""


def returned(message_id):
    """The bounce of a mail of ours, which it returns."""
    return BOUNCE.replace(b"bounce@mx", b"bounce2@mx").replace(b"nobody@", b"customer@").replace(
        b"--b--", b"--b\nContent-Type: message/rfc822\n\nMessage-ID: <" + message_id.encode() + b">\n\ntext\n--b--")


def fill(gw):
    """Real mail of every outcome (discarded by several-queues = first, since no rule can discard yet), one that waits, one leased."""
    gw.raise_limits()
    gw.configure("gateway", "several-queues", "first")
    gw.configure("calendar always", "always", "yes")
    for key, value in {"calendar": "always", "first-response": "4h", "next-response": "8h", "resolution": "3d"}.items():
        gw.configure("target standard", key, value)
    gw.configure("queue support", "target", "standard")
    gw.configure("queue strict", "address", "strict@example.com")
    gw.configure("queue strict", "closed", "reject")
    gw.configure("rules", "redirects", "1")
    gw.configure("rules", "on-message", "main.sieve")
    write_rules(gw, 'if header :is "subject" "not for us" { redirect "ops@example.net"; }\n')

    def deliver(message, to="support@example.com", sender="customer@example.net"):
        done = gw.deliver(message, to, sender=sender)
        assert done.returncode == 0, done.stdout

    lmtp = gw.serve("--role", "lmtp")
    original = mail(to="support@example.com, strict@example.com", message_id="parent@client.example.net")
    deliver(original)
    deliver(original)                                                              # duplicate
    deliver(BOUNCE, sender="<>")                                                   # report
    deliver(mail(subject="round and round", **{"Received": "from a by b"}).replace(
        b"Received: from a by b\n", b"Received: from a by b\n" * 60))              # quarantined
    deliver(mail(to="strict@example.com", message_id="closed@client.example.net"), "strict@example.com")
    gw.work()
    deliver(original, "strict@example.com")                                        # discarded
    strict = next(t["reference"] for t in gw.tickets() if t["queue"] == "strict")
    gw.run("ticket", "close", strict)
    deliver(mail(to="strict@example.com", In_Reply_To="<closed@client.example.net>"), "strict@example.com")    # refused
    gw.work()
    deliver(mail(subject="not for us"))                                            # redirected
    gw.run("agent", "add", "anna")
    first = min(t["reference"] for t in gw.tickets() if t["queue"] == "support")
    gw.run("ticket", "reply", first, "--as", "anna", input="Have you tried?\n")
    gw.work()
    reply = next(row["message_id"] for row in gw.outbox() if row["kind"] == "reply")
    deliver(returned(reply), sender="<>")                                          # an address that mail comes back from
    deliver(LOGO, sender="other@example.net")                                      # an image that is remembered
    gw.work()
    gw.run("ticket", "reply", first, "--as", "anna", input="Still waits.\n")
    deliver(mail(subject="this one waits"))
    deliver(mail(subject="this one is leased"))
    gw.stop(lmtp)
    gw.sql("UPDATE inbound SET lease = nextval('lease_number'), leased_until = clock_timestamp() + interval '30 minutes' "
           "WHERE id = (SELECT max(id) FROM inbound)")
    fetch(gw)
    merge(gw)


def fetch(gw):
    """A mail as it stands in the books when it was fetched out of a mailbox."""
    gw.sql("WITH mail AS (INSERT INTO raw (bytes) VALUES ('Subject: fetched') RETURNING id, received_at), "
           "row AS (INSERT INTO inbound (raw, raw_received_at, source, queue, delivery_key) "
           "SELECT id, received_at, 'imap:desk', 'support', 'imap:desk/INBOX;UIDVALIDITY=7/;UID=1' FROM mail RETURNING id), "
           "folder AS (INSERT INTO mailbox (account, folder, uidvalidity, last_uid) VALUES ('desk', 'INBOX', 7, 1) RETURNING id) "
           "INSERT INTO mailbox_mail (mailbox, generation, uid, inbound, size) SELECT folder.id, 1, 1, row.id, 16 FROM folder, row")


def merge(gw):
    """A ticket that continues in another one, as decide makes it when a late parent shows two to be one conversation."""
    target = min(ticket["reference"] for ticket in gw.tickets() if ticket["requester"])
    gw.sql("INSERT INTO ticket (reference, queue, subject, status, closed_at, merged_into) "
           f"VALUES (nextval('ticket_reference'), 'support', 'merged', 'closed', clock_timestamp(), {target})")


@pytest.fixture(scope="module")
def books(shared_gateway):
    fill(shared_gateway)
    shared_gateway.audit()
    save = "CREATE SCHEMA saved;" + "".join(f"CREATE TABLE saved.{t} AS TABLE mailgw.{t};" for t in TABLES)
    shared_gateway.sql(save)
    return shared_gateway


def constraints(gw):
    return gw.sql("SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c "
                  "JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace "
                  f"WHERE c.contype = 'c' AND n.nspname = 'mailgw' AND t.relname IN ({', '.join(repr(t) for t in TABLES)})")


def restore(gw, dropped):
    steps = ["SET session_replication_role = replica"]
    for table in TABLES:
        columns = gw.sql_value("SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns "
                               f"WHERE table_schema = 'mailgw' AND table_name = '{table}' AND is_generated = 'NEVER'")
        steps += [f"DELETE FROM {table}", f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM saved.{table}"]
    steps += [f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition in dropped]
    gw.psql("-1", "-c", "; ".join(steps))


def broken_checks(gw):
    done = gw.execute("audit", "--json")
    checks = {row["check"]: row for row in json.loads(done.stdout)}
    return done.returncode, {name: row for name, row in checks.items() if row["broken"]}


def test_every_check_is_broken_here(books):
    """A check that is added to audit wants its break in this file."""
    checks = {row["check"] for row in books.run("audit", "--json")}
    assert checks == set(BREAKS)


def test_the_sum_of_the_outcomes_is_the_number_of_rows(books):
    counted = sum(row["count"] for row in books.run("audit", "--json") if row["check"].startswith("inbound rows: "))
    assert counted == int(books.sql_value("SELECT count(*) FROM inbound"))


@pytest.mark.parametrize("check", sorted(BREAKS))
def test_broken_row_is_named(books, check):
    dropped = constraints(books)
    drop = "; ".join(f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _ in dropped)
    books.psql("-1", "-c", drop)
    try:
        answer = books.sql("SET session_replication_role = replica; " + BREAKS[check])
        status, broken = broken_checks(books)
        printed = books.execute("audit")
    finally:
        restore(books, dropped)
    assert answer, "the statement found no row to break"
    assert status == 1
    assert check in broken, f"broken: {broken}"
    if answer[0][0] != "no row":
        assert answer[0][0] in broken[check]["examples"].split()
    assert printed.returncode == 1 and check in printed.stdout and "DO NOT BALANCE" in printed.stdout
    status, broken = broken_checks(books)
    assert (status, broken) == (0, {})
