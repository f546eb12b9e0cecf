"""Tickets at rest: resolved ones close, who keeps us waiting is reminded once, and what changed under the clocks is told.

Moments in the past are made in the database: since when a ticket rests.
"""

import email
import email.policy
import json

import pytest

from harness import Gateway, mail

TARGETS = """
[calendar always]
always = yes

[calendar never-today]
hours = Mon 00:00-00:01

[target standard]
calendar = always
first-response = 4h

[target gold]
calendar = always
first-response = 1h

[target fire]
calendar = always
first-response = 10m
for-priority = urgent
"""


@pytest.fixture(scope="module")
def gw():
    gateway = Gateway()
    gateway.raise_limits()
    with open(gateway.config, "a", encoding="utf-8") as config:
        config.write(TARGETS)
    for key, value in (("target", "standard"), ("close-after", "3d"), ("remind-after", "2d"), ("close-pending-after", "5d")):
        gateway.configure("queue support", key, value)
    gateway.configure("queue billing", "address", "billing@example.com")
    for agent in ("anna", "bert"):
        gateway.run("agent", "add", agent)
    yield gateway
    gateway.close()


def write(gw, subject, to="support@example.com", **more):
    path = gw.base / "mail.eml"
    path.write_bytes(mail(subject=subject, to=to, **more))
    gw.run("import", path)
    gw.work()
    return gw.inbound()[-1]["ticket"]


def answered(gw, subject, **more):
    """A ticket whose customer got an answer, and that waits for him."""
    ticket = write(gw, subject, **more)
    gw.run("ticket", "reply", ticket, "--as", "anna", input="What is its number?\n")
    gw.work()
    gw.run("ticket", "pending", ticket)
    return ticket


def rest(gw, ticket, column, days):
    gw.sql(f"UPDATE ticket SET {column} = now() - interval '{days} days' WHERE reference = {ticket}")
    gw.run("serve", "--role", "clock", "--until-idle")


def show(gw, ticket):
    return gw.run("ticket", "show", ticket, "--json")


def events(gw, ticket, *kinds):
    return [event["detail"] for event in show(gw, ticket)["events"] if event["kind"] in kinds]


def reminders(gw, ticket):
    return [row for row in show(gw, ticket)["outbox"] if row["kind"] == "reminder"]


def test_resolved_tickets_close(gw):
    ticket = write(gw, "resolved")
    gw.run("ticket", "resolve", ticket, "--as", "anna")
    rest(gw, ticket, "closed_at", 2.9)
    assert show(gw, ticket)["status"] == "resolved"
    rest(gw, ticket, "closed_at", 3.1)
    assert show(gw, ticket)["status"] == "closed"
    assert events(gw, ticket, "status")[-1] == "resolved to closed: nothing came for 3d (close-after)"
    gw.audit()


def test_who_keeps_us_waiting_is_reminded_once_and_then_it_closes(gw):
    ticket = answered(gw, "waits")
    rest(gw, ticket, "pending_since", 1.9)
    assert not reminders(gw, ticket)
    for _ in range(2):
        rest(gw, ticket, "pending_since", 2.1)
        assert len(reminders(gw, ticket)) == 1 and len(events(gw, ticket, "reminded")) == 1
    row = reminders(gw, ticket)[0]
    text = email.message_from_string(gw.sql_value(f"SELECT convert_from(bytes, 'UTF8') FROM outbox WHERE id = {row['id']}"),
                                     policy=email.policy.default)
    reply = next(one for one in show(gw, ticket)["outbox"] if one["kind"] == "reply")
    assert text["Auto-Submitted"].startswith("auto-generated") and text["In-Reply-To"] == f"<{reply['message_id']}>"
    assert f"#{ticket}]" in text["Subject"] and "we will close the ticket" in text.get_content()
    assert "waits" not in text.get_content() and not text.is_multipart(), "nothing that a stranger wrote is repeated"
    assert gw.sql_value(f"SELECT envelope_sender = '' FROM outbox WHERE id = {row['id']}") == "t"
    rest(gw, ticket, "reminded_at", 4.9)
    assert show(gw, ticket)["status"] == "pending"
    rest(gw, ticket, "reminded_at", 5.1)
    assert show(gw, ticket)["status"] == "closed"
    assert "after the reminder" in events(gw, ticket, "status")[-1]
    gw.work()
    gw.audit()


def test_an_answer_ends_the_waiting_and_to_wait_again_begins_anew(gw):
    ticket = answered(gw, "answers")
    rest(gw, ticket, "pending_since", 2.1)
    gw.work()
    row = reminders(gw, ticket)[0]
    assert write(gw, "Re: answers", In_Reply_To=f"<{row['message_id']}>") == ticket
    assert show(gw, ticket)["status"] == "open"
    gw.run("ticket", "pending", ticket)
    assert gw.sql_value(f"SELECT reminded_at IS NULL AND pending_since > now() - interval '1 hour' FROM ticket WHERE reference = {ticket}") == "t"


@pytest.mark.parametrize("sql, why", [
    ("UPDATE person SET bouncing = true, bouncing_since = now(), bouncing_reason = 'it does' WHERE id = (SELECT requester FROM ticket WHERE reference = {})", "comes back"),
    ("UPDATE article SET class = 'auto-reply' WHERE ticket = {} AND kind = 'message'", "automatic"),
    ("UPDATE outbox SET state = 'failed', sent_at = NULL WHERE ticket = {} AND kind = 'reply'", "no answer of a person"),
    ("UPDATE ticket SET requester = NULL WHERE reference = {}", "nobody"),
])
def test_brakes(gw, sql, why):
    number = abs(hash(why)) % 100000
    ticket = answered(gw, "brake", sender=f"c{number}@client.example.net")
    gw.sql(sql.format(ticket))
    rest(gw, ticket, "pending_since", 2.1)
    assert not reminders(gw, ticket) and why in events(gw, ticket, "reminder-withheld")[0]


