"""What happens between a mailbox and its tickets: killed at each point, renumbered while it is read, read by many, cut off."""

import os
import pathlib
import re
import sys
import threading
import time

import pytest

import harness
from harness import mail, wait_for
from imapproxy import Proxy
from test_imap import (ca, dovecot, exists, fetch, flags, gw, installation, keys, mails,  # noqa: F401
                       renumber, server)

sys.path.insert(0, str(harness.SOURCE / "tests" / "security"))
from hostile_imap import MAILS, SECRET, Server  # noqa: E402

DAEMONS = int(os.environ.get("MAILGW_IMAP_DAEMONS", "3"))
BOTH = int(os.environ.get("MAILGW_IMAP_BOTH", "100"))
PLAIN = {"security": "plaintext", "allow-plaintext": "loopback"}


@pytest.fixture
def proxy(gw, dovecot):
    """The account's connections pass it."""
    one = Proxy(dovecot.port)
    for key, value in (PLAIN | {"host": "127.0.0.1", "port": one.port}).items():
        gw.configure("imap desk", key, value)
    yield one
    one.close()


def all_there_once(gw, count):
    gw.run("serve", "--role", "worker", "--until-idle", timeout=600)
    rows = gw.inbound()
    assert len(rows) == count
    assert {row["outcome"] for row in rows} == {"ticket"}, "a mail was stored twice"
    assert len({ticket["subject"] for ticket in gw.tickets()}) == count
    gw.audit()


# --- killed between the commit and the mark -----------------------------------------------------------------------------

POINTS = {"keyword": ["UID STORE"], "move Done": ["UID MOVE"], "delete": ["UID STORE", "UID EXPUNGE"]}


@pytest.mark.parametrize("after, command, when", [(after, command, when) for after, commands in POINTS.items() for command in commands
                                                  for when in ("before", "behind")])
def test_killed_between_commit_and_mark(gw, dovecot, proxy, after, command, when):
    gw.configure("imap desk", "after", after)
    gw.configure("imap desk", "batch", "4")
    for number in (1, 2):
        # The second time what was stored the first time is marked before what is new.
        dovecot.deliver(*list(mails(12))[6 * number - 6:6 * number])
        reached, count = threading.Event(), iter(range(1, 1000))

        def hook(_line, forward):
            if next(count) != number:
                return True
            if when == "behind":
                forward()
            reached.set()
            return False

        proxy.on(command.encode(), hook)
        process = gw.serve("--role", "imap", "--until-idle", wait=False)
        assert reached.wait(30), "it was not reached"
        gw.kill(process)
    proxy.on(None, None)
    fetch(gw)
    assert len(set(keys(gw))) == len(keys(gw)) == 12
    assert gw.sql_value("SELECT marking = '' AND todo = '' FROM mailbox") == "t"
    assert exists(dovecot) == (12 if after == "keyword" else 0)
    assert len(flags(dovecot, "$Ticketed")) == (12 if after == "keyword" else 0)
    assert not after.startswith("move") or exists(dovecot, "Done") == 12
    all_there_once(gw, 12)


# --- renumbered while it is read ----------------------------------------------------------------------------------------

class Hold:
    """Holds the command of that number on its way, until it is let go; then the connection is lost."""

    def __init__(self, proxy, watch, number):
        self.left, self.reached, self.go = number, threading.Event(), threading.Event()
        proxy.on(watch, self.hook)

    def hook(self, _line, _forward):
        self.left -= 1
        if self.left != 0:
            return True
        self.reached.set()
        self.go.wait(60)
        return False


def test_new_numbers_while_it_is_read(gw, dovecot, proxy):
    gw.configure("imap desk", "batch", "10")
    dovecot.deliver(*mails(120))
    first = Hold(proxy, b"BODY.PEEK[])", 4)
    gw.serve("--role", "imap", wait=False)
    assert first.reached.wait(30)
    assert 0 < len(keys(gw)) < 120
    renumber(dovecot)
    dovecot.deliver(mail(subject="between"))
    second = Hold(proxy, b"BODY.PEEK[])", 3)   # while what was taken is looked for
    first.go.set()
    assert second.reached.wait(30)
    assert gw.sql_value("SELECT generation = 2 AND renumbered FROM mailbox") == "t"
    assert 0 < len(keys(gw)) < 121
    renumber(dovecot)
    proxy.on(None, None)
    second.go.set()
    wait_for("all of them", lambda: gw.sql_value("SELECT generation = 3 AND NOT renumbered AND todo = '' FROM mailbox") == "t", timeout=60)
    all_there_once(gw, 121)


# --- many ---------------------------------------------------------------------------------------------------------------

