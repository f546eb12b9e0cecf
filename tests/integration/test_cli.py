"""The command line keeps its contract: exit codes, keys of the JSON, and that looking changes nothing."""

import copy
import json
import mailbox
import os
import re
import shutil
import subprocess

import pytest

import harness
from harness import mail

COMMANDS = ["init", "demo", "serve", "reload", "import", "parse", "explain", "ticket", "ticket list", "ticket show",
            "ticket reply", "ticket close", "ticket reopen", "ticket resolve", "ticket note", "ticket priority", "ticket assign", "ticket move",
            "ticket tag", "ticket merge", "inbound", "inbound list", "inbound show", "inbound retry",
            "inbound export", "outbox", "outbox list", "outbox show", "outbox retry", "outbox drop", "agent", "agent add",
            "agent list", "status", "audit", "purge", "config", "config check", "config show", "db", "db start", "db stop",
            "db migrate", "db status"]
WRONG_USAGE = [(), ("nonsense",), ("ticket",), ("ticket", "nonsense"), ("ticket", "show"), ("ticket", "show", "x"),
               ("ticket", "show", "1", "2"), ("ticket", "reply", "1"), ("ticket", "close"), ("inbound", "show", "0"),
               ("inbound", "export"), ("inbound", "retry", "one"), ("outbox", "drop"), ("outbox", "show", "-1"),
               ("explain",), ("explain", "--inbound", "x"), ("parse",), ("import",), ("import", "--received", "then", "x"),
               ("serve", "--role", "cook"), ("status", "now"), ("audit", "--nonsense"), ("db", "restart"), ("agent", "add"),
               ("--config",)]
INBOUND_KEYS = {"id", "received", "source", "recipient", "state", "outcome", "reason", "ticket"}
TICKET_KEYS = {"reference", "queue", "status", "priority", "subject", "requester", "assignee", "language", "created", "articles"}
OUTBOX_KEYS = {"id", "kind", "to", "ticket", "state", "attempts", "message_id"}
PARSE_KEYS = {"file", "message_id", "in_reply_to", "references", "date", "from", "sender", "reply_to", "to", "cc", "bcc",
              "return_path", "subject", "headers", "class", "class_reason", "report", "language", "charset_guessed", "html",
              "text", "spans", "reply", "parts", "attachments", "authentication", "warnings"}
TABLES = ["raw", "inbound", "content_key", "ticket", "article", "message_ref", "person", "participant", "event", "outbox",
          "counter", "decision", "ticket_link"]


# --- usage -------------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def gw(shared_gateway):
    """With a little mail in it, an agent, and nothing running."""
    shared_gateway.raise_limits()
    shared_gateway.run("agent", "add", "anna")
    accept(shared_gateway, mail(subject="the first \x1b[31mred", message_id="first@client.example.net"))
    return shared_gateway


def accept(gw, *mails, to=None, sender="customer@example.net"):
    """In by mailgw-deliver, and worked."""
    lmtp = gw.serve("--role", "lmtp")
    for one in mails:
        done = gw.deliver(one, to or gw.address, sender=sender)
        assert done.returncode == 0, done.stdout
    gw.stop(lmtp)
    gw.work()


def newest(rows):
    return max(rows, key=lambda row: row.get("id", row.get("reference")))


@pytest.mark.parametrize("command", COMMANDS)
def test_help(command):
    done = subprocess.run([str(harness.MAILGW), *command.split(), "--help"], capture_output=True, text=True, timeout=30,
                          env={"PATH": os.environ["PATH"]}, check=False)
    assert done.returncode == 0 and done.stderr == ""
    assert f"mailgw {command}" in done.stdout


@pytest.mark.parametrize("arguments", WRONG_USAGE, ids=lambda arguments: " ".join(arguments) or "nothing")
def test_wrong_usage(gw, arguments):
    done = gw.execute(*arguments)
    assert done.returncode == 2, done.stderr
    assert done.stdout == "" and "Traceback" not in done.stderr
    assert "mailgw" in done.stderr


