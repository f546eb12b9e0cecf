"""Response times as promises: what starts them, what meets them, what takes that back, and who tells that they are near or past.

Moments in the past are made by `mailgw import --received header`: a mail that arrived hours ago is owed since then.
"""

import datetime

import pytest

from harness import Gateway, mail

HOUR = datetime.timedelta(hours=1)
OFFICE = """
[calendar always]
always = yes

[target standard]
calendar = always
first-response = 4h
next-response = 8h
resolution = 3d
urgent.first-response = 30m
"""


REPORT = """--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822

Message-ID: <{message_id}>

text
--b--
"""


def now():
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


@pytest.fixture(scope="module")
def gw():
    gateway = Gateway()
    gateway.raise_limits()
    with open(gateway.config, "a", encoding="utf-8") as config:
        config.write(OFFICE)
    gateway.configure("queue support", "target", "standard")
    gateway.run("agent", "add", "anna")
    yield gateway
    gateway.close()


def write(gw, subject, at=None, options=(), **more):
    """A mail that arrived at some time; its ticket."""
    path = gw.base / "mail.eml"
    date = (at or now()).strftime("%a, %d %b %Y %H:%M:%S +0000")
    path.write_bytes(mail(subject=subject, Date=date, **more))
    gw.run("import", "--received", "header" if at else "now", *options, path)
    gw.work()
    return gw.inbound()[-1]["ticket"]


def answer(gw, ticket, text="We look into it.\n"):
    gw.run("ticket", "reply", ticket, "--as", "anna", input=text)


def targets(gw, ticket):
    """What is or was owed: kind -> its rows, in order."""
    rows = {}
    for row in gw.run("ticket", "show", ticket, "--json")["targets"]:
        rows.setdefault(row["target"], []).append(row)
    return rows


def follow_up(gw, ticket, subject, at=None):
    """The requester writes again, as an answer to our newest mail."""
    ours = [row["message_id"] for row in gw.run("ticket", "show", ticket, "--json")["outbox"]]
    return write(gw, f"Re: {subject}", at, In_Reply_To=f"<{ours[-1]}>")


def test_a_new_ticket_owes_a_first_response_and_a_resolution(gw):
    came = now() - HOUR
    rows = targets(gw, write(gw, "starts", came))
    assert set(rows) == {"first-response", "resolution"}
    first, resolution = rows["first-response"][0], rows["resolution"][0]
    assert moment(first["due"]) == came + 4 * HOUR and first["state"] == "running"
    assert moment(resolution["due"]) == came + 72 * HOUR and resolution["policy"] == "standard"


def test_the_reply_that_left_meets_it_at_the_time_it_was_written(gw):
    ticket = write(gw, "met", now() - HOUR)
    answer(gw, ticket)
    assert targets(gw, ticket)["first-response"][0]["met"] is None, "nothing has left yet"
    written = moment(gw.run("ticket", "show", ticket, "--json")["articles_shown"][-1]["created"])
    gw.work()
    first = targets(gw, ticket)["first-response"][0]
    assert first["state"] == "met" and moment(first["met"]) == written
    gw.audit()


def test_acknowledgements_meet_nothing(gw):
    ticket = write(gw, "acknowledged")
    assert any(row["kind"] == "acknowledgement" and row["state"] == "sent" for row in gw.run("ticket", "show", ticket, "--json")["outbox"])
    assert targets(gw, ticket)["first-response"][0]["state"] == "running"


def test_further_mail_restarts_nothing_that_is_owed(gw):
    came = now() - 2 * HOUR
    ticket = write(gw, "again", came)
    assert follow_up(gw, ticket, "again") == ticket
    rows = targets(gw, ticket)
    assert moment(rows["first-response"][0]["due"]) == came + 4 * HOUR and "next-response" not in rows


def test_each_question_after_a_reply_begins_a_next_response(gw):
    ticket = write(gw, "next", now() - HOUR)
    for turn in range(1, 3):
        answer(gw, ticket)
        gw.work()
        assert follow_up(gw, ticket, "next") == ticket
        asked = targets(gw, ticket)["next-response"]
        assert [row["state"] for row in asked] == ["met"] * (turn - 1) + ["running"]
    gw.audit()


def test_pending_pauses_and_the_answer_resumes(gw):
    ticket = write(gw, "pending", now() - HOUR)
    gw.run("ticket", "pending", ticket)
    first = targets(gw, ticket)["first-response"][0]
    assert first["state"] == "paused" and first["due"] is None and first["paused"]
    assert follow_up(gw, ticket, "pending") == ticket
    first = targets(gw, ticket)["first-response"][0]
    assert first["state"] == "running" and first["due"]
    gw.audit()


def test_closing_meets_the_resolution_and_reopening_owes_it_again(gw):
    ticket = write(gw, "closed", now() - HOUR)
    gw.run("ticket", "close", ticket)
    rows = targets(gw, ticket)
    assert rows["resolution"][0]["state"] == "met" and rows["first-response"][0]["state"] == "paused"
    gw.run("ticket", "reopen", ticket)
    rows = targets(gw, ticket)
    assert rows["resolution"][0]["state"] == "running" and rows["resolution"][0]["met"] is None
    kinds = [event["kind"] for event in gw.run("ticket", "show", ticket, "--json")["events"]]
    assert "target-owed-again" in kinds
    gw.audit()


def test_a_bounce_takes_the_response_back(gw):
    ticket = write(gw, "bounced", now() - HOUR)
    answer(gw, ticket)
    gw.work()
    assert targets(gw, ticket)["first-response"][0]["state"] == "met"
    reply = next(row for row in gw.run("ticket", "show", ticket, "--json")["outbox"] if row["kind"] == "reply")
    write(gw, "Undelivered Mail Returned to Sender", sender="MAILER-DAEMON@mx.customer.example", Auto_Submitted="auto-replied",
          Content_Type="multipart/report; report-type=delivery-status; boundary=b", body=REPORT.format(**reply))
    first = targets(gw, ticket)["first-response"][0]
    assert first["state"] == "running" and first["met"] is None
    gw.audit()


def test_what_is_imported_quietly_owes_nothing(gw):
    ticket = write(gw, "quiet", now() - 9 * HOUR, options=["--quiet"])
    assert targets(gw, ticket) == {}
    gw.run("ticket", "close", ticket)
    gw.run("ticket", "reopen", ticket)
    assert targets(gw, ticket) == {}


def test_a_response_that_came_too_late_is_a_breach(gw):
    ticket = write(gw, "late", now() - 5 * HOUR)
    assert targets(gw, ticket)["first-response"][0]["state"] == "breached"
    answer(gw, ticket)
    gw.work()
    first = targets(gw, ticket)["first-response"][0]
    assert first["state"] == "breached" and first["met"] and first["breached"]
    gw.audit()
