#!/usr/bin/python3
"""A desk's year in minutes: what the clock role tells of every ticket, beside what a counter of its own says.

  --tickets N    how many come in (default 50000)
  --days N       in so many days from 2026-01-05 on (default 364)
  --minutes N    stop after so many, say where, and compare what was done until then (default 30)
  --seed N       another year

Five queues, four calendars (holidays, a night shift, two changes of the clock), six policies; tickets that wait, come back, change their priority,
queue and policy; in the middle a file of holidays changes. Two clock roles on two hosts, whose zones and languages differ, are killed
again and again. Time is an argument of theirs (desk.c says how it passes).
"""

import argparse
import collections
import contextlib
import datetime
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import threading
import time
import zoneinfo

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1] / "integration")]

import counter  # noqa: E402
import owed  # noqa: E402
from harness import BUILD, Gateway, IS_ROOT  # noqa: E402

START = counter.epoch(datetime.datetime(2026, 1, 5, tzinfo=counter.UTC))
HOUR, DAY = 3600, 86400
LONGEST_DAYS = 60       # what is owed on the last day is due within these
WEEKDAYS = range(5)

QUEUES = {"support": "standard", "billing": "gold", "sales": "quick", "night": "watch", "abuse": "duty"}

# policy: (its calendar, {clock: time}, percent, {priority: what differs})
POLICIES = {
    "standard": ("office", {"first-response": "4h", "next-response": "8h", "resolution": "3d"}, 75,
                 {"urgent": {"first-response": "30m", "calendar": "always"}, "low": {"resolution": "10d"}}),
    "gold": ("berlin", {"first-response": "1h", "next-response": "2h", "resolution": "2d"}, 80,
             {"high": {"first-response": "45m"}, "urgent": {"resolution": "6h"}}),
    "quick": ("office", {"first-response": "2h"}, None, {}),
    "watch": ("shift", {"first-response": "90m", "next-response": "3h", "resolution": "5d"}, 33, {"high": {"calendar": "always"}}),
    "duty": ("always", {"first-response": "50m", "next-response": "4h", "resolution": "2d"}, 90, {"low": {"calendar": "office"}}),
    "bare": ("berlin", {"resolution": "40h"}, 50, {}),
}

# Changes are made as the gateway would have made them: their rows, and nothing of what is owed.
SCHEMA = """
CREATE SCHEMA simulated;
CREATE FUNCTION simulated.apply(seconds text, number text, change text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    at timestamptz := to_timestamp(seconds::bigint);
    t bigint := number::bigint;
    what jsonb := change::jsonb;
    arrived bigint;
BEGIN
    INSERT INTO mailgw.ticket (reference, queue, subject, created_at) VALUES (t, coalesce(what->>'queue', '-'), 'simulated', at)
        ON CONFLICT (reference) DO NOTHING;
    UPDATE mailgw.ticket
       SET queue = coalesce(what->>'queue', queue), policy = coalesce(what->>'policy', policy), priority = coalesce(what->>'priority', priority),
           status = coalesce(what->>'status', status),
           closed_at = CASE WHEN coalesce(what->>'status', status) IN ('resolved', 'closed') THEN at END,
           pending_until = CASE WHEN what ? 'status' THEN to_timestamp((what->>'until')::bigint) ELSE pending_until END
     WHERE reference = t;
    IF what ? 'message' THEN
        INSERT INTO mailgw.inbound (received_at, source, queue, outcome, reason, ticket, done_at)
            VALUES (at, 'simulated', 'support', 'ticket', '', t, at) RETURNING id INTO arrived;
        INSERT INTO mailgw.article (ticket, inbound, kind, class, text, created_at) VALUES (t, arrived, 'message', 'human', '', at);
    END IF;
    IF what ? 'reply' THEN
        INSERT INTO mailgw.article (ticket, kind, agent, text, created_at)
            VALUES (t, 'reply', (SELECT min(id) FROM mailgw.agent), '', at);
    END IF;
END $$;
"""


# ---- the configuration -------------------------------------------------------------------------------------------


def dates(*texts):
    return [datetime.date.fromisoformat(text) for text in texts]


