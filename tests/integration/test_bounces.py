"""A mail of ours that does not arrive: its bounce stands on the ticket it was about, and changes nothing else.

Bounces come back to an address that names the mail and proves it (VERP, or the queue's address with a detail), or prove it by the
Message-ID they return. What proves neither is counted, and acts on nothing.
"""

import re

import pytest

from harness import mail, wait_for

CUSTOMER = "nobody@client.example.net"
UNKNOWN = f"550 5.1.1 <{CUSTOMER}>: user unknown"


def report(original=None, action="failed", status="5.1.1", recipient=CUSTOMER, diagnostic="smtp; 550 5.1.1 user unknown",
           to="support@example.com", number=[0]):
    """A delivery status notification as an MTA writes it (RFC 3464)."""
    number[0] += 1
    returned = f"--b\nContent-Type: message/rfc822\n\nMessage-ID: <{original}>\nSubject: hello\n\ntext\n" if original else ""
    return (f"From: MAILER-DAEMON@mx.example.net\nTo: {to}\nSubject: Undelivered mail {number[0]}\nMIME-Version: 1.0\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nIt did not arrive.\n"
            "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n"
            f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {diagnostic}\n\n"
            f"{returned}--b--\n").encode()


def through_lmtp(gw, message, to="support@example.com", sender=""):
    done = gw.deliver(message, to, sender=sender or "<>")
    assert done.returncode == 0, done


def shown(gw, reference):
    return gw.run("ticket", "show", reference, "--json")


def row_of(gw, kind, state):
    return next((row for row in gw.outbox() if row["kind"] == kind and row["state"] == state), None)


def bouncing(gw, address=CUSTOMER):
    return gw.sql_value(f"SELECT bouncing FROM person WHERE address = '{address}'") == "t"


@pytest.fixture
def quiet(gateway):
    """A gateway with LMTP up, an agent and a ticket, whose mail goes to a folder; bounces come back by subaddressing."""
    gateway.raise_limits()
    gateway.configure("gateway", "subaddressing", "yes")
    gateway.configure("acknowledge", "envelope-sender", "bounces")
    gateway.serve("--role", "lmtp")
    gateway.run("agent", "add", "anna")
    through_lmtp(gateway, mail(subject="broken", sender=CUSTOMER), sender=CUSTOMER)
    gateway.work()
    return gateway


def envelope_sender(gw, outbox):
    return gw.sql_value(f"SELECT envelope_sender FROM outbox WHERE id = {outbox}")


# --- with a real Postfix ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("transport, verp", [("pipe", False), ("lmtp", True)], ids=["pipe-subaddress", "lmtp-verp"])
def test_what_the_next_hop_refuses_comes_back_to_its_ticket(gateway, postfix, sink, transport, verp):
    gateway.raise_limits()
    gateway.share_socket()
    gateway.configure("acknowledge", "envelope-sender", "bounces")
    if verp:
        gateway.configure("smtp", "bounce-domain", "bounces.example.com")
    else:
        gateway.configure("gateway", "subaddressing", "yes")
    mta = postfix(gateway, transport=transport, relay_port=sink.port,
                  domain="example.com, bounces.example.com" if verp else "example.com")
    gateway.configure("smtp", "transport", f"smtp://127.0.0.1:{mta.port}")
    sink.script("RCPT", UNKNOWN, times=None, address=CUSTOMER)
    gateway.serve()
    gateway.run("agent", "add", "anna")

    mta.send(mail(subject="broken", sender=CUSTOMER), gateway.address, sender=CUSTOMER)
    gateway.wait_inbound(2)
    wait_for("the acknowledgement to be known as bounced", lambda: row_of(gateway, "acknowledgement", "bounced"))
    reference = gateway.tickets()[0]["reference"]
    gateway.run("ticket", "reply", reference, "--as", "anna", input="Have you tried?\n")
    gateway.wait_inbound(3)
    wait_for("the reply to be known as bounced", lambda: row_of(gateway, "reply", "bounced"))

    assert [(row["outcome"], row["ticket"]) for row in gateway.inbound()] == [
        ("ticket", reference), ("report", reference), ("report", reference)]
    assert len(gateway.tickets()) == 1 and gateway.tickets()[0]["undelivered"]
    ticket = shown(gateway, reference)
    assert ticket["articles"] == 2 and ticket["status"] == "open"
    assert [(f["kind"], f["state"], f["address"], f["status"]) for f in ticket["delivery_failures"]] == [
        ("acknowledgement", "bounced", CUSTOMER, "5.1.1"), ("reply", "bounced", CUSTOMER, "5.1.1")]
    printed = gateway.run("ticket", "show", reference)
    assert re.search(rf"^delivery failed: <{re.escape(CUSTOMER)}>: 5\.1\.1 .*user unknown.* \(acknowledgement of ", printed, re.M)
    assert re.search(rf"^delivery failed: <{re.escape(CUSTOMER)}>: 5\.1\.1 .*user unknown.* \(reply of ", printed, re.M)
    assert "mail to the requester comes back since" in printed
    assert re.search(rf"^ *{reference} .*undelivered", gateway.run("ticket", "list"), re.M)
    assert bouncing(gateway)
    gateway.audit()

    sink.clear_scripts()
    mta.send(mail(subject="another one", sender=CUSTOMER), gateway.address, sender=CUSTOMER)
    sink.wait(1)
    assert sink.mails[0].sender.endswith("@bounces.example.com") if verp else sink.mails[0].sender.startswith("support+b")
    gateway.wait_inbound(4)
    assert not bouncing(gateway)
    gateway.audit()


