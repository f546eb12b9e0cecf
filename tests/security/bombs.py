"""bombs.py - mails that are cheap to send and meant to be dear to read, each by a name that says what is large.

BOMBS maps a name to a function that makes the mail. What GMime 3.2.13 was measured to choke on comes first; the rest aims at what reads
bodies: HTML, charsets, spans, reports, winmail.dat.
"""

import base64
import io
import struct
import zipfile

HEAD = b"From: anna@client.example.net\r\nTo: support@example.com\r\nSubject: bomb\r\nMIME-Version: 1.0\r\n"
MULTIPART = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
BRACKETS = [b"(", b"<", b'"', b"[", b"=?utf-8?q?a?=", b";", b"@", b",", b"\\", b"<a@b>", b"a:b,", b"=?utf-8?b?", b"a@b "]
FIELDS = [b"Cc", b"Bcc", b"Reply-To", b"Sender", b"Resent-To", b"References", b"In-Reply-To", b"Message-ID", b"Date",
          b"Return-Path", b"Content-Type", b"Content-Disposition", b"Authentication-Results"]
MILLION = 1_000_000


def text(body, more=b"", kind=b"text/plain; charset=utf-8"):
    return HEAD + b"Content-Type: " + kind + b"\r\n" + more + b"\r\n" + body


def html(body):
    return text(body, kind=b"text/html; charset=utf-8")


def encoded(data, kind, name=b"x"):
    return (MULTIPART + b"--b\r\n\r\nsee the file\r\n--b\r\nContent-Type: " + kind + b"; name=" + name +
            b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data) + b"--b--\r\n")


def report(body):
    return (HEAD + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nIt failed.\r\n--b\r\n"
            b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n" + body + b"\r\n--b--\r\n")


def zip_bomb():
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(20_000_000))
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(50):
            archive.writestr(f"{n}.zip", inner.getvalue())
    return outer.getvalue()


def tnef(attributes):
    """winmail.dat of attributes that are (level, id and type, length as it says, bytes as they are)."""
    data = [struct.pack("<BII", level, number, length) + content + struct.pack("<H", sum(content) & 0xffff)
            for level, number, length, content in attributes]
    return encoded(struct.pack("<IH", 0x223e9f78, 1) + b"".join(data), b"application/ms-tnef", b"winmail.dat")


def mapi(count, content):
    """The attribute that holds MAPI properties, with a count of its own."""
    content = struct.pack("<I", count) + content
    return (1, 0x00069003, len(content), content)


VERSION = (1, 0x00089006, 4, struct.pack("<I", 0x10000))
CODE_PAGE = (1, 0x00069007, 8, struct.pack("<II", 1252, 0))

