"""By when a person answers: what the acknowledgement says is what `target due` says, in the time of whoever reads it."""

import datetime
import email
import email.policy
import json
import re
import subprocess
import zoneinfo

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
# An ordinary day; a Saturday's end, the hours of which go on behind the night in which Europe's clocks go back, and forward.
ARRIVALS = ["2026-11-24T08:30:00Z", "2026-10-24T10:30:00Z", "2026-03-28T11:30:00Z"]


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


def told(moment, offset, arrival):
    """As the English acknowledgement has it; the year stands there where it is another than on the day of the mail."""
    there, then = moment.astimezone(zone(offset)), arrival.astimezone(zone(offset))
    year = "" if there.year == then.year else f" {there.year}"
    return there.strftime(f"by %A, {there.day} %B{year}, %H:%M, {name(offset)}")


@pytest.mark.parametrize("arrival", ARRIVALS)
def test_it_is_what_target_due_says(folder, arrival):
    moment, then = due(folder, arrival), datetime.datetime.fromisoformat(arrival.replace("Z", "+00:00"))
    for offset in OFFSETS[ARRIVALS.index(arrival)::3]:
        text = preview(folder, arrival, then.astimezone(zone(offset)).strftime("%a, %d %b %Y %H:%M:%S ") + offset)
        assert told(moment, offset, then) in text, (offset, text)
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
    ("ru", "Крайний срок ответа: вторник, 24 ноября, 14:30 (часовой пояс: Афины)"),
    ("be", "Крайні тэрмін адказу: аўторак, 24 лістапада, 14:30 (часавы пояс: Афіны)"),
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


# --- mails that come in, and tickets ---------------------------------------------------------------------------------------

# Customers whose zone is known, with half hours and quarters, on both halves of the world; Lord Howe's clock moves by half an hour.
ZONES = ["Asia/Kathmandu", "Asia/Kolkata", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Chatham", "Europe/Warsaw"]
# Four thousand hours end behind a change of clocks, whenever this runs.
QUEUES = {"support": ("soon", "4h"), "billing": ("late", "4000h")}
DATE = datetime.datetime.now(datetime.timezone.utc)


def customers():
    """{address: (mail, what its clock is, queue)}: an offset of Date, or a zone."""
    found = {}
    for queue in QUEUES:
        for number, offset in enumerate(OFFSETS):
            found[f"anna@{queue}{number}.example"] = (DATE.astimezone(zone(offset)).strftime("%a, %d %b %Y %H:%M:%S ") + offset, offset, queue)
        for number, known in enumerate(ZONES):
            found[f"bert@{queue}{number}.example"] = (DATE.strftime("%a, %d %b %Y %H:%M:%S +0000"), known, queue)
    return found


def promises(gw):
    """{address: the text of its acknowledgement, on one line}"""
    mails = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in (gw.dir / "sent" / "new").iterdir()]
    return {str(one["To"]).strip("<>"): " ".join(one.get_body(("plain",)).get_content().split()) for one in mails}


def expected(moment, then, clock):
    """What stands in the mail, and whether the desk's time has to stand beside it: where it is another one, or may become one until then."""
    known = zoneinfo.ZoneInfo(clock) if clock in ZONES else zone(clock)
    there, here = moment.astimezone(known), then.astimezone(known)
    desk = [at.astimezone(zoneinfo.ZoneInfo("Europe/Athens")).utcoffset() for at in (moment, then)]
    beside = there.utcoffset() != desk[0] or (clock not in ZONES and desk[0] != desk[1])
    if clock not in ZONES:
        return told(moment, clock, then), beside
    year = "" if there.year == here.year else f" {there.year}"
    return there.strftime(f"by %A, {there.day} %B{year}, %H:%M ("), beside


def test_mails_of_the_whole_world(gateway):
    """One batch of mails; each ticket owes what `target due` says, and its mail says that."""
    gw = gateway
    gw.raise_limits()
    gw.configure("calendar always", "always", "yes")
    gw.configure("calendar always", "timezone", "Europe/Athens")
    for queue, (policy, first_response) in QUEUES.items():
        gw.configure(f"queue {queue}", "address", f"{queue}@example.com")
        gw.configure(f"queue {queue}", "target", policy)
        gw.configure(f"target {policy}", "calendar", "always")
        gw.configure(f"target {policy}", "first-response", first_response)
    senders = customers()
    for address, (_, clock, _) in senders.items():
        if clock in ZONES:
            gw.run("customer", "set", address, f"field.timezone={clock}")
    gw.serve("--role", "lmtp")
    for address, (date, _, queue) in senders.items():
        mail = harness.mail(sender=address, to=f"{queue}@example.com", Date=date, body="The printer on the second floor does not print any more.\n")
        assert gw.lmtp(mail, to=f"{queue}@example.com", sender=address) == {}
    gw.work()
    said, reckoned = promises(gw), {}
    owed = gw.sql("SELECT p.address, to_char(i.received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), extract(epoch FROM c.due_at)::bigint, c.policy "
                  "FROM inbound i JOIN ticket t ON t.reference = i.ticket JOIN person p ON p.id = t.requester "
                  "JOIN clock c ON c.ticket = t.reference AND c.target = 'first-response'")
    assert len(owed) == len(senders) == len(said)
    for address, arrival, stands, policy in owed:
        if (policy, arrival) not in reckoned:
            answer = gw.run("target", "due", "--json", "--policy", policy, "--from", arrival)
            reckoned[policy, arrival] = datetime.datetime.fromisoformat(answer["first-response"]["due"].replace("Z", "+00:00"))
        moment, then = reckoned[policy, arrival], datetime.datetime.fromisoformat(arrival.replace("Z", "+00:00"))
        assert moment.timestamp() == int(stands)
        text, beside = expected(moment, then, senders[address][1])
        assert text in said[address], (address, senders[address], text, said[address])
        assert ("(our time, Athens: " in said[address]) == beside, (address, senders[address], said[address])
    gw.audit()
