"""Response times as promises: what starts them, what meets them, what takes that back, and who tells that they are near or past.

Moments in the past are made by `mailgw import --received header`: a mail that arrived hours ago is owed since then.
"""

import datetime
import email
import email.policy
import random
import time

import pytest

from harness import Gateway, mail, SOURCE

HOUR = datetime.timedelta(hours=1)
OFFICE = """
[calendar always]
always = yes

[target standard]
calendar = always
first-response = 4h
next-response = 8h
resolution = 3d
warn-at = 75%
urgent.first-response = 30m
"""


REPORT = """--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822

Message-ID: <{message_id}>

text
--b--
"""


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


@pytest.fixture(scope="module")
def gw():
    gateway = Gateway()
    gateway.raise_limits()
    with open(gateway.config, "a", encoding="utf-8") as config:
        config.write(OFFICE)
    gateway.configure("queue support", "target", "standard")
    gateway.run("agent", "add", "anna")
    yield gateway
    gateway.close()


def write(gw, subject, at=None, options=(), **more):
    """A mail that arrived at some time; its ticket."""
    path = gw.base / "mail.eml"
    date = (at or now()).strftime("%a, %d %b %Y %H:%M:%S +0000")
    path.write_bytes(mail(subject=subject, Date=date, **more))
    gw.run("import", "--received", "header" if at else "now", *options, path)
    gw.work()
    return gw.inbound()[-1]["ticket"]


def answer(gw, ticket, text="We look into it.\n"):
    gw.run("ticket", "reply", ticket, "--as", "anna", input=text)


def targets(gw, ticket):
    """What is or was owed: kind -> its rows, in order."""
    rows = {}
    for row in gw.run("ticket", "show", ticket, "--json")["targets"]:
        rows.setdefault(row["target"], []).append(row)
    return rows


def follow_up(gw, ticket, subject, at=None):
    """The requester writes again, as an answer to our newest mail."""
    ours = [row["message_id"] for row in gw.run("ticket", "show", ticket, "--json")["outbox"]]
    return write(gw, f"Re: {subject}", at, In_Reply_To=f"<{ours[-1]}>")


def test_a_new_ticket_owes_a_first_response_and_a_resolution(gw):
    came = now() - HOUR
    rows = targets(gw, write(gw, "starts", came))
    assert set(rows) == {"first-response", "resolution"}
    first, resolution = rows["first-response"][0], rows["resolution"][0]
    assert moment(first["due"]) == came + 4 * HOUR and first["state"] == "running"
    assert moment(resolution["due"]) == came + 72 * HOUR and resolution["policy"] == "standard"


def test_the_reply_that_left_meets_it_at_the_time_it_was_written(gw):
    ticket = write(gw, "met", now() - HOUR)
    answer(gw, ticket)
    assert targets(gw, ticket)["first-response"][0]["met"] is None, "nothing has left yet"
    written = moment(gw.run("ticket", "show", ticket, "--json")["articles_shown"][-1]["created"])
    gw.work()
    first = targets(gw, ticket)["first-response"][0]
    assert first["state"] == "met" and moment(first["met"]) == written
    gw.audit()


def test_acknowledgements_meet_nothing(gw):
    ticket = write(gw, "acknowledged")
    assert any(row["kind"] == "acknowledgement" and row["state"] == "sent" for row in gw.run("ticket", "show", ticket, "--json")["outbox"])
    assert targets(gw, ticket)["first-response"][0]["state"] == "running"


def test_further_mail_restarts_nothing_that_is_owed(gw):
    came = now() - 2 * HOUR
    ticket = write(gw, "again", came)
    assert follow_up(gw, ticket, "again") == ticket
    rows = targets(gw, ticket)
    assert moment(rows["first-response"][0]["due"]) == came + 4 * HOUR and "next-response" not in rows


def test_each_question_after_a_reply_begins_a_next_response(gw):
    ticket = write(gw, "next", now() - HOUR)
    for turn in range(1, 3):
        answer(gw, ticket)
        gw.work()
        assert follow_up(gw, ticket, "next") == ticket
        asked = targets(gw, ticket)["next-response"]
        assert [row["state"] for row in asked] == ["met"] * (turn - 1) + ["running"]
    gw.audit()


