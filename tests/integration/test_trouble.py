"""Trouble that comes from outside: a database that is away, a disk that is full, processes that die, mail that is no mail.

In each story the same holds at the end: what was taken is there once, what could not be taken was told "later", and the books balance.
"""

import fcntl
import json
import os
import pathlib
import re
import shutil
import signal
import smtplib
import subprocess
import threading
import time

import pytest

import harness
from harness import mail, wait_for


def accepted(gw, one, sender="customer@example.net"):
    done = gw.deliver(one, gw.address, sender=sender)
    assert done.returncode == 0, done.stdout
    return done


def refused_for_now(gw, one):
    """451 by LMTP, 75 by the pipe."""
    try:
        answer = [code for code, _ in gw.lmtp(one).values()]
    except smtplib.SMTPResponseException as refused:    # at the end of the data
        answer = [refused.smtp_code]
    assert answer == [451]
    done = gw.deliver(one, gw.address, sender="customer@example.net")
    assert done.returncode == 75 and done.stdout.startswith(b"4."), done.stdout


def delivered_at_last(gw, one, timeout=60):
    """What an MTA does: try again until it is taken."""
    wait_for("the mail to be taken", lambda: gw.deliver(one, gw.address, sender="customer@example.net").returncode == 0, timeout)


def postmaster(gw):
    return int((gw.dir / "db" / "postmaster.pid").read_text().split()[0])


def all_done(gw, count):
    rows = gw.wait_inbound(count)
    assert len(rows) == count
    gw.audit()
    return rows


# --- the database ------------------------------------------------------------------------------------------------------

def test_database_is_stopped_and_started(gateway):
    gw = gateway
    gw.configure("gateway", "lease", "3s")       # of the mail that was being worked
    gw.raise_limits()
    process = gw.serve()
    accepted(gw, mail(subject="before"))
    gw.db_stop()
    refused_for_now(gw, mail(subject="meanwhile"))
    # Who stopped it by hand means it: nobody starts it behind his back.
    assert gw.execute("status").returncode == 1
    assert gw.execute("ticket", "list").returncode == 1
    assert not (gw.dir / "db" / "postmaster.pid").exists()
    assert process.poll() is None
    gw.db_start()
    delivered_at_last(gw, mail(subject="after"))
    rows = all_done(gw, 2)
    assert {row["outcome"] for row in rows} == {"ticket"}
    gw.wait_up()


def test_database_is_killed(gateway):
    """kill -9 of the postmaster: the supervisor starts it again, nobody has to come."""
    gw = gateway
    gw.configure("gateway", "lease", "3s")       # of the mail that was being worked
    gw.raise_limits()
    gw.serve()
    accepted(gw, mail(subject="before"))
    os.kill(postmaster(gw), signal.SIGKILL)
    delivered_at_last(gw, mail(subject="after"))
    all_done(gw, 2)
    gw.wait_up()


def test_command_starts_the_database_when_nothing_serves(gateway):
    gateway.db_stop()
    assert gateway.tickets() == []
    gateway.run("db", "status")


def test_disk_is_full():
    """The cluster on a small file system of its own, filled to the last byte."""
    if not harness.IS_ROOT:
        pytest.skip("needs root")
    base = harness.make_directory()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m,mode=755", "none", base], capture_output=True, text=True)
    if mounted.returncode != 0:
        base.rmdir()
        pytest.skip("needs root")    # of a container that may not mount
    gw = None
    try:
        gw = harness.Gateway(base)
        gw.raise_limits()
        gw.log = pathlib.Path(str(base) + ".log")
        gw.serve()
        accepted(gw, mail(subject="before"))
        all_done(gw, 1)
        filler = base / "filler"
        # Unbuffered: closing the file must not try to write what did not fit.
        with open(filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 65536)
            except OSError:
                pass
        large = mail(subject="needs room", body="x" * 70 + "\n" + "y" * 70 + "\n" + "z\n" * 2_000_000)
        refused_for_now(gw, large)
        filler.unlink()
        delivered_at_last(gw, large)
        delivered_at_last(gw, mail(subject="after"))
        rows = all_done(gw, 3)
        assert {row["outcome"] for row in rows} == {"ticket"}
    finally:
        if gw is not None:
            gw.close()
        subprocess.run(["umount", "-l", base], check=True)
        shutil.rmtree(base, ignore_errors=True)
        pathlib.Path(str(base) + ".log").unlink(missing_ok=True)


