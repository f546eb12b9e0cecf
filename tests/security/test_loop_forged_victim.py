"""A25 at length: a thousand mails that forge one victim (in `make loops` ten thousand), in whatever disguise mail finds its way in

At most 3 acknowledgements reach the mailbox in an hour, and nothing that the forger wrote stands in one.
"""

import os

from attack import CHOSEN, sent_bytes
from harness import mail

MAILS = int(os.environ.get("MAILGW_FORGED", "1000"))
PER_FILE = 500


def forged(n):
    """The victim's address as From, as the Return-Path, and in forms that reach him all the same."""
    at = "victim.example"
    path = (f"victim@{at}", f"victim+{n}@{at}", f"VICTIM@{at.upper()}", f"prvs={n:010d}=victim@{at}", f"Victim@{at}")[n % 5]
    name = (CHOSEN, f'"{CHOSEN}" ({CHOSEN})', f"=?utf-8?Q?{CHOSEN}?=", "")[n % 4]
    answers = (None, f"<{n - 5}.a25@attacker.example>", f"<{CHOSEN}.{n}@attacker.example>")[n % 3]
    return f"Return-Path: <{path}>\n".encode() + mail(
        subject=f"{CHOSEN} {n}", sender=f"{name} <{path}>", to=f"{CHOSEN} <support@example.com>", Reply_To=f"{CHOSEN} <victim@{at}>",
        In_Reply_To=answers, Keywords=CHOSEN, message_id=f"{n}.a25@attacker.example",
        body=f"{CHOSEN} http://attacker.example/{CHOSEN} {n}\n" * 3)


def test_one_victim(gateway):
    for key in ("tickets-per-sender", "tickets-per-domain"):
        gateway.configure("limits", key, "1000000/h")
    for first in range(0, MAILS, PER_FILE):
        box = gateway.base / f"forged-{first}.mbox"
        box.write_bytes(b"".join(b"From x@attacker.example Sun Nov 22 10:00:00 2026\n" + forged(n) + b"\n"
                                 for n in range(first, min(first + PER_FILE, MAILS))))
    gateway.run("import", *sorted(gateway.base.glob("*.mbox")), timeout=600)
    gateway.work(timeout=3600)
    assert gateway.sql_value("SELECT count(*) FROM inbound WHERE outcome = 'ticket'") == str(MAILS)
    # The counters are filled again as the hour passes; the clock of the database says how much of it has.
    hours = float(gateway.sql_value("SELECT extract(epoch FROM max(done_at) - min(done_at)) / 3600 FROM inbound"))
    left = sent_bytes(gateway)
    assert 1 <= len(left) <= 3 + int(3 * hours)
    assert [CHOSEN for one in left if CHOSEN.encode().lower() in one.lower()] == []
    # What was withheld says by which counter; none was lost without a word.
    reasons = gateway.sql("SELECT DISTINCT split_part(acknowledgement, ' ', 1) FROM decision")
    assert {reason for (reason,) in reasons} <= {"outbox", "withheld:", "none:"}
    gateway.audit()
