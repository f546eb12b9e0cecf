"""Working time counted minute by minute, from what the manual says and nothing else.

Nothing here is shared with the program: zones are zoneinfo's, recurrences dateutil's, and a minute is open if the clock on the
wall shows a time inside the hours of its day.  `compare` asks both about random calendars and tells where they differ.
"""

import argparse
import datetime
import itertools
import os
import random
import subprocess
import sys
import tempfile
import time
import zoneinfo

from dateutil import rrule

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
PRIORITIES = ("low", "normal", "high", "urgent")
CLOCKS = ("first-response", "next-response", "resolution")
WINDOW_DAYS = 14
LONG_DAYS = 400
DAY = 86400


def epoch(moment):
    return int((moment - EPOCH).total_seconds())


# ---- a calendar --------------------------------------------------------------------------------------------------


class Calendar:
    """hours: {weekday: [(from, to)]} in minutes, to > from; holidays, extra: sets of dates; closed, opened: [(from, to)] in
    seconds since 1970 (whole minutes)."""

    def __init__(self, name, zone, hours, always=False):
        self.name, self.zone, self.hours, self.always = name, zone, hours, always
        self.holidays, self.extra, self.closed, self.opened = set(), set(), [], []
        self.extra_hours = None
        self.events = {"holidays": [], "extra-days": []}
        self.day = None

    def usual_day(self):
        lengths = {day: self.minutes_of(spans) for day, spans in self.hours.items()}
        counts = {length: list(lengths.values()).count(length) for length in lengths.values()}
        best = max(counts, key=lambda length: (counts[length], length))
        return min(day for day in lengths if lengths[day] == best), best

    @staticmethod
    def minutes_of(spans):
        return len(set(itertools.chain.from_iterable(range(start, end) for start, end in spans)))

    def day_seconds(self):
        if self.day is not None:
            return self.day
        return DAY if self.always else self.usual_day()[1] * 60

    def spans_of(self, date):
        if date in self.extra:
            if self.extra_hours is not None:
                return self.extra_hours
            return self.hours.get(date.weekday()) or self.hours[self.usual_day()[0]]
        return [] if date in self.holidays else self.hours.get(date.weekday(), [])

    def is_open(self, moment):
        """moment: seconds since 1970, a whole minute."""
        if self.always or any(start <= moment < end for start, end in self.opened):
            return True
        wall = datetime.datetime.fromtimestamp(moment, self.zone)
        minute = wall.hour * 60 + wall.minute
        today, yesterday = wall.date(), wall.date() - datetime.timedelta(days=1)
        closed = any(start <= moment < end for start, end in self.closed)
        for date, at in ((today, minute), (yesterday, minute + 1440)):
            if closed and date not in self.extra:
                continue
            if any(start <= at < end for start, end in self.spans_of(date)):
                return True
        return False


