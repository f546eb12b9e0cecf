"""A31: only the token that we gave out opens a ticket; one digit else, and it is a stranger's mail."""

import random
import re

from attack import SECRET, ready, sent_bytes, state, take, ticket, victim_ticket
from harness import mail

THIEF = "thief@attacker.example"
DIGITS = "abcdefghijklmnopqrstuvwxyz234567"


def altered(token, reference):
    """Every single digit changed, other numbers, parts cut off or added, and as many that are random."""
    chance = random.Random(7731)
    head, person, proof = token.split(".")
    for at in range(len(proof)):
        other = chance.choice([digit for digit in DIGITS if digit != proof[at]])
        yield f"{head}.{person}.{proof[:at]}{other}{proof[at + 1:]}"
    yield from (f"t{reference + 1}.{person}.{proof}", f"{head}.{int(person) + 1}.{proof}", f"{head}.0.{proof}", f"t0{reference}.{person}.{proof}",
                f"{head}.{person}.{proof[:-1]}", f"{head}.{person}.{proof}a", f"{head}.{proof}", f"{head}.{person}.", f"t-{reference}.{person}.{proof}",
                f"{head}.{person}.{'a' * 27}", f"{head}.{person}.{proof[::-1]}", f"t{2**64 + reference}.{person}.{proof}", f"b{reference}.{proof}",
                f"t{'9' * 400}.{person}.{proof}")
    for _ in range(60):
        yield f"{head}.{person}.{''.join(chance.choices(DIGITS, k=27))}"


def places(token, n):
    yield mail(subject=f"{n}", sender=THIEF, In_Reply_To=f"<{token}.x@example.com>")
    yield mail(subject=f"{n}", sender=THIEF, References=f"<a@x.example> <{token}.x@example.com>")
    yield mail(subject=f"{n}", sender=THIEF, body=f"{n}\nRef: {token}\n")


def test_altered_tokens_open_nothing(gateway):
    gateway.raise_limits()
    ready(gateway, subaddressing="yes")
    reference, acknowledgement = victim_ticket(gateway)
    token = re.match(r"<(t\d+\.\d+\.[a-z2-7]{27})\.", acknowledgement["Message-ID"].strip())[1]
    before = state(gateway, reference)
    attempts = list(altered(token, reference))
    assert len(attempts) > 90 and token not in attempts
    take(gateway, *[one for n, attempt in enumerate(attempts) for one in places(attempt, n)], sender=THIEF)
    for n, attempt in enumerate(attempts):
        if len(attempt) <= 50 and attempt[-1] != ".":     # a local part ends in no dot
            take(gateway, mail(subject=f"to {n}", sender=THIEF), sender=THIEF, to=f"support+{attempt}@example.com")
    gateway.work()
    assert state(gateway, reference) == before
    # The right one does open it, in any case, so the attempts above were near enough; but its finder takes no part.
    take(gateway, mail(subject="found", sender=THIEF, In_Reply_To=f"<{token.upper()}.x@example.com>"), sender=THIEF)
    gateway.work()
    after = state(gateway, reference)
    assert after["articles"] == before["articles"] + 1 and after["participants"] == before["participants"]
    assert ticket(gateway, reference)["articles_shown"][-1]["other_address"] is True
    assert not [one for one in sent_bytes(gateway) if SECRET.encode() in one]
    assert not [row for row in gateway.outbox() if row["ticket"] == reference and row["to"] == THIEF]
    gateway.audit()
