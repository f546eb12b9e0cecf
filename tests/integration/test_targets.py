"""When responses are due: by commands that need no database, and beside a counter that knows nothing of the program."""

import json
import os
import random
import subprocess
import sys

import pytest

import harness

sys.path.insert(0, str(harness.SOURCE / "tests" / "targets"))

CONFIGURATION = """\
[calendar office]
timezone = Europe/Athens
hours = Mon-Fri 09:00-13:00 14:00-18:00; Sat 10:00-14:00
holidays = greece.ics

[calendar always]
always = yes

[target standard]
calendar = office
first-response = 4h
next-response = 8h
resolution = 3d
warn-at = 75%
urgent.first-response = 30m
urgent.calendar = always

[target short]
calendar = office
first-response = 1h
"""

HOLIDAYS = """\
BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:christmas
DTSTART;VALUE=DATE:20201225
DTEND;VALUE=DATE:20201227
RRULE:FREQ=YEARLY
SUMMARY:Christmas
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "greece.ics").write_text(HOLIDAYS)
    (tmp_path / "mailgw.conf").write_text(CONFIGURATION)
    return tmp_path


def mailgw(folder, *args):
    return subprocess.run([str(harness.MAILGW), "--config", str(folder / "mailgw.conf"), *args], capture_output=True, text=True,
                          timeout=30)


def due(folder, *args):
    done = mailgw(folder, "target", "due", "--json", *args)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_due(folder):
    # Thursday 17:00 in Athens: an hour that day, then Christmas and the day after it, which is a Saturday, then Monday.
    answer = due(folder, "--policy", "standard", "--from", "2026-12-24T17:00:00+02:00")
    assert answer == {
        "first-response": {"due": "2026-12-28T10:00:00Z", "warn": "2026-12-28T09:00:00Z"},
        "next-response": {"due": "2026-12-28T15:00:00Z", "warn": "2026-12-28T13:00:00Z"},
        "resolution": {"due": "2026-12-30T15:00:00Z", "warn": "2026-12-30T08:00:00Z"},
    }


def test_due_of_a_priority(folder):
    answer = due(folder, "--policy", "standard", "--priority", "urgent", "--from", "2026-12-25T03:00:00Z")
    assert answer["first-response"] == {"due": "2026-12-25T03:30:00Z", "warn": "2026-12-25T03:22:30Z"}
    assert answer["resolution"]["due"] == "2026-12-28T03:00:00Z", "a day of a calendar that is always open has 24 hours"


def test_due_with_pauses(folder):
    answer = due(folder, "--policy", "short", "--from", "2026-11-23T09:00:00+02:00", "--pause",
                 "2026-11-23T09:30:00+02:00/2026-11-23T10:30:00+02:00", "--pause", "2026-11-23T10:00:00+02:00/2026-11-23T11:00:00+02:00")
    assert answer == {"first-response": {"due": "2026-11-23T09:30:00Z", "warn": None}, "next-response": None, "resolution": None}
    answer = due(folder, "--policy", "short", "--from", "2026-11-23T09:00:00+02:00", "--pause", "2026-11-23T09:30:00+02:00/")
    assert answer["first-response"] == {"due": None, "warn": None}


def test_due_is_explained(folder):
    answer = due(folder, "--policy", "short", "--from", "2026-11-23T12:30:00+02:00", "--explain")
    assert answer["first-response"]["counted"] == [
        {"from": "2026-11-23T10:30:00Z", "to": "2026-11-23T11:00:00Z", "seconds": 1800},
        {"from": "2026-11-23T12:00:00Z", "to": "2026-11-23T12:30:00Z", "seconds": 1800},
    ]
    done = mailgw(folder, "target", "due", "--policy", "short", "--from", "2026-11-23T12:30:00+02:00", "--explain")
    assert "Mon 2026-11-23 14:00:00 +02:00 - Mon 2026-11-23 14:30:00 +02:00    0:30:00     1:00:00" in done.stdout


@pytest.mark.parametrize("args, status, text", [
    (("--policy", "standart", "--from", "2026-11-23T12:00:00Z"), 1, 'did you mean "standard"?'),
    (("--policy", "standard"), 2, "--from"),
    (("--from", "2026-11-23T12:00:00Z"), 2, "--policy"),
    (("--policy", "standard", "--from", "yesterday"), 2, "yesterday"),
    (("--policy", "standard", "--from", "1969-12-31T23:59:59Z"), 2, "1970"),
    (("--policy", "standard", "--from", "2100-01-01T00:00:00Z"), 2, "2099"),
    (("--policy", "standard", "--from", "2026-11-23T12:00:00Z", "--priority", "highest"), 2, "highest"),
    (("--policy", "standard", "--from", "2026-11-23T12:00:00Z", "--pause", "2026-11-23T12:00:00Z"), 2, "FROM/TO"),
    (("--policy", "standard", "--from", "2026-11-23T12:00:00Z", "--pause", "2026-11-24T12:00:00Z/2026-11-23T12:00:00Z"), 2, "ends before"),
])
def test_due_refuses(folder, args, status, text):
    done = mailgw(folder, "target", "due", *args)
    assert done.returncode == status
    assert text in done.stderr


def test_calendar_show(folder):
    done = mailgw(folder, "calendar", "show", "office", "--from", "2026-12-24", "--to", "2026-12-28", "--json")
    answer = json.loads(done.stdout)
    assert answer["seconds"] == 16 * 3600
    assert [day["holiday"] for day in answer["days"]] == [None, "Christmas", "Christmas", None, None]
    assert answer["days"][0]["open"] == [{"from": "2026-12-24T09:00:00+02:00", "to": "2026-12-24T13:00:00+02:00"},
                                         {"from": "2026-12-24T14:00:00+02:00", "to": "2026-12-24T18:00:00+02:00"}]
    done = mailgw(folder, "calendar", "show", "office", "--from", "2026-12-24")
    assert "December 2026" in done.stdout
    assert "holiday Christmas" in done.stdout
    assert len([line for line in done.stdout.splitlines() if line[:3] in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")]) == 8
    assert mailgw(folder, "calendar", "show", "nobody").returncode == 1
    assert mailgw(folder, "calendar", "show", "office", "--from", "2026-02-30").returncode == 2


# name: (what stands in the configuration or its file, what has to stand in the answer)
MISTAKES = {
    "a calendar that never opens": ("DTEND;VALUE=DATE:20201227\nRRULE:FREQ=YEARLY",
                                    "DTSTART;VALUE=DATE:19700101\nRRULE:FREQ=DAILY", ":1: [calendar office] it never opens"),
    "a rule without end": ("RRULE:FREQ=YEARLY", "RRULE:FREQ=SECONDLY", "repeat too often"),
    "no iCalendar": ("BEGIN:VCALENDAR", "<html>", "no iCalendar file"),
    "a date that is none": ("20201225", "2020x225", ":4: [calendar office] holidays: cannot use"),
    "an unknown zone": ("DTSTART;VALUE=DATE:20201225", "DTSTART;TZID=Mars/Base:20201225T100000", "Mars/Base"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_of_files(folder, mistake):
    old, new, text = MISTAKES[mistake]
    lines = HOLIDAYS.replace(old, new)
    if "19700101" in new:
        lines = lines.replace("DTSTART;VALUE=DATE:20201225\n", "")
    (folder / "calendars" / "greece.ics").write_text(lines)
    done = mailgw(folder, "config", "check")
    assert done.returncode == 1, done.stdout
    assert text in done.stderr


def test_warnings(folder):
    (folder / "calendars" / "greece.ics").write_text(HOLIDAYS.replace("RRULE:FREQ=YEARLY\n", ""))
    (folder / "mailgw.conf").write_text(CONFIGURATION.replace("warn-at = 75%", "warn-at = 100%") + "[calendar spare]\nalways = yes\n")
    done = mailgw(folder, "config", "check")
    assert done.returncode == 0
    assert ":4: warning: [calendar office]: all holidays are past, the last one is 2020-12-26" in done.stdout
    assert "warn-at = 100% warns when it is too late" in done.stdout
    assert "[calendar spare] is used by no policy" in done.stdout


def test_as_the_counter_counts():
    """Some thousand cases; `make targets-compared` asks 100,000."""
    counter = pytest.importorskip("counter", reason="no python3-dateutil")
    program = harness.BUILD / "tests" / "targets" / "ask"
    asked, differences = counter.compare(str(program), 2500, 3, random.Random().randrange(2**32) if os.environ.get("CI") != "true" else 1,
                                         lambda text: None)
    assert differences == []
    assert asked >= 1000
