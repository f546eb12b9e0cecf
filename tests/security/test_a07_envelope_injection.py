"""A7: an address never becomes an SMTP command; each mail of ours has exactly one recipient (libcurl trusts its caller)."""

from attack import Wire, ready, take
from harness import mail

SENDERS = [
    "a@x.example>\r\nRCPT TO:<evil@attacker.example", "a@x.example\r\nDATA", "a@x.example\n", "a b@x.example", "a@x.example evil@attacker.example",
    "a,evil@attacker.example", "<a@x.example>", "a@x.example>,<evil@attacker.example", "\"a\r\nb\"@x.example", "a@x.example\0",
    "a@[127.0.0.1]", "@relay.example:evil@attacker.example", "evil%attacker.example@x.example", "x@" + "a" * 300 + ".example",
    "a@x..example", "-oQ/tmp@x.example",
]


def test_one_recipient_each(gateway, sink):
    gateway.configure("smtp", "transport", f"smtp://127.0.0.1:{sink.port}")
    ready(gateway)
    gateway.raise_limits()
    # By From, as a header may hold it, and by the envelope, as bytes on the wire.
    for n, address in enumerate(SENDERS):
        take(gateway, mail(subject=f"from {n}", sender=address.replace("\r", "").replace("\n", "\n ").replace("\0", "")))
        wire = Wire(gateway.socket)
        wire.say(b"LHLO mx\r\n")
        wire.send(b"MAIL FROM:<" + address.encode() + b">\r\n")
        wire.send(b"RCPT TO:<support@example.com>\r\nDATA\r\n")
        wire.send(mail(subject=f"envelope {n}", sender="anna@client.example.net").replace(b"\n", b"\r\n") + b"\r\n.\r\nQUIT\r\n")
        while wire.answer():
            pass
        wire.close()
    take(gateway, mail(subject="control", sender="bob@client.example.net"), sender="bob@client.example.net")
    gateway.work()
    assert len(gateway.tickets()) > len(SENDERS)
    sink.wait(1)
    assert any(one.recipients == ["bob@client.example.net"] for one in sink.mails)
    for one in sink.mails:
        assert len(one.recipients) == 1, one.recipients
        assert one.sender in ("", "<>", None)
    # As many mails as were decided, to whom it was decided, and none waits to be tried for ever.
    assert sorted(one.recipients[0] for one in sink.mails) == sorted(row["to"] for row in gateway.outbox() if row["state"] == "sent")
    assert {row["state"] for row in gateway.outbox()} <= {"sent", "failed"}
    gateway.audit()
