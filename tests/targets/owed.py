"""What is owed on a ticket and what is told of it, from what the manual says and nothing else.

Working time is counted in minutes that are open or not (counter.py); a history is a list of changes.  Nothing is shared with the program.
"""

import array
import bisect
import itertools

NEVER = float("inf")
KINDS = ("first-response", "next-response", "resolution")


class Minutes:
    """A calendar's minutes from a moment on, counted once."""

    def __init__(self, calendar, start, days):
        self.start = start
        self.open = bytes(calendar.is_open(start + i * 60) for i in range(days * 1440))
        self.before = array.array("L", itertools.accumulate(itertools.chain((0,), self.open), lambda total, one: total + one * 60))

    def until(self, moment):
        """Seconds that were open before a moment."""
        minute, second = divmod(moment - self.start, 60)
        return self.before[minute] + (second if second and self.open[minute] else 0)

    def used(self, first, last):
        return self.until(last) - self.until(first) if last > first else 0

    def after(self, first, seconds):
        """The first moment at which seconds are used since first."""
        if seconds <= 0:
            return first
        total = self.until(first) + seconds
        minute = bisect.bisect_left(self.before, total) - 1
        if minute + 1 >= len(self.before):
            raise AssertionError("the minutes that were counted are over")
        return self.start + minute * 60 + total - self.before[minute]


class Terms:
    """What one policy says for one priority."""

    def __init__(self, calendar, seconds, percent):
        self.calendar, self.seconds, self.percent = calendar, seconds, percent


class Round:
    def __init__(self, kind, started):
        self.kind, self.started = kind, started
        self.met = self.due = self.warn = None
        self.owed = self.warned = self.breached = False

    def next(self):
        """When somebody has to be told of it."""
        if not self.owed or self.met is not None or self.breached:
            return NEVER
        moments = [self.due] if self.warned else [self.warn, self.due]
        return min((moment for moment in moments if moment is not None), default=NEVER)


class Ticket:
    """One ticket's history, gone through.  policies(moment): {name: {priority: Terms}} that were configured then; queues: {name: policy}.

    told: [(moment, "warned" | "breached" | "withdrawn", kind, due)]; a moment is None where a change found that it was over already: that is told at once,
    but whoever looks at that moment may have looked at the time before.
    """

    def __init__(self, reference, policies, queues):
        self.reference, self.policies, self.queues = reference, policies, queues
        self.queue = self.policy = None
        self.priority, self.status, self.until = "normal", "open", NEVER
        self.turns, self.waits, self.rounds, self.told = [], [], [], []
        self.replied, self.last = False, 0

    # what happens

    def change(self, at, what):
        self.pass_time(at)
        self.happen(at, what)

    def happen(self, at, what):
        self.queue, self.policy = what.get("queue", self.queue), what.get("policy", self.policy)
        self.priority = what.get("priority", self.priority)
        if "status" in what:
            self.status, self.until = what["status"], what.get("until", NEVER)
        terms = (self.policy or self.queues[self.queue], self.priority)
        if not self.turns or self.turns[-1][1:] != terms:
            self.turns.append((at, *terms))
        waiting = self.status in ("pending", "resolved", "closed")
        if waiting and not (self.waits and self.waits[-1][1] is None):
            self.waits.append([at, None])
        elif not waiting and self.waits and self.waits[-1][1] is None:
            self.waits[-1][1] = at
        if "message" in what:
            self.asked(at)
        if "reply" in what:
            self.answered(at)
        self.resolved(at)
        self.count(at)
        self.last = at

    def asked(self, at):
        if not any(r.kind != "resolution" and r.met is None for r in self.rounds):
            self.rounds.append(Round("next-response" if self.replied else "first-response", at))
        if not any(r.kind == "resolution" for r in self.rounds):
            self.rounds.append(Round("resolution", at))

    def answered(self, at):
        self.replied = True
        for r in self.rounds:
            if r.kind != "resolution" and r.met is None:
                r.met = at

    def resolved(self, at):
        over = self.status in ("resolved", "closed")
        for r in self.rounds:
            if r.kind == "resolution":
                r.met = (r.met or at) if over else None

    # counting

    def moment(self, start, seconds, policies):
        """When so many seconds are used; None: not as long as it waits."""
        edges = sorted({start, *(t[0] for t in self.turns), *(m for w in self.waits for m in w if m is not None)})
        edges = [edge for edge in edges if edge >= start]
        for at, following in zip(edges, edges[1:] + [None]):
            if any(first <= at and (last is None or at < last) for first, last in self.waits):
                continue
            _, policy, priority = [turn for turn in self.turns if turn[0] <= at or turn is self.turns[0]][-1]
            calendar = policies[policy][priority].calendar
            used = calendar.used(at, following) if following is not None else NEVER
            if used >= seconds:
                return calendar.after(at, seconds)
            seconds -= used
        return None

    def count(self, now):
        policies = self.policies(now)
        terms = policies[self.turns[-1][1]][self.turns[-1][2]]
        for r in self.rounds:
            if r.met is not None and r.met < now:
                continue
            if r.met is not None:
                continue        # the terms it was met under are those of before, which were counted already
            seconds = terms.seconds.get(r.kind)
            r.owed = seconds is not None
            if not r.owed:
                r.warned = r.breached = False
                r.due = r.warn = None
                continue
            r.due = self.moment(r.started, seconds, policies)
            r.warn = self.moment(r.started, -(-seconds * terms.percent // 100), policies) if terms.percent else None
            if r.due is None and not r.warned:
                r.warn = None       # it waits, and may never come to that
            if r.warn is None or r.warn > now:
                r.warned = False
            if r.breached and (r.due is None or now <= r.due):
                r.breached = False
                self.told.append((now, "withdrawn", r.kind, r.due))

    # time

    def pass_time(self, end):
        """Everything that is due before end is told, in order."""
        while True:
            due = min((r.next() for r in self.rounds), default=NEVER)
            opens = self.until if self.status == "pending" else NEVER
            if min(due, opens) >= end:
                return
            if opens <= max(due, self.last):
                self.happen(opens, {"status": "open"})
                continue
            for r in sorted((r for r in self.rounds if r.next() <= max(due, self.last)), key=Round.next):
                self.tell(r, r.next() if due > self.last else None)

    def tell(self, r, moment):
        if not r.warned and r.warn is not None:
            r.warned = True
            self.told.append((moment, "warned", r.kind, r.due))
        else:
            r.breached = True
            self.told.append((moment, "breached", r.kind, r.due))
