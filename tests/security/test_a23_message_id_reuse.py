"""A23: a Message-ID that somebody used before hides nobody's mail (FreeScout #5591, GLPI mailanalyzer #64)."""

from attack import SECRET, ready, sent_bytes, take, ticket, ticket_of
from harness import mail

ID = "wanted.1@client.example.net"


def test_the_attacker_was_first(gateway):
    ready(gateway)
    take(gateway, mail(subject="taken", sender="thief@attacker.example", message_id=ID), sender="thief@attacker.example")
    gateway.work()
    take(gateway, mail(subject="mine", sender="victim@example.org", message_id=ID, body=f"{SECRET}\n"), sender="victim@example.org")
    gateway.work()
    assert ticket_of(gateway, "mine")["requester"] == "victim@example.org"
    assert ticket_of(gateway, "taken")["articles"] == 1
    assert SECRET in ticket(gateway, ticket_of(gateway, "mine")["reference"])["articles_shown"][0]["text"]
    assert {row["outcome"] for row in gateway.inbound()} == {"ticket"}
    # Who refers to the id he knows gets no further into the victim's ticket.
    take(gateway, mail(subject="Re: mine", sender="thief@attacker.example", In_Reply_To=f"<{ID}>"), sender="thief@attacker.example")
    gateway.work()
    assert ticket_of(gateway, "mine")["articles"] == 1
    assert all(SECRET.encode() not in one for one in sent_bytes(gateway))
    gateway.audit()


def test_an_id_referred_to_in_advance_draws_nobody_in(gateway):
    """The attacker refers to an id that the victim is going to use."""
    ready(gateway)
    take(gateway, mail(subject="bait", sender="thief@attacker.example", References=f"<{ID}>"), sender="thief@attacker.example")
    gateway.work()
    take(gateway, mail(subject="mine", sender="victim@example.org", message_id=ID), sender="victim@example.org")
    gateway.work()
    assert ticket_of(gateway, "mine")["requester"] == "victim@example.org"
    assert ticket_of(gateway, "bait")["articles"] == 1


def test_same_id_to_two_queues(gateway):
    gateway.configure("queue billing", "address", "billing@example.com")
    ready(gateway)
    one = mail(subject="both", sender="victim@example.org", To="support@example.com, billing@example.com")
    take(gateway, one, to="support@example.com", sender="victim@example.org")
    take(gateway, one, to="billing@example.com", sender="victim@example.org")
    take(gateway, one, to="billing@example.com", sender="victim@example.org")
    gateway.work()
    assert sorted(one["queue"] for one in gateway.tickets()) == ["billing", "support"]
    assert sorted(row["outcome"] for row in gateway.inbound()) == ["duplicate", "ticket", "ticket"]
    assert len(gateway.outbox()) == 1
