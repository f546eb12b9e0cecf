"""A13: a bomb becomes a ticket with its original, and costs the next mail nothing (OTRS CVE-2026-48187; GMime has no limits)."""

import subprocess
import time

import pytest

from attack import ready, take
from harness import MAILGW, mail

MULTIPART = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
HEAD = b"From: anna@client.example.net\r\nTo: support@example.com\r\nSubject: %s\r\n"

BOMBS = {
    "empty-parts": HEAD + MULTIPART + b"--b\r\n\r\n" * 1000000,
    "headers": HEAD + b"X-A: b\r\n" * 1000000 + b"\r\ntext\r\n",
    "nested-groups": HEAD + b"Cc: " + b"a:" * 400000 + b"\r\n\r\ntext\r\n",
    "nested-multiparts": HEAD + MULTIPART + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 100000,
    "nested-messages": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 100000 + b"text\r\n",
    "one-header": HEAD + b"X-Long: " + b"a" * 20000000 + b"\r\n\r\ntext\r\n",
    "parameters": HEAD + b"Content-Type: text/plain" + b"; a*0*=b" * 500000 + b"\r\n\r\ntext\r\n",
}


@pytest.mark.parametrize("kind", BOMBS)
def test_kept_and_shown(shared_gateway, kind):
    gateway = shared_gateway
    if not gateway.processes:
        ready(gateway)
        gateway.raise_limits()
    bomb = BOMBS[kind].replace(b"%s", kind.encode(), 1)
    began = time.monotonic()
    take(gateway, bomb, mail(subject=f"after {kind}", sender="bob@client.example.net"))
    gateway.work()
    assert time.monotonic() - began < 20
    rows = sorted(gateway.inbound(), key=lambda row: row["id"])[-2:]
    assert {row["outcome"] for row in rows} == {"ticket"}
    assert all(row["ticket"] for row in rows)
    row = next(row for row in rows if row["size"] == len(bomb))
    exported = subprocess.run([str(MAILGW), "inbound", "export", str(row["id"])], env=gateway.environment(), cwd="/",
                              capture_output=True, check=True).stdout
    assert exported == bomb
    # Not tried again and again: parsing it is no failure.
    assert row["attempts"] == 1
    gateway.audit()
