"""A19: an IMAP server that means harm. It costs its own connection, and nothing else: no hang, no CPU, no memory, no crash."""

import json
import os
import signal
import subprocess
import time

import pytest

import harness
from hostile_imap import MAILS, SECRET, SESSION, Server, drive, failure, poll

ONE = MAILS[1]
DONE = b"%T OK done\r\n"
SELECTED = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n%T OK done\r\n"


def hang(dialogue, tag):
    dialogue.hang()


def close(dialogue, tag):
    from hostile_imap import Gone
    raise Gone


def then_close(data):
    def run(dialogue, tag):
        dialogue.send(data.replace(b"%T", tag))
        close(dialogue, tag)
    return run


def then_hang(data):
    def run(dialogue, tag):
        dialogue.send(data.replace(b"%T", tag))
        dialogue.hang()
    return run


def dripped(data):
    return lambda dialogue, tag: dialogue.drip(data.replace(b"%T", tag))


def flooded(data, before=b""):
    def run(dialogue, tag):
        dialogue.send(before.replace(b"%T", tag))
        dialogue.flood(data)
    return run


def body(answer):
    return {"bodies": answer + DONE}


def row(items):
    return {"rows": b"* 1 FETCH (" + items + b")\r\n" + DONE}


FINE = None
# name: (script, what fails: command, fault, dead or alive)
SCRIPTS = {
    # the greeting
    "greeting-of-600-megabytes": ({"greeting": flooded(b"* OK " + b"x" * 65536)}, ("connect", "limit", "dead")),
    "greeting-stalls": ({"greeting": hang}, ("connect", "timeout", "dead")),
    "greeting-drips": ({"greeting": dripped(b"* OK " + b"slowly " * 100)}, ("connect", "timeout", "dead")),
    "greeting-closed": ({"greeting": close}, ("connect", "connect", "dead")),
    "greeting-bye": ({"greeting": b"* BYE not today\r\n"}, ("connect", "bye", "dead")),
    "greeting-of-smtp": ({"greeting": b"220 mail.example.com ESMTP\r\n"}, ("connect", "protocol", "dead")),
    "greeting-with-nul": ({"greeting": b"* OK a\0b\r\n"}, ("connect", "protocol", "dead")),
    "greeting-empty-line": ({"greeting": b"\r\n"}, ("connect", "protocol", "dead")),
    "greeting-without-text": ({"greeting": b"* OK\r\n"}, FINE),
    "greeting-bare-lf": ({"greeting": b"* OK ready\n"}, FINE),
    # capabilities
    "capability-bye": ({"greeting": b"* OK x\r\n", "capability": b"* BYE no\r\n"}, ("connect", "bye", "dead")),
    "capability-missing": ({"greeting": b"* OK x\r\n", "capability": DONE, "login": b"%T OK in\r\n"}, FINE),
    "capability-asks": ({"greeting": b"* OK x\r\n", "capability": b"+ what\r\n"}, ("connect", "protocol", "dead")),
    "capability-stalls": ({"greeting": b"* OK x\r\n", "capability": hang}, ("connect", "timeout", "dead")),
    "capability-long": ({"greeting": b"* OK x\r\n", "capability": b"* CAPABILITY IMAP4rev1 " + b"X-Y " * 15000 + b"\r\n" + DONE}, FINE),
    "capability-odd": ({"greeting": b"* OK x\r\n", "capability": b"* CAPABILITY IMAP4rev1 (((( \"x {5}\r\n" + DONE}, FINE),
    # logging in
    "login-bye": ({"login": b"* BYE no\r\n"}, ("connect", "bye", "dead")),
    "login-refused": ({"login": b"%T NO [AUTHENTICATIONFAILED] no\r\n"}, ("connect", "login", "dead")),
    "login-unavailable": ({"login": b"%T NO [UNAVAILABLE] later\r\n"}, ("connect", "bye", "dead")),
    "login-too-many": ({"login": b"%T NO [ALERT] Too many simultaneous connections\r\n"}, ("connect", "bye", "dead")),
    "login-bad": ({"login": b"%T BAD what\r\n"}, ("connect", "login", "dead")),
    "login-asks-without-end": ({"login": lambda d, tag: d.flood(b"+ \r\n", 100000)}, ("connect", "protocol", "dead")),
    "login-echoes": ({"login": b"%T NO you said " + SECRET.encode() + b" and AGRlc2sAU2VzYW1lLW9wZW4tNzc=\r\n"}, ("connect", "login", "dead")),
    "login-wrong-tag": ({"login": b"4711 OK in\r\n"}, ("connect", "protocol", "dead")),
    "login-closed": ({"login": close}, ("connect", "connect", "dead")),
    "login-stalls": ({"login": hang}, ("connect", "timeout", "dead")),
    # folders
    "list-literal-names": ({"list": b'* LIST () "/" {5}\r\na/b"c\r\n* LIST (\\Noselect (x)) NIL {0}\r\n\r\n' + DONE}, FINE),
    "list-extended": ({"list": b'* LIST (\\HasChildren) "/" Work ("CHILDINFO" ("SUBSCRIBED"))\r\n' + DONE}, FINE),
    "list-newline-in-name": ({"list": b'* LIST () "/" {4}\r\na\r\nb\r\n' + DONE}, FINE),
    "list-giant-name": ({"list": b'* LIST () "/" {900000}\r\n' + b"x" * 900000 + b"\r\n" + DONE}, FINE),
    "list-without-end": ({"list": flooded(b'* LIST () "/" x\r\n' * 1000)}, ("list", "limit", "dead")),
    "list-broken": ({"list": b"* LIST x\r\n" + DONE}, ("list", "protocol", "dead")),
    "list-no": ({"list": b'* LIST () "/" x\r\n%T NO [NOPERM] no\r\n'}, ("list", "refused", "alive")),
    # selecting
    "select-unasked-bodystructure": ({"select": b"* 1 FETCH (BODYSTRUCTURE " + b"(" * 60000 + b"\r\n" + SELECTED}, ("select", "limit", "dead")),
    "select-unasked-nested": ({"select": b"* X " + b"(" * 200 + b"\r\n" + SELECTED}, ("select", "limit", "dead")),
    "select-nested-just-so": ({"select": b"* X " + b"(" * 90 + b")" * 90 + b"\r\n" + SELECTED}, FINE),
    "select-uidvalidity-0": ({"select": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 0] x\r\n" + DONE}, FINE),
    "select-uidvalidity-huge": ({"select": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 99999999999] x\r\n" + DONE}, FINE),
    "select-exists-huge": ({"select": b"* 99999999999 EXISTS\r\n" + DONE}, ("select", "protocol", "dead")),
    "select-expunge-0": ({"select": b"* 0 EXPUNGE\r\n" + DONE}, ("select", "protocol", "dead")),
    "select-unknown-answers": ({"select": b'* OK\r\n* ESEARCH (TAG "1") UID ALL 1:3\r\n* X-VENDOR foo {3}\r\nabc bar\r\n* NO\r\n* BAD x\r\n'
                                          b'* OK [NOTIFICATIONOVERFLOW] x\r\n* STATUS x (SIZE 5)\r\n* 5 VENDOR\r\n* OK [X "] y\r\n'
                                          b'* VANISHED (EARLIER) 1:3\r\n* ID NIL\r\n* NAMESPACE (("" "/")) NIL NIL\r\n* SEARCH 1 2\r\n' + SELECTED}, FINE),
    "select-odd-codes": ({"select": b"* OK [PERMANENTFLAGS (\\Seen (\\Deleted) \"x\" {5}] \\*)] x\r\n* OK [UNSEEN x] y\r\n* OK [UIDNEXT\r\n" + SELECTED}, FINE),
    "select-wrong-tag": ({"select": b"999 OK done\r\n"}, ("select", "protocol", "dead")),
    "select-answered-twice": ({"select": b"%T OK done\r\n%T OK done\r\n"}, ("plan", "protocol", "dead")),
    "select-bad": ({"select": b"%T BAD no\r\n"}, ("select", "protocol", "dead")),
    "select-no": ({"select": b"%T NO [NOPERM] no\r\n"}, ("select", "refused", "alive")),
    "select-over-quota": ({"select": b"%T NO [OVERQUOTA] full\r\n"}, ("select", "quota", "alive")),
    "select-bye": ({"select": b"* 3 EXISTS\r\n* BYE going\r\n"}, ("select", "bye", "dead")),
    "select-preauth": ({"select": b"* PREAUTH x\r\n" + SELECTED}, ("select", "protocol", "dead")),
    "select-asks-to-go-on": ({"select": b"+ go on\r\n" + SELECTED}, ("select", "protocol", "dead")),
    "select-long-line": ({"select": b"* X " + b"y" * 70000 + b"\r\n" + SELECTED}, ("select", "limit", "dead")),
    "select-long-line-in-pieces": ({"select": b"* X " + (b"y" * 30000 + b" {1}\r\nz") * 4 + b"\r\n" + SELECTED}, ("select", "limit", "dead")),
    "select-literal-4-gigabytes": ({"select": b"* X {4294967295}\r\n" + SELECTED}, ("select", "limit", "dead")),
    "select-literal-20-digits": ({"select": b"* X {99999999999999999999}\r\n" + SELECTED}, ("select", "limit", "dead")),
    "select-literal-overflow": ({"select": b"* X {18446744073709551617}\r\n" + SELECTED}, ("select", "limit", "dead")),
    "select-flood-of-unknown": ({"select": flooded(b"* X y\r\n" * 10000)}, ("select", "limit", "dead")),
    "select-flood-of-ok": ({"select": flooded(b"* OK x\r\n" * 10000)}, ("select", "limit", "dead")),
    "select-flood-of-exists": ({"select": flooded(b"* 3 EXISTS\r\n" * 10000)}, ("select", "limit", "dead")),
    "select-drips": ({"select": dripped(b"* OK slowly\r\n" * 100)}, ("select", "timeout", "dead")),
    # rows
    "rows-uid-0": (row(b"UID 0 FLAGS ()"), ("plan", "protocol", "dead")),
    "rows-uid-huge": (row(b"UID 99999999999"), ("plan", "protocol", "dead")),
    "rows-uid-text": (row(b"UID x"), ("plan", "protocol", "dead")),
    "rows-uid-twice": (row(b"UID 1 UID 2"), ("plan", "protocol", "dead")),
    "rows-message-0": ({"rows": b"* 0 FETCH (UID 1)\r\n" + DONE}, ("plan", "protocol", "dead")),
    "rows-no-list": ({"rows": b"* 1 FETCH UID 1\r\n" + DONE}, ("plan", "protocol", "dead")),
    "rows-no-end": ({"rows": b"* 1 FETCH (UID 1\r\n" + DONE}, ("plan", "protocol", "dead")),
    "rows-more-behind": ({"rows": b"* 1 FETCH (UID 1) (UID 2)\r\n" + DONE}, ("plan", "protocol", "dead")),
    "rows-item-without-value": (row(b"UID 1 FLAGS"), ("plan", "protocol", "dead")),
    "rows-endless": ({"rows": flooded(b'* 1 FETCH (UID 1 RFC822.SIZE 5 FLAGS ())\r\n' * 1000)}, ("plan", "limit", "dead")),
    "rows-closed": ({"rows": then_close(b"* 1 FETCH (UID 1")}, ("plan", "connect", "dead")),
    "rows-stall": ({"rows": then_hang(b"* 1 FETCH (UID 1")}, ("plan", "timeout", "dead")),
    "rows-deep-envelope": (row(b"UID 1 ENVELOPE " + b"(" * 101), ("plan", "limit", "dead")),
    # bodies
    "body-closed-in-literal": ({"bodies": then_close(b"* 1 FETCH (UID 1 BODY[] {50000}\r\n" + b"x" * 1000)}, ("bodies", "connect", "dead")),
    "body-stalls-in-literal": ({"bodies": then_hang(b"* 1 FETCH (UID 1 BODY[] {50000}\r\n" + b"x" * 1000)}, ("bodies", "timeout", "dead")),
    "body-drips": ({"bodies": dripped(b"* 1 FETCH (UID 1 BODY[] {50000}\r\n" + b"x" * 1000)}, ("bodies", "timeout", "dead")),
    "body-of-4-gigabytes": (body(b"* 1 FETCH (UID 1 BODY[] {4294967295}\r\n"), ("bodies", "limit", "dead")),
    "body-over-the-limit": (body(b"* 1 FETCH (UID 1 BODY[] {70000000}\r\n"), ("bodies", "limit", "dead")),
    "body-of-another": (body(b"* 9 FETCH (UID 9 BODY[] {3}\r\nabc)\r\n"), ("bodies", "protocol", "dead")),
    "body-twice": (body(b"* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n" * 2), ("bodies", "protocol", "dead")),
    "body-two-in-one": (body(b"* 1 FETCH (UID 1 BODY[] {3}\r\nabc BODY[] {3}\r\nabc)\r\n"), ("bodies", "protocol", "dead")),
    "body-bye": (body(b"* BYE going\r\n"), ("bodies", "bye", "dead")),
    "body-no-behind-one": ({"bodies": b"* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n%T NO [SERVERBUG] broken\r\n"}, ("bodies", "refused", "alive")),
    "rows-no": ({"rows": b"* 1 FETCH (UID 1)\r\n%T NO no\r\n"}, ("plan", "refused", "alive")),
    "capability-no": ({"greeting": b"* OK x\r\n", "capability": b"* CAPABILITY IMAP4rev1\r\n%T NO no\r\n"}, ("connect", "refused", "dead")),
    "body-no": ({"bodies": b"%T NO [SERVERBUG] broken\r\n"}, ("bodies", "refused", "alive")),
    "body-literal-in-name": (body(b"* 1 FETCH (UID 1 BODY[{3}\r\nabc] NIL)\r\n"), ("bodies", "protocol", "dead")),
    "body-unended-quote": (body(b'* 1 FETCH (UID 1 BODY[] "abc)\r\n'), ("bodies", "protocol", "dead")),
    # waiting
    "idle-refused": ({"idle": b"%T NO no\r\n"}, FINE),
    "idle-bad": ({"idle": b"%T BAD no\r\n"}, FINE),
    "idle-bye": ({"idle": b"+ \r\n* BYE timeout\r\n"}, ("wait", "bye", "dead")),
    "idle-closed": ({"idle": then_close(b"+ \r\n")}, ("wait", "connect", "dead")),
    "idle-flood": ({"idle": flooded(b"* OK still here\r\n" * 1000, b"+ \r\n")}, ("wait", "limit", "dead")),
    "idle-not-ended": ({"idle": then_hang(b"+ \r\n")}, ("wait", "timeout", "dead")),
    "logout-stalls": ({"logout": hang}, FINE),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_script(name):
    script, expected = SCRIPTS[name]
    with Server(script) as server:
        # Waiting costs its second; only some scripts are about it.
        lines = poll(server, [command for command in SESSION if command[0] != "wait" or "idle" in script])
    assert failure(lines) == expected, lines


def test_forty_scripts_at_least():
    assert len(SCRIPTS) >= 40


# What is valid, or harmless, and must not stop a mailbox: rows as they should come out.
ROWS = {
    "size-huge": (b"UID 1 RFC822.SIZE 9223372036854775807", ["1", "4294967295", "0", "0"]),
    "size-text": (b"UID 1 RFC822.SIZE many", ["1", "0", "0", "0"]),
    "flags-nested": (b"UID 1 FLAGS (\\Seen (\\Deleted (x)))", ["1", "0", "0", "3"]),
    "flags-odd": (b'UID 1 FLAGS (\\Seen "x" {5 [y] \\ \\*)', ["1", "0", "0", "1"]),
    "flag-keyword": (b"FLAGS ($ticketed \\Draft) UID 1", ["1", "0", "0", "36"]),
    "date-without-zone": (b'UID 1 INTERNALDATE "22-Nov-2026 10:00:00"', ["1", "0", "0", "0"]),
    "date-nil": (b"UID 1 INTERNALDATE NIL", ["1", "0", "0", "0"]),
    "date-month": (b'UID 1 INTERNALDATE "22-Xyz-2026 10:00:00 +0000"', ["1", "0", "0", "0"]),
    "date-west": (b'UID 1 INTERNALDATE " 1-Jan-1970 00:00:10 -0130"', ["1", "0", "5410000000", "0"]),
    "date-east": (b'UID 1 INTERNALDATE "01-Jan-2000 01:00:00 +0100"', ["1", "0", "946684800000000", "0"]),
    "vendor-items": (b'UID 1 EMAILID (M6d99) SAVEDATE "x" MODSEQ (12) X-GM-MSGID 1278455344230334865 X-GM-LABELS ("\\\\Inbox" {3}\r\na)b "x)") '
                     b'PREVIEW NIL THREADID NIL RFC822.SIZE 5', ["1", "5", "0", "0"]),
    "unasked-literal8": (b"UID 1 BINARY[1] ~{4}\r\n\0\1)( RFC822.SIZE 5", ["1", "5", "0", "0"]),
    "unasked-structure": (b'UID 1 BODYSTRUCTURE ("TEXT" "PLAIN" ("CHARSET" "a\\"b)") NIL NIL "7BIT" 5 1) RFC822.SIZE 5', ["1", "5", "0", "0"]),
    "two-blanks": (b" UID  1  RFC822.SIZE 5 ", ["1", "5", "0", "0"]),
    "lower-case": (b"uid 1 rfc822.size 5", ["1", "5", "0", "0"]),
}


@pytest.mark.parametrize("name", ROWS)
def test_row(name):
    items, expected = ROWS[name]
    with Server(row(items)) as server:
        lines = poll(server)
    assert failure(lines) is None, lines
    assert [line[1:] for line in lines if line[0] == "row"] == [expected]


def test_rows_outside_the_range_and_without_uid():
    with Server({"rows": b"* 1 FETCH (UID 1 FLAGS ())\r\n* 2 FETCH (FLAGS (\\Seen))\r\n* 3 FETCH (UID 3 FLAGS ())\r\n* 4 EXISTS\r\n" + DONE}) as server:
        lines = poll(server, [["select", "INBOX"], ["plan", "2", "0"], ["noop"]])
    assert [line[1] for line in lines if line[0] == "row"] == ["3"]
    assert ["event", "mail"] in lines


# Answers to BODY.PEEK[] that are odd, and the UIDs whose message comes out of them.
BODIES = {
    "uid-behind": (b"* 1 FETCH (BODY[] {3}\r\nabc UID 1)\r\n", [("1", "3")]),
    "flags-between": (b"* 1 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (UID 1 FLAGS (x) BODY[] {3}\r\nabc)\r\n* 2 FETCH (UID 2 FLAGS ())\r\n", [("1", "3")]),
    "expunge-between": (b"* 3 EXPUNGE\r\n* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n* 2 EXISTS\r\n", [("1", "3")]),
    "quoted": (b'* 1 FETCH (UID 1 BODY[] "a\\"\\\\c)")\r\n', [("1", "5")]),
    "literal8": (b"* 1 FETCH (UID 1 BODY[] ~{3}\r\na\0c)\r\n", [("1", "3")]),
    "nil": (b"* 1 FETCH (UID 1 BODY[] NIL)\r\n* 2 FETCH (UID 2 BODY[] {1}\r\nx)\r\n", [("2", "1")]),
    "empty": (b'* 1 FETCH (UID 1 BODY[] {0}\r\n)\r\n* 2 FETCH (UID 2 BODY[] "")\r\n', []),
    "none": (b"", []),
    "without-uid": (b"* 1 FETCH (BODY[] {3}\r\nabc)\r\n", []),
    "looks-like-an-answer": (b"* 1 FETCH (UID 1 BODY[] {30}\r\n)\r\n5 OK done\r\n* BYE x\r\n((( \"\r\n)\r\n", [("1", "30")]),
    "vendor-literal-before": (b"* 1 FETCH (UID 1 X-RAW {3}\r\n))) BODY[] {3}\r\nabc X (((\"a\")) {2}\r\n\"( ))\r\n", [("1", "3")]),
}


@pytest.mark.parametrize("name", BODIES)
def test_body(name):
    answer, expected = BODIES[name]
    with Server(body(answer)) as server:
        lines = poll(server)
    assert failure(lines) is None, lines
    assert [tuple(line[1:3]) for line in lines if line[0] == "body"] == expected


# How servers of the world speak, each in its own way, and all of them well enough.
def in_dialect(answers):
    """A body and a Message-ID for each UID of MAILS, with what this server puts around them."""
    before, row_format, body_format = answers

    def rows(dialogue, tag):
        for n, uid in enumerate(MAILS, 1):
            dialogue.send(row_format % {b"n": n, b"uid": uid, b"size": len(MAILS[uid])})
        return b"%T OK FETCH completed.\r\n"

    def bodies(dialogue, tag):
        for n, (uid, mail) in enumerate(MAILS.items(), 1):
            dialogue.send(body_format % {b"n": n, b"uid": uid, b"size": len(mail), b"mail": mail})
        return b"%T OK FETCH completed.\r\n"

    return before | {"rows": rows, "bodies": bodies}


DATE = b'INTERNALDATE "22-Nov-2026 10:00:00 +0000"'
DIALECTS = {
    "gmail": in_dialect((
        {"greeting": b"* OK Gimap ready for requests from 192.0.2.1 a1mb1\r\n",
         "capability": b"* CAPABILITY IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 XYZZY SASL-IR AUTH=XOAUTH2 AUTH=PLAIN "
                       b"AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER\r\n%T OK Thats all she wrote! a1mb1\r\n",
         "login": b"* CAPABILITY IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS COMPRESS=DEFLATE ENABLE MOVE "
                  b"CONDSTORE ESEARCH UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584\r\n%T OK in\r\n",
         "list": b'* LIST (\\HasNoChildren) "/" "INBOX"\r\n* LIST (\\HasChildren \\Noselect) "/" "[Gmail]"\r\n'
                 b'* LIST (\\All \\HasNoChildren) "/" "[Gmail]/Alle Nachrichten"\r\n* LIST (\\Drafts \\HasNoChildren) "/" "[Gmail]/Entw&APw-rfe"\r\n'
                 + DONE,
         "select": b"* FLAGS (\\Answered \\Flagged \\Draft \\Deleted \\Seen $NotPhishing $Phishing)\r\n* OK [PERMANENTFLAGS (\\Answered \\Flagged "
                   b"\\Draft \\Deleted \\Seen $NotPhishing $Phishing \\*)] Flags permitted.\r\n* OK [UIDVALIDITY 7] UIDs valid.\r\n* 3 EXISTS\r\n"
                   b"* 0 RECENT\r\n* OK [UIDNEXT 4] Predicted next UID.\r\n* OK [HIGHESTMODSEQ 1234567]\r\n%T OK [READ-WRITE] INBOX selected. (Success)\r\n"},
        b'* %(n)d FETCH (X-GM-THRID 1278455344230334865 X-GM-LABELS ("\\\\Inbox" "foo(") UID %(uid)d RFC822.SIZE %(size)d ' + DATE + b" FLAGS ())\r\n",
        b"* %(n)d FETCH (UID %(uid)d BODY[] {%(size)d}\r\n%(mail)b)\r\n")),
    "exchange": in_dialect((
        {"greeting": b"* OK The Microsoft Exchange IMAP4 service is ready. [QQBNADAA]\r\n",
         "capability": b"* CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+\r\n"
                       b"%T OK CAPABILITY completed.\r\n",
         "login": b"%T OK AUTHENTICATE completed.\r\n",
         "select": b"* 3 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $MDNSent)\r\n* OK [PERMANENTFLAGS (\\Seen \\Answered "
                   b"\\Flagged \\Deleted \\Draft $MDNSent)] Permanent flags\r\n* OK [UNSEEN 1] Is the first unseen message\r\n* OK [UIDVALIDITY 14] UIDVALIDITY "
                   b"value\r\n* OK [UIDNEXT 4] The next unique identifier value\r\n%T OK [READ-WRITE] SELECT completed.\r\n"},
        b"* %(n)d FETCH (FLAGS (\\Seen) UID %(uid)d RFC822.SIZE %(size)d " + DATE + b")\r\n* %(n)d FETCH (FLAGS (\\Seen \\Recent))\r\n",
        b"* %(n)d FETCH (BODY[] {%(size)d}\r\n%(mail)b UID %(uid)d FLAGS (\\Seen))\r\n")),
    "cyrus": in_dialect((
        {"greeting": b"* OK [CAPABILITY IMAP4rev1 LITERAL+ ID ENABLE AUTH=PLAIN SASL-IR] mail.example.com Cyrus IMAP 3.6.1 server ready\r\n",
         "login": b"%T OK [CAPABILITY IMAP4rev1 LITERAL+ ID ENABLE IDLE MOVE UIDPLUS ANNOTATE-EXPERIMENT-1 XLIST] Success (tls protection) SESSIONID=<a-1>\r\n",
         "select": b"* 3 EXISTS\r\n* 3 RECENT\r\n* FLAGS (\\Answered \\Flagged \\Draft \\Deleted \\Seen $X-ME-Annot-2 NonJunk)\r\n* OK [PERMANENTFLAGS (\\Answered "
                   b"\\Flagged \\Draft \\Deleted \\Seen NonJunk \\*)] Ok\r\n* OK [UIDVALIDITY 7] Ok\r\n* OK [UIDNEXT 4] Ok\r\n* OK [HIGHESTMODSEQ 5] Ok\r\n"
                   b"* OK [MAILBOXID (kq4x)] Ok\r\n* OK [URLMECH INTERNAL] Ok\r\n* OK [ANNOTATIONS 65536] Ok\r\n%T OK [READ-WRITE] Completed\r\n"},
        b"* %(n)d FETCH (FLAGS (NonJunk) " + DATE + b" RFC822.SIZE %(size)d UID %(uid)d MODSEQ (8))\r\n",
        b"* %(n)d FETCH (FLAGS (\\Recent) UID %(uid)d BODY[] ~{%(size)d}\r\n%(mail)b)\r\n")),
    "rev2": in_dialect((
        {"greeting": b"* OK [CAPABILITY IMAP4rev1 IMAP4rev2 AUTH=PLAIN] ready\r\n", "login": b"%T OK in\r\n",
         "capability": b"* CAPABILITY IMAP4rev2 AUTH=PLAIN\r\n%T OK\r\n",
         "select": b'* LIST () "/" INBOX\r\n* 3 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 4]\r\n* FLAGS ()\r\n* OK [PERMANENTFLAGS (\\*)]\r\n%T OK [READ-WRITE]\r\n'},
        b"* %(n)d FETCH (UID %(uid)d RFC822.SIZE %(size)d " + DATE + b" FLAGS () EMAILID (x-%(n)d) THREADID NIL SAVEDATE NIL)\r\n",
        b"* ESEARCH (TAG \"9\") UID ALL 1:3\r\n* %(n)d FETCH (UID %(uid)d BODY[] {%(size)d}\r\n%(mail)b)\r\n")),
}


@pytest.mark.parametrize("name", DIALECTS)
def test_dialect(name):
    with Server(DIALECTS[name]) as server:
        lines = poll(server)
    assert failure(lines) is None, lines
    assert [(line[1], line[2], line[3]) for line in lines if line[0] == "row"] == [
        (str(uid), str(len(mail)), "1795341600000000") for uid, mail in MAILS.items()]
    assert [(line[1], line[2]) for line in lines if line[0] == "body"] == [(str(uid), str(len(mail))) for uid, mail in MAILS.items()]
    assert b"IDLE" in server.seen


def test_not_connected_is_no_mistake_of_ours():
    """Microsoft 365, when a mailbox moves."""
    with Server({"select": b"%T BAD User is authenticated but not connected.\r\n"}) as server:
        assert failure(poll(server)) == ("select", "bye", "dead")


def everything(dialogue, tag):
    """One answer with each class of octet in it."""
    return (b'* 1 FETCH (UID 1 X-GM-LABELS ("\\\\Inbox" (a)) FLAGS (\\Seen) BODY[] {%d}\r\n%b BODY[1] ~{3}\r\na\0)~)\r\n'.replace(b"~)", b")")
            % (len(ONE), ONE)).replace(b" BODY[1] ~{3}\r\na\0)", b" BINARY[1] ~{3}\r\na\0)") + b"* 2 EXPUNGE\r\n%T OK [X (y)] done\r\n"


def test_cut_at_every_octet():
    """F5: whatever was whole before the cut has been handed over, once; the rest is an error, at once."""
    whole = everything(None, None)
    cuts = {"at": 0}

    def answer(dialogue, tag):
        data = whole.replace(b"%T", tag)
        if cuts["at"] >= len(data):
            return data
        then_close(data[:cuts["at"]])(dialogue, tag)

    with Server({"bodies": answer}) as server:
        for cuts["at"] in range(len(whole) + 2):
            lines = poll(server, [["select", "INBOX"], ["bodies", "1"]])
            got = [line[1] for line in lines if line[0] == "body"]
            if failure(lines) is None:
                assert got == ["1"]
                assert cuts["at"] >= len(whole) - 2, "a cut answer was taken for a whole one"
            else:
                assert failure(lines) == ("bodies", "connect", "dead"), lines
                assert len(got) <= 1


def test_idle_without_its_beginning():
    """A server that answers IDLE with nothing is polled from then on."""
    def idle(dialogue, tag):
        while dialogue.line() != b"DONE":
            pass
        return DONE

    with Server({"idle": idle}) as server:
        lines = drive(["select", "INBOX"], ["wait", "1"], ["wait", "1"], host="127.0.0.1", port=server.port, security="loopback",
                      user="desk", secret=SECRET)
    assert failure(lines) is None
    assert server.seen.count(b"IDLE") == 1


def test_idle_news_before_its_beginning():
    """libetpan waits for "+" for ever when something else comes first."""
    with Server({"idle": lambda d, tag: (d.send(b"* 4 EXISTS\r\n+ idling\r\n"), d.line(), DONE)[2]}) as server:
        assert ["event", "mail"] in poll(server)


def test_stop_is_heard_while_the_server_stalls():
    with Server({"bodies": hang}) as server:
        program = str(harness.BUILD / "tests" / "integration" / "imap-drive")
        client = subprocess.Popen([program, "host=127.0.0.1", f"port={server.port}", "security=loopback", "user=desk", f"secret={SECRET}",
                                   "select\tINBOX", "bodies\t1"], stdout=subprocess.PIPE)
        harness.wait_for("the fetch to begin", lambda: b"BODY.PEEK" in server.seen)
        began = time.monotonic()
        os.kill(client.pid, signal.SIGTERM)
        output = client.communicate(timeout=20)[0].decode()
    assert time.monotonic() - began < 1
    assert "failed\tbodies\tcancelled\tdead" in output


def test_the_program_gives_up_too(gateway):
    """What `mailgw imap test` makes of a flood: an answer, soon, with the step that failed."""
    with Server({"select": flooded(b"* X y\r\n" * 10000)}) as server:
        secret = gateway.dir / "imap-password"
        secret.write_text(SECRET + "\n")
        secret.chmod(0o600)
        if harness.IS_ROOT:
            os.chown(secret, gateway.database_user, -1)
        for key, value in {"host": "127.0.0.1", "port": server.port, "security": "plaintext", "allow-plaintext": "loopback", "user": "desk",
                           "password-file": secret, "queue": "support"}.items():
            gateway.configure("imap desk", key, value)
        began = time.monotonic()
        done = gateway.execute("imap", "test", "--json")
    assert done.returncode != 0
    assert time.monotonic() - began < 60
    failing = [row for row in json.loads(done.stdout) if not row["ok"]]
    assert failing and "longer than any" in failing[0]["text"], done.stdout + done.stderr
    assert SECRET not in done.stdout + done.stderr


def test_no_server_stops_another():
    """Clients share nothing: while one meets a flood, another reads its mail."""
    with Server({"greeting": flooded(b"x" * 65536)}) as bad, Server({}) as good:
        program = str(harness.BUILD / "tests" / "integration" / "imap-drive")
        stuck = subprocess.Popen([program, "host=127.0.0.1", f"port={bad.port}", "security=loopback", "user=desk", f"secret={SECRET}"],
                                 stdout=subprocess.DEVNULL)
        assert failure(poll(good)) is None
        assert stuck.wait(20) == 0


def test_client_stops_when_told():
    with Server({}) as server:
        lines = poll(server, [["select", "INBOX"], ["bodies", "1:3"]], stop_after=2)
    assert failure(lines) == ("bodies", "stopped", "dead")
    assert len([line for line in lines if line[0] == "body"]) == 2


@pytest.mark.parametrize("command", [["select", "x\r\nA99 DELETE INBOX"], ["select", ""], ["create", "a\nb"],
                                     ["flag", "1", "x y"], ["flag", "1", "a\r\nb"], ["flag", "1", "\\"], ["move", "1", "a\rb"],
                                     ["bodies", "0"], ["bodies", "1:501"], ["plan", "0", "0"], ["plan", "5", "4"]],
                         ids=lambda command: repr(command[-1])[:20])
def test_argument_never_sent(command):
    with Server({}) as server:
        lines = poll(server, [["select", "INBOX"], command, ["noop"]], go_on=1)
    assert failure(lines) == (command[0], "argument", "alive")
    assert lines[-2] == ["ok", "noop"]
    assert b"DELETE" not in server.seen


@pytest.mark.parametrize("key", ["user", "secret", "host"])
def test_control_characters_in_credentials(key):
    with Server({}) as server:
        lines = poll(server, **{key: "x\r\nA99 DELETE INBOX"})
    assert failure(lines) == ("connect", "argument", "dead")
    assert server.seen == b""


@pytest.mark.parametrize("command", [["move", "1:2", "Done"], ["delete", "1"]], ids=["move", "delete"])
def test_never_a_bare_expunge(command):
    """F10: without MOVE and UIDPLUS nothing is moved, and nothing is sent."""
    with Server({}, capability=b"IMAP4rev1 AUTH=PLAIN") as server:
        lines = poll(server, [["select", "INBOX"], command, ["noop"]], go_on=1)
    assert failure(lines) == (command[0], "unsupported", "alive")
    assert b"EXPUNGE" not in server.seen.upper() and b"COPY" not in server.seen.upper()


def test_moved_by_copy_and_uid_expunge():
    with Server({}, capability=b"IMAP4rev1 UIDPLUS AUTH=PLAIN") as server:
        assert failure(poll(server, [["select", "INBOX"], ["move", "3 1 2 7", "Done"]])) is None
    commands = [line.split(b" ", 1)[1] for line in server.seen.split(b"\r\n") if b" UID " in line]
    assert commands == [b"UID COPY 1:3,7 Done", b"UID STORE 1:3,7 +FLAGS.SILENT (\\Deleted)", b"UID EXPUNGE 1:3,7"]


def test_copy_refused_marks_nothing():
    with Server({"uid copy": b"%T NO [TRYCREATE] no such folder\r\n"}, capability=b"IMAP4rev1 UIDPLUS AUTH=PLAIN") as server:
        lines = poll(server, [["select", "INBOX"], ["move", "1", "Done"]])
    assert failure(lines) == ("move", "refused", "alive")
    assert [line[4] for line in lines if line[0] == "failed"] == ["1"]  # MAILGW_ERROR_NOT_FOUND
    assert b"STORE" not in server.seen