def test_a_ticket_that_waits_until_a_time_is_not_reminded(gw):
    ticket = answered(gw, "until")
    gw.run("ticket", "pending", ticket, "--until", "2099-01-01T00:00:00Z")
    rest(gw, ticket, "pending_since", 20)
    assert show(gw, ticket)["status"] == "pending" and not reminders(gw, ticket)


def test_working_time_is_that_of_the_queues_calendar(gw):
    ticket = write(gw, "slow calendar")
    gw.run("ticket", "resolve", ticket)
    gw.configure("target standard", "calendar", "never-today")
    try:
        rest(gw, ticket, "closed_at", 13)
        assert show(gw, ticket)["status"] == "resolved"
    finally:
        gw.configure("target standard", "calendar", "always")


# commands

def test_commands_change_tickets_and_their_clocks(gw):
    ticket = write(gw, "commands", to="billing@example.com")
    assert show(gw, ticket)["targets"] == []
    gw.run("ticket", "priority", ticket, "urgent", "--as", "anna")
    shown = show(gw, ticket)
    assert shown["priority"] == "urgent" and shown["targets"][0]["policy"] == "fire"
    assert [event["actor"] for event in shown["events"] if event["kind"] == "priority"] == ["agent:anna"]
    gw.run("ticket", "move", ticket, "support")
    assert {row["policy"] for row in show(gw, ticket)["targets"]} == {"standard"}
    gw.run("ticket", "assign", ticket, "bert")
    gw.run("ticket", "tag", ticket, "vip")
    gw.run("ticket", "tag", ticket, "vip")
    shown = show(gw, ticket)
    assert shown["assignee"] == "bert" and shown["tags"] == ["vip"] and len(events(gw, ticket, "tag")) == 1
    gw.run("ticket", "assign", ticket, "--nobody")
    gw.run("ticket", "tag", "--remove", ticket, "vip")
    gw.run("ticket", "note", ticket, "--as", "anna", input="He called.\n")
    shown = show(gw, ticket)
    assert shown["assignee"] is None and shown["tags"] == []
    assert shown["articles_shown"][-1]["kind"] == "note" and shown["articles_shown"][-1]["agent"] == "anna"
    gw.audit()


@pytest.mark.parametrize("command, status", [
    (["priority", "{}", "high!"], 2), (["priority", "{}"], 2), (["priority", "999999", "high"], 1), (["assign", "{}", "nobody-here"], 1),
    (["move", "{}", "nowhere"], 1), (["move", "x", "support"], 2), (["tag", "{}"], 2), (["merge", "{}", "{}"], 1), (["note", "{}"], 2),
])
def test_commands_refuse(gw, command, status):
    ticket = gw.run("ticket", "list", "--json")[-1]["reference"]
    before = show(gw, ticket)
    done = gw.execute("ticket", *[word.format(ticket) for word in command])
    assert done.returncode == status and done.stderr
    assert show(gw, ticket) == before


def test_merge(gw):
    one, two = write(gw, "one"), write(gw, "two")
    gw.run("ticket", "merge", one, two, "--as", "anna")
    shown = show(gw, one)
    assert shown["merged_into"] == two and shown["status"] == "closed"
    assert len([a for a in show(gw, two)["articles_shown"] if a["kind"] == "message"]) == 2
    assert gw.execute("ticket", "move", one, "billing").returncode == 1
    gw.audit()


# policies, and what changed under the clocks

def test_policy_of_the_customer_and_of_the_priority(gw):
    """A rule's, else the queue's, else the customer's or his organisation's, else the priority's."""
    gw.run("customer", "organisation", "golden", "--domain", "golden.example.net")
    gw.run("customer", "set", "@golden", "field.target=gold")
    plain, gold = write(gw, "plain", to="billing@example.com"), write(gw, "gold", to="billing@example.com", sender="x@golden.example.net")
    queue = write(gw, "gold", sender="x@golden.example.net")
    assert show(gw, plain)["targets"] == []
    assert {row["policy"] for row in show(gw, gold)["targets"]} == {"gold"}
    assert {row["policy"] for row in show(gw, queue)["targets"]} == {"standard"}
    gw.run("ticket", "priority", plain, gold, "urgent")
    assert {row["policy"] for row in show(gw, plain)["targets"]} == {"fire"}
    assert {row["policy"] for row in show(gw, gold)["targets"]} == {"gold"}
    gw.audit()


def test_what_was_counted_by_earlier_policies_is_told(gw):
    ticket = write(gw, "outdated")
    gw.run("target", "recompute")
    assert json_status(gw)["targets_outdated"] == 0
    gw.configure("target standard", "first-response", "6h")
    try:
        assert json_status(gw)["targets_outdated"] > 0
        assert "mailgw target recompute" in gw.execute("status").stdout
        told = gw.execute("serve", "--role", "clock", "--until-idle")
        assert "targets-changed tickets=" in told.stdout + told.stderr
        gw.run("target", "recompute", "--dry-run")
        assert json_status(gw)["targets_outdated"] > 0, "a dry run changes nothing"
        assert any(row["ticket"] == ticket for row in gw.run("target", "recompute", "--json"))
        assert json_status(gw)["targets_outdated"] == 0
    finally:
        gw.configure("target standard", "first-response", "4h")
        gw.run("target", "recompute")


def json_status(gw):
    return json.loads(gw.execute("status", "--json").stdout)
