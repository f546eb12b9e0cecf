"""A25: nobody's mailbox is filled through our acknowledgements, and nothing a forger wrote stands in them (Zendesk, 2025 and 2026)."""

from attack import CHOSEN, ready, sent_bytes, take
from harness import mail

VICTIM = "victim@victim.example"


def forged(n):
    """The victim as From and as envelope sender, in disguises that reach him all the same."""
    path = (VICTIM, f"victim+{n}@victim.example", VICTIM.upper(), f"prvs={n:010d}=victim@victim.example",
            f"SRS0=hh{n}=tt=victim.example=victim@forwarder{n}.example", f"SRS1=gg=first.example==hh{n}=tt=victim.example=victim@relay{n}.example")[n % 6]
    return mail(subject=f"{CHOSEN} {n}", sender=f"{CHOSEN} <{path}>", Reply_To=f"{CHOSEN} <{VICTIM}>", Comments=CHOSEN,
                message_id=f"{n}.a25@attacker.example", body=f"{CHOSEN} http://attacker.example/{CHOSEN}\n" * 20), path


def test_three_an_hour_at_most(gateway):
    ready(gateway)
    gateway.configure("limits", "tickets-per-sender", "100000/h")
    gateway.configure("limits", "tickets-per-domain", "100000/h")
    take(gateway, *[forged(n) for n in range(300)])
    gateway.work()
    assert {row["outcome"] for row in gateway.inbound()} == {"ticket"}
    left = sent_bytes(gateway)
    assert 1 <= len(left) <= 3
    assert all(CHOSEN.encode() not in one for one in left)
    gateway.audit()


def test_ten_a_day_at_most(gateway):
    """Where the hour would allow more."""
    ready(gateway)
    gateway.raise_limits()
    gateway.configure("acknowledge", "per-sender-day", "10")
    take(gateway, *[forged(n) for n in range(30)])
    gateway.work()
    assert len(sent_bytes(gateway)) == 10


def test_thirty_an_hour_for_a_domain(gateway):
    """Every address of a domain in turn."""
    ready(gateway)
    gateway.configure("limits", "tickets-per-domain", "100000/h")
    take(gateway, *[(mail(subject=CHOSEN, sender=f"user{n}@victim.example"), f"user{n}@victim.example") for n in range(100)])
    gateway.work()
    assert 1 <= len(sent_bytes(gateway)) <= 30


def test_a_failed_authentication_is_answered_by_nothing(gateway):
    ready(gateway, authserv_id="mx.example.com")
    take(gateway, mail(sender=VICTIM, Authentication_Results="mx.example.com; dmarc=fail"), sender=VICTIM)
    gateway.work()
    assert gateway.outbox() == []
    assert len(gateway.tickets()) == 1


def test_the_forger_of_from_answers_himself(gateway):
    """From is the victim's, the envelope sender is the forger's: the answer goes where the mail came from."""
    ready(gateway)
    take(gateway, mail(sender=VICTIM), sender="forger@attacker.example")
    gateway.work()
    assert [row["to"] for row in gateway.outbox()] == ["forger@attacker.example"]