def test_partitions_that_cannot_be_made(gateway):
    """Somebody has a partition of his own for the months to come: ours cannot be made, and mail does not wait for that."""
    gw = gateway
    gw.sql("""DO $$ DECLARE later text; BEGIN
        FOR later IN SELECT c.relname FROM pg_class c JOIN pg_inherits h ON h.inhrelid = c.oid
                      WHERE h.inhparent = 'mailgw.raw'::regclass AND c.relname > 'raw_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')
                        AND c.relname <> 'raw_default' LOOP
            EXECUTE format('ALTER TABLE mailgw.raw DETACH PARTITION mailgw.%I', later);
            EXECUTE format('DROP TABLE mailgw.%I', later);
        END LOOP;
        EXECUTE format('CREATE TABLE mailgw.raw_ours PARTITION OF mailgw.raw FOR VALUES FROM (%L) TO (%L)',
                       date_trunc('month', now()) + interval '1 month 1 day', now() + interval '50 years');
    END $$""")
    gw.raise_limits()
    gw.serve()
    accepted(gw, mail())
    all_done(gw, 1)
    gw.wait_log(r"partitions-not-made.*overlap")
    assert "work-failed" not in gw.log.read_text()


def test_table_of_locks_is_full(gateway):
    """Another program of the same server holds nearly all the locks there are. A batch that needs more than are left is tried with
    fewer mails, not for ever with as many."""
    gw = gateway
    gw.configure("gateway", "workers", "1")
    gw.raise_limits()
    for number in range(64):
        # The last one answers the first: it is put off, and must not be forgotten when the batch fails.
        parent = {"In_Reply_To": "<m0@example.net>"} if number == 63 else {}
        (gw.base / f"{number:02d}.eml").write_bytes(mail(sender=f"c{number % 63}@example.net", message_id=f"m{number}@example.net",
                                                         **parent))
    gw.run("import", *sorted(gw.base.glob("*.eml")))
    hog = threading.Thread(target=gw.psql, kwargs={"input": """
        DO $$ DECLARE held int := 0; BEGIN
            LOOP PERFORM pg_advisory_lock(4711, held + 1); held := held + 1; END LOOP;
        EXCEPTION WHEN out_of_memory THEN
            FOR number IN 1 .. 150 LOOP PERFORM pg_advisory_unlock(4711, number); END LOOP;
        END $$;
        CREATE TABLE public.locks_are_held ();
        DO $$ BEGIN
            FOR tenth IN 1 .. 300 LOOP
                EXIT WHEN EXISTS (SELECT FROM pg_class WHERE relname = 'locks_may_go');
                PERFORM pg_sleep(0.1);
            END LOOP;
        END $$;
    """})
    hog.start()
    wait_for("the locks to be held", lambda: gw.sql_value("SELECT to_regclass('public.locks_are_held') IS NOT NULL") == "t")
    gw.run("serve", "--role", "worker", "--until-idle", timeout=15)
    assert hog.is_alive()
    gw.sql("CREATE TABLE public.locks_may_go ()")
    hog.join()
    assert {row["attempts"] for row in all_done(gw, 64)} == {1}
    assert len(gw.tickets()) == 63


# --- bad input ---------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def serving(shared_gateway):
    shared_gateway.raise_limits()
    shared_gateway.serve()
    return shared_gateway


