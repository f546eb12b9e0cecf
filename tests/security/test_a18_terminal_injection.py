"""A18: what a stranger wrote never reaches a terminal or the log as it is (CWE-117, CWE-150; CVE-2009-4487)."""

import base64

from attack import ready, take
from harness import mail

# Title and clipboard of the terminal, colours, cursor, the same as C1 in UTF-8 and as raw bytes, and text that runs backwards.
EVIL = "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x9b31m\x85\x7f\b\r\u202eexe.fdp\u202c\u2066x\u2069\u200f\n2026-01-01T00:00:00Z serve[1] info: forged"
FORBIDDEN = {chr(n) for n in range(0x20)} - {"\n", "\t"} | {"\x7f"} | {chr(n) for n in range(0x80, 0xa0)} \
    | set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def encoded(text):
    return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="


def hostile():
    name = encoded(EVIL)
    raw = b"\x1b[31m\x9b31m\xc2\x9b31m\xe2\x80\xae\x07"
    head = mail(subject=name, sender=f"{name} <c@client.example.net>", message_id="m1.a18@client.example.net", Comments=name, Sender=name,
                Reply_To=f"{name} <c@client.example.net>", Content_Type="multipart/mixed; boundary=b", body="")
    head = head.replace(b"Subject: ", b"X-Raw: " + raw + b"\nReferences: <" + raw + b"@x.example>\nSubject: " + raw)
    return head + (b"--b\nContent-Type: text/plain; charset=utf-8\n\n" + EVIL.encode() + raw + b"\n--b\nContent-Type: text/html\n\n<p>"
                   b"&#27;[31m&#x9b;31m&#x202e;</p>\n--b\nContent-Type: a/b; name=\"" + raw + b"\"\nContent-Disposition: attachment; filename=\"" +
                   name.encode() + b"\"\n\nx\n--b--\n")


def report():
    return (b"From: MAILER-DAEMON@client.example.net\nTo: support@example.com\nSubject: " + encoded(EVIL).encode() + b"\nMIME-Version: 1.0\n"
            b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\ntext\n--b\n"
            b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\nFinal-Recipient: rfc822; \x1b[31m@x\nAction: \x1b[31m\n"
            b"Status: 5.1.1\nDiagnostic-Code: smtp; \x1b]0;owned\x07\xe2\x80\xae\n--b--\n")


def assert_clean(what, text):
    found = sorted({hex(ord(c)) for c in text if c in FORBIDDEN})
    assert not found, f"{what}: {found}"


def test_every_command_escapes(gateway, tmp_path):
    ready(gateway)
    take(gateway, hostile(), (report(), "bounce@client.example.net"), (b"\x1b[31m\n\n\x1b[31m\n", "c@client.example.net"))
    # Addresses that the listener refuses are repeated in its answer and in the log.
    gateway.deliver(hostile(), "\x1b[31mnobody@example.com", sender="\x1b]0;x\x07@client.example.net")
    gateway.work()
    gateway.run("agent", "add", "anna")
    for one in gateway.tickets():
        gateway.execute("ticket", "reply", one["reference"], "--as", "anna", input="Hello\n")
    gateway.work()
    (tmp_path / "hostile\x1b[31m.eml").write_bytes(hostile())
    commands = [["ticket", "list"], ["inbound", "list"], ["outbox", "list"], ["agent", "list"], ["status"], ["audit"],
                ["parse", tmp_path / "hostile\x1b[31m.eml"], ["explain", tmp_path / "hostile\x1b[31m.eml"], ["ticket", "show", "\x1b[31m"],
                ["parse", "\x1b[31m\u202e.eml"], ["\x1b[31m"], ["ticket", "list", "--config", "/\x1b[31m"]]
    commands += [["ticket", "show", one["reference"]] for one in gateway.tickets()]
    commands += [["inbound", "show", one["id"]] for one in gateway.inbound()]
    commands += [["explain", "--inbound", one["id"]] for one in gateway.inbound()]
    commands += [["outbox", "show", one["id"]] for one in gateway.outbox()]
    assert len(commands) > 20
    for command in commands:
        for more in ([], ["--json"]):
            done = gateway.execute(*command, *more)
            what = " ".join(map(str, command + more)).encode("unicode_escape").decode()
            assert_clean(what + " (output)", done.stdout)
            assert_clean(what + " (errors)", done.stderr)
    log = gateway.log.read_text(errors="replace")
    assert_clean("the log", log)
    assert not [line for line in log.splitlines() if line.startswith("2026-01-01T00:00:00Z")]
    assert "forged" in gateway.execute("ticket", "list").stdout     # it was there to be escaped
