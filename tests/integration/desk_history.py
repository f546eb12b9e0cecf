"""desk_history.py - a made-up history of a desk: as objects, as rows in a database, and as the figures that a report has to tell.

The figures are worked out here from the objects, one by one and without SQL, so that the two ways to them have nothing in common but the history.
"""

import collections
import datetime
import json
import math
import random
import zoneinfo

UTC = datetime.timezone.utc
MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
OPEN = ("new", "open", "pending")

# What a gateway must be told, so that it is this desk.
CONFIG = """
[queue billing]
address = billing@example.com
target = relaxed

[queue abuse]
address = abuse@example.com

[calendar office]
timezone = Europe/Athens
hours = Mon-Fri 09:00-18:00

[target standard]
calendar = office
first-response = 4h

[target relaxed]
calendar = office
first-response = 3d

[target gold]
calendar = office
first-response = 1h

[target never-used]
calendar = office
resolution = 9d
"""

QUEUES = {"support": "standard", "billing": "relaxed", "abuse": None}
PRIORITIES = {"low": 1, "normal": 12, "high": 3, "urgent": 1}
LANGUAGES = {"en": 8, "el": 6, "de": 3, "ru": 2, "pl": 1, None: 1}
AGENTS = ["anna", "boris", "chloe", "dimitra"]
FIRST = {"standard": 4 * HOUR, "relaxed": 24 * HOUR, "gold": HOUR}
SUBJECTS = [
    ("Invoice {n} is not paid", 6), ("Mail to {h} is rejected", 5), ("My site {h} is down", 9), ("Password of mailbox info@{h}", 8),
    ("SSL certificate for {h} expired", 6), ("[NAGIOS] PROBLEM disk on web{n}.example.net", 7), ("Domain transfer {h}", 4),
    ("Δεν μπορώ να συνδεθώ στο webmail", 4), ("Не работает почта {n}", 3), ("Rechnung {n} ist falsch", 3), ("Cron job does not run", 2),
    ("Upgrade of PHP", 2), ("Backup of {h} from yesterday", 2), ("Please cancel contract {n}", 2),
]
ARTICLES = [("en/password.md", "Change the password of a mailbox"), ("en/ssl.md", "Renew a certificate"), ("en/dns.md", "Point a domain to us")]


class Ticket:
    """One ticket. Moments are datetimes in UTC with microsecond 0."""

    def __init__(self, reference, queue, arrived, **more):
        self.reference, self.queue, self.arrived = reference, queue, arrived
        self.created = arrived + datetime.timedelta(seconds=2)
        self.priority, self.language, self.assignee, self.policy = "normal", "en", None, None
        self.subject, self.key, self.article = "A question", None, None
        self.quiet = self.desk_first = self.placeholder = False
        self.merged = None
        self.mails = [arrived]
        self.replies = []      # (at, agent, reached the customer)
        self.clocks = []       # target, policy, started, due, met, noticed, ended
        self.changes = []      # (at, before, after); before None: as couriers write it
        self.status = "new"
        self.__dict__.update(more)

    def change(self, at, after, courier=False):
        self.changes.append((at, None if courier else self.status, after))
        self.status = after

    @property
    def closed(self):
        """Since when it is closed; None if it is not."""
        if self.status in OPEN:
            return None
        since = None
        for at, before, after in self.changes:
            if after not in OPEN and (since is None or before in OPEN):
                since = at
            elif after in OPEN:
                since = None
        return since or self.created

    @property
    def first_clock(self):
        return next((c for c in self.clocks if c["target"] == "first-response" and not c["ended"]), None)

    @property
    def opened(self):
        moments = [self.created] + ([self.first_clock["started"]] if self.first_clock else self.mails[:1])
        return min(moments)

    @property
    def asked(self):
        if self.first_clock:
            return self.first_clock["started"]
        return min(self.mails) if self.mails and not self.quiet else None

    @property
    def answered(self):
        if self.first_clock:
            return self.first_clock["met"]
        reached = [at for at, _, ok in self.replies if ok and self.asked and at >= self.asked]
        return min(reached) if reached else None

    @property
    def agent(self):
        return self.assignee or (max(self.replies)[1] if self.replies else None)

    @property
    def counts(self):
        return self.merged is None and not self.placeholder

    def is_open_before(self, moment):
        """Whether it was open at the last instant before."""
        if self.opened >= moment:
            return False
        state = self.changes[0][1] or "closed" if self.changes else self.status
        for at, _, after in self.changes:
            if at >= moment:
                break
            state = after
        return state in OPEN

    def group(self, by, policy=None):
        if by == "policy":
            return policy or (self.first_clock or {}).get("policy") or self.policy or QUEUES.get(self.queue)
        return getattr(self, by)


