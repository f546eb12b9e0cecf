"""A17: no text of a mail is ever part of a statement (CVE-2025-1094: even libpq's own escaping failed on bad UTF-8)."""

import pathlib
import re

from attack import ready, take
from harness import SOURCE, mail

TEXTS = [b"'; DROP TABLE mailgw.ticket; --", b"\xc0'; DROP TABLE mailgw.ticket; --", b"\xbf'; SELECT 1 --", b"$1 $2 %s %d %n {0} :name",
         b"\\'; DROP TABLE mailgw.ticket; --", b"$$; DROP TABLE mailgw.ticket; $$", b"{\"a\": [NULL]}", b"{NULL,NULL}", b"{{a,b},{c", b'"},{"',
         b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80", b"a\0b", b"\\000\\x00", b"NULL", b"E'\\x41'", b"/* ", b"\xff\xfe'"]


def hostile(text, n):
    return (b"From: " + text + b" <c%d@client.example.net>\nTo: support@example.com\nSubject: " + text +
            b"\nMessage-ID: <" + text.replace(b" ", b"") + b"%d@client.example.net>\nIn-Reply-To: <" + text.replace(b" ", b"") +
            b"@client.example.net>\nContent-Type: text/plain; charset=" + text.replace(b" ", b"") + b"\nX-" +
            b"A: " + text + b"\n\n" + text + b"\n") % (n, n) if b"%" not in text else mail(subject=text.decode(), sender=f"c{n}@client.example.net")


def test_texts_stay_texts(gateway):
    ready(gateway)
    gateway.raise_limits()
    take(gateway, *[hostile(text, n) for n, text in enumerate(TEXTS)])
    gateway.work()
    assert [row["outcome"] for row in gateway.inbound()] == ["ticket"] * len(TEXTS)
    assert len(gateway.tickets()) == len(TEXTS)
    subjects = {one["subject"] for one in gateway.tickets()}
    for text in TEXTS:
        if text.isascii() and b"\0" not in text:
            assert text.decode().strip() in subjects, text
    # The command line has its own way to the database.
    for text in ("1; DROP TABLE mailgw.ticket", "1 OR 1=1", "'", "\u2019"):
        gateway.run("ticket", "show", text, status=2 if gateway.execute("ticket", "show", text).returncode == 2 else 1)
    gateway.audit()


def test_no_escaping_function_in_the_source():
    for path in pathlib.Path(SOURCE).glob("lib/**/*.c"):
        assert not re.search(r"\bPQescape", path.read_text()), path
