"""A real Postfix in front: 200 mails by pipe(8) and by LMTP, the database away in the middle, and the customers' answers."""

import email
import email.policy
import email.utils
import mailbox
import re

import pytest

from harness import wait_for

COUNT = 200
DATABASE_STOPS_AFTER = 80


def hand_over(postfix, mails, to):
    """One SMTP session of a client: the mails in it are accepted, or the test ends here."""
    with postfix.session() as session:
        for sender, content in mails:
            session.sendmail(sender, [to], content)


def send_with_database_away(gateway, postfix, mails):
    """The database is stopped with mail on its way and comes back when Postfix has had to wait."""
    first, rest = mails[:DATABASE_STOPS_AFTER], mails[DATABASE_STOPS_AFTER:]
    hand_over(postfix, first, gateway.address)
    gateway.run("db", "stop")
    hand_over(postfix, rest, gateway.address)
    wait_for("Postfix to defer mail while the database is away",
             lambda: "status=deferred" in postfix.log.read_text(errors="replace"))
    gateway.run("db", "start")
    postfix.flush()
    postfix.wait_empty()


def acknowledgements(gateway):
    """{address: [message]} of what the courier put into the folder."""
    found = {}
    for key in (folder := mailbox.Maildir(gateway.dir / "sent")).keys():
        message = email.message_from_bytes(folder.get_bytes(key), policy=email.policy.default)
        found.setdefault(message["To"].addresses[0].addr_spec, []).append(message)
    return found


def ticket_of(message):
    return int(re.search(r"#(\d+)\]", message["Subject"]).group(1))


def answer(acknowledgement, number, **headers):
    """A customer's answer below, the quoted acknowledgement behind it; headers as this customer's program writes them."""
    quoted = "".join(f"> {line}\n" for line in acknowledgement.get_content().splitlines())
    fields = {"From": str(acknowledgement["To"]), "To": "support@example.com",
              "Date": email.utils.formatdate(), "Message-ID": f"<answer-{number}@client.example>",
              "MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8", **headers}
    head = "".join(f"{name}: {value}\n" for name, value in fields.items() if value is not None)
    return f"{head}\nThank you. It happened again today.\n\nOn Monday the desk wrote:\n{quoted}".encode()


def as_ordinary_client(acknowledgement, number):
    identity = str(acknowledgement["Message-ID"]).strip()
    return answer(acknowledgement, number, **{"Subject": f"Re: {acknowledgement['Subject']}", "In-Reply-To": identity,
                                              "References": f"{acknowledgement['References']} {identity}"})


def as_rewriting_client(acknowledgement, number):
    """A CRM gave the acknowledgement an id of its own, and the customer's answer refers to that one."""
    other = f"<0100018f{number:04d}@crm.example>"
    return answer(acknowledgement, number, **{"Subject": "Re: your message", "In-Reply-To": other, "References": other})


def as_stripping_client(acknowledgement, number):
    """A web mailer that names no other mail; only what it quotes says what it is about."""
    return answer(acknowledgement, number, Subject="AW: your message")


def as_stripping_html_client(acknowledgement, number):
    """The same, in HTML alone."""
    quoted = "<br>\n".join(acknowledgement.get_content().splitlines())
    head, _, _ = answer(acknowledgement, number, Subject="AW: your message",
                        **{"Content-Type": "text/html; charset=utf-8"}).partition(b"\n\n")
    return head + f"\n\n<p>Thanks!</p><blockquote type=\"cite\">{quoted}</blockquote>\n".encode()


CLIENTS = [as_ordinary_client, as_rewriting_client, as_stripping_client, as_stripping_html_client]