class Window:
    """A calendar's minutes from a moment on: 1 is open."""

    def __init__(self, calendar, start, minutes):
        self.calendar, self.start, self.end = calendar, start, start + minutes * 60
        self.minutes = bytes(calendar.is_open(start + i * 60) for i in range(minutes))
        offsets = [datetime.datetime.fromtimestamp(start + i * 900, calendar.zone).utcoffset() for i in range(minutes // 15)]
        self.changes = [start + i * 900 for i in range(1, len(offsets)) if offsets[i] != offsets[i - 1]]

    def worked(self, first, last):
        """Seconds that are open from first to last."""
        if last <= first:
            return 0
        index, end = (first - self.start) // 60, (last - self.start) // 60
        whole = self.minutes[index:end].count(1) * 60
        whole -= (first - self.start) % 60 if self.minutes[index] else 0
        if (last - self.start) % 60 and self.minutes[end]:
            whole += (last - self.start) % 60
        return whole

    def after(self, first, last, seconds):
        """The first moment at which seconds are used, counted from first; None if that is later than last."""
        if self.worked(first, last) < seconds:
            return None
        for index in range((first - self.start) // 60, len(self.minutes)):
            begin, end = max(first, self.start + index * 60), self.start + (index + 1) * 60
            if not self.minutes[index]:
                continue
            if end - begin >= seconds:
                return begin + seconds
            seconds -= end - begin
        raise AssertionError


# ---- what may be in a configuration ------------------------------------------------------------------------------


def clock_text(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


def hours_text(spans):
    return " ".join(f"{clock_text(start)}-{clock_text(end if end <= 1440 else end - 1440)}" for start, end in spans)


def random_spans(dice):
    spans, grain = [], dice.choice((1, 5, 15, 30, 60))
    for _ in range(dice.choice((1, 1, 2, 2, 3))):
        start = dice.randrange(0, 1440, grain)
        length = min(max(dice.randrange(0, dice.choice((60, 600, 1441)), grain), grain), 1440)
        end = start + length
        if end - 1440 == 0:
            end = 1440
        if end - 1440 == start:
            start, end = 0, 1440
        spans.append((start, end))
    return spans


def random_hours(dice):
    kind = dice.random()
    if kind < 0.2:
        return {day: [(540, 780), (840, 1080)] for day in range(5)}
    if kind < 0.3:
        return {day: [(0, 1440)] for day in range(7)}
    if kind < 0.45:
        return {day: [(1320, 1800)] for day in range(7)}
    if kind < 0.55:
        spans = random_spans(dice)
        return {day: spans for day in range(dice.randrange(1, 8))}
    days = dice.sample(range(7), dice.randrange(1, 8))
    return {day: random_spans(dice) for day in days}


def ics_date(date):
    return date.strftime("%Y%m%d")


def ics_moment(seconds):
    return (EPOCH + datetime.timedelta(seconds=seconds)).strftime("%Y%m%dT%H%M%SZ")


def add_whole_days(dice, calendar, key, dates, window_date):
    """An event of whole days, perhaps with a rule: its lines; the days go into dates."""
    start = window_date + datetime.timedelta(days=dice.randrange(-3, WINDOW_DAYS))
    length = dice.choice((1, 1, 1, 2, 5))
    lines = [f"DTSTART;VALUE=DATE:{ics_date(start)}"]
    if length > 1 or dice.random() < 0.5:
        lines.append(f"DTEND;VALUE=DATE:{ics_date(start + datetime.timedelta(days=length))}")
    occurrences = [start]
    if dice.random() < 0.4:
        frequency = dice.choice(("YEARLY", "WEEKLY", "DAILY"))
        if frequency == "YEARLY":
            start = start.replace(year=start.year - dice.randrange(0, 20)) if start.month != 2 else start
            lines[0] = f"DTSTART;VALUE=DATE:{ics_date(start)}"
            lines = [line for line in lines if not line.startswith("DTEND")]
            if length > 1:
                lines.append(f"DTEND;VALUE=DATE:{ics_date(start + datetime.timedelta(days=length))}")
        interval = 1 if frequency == "YEARLY" else dice.randrange(1, 4)
        count = dice.randrange(2, 30)
        rule = f"FREQ={frequency};INTERVAL={interval};COUNT={count}"
        lines.append(f"RRULE:{rule}")
        midnight = datetime.datetime.combine(start, datetime.time())
        occurrences = [moment.date() for moment in rrule.rrulestr(rule, dtstart=midnight)]
        for gone in dice.sample(occurrences, min(len(occurrences), dice.randrange(0, 3))):
            lines.append(f"EXDATE;VALUE=DATE:{ics_date(gone)}")
            occurrences.remove(gone)
    for first in occurrences:
        dates.update(first + datetime.timedelta(days=i) for i in range(length))
    calendar.events[key].append(lines)


def add_time(dice, calendar, key, times, start):
    """An event with a time: in UTC, or as the calendar's clock or another one shows it."""
    first = start + dice.randrange(0, WINDOW_DAYS * 1440) * 60
    length = dice.randrange(1, 2000) * 60
    kind = dice.random()
    if kind < 0.4:
        lines = [f"DTSTART:{ics_moment(first)}", f"DTEND:{ics_moment(first + length)}"]
        times.append((first, first + length))
    else:
        zone = calendar.zone if kind < 0.7 else zoneinfo.ZoneInfo(dice.choice(("Europe/Berlin", "America/New_York", "Asia/Tehran")))
        wall = datetime.datetime.fromtimestamp(first, zone).replace(tzinfo=None)
        named = "" if zone is calendar.zone else f";TZID={zone.key}"
        lines = [f"DTSTART{named}:{wall.strftime('%Y%m%dT%H%M%S')}", f"DURATION:PT{length // 60}M"]
        walls = [wall]
        if dice.random() < 0.5:
            rule = f"FREQ=WEEKLY;COUNT={dice.randrange(2, 5)}"
            lines.append(f"RRULE:{rule}")
            walls = list(rrule.rrulestr(rule, dtstart=wall))
        for one in walls:
            moment = epoch(one.replace(tzinfo=zone))
            times.append((moment, moment + length))
    calendar.events[key].append(lines)


def random_calendar(dice, name, zone, start):
    calendar = Calendar(name, zone, random_hours(dice), always=dice.random() < 0.02)
    date = datetime.datetime.fromtimestamp(start, zone).date()
    if calendar.always:
        calendar.hours = {}
        return calendar
    if dice.random() < 0.15:
        calendar.day = dice.randrange(1, 1441) * 60
    if dice.random() < 0.6:
        for _ in range(dice.randrange(1, 5)):
            add_whole_days(dice, calendar, "holidays", calendar.holidays, date)
    if dice.random() < 0.3:
        add_time(dice, calendar, "holidays", calendar.closed, start)
    if dice.random() < 0.3:
        add_whole_days(dice, calendar, "extra-days", calendar.extra, date)
        if dice.random() < 0.5:
            calendar.extra_hours = random_spans(dice)
    if dice.random() < 0.15:
        add_time(dice, calendar, "extra-days", calendar.opened, start)
    return calendar


def write_calendar(folder, calendar, lines):
    lines.append(f"[calendar {calendar.name}]")
    if calendar.always:
        lines.append("always = yes")
        return
    lines.append(f"timezone = {calendar.zone.key}")
    items = [f"{DAYS[day]} {hours_text(spans)}" for day, spans in calendar.hours.items()]
    lines.append("hours = " + "; ".join(items))
    if calendar.day is not None:
        lines.append(f"day = {calendar.day}")
    if calendar.extra_hours is not None:
        lines.append(f"extra-hours = {hours_text(calendar.extra_hours)}")
    for key, events in calendar.events.items():
        if not events:
            continue
        with open(os.path.join(folder, f"{calendar.name}-{key}.ics"), "w", newline="") as file:
            text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//counter//EN"]
            for number, event in enumerate(events):
                text += ["BEGIN:VEVENT", f"UID:{number}@counter", *event, "END:VEVENT"]
            file.write("\r\n".join(text + ["END:VCALENDAR", ""]))
        lines.append(f"{key} = {calendar.name}-{key}.ics")


# ---- policies ----------------------------------------------------------------------------------------------------


class Policy:
    """terms: {priority: (window, {clock: seconds}, percent)}"""

    def __init__(self, name):
        self.name, self.terms = name, {}


def random_policy(dice, name, windows, lines):
    """A policy with lines of its own for some priorities, over the calendars of windows, which begin together."""
    policy, own = Policy(name), {}

    def times():
        return {clock: dice.choice((f"{dice.randrange(1, 200)}m", f"{dice.randrange(1, 30)}h", f"{dice.randrange(1, 4)}d",
                                    f"{dice.randrange(1, 5000)}s")) for clock in CLOCKS if dice.random() < 0.6}

    every = dict(times(), calendar=dice.choice(windows), percent=dice.choice((None, 75, 80, 33, 1, 100)))
    every.setdefault("first-response", "1h")
    for priority in PRIORITIES:
        own[priority] = times() if dice.random() < 0.4 else {}
        if dice.random() < 0.2:
            own[priority]["calendar"] = dice.choice(windows)
        if dice.random() < 0.2:
            own[priority]["percent"] = dice.randrange(1, 101)
    lines.append(f"[target {name}]")
    for prefix, said in (("", every), *((f"{priority}.", own[priority]) for priority in PRIORITIES)):
        for key, value in said.items():
            if key == "calendar":
                lines.append(f"{prefix}calendar = {value.calendar.name}")
            elif key == "percent" and value is not None:
                lines.append(f"{prefix}warn-at = {value}%")
            elif key in CLOCKS:
                lines.append(f"{prefix}{key} = {value}")
    units = {"s": 1, "m": 60, "h": 3600}
    for priority in PRIORITIES:
        said = dict(every, **own[priority])
        window = said["calendar"]
        unit = dict(units, d=window.calendar.day_seconds())
        policy.terms[priority] = (window, {clock: int(said[clock][:-1]) * unit[said[clock][-1]] for clock in CLOCKS if clock in said},
                                  said["percent"])
    return policy


def used_up(start, turns, pauses, seconds, end):
    """The first moment at which seconds are used; None if it is later than end.  turns: [(at, window)]."""
    at = start
    if seconds == 0:
        return start
    edges = sorted({start, end, *(turn[0] for turn in turns), *itertools.chain.from_iterable(pauses)})
    for following in (edge for edge in edges if start < edge <= end):
        paused = any(first <= at < last for first, last in pauses)
        window = [turn[1] for turn in turns if turn[0] <= at][-1]
        if not paused:
            found = window.after(at, following, seconds)
            if found is not None:
                return found
            seconds -= window.worked(at, following)
        at = following
    return None


# ---- comparing ---------------------------------------------------------------------------------------------------


def transitions(zone, year):
    """Moments of the year, to the hour, around which the offset changes."""
    first = epoch(datetime.datetime(year, 1, 1, tzinfo=UTC))
    offsets = [datetime.datetime.fromtimestamp(first + day * DAY, zone).utcoffset() for day in range(366)]
    return [first + day * DAY for day in range(1, 366) if offsets[day] != offsets[day - 1]]


class Batch:
    """Calendars, a window of time for each, and questions whose answers are counted."""

    def __init__(self, dice, zones, calendars, questions, long_share=0):
        self.dice, self.lines, self.questions, self.expected = dice, [], [], []
        self.zones, self.years = set(), set()
        self.folder = tempfile.TemporaryDirectory(prefix="mailgw-counter-")
        for group in range(max(calendars // 2, 1)):
            two = [zoneinfo.ZoneInfo(zones[(group * 2 + i) % len(zones)]) for i in range(2)]
            if dice.random() < long_share:
                self.add_group(group, two, 20, LONG_DAYS)
            else:
                self.add_group(group, two, questions * 2, WINDOW_DAYS)

    def add_group(self, group, zones, questions, days):
        dice = self.dice
        year = dice.randrange(2020, 2036)
        changes = transitions(zones[0], year) or transitions(zones[1], year)
        start = epoch(datetime.datetime(year, 1, 1, tzinfo=UTC)) + dice.randrange(0, 340) * DAY
        if changes and dice.random() < 0.8:
            start = dice.choice(changes) - dice.randrange(1, 5) * DAY
        windows = []
        for i, zone in enumerate(zones):
            calendar = random_calendar(dice, f"c{group}-{i}", zone, start)
            write_calendar(self.folder.name, calendar, self.lines)
            windows.append(Window(calendar, start, days * 1440))
            self.zones.add(zone.key)
            self.years.add(year)
        policies = [random_policy(dice, f"p{group}-{i}", windows, self.lines) for i in range(2)]
        for window in windows:
            self.ask(f"day {window.calendar.name}", window.calendar.day_seconds())
            self.ask_zone(window)
        for _ in range(questions):
            self.ask_one(dice.choice(windows), windows, policies)

    def ask(self, question, answer):
        self.questions.append(question)
        self.expected.append(str(answer))

    def ask_zone(self, window):
        zone = window.calendar.zone
        for _ in range(10):
            moment = self.moment(window)
            wall = datetime.datetime.fromtimestamp(moment, zone)
            self.ask(f"zone {zone.key} {moment}", int(wall.utcoffset().total_seconds()))
            shown = self.moment(window) + int(wall.utcoffset().total_seconds())
            local = (EPOCH + datetime.timedelta(seconds=shown)).replace(tzinfo=zone)
            self.ask(f"moment {zone.key} {shown}", epoch(local))

    def moment(self, window, before=None):
        end = window.end if before is None else before
        near = [change for change in window.changes if window.start + 3 * 3600 < change < end - 3 * 3600]
        if near and self.dice.random() < 0.3:
            return self.dice.choice(near) + self.dice.randrange(-180, 180) * 60 + self.dice.choice((0, 0, self.dice.randrange(60)))
        grain = self.dice.choice((1, 60, 3600))
        return min(window.start + self.dice.randrange(0, end - window.start) // grain * grain, end - 1)

    def ask_one(self, window, windows, policies):
        dice, name, kind = self.dice, window.calendar.name, self.dice.random()
        if kind < 0.3:
            first, last = self.moment(window), self.moment(window)
            self.ask(f"working {name} {first} {last}", window.worked(first, last))
        elif kind < 0.6:
            first, seconds = self.moment(window), dice.choice((1, 59, 60, 3600, dice.randrange(1, (window.end - window.start) // 3),
                                                           dice.randrange(1, 300) * 60))
            answer = window.after(first, window.end, seconds)
            if answer is not None:
                self.ask(f"after {name} {first} {seconds}", answer)
        else:
            self.ask_due(dice, windows, policies)

    def ask_due(self, dice, windows, policies):
        start, end = self.moment(windows[0], windows[0].start + 10 * DAY), windows[0].end
        history, words = [], []
        for turn in range(dice.choice((1, 1, 1, 2, 3))):
            policy, priority = dice.choice(policies), dice.choice(PRIORITIES)
            at = start if turn == 0 else history[-1][0] + dice.randrange(1, 3 * DAY)
            history.append((at, policy.terms[priority]))
            words.append(f"{policy.name},{priority}" if turn == 0 else f"{at},{policy.name},{priority}")
        pauses = []
        for _ in range(dice.choice((0, 0, 1, 2, 4))):
            first = self.moment(windows[0])
            pauses.append((first, min(first + dice.randrange(0, 2 * DAY), end)))
        clock, (_, times, percent) = dice.choice(CLOCKS), history[-1][1]
        turns = [(at, terms[0]) for at, terms in history]
        due = warn = "-"
        if clock in times:
            due = used_up(start, turns, pauses, times[clock], end)
            if percent is not None:
                warn = used_up(start, turns, pauses, -(-times[clock] * percent // 100), end)
        # Beyond the window nothing was counted.
        if due is None or warn is None:
            return
        self.ask(f"due {clock} {start} {','.join(words)} " + " ".join(f"{first}/{last}" for first, last in pauses), f"{due} {warn}")

    def compare(self, program):
        path = os.path.join(self.folder.name, "mailgw.conf")
        with open(path, "w") as file:
            file.write("\n".join(self.lines) + "\n")
        done = subprocess.run([program, path], input="".join(f"{line.strip()}\n" for line in self.questions), capture_output=True, text=True)
        if done.returncode != 0:
            return [f"the program failed: {done.stderr.strip()}"]
        answers = done.stdout.splitlines()
        assert len(answers) == len(self.questions)
        configuration = "\n".join(self.lines)
        return [f"{question}: counted {expected}, answered {answer}\n{relevant(configuration, question)}"
                for question, expected, answer in zip(self.questions, self.expected, answers) if expected != answer]


def relevant(configuration, question):
    """The sections that a question is about."""
    group = next((word.split("-")[0][1:] for word in question.split()[1:] if word[0] in "cp" and "-" in word), None)
    sections = configuration.split("\n[")
    return "\n".join("[" + section.lstrip("[") for section in sections if group is not None and
                     section.lstrip("[").split("]")[0].split(" ")[1].startswith((f"c{group}-", f"p{group}-")))


def all_zones():
    return sorted(name for name in zoneinfo.available_timezones() if not name.startswith(("posix", "right")) and name != "localtime")


def compare(program, cases, minutes, seed, say, long_share=0):
    """Cases asked, and what differed."""
    dice, zones, asked, differences = random.Random(seed), all_zones(), 0, []
    calendars, seen, years, wanted = 0, set(), set(), len(zones)
    dice.shuffle(zones)
    until = time.monotonic() + minutes * 60
    while asked < cases and time.monotonic() < until and not differences:
        batch = Batch(dice, zones, 40, 50, long_share)
        zones = zones[40:] + zones[:40]
        differences = batch.compare(program)
        asked += len(batch.questions)
        calendars, seen, years = calendars + 40, seen | batch.zones, years | batch.years
        say(f"{asked} cases, {calendars} calendars, {len(seen)} of {wanted} zones, {min(years)} to {max(years)}")
    return asked, differences


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--cases", type=int, default=100000)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=None)
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else random.randrange(2**32)
    print(f"seed {seed}", flush=True)
    asked, differences = compare(arguments.program, arguments.cases, arguments.minutes, seed, lambda text: print(text, flush=True),
                                 1 / 40)
    for difference in differences[:5]:
        print(difference)
    print(f"{asked} cases, {len(differences)} differences")
    if asked < arguments.cases and not differences:
        print("the time was over before")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