ODD_MAILS = {
    "NUL": mail(body="before \0 after\n"),
    "NUL in the subject": mail(subject="before \0 after"),
    "bad UTF-8": mail(subject="x").replace(b"it does not work", b"it \xff\xfe\xc3\x28 does not work"),
    "bad UTF-8 in the header": mail(subject="x").replace(b"Subject: x", b"Subject: \xff\xfe\xc3\x28"),
    "bad UTF-8 in an address": mail(subject="x").replace(b"customer@", b"cust\xffomer@"),
    "no From": mail().partition(b"\n")[2],
    "no Date": mail(Date=None),
    "no Message-ID": mail(Message_ID=None, subject="no id"),
    "neither": mail(Message_ID=None, Date=None, subject="neither"),
    "nothing but a line end": b"\r\n",
    "header only": mail().partition(b"\n\n")[0] + b"\n",
    "header without line end": b"Subject: cut",
    "body only": b"\nI have no header.\n",
    "no colon anywhere": b"this is no mail at all\nneither is this\n",
    "CR only": mail().replace(b"\n", b"\r"),
    "every octet": bytes(range(256)) * 20,
    "From line first": b"From me Mon Nov  2 10:00:00 2026\n" + mail(),
    "one long line": mail(body="x" * 2_000_000),
    "Message-ID of a megabyte": mail(Message_ID="<" + "x" * 900_000 + "@example.net>"),
    "ten thousand header fields": b"".join(b"X-%d: y\n" % n for n in range(10_000)) + mail(),
    "ten thousand references": mail(References="\n ".join(f"<{n}@example.net>" for n in range(10_000))),
    "nested a thousand times": b"MIME-Version: 1.0\nSubject: deep\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1000)),
    "fifty thousand parts": mail(Content_Type="multipart/mixed; boundary=b", body="--b\n\n" * 50_000),
}


@pytest.mark.parametrize("name", ODD_MAILS)
def test_odd_mail_has_one_outcome(serving, name):
    gw = serving
    before = len(gw.inbound())
    accepted(gw, ODD_MAILS[name])
    row = gw.wait_inbound(before + 1)[-1]
    assert row["outcome"] in ("ticket", "quarantined"), row
    shown = gw.run("ticket", "show", row["ticket"], "--json")
    assert shown["articles"] == 1
    assert gw.run("inbound", "show", row["id"], "--json")["size"] == len(ODD_MAILS[name])


def test_empty_mail(serving):
    before = len(serving.inbound())
    accepted(serving, b"")
    # The mail of one line end says the same.
    assert serving.wait_inbound(before + 1)[-1]["outcome"] in ("ticket", "duplicate")


def test_books_balance_after_odd_mails(serving):
    serving.audit()


