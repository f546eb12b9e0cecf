"""A27: who floods the desk fills one ticket more and more; everybody else gets his own, and his answer."""

from attack import ready, take
from harness import mail

FLOODER = "flood@flooder.example"
LIMIT = 30      # of [limits] tickets-per-sender


def flood(n, **more):
    return mail(subject=more.pop("subject", f"flood {n}"), sender=FLOODER, body=f"{n}\n", **more), FLOODER


def counts(gateway):
    tickets = [one for one in gateway.tickets() if one["requester"] == FLOODER]
    return len(tickets), sum(one["articles"] for one in tickets)


def test_a_flood_is_folded(gateway):
    ready(gateway)
    normal = [(mail(subject=f"normal {n}", sender=f"n{n}@normal{n}.example"), f"n{n}@normal{n}.example") for n in range(20)]
    take(gateway, *[flood(n) for n in range(200)], *normal[:10], *[flood(n) for n in range(200, 400)], *normal[10:])
    gateway.work()
    tickets, articles = counts(gateway)
    # Each of the two workers may have read the same count.
    assert tickets <= 2 * LIMIT
    assert articles == 400
    assert sorted(one["subject"] for one in gateway.tickets() if one["requester"] != FLOODER) == sorted(f"normal {n}" for n in range(20))
    assert len([row for row in gateway.outbox() if row["to"].startswith("n")]) == 20
    gateway.audit()


def test_guessed_tags_are_folded_too(gateway):
    ready(gateway)
    gateway.configure("gateway", "workers", "1")
    take(gateway, (mail(subject="theirs", sender="victim@example.org"), "victim@example.org"))
    gateway.work()
    take(gateway, *[flood(n, subject=f"[Support #1] {n}") for n in range(200)])
    gateway.work()
    tickets, articles = counts(gateway)
    assert tickets <= LIMIT
    assert articles == 200