# --- reports as others write them -----------------------------------------------------------------------------------------

def test_a_delay_is_told_and_a_failure_is_the_last_word(quiet):
    acknowledgement = quiet.outbox()[0]
    reference = acknowledgement["ticket"]
    address = envelope_sender(quiet, acknowledgement["id"])
    late = report(action="delayed", status="4.4.1", diagnostic="smtp; connection timed out")
    through_lmtp(quiet, late, to=address)
    quiet.work()
    assert quiet.outbox()[0]["state"] == "delayed" and not bouncing(quiet)
    assert not shown(quiet, reference)["undelivered"]
    assert f"delivery delayed: <{CUSTOMER}>: 4.4.1 connection timed out (acknowledgement of " in quiet.run("ticket", "show", reference)

    through_lmtp(quiet, report(), to=address.upper())
    through_lmtp(quiet, report(action="delayed", status="4.4.1"), to=address)
    quiet.work()
    assert quiet.outbox()[0]["state"] == "bounced" and quiet.outbox()[0]["last_text"] == "5.1.1 user unknown"
    assert [row["id"] for row in quiet.run("outbox", "list", "--state", "bounced", "--json")] == [acknowledgement["id"]]
    assert bouncing(quiet) and shown(quiet, reference)["undelivered"]
    assert shown(quiet, reference)["requester_bouncing"]["reason"] == "5.1.1 user unknown"
    assert len([e for e in shown(quiet, reference)["events"] if e["kind"] == "bounce"]) == 3
    assert {e["outbox"] for e in shown(quiet, reference)["events"] if e["kind"] == "bounce"} == {acknowledgement["id"]}
    assert len(quiet.outbox()) == 1, "a bounce is never answered"
    quiet.audit()


def test_the_returned_message_id_is_proof_enough(quiet):
    acknowledgement = quiet.outbox()[0]
    through_lmtp(quiet, report(original=acknowledgement["message_id"]))
    quiet.work()
    assert quiet.inbound()[-1]["ticket"] == acknowledgement["ticket"]
    assert quiet.outbox()[0]["state"] == "bounced" and bouncing(quiet)


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "4.4.7"])
def test_a_failure_that_says_nothing_of_the_address_does_not_mark_it(quiet, status):
    acknowledgement = quiet.outbox()[0]
    through_lmtp(quiet, report(status=status, diagnostic="smtp; no"), to=envelope_sender(quiet, acknowledgement["id"]))
    quiet.work()
    assert quiet.outbox()[0]["state"] == "bounced" and not bouncing(quiet)


