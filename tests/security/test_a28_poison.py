"""A28: a mail that cannot be worked is set aside, whole and visible; the others go through (zammad #2754: queues stood for days)."""

import contextlib
import os
import re
import signal
import subprocess

from attack import ready, take
from harness import MAILGW, descendants, mail


def poison():
    """Within the limits of a mail, but what is understood of it is more than the parse process may hand over."""
    part = b"--b\r\nContent-Type: a/b\r\nContent-ID: <%s>\r\n\r\nx\r\n" % (b"a" * 60000)
    return (b"From: p@client.example.net\r\nTo: support@example.com\r\nSubject: poison\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * 320 + b"--b--\r\n")


def export(gateway, row):
    return subprocess.run([str(MAILGW), "inbound", "export", str(row["id"])], env=gateway.environment(), cwd="/", capture_output=True,
                          check=True).stdout


def test_one_in_a_hundred(gateway):
    gateway.raise_limits()
    ready(gateway)
    others = [mail(subject=f"other {n}", sender=f"c{n}@client.example.net") for n in range(100)]
    take(gateway, *others[:50], poison(), *others[50:])
    gateway.work()
    rows = gateway.inbound()
    bad = [row for row in rows if row["outcome"] != "ticket"]
    assert len(rows) == 101 and len(bad) == 1
    assert bad[0]["outcome"] == "quarantined" and "parsed" in bad[0]["reason"]
    assert export(gateway, bad[0]) == poison()
    # The agents see it in their list, and nobody is told of it by mail.
    shown = gateway.run("ticket", "show", bad[0]["ticket"], "--json")
    assert shown["placeholder"] and shown["subject"].startswith("Set aside")
    assert not [row for row in gateway.outbox() if row["ticket"] == bad[0]["ticket"]]
    assert {one["subject"] for one in gateway.tickets() if one["reference"] != bad[0]["ticket"]} == {f"other {n}" for n in range(100)}
    gateway.audit()
    # Working it again ends the same way, and breaks nothing.
    gateway.run("inbound", "retry", bad[0]["id"])
    gateway.work()
    assert [row["outcome"] for row in gateway.inbound() if row["id"] == bad[0]["id"]] == ["quarantined"]
    gateway.audit()


def test_a_dead_parse_helper_is_replaced(gateway):
    """kill -9 of every process below the workers: the mails that come then are worked all the same."""
    gateway.raise_limits()
    gateway.serve()
    take(gateway, mail(subject="before"))
    gateway.wait_inbound(1)
    workers = [int(pid) for pid in re.findall(r"role-started role=worker .*pid=(\d+)", gateway.log.read_text())]
    below = [pid for worker in workers for pid in descendants(worker)]
    assert len(below) >= len(workers) > 0
    for pid in below:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    take(gateway, *[mail(subject=f"after {n}", sender=f"c{n}@client.example.net") for n in range(20)])
    rows = gateway.wait_inbound(21)
    assert {row["outcome"] for row in rows} == {"ticket"}
    gateway.audit()
