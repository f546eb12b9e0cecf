"""A24: a mail without Message-ID, Date, From or Subject, or with unusable ones, is a ticket like any other (libredesk dropped it)."""

import itertools

from attack import ready, take
from harness import mail

USABLE = {"From": "c@client.example.net", "Subject": "a subject", "Date": "Tue, 14 Nov 2023 22:13:00 +0000",
          "Message-ID": "<a24.{n}@client.example.net>"}
ILLEGAL = {"From": "@@@", "Subject": "=?x?y?z?=", "Date": "yesterday", "Message-ID": "no id at all"}


def mails():
    for n, kinds in enumerate(itertools.product(("usable", "missing", "illegal"), repeat=4)):
        lines = ["To: support@example.com", f"X-Number: {n}"]
        for (name, value), kind in zip(USABLE.items(), kinds):
            if kind != "missing":
                lines.append(f"{name}: {(value if kind == 'usable' else ILLEGAL[name]).format(n=n)}")
        yield ("\n".join(lines) + f"\n\nbody {n}\n").encode()
    yield from (b"", b"\n", b"\n\n", b"\0", b"x", b"From \n", b":\n\n", b"\xff\xfe\n")


def test_each_is_a_ticket(gateway):
    ready(gateway)
    gateway.raise_limits()
    every = list(mails())
    assert len(every) == 89
    take(gateway, *every)
    gateway.work()
    rows = gateway.inbound()
    outcomes = [row["outcome"] for row in rows]
    # The empty ones differ in nothing that a content key may see.
    assert len(rows) == 89 and outcomes.count("duplicate") <= 6
    assert set(outcomes) == {"ticket", "duplicate"}
    assert outcomes[:81] == ["ticket"] * 81
    gateway.audit()


def test_a_generated_identity_is_no_thread(gateway):
    """Two mails without any id are two conversations."""
    ready(gateway)
    for n in range(2):
        take(gateway, mail(subject="a", body=f"{n}\n").replace(b"Message-ID", b"X-Id"))
    gateway.work()
    assert len(gateway.tickets()) == 2