def test_of_many_daemons_one_reads(gw, dovecot):
    dovecot.deliver(*mails(60))
    processes = [gw.serve("--role", "imap", wait=False) for _ in range(DAEMONS)]
    wait_for("the mails", lambda: len(keys(gw)) == 60, timeout=60)
    wait_for("the others to wait", lambda: gw.log.read_text().count("mailbox-held") == DAEMONS - 1, timeout=60)
    for left in range(DAEMONS - 1, 0, -1):
        holder = int(gw.sql_value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1835100525 AND granted"))
        assert holder == 1
        gw.kill(processes.pop())
        dovecot.deliver(mail(subject=f"with {left} left"))
        wait_for("the next mail", lambda: len(keys(gw)) == 60 + DAEMONS - left, timeout=30)
    assert len(set(keys(gw))) == 60 + DAEMONS - 1
    all_there_once(gw, 60 + DAEMONS - 1)


def test_the_same_mails_by_pipe_and_by_mailbox_at_once(gw, dovecot):
    originals = mails(BOTH)
    gw.serve()

    def hop(name, one):
        return f"Received: from {name} by mx; Sun, 22 Nov 2026 10:00:00 +0000\n".encode() + one

    def by_pipe():
        for one in originals:
            assert gw.lmtp(hop("a", one)) == {}

    sender = threading.Thread(target=by_pipe)
    sender.start()
    dovecot.deliver(*(hop("b", one) for one in reversed(originals)))
    sender.join()
    rows = gw.wait_inbound(2 * BOTH, timeout=60 + BOTH)
    assert len(gw.tickets()) == BOTH
    assert sorted(row["outcome"] for row in rows) == ["duplicate"] * BOTH + ["ticket"] * BOTH
    gw.audit()


# --- one that means harm, beside one that does not ------------------------------------------------------------------------

def asked(line, uid):
    """Whether the command's set of UIDs holds this one."""
    for part in line.split(b" ")[2].split(b","):
        first, _, last = part.partition(b":")
        if int(first) <= uid <= int(last or first):
            return True
    return False


def unreadable(uid):
    """A server whose answer about one mail is no IMAP, while it is well with all others."""
    def bodies(dialogue, _tag):
        if asked(dialogue.command_line, uid):
            return b"* 2 FETCH (UID %d BODY[] {99999999999999999999}\r\n" % uid
        for n, (one, text) in enumerate(MAILS.items(), 1):
            if asked(dialogue.command_line, one):
                dialogue.send(b"* %d FETCH (UID %d BODY[] {%d}\r\n%b)\r\n" % (n, one, len(text), text))
        return b"%T OK done\r\n"
    return {"bodies": bodies}


def connect_hostile(gw, name, port):
    secret = gw.dir / "hostile-password"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    os.chown(secret, gw.database_user, -1)
    for key, value in (PLAIN | {"host": "127.0.0.1", "port": port, "user": "desk", "password-file": secret, "queue": "support",
                                "poll": "2s"}).items():
        gw.configure(f"imap {name}", key, value)


def cpu_seconds(gw):
    """Of all processes that read mailboxes, by the account's number."""
    used = {}
    for number, pid in re.findall(r"role-started role=imap number=(\d+) pid=(\d+)", gw.log.read_text()):
        path = pathlib.Path(f"/proc/{pid}/stat")
        if path.exists():
            fields = path.read_text().rpartition(")")[2].split()
            used[int(number)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


def test_a_mail_that_cannot_be_read_and_a_flood_harm_nobody(gw, dovecot):
    def flood(dialogue, tag):
        dialogue.flood(b"* OK still here\r\n" * 10000)

    with Server(unreadable(2)) as odd, Server({"select": flood}) as bad:
        connect_hostile(gw, "odd", odd.port)
        connect_hostile(gw, "flood", bad.port)
        began = time.monotonic()
        gw.serve()
        wait_for("it to be tried", lambda: "account=flood" in gw.log.read_text())
        delivered = time.monotonic()
        dovecot.deliver(mail(subject="of the sound one"))
        wait_for("the other's mail", lambda: any(key.startswith("imap:desk/") for key in keys(gw)), timeout=10)
        took = time.monotonic() - delivered
        wait_for("the rest of the odd mailbox", lambda: sum(key.startswith("imap:odd/") for key in keys(gw)) == 3, timeout=60)
        wait_for("their outcomes", lambda: all(row["outcome"] not in ("waiting", "leased") for row in gw.inbound()))
        used = cpu_seconds(gw)
        print(f"the sound mailbox: {took:.1f} s; all of the odd one: {time.monotonic() - began:.1f} s; CPU {used}")
        log = gw.log.read_text()
    assert "mail-given-up account=odd folder=INBOX uid=2" in log
    by_outcome = sorted(row["outcome"] for row in gw.inbound() if row["source"] == "imap:odd")
    assert by_outcome == ["quarantined", "ticket", "ticket"]
    assert max(used.values()) < 10
    alarms = {row["account"]: row["alarm"] for row in gw.run("imap", "list", "--json")}
    assert alarms["flood"] and not alarms["desk"]


# --- the network ----------------------------------------------------------------------------------------------------------

def test_a_network_that_stalls_drops_and_comes_back(gw, dovecot, proxy):
    gw.configure("imap desk", "timeout", "3s")
    gw.configure("imap desk", "batch", "10")
    dovecot.deliver(*mails(40))
    proxy.delay = 0.05
    gw.serve("--role", "imap", wait=False)
    wait_for("some of them", lambda: len(keys(gw)) > 0)
    proxy.stalled = True
    gw.wait_log("mailbox-trouble")
    proxy.drop()
    proxy.stalled = False
    proxy.delay = 0
    wait_for("the rest", lambda: len(keys(gw)) == 40, timeout=20)
    proxy.stalled = True   # while it waits
    dovecot.deliver(mail(subject="meanwhile"))
    time.sleep(4)
    proxy.drop()
    proxy.stalled = False
    back = time.monotonic()
    wait_for("what came meanwhile", lambda: len(keys(gw)) == 41, timeout=20)
    print(f"resumed {time.monotonic() - back:.1f} s after the network was back")
    all_there_once(gw, 41)
