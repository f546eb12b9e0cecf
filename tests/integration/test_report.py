"""Reports of response times: every figure is worked out a second time, from the history that the database was filled with.

The history is made up (desk_history.py), around the night in which Athens puts its clocks back, with what is rare put in by hand: merged tickets, quarantined
ones, quiet imports, tickets that the desk began, replies that came back.  The page is opened in a browser by `make report-screens`.
"""

import csv
import datetime
import html.parser
import io
import json
import pwd
import re
import shutil
import subprocess
import zoneinfo

import pytest

import desk_history as desk
import harness
from desk_history import DAY, HOUR, MINUTE, UTC

ZONE = "Europe/Athens"
FIRST = datetime.date(2026, 10, 12)
DAYS = 21                                    # the clock goes back on 25 October
NOW = datetime.datetime(2026, 11, 2, tzinfo=zoneinfo.ZoneInfo(ZONE)).astimezone(UTC)
HOSTILE = ["<script>alert(1)</script>", "=HYPERLINK(\"http://evil.example\",\"x\")", "@SUM(A1)", "+1", "-1", "</title><img src=x onerror=alert(1)>",
           "\u202egnp.exe", "tab\tand\nline", "\"; DROP TABLE ticket; --", "{{subject}} %s %n", "x" * 900, ""]


def history():
    """Three weeks, and three before them for what recurs."""
    tickets = desk.make(11, FIRST - DAYS * DAY, 2 * DAYS, 700, zone=ZONE, now=NOW)
    number, noon = tickets[-1].reference, datetime.datetime(2026, 10, 20, 9, tzinfo=UTC)

    def add(arrived, queue="support", **more):
        nonlocal number
        number += 1
        tickets.append(desk.Ticket(number, queue, arrived, **more))
        return tickets[-1]

    target = tickets[0].reference
    add(noon, status="closed", merged=target).clocks.append(
        {"target": "first-response", "policy": "standard", "started": noon, "due": noon + HOUR, "met": None, "noticed": None, "ended": True})
    add(noon, placeholder=True)
    add(noon - 400 * DAY, quiet=True, created=noon).replies.append((noon + HOUR, "anna", True))
    add(noon + 2 * HOUR, mails=[], desk_first=True, created=noon + 2 * HOUR, status="open").replies.append((noon + 2 * HOUR, "chloe", True))
    add(noon, queue="abuse", created=noon + 9 * HOUR).replies.extend([(noon + 10 * HOUR, "boris", False), (noon + 11 * HOUR, "boris", True)])
    # At the edges of days: the night of the change is 25 hours long, and its 03:30 comes twice.
    for moment in ("2026-10-24T20:59:59", "2026-10-24T21:00:00", "2026-10-25T00:30:00", "2026-10-25T01:30:00", "2026-10-25T21:59:59",
                   "2026-10-25T22:00:00"):
        at = datetime.datetime.fromisoformat(moment).replace(tzinfo=UTC)
        add(at, created=at, queue="abuse").change(at + HOUR, "resolved")
    for n, subject in enumerate(HOSTILE):
        add(noon + n * MINUTE, queue="abuse", subject=subject, language="xx", key=subject[:40] or None)
        add(noon + n * MINUTE, queue="billing", subject=subject, key=subject[:40] or None)
    return tickets


@pytest.fixture(scope="module")
def desk_of():
    """A gateway and the history in it."""
    gateway = harness.Gateway()
    with open(gateway.config, "a", encoding="utf-8") as config:
        config.write(desk.CONFIG)
    gateway.configure("queue support", "target", "standard")
    gateway.configure("gateway", "name", "North & West")
    tickets = history()
    desk.write(gateway, tickets)
    yield gateway, tickets
    gateway.close()


def span(first=FIRST, end=FIRST + DAYS * DAY):
    return "--since", first, "--until", end


