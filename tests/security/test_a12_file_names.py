"""A12: an attachment's name is a label, never a path (FreeScout CVE-2026-28289: ".htaccess" with U+200B)."""

import base64
import json
import unicodedata
import urllib.parse

from attack import ready, take
from harness import mail

NAMES = ["../../etc/passwd", "..\\..\\boot.ini", "/etc/cron.d/x", "C:\\Windows\\x.exe", ".htaccess", "\u200b.htaccess", ".ht\u200baccess",
         "a\0b.txt", "a\r\nX-Evil: yes.txt", "invoice\u202efdp.exe", "\u2066x\u2069.txt", "CON", "nul.txt", "x" * 5000 + ".pdf", "..", ".", "",
         "\x1b[31mred.txt", "a/b/c", "a\u2215b", "\uff0e\uff0e\uff0fpasswd", "x\x7f.txt", "name\x9b.txt", "-rf", "$(id).txt", "a|b;c&d.txt"]


def spellings(name):
    """The same name as the ways of a header spell it."""
    encoded = base64.b64encode(name.encode()).decode()
    percent = urllib.parse.quote(name, safe="")
    yield f'filename="=?utf-8?b?{encoded}?="'
    yield f"filename*=utf-8\'\'{percent}"
    half = len(percent) // 6 * 3
    yield f"filename*0*=utf-8\'\'{percent[:half]};\n filename*1*={percent[half:]}"


def message(parameters, n):
    return mail(subject=f"file {n}", Content_Type="multipart/mixed; boundary=b", body=(
        "--b\nContent-Type: text/plain\n\nhello\n--b\nContent-Type: application/octet-stream\n"
        f"Content-Disposition: attachment; {parameters}\n\ndata\n--b--\n"))


def names_of(parsed):
    return [part["filename"] for part in parsed["attachments"]]


def test_no_name_leads_anywhere(gateway, tmp_path):
    ready(gateway)
    mails = [message(parameters, n) for n, name in enumerate(NAMES) for parameters in spellings(name)]
    paths = []
    for n, data in enumerate(mails):
        paths.append(tmp_path / f"{n}.eml")
        paths[-1].write_bytes(data)
    lines = gateway.execute("parse", "--json", *paths).stdout.splitlines()
    assert len(lines) == len(mails)
    for line in lines:
        parsed = json.loads(line)
        assert len(parsed["attachments"]) == 1
        for label in names_of(parsed):
            if label is None:
                continue
            assert "/" not in label and "\\" not in label and label not in (".", "..", ""), label
            assert len(label.encode()) <= 255
            assert not label.startswith("."), label
            bad = [c for c in label if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs")]
            assert not bad, (label, bad)
    before = sorted(path.name for path in tmp_path.iterdir())
    take(gateway, *mails)
    gateway.work()
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    gateway.audit()