BOMBS = {
    # Structure and header (libraries: GMime needs 1.3 GB for the first of these, and overflows its stack on groups).
    "empty-parts": lambda: MULTIPART + b"--b\r\n\r\n" * MILLION,
    "nested-multiparts": lambda: MULTIPART + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 100_000,
    "nested-boundaries": lambda: HEAD + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(100_000)),
    "nested-messages": lambda: HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 100_000 + b"text\r\n",
    "headers": lambda: HEAD + b"X-A: b\r\n" * MILLION + b"\r\ntext\r\n",
    "one-header": lambda: HEAD + b"X-Long: " + b"a" * 50_000_000 + b"\r\n\r\ntext\r\n",
    "folded-header": lambda: HEAD + b"X-A: b\r\n" + b" c\r\n" * MILLION + b"\r\ntext\r\n",
    "nested-groups": lambda: HEAD + b"Cc: " + b"a:" * 400_000 + b"\r\n\r\ntext\r\n",
    "nested-groups-reply-to": lambda: HEAD + b"Reply-To: " + b"a:b," * 200_000 + b"\r\n\r\ntext\r\n",
    "brackets": lambda: HEAD + b"".join(field + b": " + bracket * 400_000 + b"\r\n" for field, bracket in zip(FIELDS, BRACKETS)) +
                        b"\r\ntext\r\n",
    "brackets-below-the-limit": lambda: HEAD + b"".join(
        field + b": " + (bracket * 60_000)[:60_000] + b"\r\n" for field, bracket in zip(FIELDS, BRACKETS)) + b"\r\ntext\r\n",
    "addresses": lambda: HEAD + b"Cc: " + b", ".join(b"a%d@x.example" % n for n in range(100_000)) + b"\r\n\r\ntext\r\n",
    "references": lambda: HEAD + b"References: " + b" ".join(b"<%d@x.example>" % n for n in range(100_000)) + b"\r\n\r\nx\r\n",
    "encoded-words": lambda: HEAD + b"X-Words: " + b"=?utf-8?q?a?= " * 100_000 + b"\r\n\r\nx\r\n",
    "encoded-word-fields": lambda: HEAD + (b"X-Words: " + b"=?koi8-r?b?8NLJ18XU?= =?utf-8?q?a?=" * 1500 + b"\r\n") * 15 + b"\r\nx\r\n",
    "parameters": lambda: HEAD + b"Content-Type: text/plain" + b"; a*0*=b" * 500_000 + b"\r\n\r\ntext\r\n",
    "continuations": lambda: HEAD + b"Content-Type: text/plain" + b"".join(b"; name*%d*=b" % n for n in range(4000)) + b"\r\n\r\ntext\r\n",
    "boundary-lines": lambda: MULTIPART + b"--c\r\n" * MILLION,
    # Archives are never unpacked.
    "zip": lambda: encoded(zip_bomb(), b"application/zip", b"42.zip"),
    # Encodings and charsets.
    "base64": lambda: text(b"YWFh\r\n" * 4_000_000, b"Content-Transfer-Encoding: base64\r\n"),
    "base64-padding": lambda: text(b"=\r\n" * 4_000_000, b"Content-Transfer-Encoding: base64\r\n"),
    "quoted-printable": lambda: text(b"=\r\n" * 4_000_000, b"Content-Transfer-Encoding: quoted-printable\r\n"),
    "uuencode": lambda: text(b"begin 644 a\r\n" + b"M" + b"!" * 60 + b"\r\n" * 200_000, b"Content-Transfer-Encoding: x-uuencode\r\n"),
    "uuencode-in-text": lambda: text(b"begin 644 a\r\n#86)C\r\n`\r\nend\r\n" * 250_000),
    "iso-2022-switches": lambda: text(b"\x1b$B\x1b(B" * 700_000, kind=b"text/plain; charset=iso-2022-jp"),
    "iso-2022-kr": lambda: text(b"\x1b$)C\x0e\x0f" * 600_000, kind=b"text/plain; charset=iso-2022-kr"),
    "utf-7": lambda: text(b"+AGE-" * MILLION, kind=b"text/plain; charset=utf-7"),
    "utf-16": lambda: text(b"\x00\xd8" * 4_000_000, kind=b"text/plain; charset=utf-16"),
    "bad-utf-8": lambda: text(b"\xff" * 8_000_000),
    "guess": lambda: text(b"\xc1\xe2 \xf0\xf1\r\n" * 1_500_000, kind=b"text/plain"),
    "guess-random": lambda: text(bytes(range(128, 256)) * 60_000, kind=b"text/plain"),
    "nul": lambda: text(bytes(8_000_000)),
    # HTML.
    "html-nested": lambda: html(b"<div>" * MILLION),
    "html-nested-quotes": lambda: html(b"<blockquote>x" * MILLION),
    "html-nested-lists": lambda: html(b"<ul><li>" * 500_000),
    "html-nested-tables": lambda: html(b"<table><tr><td>" * 300_000),
    "html-closing": lambda: html(b"<b><i>" * 1000 + b"</p></div>" * MILLION),
    "html-attributes": lambda: html(b"<a " + b"".join(b"b%d=c " % n for n in range(MILLION)) + b">x"),
    "html-same-attributes": lambda: html(b"<a " + b"b=c " * MILLION + b">x"),
    "html-one-attribute": lambda: html(b'<a href="' + b"x" * 8_000_000 + b'">x</a>'),
    "html-one-name": lambda: html(b"<" + b"x" * 8_000_000 + b">"),
    "html-one-style": lambda: html(b'<p style="' + b"display: none;" * 500_000 + b'">x</p>'),
    "html-styles": lambda: html(b'<p style="border-top:solid 1pt;display:block">x</p>' * 100_000),
    "html-links": lambda: html(b'<a href="http://x.example/">x</a>' * 200_000),
    "html-open-links": lambda: html(b'<a href="http://x.example/">x' * 200_000),
    "html-angles": lambda: html(b"<" * 8_000_000),
    "html-comments": lambda: html(b"<!-- " * MILLION),
    "html-entities": lambda: html(b"&amp;&#x20AC;&nosuch;&" * 400_000),
    "html-quotes-alternate": lambda: html(b'<div class="gmail_quote">a</div><p>b</p>' * 200_000),
    "html-breaks": lambda: html(b"<br>" * MILLION),
    # Text: quotes, attributions, header blocks, signatures.
    "spans-alternate": lambda: text(b"> a\r\nb\r\n" * MILLION),
    "quote-depth": lambda: text(b">" * 8_000_000 + b"\r\n"),
    "quote-depths": lambda: text(b"".join(b">" * (n % 1000) + b" a\r\n" for n in range(16_000))),
    "flowed": lambda: text(b"a \r\n" * MILLION, kind=b"text/plain; format=flowed"),
    "flowed-quotes": lambda: text(b"".join(b">" * (n % 200) + b" a \r\n" for n in range(80_000)), kind=b"text/plain; format=flowed; delsp=yes"),
    "attributions": lambda: text(b"On Mon, 1 Jan 2024 at 10:00, Anna Kos <anna@client.example.net> wrote:\r\n" * 120_000),
    "half-attributions": lambda: text(b"On Mon, 1 Jan 2024 at 10:00, Anna Kos\r\n" * 200_000),
    "attribution-words": lambda: text(b"On \r\n" * MILLION),
    "one-attribution": lambda: text(b"On " + b"wrote " * MILLION + b"wrote:\r\n"),
    "colons": lambda: text(b"a:\r\n" * MILLION),
    "header-blocks": lambda: text(b"From: a\r\nSent: b\r\nTo: c\r\nSubject: d\r\n\r\n" * 150_000),
    "half-header-blocks": lambda: text(b"From: a\r\nTo: b\r\n" * 500_000),
    "signatures": lambda: text(b"-- \r\nAnna\r\n" * 500_000),
    "dividers": lambda: text(b"-----Original Message-----\r\n________________________________\r\n" * 100_000),
    "pgp": lambda: text(b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\n" * 100_000),
    "one-line": lambda: text(b"a" * 20_000_000),
    "one-line-of-words": lambda: text(b"wrote: On " * 2_000_000),
    "empty-lines": lambda: text(b"\r\n" * 4_000_000 + b"x\r\n"),
    "blanks": lambda: text(b" " * 8_000_000 + b"x\r\n"),
    "false-tokens": lambda: text(b"t1.1.aaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" * 250_000),
    # Reports, of the standard form and in words.
    "report-recipients": lambda: report(b"Final-Recipient: rfc822; a@x.example\r\nStatus: 5.1.1\r\n\r\n" * MILLION),
    "report-one-block": lambda: report(b"Final-Recipient: rfc822; a@x.example\r\n" * MILLION),
    "report-empty-blocks": lambda: report(b"\r\n" * MILLION),
    "report-codes": lambda: report(b"Final-Recipient: rfc822; a@x.example\r\nDiagnostic-Code: smtp; " + b"5.1.1 550 " * MILLION),
    "bounce-in-words": lambda: text(b"<a@x.example>: host mx.example.net said: 550 5.1.1 user unknown\r\n" * 150_000,
                                    b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.net\r\n"
                                    b"Subject: Undelivered Mail Returned to Sender\r\n"),
    "bounce-addresses": lambda: text(b"a@x.example b@x.example " * 400_000,
                                     b"Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.net>\r\n"
                                     b"Subject: failure notice\r\n"),
    # winmail.dat that lies about its lengths and counts.
    "tnef-length": lambda: tnef([VERSION, (1, 0x00018004, 0x7fffffff, b"x")]),
    "tnef-length-negative": lambda: tnef([VERSION, (1, 0x00018004, 0xffffffff, b"x")]),
    "tnef-properties": lambda: tnef([VERSION, CODE_PAGE, mapi(0x7fffffff, b"\x1e\x00\x37\x00\x01\x00\x00\x00\xff\xff\xff\x7f")]),
    "tnef-values": lambda: tnef([VERSION, CODE_PAGE, mapi(1, b"\x1f\x10\x37\x00\xff\xff\xff\x0f")]),
    "tnef-rtf": lambda: tnef([VERSION, CODE_PAGE, mapi(1, struct.pack("<HHII", 0x102, 0x1009, 1, 20) +
                                                       struct.pack("<IIII", 0x7ffffff0, 0x7fffffff, 0x75465a4c, 0) + b"aaaa")]),
    "tnef-attachments": lambda: tnef([VERSION] + [(2, 0x00069002, 14, bytes(14))] * 200_000),
}