@pytest.mark.parametrize("by, every", [("queue", None), ("queue", "day"), ("policy", "week"), ("priority", "day"), ("language", "week"), ("agent", "week")])
def test_every_figure_is_what_the_history_says(desk_of, by, every):
    gw, tickets = desk_of
    report = gw.run("report", "--json", *span(), "--by", by, *(["--every", every] if every else []))
    now = datetime.datetime.now(UTC)
    end = FIRST + DAYS * DAY
    _, whole = desk.midnights(FIRST, end, ZONE, None)
    days, moments = desk.midnights(FIRST, end, ZONE, every)
    assert report["timezone"] == ZONE and report["every"] == every and report["by"] == by
    assert report["totals"] == desk.figures(tickets, *whole, now)
    names = [group["name"] for group in report["groups"]]
    assert len(names) == len(set(names)) and set(names) >= {t.group(by) for t in tickets if t.counts and whole[0] <= t.opened < whole[1]}
    for group in [{"name": None, "totals": None, "periods": report["periods"]}, *report["groups"]]:
        chosen = {} if group["totals"] is None else {"by": by, "name": group["name"]}
        if chosen:
            assert group["totals"] == desk.figures(tickets, *whole, now, **chosen), f"{by} {group['name']}"
        if every is None:
            assert group["periods"] is None
            continue
        assert [(p["from"], p["to"]) for p in group["periods"]] == [(str(a), str(b)) for a, b in zip(days, days[1:])]
        for period, begin, stop in zip(group["periods"], moments, moments[1:]):
            told = {key: value for key, value in period.items() if key not in ("from", "to")}
            assert told == desk.figures(tickets, begin, stop, now, **chosen), f"{by} {group['name']} {period['from']}"


def test_what_never_happened_is_shown_with_zeros(desk_of):
    gw, _ = desk_of
    report = gw.run("report", "--json", *span(datetime.date(2019, 12, 30), datetime.date(2020, 1, 13)), "--every", "week", "--by", "policy")
    assert [group["name"] for group in report["groups"]] == ["standard", "relaxed", "gold", "never-used"]
    assert [period["from"] for period in report["periods"]] == ["2019-12-30", "2020-01-06"]
    empty = desk.figures([], datetime.datetime(2020, 1, 1, tzinfo=UTC), datetime.datetime(2020, 1, 2, tzinfo=UTC), NOW)
    for one in [report["totals"], *(group["totals"] for group in report["groups"])]:
        assert one == empty
    assert "2019-12-30" in gw.run("report", *span(datetime.date(2019, 12, 30), datetime.date(2020, 1, 13)), "--every", "week")


def test_what_lies_ahead_has_no_backlog(desk_of):
    gw, _ = desk_of
    today = datetime.datetime.now(zoneinfo.ZoneInfo(ZONE)).date()
    periods = gw.run("report", "--json", *span(today - DAY, today + 3 * DAY), "--every", "day")["periods"]
    assert [period["backlog"] is None for period in periods] == [False, False, True, True]


def test_another_zone_has_other_days(desk_of):
    gw, tickets = desk_of
    zone = "America/St_Johns"
    report = gw.run("report", "--json", *span(), "--every", "day", "--timezone", zone)
    _, moments = desk.midnights(FIRST, FIRST + DAYS * DAY, zone, "day")
    now = datetime.datetime.now(UTC)
    assert report["timezone"] == zone
    for period, begin, end in zip(report["periods"], moments, moments[1:]):
        assert {key: value for key, value in period.items() if key not in ("from", "to")} == desk.figures(tickets, begin, end, now)


def test_the_table_tells_what_counts_which_time(desk_of):
    gw, tickets = desk_of
    text = gw.run("report", *span())
    _, whole = desk.midnights(FIRST, FIRST + DAYS * DAY, ZONE, None)
    figures = desk.figures(tickets, *whole, datetime.datetime.now(UTC))
    row = next(line for line in text.splitlines() if line.startswith("(all)"))
    assert row.split()[1:3] == [str(figures["mails"]), str(figures["tickets"])]
    assert "wall time" in text and "working time" in text and f"{FIRST} to {FIRST + (DAYS - 1) * DAY}, {ZONE}" in text


# what recurs

def counted(tickets, key):
    """Name -> (in the span, before it)."""
    begin, middle, end = (datetime.datetime.combine(d, datetime.time(), zoneinfo.ZoneInfo(ZONE)).astimezone(UTC)
                          for d in (FIRST - DAYS * DAY, FIRST, FIRST + DAYS * DAY))
    found = {}
    for ticket in tickets:
        if ticket.counts and begin <= ticket.opened < end and key(ticket) is not None:
            now, before = found.get(key(ticket), (0, 0))
            found[key(ticket)] = (now + (ticket.opened >= middle), before + (ticket.opened < middle))
    return {name: pair for name, pair in found.items() if pair[0] >= 2}


