"""How it went: a mail asks once, some time after a ticket is over; a click answers, and opens nothing.

Moments in the past are made in the database: since when a ticket is over.
"""

import email
import email.message
import email.policy
import re
import urllib.parse

import pytest

from harness import Gateway, mail


@pytest.fixture(scope="module")
def gw():
    gateway = Gateway()
    gateway.raise_limits()
    gateway.configure("queue support", "survey", "1d")
    gateway.configure("queue support", "target", "standard")
    with open(gateway.config, "a", encoding="utf-8") as config:
        config.write("\n[calendar always]\nalways = yes\n\n[target standard]\ncalendar = always\nfirst-response = 4h\nnext-response = 8h\n")
    gateway.run("agent", "add", "anna")
    yield gateway
    gateway.close()


def write(gw, subject, **more):
    path = gw.base / "mail.eml"
    path.write_bytes(mail(subject=subject, to="support@example.com", **more))
    gw.run("import", path)
    gw.work()
    return gw.inbound()[-1]["ticket"]


def closed(gw, subject, **more):
    ticket = write(gw, subject, **more)
    gw.run("ticket", "reply", ticket, "--as", "anna", input="It is mended.\n")
    gw.work()
    gw.run("ticket", "close", ticket)
    return ticket


def over_for(gw, ticket, days):
    gw.sql(f"UPDATE ticket SET closed_at = now() - interval '{days} days' WHERE reference = {ticket}")
    gw.run("serve", "--role", "clock", "--until-idle")


def show(gw, ticket):
    return gw.run("ticket", "show", ticket, "--json")


def events(gw, ticket, kind):
    return [event["detail"] for event in show(gw, ticket)["events"] if event["kind"] == kind]


def surveys(gw, ticket):
    rows = [row["id"] for row in show(gw, ticket)["outbox"] if row["kind"] == "survey"]
    return [email.message_from_string(gw.sql_value(f"SELECT convert_from(bytes, 'UTF8') FROM outbox WHERE id = {row}"), policy=email.policy.default)
            for row in rows]


def links(survey):
    """Of the text and of the HTML: good, fair, poor."""
    plain, html = (survey.get_body((kind,)).get_content() for kind in ("plain", "html"))
    return re.findall(r"^ *(mailto:\S+)\s*$", plain, re.MULTILINE), [link.replace("&amp;", "&") for link in re.findall(r'href="(mailto:[^"]+)"', html)]


def click(gw, link, number, sender="c1@client.example.net", more=""):
    """What a mail program sends that was given the link."""
    link = urllib.parse.urlsplit(link)
    query = urllib.parse.parse_qs(link.query)
    to = urllib.parse.unquote(link.path)
    made = email.message.EmailMessage()
    made["From"], made["To"], made["Message-ID"], made["Date"] = sender, to, f"<r{number}@client.example.net>", "Sun, 22 Nov 2026 11:00:00 +0000"
    if "subject" in query:
        made["Subject"] = query["subject"][0]
    made.set_content(query.get("body", [""])[0] + more)
    path = gw.base / "click.eml"
    path.write_bytes(b"Delivered-To: " + to.encode() + b"\n" + made.as_bytes())
    gw.run("import", "--to", to, path)
    gw.work()