def test_near_command_is_suggested(gw):
    assert '"ticket"' in gw.execute("tickt", "list").stderr


def test_configuration_before_after_and_by_environment(gw):
    for arguments in (["--config", gw.config, "ticket", "list", "--json"], [f"--config={gw.config}", "ticket", "list", "--json"],
                      ["ticket", "list", "--json", "--config", gw.config], ["ticket", "list", f"--config={gw.config}", "--json"]):
        assert gw.run(*arguments, config=False) == gw.tickets()
    # An option is nearer than the environment.
    assert gw.execute("--config", "/nowhere.conf", "ticket", "list").returncode == 1
    missing = gw.execute("ticket", "list", config=False)
    assert missing.returncode == 1 and "/etc/mailgw/mailgw.conf" in missing.stderr and "init" in missing.stderr


# --- JSON --------------------------------------------------------------------------------------------------------------

def test_keys(gw):
    assert INBOUND_KEYS <= set(gw.inbound()[0]) and INBOUND_KEYS <= set(gw.run("inbound", "show", 1, "--json"))
    assert TICKET_KEYS <= set(gw.tickets()[0]) and TICKET_KEYS <= set(gw.run("ticket", "show", "#1", "--json"))
    assert OUTBOX_KEYS <= set(gw.outbox()[0]) and OUTBOX_KEYS <= set(gw.run("outbox", "show", gw.outbox()[0]["id"], "--json"))
    for command in (["status"], ["db", "status"], ["agent", "list"], ["audit"], ["purge"]):
        done = gw.execute(*command, "--json")
        assert json.loads(done.stdout), command


@pytest.mark.parametrize("group", [["ticket"], []], ids=["ticket", "top"])
def test_configuration_stands_where_the_help_says(gw, group):
    usage = gw.execute(*group, "--help").stdout.splitlines()[0].removeprefix("Usage: mailgw ")
    command = ["list"] if group else ["ticket", "list"]
    words = usage.replace("[--config FILE]", f"--config {gw.config}").split()
    place = words.index("COMMAND")
    done = gw.execute(*words[:place], *command, *[word for word in words[place + 1:] if word != "..."], config=False)
    assert done.returncode == 0, done.stderr


def test_configuration_as_json(gw):
    shown = gw.run("config", "show", "--json")
    assert shown["database"]["embedded"] == str(gw.dir) and shown["database"]["url"] is None
    assert shown["queue support"]["address"] == gw.address
    text = gw.run("config", "show")
    assert [line for line in text.splitlines() if line.startswith("[")] == [f"[{section}]" for section in shown]


def test_missing_rows(gw):
    for what in ("ticket", "inbound", "outbox"):
        done = gw.execute(what, "show", 999, "--json")
        assert done.returncode == 1 and done.stdout == "" and "999" in done.stderr
    assert gw.execute("inbound", "export", 999).returncode == 1
    assert gw.execute("explain", "--inbound", 999).returncode == 1


def test_outside_text_is_escaped(gw):
    for command in (["ticket", "list"], ["ticket", "show", 1], ["inbound", "list"], ["outbox", "show", 1], ["explain", "--inbound", 1]):
        assert "\x1b" not in gw.run(*command)


def test_list_has_fifty_and_all(gateway):
    gw = gateway
    gw.raise_limits()
    folder = gw.base / "many"
    folder.mkdir()
    for n in range(60):
        (folder / f"{n:02}.eml").write_bytes(mail(subject=f"number {n}", sender=f"c{n}@example.net"))
    gw.run("import", *sorted(folder.iterdir()))
    gw.run("serve", "--until-idle")
    for what in ("ticket", "inbound", "outbox"):
        newest_rows, all_rows = gw.run(what, "list", "--json"), gw.run(what, "list", "--all", "--json")
        assert len(newest_rows) == 50 and len(all_rows) == 60, what
        assert newest_rows == all_rows[10:]
    gw.audit()