def test_what_recurs_is_counted_and_compared(desk_of):
    gw, tickets = desk_of
    report = gw.run("report", "--recurring", "--all", "--json", *span())
    assert report["compared_since"] == str(FIRST - DAYS * DAY)
    told = {item["name"]: (item["count"], item["before"]) for item in report["correlation_keys"]}
    assert told == counted(tickets, lambda t: t.key)
    # Subjects of the history, whose forms are known.
    forms = {re.compile("^" + re.escape(subject).replace(r"\{n\}", r"\d+").replace(r"\{h\}", r"[\w.]+") + "$"): subject for subject, _ in desk.SUBJECTS}
    expected = counted(tickets, lambda t: next((form for pattern, form in forms.items() if pattern.match(t.subject)), None))
    told = {item["name"]: (item["count"], item["before"]) for item in report["subjects"]}
    for subject, pair in expected.items():
        form = re.sub(r"\S*[{@]\S*", "#", subject).lower().replace("[nagios]", "nagios").replace("web#", "#").replace(".example.net", "")
        assert told[re.sub(r"\bweb#", "#", form)] == pair, subject
    assert all(item["change"] == item["count"] - item["before"] for item in report["subjects"])
    counts = [item["count"] for item in report["subjects"]]
    assert counts == sorted(counts, reverse=True)
    by_path = {t.article[0]: 0 for t in tickets if t.article}
    for ticket in tickets:
        if ticket.article and FIRST <= ticket.mails[0].astimezone(zoneinfo.ZoneInfo(ZONE)).date() < FIRST + DAYS * DAY:
            by_path[ticket.article[0]] += 1
    assert {item["name"]: item["count"] for item in report["help_articles"]} == {path: count for path, count in by_path.items() if count}


def test_tables_of_what_recurs_have_the_most_frequent_only(desk_of):
    gw, _ = desk_of
    short, whole = gw.run("report", "--recurring", *span()), gw.run("report", "--recurring", "--all", *span())
    assert len(short.splitlines()) < len(whole.splitlines())
    assert "\u202e" not in whole and "SUBJECT" in whole and "CORRELATION KEY" in whole and "HELP ARTICLE" in whole


# spreadsheets

def cells(text):
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_csv_has_the_same_figures(desk_of):
    gw, _ = desk_of
    report = gw.run("report", "--json", *span(), "--every", "week")
    rows = cells(gw.run("report", "--csv", *span(), "--every", "week"))
    assert {len(row) for row in rows} == {len(rows[0])}
    groups = [("(all)", report["periods"]), *((group["name"] or "", group["periods"]) for group in report["groups"])]
    expected = [[p["from"], p["to"], name, str(p["mails"]), str(p["tickets"]), str(p["first_response_seconds"]["count"])]
                for name, periods in groups for p in periods]
    assert [row[:6] for row in rows[1:]] == expected


def test_no_cell_is_a_formula(desk_of):
    gw, _ = desk_of
    rows = cells(gw.run("report", "--recurring", "--all", "--csv", *span()))
    names = [row[1] for row in rows[1:]]
    assert "'=HYPERLINK(\"http://evil.example\",\"x\")" in names and "'@SUM(A1)" in names
    for row in rows:
        assert not row[1].lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")), row


# the page

class Page(html.parser.HTMLParser):
    """Elements that are open must be closed; what a page may not have is collected."""

    EMPTY = {"meta", "line", "rect", "br"}

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.words = [], set(), set(), []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)

    def handle_endtag(self, tag):
        if tag not in self.EMPTY:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def page(desk_of):
    gw, _ = desk_of
    gw.run("report", "--all", "--html", gw.base / "report.html", *span())
    return (gw.base / "report.html").read_text(encoding="utf-8")


def test_the_page_stands_alone(page):
    parsed = Page(page)
    assert parsed.tags.isdisjoint({"script", "img", "link", "iframe", "object", "embed", "base", "form", "a", "video", "audio"})
    assert not {name for name in parsed.attributes if name.startswith("on")} and parsed.attributes.isdisjoint({"src", "href", "style"})
    assert "Content-Security-Policy" in page and "url(" not in page and "@import" not in page and "prefers-color-scheme" in page
    assert page.count("<svg") == 6


def test_the_page_shows_strangers_text_as_text(page):
    words = "".join(Page(page).words)
    assert "script alert # script" in words, "a form of a subject is words"
    assert "<script>alert(1)</script>" in words and "&lt;script&gt;" in page, "a key is as it is"
    assert "\u202e" not in page and "North & West" in words


def test_the_page_goes_to_standard_output(desk_of, page):
    gw, _ = desk_of
    again = gw.run("report", "--all", "--html", "-", *span())
    assert re.sub(r"written .*?by", "", again) == re.sub(r"written .*?by", "", page)


# who may read