# making one up

def pick(rng, weights):
    names = list(weights)
    return rng.choices(names, [weights[name] for name in names])[0]


def moments(rng, zone, first, days, count):
    """Arrivals as desks know them: working days and hours above all, with lulls and a bad week."""
    by_hour = [1, 1, 1, 1, 1, 2, 4, 9, 18, 26, 28, 25, 20, 22, 24, 22, 18, 13, 9, 7, 6, 5, 3, 2]
    weights = []
    for n in range(days):
        day = first + n * DAY
        weight = (1.0 if day.weekday() < 5 else 0.28) * (1 + 0.25 * math.sin(n / 58)) * (0.45 if day.month == 8 else 1)
        weights.append(weight * (2.4 if days > 100 and 201 <= n < 208 else 1))
    for n in rng.choices(range(days), weights, k=count):
        hour = rng.choices(range(24), by_hour)[0]
        wall = datetime.datetime.combine(first + n * DAY, datetime.time(hour, rng.randrange(60), rng.randrange(60)), zone)
        yield wall.astimezone(UTC)


def clock(ticket, target, policy, started, length, met, now):
    due = started + length
    end = met or now
    ticket.clocks.append({"target": target, "policy": policy, "started": started, "due": due, "met": met, "ended": False,
                          "noticed": due + MINUTE if end > due + MINUTE else None})