def test_it_asks_once_and_a_click_answers(gw):
    ticket = closed(gw, "The printer", sender="c1@client.example.net")
    over_for(gw, ticket, 0.9)
    assert not surveys(gw, ticket)
    for _ in range(2):
        over_for(gw, ticket, 1.1)
        assert len(surveys(gw, ticket)) == 1 and len(events(gw, ticket, "surveyed")) == 1
    survey = surveys(gw, ticket)[0]
    brief, filled = links(survey)
    assert survey["Auto-Submitted"].startswith("auto-generated") and f"#{ticket}]" in survey["Subject"] and len(brief) == len(filled) == 3
    assert "printer" not in survey.as_string(), "nothing that a stranger wrote is repeated"
    assert gw.sql_value(f"SELECT envelope_sender = '' FROM outbox WHERE ticket = {ticket} AND kind = 'survey'") == "t"
    gw.work()
    mails = len(gw.outbox())
    click(gw, brief[1], 1)
    click(gw, filled[0], 2)
    shown = show(gw, ticket)
    assert shown["status"] == "closed" and events(gw, ticket, "rated") == ["fair", "good"] and len(gw.outbox()) == mails
    assert "rated" in gw.run("ticket", "show", ticket)
    assert [row for row in shown["targets"] if row["target"] == "next-response"] == [], "nobody owes an answer to a rating"
    click(gw, filled[0], 3, sender="mallory@evil.example")
    assert len(events(gw, ticket, "rated")) == 2
    click(gw, filled[2], 4, more=" It is broken again.")
    assert show(gw, ticket)["status"] == "open" and events(gw, ticket, "rated")[-1] == "poor, and more is said"
    assert [row for row in show(gw, ticket)["targets"] if row["target"] == "next-response"]
    gw.run("ticket", "close", ticket)
    over_for(gw, ticket, 1.1)
    assert len(surveys(gw, ticket)) == 1, "no ticket is asked about twice"
    gw.audit()


def test_addresses_with_a_detail(gw):
    ticket = closed(gw, "detail", sender="c2@client.example.net")
    gw.configure("gateway", "subaddressing", "yes")
    over_for(gw, ticket, 1.1)
    brief, _ = links(surveys(gw, ticket)[0])
    assert all(link.startswith(f"mailto:support+r{ticket}.") for link in brief)
    click(gw, brief[0], 5, sender="c2@client.example.net")
    assert events(gw, ticket, "rated") == ["good"] and show(gw, ticket)["status"] == "closed"


BRAKES = {
    "comes back": "UPDATE person SET bouncing = true, bouncing_since = now(), bouncing_reason = 'it does' WHERE id = (SELECT requester FROM ticket WHERE reference = {})",
    "automatic": "UPDATE article SET class = 'auto-reply' WHERE ticket = {} AND kind = 'message'",
    "quietly": "UPDATE inbound SET quiet = true WHERE ticket = {}",
    "no answer of a person": "UPDATE outbox SET state = 'failed', sent_at = NULL WHERE ticket = {} AND kind = 'reply'",
    "nobody": "UPDATE ticket SET requester = NULL WHERE reference = {}",
}


def test_who_is_not_asked(gw):
    paths = [gw.base / f"{number}.eml" for number in range(len(BRAKES) + 3)]
    for number, path in enumerate(paths):
        path.write_bytes(mail(subject=f"brake {number}", to="support@example.com", sender=f"b{number}@client.example.net"))
    gw.run("import", *paths)
    gw.work()
    tickets = [row["ticket"] for row in gw.inbound()[-len(paths):]]
    assert len(set(tickets)) == len(paths)
    for ticket in tickets:
        gw.run("ticket", "reply", ticket, "--as", "anna", input="It is mended.\n")
    gw.work()
    gw.run("ticket", "close", *tickets)
    old, one, two = tickets[-3:]
    gw.run("ticket", "merge", one, two, "--as", "anna")
    for ticket, sql in zip(tickets, BRAKES.values()):
        gw.sql(sql.format(ticket))
    gw.sql(f"UPDATE ticket SET closed_at = now() - interval '1.1 days' WHERE reference IN ({', '.join(map(str, tickets))})")
    over_for(gw, old, 8.1)
    for ticket, why in zip(tickets, BRAKES):
        assert not surveys(gw, ticket) and why in events(gw, ticket, "survey-withheld")[0]
    for ticket in (old, one):
        assert not surveys(gw, ticket) and not events(gw, ticket, "survey-withheld")
    assert len(surveys(gw, two)) == 1
    gw.audit()
