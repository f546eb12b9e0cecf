"""The same mail twice: what is one mail stays one ticket, and what is not stays two."""

import socket
import threading

from harness import mail, wait_for


def outcomes(gateway, count):
    return [row["outcome"] for row in gateway.wait_inbound(count)]


def serve_two_queues(gateway):
    gateway.raise_limits()
    gateway.configure("queue billing", "address", "billing@example.com")
    gateway.serve()


def test_the_same_mail_twice_is_one_ticket(gateway):
    gateway.serve()
    content = mail()
    assert gateway.lmtp(content) == {}
    assert gateway.lmtp(content) == {}
    rows = gateway.wait_inbound(2)
    assert sorted(row["outcome"] for row in rows) == ["duplicate", "ticket"]
    first, second = sorted(rows, key=lambda row: row["outcome"], reverse=True)
    assert second["duplicate_of"] == first["id"]
    assert len(gateway.tickets()) == 1
    assert len(gateway.outbox()) == 1
    gateway.audit()


def test_a_second_copy_that_took_another_road(gateway):
    """Received, Return-Path and Delivered-To are the road's, not the mail's; so are line ends."""
    gateway.serve()
    content = mail()
    gateway.lmtp(content)
    gateway.lmtp(b"Return-Path: <a@b.example>\nDelivered-To: support@example.com\nReceived: from a by b; now\n" + content)
    gateway.deliver(content.replace(b"\n", b"\r\n"), sender="other@client.example")
    assert sorted(outcomes(gateway, 3)) == ["duplicate", "duplicate", "ticket"]
    gateway.audit()


def test_one_mail_to_two_queues_is_two_linked_tickets_and_one_acknowledgement(gateway):
    serve_two_queues(gateway)
    assert gateway.lmtp(mail(), to=["support@example.com", "billing@example.com"]) == {}
    assert outcomes(gateway, 2) == ["ticket", "ticket"]
    tickets = gateway.tickets()
    assert sorted(ticket["queue"] for ticket in tickets) == ["billing", "support"]
    links = [gateway.run("ticket", "show", ticket["reference"], "--json")["links"] for ticket in tickets]
    assert any(links), "neither ticket names the other"
    assert len(gateway.outbox()) == 1
    gateway.audit()


def test_one_mail_to_two_queues_in_two_deliveries(gateway):
    """An MTA that sends each recipient its own copy, as pipe(8) does."""
    serve_two_queues(gateway)
    content = mail()
    gateway.lmtp(content, to="support@example.com")
    gateway.wait_inbound(1)
    gateway.lmtp(content, to="billing@example.com")
    assert outcomes(gateway, 2) == ["ticket", "ticket"]
    assert len(gateway.outbox()) == 1
    gateway.audit()


def test_several_queues_first_files_it_once(gateway):
    gateway.configure("gateway", "several-queues", "first")
    serve_two_queues(gateway)
    assert gateway.lmtp(mail(), to=["support@example.com", "billing@example.com"]) == {}
    rows = gateway.wait_inbound(2)
    assert sorted(row["outcome"] for row in rows) == ["discarded", "ticket"]
    assert "several-queues = first" in next(row["reason"] for row in rows if row["outcome"] == "discarded")
    assert len(gateway.tickets()) == 1
    assert len(gateway.outbox()) == 1
    gateway.audit()


def test_another_mail_under_a_known_message_id_is_seen(gateway):
    """security.md A23: who sends a Message-ID first must not be able to hide the mail of whom it belongs to."""
    gateway.serve()
    gateway.lmtp(mail(sender="mallory@evil.example", message_id="same@client.example", body="a decoy\n"))
    gateway.wait_inbound(1)
    gateway.lmtp(mail(sender="anna@client.example", message_id="same@client.example", body="the real question\n"))
    assert outcomes(gateway, 2) == ["ticket", "ticket"]
    assert sorted(ticket["requester"] for ticket in gateway.tickets()) == ["anna@client.example", "mallory@evil.example"]
    gateway.audit()


def test_reply_lost_after_the_final_dot(gateway):
    """RFC 1047: the client did not see the 250 and sends again. There is no second ticket."""
    gateway.serve()
    content = mail().replace(b"\n", b"\r\n")
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(str(gateway.socket))
        answers = connection.makefile("rb")
        assert answers.readline().startswith(b"220")
        connection.sendall(b"LHLO mx.example.net\r\n")
        while not answers.readline().startswith(b"250 "):
            pass
        connection.sendall(b"MAIL FROM:<customer@example.net>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n")
        for code in (b"250", b"250", b"354"):
            assert answers.readline().startswith(code)
        connection.sendall(content + b".\r\n")
        # Gone before the answer can have been read.
    wait_for("the mail to be stored", gateway.inbound)
    assert gateway.lmtp(content) == {}
    assert sorted(outcomes(gateway, 2)) == ["duplicate", "ticket"]
    assert len(gateway.tickets()) == 1
    gateway.audit()


def test_neither_message_id_nor_date_twice_is_one_mail_for_an_hour(gateway):
    """A machine that names neither may well mean it when it says the same again tomorrow."""
    gateway.serve()
    content = b"From: printer@client.example\nTo: support@example.com\nSubject: out of paper\n\nTray 2\n"
    gateway.lmtp(content)
    gateway.lmtp(content)
    assert sorted(outcomes(gateway, 2)) == ["duplicate", "ticket"]
    gateway.sql("UPDATE content_key SET expires_at = expires_at - interval '61 minutes'")
    gateway.lmtp(content)
    assert sorted(outcomes(gateway, 3)) == ["duplicate", "ticket", "ticket"]
    gateway.audit()


def test_a_stop_of_the_database_makes_no_duplicates(gateway):
    """Shutting down, the server answers COMMIT and hangs up; that mail was taken, and the client is told so."""
    gateway.raise_limits()
    gateway.serve("--role", "lmtp")
    taken, stop = [], threading.Event()

    def send(number):
        count = 0
        while not stop.is_set():
            count += 1
            try:
                if gateway.lmtp(mail(sender=f"c{number}@client{number}.example", message_id=f"m{count}@c{number}.example")) == {}:
                    taken.append(1)
            except OSError:
                pass

    senders = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for sender in senders:
        sender.start()
    for _ in range(4):
        before = len(taken)
        wait_for("mail to come in", lambda: len(taken) > before + 50)
        gateway.run("db", "stop")
        gateway.run("db", "start")
    stop.set()
    for sender in senders:
        sender.join()
    assert int(gateway.sql_value("SELECT count(*) FROM inbound")) == len(taken)