# --- parse -------------------------------------------------------------------------------------------------------------

def parse(*arguments, input=b""):
    done = subprocess.run([str(harness.MAILGW), "parse", *map(str, arguments)], input=input, capture_output=True, timeout=60,
                          env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_parse_prints_a_line_for_each_file(tmp_path):
    (tmp_path / "a.eml").write_bytes(mail(subject="a"))
    (tmp_path / "b.eml").write_bytes(mail(subject="b"))
    names = [tmp_path / "a.eml", tmp_path / "missing.eml", tmp_path, tmp_path / "b.eml"]
    status, out, _ = parse("--json", *names)
    lines = [json.loads(line) for line in out.splitlines()]
    assert status == 1
    assert [line["file"] for line in lines] == [str(name) for name in names]
    assert set(lines[1]) == set(lines[2]) == {"file", "error"}
    assert set(lines[0]) >= PARSE_KEYS and lines[0]["subject"] == "a" and lines[3]["subject"] == "b"


def test_parse_standard_input():
    status, out, _ = parse("--json", "-", input=mail(subject="from standard input"))
    assert status == 0
    assert set(json.loads(out)) >= PARSE_KEYS and json.loads(out)["subject"] == "from standard input"


def test_parse_of_every_mail_in_the_tree():
    files = sorted((harness.SOURCE / "tests" / "mail").glob("*.eml"))
    status, out, _ = parse("--json", *files)
    assert status == 0
    assert all(set(json.loads(line)) >= PARSE_KEYS for line in out.splitlines()) and len(out.splitlines()) == len(files)
    # The readable form as well, and nothing in it can drive a terminal.
    status, out, _ = parse(*files)
    assert status == 0 and not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", out)


# --- explain -----------------------------------------------------------------------------------------------------------

def counts(gw):
    """Rows and their versions: a row that was written again counts as changed."""
    return gw.sql(" UNION ALL ".join(
        f"SELECT '{table}', count(*), coalesce(sum(xmin::text::bigint), 0) FROM {table}" for table in TABLES))


def explained(gw, one, *options):
    before = counts(gw)
    told = gw.run("explain", "-", "--json", *options, input=one)
    assert counts(gw) == before, "explain wrote something"
    return told


EXPLAINED = {
    "new ticket": (lambda: mail(subject="something else"), "customer@example.net"),
    "follow-up": (lambda: mail(In_Reply_To="<first@client.example.net>", subject="Re: the first"), "customer@example.net"),
    "stranger answers": (lambda: mail(In_Reply_To="<first@client.example.net>", sender="eve@example.org"), "eve@example.org"),
    "subject tag": (lambda: mail(subject="Re: it [Support #1]"), "customer@example.net"),
    "null sender": (mail, "<>"),
    "vacation": (lambda: mail(Auto_Submitted="auto-replied"), "customer@example.net"),
    "not to us": (lambda: mail(to="undisclosed-recipients:;"), "customer@example.net"),
    "loop": (lambda: mail(Received="from a by b").replace(b"Received: from a by b\n", b"Received: from a by b\n" * 60),
             "customer@example.net"),
}


@pytest.mark.parametrize("case", EXPLAINED)
def test_explain_agrees_with_what_happens(gw, case):
    make, sender = EXPLAINED[case]
    one = make()
    told = explained(gw, one, "--to", gw.address, "--from", "" if sender == "<>" else sender)
    accept(gw, one, sender=sender)
    row = gw.run("inbound", "show", newest(gw.inbound())["id"], "--json")
    assert (told["outcome"], told["reason"]) == (row["outcome"], row["reason"])
    assert (told["acknowledgement"] == "mail") == (row["acknowledgement"] == "outbox")
    if told["acknowledgement"] != "mail":
        assert told["acknowledgement"] == row["acknowledgement"]
    joined = [effect["ticket"] for effect in told["effects"] if effect["effect"] == "article"]
    made = any(effect["effect"] == "ticket" for effect in told["effects"])
    assert made or joined == [row["ticket"]]
    assert made == ([article["inbound"] for article in gw.run("ticket", "show", row["ticket"], "--json")["articles_shown"]]
                    == [row["id"]])
    stored = gw.run("explain", "--inbound", row["id"])
    assert row["outcome"] in stored and row["reason"] in stored


def test_explain_duplicate(gw):
    one = mail(subject="twice")
    accept(gw, one)
    told = explained(gw, one, "--to", gw.address, "--from", "customer@example.net")
    assert told["outcome"] == "duplicate" and str(newest(gw.inbound())["id"]) in told["reason"]


def test_explain_file_at_and_offline(gw, tmp_path):
    path = tmp_path / "a.eml"
    path.write_bytes(mail(In_Reply_To="<first@client.example.net>"))
    assert gw.run("explain", path, "--json")["reason"] == "joined by Message-ID"
    # Years later the acknowledged token would be too old and the ticket too long closed; now it is an open one.
    assert gw.run("explain", path, "--json", "--at", "2031-01-01T12:00:00Z")["outcome"] == "ticket"
    assert gw.execute("explain", path, "--at", "yesterday").returncode == 1
    gw.db_stop()
    offline = gw.run("explain", path, "--offline", "--json")
    assert offline["reason"] == "new ticket"
    assert gw.execute("db", "status").returncode == 1, "--offline started the database"
    gw.db_start()


def test_explain_names_what_is_missing(gw, tmp_path):
    done = gw.execute("explain", "-", input=mail(to="somebody@example.org"))
    assert done.returncode == 1 and "--to" in done.stderr
    done = gw.execute("explain", "-", "--to", "nobody@example.org", input=mail())
    assert done.returncode == 1 and "nobody@example.org" in done.stderr
    assert gw.execute("explain", tmp_path / "missing.eml").returncode == 1


# --- tickets -----------------------------------------------------------------------------------------------------------

def test_reply_close_reopen(gw):
    accept(gw, mail(subject="to be closed"))
    reference = newest(gw.tickets())["reference"]
    assert f"#{reference}" in gw.run("ticket", "reply", f"#{reference}", "--as", "anna", input="An answer.\n")
    row = newest(gw.outbox())
    assert row["kind"] == "reply" and row["to"] == "customer@example.net" and row["ticket"] == reference
    gw.run("ticket", "close", reference, "--as", "anna")
    assert gw.run("ticket", "show", reference, "--json")["status"] == "closed"
    gw.run("ticket", "reopen", reference)
    assert gw.run("ticket", "show", reference, "--json")["status"] == "open"
    gw.work()
    gw.audit()


@pytest.mark.parametrize("arguments, input, said", [
    (["ticket", "reply", 999, "--as", "anna"], "text", "999"),
    (["ticket", "reply", 1, "--as", "nobody"], "text", "nobody"),
    (["ticket", "reply", 1, "--as", "anna"], "  \n\n", "empty"),
    (["ticket", "reply", 1, "--as", "anna"], "x" * 300000, "262144"),
    (["ticket", "close", 999], None, "999"),
    (["ticket", "reopen", 999], None, "999"),
    (["agent", "add", "Anna Smith"], None, "Anna Smith"),
    (["ticket", "list", "--status", "lost"], None, "lost"),
    (["inbound", "list", "--state", "lost"], None, "lost"),
    (["inbound", "list", "--outcome", "lost"], None, "lost"),
    (["outbox", "list", "--state", "lost"], None, "lost"),
], ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else "")
def test_refused(gw, arguments, input, said):
    before = counts(gw)
    done = gw.execute(*arguments, input=input)
    assert done.returncode in (1, 2) and said in done.stderr, done.stdout + done.stderr
    assert counts(gw) == before


def test_show_names_what_there_is_more_to_see(gw):
    """The tickets that are perhaps related, from both sides, and the mails' numbers: attachments are in the originals."""
    accept(gw, mail(subject="a question of hers", message_id="hers@client.example.net"))
    hers = newest(gw.tickets())["reference"]
    accept(gw, mail(subject="curious", sender="eve@elsewhere.example.org", in_reply_to="hers@client.example.net"),
           sender="eve@elsewhere.example.org")
    eves = newest(gw.tickets())["reference"]
    for ticket, other, subject in (hers, eves, "curious"), (eves, hers, "a question of hers"):
        shown = gw.run("ticket", "show", ticket)
        assert re.search(rf"perhaps related\n  {other} new {subject} ", shown), shown
        number = gw.run("ticket", "show", ticket, "--json")["articles_shown"][0]["inbound"]
        assert re.search(rf"^---- .*>, inbound {number}$", shown, re.M), shown


def test_close_by_an_agent_who_does_not_exist(gw):
    done = gw.execute("ticket", "close", 1, "--as", "nobody")
    assert done.returncode == 1 and "nobody" in done.stderr


def test_reply_to_a_ticket_without_requester(gw):
    accept(gw, mail(sender="nonsense", subject="who am I?"), sender="<>")
    ticket = newest(gw.tickets())
    assert ticket["requester"] is None
    done = gw.execute("ticket", "reply", ticket["reference"], "--as", "anna", input="hello\n")
    assert done.returncode == 1 and "requester" in done.stderr


# --- inbound, outbox ---------------------------------------------------------------------------------------------------

def test_export_gives_the_same_bytes(gw, tmp_path):
    one = mail(body="bare LF\nand CRLF\r\nand NUL \0") + b"\xff\xfe no line end"
    accept(gw, one)
    row = newest(gw.inbound())["id"]
    out = subprocess.run([str(harness.MAILGW), "inbound", "export", str(row)], env=gw.environment(), capture_output=True,
                         timeout=60, check=True).stdout
    assert out == one
    gw.run("inbound", "export", row, "-o", tmp_path / "out.eml")
    assert (tmp_path / "out.eml").read_bytes() == one


def test_retry_of_a_quarantined_mail(gw):
    """It gets its ticket and its answer once what was wrong is mended; the placeholder is closed."""
    # As a worker that dies again and again leaves it: its attempts alone are used up.
    lmtp = gw.serve("--role", "lmtp")
    assert gw.deliver(mail(subject="set aside"), gw.address, sender="customer@example.net").returncode == 0
    gw.stop(lmtp)
    row = newest(gw.inbound())["id"]
    gw.sql(f"UPDATE inbound SET attempts = 3, attempts_alone = 3 WHERE id = {row}")
    gw.work()
    quarantined = gw.run("inbound", "show", row, "--json")
    assert quarantined["outcome"] == "quarantined" and quarantined["reason"]
    placeholder = gw.run("ticket", "show", quarantined["ticket"], "--json")
    assert placeholder["placeholder"] and placeholder["articles_shown"][0]["original"] == "kept"
    gw.audit()
    gw.run("inbound", "retry", row)
    gw.work()
    worked = gw.run("inbound", "show", row, "--json")
    assert worked["outcome"] == "ticket" and worked["ticket"] != quarantined["ticket"]
    assert gw.run("ticket", "show", quarantined["ticket"], "--json")["status"] == "closed"
    gw.audit()
    done = gw.execute("inbound", "retry", row)
    assert done.returncode == 1 and str(row) in done.stderr


def test_outbox_retry_and_drop(gateway):
    gw = gateway
    gw.raise_limits()
    gw.configure("smtp", "transport", f"smtp://127.0.0.1:{harness.free_port()}")
    accept_only = gw.serve("--role", "lmtp", "--role", "worker", "--role", "courier")
    for n in (1, 2):
        assert gw.deliver(mail(subject=f"n{n}"), gw.address, sender="customer@example.net").returncode == 0
    harness.wait_for("two attempts to send", lambda: [r["attempts"] > 0 for r in gw.outbox()] == [True, True], 60)
    gw.stop(accept_only)
    one, two = [row["id"] for row in gw.outbox()]
    gw.run("outbox", "drop", one)
    assert gw.run("outbox", "show", one, "--json")["state"] == "dropped"
    gw.configure("smtp", "transport", "maildir:sent")
    gw.run("outbox", "retry", two)
    gw.work()
    assert gw.run("outbox", "show", two, "--json")["state"] == "sent"
    for again in (["drop", two], ["drop", one], ["retry", two], ["retry", 999]):
        done = gw.execute("outbox", *again)
        assert done.returncode == 1 and str(again[1]) in done.stderr, again
    assert len(list((gw.dir / "sent" / "new").iterdir())) == 1
    gw.audit()


# --- import ------------------------------------------------------------------------------------------------------------

def test_import_of_files_mbox_and_maildir(gateway, tmp_path):
    gw = gateway
    gw.raise_limits()
    quoted = mail(subject="mbox 1", sender="b@example.net", body="Hello,\n\n>From here on it is quoted,\n>>From twice.\n")
    (tmp_path / "one.eml").write_bytes(mail(subject="eml", sender="a@example.net"))
    (tmp_path / "archive.mbox").write_bytes(
        b"From b@example.net Mon Nov  2 10:00:00 2026\n" + quoted + b"\n"
        b"From c@example.net Mon Nov  2 10:00:01 2026\n" + mail(subject="mbox 2", sender="c@example.net") + b"\n")
    folder = mailbox.Maildir(tmp_path / "folder", create=True)
    for n in (1, 2):
        folder.add(mail(subject=f"maildir {n}", sender=f"d{n}@example.net"))
    assert "5 mails taken" in gw.run("import", tmp_path / "one.eml", tmp_path / "archive.mbox", tmp_path / "folder")
    gw.run("serve", "--until-idle")
    tickets = {ticket["subject"]: ticket["reference"] for ticket in gw.tickets()}
    assert set(tickets) == {"eml", "mbox 1", "mbox 2", "maildir 1", "maildir 2"}
    text = gw.run("ticket", "show", tickets["mbox 1"], "--json")["articles_shown"][0]["text"]
    assert "\nFrom here on it is quoted,\n>From twice." in text
    assert {row["kind"] for row in gw.outbox()} == {"acknowledgement"} and len(gw.outbox()) == 5
    gw.audit()
    # Again: the same mails are known.
    gw.run("import", tmp_path / "archive.mbox")
    gw.run("serve", "--until-idle")
    assert [row["outcome"] for row in gw.inbound()].count("duplicate") == 2
    gw.audit()


def test_import_quiet_with_the_time_of_the_header(gateway, tmp_path):
    gw = gateway
    old = mail(Date="Mon, 06 Jan 2020 10:00:00 +0000", Received="from a by b; Mon, 06 Jan 2020 10:00:05 +0000")
    (tmp_path / "old.eml").write_bytes(old)
    (tmp_path / "other.eml").write_bytes(mail(to="else@example.org"))
    done = gw.execute("import", "--quiet", "--received", "header", tmp_path / "old.eml", tmp_path / "other.eml")
    assert done.returncode == 1 and "other.eml" in done.stderr and "--to" in done.stderr and "1 mails taken" in done.stdout
    gw.run("import", "--quiet", "--to", gw.address, tmp_path / "other.eml")
    gw.run("serve", "--until-idle")
    assert gw.outbox() == []
    assert [row["received"][:19] for row in gw.inbound()][0] == "2020-01-06T10:00:05"
    assert all("quiet" in gw.run("inbound", "show", row["id"], "--json")["acknowledgement"] for row in gw.inbound())
    for wrong in (["--to", "nobody@example.org", tmp_path / "old.eml"], [tmp_path / "missing"], [tmp_path / "missing", tmp_path / "old.eml"]):
        done = gw.execute("import", *wrong)
        assert done.returncode == 1 and done.stderr
    gw.audit()


# --- databases ---------------------------------------------------------------------------------------------------------

def test_migrate_twice(gw):
    assert "0 migrations" in gw.run("db", "migrate")
    assert "0 migrations" in gw.run("db", "migrate")
    status = gw.run("db", "status", "--json")
    assert status["up"] and status["schema"] == status["program"]


def test_own_server_by_url(gateway):
    """A PostgreSQL that is not ours: a second cluster, reached by its socket's directory."""
    server = gateway
    server.psql("-c", "CREATE DATABASE desk TEMPLATE template0")
    own = server.base / "own"
    own.mkdir()
    own.chmod(0o755)
    if harness.IS_ROOT:
        shutil.chown(own, server.database_user)
    config = own / "mailgw.conf"
    text = re.sub(r"(?m)^embedded = .*$", f"url = postgresql:///desk?host={server.dir}/run&user=mailgw_owner", server.config.read_text())
    account = f"user = {subprocess.run(['id', '-nu', str(server.database_user)], capture_output=True, text=True, check=True).stdout.strip()}\n"
    config.write_text(text.replace("[gateway]\n", "[gateway]\n" + (account if harness.IS_ROOT else "")))
    other = copy.copy(server)
    other.dir, other.config, other.log, other.processes = own, config, own / "serve.log", []
    assert other.execute("ticket", "list").returncode == 1
    assert re.search(r"[1-9]\d* migrations", other.run("db", "migrate"))
    assert "0 migrations" in other.run("db", "migrate")
    for refused in ("start", "stop"):
        assert "your own" in other.execute("db", refused).stderr
    other.serve()
    try:
        assert other.lmtp(mail(subject="in my own database")) == {}
        other.wait_inbound(1)
        harness.wait_for("the acknowledgement", lambda: other.outbox() and other.outbox()[0]["state"] == "sent")
    finally:
        other.stop()
    assert [ticket["subject"] for ticket in other.tickets()] == ["in my own database"]
    assert server.tickets() == []
    other.audit()


def test_purge_by_retention(gateway):
    gw = gateway
    gw.configure("queue support", "retention", "1d")
    gw.configure("retention", "outbox", "1d")
    gw.configure("retention", "decision", "1d")
    accept(gw, mail(subject="old", sender="a@example.net"), mail(subject="young", sender="b@example.net"))
    assert gw.run("purge", "--json")["originals"] == 0
    old = next(row["id"] for row in gw.inbound() if row["ticket"] == 1)
    gw.sql("SET session_replication_role = replica;"
           f"UPDATE inbound SET raw_received_at = raw_received_at - interval '2 days', done_at = done_at - interval '2 days' WHERE id = {old};"
           f"UPDATE raw SET received_at = received_at - interval '2 days' WHERE id = (SELECT raw FROM inbound WHERE id = {old});"
           f"UPDATE outbox SET done_at = done_at - interval '2 days' WHERE inbound = {old}")
    gw.audit()
    purged = gw.run("purge", "--json")
    assert (purged["originals"], purged["outbox"], purged["decisions"]) == (1, 1, 1)
    assert "removed by retention" in gw.run("ticket", "show", 1)
    assert gw.run("ticket", "show", 1, "--json")["articles_shown"][0]["original"] == "removed"
    assert "removed by retention" not in gw.run("ticket", "show", 2)
    gone = gw.execute("inbound", "export", old)
    assert gone.returncode == 1 and "retention" in gone.stderr
    forgotten = gw.execute("explain", "--inbound", old)
    assert forgotten.returncode == 1 and "retention" in forgotten.stderr and "new ticket" in forgotten.stderr
    gw.audit()
    assert set(gw.run("purge", "--json").values()) == {0}
