"""Rules that run when a response is nearly or really overdue: [rules] on-target."""

import datetime
import email
import email.policy

import pytest

from harness import Gateway, mail

HOUR = datetime.timedelta(hours=1)
CALENDARS = """
[calendar always]
always = yes

[target standard]
calendar = always
first-response = 4h
warn-at = 75%
urgent.first-response = 30m

[target slow]
calendar = always
first-response = 40h
warn-at = 75%
"""

SCRIPT = """require ["vnd.mailgw.ticket", "imap4flags", "enotify", "variables", "relational", "comparator-i;ascii-numeric", "date"];

# rule:[raise]
if allof (fact "event" "target", fact "ticket.subject" "raise", not fact "ticket.priority" "urgent", fact "target.overdue" "no") {
    priority "urgent";
    addflag "raised";
    assign "anna";
    note "Somebody has to answer soon.";
}

# rule:[move]
if allof (fact "ticket.subject" "move", fact "target.kind" "first-response") { move "billing"; target "slow"; assign "nobody"; }

# rule:[page]
if allof (fact "ticket.subject" "page", fact "target.overdue" "yes", fact "target.state" "past", fact "target.kind" "first-response",
          fact :value "ge" :comparator "i;ascii-numeric" "target.elapsed-percent" "125") {
    notify "mailto:boss@desk.example";
}

# rule:[both]
if fact "ticket.subject" "both" { notify "mailto:boss@desk.example"; keep; }

# rule:[gold]
if fact "customer.tier" "gold" { addflag "gold"; }

# rule:[broken]
if fact "ticket.subject" "broken" { set "queue" "nowhere"; move "${queue}"; }

# rule:[toggle]
if fact "ticket.subject" "toggle" {
    if fact "ticket.priority" "urgent" { priority "normal"; } else { priority "urgent"; }
}
"""


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def write_rules(gw, text):
    folder = gw.dir / "rules"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    (folder / "target.sieve").write_text(text)
    (folder / "target.sieve").chmod(0o644)


@pytest.fixture(scope="module")
def gw():
    gateway = Gateway()
    gateway.raise_limits()
    with open(gateway.config, "a", encoding="utf-8") as config:
        config.write(CALENDARS)
    gateway.configure("queue support", "target", "standard")
    gateway.configure("queue support", "agents", "desk@desk.example")
    gateway.configure("queue billing", "address", "billing@example.com")
    gateway.configure("rules", "on-target", "target.sieve")
    write_rules(gateway, SCRIPT)
    gateway.run("agent", "add", "anna")
    yield gateway
    gateway.close()


def write(gw, subject, hours, **more):
    """A mail that arrived so many hours ago; its ticket."""
    path = gw.base / "mail.eml"
    came = now() - hours * HOUR
    path.write_bytes(mail(subject=subject, Date=came.strftime("%a, %d %b %Y %H:%M:%S +0000"), **more))
    gw.run("import", "--received", "header", path)
    gw.run("serve", "--role", "worker", "--until-idle")
    return gw.inbound()[-1]["ticket"]


def look(gw):
    """The clock role notices everything that is due, and ends. The mails that it wrote."""
    before = {row["id"] for row in gw.outbox()}
    gw.run("serve", "--role", "clock", "--until-idle")
    return [row for row in gw.outbox() if row["id"] not in before]


def show(gw, ticket):
    return gw.run("ticket", "show", ticket, "--json")


def kinds(gw, ticket, *wanted):
    return [event["kind"] for event in show(gw, ticket)["events"] if event["kind"] in wanted]


def test_what_is_wanted_is_done_with_its_reason_and_the_clocks_follow(gw):
    """The warning raises the ticket, by which it is overdue already: one breach follows, and no more."""
    ticket = write(gw, "raise", 3.5)
    for _ in range(2):
        look(gw)
    shown = show(gw, ticket)
    assert (shown["priority"], shown["assignee"], shown["tags"]) == ("urgent", "anna", ["raised"])
    events = {event["kind"]: event for event in shown["events"] if event["actor"] == "rules"}
    for kind in ("priority", "assignee", "tag"):
        assert "rule 'raise', target.sieve:" in events[kind]["detail"]
    assert shown["articles_shown"][-1]["kind"] == "note" and "answer soon" in shown["articles_shown"][-1]["text"]
    assert kinds(gw, ticket, "target-warned", "target-breached", "target-moved") == ["target-warned", "target-moved", "target-breached"]
    gw.audit()


def test_a_ticket_goes_elsewhere_and_what_cannot_be_done_is_told(gw):
    ticket = write(gw, "move", 3.5)
    mails = look(gw)
    shown = show(gw, ticket)
    assert shown["queue"] == "billing" and shown["target"] == "slow"
    assert [row["policy"] for row in shown["targets"]] == ["slow"]
    refused = [event for event in shown["events"] if event["kind"] == "rule-not-applied"]
    assert len(refused) == 1 and refused[0]["detail"].startswith("assign nobody (rule 'move', target.sieve:")
    assert "there is no such agent" in refused[0]["detail"]
    assert [row["to"] for row in mails] == ["desk@desk.example"], "nobody else was told: the agents of the queue it was in"