def live(rng, ticket, now):
    """What happens to it until now."""
    policy = ticket.policy or QUEUES[ticket.queue]
    agent = ticket.assignee or rng.choice(AGENTS)
    wait = datetime.timedelta(seconds=int(rng.lognormvariate(9.1, 1.2)) // (3 if ticket.priority in ("high", "urgent") else 1) + 60)
    answered = ticket.arrived + wait if rng.random() < 0.94 else None
    answered = answered if answered and answered < now else None
    if policy:
        clock(ticket, "first-response", policy, ticket.arrived, FIRST[policy], answered, now)
    if answered and rng.random() < 0.05:  # it came back
        ticket.replies.append((answered - 20 * datetime.timedelta(seconds=1), agent, False))
    resolved = None
    if answered:
        ticket.replies.append((answered, agent, True))
        ticket.change(answered, "open")
        at = answered
        while rng.random() < 0.35 and at < now - 3 * DAY:  # it goes on
            asked = at + datetime.timedelta(seconds=rng.randrange(600, 86400))
            at = asked + datetime.timedelta(seconds=rng.randrange(300, 60000))
            ticket.mails.append(asked)
            ticket.replies.append((at, rng.choice([agent, agent, rng.choice(AGENTS)]), True))
            if policy:
                clock(ticket, "next-response", policy, asked, 2 * FIRST[policy], at, now)
        done = at + datetime.timedelta(seconds=int(rng.lognormvariate(10.5, 1.3)) + 300)
        if done < now:
            ticket.change(done, "resolved")
            resolved = done
            reopened = done + datetime.timedelta(seconds=rng.randrange(600, 900000))
            if rng.random() < 0.08 and reopened < now:
                ticket.change(reopened, "open", courier=rng.random() < 0.3)
                ticket.mails.append(reopened)
                resolved = reopened + 7 * HOUR if reopened + 7 * HOUR < now and rng.random() < 0.8 else None
                if resolved:
                    ticket.change(resolved, "closed")
            elif done + 3 * DAY < now:
                ticket.change(done + 3 * DAY, "closed")  # what is resolved closes
    elif rng.random() < 0.93 and ticket.arrived + 4 * DAY < now:  # closed without a word
        resolved = ticket.arrived + 4 * DAY
        ticket.change(resolved, "closed")
    if policy:
        clock(ticket, "resolution", policy, ticket.arrived, 12 * FIRST[policy], resolved, now)
    if rng.random() < 0.05 and ticket.status == "open":
        ticket.change(min(now - MINUTE, ticket.changes[-1][0] + HOUR), "pending")


def make(seed, first, days, count, zone="Europe/Athens", now=None):
    """Tickets of so many days from a date on."""
    rng = random.Random(seed)
    zone = zoneinfo.ZoneInfo(zone)
    now = now or datetime.datetime.combine(first + days * DAY, datetime.time(), zone).astimezone(UTC)
    tickets = []
    for number, arrived in enumerate(sorted(m for m in moments(rng, zone, first, days, count) if m < now - MINUTE), 1):
        subject = pick(rng, dict(SUBJECTS)).format(n=rng.randrange(1000, 99999), h=f"{rng.choice(['alpha', 'beta', 'delta'])}{rng.randrange(60)}.example")
        ticket = Ticket(number, pick(rng, {"support": 10, "billing": 4, "abuse": 2}), arrived, subject=subject, priority=pick(rng, PRIORITIES),
                        language=pick(rng, LANGUAGES), assignee=rng.choice(AGENTS) if rng.random() < 0.6 else None)
        if ticket.priority == "urgent" and rng.random() < 0.7:
            ticket.policy = "gold"
        if "NAGIOS" in subject:
            ticket.key = f"nagios/web{rng.randrange(9)}/{number if rng.random() < 0.2 else rng.randrange(4)}"
        if rng.random() < 0.1:
            ticket.article = rng.choice(ARTICLES)
        live(rng, ticket, now)
        tickets.append(ticket)
    give_keys_up(tickets)
    return tickets


def give_keys_up(tickets):
    """Two open tickets of a queue cannot bear one key."""
    seen = set()
    for ticket in tickets:
        if ticket.key and ticket.status in OPEN:
            ticket.key = None if (ticket.queue, ticket.key) in seen else ticket.key
            seen.add((ticket.queue, ticket.key))


# into the database

def text(value):
    if value is None:
        return r"\N"
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "t" if value else "f"
    return str(value).replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r")


def copy(table, columns, rows):
    body = "".join("\t".join(map(text, row)) + "\n" for row in rows)
    return f"COPY mailgw.{table} ({', '.join(columns)}) FROM stdin;\n{body}\\.\n"


def write(gateway, tickets):
    """Rows as the gateway would have written them, as far as a report reads them."""
    agents = {name: number for number, name in enumerate(AGENTS, 1)}
    rows = collections.defaultdict(list)
    for t in sorted(tickets, key=lambda t: t.merged is not None):
        rows["ticket"].append((t.reference, t.queue, t.status, t.priority, t.subject, t.language, agents.get(t.assignee), t.key, t.merged, t.placeholder,
                               t.created, t.closed, t.policy))
        for number, at in enumerate(t.mails):
            inbound = len(rows["inbound"]) + 1
            rows["inbound"].append((inbound, at, "lmtp", t.queue, t.quiet, "ticket", "new", t.reference, at + MINUTE))
            if number == 0 and t.article:
                facts = {"help_articles": [{"path": t.article[0], "title": t.article[1], "article": 1, "score": 500}]}
                rows["decision"].append((inbound, json.dumps(facts), "{}", "outbox"))
        for at, agent, reached in t.replies:
            article = len(rows["article"]) + 1
            rows["article"].append((article, t.reference, "reply", agents[agent], "", "It is done.", at))
            rows["outbox"].append(("reply", False, t.reference, article, "", "c@example.net", f"{article}@desk.example", "sent", at + MINUTE,
                                   at + DAY, at, at + MINUTE, None if reached else "bounced", None if reached else at + HOUR))
        for c in t.clocks:
            rows["clock"].append((t.reference, c["target"], c["policy"], c["started"], c["due"], c["met"], c["noticed"],
                                  c["started"] if c["ended"] else None))
        for at, before, after in t.changes:
            detail = f"{before} to {after}: by mail" if before else "open: a mail of ours could not be delivered"
            rows["event"].append((at, t.reference, "worker", "status", detail))
    rows["event"].sort(key=lambda row: row[0])
    columns = {
        "ticket": "reference queue status priority subject language assignee correlation_key merged_into placeholder created_at closed_at policy",
        "inbound": "id received_at source queue quiet outcome reason ticket done_at",
        "article": "id ticket kind agent subject text created_at",
        "outbox": "kind automatic ticket article envelope_sender recipient message_id state sent_at expires_at created_at done_at returned returned_at",
        "clock": "ticket target policy started_at due_at met_at breached_at ended_at",
        "event": "at ticket actor kind detail",
        "decision": "inbound facts decided acknowledgement",
    }
    names = [(number, name, name.title()) for name, number in agents.items()]
    script = "BEGIN;\n" + copy("agent", ["id", "name", "display_name"], names)
    script += "".join(copy(table, columns[table].split(), rows[table]) for table in columns)
    gateway.psql(input=script + "COMMIT;\nANALYZE;\n")


# what a report has to say

def quantile(values, q):
    """Linear between the two nearest."""
    values = sorted(values)
    place = q * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def times(values):
    seconds = [value.total_seconds() for value in values]
    if not seconds:
        return {"count": 0, "median": None, "p90": None}
    return {"count": len(seconds), "median": math.floor(quantile(seconds, 0.5) + 0.5), "p90": math.floor(quantile(seconds, 0.9) + 0.5)}


def kept(states):
    met, breached = states.count("met"), states.count("breached")
    percent = math.floor(10000 * met / (met + breached) + 0.5) / 100 if met + breached else None
    return {"met": met, "breached": breached, "owed": states.count("owed"), "met_percent": percent}


def state(one, now):
    if one["noticed"] or (one["met"] or now) > one["due"]:
        return "breached"
    return "met" if one["met"] else "owed"


def figures(tickets, begin, end, now, by=None, name=None):
    """The figures of one period, of one group or (by None) of all."""
    def ours(ticket, policy=None):
        return by is None or ticket.group(by, policy) == name

    counted = [t for t in tickets if t.counts]
    opened = [t for t in counted if begin <= t.opened < end and ours(t)]
    clocks = [c for t in counted for c in t.clocks if not c["ended"] and begin <= c["started"] < end and ours(t, c["policy"])]
    mails = [at for t in tickets for at in t.mails
             if begin <= at < end and (by is None or (t.queue if by == "queue" else t.group(by) if t.counts else None) == name)]
    at_end = min(end, now)
    still = [t for t in counted if ours(t) and t.is_open_before(at_end)] if begin < now else None
    targets = {target: kept([state(c, now) for c in clocks if c["target"] == target]) for target in ("first-response", "next-response", "resolution")}
    targets["all"] = kept([state(c, now) for c in clocks])
    return {
        "mails": len(mails), "tickets": len(opened),
        "first_response_seconds": times([t.answered - t.asked for t in opened if t.answered and t.asked]),
        "resolution_seconds": times([t.closed - t.asked for t in opened if t.closed and t.asked and t.closed >= t.asked]),
        "targets": targets,
        "reopened": sum(begin <= at < end and (before or "closed") not in OPEN and after in OPEN
                        for t in counted if ours(t) for at, before, after in t.changes),
        "backlog": None if still is None else len(still),
        "oldest_open": min(t.opened for t in still).strftime("%Y-%m-%dT%H:%M:%SZ") if still else None,
    }


def midnights(first, end, zone, every):
    """Where periods begin, and the last one ends."""
    days = [first + n * DAY for n in range((end - first).days)]
    begins = [d for n, d in enumerate(days) if n == 0 or every == "day" or (every == "week" and d.weekday() == 0)] + [end]
    return begins, [datetime.datetime.combine(d, datetime.time(), zoneinfo.ZoneInfo(zone)).astimezone(UTC) for d in begins]