def calendars(changed):
    """The four calendars, before and after the holidays changed; their events as lines of iCalendar."""
    office = counter.Calendar("office", zoneinfo.ZoneInfo("Europe/Athens"),
                              {day: [(540, 780), (840, 1080)] for day in WEEKDAYS} | {5: [(600, 840)]})
    berlin = counter.Calendar("berlin", zoneinfo.ZoneInfo("Europe/Berlin"), {day: [(480, 1020)] for day in WEEKDAYS})
    shift = counter.Calendar("shift", zoneinfo.ZoneInfo("America/New_York"), {day: [(1080, 1560)] for day in range(7)})
    always = counter.Calendar("always", zoneinfo.ZoneInfo("UTC"), {}, always=True)
    closed = {office: dates("2026-01-06", "2026-03-25", "2026-04-10", "2026-04-13", "2026-05-01", "2026-08-15", "2026-10-28", "2026-12-25"),
              berlin: dates("2026-01-14", "2026-04-03", "2026-04-06", "2026-05-01", "2026-05-14", "2026-10-03", "2026-12-25"),
              shift: dates("2026-01-19", "2026-03-08", "2026-07-04", "2026-11-01", "2026-11-26")}
    if changed:
        closed[office] += dates("2026-01-23", "2026-06-01", "2026-07-03", "2026-07-06")
        closed[berlin] += dates("2026-01-22", "2026-07-07", "2026-11-18")
    for calendar, days in closed.items():
        calendar.holidays.update(days)
        calendar.events["holidays"] = [[f"DTSTART;VALUE=DATE:{counter.ics_date(day)}"] for day in days]
    return [office, berlin, shift, always]


def write_configuration(gateway, changed):
    """Calendars and policies behind what init wrote. Returns the calendars."""
    kept = gateway.config.read_text().split("\n# simulated\n")[0]
    lines, made = [], calendars(changed)
    for calendar in made:
        counter.write_calendar(str(gateway.dir), calendar, lines)
    for name, (calendar, times, percent, own) in POLICIES.items():
        lines += [f"[target {name}]", f"calendar = {calendar}", *(f"{clock} = {time}" for clock, time in times.items())]
        lines += [f"warn-at = {percent}%"] if percent else []
        lines += [f"{priority}.{key} = {value}" for priority, more in own.items() for key, value in more.items()]
    for name, policy in QUEUES.items():
        lines += [f"[queue {name}]", f"target = {policy}", *([] if name == "support" else [f"address = {name}@example.com"])]
    if "[queue support]" in kept:
        kept = kept.replace("[queue support]", "[queue support]\ntarget = standard", 1) if "target = standard" not in kept else kept
        at = lines.index("[queue support]")
        del lines[at:at + 2]
    gateway.config.write_text(kept + "\n# simulated\n" + "\n".join(lines) + "\n")
    gateway.run("config", "check")
    return made


def policies(made, days):
    """What the counter needs of them: {policy: {priority: Terms}}."""
    minutes = {calendar.name: owed.Minutes(calendar, START, days + LONGEST_DAYS) for calendar in made}
    day = {calendar.name: calendar.day_seconds() for calendar in made}

    def seconds(text, calendar):
        return int(text[:-1]) * {"m": 60, "h": HOUR, "d": day[calendar]}[text[-1]]

    def terms(calendar, times, percent, own):
        calendar = own.get("calendar", calendar)
        said = times | {key: value for key, value in own.items() if key in counter.CLOCKS}
        return owed.Terms(minutes[calendar], {clock: seconds(text, calendar) for clock, text in said.items()}, percent)

    return {name: {priority: terms(calendar, times, percent, own.get(priority, {})) for priority in counter.PRIORITIES}
            for name, (calendar, times, percent, own) in POLICIES.items()}


# ---- what happens ------------------------------------------------------------------------------------------------


def next_change(dice, status):
    """What somebody does to a ticket, and its state then."""
    kind = dice.random()
    if kind < 0.30:
        return {"reply": True}
    if kind < 0.55:
        return {"message": True, "status": "open"}
    if kind < 0.68 and status == "open":
        return {"status": "pending"} | ({"until": True} if dice.random() < 0.5 else {})
    if kind < 0.78 and status != "closed":
        return {"status": dice.choice(("resolved", "closed"))}
    if kind < 0.85 and status != "open":
        return {"status": "open"}
    if kind < 0.93:
        return {"priority": dice.choice(counter.PRIORITIES)}
    return {"policy": dice.choice(list(POLICIES))} if dice.random() < 0.6 else {"queue": dice.choice(list(QUEUES))}