def test_pending_pauses_and_the_answer_resumes(gw):
    ticket = write(gw, "pending", now() - HOUR)
    gw.run("ticket", "pending", ticket)
    first = targets(gw, ticket)["first-response"][0]
    assert first["state"] == "paused" and first["due"] is None and first["paused"]
    assert follow_up(gw, ticket, "pending") == ticket
    first = targets(gw, ticket)["first-response"][0]
    assert first["state"] == "running" and first["due"]
    gw.audit()


def test_closing_meets_the_resolution_and_reopening_owes_it_again(gw):
    ticket = write(gw, "closed", now() - HOUR)
    gw.run("ticket", "close", ticket)
    rows = targets(gw, ticket)
    assert rows["resolution"][0]["state"] == "met" and rows["first-response"][0]["state"] == "paused"
    gw.run("ticket", "reopen", ticket)
    rows = targets(gw, ticket)
    assert rows["resolution"][0]["state"] == "running" and rows["resolution"][0]["met"] is None
    kinds = [event["kind"] for event in gw.run("ticket", "show", ticket, "--json")["events"]]
    assert "target-owed-again" in kinds
    gw.audit()


def test_a_bounce_takes_the_response_back(gw):
    ticket = write(gw, "bounced", now() - HOUR)
    answer(gw, ticket)
    gw.work()
    assert targets(gw, ticket)["first-response"][0]["state"] == "met"
    reply = next(row for row in gw.run("ticket", "show", ticket, "--json")["outbox"] if row["kind"] == "reply")
    write(gw, "Undelivered Mail Returned to Sender", sender="MAILER-DAEMON@mx.customer.example", Auto_Submitted="auto-replied",
          Content_Type="multipart/report; report-type=delivery-status; boundary=b", body=REPORT.format(**reply))
    first = targets(gw, ticket)["first-response"][0]
    assert first["state"] == "running" and first["met"] is None
    gw.audit()


def test_what_is_imported_quietly_owes_nothing(gw):
    ticket = write(gw, "quiet", now() - 9 * HOUR, options=["--quiet"])
    assert targets(gw, ticket) == {}
    gw.run("ticket", "close", ticket)
    gw.run("ticket", "reopen", ticket)
    assert targets(gw, ticket) == {}


def test_a_response_that_came_too_late_is_a_breach(gw):
    ticket = write(gw, "late", now() - 5 * HOUR)
    assert targets(gw, ticket)["first-response"][0]["state"] == "breached"
    answer(gw, ticket)
    gw.work()
    first = targets(gw, ticket)["first-response"][0]
    assert first["state"] == "breached" and first["met"] and first["breached"]
    gw.audit()


# the clock role

def look(gw):
    """The clock role notices everything that is due, and ends."""
    gw.run("serve", "--role", "clock", "--until-idle")


def kinds(gw, ticket):
    return [event["kind"] for event in gw.run("ticket", "show", ticket, "--json")["events"]
            if event["kind"] in ("target-warned", "target-breached", "target-breach-withdrawn")]


def test_warning_and_breach_are_told_once(gw):
    near, past = write(gw, "near", now() - 3.5 * HOUR), write(gw, "past", now() - 5 * HOUR)
    for _ in range(2):
        look(gw)
        assert kinds(gw, near) == ["target-warned"]
        assert kinds(gw, past) == ["target-warned", "target-breached"]
    assert targets(gw, near)["first-response"][0]["state"] == "running"
    assert targets(gw, past)["first-response"][0]["breached"]
    gw.audit()