def test_who_is_notified_is_told_instead_of_the_agents(gw):
    write(gw, "page", 5)
    mails = look(gw)
    breach = [row for row in mails if row["to"] == "boss@desk.example"]
    assert len(breach) == 1 and len(mails) == 1, "the warning was late, and no news any more"
    text = email.message_from_string(gw.sql_value(f"SELECT convert_from(bytes, 'UTF8') FROM outbox WHERE id = {breach[0]['id']}"),
                                     policy=email.policy.default)
    assert "overdue: first-response" in text["Subject"] and text["Auto-Submitted"].startswith("auto-notified")
    assert "is overdue" in text.get_content()


def test_keep_tells_the_agents_too(gw):
    write(gw, "both", 3.5)
    assert sorted(row["to"] for row in look(gw)) == ["boss@desk.example", "desk@desk.example"]


def test_facts_of_the_customer(gw):
    write(gw, "first", 0.1, sender="gold@client.example.net")
    gw.sql("UPDATE person SET tier = 'gold' WHERE address = 'gold@client.example.net'")
    ticket = write(gw, "second", 3.5, sender="gold@client.example.net")
    look(gw)
    assert show(gw, ticket)["tags"] == ["gold"]


def test_rules_that_fail_stop_nothing(gw):
    """The agents are told as without rules, the ticket says what was wrong, and who is due at the same time is served."""
    ticket, other = write(gw, "broken", 3.5), write(gw, "raise", 3.5)
    mails = look(gw)
    shown = show(gw, ticket)
    assert shown["queue"] == "support" and "there is no queue 'nowhere'" in shown["articles_shown"][-1]["text"]
    assert "desk@desk.example" in [row["to"] for row in mails]
    assert show(gw, other)["priority"] == "urgent"
    errors = {row["rule"]: row["errors"] for row in gw.run("rules", "list", "--json")}
    assert errors["broken"] >= 1 and errors["raise"] == 0
    gw.audit()


def test_what_cannot_be_written_is_one_tickets_trouble(gw):
    """What the database refuses of one ticket is taken back, and the others of its batch are served."""
    ticket, other = write(gw, "move", 3.5), write(gw, "raise", 3.5)
    gw.sql(f"ALTER TABLE ticket ADD CONSTRAINT stays CHECK (reference <> {ticket} OR queue = 'support') NOT VALID")
    mails = look(gw)
    gw.sql("ALTER TABLE ticket DROP CONSTRAINT stays")
    assert show(gw, ticket)["queue"] == "support" and kinds(gw, ticket, "rules-failed") == ["rules-failed"]
    assert show(gw, other)["priority"] == "urgent"
    assert "desk@desk.example" in [row["to"] for row in mails]
    gw.audit()


def test_rules_that_contradict_themselves_come_to_an_end(gw):
    ticket = write(gw, "toggle", 3.5)
    for _ in range(3):
        look(gw)
    told = kinds(gw, ticket, "target-warned", "target-breached")
    assert told == ["target-warned", "target-breached"]
    gw.audit()


def test_hits_are_counted(gw):
    hits = {row["rule"]: row["hits"] for row in gw.run("rules", "list", "--json") if row["file"] == "target.sieve"}
    assert hits["raise"] >= 1 and hits["page"] == 1 and hits["both"] == 1
    assert gw.run("status", "--json", status=1 if not gw.processes else 0) is not None


@pytest.mark.parametrize("script, place, hint", [
    ('require "vnd.mailgw.ticket";\nacknowledge :none;\n', "2:1", "notify"),
    ('require "reject";\nreject "no";\n', "1:9", "notify"),
    ("discard;\n", "1:1", "move"),
    ('require "vacation";\n', "1:9", "notify"),
    ('redirect "a@b.example";\n', "1:1", "move"),
    ('require "fileinto";\n', "1:9", "move"),
    ('if header :is "subject" "x" { stop; }\n', "1:4", "fact"),
    ('require "vnd.mailgw.ticket";\nif fact "message.class" "human" { stop; }\n', "2:9", "target"),
    ('require "date";\nif date "date" "hour" "10" { stop; }\n', "2:16", "currentdate"),
])
def test_what_makes_no_sense_is_an_error_with_its_place_and_a_hint(gw, script, place, hint):
    path = gw.base / "wrong.sieve"
    path.write_text(script)
    done = gw.execute("rules", "check", "--on-target", path)
    assert done.returncode == 1 and f"wrong.sieve:{place}: error: " in done.stdout and hint in done.stdout
    assert gw.execute("rules", "check", "--on-target", path, config=False).returncode == 1


def test_a_broken_script_is_refused_by_all_who_read_it(gw):
    write_rules(gw, "discard;\n")
    try:
        for command in (["config", "check"], ["rules", "check", gw.dir / "rules" / "target.sieve"], ["serve", "--until-idle"]):
            done = gw.execute(*command)
            assert done.returncode == 1 and "target.sieve:1:1" in done.stdout + done.stderr
    finally:
        write_rules(gw, SCRIPT)
    gw.run("config", "check")
