"""A21: only CRLF.CRLF ends a mail (VU#302671, CVE-2023-51764): whatever else looks like an end stays inside it."""

from attack import Wire
from harness import free_port, mail

ENDS = [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\r\n.\n", b"\n.\r", b"\r.\n", b"\r\r\n.\r\r\n", b"\n\n.\r\n", b"\n\n.\n",
        b"\r\n\0.\r\n", b"\r\n.\0\r\n", b"\0.\0", b"\r\n.\r\0\n", b"\r\0\n.\r\n", b"\n.\0\n", b"\r\n .\r\n", b"\r\n.\t\r\n", b"\r\n..\r\n", b"\n..\r\n",
        b"\r\n.\x0b\r\n", b"\xc2\x85.\xc2\x85", b"\xe2\x80\xa8.\xe2\x80\xa8", b"\x1a\r\n", b"\r\n.\r\r\n"]
EVIL = (b"MAIL FROM:<evil@attacker.example>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n"
        b"From: evil@attacker.example\r\nTo: support@example.com\r\nSubject: smuggled\r\n\r\nsmuggled\r\n.\r\n")


def hand_over(where, end, n):
    """One mail with the false end and a second mail behind it. Everything at once, as a lenient relay would."""
    wire = Wire(where)
    wire.say(b"LHLO mx\r\n")
    wire.send(b"MAIL FROM:<c@client.example.net>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n")
    for _ in range(3):
        wire.answer()
    wire.send(mail(subject=f"carrier {n}", body="text").replace(b"\n", b"\r\n") + end + EVIL[:-5] + b"\r\n.\r\n")
    first = wire.answer()
    rest = wire.say(b"QUIT\r\n")
    wire.close()
    return first, rest


def test_one_mail_or_none(gateway):
    port = free_port()
    gateway.configure("lmtp tcp", "listen", f"127.0.0.1:{port}")
    gateway.raise_limits()
    gateway.serve("--role", "lmtp")
    for n, end in enumerate(ENDS):
        for where in (gateway.socket, port):
            before = len(gateway.inbound())
            first, rest = hand_over(where, end, n)
            taken = len(gateway.inbound()) - before
            assert taken == (1 if first.startswith(b"250") else 0), (end, where, first)
            assert taken <= 1, (end, where)
            assert rest.startswith(b"221"), (end, where, rest)     # the very next command is the one that we sent
            if where == gateway.socket:
                assert first.startswith(b"250"), (end, first)
            elif b"\n" in end.replace(b"\r\n", b"") or b"\r" in end.replace(b"\r\n", b""):
                assert first.startswith(b"554"), (end, first)
    assert {row["sender"] for row in gateway.inbound()} == {"c@client.example.net"}
    gateway.work()
    assert not [one for one in gateway.tickets() if one["subject"] == "smuggled"]
    gateway.audit()