def customers_answer(gateway, postfix, subaddressing):
    """Sixteen answers, by four kinds of client. Returns [(ticket, message_id of the answer)] as they should be filed."""
    expected, number = [], 0
    for address, messages in sorted(acknowledgements(gateway).items())[:4 * len(CLIENTS)]:
        number += 1
        client = CLIENTS[number % len(CLIENTS)]
        content = client(messages[0], number)
        to = gateway.address
        if subaddressing:
            to = messages[0]["Reply-To"].addresses[0].addr_spec
        if subaddressing and client is as_stripping_client:
            content = re.sub(rb"\n> Ref: [^\n]*", b"", content)
            assert b"Ref:" not in content
        postfix.send(content, to, sender=address)
        expected.append((ticket_of(messages[0]), f"answer-{number}@client.example"))
    return expected


@pytest.mark.parametrize("transport, subaddressing", [("pipe", False), ("lmtp", True)], ids=["pipe", "lmtp"])
def test_two_hundred_mails_and_the_answers_to_their_acknowledgements(gateway, postfix, generate, transport, subaddressing):
    gateway.raise_limits()
    gateway.configure("gateway", "subaddressing", "yes" if subaddressing else "no")
    gateway.share_socket()
    # The tag in the subject is a stranger's: what joins a reply to its parent is References alone.
    corpus = generate(COUNT, "--replies", "[Desk %d]", "--reply-every", "4", to=gateway.address)
    new = sum(1 for record, _ in corpus if record["reply_to"] is None)
    assert 100 < new < COUNT
    gateway.serve()
    mta = postfix(gateway, transport=transport)

    send_with_database_away(gateway, mta, [(record["sender"], content) for record, content in corpus])

    rows = gateway.wait_inbound(COUNT)
    assert len(rows) == COUNT
    assert {row["outcome"] for row in rows} == {"ticket"}
    tickets = [ticket for ticket in gateway.tickets() if ticket["merged_into"] is None]
    assert len(tickets) == new
    assert sum(ticket["articles"] for ticket in tickets) == COUNT
    wait_for("every acknowledgement to be sent", lambda: all(mail["state"] == "sent" for mail in gateway.outbox()))
    assert len(gateway.outbox()) == new
    assert sorted(mail["ticket"] for mail in gateway.outbox()) == sorted(ticket["reference"] for ticket in tickets)
    gateway.audit()

    expected = customers_answer(gateway, mta, subaddressing)
    mta.wait_empty()
    gateway.wait_inbound(COUNT + len(expected))
    for reference, message_id in expected:
        shown = gateway.run("ticket", "show", reference, "--json")
        assert message_id in [article["message_id"] for article in shown["articles_shown"]], \
            f"{message_id} did not join #{reference}\n{gateway.log_tail()}"
    assert len([ticket for ticket in gateway.tickets() if ticket["merged_into"] is None]) == new
    gateway.audit()


def test_postfix_waits_while_the_gateway_is_away(gateway, postfix):
    """No daemon at all: pipe(8) gets 75, the mail stays in Postfix's queue and goes through when serve is up."""
    gateway.share_socket()
    mta = postfix(gateway)
    mta.send(b"From: a@client.example\nTo: support@example.com\nSubject: early\n\nhello\n", gateway.address)
    wait_for("a first failed attempt", lambda: "status=deferred" in mta.log.read_text(errors="replace"))
    gateway.serve()
    mta.flush()
    mta.wait_empty()
    assert [row["outcome"] for row in gateway.wait_inbound(1)] == ["ticket"]
    gateway.audit()


def test_postfix_bounces_what_can_never_be_taken(gateway, postfix, sink):
    """An unknown recipient is no reason to try for five days: the sender learns it at once."""
    gateway.share_socket()
    gateway.serve()
    mta = postfix(gateway, relay_port=sink.port)
    mta.send(b"From: a@client.example\nTo: nobody@example.com\nSubject: lost\n\nhello\n", "nobody@example.com")
    sink.wait(1)
    assert sink.mails[0].sender in ("", "<>", None)
    assert b"5.1.1" in sink.mails[0].data
    mta.wait_empty()
    assert gateway.inbound() == []
