"""A1: whoever writes a ticket's number into a subject neither reads nor joins that ticket (RT and osTicket took the tag alone)."""

from attack import SECRET, ready, sent_bytes, state, take, ticket_of, victim_ticket
from harness import mail

FORMS = ("[Support #{}]", "Re: [Support #{}] hello", "[support #{}]", "[#{}]", "[Support #{}][Support #1]", "AW: Re: [Support  #{}]",
         "=?utf-8?q?=5BSupport_=23{}=5D?=", "[Support #0{}]")


def test_five_hundred_guesses(gateway):
    ready(gateway)
    gateway.raise_limits()
    victims = [victim_ticket(gateway, f"victim{n}@example.org", f"account {n}")[0] for n in range(3)]
    before = [state(gateway, one) for one in victims]
    guesses = [mail(subject=FORMS[n % len(FORMS)].format(n // len(FORMS) + 1), sender="stranger@attacker.example", body=f"guess {n}\n")
               for n in range(500)]
    take(gateway, *guesses, sender="stranger@attacker.example")
    gateway.work()
    assert [state(gateway, one) for one in victims] == before
    # Nothing was refused either: each guess stands in a ticket of his own (his own numbers he guesses too, and joins), and
    # the agents see what it pointed at.
    assert gateway.sql_value("SELECT count(*) FROM mailgw.article WHERE ticket > 3") == "500"
    assert {one["requester"] for one in gateway.tickets() if one["reference"] > 3} == {"stranger@attacker.example"}
    assert int(gateway.sql_value("SELECT count(*) FROM mailgw.ticket_link WHERE other <= 3")) > 0
    mails = sent_bytes(gateway)
    assert not any(SECRET.encode() in one for one in mails)
    gateway.audit()


def test_the_customer_himself_joins_by_the_tag(gateway):
    """The other half: a tag that never joined would pass the test above."""
    ready(gateway)
    reference, _ = victim_ticket(gateway)
    take(gateway, mail(subject=f"Re: [Support #{reference}] more", sender="victim@example.org"), sender="victim@example.org")
    gateway.work()
    assert ticket_of(gateway, "my account")["articles"] == 2
