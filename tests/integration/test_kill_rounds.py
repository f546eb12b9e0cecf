"""kill -9 at random moments, under load: the books balance after each round, and no ordinary mail ends in quarantine.

A round is a supervisor's life: mail comes in by LMTP and by mailgw-deliver, each sent again until it was taken, as an MTA
does; processes are killed at random moments; then all waiting work is finished and audit reads the books.

`make kill-rounds ROUNDS=100 MINUTES=30` runs more of them and says where it stopped.
"""

import collections
import contextlib
import os
import random
import signal
import threading
import time

from harness import descendants, is_alive, mail, wait_for

ROUNDS = int(os.environ.get("MAILGW_KILL_ROUNDS", "10"))
MINUTES = float(os.environ.get("MAILGW_KILL_MINUTES", "4"))
SEED = int(os.environ.get("MAILGW_KILL_SEED", "1"))
SENDERS = 4
LOAD_SECONDS = 1.0

# What is killed, and how often in comparison.
VICTIMS = {"lmtp": 3, "worker": 4, "courier": 2, "parse": 2, "helper": 2, "supervisor": 1, "postmaster": 1}


class Load:
    """Senders in a closed loop; remembers which mail was taken, and gives up none."""

    def __init__(self, gateway, label):
        self.gateway = gateway
        self.label = label
        self.taken = []
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._send, args=(number,)) for number in range(SENDERS)]
        for thread in self.threads:
            thread.start()

    def _send(self, number):
        count = 0
        while not self.stopping.is_set():
            count += 1
            identity = f"{self.label}.{number}.{count}@client.example"
            parent = f"{self.label}.{number}.{count - 1}@client.example"
            content = mail(subject=f"question {identity}", message_id=identity, sender=f"s{number}@{self.label}.example",
                           In_Reply_To=f"<{parent}>" if count % 3 == 0 else None)
            self._until_taken(content, by_pipe=number % 2 == 1)
            self.taken.append(identity)

    def _until_taken(self, content, by_pipe):
        deadline = time.monotonic() + 120
        while not self._once(content, by_pipe):
            assert time.monotonic() < deadline, "a mail was not taken within two minutes"
            time.sleep(0.05)

    def _once(self, content, by_pipe):
        if by_pipe:
            done = self.gateway.deliver(content, sender="customer@example.net")
            assert done.returncode in (0, 75), f"{done.returncode}: {done.stderr}"
            return done.returncode == 0
        with contextlib.suppress(OSError, EOFError, ValueError):
            # smtplib's exceptions are OSErrors.
            return self.gateway.lmtp(content) == {}
        return False

    def stop(self):
        """The last mails are taken, too."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(180)
        assert not any(thread.is_alive() for thread in self.threads)


def postmaster(gateway):
    with contextlib.suppress(OSError, ValueError, IndexError):
        return [int((gateway.dir / "db" / "postmaster.pid").read_text().split()[0])]
    return []


def victims(gateway, kind):
    if kind == "supervisor":
        return [process.pid for process in gateway.processes]
    if kind == "postmaster":
        return postmaster(gateway)
    return gateway.role_pids(kind)


def kill_one(gateway, kind, chance):
    """What was killed, or None if there was no such process just then."""
    pids = victims(gateway, kind)
    if not pids:
        return None
    with contextlib.suppress(ProcessLookupError):
        os.kill(chance.choice(pids), signal.SIGKILL)
    return kind


def restart_if_dead(gateway, below):
    """What a service manager does: the whole service again, when its first process has died."""
    for process in list(gateway.processes):
        if process.poll() is not None:
            gateway.processes.remove(process)
            wait_for("the roles to end after their supervisor", lambda: not any(map(is_alive, below)), 30)
    if not gateway.processes:
        gateway.serve(wait=False)


def one_round(gateway, number, chance, killed):
    load = Load(gateway, f"r{number}")
    end = time.monotonic() + LOAD_SECONDS
    try:
        while time.monotonic() < end:
            time.sleep(chance.uniform(0.02, 0.5))
            below = [pid for process in gateway.processes for pid in descendants(process.pid)]
            kind = chance.choices(list(VICTIMS), VICTIMS.values())[0]
            killed[kill_one(gateway, kind, chance)] += 1
            if kind == "supervisor":
                wait_for("the supervisor to be dead", lambda: any(p.poll() is not None for p in gateway.processes))
            if kind == "postmaster":
                gateway.execute("db", "start")
            restart_if_dead(gateway, below)
    finally:
        load.stop()
    return load.taken


def finished(gateway):
    return gateway.sql_value("SELECT count(*) FROM inbound WHERE outcome IS NULL") in ("0", 0)


def check(gateway, taken):
    """Every mail that was answered 250 has one row that is no duplicate, and its ticket; further rows of it are duplicates."""
    wait_for("all mail to have its outcome", lambda: finished(gateway), 90)
    rows = gateway.sql("""SELECT a.message_id, count(*) FILTER (WHERE i.outcome = 'ticket')
                            FROM article a JOIN inbound i ON i.id = a.inbound
                           WHERE a.message_id IS NOT NULL GROUP BY a.message_id""")
    filed = {message_id: int(count) for message_id, count in rows}
    lost = [identity for identity in taken if filed.get(identity) != 1]
    assert lost == [], f"{len(lost)} mails that were taken are not filed exactly once, such as {lost[:5]}"
    outcomes = dict(gateway.sql("SELECT outcome, count(*) FROM inbound GROUP BY outcome"))
    assert set(outcomes) <= {"ticket", "duplicate"}, \
        f"ordinary mail ended otherwise: {outcomes}\n{gateway.execute('inbound', 'list', '--outcome', 'quarantined').stdout}"
    gateway.audit()


def test_killed_at_any_moment(gateway, capfd):
    gateway.raise_limits()
    gateway.configure("gateway", "lease", "2s")
    gateway.configure("smtp", "timeout", "10s")
    gateway.serve()
    chance = random.Random(SEED)
    killed = collections.Counter()
    taken = []
    began = time.monotonic()
    done = 0
    while done < ROUNDS and time.monotonic() - began < MINUTES * 60:
        taken += one_round(gateway, done, chance, killed)
        check(gateway, taken)
        done += 1
        if ROUNDS > 10:
            with capfd.disabled():
                print(f"round {done} of {ROUNDS}: {len(taken)} mails taken, killed so far {dict(killed)}", flush=True)
    with capfd.disabled():
        print(f"\nkill rounds: {done} of {ROUNDS} done in {time.monotonic() - began:.0f} s (budget {MINUTES:g} minutes), "
              f"{len(taken)} mails, killed {sum(killed.values()) - killed[None]} processes: "
              + ", ".join(f"{kind} {count}" for kind, count in killed.most_common() if kind), flush=True)
    assert done >= min(ROUNDS, 3), "the budget was too small to show anything"