def test_it_reads_with_the_rights_of_the_reader(desk_of):
    gw, _ = desk_of
    gw.psql("--command=ALTER ROLE mailgw_reader SET default_transaction_read_only = on")
    gw.run("report", *span())
    gw.run("report", "--recurring", *span())
    gw.psql("--command=ALTER ROLE mailgw_reader RESET default_transaction_read_only")
    gw.psql("--command=REVOKE SELECT ON mailgw.ticket_times FROM mailgw_reader")
    done = gw.execute("report", *span())
    gw.psql("--command=GRANT SELECT ON mailgw.ticket_times TO mailgw_reader")
    assert done.returncode == 1 and "permission denied" in done.stderr


# mistakes

@pytest.mark.parametrize("words, told", [
    (["--by", "colour"], "--by is one of"), (["--every", "month"], "--every is one of"), (["--timezone", "Mars/Olympus"], "no time zone"),
    (["--since", "yesterday"], "--since is a day"), (["--until", "2026-02-30"], "--until is a day"),
    (["--since", "2026-01-02", "--until", "2026-01-02"], "behind --since"), (["--csv", "--json"], "exclude"), (["--html", "x", "--csv"], "exclude"),
])
def test_mistakes_are_told(desk_of, words, told):
    gw, _ = desk_of
    done = gw.execute("report", *words)
    assert done.returncode == 2 and told in done.stderr


def test_an_embedded_database_has_no_standby(desk_of):
    gw, _ = desk_of
    done = gw.execute("report", "--standby")
    assert done.returncode == 1 and "embedded" in done.stderr


def test_a_page_that_cannot_be_written_is_told(desk_of):
    gw, _ = desk_of
    done = gw.execute("report", "--html", "/nonexistent/report.html")
    assert done.returncode == 1 and "/nonexistent/report.html" in done.stderr


# a standby: last, because it spoils the history

def as_database_user(gw, *command, **more):
    uid = gw.database_user
    if harness.IS_ROOT and uid != 0:
        account = pwd.getpwuid(uid)
        command = ["setpriv", f"--reuid={uid}", f"--regid={account.pw_gid}", "--clear-groups", *command]
    done = subprocess.run([str(word) for word in command], cwd="/", capture_output=True, text=True, timeout=120, check=False, **more)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def test_a_standby_tells_the_same(desk_of):
    """A copy of the server that only follows; the configuration names both."""
    gw, _ = desk_of
    binaries = as_database_user(gw, "pg_config", "--bindir").strip()
    folder = gw.base / "standby"
    folder.mkdir(mode=0o700)
    run = gw.base / "standby-run"
    run.mkdir()
    for one in (folder, run):
        shutil.chown(one, gw.database_user)
    primary = gw.dir / "run"
    as_database_user(gw, f"{binaries}/pg_basebackup", "-h", primary, "-U", "mailgw_owner", "-D", folder, "-R", "-X", "stream", "-c", "fast")
    with open(folder / "postgresql.auto.conf", "a", encoding="utf-8") as config:
        config.write(f"unix_socket_directories = '{run}'\nlisten_addresses = ''\n")
        # A standby needs at least what the primary has.
        for name in ("max_connections", "max_locks_per_transaction", "max_worker_processes", "max_wal_senders", "max_prepared_transactions"):
            config.write(f"{name} = {gw.sql_value(f'SHOW {name}')}\n")
    try:
        as_database_user(gw, f"{binaries}/pg_ctl", "-D", folder, "-w", "-l", folder / "log", "start")
        followed = gw.base / "standby.conf"
        text = re.sub(r"^embedded = .*$", f"url = postgresql://mailgw_owner@/mailgw?host={primary},{run}", gw.config.read_text(), flags=re.MULTILINE)
        followed.write_text(text)
        here = gw.run("report", "--json", *span())
        command = [str(harness.MAILGW), "--config", str(followed), "report", "--standby", *map(str, span())]
        there = as_database_user(gw, *command, "--json")
        assert json.loads(there) == here
        # What it does not follow any more it does not tell: it was the standby that answered.
        as_database_user(gw, "psql", "-Xq", "-h", run, "-U", "mailgw_owner", "-d", "mailgw", "-c", "SELECT pg_wal_replay_pause()")
        gw.sql("DELETE FROM mailgw.clock")
        assert json.loads(as_database_user(gw, *command, "--json")) == here != gw.run("report", "--json", *span())
    finally:
        as_database_user(gw, f"{binaries}/pg_ctl", "-D", folder, "-m", "immediate", "stop")