def test_agents_are_told_in_one_mail_of_what_came_due_together(gw):
    look(gw)
    gw.configure("queue support", "agents", "anna@desk.example, bert@desk.example")
    first, second = write(gw, "told one", now() - 5 * HOUR), write(gw, "told two", now() - 6 * HOUR)
    before = {row["id"] for row in gw.outbox()}
    look(gw)
    notices = [row for row in gw.outbox() if row["id"] not in before]
    assert sorted(row["to"] for row in notices) == ["anna@desk.example", "bert@desk.example"]
    text = gw.sql_value(f"SELECT convert_from(bytes, 'UTF8') FROM outbox WHERE id = {notices[0]['id']}")
    assert "Auto-Submitted: auto-notified" in text
    assert text.index(f"#{second} ") < text.index(f"#{first} "), "the oldest first"
    gw.work()
    gw.audit()


def test_nobody_is_told_outside_of_the_hours(gw):
    tomorrow = now() + 24 * HOUR
    gw.configure("calendar day", "hours", f"{tomorrow:%a} 00:00-24:00")
    gw.configure("target standard", "calendar", "day")
    try:
        ticket = write(gw, "at night", now() - 15 * 24 * HOUR)
        before = {row["id"] for row in gw.outbox()}
        look(gw)
        assert "target-breached" in kinds(gw, ticket)
        due = [moment(row[0]) for row in gw.sql("SELECT to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM outbox "
                                                f"WHERE kind = 'notice' AND id > {max(before)}")]
        assert due == [tomorrow.replace(hour=0, minute=0, second=0)] * 2
        for notices, told in (("always", 2), ("never", 0)):
            gw.configure("target standard", "notices", notices)
            before = {row["id"] for row in gw.outbox()}
            write(gw, f"told {notices}", now() - 15 * 24 * HOUR)
            look(gw)
            assert gw.sql_value(f"SELECT count(*) FROM outbox WHERE kind = 'notice' AND id > {max(before)} AND due_at <= now()") == str(told)
    finally:
        gw.configure("target standard", "notices", "open-hours")
        gw.configure("target standard", "calendar", "always")


def test_agents_are_told_in_the_language_of_the_queue(gw):
    gw.configure("queue support", "language", "el")
    try:
        ticket = write(gw, "greek", now() - 5 * HOUR)
        look(gw)
        text = email.message_from_string(gw.sql("SELECT replace(convert_from(bytes, 'UTF8'), E'\\r', '') FROM outbox WHERE kind = 'notice' ORDER BY id DESC LIMIT 1")[0][0],
                                         policy=email.policy.default)
        assert "Εκπρόθεσμα" in text["Subject"] and f"#{ticket}]" in text["Subject"] and "πρώτη απάντηση" in text.get_content()
    finally:
        gw.configure("queue support", "language", "en")


def test_a_breach_that_was_none_is_withdrawn(gw):
    """The reply was written in time, but left only after the time was over."""
    ticket = write(gw, "withdrawn", now() - HOUR)
    answer(gw, ticket)
    gw.sql(f"UPDATE clock SET warn_at = due_at - interval '5 hours', "
           f"due_at = due_at - interval '4 hours' WHERE ticket = {ticket} AND target = 'first-response'")
    look(gw)
    assert kinds(gw, ticket) == ["target-warned", "target-breached"]
    gw.work()
    first = targets(gw, ticket)["first-response"][0]
    assert first["state"] == "met" and first["breached"] is None
    assert kinds(gw, ticket) == ["target-warned", "target-breached", "target-breach-withdrawn"]


def test_list_and_recompute(gw):
    ticket = write(gw, "longer", now() - 5 * HOUR)
    look(gw)
    assert ticket in [row["ticket"] for row in gw.run("target", "list", "--overdue", "--all", "--json")]
    gw.configure("target standard", "first-response", "24h")
    try:
        told = gw.run("target", "recompute", "--dry-run", "--json")
        assert {"target-moved", "target-breach-withdrawn"} <= {row["change"] for row in told if row["ticket"] == ticket}
        assert targets(gw, ticket)["first-response"][0]["state"] == "breached", "a dry run changes nothing"
        gw.run("target", "recompute")
        assert targets(gw, ticket)["first-response"][0]["state"] == "running"
        assert gw.run("target", "recompute", "--dry-run", "--json") == []
        assert ticket not in [row["ticket"] for row in gw.run("target", "list", "--overdue", "--all", "--json")
                              if row["target"] == "first-response"]
    finally:
        gw.configure("target standard", "first-response", "4h")
        gw.run("target", "recompute")


