"""By when a person answers: what the acknowledgement says is what `target due` says, in the time of whoever reads it."""

import datetime
import json
import re
import subprocess

import pytest

import harness

CONFIGURATION = """\
[gateway]
name = Northwind

[database]
url = postgresql://nobody@localhost:1/none

[queue support]
address = support@northwind.example
target = standard

[calendar office]
timezone = Europe/Athens
hours = Mon-Fri 09:00-13:00 14:00-18:00; Sat 10:00-14:00

[target standard]
calendar = office
first-response = 4h
"""

# Every half-hour and quarter-hour kind, both ends, and what Europe has before and after its clocks change.
OFFSETS = ["-1200", "-1100", "-1000", "-0930", "-0900", "-0800", "-0700", "-0600", "-0500", "-0400", "-0330", "-0300", "-0230", "-0200",
           "-0100", "+0100", "+0200", "+0300", "+0330", "+0400", "+0430", "+0500", "+0530", "+0545", "+0600", "+0630", "+0845", "+0930",
           "+1030", "+1245", "+1400"]
# An ordinary day; the Fridays before clocks go back and forward in Europe; a Saturday's end.
ARRIVALS = ["2026-11-24T08:30:00Z", "2026-10-23T13:00:00Z", "2026-03-27T14:00:00Z", "2026-06-13T10:59:00Z"]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mailgw.conf").write_text(CONFIGURATION)
    return tmp_path


def mailgw(folder, *args):
    done = subprocess.run([str(harness.MAILGW), "--config", str(folder / "mailgw.conf"), *args], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


def due(folder, arrival):
    answer = json.loads(mailgw(folder, "target", "due", "--json", "--policy", "standard", "--from", arrival))
    return datetime.datetime.fromisoformat(answer["first-response"]["due"].replace("Z", "+00:00"))


def preview(folder, arrival, date, *args):
    (folder / "mail.eml").write_text(f"From: anna@client.example\nTo: support@northwind.example\nSubject: Printer\nMessage-ID: <1@client.example>\n"
                                     f"Date: {date}\n\nThe printer on the second floor does not print any more.\n")
    return mailgw(folder, "template", "preview", str(folder / "mail.eml"), "--at", arrival, *args)


def zone(offset):
    minutes = int(offset[1:3]) * 60 + int(offset[3:])
    return datetime.timezone(datetime.timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def name(offset):
    hours, minutes = int(offset[1:3]), int(offset[3:])
    return f"UTC{offset[0]}{hours}" + (f":{minutes:02}" if minutes else "")


@pytest.mark.parametrize("arrival", ARRIVALS)
def test_it_is_what_target_due_says(folder, arrival):
    moment = due(folder, arrival)
    for offset in OFFSETS:
        there = moment.astimezone(zone(offset))
        date = datetime.datetime.fromisoformat(arrival.replace("Z", "+00:00")).astimezone(zone(offset))
        text = preview(folder, arrival, date.strftime("%a, %d %b %Y %H:%M:%S ") + offset)
        assert there.strftime(f"by %A, {there.day} %B, %H:%M, {name(offset)}") in text, (offset, text)
    # Nobody is where a server's clock is.
    text = preview(folder, arrival, "Tue, 24 Nov 2026 08:30:00 +0000")
    assert re.search(r"by .*, \d\d:\d\d \(Athens time\)\.", text), text


def test_the_desk_stands_beside_it_where_the_clocks_differ(folder):
    assert "(our time, Athens: 15:30)" in preview(folder, ARRIVALS[0], "Tue, 24 Nov 2026 14:00:00 +0530")
    assert "Athens" not in preview(folder, ARRIVALS[0], "Tue, 24 Nov 2026 10:30:00 +0200")
    # The desk's clock goes back until then, and perhaps the reader's.
    text = preview(folder, "2026-10-24T10:00:00Z", "Sat, 24 Oct 2026 13:00:00 +0300")
    assert "UTC+3 (our time, Athens: " in text, text


@pytest.mark.parametrize("language, says", [
    ("en", "by Tuesday, 24 November, 14:30 (Athens time)"),
    ("el", "έως Τρίτη, 24 Νοεμβρίου, 14:30 (ζώνη ώρας: Αθήνα)"),
    ("ru", "Крайний срок ответа:\nвторник, 24 ноября, 14:30 (часовой пояс: Афины)"),
    ("be", "Крайні тэрмін адказу:\nаўторак, 24 лістапада, 14:30 (часавы пояс: Афіны)"),
    ("pl", "najpóźniej: wtorek, 24 listopada, 14:30 (strefa czasowa: Ateny)"),
    ("de", "bis Dienstag, 24. November, 14:30 Uhr (Ortszeit Athen)"),
])
def test_in_each_language(folder, language, says):
    # The break at noon is no working time: 09:30 and four hours are 14:30.
    assert says in preview(folder, "2026-11-24T07:30:00Z", "Tue, 24 Nov 2026 07:30:00 +0000", "--lang", language)


def test_out_of_hours(folder):
    text = preview(folder, "2026-11-28T12:30:00Z", "Sat, 28 Nov 2026 12:30:00 +0000")
    assert "closed at the moment" in text
    assert "We open again on Monday, 30 November, 09:00 (Athens time)" in text