def test_a_forwarded_mail_that_failed_further_on_does_not_mark_the_address_we_wrote_to(quiet):
    through_lmtp(quiet, report(recipient="private@elsewhere.example"), to=envelope_sender(quiet, quiet.outbox()[0]["id"]))
    quiet.work()
    assert shown(quiet, quiet.outbox()[0]["ticket"])["delivery_failures"][0]["address"] == "private@elsewhere.example"
    assert not bouncing(quiet)


def test_automatic_mail_does_not_reopen_and_a_delivered_one_ends_the_mark(quiet):
    acknowledgement = quiet.outbox()[0]
    reference = acknowledgement["ticket"]
    quiet.run("ticket", "close", reference)
    through_lmtp(quiet, report(), to=envelope_sender(quiet, acknowledgement["id"]))
    quiet.work()
    assert shown(quiet, reference)["status"] == "closed" and shown(quiet, reference)["undelivered"]
    quiet.run("ticket", "reopen", reference)
    quiet.run("ticket", "reply", reference, "--as", "anna", input="By another way.\n")
    quiet.work()
    assert not shown(quiet, reference)["undelivered"]
    assert shown(quiet, reference)["delivery_failures"][0]["state"] == "bounced"


def test_forged_ones_act_on_nothing(quiet):
    acknowledgement = quiet.outbox()[0]
    true = envelope_sender(quiet, acknowledgement["id"])
    local, _, domain = true.partition("@")
    # In the middle: the low bits of the last character are no part of the MAC.
    false = local[:-8] + ("a" if local[-8] != "a" else "b") + local[-7:] + "@" + domain
    other = re.sub(r"\+b\d+\.", "+b4711.", true)
    token, _, rest = acknowledgement["message_id"].partition("@")
    altered = token[:20] + ("a" if token[20] != "a" else "b") + token[21:]
    for number, (to, original) in enumerate([(false, None), (other, None), ("support@example.com", f"{altered}@{rest}"),
                                             ("support@example.com", None)]):
        before = shown(quiet, acknowledgement["ticket"])
        through_lmtp(quiet, report(original=original), to=to)
        quiet.work()
        row = quiet.inbound()[-1]
        assert (row["outcome"], row["ticket"], row["reason"]) == ("report", None, "bounce about no mail of ours"), number
        assert shown(quiet, acknowledgement["ticket"]) == before
    assert quiet.outbox()[0]["state"] == "sent" and not bouncing(quiet)
    assert len(quiet.tickets()) == 1 and len(quiet.outbox()) == 1
    assert quiet.execute("status", "--json").stdout.count('"reports_unmatched": 4') == 1
    quiet.audit()


def test_who_writes_to_an_address_for_bounces_reaches_the_ticket_and_is_not_answered(quiet):
    """A vacation program answers to the envelope sender (RFC 3834, 4), and so do some people's mail programs."""
    acknowledgement = quiet.outbox()[0]
    address = envelope_sender(quiet, acknowledgement["id"])
    through_lmtp(quiet, mail(subject="on holiday", sender=CUSTOMER, to=address, Auto_Submitted="auto-replied"), to=address, sender=CUSTOMER)
    through_lmtp(quiet, mail(subject="me again", sender=CUSTOMER, to=address), to=address, sender=CUSTOMER)
    quiet.work()
    assert {row["ticket"] for row in quiet.inbound()} == {acknowledgement["ticket"]}
    assert len(quiet.tickets()) == 1 and len(quiet.outbox()) == 1
    quiet.audit()


def test_only_what_is_spelled_like_one_is_taken_at_the_bounce_domain(gateway):
    gateway.configure("smtp", "bounce-domain", "bounces.example.com")
    gateway.serve("--role", "lmtp")
    spelled = f"b12.{'a' * 27}@bounces.example.com"
    refused = gateway.lmtp(report(), to=["anything@bounces.example.com", "b12.short@bounces.example.com", spelled], sender="")
    assert {address: code for address, (code, _) in refused.items()} == {
        "anything@bounces.example.com": 550, "b12.short@bounces.example.com": 550}