def test_what_waits_is_warned_of_when_it_runs_again(gw):
    """The time was made shorter while the ticket waited: nobody knows when it will be used up."""
    gw.configure("target standard", "first-response", "24h")
    ticket = write(gw, "shorter", now() - 3.5 * HOUR)
    gw.run("ticket", "pending", ticket)
    gw.configure("target standard", "first-response", "4h")
    gw.run("target", "recompute")
    look(gw)
    assert kinds(gw, ticket) == []
    gw.run("ticket", "reopen", ticket)
    look(gw)
    assert kinds(gw, ticket) == ["target-warned"]
    gw.audit()


def test_pending_ends_at_its_time(gw):
    ticket, other = write(gw, "until", now() - HOUR), write(gw, "for ever", now() - HOUR)
    gw.run("ticket", "pending", ticket, other, "--until", f"{now() + HOUR:%Y-%m-%dT%H:%M:%SZ}")
    look(gw)
    assert targets(gw, ticket)["first-response"][0]["state"] == "paused"
    gw.run("ticket", "pending", ticket, "--until", f"{now() - HOUR:%Y-%m-%dT%H:%M:%SZ}")
    gw.run("ticket", "pending", other)
    look(gw)
    assert gw.run("ticket", "show", ticket, "--json")["status"] == "open"
    assert targets(gw, ticket)["first-response"][0]["state"] == "running"
    assert gw.run("ticket", "show", other, "--json")["status"] == "pending"
    assert gw.sql_value(f"SELECT count(*) FROM ticket WHERE reference = {other} AND pending_until IS NULL") == "1"
    assert gw.execute("ticket", "pending", ticket, "--until", "soon").returncode == 2
    gw.audit()


def many(gw, count):
    """Tickets whose first response came due within one minute, an hour ago, in no order."""
    gw.sql("INSERT INTO ticket (reference, queue, subject) "
           f"SELECT nextval('ticket_reference'), 'support', 'many' FROM generate_series(1, {count})")
    gw.sql("INSERT INTO article (ticket, kind, agent, text) SELECT reference, 'note', (SELECT min(id) FROM agent), 'x' FROM ticket WHERE subject = 'many'")
    gw.sql("INSERT INTO clock (ticket, target, policy, started_at, warn_at, due_at) SELECT reference, 'first-response', 'standard', now() - interval '1 day', "
           "now() - interval '2 hours' + (reference * 7919 % 60000) * interval '1 ms', now() - interval '1 hour' + (reference * 7919 % 60000) * interval '1 ms' "
           "FROM ticket WHERE subject = 'many'")


def forget(gw):
    gw.sql("DELETE FROM event WHERE ticket IN (SELECT reference FROM ticket WHERE subject = 'many')")
    gw.sql("DELETE FROM clock WHERE ticket IN (SELECT reference FROM ticket WHERE subject = 'many')")
    gw.sql("UPDATE ticket SET subject = 'forgotten' WHERE subject = 'many'")


@pytest.mark.parametrize("statement, condition", [("clock_due", "next_at <="), ("clock_due", "(reference = ANY"), ("clock_due", "(id = ANY"),
                                                  ("pending_due", "pending_until <="), ("pending_due", "(reference = ANY")])
def test_what_is_due_is_asked_of_an_index(gw, statement, condition):
    """Else one look at a million responses that are not due yet would read them all, or all tickets."""
    text = (SOURCE / "schema" / "queries" / "clock.sql").read_text().split(f"-- name: {statement}\n")[1].split("-- name:")[0]
    plan = gw.psql("-A", "-t", input="SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan;"
                                     f"PREPARE due (bigint, bigint) AS {text} EXPLAIN EXECUTE due (0, 200);", role="mailgw_worker")
    assert any("Index Cond" in line and condition in line for line in plan.splitlines()), plan