def history(dice, reference, days):
    """One ticket: [(at, ticket, change)], to whole even seconds; it waits until odd ones."""
    at = START + dice.randrange(days * DAY // 2) * 2
    if dice.random() < 0.7:     # most write by day
        at = at // DAY * DAY + dice.randrange(6 * HOUR, 18 * HOUR, 2)
    first = {"message": True, "queue": dice.choice(list(QUEUES)), "priority": dice.choice(("low", "normal", "normal", "normal", "high", "urgent"))}
    changes, status = [(at, reference, first)], "open"
    for _ in range(dice.choice((0, 1, 2, 3, 4, 5, 6, 8))):
        at += max(2, int(dice.expovariate(1 / dice.choice((0.3 * HOUR, 3 * HOUR, DAY, 4 * DAY)))) // 2 * 2)
        change = next_change(dice, status)
        status = change.get("status", status)
        if "until" in change:
            change["until"] = at + dice.randrange(601, 5 * DAY, 2)
        changes.append((at, reference, change))
    return [change for change in changes if change[0] < START + days * DAY]


def counted(changes, end, changed_at, before, after, recomputed):
    """What is told until end, as the counter says: {ticket: [(moment, what, clock, due)]}, and the rounds: {ticket: [Round]}."""
    def configured(now):
        return after if recomputed and now >= changed_at else before

    of_ticket, told, rounds = collections.defaultdict(list), {}, {}
    for at, reference, change in changes:
        of_ticket[reference].append((at, change))
    for reference, own in of_ticket.items():
        ticket, moved = owed.Ticket(reference, configured, QUEUES), not recomputed
        for at, change in own:
            if not moved and own[0][0] < changed_at <= at:
                moved = recompute(ticket, changed_at)
            ticket.change(at, change)
        if not moved and own[0][0] < changed_at:
            recompute(ticket, changed_at)
        ticket.pass_time(end)
        told[reference], rounds[reference] = ticket.told, ticket.rounds
    return told, rounds


def recompute(ticket, at):
    ticket.pass_time(at)
    if ticket.status in ("open", "pending"):
        ticket.happen(at, {})
    return True


# ---- the gateway -------------------------------------------------------------------------------------------------


class Hosts:
    """Two hosts of the clock role, each with an environment of its own, killed at random and started again."""

    ENVIRONMENTS = ({"TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"}, {"TZ": "America/St_Johns", "LC_ALL": "C"})

    def __init__(self, gateway, clock, dice, on_failure):
        self.gateway, self.clock, self.dice, self.on_failure, self.problem = gateway, clock, dice, on_failure, None
        self.running, self.kills, self.lock, self.over = [None, None], 0, threading.Lock(), False
        self.start()
        self.killer = threading.Thread(target=self.kill_at_random, daemon=True)
        self.killer.start()

    def start(self):
        for number in range(2):
            command = [str(BUILD / "tests" / "targets" / "clock-host"), str(self.gateway.config), str(self.clock),
                       str(self.gateway.dir / "run"), str(number + 1)]
            if self.running[number] is None:
                with open(self.gateway.log, "ab") as log:
                    self.running[number] = subprocess.Popen([*as_user(self.gateway), *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                            cwd="/", env=os.environ | self.ENVIRONMENTS[number])

    def kill(self, numbers):
        for number in numbers:
            if self.running[number].poll() is not None:
                raise AssertionError(f"a clock role ended by itself, {self.running[number].returncode}:\n{self.gateway.log_tail()}")
            self.running[number].kill()
            self.running[number].wait(30)
            self.running[number] = None
            self.kills += 1

    def kill_at_random(self):
        while not self.over:
            time.sleep(self.dice.uniform(0.1, 2))
            with self.lock:
                if not self.over:
                    try:
                        self.kill(self.dice.choice(([0], [1], [0, 1])))
                        self.start()
                    except AssertionError as error:
                        self.problem = error
                        self.on_failure()
                        return

    @contextlib.contextmanager
    def stopped(self):
        with self.lock:
            self.kill([0, 1])
            yield
            self.start()

    def close(self):
        with self.lock:
            if self.problem is None:
                self.kill([number for number in range(2) if self.running[number] is not None])
            self.over = True
        self.killer.join()
        if self.problem is not None:
            raise self.problem


def as_user(gateway):
    uid = gateway.database_user
    return ["setpriv", f"--reuid={uid}", f"--regid={gateway.config.stat().st_gid}", "--clear-groups"] if IS_ROOT and uid != 0 else []


class Desk:
    """The program that makes the changes; reads them as fast as it can make them."""

    def __init__(self, gateway, clock):
        self.process = subprocess.Popen([*as_user(gateway), str(BUILD / "tests" / "targets" / "desk"), str(gateway.config), str(clock),
                                         str(gateway.dir / "run")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/")

    def say(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")

    def sync(self, at):
        self.say(at, "sync", "-")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "synced\n", "the desk ended"

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait(60)


def told_by_gateway(gateway):
    """{ticket: [(moment, what, clock, due)]}, in the order it was written."""
    rows = gateway.sql("SELECT ticket, extract(epoch FROM at)::bigint, substr(kind, 8), split_part(detail, ': due ', 1), "
                       "extract(epoch FROM nullif(split_part(detail, ': due ', 2), 'nothing while it waits')::timestamptz)::bigint FROM event "
                       "WHERE kind IN ('target-warned', 'target-breached', 'target-breach-withdrawn') ORDER BY id")
    told = collections.defaultdict(list)
    for ticket, at, what, clock, due in rows:
        told[int(ticket)].append((int(at), what.replace("breach-", ""), clock, int(due) if due else None))
    return told


def clocks_of_gateway(gateway):
    rows = gateway.sql("SELECT ticket, target, extract(epoch FROM started_at)::bigint, extract(epoch FROM due_at)::bigint, "
                       "extract(epoch FROM met_at)::bigint FROM clock WHERE ended_at IS NULL ORDER BY ticket, started_at, target")
    return sorted(tuple(int(value) if value.isdigit() else value or None for value in row) for row in rows)


# ---- all ---------------------------------------------------------------------------------------------------------


def go_through(gateway, changes, days, changed_at, minutes, dice, say):
    """Makes the changes while time passes: how many were made until when, and whether the holidays changed meanwhile."""
    deadline, clock, made = time.monotonic() + minutes * 60, gateway.base / "clock", 0
    clock.write_bytes((START * 1000000).to_bytes(8, "little") + bytes(8))
    if IS_ROOT:
        shutil.chown(clock, gateway.database_user)
    desk = Desk(gateway, clock)
    hosts = Hosts(gateway, clock, dice, desk.process.kill)
    began, recomputed, end = time.monotonic(), False, START
    try:
        for at, reference, change in changes:
            if not recomputed and at >= changed_at:
                desk.sync(changed_at)
                with hosts.stopped():
                    write_configuration(gateway, True)
                desk.say(changed_at, "recompute", gateway.config)
                recomputed = True
            desk.say(at, reference, json.dumps(change))
            made, end = made + 1, at
            if made % 100 == 0:
                desk.sync(at)
                if time.monotonic() > deadline:
                    break
            if made % 10000 == 0:
                say(f"{made:7} changes, {when(at)}, {time.monotonic() - began:.0f} s, {hosts.kills} kills")
        else:
            end = START + days * DAY
        desk.sync(end)
    finally:
        desk.close()
        hosts.close()
    return made, end, recomputed, hosts.kills


def when(at):
    return f"{counter.EPOCH + datetime.timedelta(seconds=at):%Y-%m-%d %H:%M}"


def differences(expected, told):
    """Lines, one for each ticket of which something else was told, or more than once, in another order or at another moment."""
    def same(one, other):
        return len(one) == len(other) and all(x[1:] == y[1:] and x[0] in (None, y[0]) for x, y in zip(one, other))

    return [f"#{ticket}: counted {expected.get(ticket, [])}, told {told.get(ticket, [])}"
            for ticket in sorted(expected.keys() | told.keys()) if not same(expected.get(ticket, []), told.get(ticket, []))]


def simulate(tickets, days, minutes, seed, say):
    """What was done, as text, and the differences."""
    dice = random.Random(seed)
    changed_at = START + int(days * 0.5) * DAY + 11 * HOUR + 1
    changes = sorted((change for reference in range(1, tickets + 1) for change in history(dice, reference, days)), key=lambda c: c[:2])
    gateway = Gateway()
    try:
        before = write_configuration(gateway, False)
        gateway.run("agent", "add", "anna")
        gateway.psql(input=SCHEMA)
        say(f"{tickets} tickets, {len(changes)} changes, {days} days, seed {seed}")
        made, end, recomputed, kills = go_through(gateway, changes, days, changed_at, minutes, dice, say)
        told, clocks = told_by_gateway(gateway), clocks_of_gateway(gateway)
        terms = [policies(calendar, days) for calendar in (before, calendars(True))]
        expected, rounds = counted(changes[:made], end, changed_at, *terms, recomputed)
        wrong = differences(expected, told)
        owes = sorted((ticket, r.kind, r.started, r.due, r.met) for ticket, own in rounds.items() for r in own if r.owed)
        wrong += [f"clock {row}" for row in sorted(set(map(str, owes)) ^ set(map(str, clocks)))]
    finally:
        gateway.close()
    kinds = collections.Counter(row[1] for rows in told.values() for row in rows)
    stopped = "" if made == len(changes) else f" (the time was over; {len(changes) - made} changes were left)"
    return (f"{made} changes until {when(end)}{stopped}, {len(clocks)} clocks, {kills} kills: {kinds['warned']} warned, "
            f"{kinds['breached']} breached, {kinds['withdrawn']} withdrawn; {len(wrong)} differences"), wrong, kinds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=50000)
    parser.add_argument("--days", type=int, default=364)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    text, wrong, _ = simulate(options.tickets, options.days, options.minutes, options.seed, lambda line: print(line, flush=True))
    print("\n".join(wrong[:20] + [text]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