def sized(size):
    head = mail(subject=f"{size} octets", body="")
    line = b"0123456789" * 7 + b"\r\n"
    body = line * ((size - len(head)) // len(line) + 1)
    return (head.replace(b"\n", b"\r\n") + body)[:size - 2] + b"\r\n"


def test_mail_of_the_largest_size(serving):
    """Just below the limit of 25M; all of it is kept, and it is worked."""
    before = len(serving.inbound())
    accepted(serving, sized(25 * 1024 * 1024))
    assert serving.lmtp(sized(25 * 1024 * 1024 - 1000)) == {}
    rows = serving.wait_inbound(before + 2)
    assert [row["outcome"] for row in rows[-2:]] == ["ticket", "ticket"]
    assert rows[-2]["size"] == 25 * 1024 * 1024


def test_larger_mail(serving):
    one = sized(25 * 1024 * 1024 + 1)
    before = len(serving.inbound())
    done = serving.deliver(one, serving.address, sender="customer@example.net")
    assert done.returncode == 65 and done.stdout.startswith(b"5.3.4 "), done
    code, text = serving.lmtp(one)[serving.address]
    assert code == 552 and text.startswith(b"5.3.4 ")
    assert len(serving.inbound()) == before


def test_unknown_recipient(serving):
    answers = serving.lmtp(mail(), to="nobody@example.com")
    assert [code for code, _ in answers.values()] == [550]
    done = serving.deliver(mail(), "nobody@example.com", sender="customer@example.net")
    assert done.returncode == 67 and done.stdout.startswith(b"5.1.1 "), done.stdout


def test_each_recipient_has_its_own_answer(gateway):
    gw = gateway
    gw.configure("queue billing", "address", "billing@example.com")
    gw.serve()
    to = ["support@example.com", "nobody@example.com", "billing@example.com"]
    with smtplib.LMTP(str(gw.socket), local_hostname="mx.example.net", timeout=30) as client:
        client.ehlo_or_helo_if_needed()
        client.docmd("MAIL FROM:<customer@example.net>")
        assert [client.docmd(f"RCPT TO:<{one}>")[0] for one in to] == [250, 550, 250]
        assert client.docmd("DATA")[0] == 354
        client.send(mail(to=", ".join(to)).replace(b"\n", b"\r\n") + b".\r\n")
        answers = [client.getreply() for _ in range(2)]
    stored = [int(re.search(rb"stored as (\d+)", text)[1]) for _, text in answers]
    assert [code for code, _ in answers] == [250, 250]
    rows = {row["id"]: row for row in gw.wait_inbound(2)}
    # In the order of the recipients that were taken (RFC 2033, 4.2).
    assert [rows[number]["recipient"] for number in stored] == ["support@example.com", "billing@example.com"]
    tickets = gw.tickets()
    assert sorted(ticket["queue"] for ticket in tickets) == ["billing", "support"]
    # One mail, one acknowledgement; the tickets know of each other.
    assert [row["kind"] for row in gw.outbox()] == ["acknowledgement"]
    assert gw.run("ticket", "show", tickets[1]["reference"], "--json")["links"]
    gw.audit()


def test_mail_that_kills_whoever_works_it(gateway):
    """It is set aside and shown, and the hundred mails around it go through. What it did to its workers stands in its row, as they
    leave it when they die; how a parse child dies is told in tests/unit/test-gateway-parser.c."""
    gw = gateway
    gw.raise_limits()
    lmtp = gw.serve("--role", "lmtp")
    for n in range(101):
        sender = f"c{n}@example.net"
        accepted(gw, mail(sender=sender, subject="poison" if n == 50 else f"number {n}"), sender)
    gw.stop(lmtp)
    poison = gw.sql_value("SELECT id FROM inbound WHERE sender = 'c50@example.net'")
    gw.sql(f"UPDATE inbound SET attempts = 4, attempts_alone = 3 WHERE id = {poison}")
    gw.work()
    outcomes = [row["outcome"] for row in gw.inbound()]
    assert outcomes.count("ticket") == 100 and outcomes.count("quarantined") == 1
    row = gw.run("inbound", "show", poison, "--json")
    assert row["outcome"] == "quarantined" and row["reason"]
    assert gw.run("ticket", "show", row["ticket"], "--json")["placeholder"] is True
    assert json_status(gw)["quarantined"] == 1
    gw.audit()


# --- processes ---------------------------------------------------------------------------------------------------------

def direct_children(gw):
    """{pid of a role: its name}, by what the supervisor has logged."""
    found = re.findall(r"role-started role=(\w+) number=\d+ pid=(\d+)", gw.log.read_text(errors="replace"))
    return {int(pid): role for role, pid in found if harness.is_alive(int(pid))}


@pytest.mark.parametrize("role", ["lmtp", "worker", "courier"])
def test_role_is_killed(gateway, role):
    gw = gateway
    gw.configure("gateway", "lease", "3s")
    gw.raise_limits()
    process = gw.serve()
    accepted(gw, mail(subject="before"))
    before = direct_children(gw)
    victims = [pid for pid, name in before.items() if name == role]
    assert victims
    accepted(gw, mail(subject="in flight"))
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    wait_for("the role to be started again", lambda: len([1 for name in direct_children(gw).values() if name == role]) == len(victims))
    others = {pid for pid, name in before.items() if name != role}
    assert others <= set(direct_children(gw)), "the others do not notice"
    delivered_at_last(gw, mail(subject="after"))
    rows = all_done(gw, 3)
    assert {row["outcome"] for row in rows} == {"ticket"}
    wait_for("all answers to be sent", lambda: {row["state"] for row in gw.outbox()} <= {"sent", "unknown"})
    assert len(gw.outbox()) == 3
    assert process.poll() is None


def test_parse_child_and_supervisor_are_killed(gateway):
    gw = gateway
    gw.raise_limits()
    process = gw.serve()
    accepted(gw, mail(subject="before"))
    all_done(gw, 1)
    roles = set(direct_children(gw))
    parsers = [pid for pid in harness.descendants(process.pid) if pid not in roles]
    assert parsers
    for pid in parsers:
        os.kill(pid, signal.SIGKILL)
    accepted(gw, mail(subject="after the parsers"))
    assert {row["outcome"] for row in all_done(gw, 2)} == {"ticket"}
    below = harness.descendants(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    gw.processes.remove(process)
    wait_for("the roles to end with their supervisor", lambda: not any(map(harness.is_alive, below)))
    gw.serve()
    accepted(gw, mail(subject="after the supervisor"))
    assert {row["outcome"] for row in all_done(gw, 3)} == {"ticket"}


def test_two_gateways_on_one_database(gateway):
    """A second host is the same program on the same database: each mail is worked once."""
    gw = gateway
    gw.raise_limits()
    gw.serve("--role", "lmtp", "--role", "courier")
    gw.serve("--role", "worker")
    gw.serve("--role", "worker")
    senders = [f"c{n}@example.net" for n in range(60)]

    def send(some):
        for sender in some:
            accepted(gw, mail(sender=sender), sender)

    threads = [threading.Thread(target=send, args=(senders[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = all_done(gw, 60)
    assert {row["outcome"] for row in rows} == {"ticket"} and {row["attempts"] for row in rows} == {1}
    assert len(gw.tickets()) == 60
    wait_for("all answers to be sent", lambda: [row["state"] for row in gw.outbox()] == ["sent"] * 60)
    assert len(list((gw.dir / "sent" / "new").iterdir())) == 60


def test_terminated_gateway_finishes_what_it_has(gateway):
    """SIGTERM in the middle of a transaction of a client: what was answered 250 is there, nothing is leased for longer than it lives."""
    gw = gateway
    gw.raise_limits()
    process = gw.serve()
    taken, stop = [], threading.Event()

    def send(number):
        n = 0
        while not stop.is_set():
            n += 1
            sender = f"c{number}-{n}@example.net"
            if gw.deliver(mail(sender=sender), gw.address, sender=sender).returncode == 0:
                taken.append(sender)
            elif process.poll() is not None:
                return

    threads = [threading.Thread(target=send, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    wait_for("mail to flow", lambda: len(taken) >= 20)
    gw.stop(process)
    stop.set()
    for thread in threads:
        thread.join()
    assert process.returncode == 0
    assert sorted(row["sender"] for row in gw.inbound()) == sorted(taken)
    assert not [row for row in gw.inbound() if row["state"] == "leased"], "a lease was left behind"
    gw.run("serve", "--until-idle")
    all_done(gw, len(taken))


def test_reload(gateway):
    gw = gateway
    process = gw.serve()
    good = gw.config.read_text()
    assert [code for code, _ in gw.lmtp(mail(), to="new@example.com").values()] == [550]
    # Broken: all stays as it is, and the log says where.
    roles = set(direct_children(gw))
    gw.config.write_text(good + "\n[queue new]\nadress = new@example.com\n")
    line = good.count("\n") + 3
    refused = gw.execute("reload")
    assert refused.returncode == 1 and f"mailgw.conf:{line}:1:" in refused.stderr
    process.send_signal(signal.SIGHUP)
    gw.wait_log(rf"reload-refused .*mailgw\.conf:{line}:1: unknown key")
    assert set(direct_children(gw)) == roles
    accepted(gw, mail())
    # A section that is needed is gone: refused as well.
    gw.config.write_text(re.sub(r"(?s)\[smtp\].*?(?=\n\[)", "", good))
    process.send_signal(signal.SIGHUP)
    gw.wait_log(r"reload-refused .*\[smtp\]")
    assert set(direct_children(gw)) == roles
    # Good: the new queue is there, in all roles.
    gw.config.write_text(good + "\n[queue new]\naddress = new@example.com\n")
    gw.run("reload")
    gw.wait_log(r"\breloaded\b")
    wait_for("the new address to be known", lambda: gw.greets() and gw.lmtp(mail(subject="other"), to="new@example.com") == {})
    gw.wait_inbound(2)
    assert {ticket["queue"] for ticket in gw.tickets()} == {"support", "new"}
    gw.audit()


def as_a_careless_parent_starts_it():
    """As under nohup, or from a daemon that lets the kernel reap its children."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGCHLD})


def test_signals_are_the_supervisors_own(gateway):
    gw = gateway
    gw.serve(preexec_fn=as_a_careless_parent_starts_it)
    gw.kill_role("lmtp")
    gw.wait_log(r"role-ended role=lmtp number=1 signal=9")
    wait_for("the role to be started again", gw.greets)
    gw.run("reload")
    gw.wait_log(r"\breloaded\b")
    wait_for("the roles to be back", gw.greets)
    gw.stop(timeout=10)


def test_reload_during_the_start(gateway):
    """The embedded server takes a while to start; a SIGHUP meanwhile ends nothing."""
    gw = gateway
    gw.db_stop()
    process = gw.serve(wait=False)
    wait_for("the database to be started", lambda: (gw.dir / "db" / "postmaster.pid").exists())
    process.send_signal(signal.SIGHUP)
    wait_for("the gateway to be up", lambda: process.poll() is not None or gw.execute("status").returncode == 0)
    assert process.poll() is None
    gw.wait_log(r"\breloaded\b")


def test_reload_after_somebody_looked_at_the_start(gateway):
    """A command that looks whether a gateway runs holds the lock for a moment; the gateway is found all the same."""
    gw = gateway
    with open(gw.dir / "mailgw.pid", "w", encoding="ascii") as looked_at:
        os.chown(looked_at.fileno(), gw.database_user, -1)
        fcntl.flock(looked_at, fcntl.LOCK_EX)
        gw.serve(wait=False)
        gw.wait_log("mail-goes-to-a-folder")
        time.sleep(0.2)
    gw.wait_up()
    gw.run("reload")
    gw.wait_log(r"\breloaded\b")


@pytest.mark.skipif(os.path.isdir("/run/mailgw"), reason="needs a machine on which no gateway was installed")
def test_gateway_that_reload_cannot_find(gateway):
    """With a server of one's own the file is in /run/mailgw; where that is missing, both sides say so."""
    gw = gateway
    text = gw.config.read_text()
    gw.config.write_text(re.sub(r"(?m)^embedded = .*$", f"url = postgresql:///mailgw?host={gw.dir}/run&user=mailgw_owner", text))
    gw.serve("--role", "courier", wait=False)
    gw.wait_log(r"reload-by-signal-only file=/run/mailgw/mailgw\.pid")
    done = gw.execute("reload")
    assert done.returncode == 1 and "/run/mailgw/mailgw.pid" in done.stderr


def test_reload_without_a_gateway(gateway):
    done = gateway.execute("reload")
    assert done.returncode == 1 and "no gateway runs" in done.stderr


def test_until_idle(gateway):
    gw = gateway
    gw.raise_limits()
    gw.run("serve", "--until-idle")             # nothing to do: ends
    assert not gw.socket.exists()
    for n in range(5):
        (gw.base / f"{n}.eml").write_bytes(mail(sender=f"c{n}@example.net"))
    gw.run("import", *sorted(gw.base.glob("*.eml")))
    gw.run("serve", "--role", "worker", "--until-idle")
    assert [row["state"] for row in gw.inbound()] == ["done"] * 5
    assert [row["state"] for row in gw.outbox()] == ["waiting"] * 5
    # Beside a gateway that runs.
    gw.serve("--role", "lmtp")
    gw.run("serve", "--until-idle")
    assert [row["state"] for row in gw.outbox()] == ["sent"] * 5
    assert gw.greets()
    gw.audit()


def test_status(gateway):
    gw = gateway
    assert gw.execute("status").returncode == 1
    process = gw.serve("--role", "worker", "--role", "courier")
    wait_for("two roles", lambda: [row["up"] > 0 for row in json_status(gw)["roles"]] == [False, True, True])
    assert gw.execute("status").returncode == 1
    lmtp = gw.serve("--role", "lmtp")
    gw.wait_up()
    assert json_status(gw)["up"] is True and "folder" in gw.run("status")
    gw.stop(lmtp)
    wait_for("a role to be missed", lambda: gw.execute("status").returncode == 1)
    gw.stop(process)


def json_status(gw):
    return json.loads(gw.execute("status", "--json").stdout)


def test_second_gateway_does_not_take_the_socket(gateway):
    gw = gateway
    gw.serve()
    second = gw.serve("--role", "lmtp", wait=False)
    gw.wait_log(r"(?i)role-failed.*lmtp\.sock")
    accepted(gw, mail())
    gw.stop(second)
    accepted(gw, mail(subject="still there"))
    all_done(gw, 2)