def test_of_many_in_one_minute_the_oldest_comes_first(gw):
    """However many hosts there are."""
    look(gw)
    many(gw, 1000)
    for process in [gw.serve("--role", "clock", "--until-idle", wait=False) for _ in range(2)]:
        assert process.wait(60) == 0
    due = [row[0] for row in gw.sql("SELECT extract(epoch FROM c.due_at) FROM event e JOIN clock c ON c.ticket = e.ticket "
                                    "WHERE e.kind = 'target-breached' AND e.ticket IN (SELECT reference FROM ticket WHERE subject = 'many') ORDER BY e.id")]
    assert len(due) == 1000 and due == sorted(due, key=float)
    forget(gw)


def test_two_clocks_that_are_killed_tell_each_thing_once(gw):
    """A thousand clocks come due while two roles are killed at random; what is told is what was due, once each."""
    gw.configure("queue support", "agents", "anna@desk.example")
    look(gw)
    many(gw, 1000)
    chance = random.Random(20261122)
    waiting = "SELECT count(*) FROM clock c JOIN ticket t ON t.reference = c.ticket WHERE t.subject = 'many' AND c.next_at <= now()"
    for turn in range(60):
        if int(gw.sql_value(waiting)) == 0:
            break
        pair = [gw.serve("--role", "clock", wait=False) for _ in range(2)]
        time.sleep(chance.uniform(0.02, 0.4))
        for process in pair:
            gw.kill(process)
    look(gw)
    assert int(gw.sql_value(waiting)) == 0
    told = gw.sql("SELECT e.kind, count(*), count(DISTINCT e.ticket) FROM event e JOIN ticket t ON t.reference = e.ticket "
                  "WHERE t.subject = 'many' AND e.kind LIKE 'target-%' GROUP BY e.kind ORDER BY e.kind")
    assert told == [["target-breached", "1000", "1000"], ["target-warned", "1000", "1000"]]
    forget(gw)


def test_the_acknowledgement_says_how_long_it_usually_takes(gw):
    """Of 20 answered mails that came three hours ago, and not of 19."""
    gw.configure("queue sales", "address", "sales@example.com")
    gw.configure("queue sales", "target", "standard")

    def says():
        path.write_bytes(mail(subject="How long", To="sales@example.com"))
        gw.run("import", path)
        gw.work()
        shown = gw.run("ticket", "show", gw.inbound()[-1]["ticket"], "--json")
        return gw.run("outbox", "show", shown["outbox"][0]["id"])

    path = gw.base / "usual.eml"
    came = now() - 3 * HOUR
    files = []
    for number in range(20):
        files.append(gw.base / f"usual-{number}.eml")
        files[-1].write_bytes(mail(subject=f"Usual {number}", To="sales@example.com", Date=came.strftime("%a, %d %b %Y %H:%M:%S +0000")))
    gw.run("import", "--received", "header", *files)
    gw.work()
    tickets = [row["reference"] for row in gw.tickets() if row["queue"] == "sales"]
    assert len(tickets) == 20
    for ticket in tickets[1:]:
        answer(gw, ticket)
    gw.work()
    assert "Usual response time" not in says()
    answer(gw, tickets[0])
    gw.work()
    assert "Usual response time: 3 hours and 30 minutes." in says() or "Usual response time: 4 hours." in says()
    gw.audit()


def test_agents_are_told_of_new_tickets(gw):
    """By a mail of their own, in a queue that wants it; the customer's words stand in it behind a mark."""
    gw.configure("queue desk", "address", "desk@example.com")
    gw.configure("queue desk", "agents", "ben@agents.example")
    gw.configure("queue desk", "tell-agents", "new")
    path = gw.base / "told.eml"
    path.write_bytes(mail(subject="A new one", To="desk@example.com", body="Please help.\n"))
    gw.run("import", path)
    gw.work()
    ticket = gw.inbound()[-1]["ticket"]
    rows = [row for row in gw.run("ticket", "show", ticket, "--json")["outbox"] if row["kind"] == "notification"]
    assert [row["to"] for row in rows] == ["ben@agents.example"] and rows[0]["state"] == "sent"
    shown = gw.run("outbox", "show", rows[0]["id"])
    assert "New: A new one" in shown and "> Please help." in shown
