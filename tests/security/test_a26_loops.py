"""A26: two machines never talk to each other for long; each of three brakes stops it alone (RFC 3834; osTicket #532, chatwoot #5131).

The other side is a responder that answers whatever it gets. With headers one automatic mail is enough to end it; a responder that hides
everything is stopped by the counters.
"""

import email.utils

import pytest

from attack import ready, sent, take
from harness import mail

ROUNDS = 12
ROBOT = "robot@other.example"


def with_headers(ours, n):
    return mail(subject=f"Auto: {ours['Subject']}", sender=ROBOT, Auto_Submitted="auto-replied", In_Reply_To=ours["Message-ID"],
                References=ours["Message-ID"], body=f"{n}\n" + ours.get_content()), ""


def marked_but_new(ours, n):
    """Brake a: says that it is a machine, and nothing of what it answers."""
    return mail(subject=f"ticket {n} of ours", sender=ROBOT, Auto_Submitted="auto-generated", body=f"{n}\n"), ROBOT


def answering(ours, n):
    """Brake b: looks like a person, answers by Message-ID."""
    return mail(subject=f"Re: {n}", sender=ROBOT, In_Reply_To=ours["Message-ID"], body=f"{n}\n"), ROBOT


def quoting(ours, n):
    """Brake b: keeps nothing but the quoted text."""
    quoted = "".join(f"> {line}\n" for line in ours.get_content().splitlines())
    return mail(subject=f"ticket {n} of ours", sender=ROBOT, body=f"{n}\n{quoted}"), ROBOT


def tagging(ours, n):
    """Keeps nothing but the subject."""
    return mail(subject=f"Re: {ours['Subject']} {n}", sender=ROBOT, body=f"{n}\n"), ROBOT


def hiding(ours, n):
    """Brake c: a new mail each time, nothing kept, nothing said."""
    return mail(subject=f"our ticket {n} was opened", sender=ROBOT, body=f"{n}\n"), ROBOT


def hiding_in_disguise(ours, n):
    return mail(subject=f"our ticket {n} was opened", sender=f"robot+{n}@other.example", body=f"{n}\n"), f"robot+{n}@other.example"


def automatic(gateway):
    return [one for one in sent(gateway) if one["Auto-Submitted"]]


def play(gateway, responder):
    """Until nobody has anything to say, or after ROUNDS. The number of automatic mails of ours."""
    take(gateway, mail(subject="the first", sender=ROBOT, body="hello\n"), sender=ROBOT)
    gateway.work()
    answered = 0
    for n in range(ROUNDS):
        mine = automatic(gateway)[answered:]
        if not mine:
            break
        answered += len(mine)
        assert all(email.utils.parseaddr(one["To"])[1].startswith("robot") for one in mine)
        for one in mine:
            data, path = responder(one, n)
            take(gateway, data, sender=path)
        gateway.work()
    return len(automatic(gateway))


@pytest.mark.parametrize("responder, counters, at_most", [
    (with_headers, True, 1), (with_headers, False, 1), (marked_but_new, False, 1), (answering, False, 1), (quoting, False, 1),
    (tagging, False, 1), (hiding, True, 3), (hiding_in_disguise, True, 3)])
def test_it_ends(gateway, responder, counters, at_most):
    if not counters:
        gateway.raise_limits()
    ready(gateway)
    assert 1 <= play(gateway, responder) <= at_most
    gateway.audit()


def test_two_of_us(gateway, sink):
    """Our own installation on both sides: what one sends, the other takes for what it is."""
    gateway.configure("queue other", "address", "other@else.example")
    gateway.raise_limits()
    ready(gateway)
    take(gateway, mail(subject="from the other desk", sender="third@third.example"), sender="third@third.example")
    gateway.work()
    first = automatic(gateway)[0].as_bytes().replace(b"X-Loop: ", b"X-Was: ")
    take(gateway, first.replace(b"third@third.example", b"other@else.example"), sender="", to="other@else.example")
    take(gateway, first.replace(b"Auto-Submitted: ", b"X-Auto: ").replace(b"X-Auto-Response-Suppress", b"X-Y"), to="other@else.example",
         sender="support@example.com")
    gateway.work()
    assert len(automatic(gateway)) == 1
