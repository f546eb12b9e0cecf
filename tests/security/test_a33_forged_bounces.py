"""A33: a bounce that proves nothing changes nothing; anybody can write one."""

from attack import agent_reply, ready, sent, state, take, victim_ticket

FORGED = ("{id}", "t{reference}.1.aaaaaaaaaaaaaaaaaaaaaaaaaaa.x@example.com", "<>", "")


def dsn(original, action="failed", recipient="victim@example.org", to="support@example.com", subject="Undelivered"):
    return (f"From: MAILER-DAEMON@mx.example.org\nTo: {to}\nSubject: {subject}\nMIME-Version: 1.0\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nIt did not arrive.\n"
            "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"
            f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: 5.1.1\n\n"
            f"--b\nContent-Type: message/rfc822\n\nMessage-ID: <{original}>\nFrom: support@example.com\nTo: {recipient}\n"
            f"Subject: [Support #1] x\nIn-Reply-To: <{original}>\n\ntext\n--b--\n").encode()


def altered(message_id):
    """Our own id with another last digit of the proof."""
    head, tail = message_id.strip().strip("<>").split("@")
    token, _, rest = head.rpartition(".")
    return f"{token[:-1]}{'a' if token[-1] != 'a' else 'b'}.{rest}@{tail}"


def test_forged_ones_do_nothing(gateway):
    ready(gateway)
    gateway.raise_limits()
    reference, acknowledgement = victim_ticket(gateway)
    agent_reply(gateway, reference, "Hello\n")
    before = state(gateway, reference)
    known = {"id": altered(acknowledgement["Message-ID"]), "reference": reference}
    for n, original in enumerate(FORGED):
        for subject in (f"Undelivered {n}", f"[Support #{reference}] Undelivered {n}"):
            take(gateway, dsn(original.format(**known), subject=subject), sender="")
    gateway.work()
    assert state(gateway, reference) == before
    rows = gateway.inbound()[1:]
    assert {row["outcome"] for row in rows} == {"report"} and {row["ticket"] for row in rows} == {None}
    assert gateway.sql("SELECT count(*) FROM mailgw.person WHERE bouncing") == [["0"]]
    assert {row["state"] for row in gateway.outbox()} == {"sent"}
    # The customer is still answered.
    count = len(sent(gateway))
    agent_reply(gateway, reference, "Hello again\n")
    assert len(sent(gateway)) == count + 1
    gateway.audit()


def test_a_true_one_is_shown(gateway):
    ready(gateway)
    reference, acknowledgement = victim_ticket(gateway)
    take(gateway, dsn(acknowledgement["Message-ID"].strip().strip("<>")), sender="")
    gateway.work()
    assert gateway.inbound()[-1]["ticket"] == reference
    events = gateway.run("ticket", "show", reference, "--json")["events"]
    assert any(event["kind"] == "bounce" and "5.1.1" in event["detail"] for event in events)
