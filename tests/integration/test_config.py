"""A wrong configuration says file, line, what was expected and the nearest known word, and nothing starts by it."""

import os
import re

import pytest


# name: (the file, the line to be named (None: whichever), what has to stand in the answer)
MISTAKES = {
    "unknown key": ("[smtp]\ntransprot = maildir:sent\n", 2, ["transprot", "transport"]),
    "unknown section": ("[smpt]\ntransport = maildir:sent\n", 1, ["smpt", "smtp"]),
    "key of another section": ("[lmtp]\nsocket = a.sock\ntransport = maildir:sent\n", 3, ["transport"]),
    "duplicate key": ("[smtp]\ntransport = maildir:a\ntransport = maildir:b\n", 3, ["transport", "2"]),
    "duplicate section": ("[lmtp]\nsocket = a.sock\n\n[lmtp]\nsocket = b.sock\n", 4, ["lmtp", "1"]),
    "key before any section": ("embedded = .\n", 1, ["section"]),
    "no equals sign": ("[smtp]\ntransport maildir:sent\n", 2, ["="]),
    "unclosed section": ("[smtp\ntransport = maildir:sent\n", 1, ["]"]),
    "not a number": ("[gateway]\nworkers = many\n", 2, ["many", "workers", "number"]),
    "number out of range": ("[gateway]\nworkers = 100000\n", 2, ["100000", "workers"]),
    "not yes or no": ("[gateway]\nsubaddressing = perhaps\n", 2, ["perhaps", "yes", "no"]),
    "not a size": ("[limits]\nmessage-size = huge\n", 2, ["huge", "25M"]),
    "size beyond what can be stored": ("[limits]\nmessage-size = 65M\n", 2, ["65M"]),
    "not a duration": ("[smtp]\ntimeout = soon\n", 2, ["soon", "timeout"]),
    "not a rate": ("[limits]\ntickets-per-sender = lots\n", 2, ["lots", "3/h"]),
    "not an address": ("[queue x]\naddress = nobody\n", 2, ["nobody", "address"]),
    "not one of the words": ("[queue x]\naddress = a@example.com\nclosed = reopn\n", 3, ["reopn", "reopen"]),
    "not a transport": ("[smtp]\ntransport = pigeon:loft\n", 2, ["pigeon", "smtp://"]),
    "queue without address": ("[queue x]\nname = X\n", 1, ["address", "queue x"]),
    "queue without name": ("[queue]\naddress = a@example.com\n", 1, ["queue"]),
    "one address for two queues": ("[queue a]\naddress = a@example.com\n[queue b]\naddress = A@Example.com\n", 4, ["a@example.com"]),
    "database of two kinds": ("[database]\nembedded = .\nurl = postgresql:///mailgw\n", None, ["embedded", "url"]),
    "missing file": ("[smtp]\ntransport = smtps://mail.example.com\nca-file = nowhere.pem\n", 3, ["nowhere.pem"]),
    "NUL": ("[smtp]\ntransport = maildir:\0sent\n", 2, []),
    "not UTF-8": (b"[gateway]\nname = \xff\xfe\n", 2, ["UTF-8"]),
}


def run(gw, text, *command):
    path = gw.base / "wrong.conf"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path, gw.execute("--config", path, *command, timeout=60)


@pytest.fixture(scope="module")
def gw(shared_gateway):
    shared_gateway.db_stop()
    return shared_gateway


@pytest.mark.parametrize("command", [("config", "check"), ("serve",)], ids=["check", "serve"])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_named(gw, mistake, command):
    text, line, words = MISTAKES[mistake]
    path, done = run(gw, text, *command)
    assert done.returncode == 1
    assert done.stdout == ""
    where = f"{path}:{line}:" if line else f"{path}:"
    assert where in done.stderr, done.stderr
    for word in words:
        assert word.lower() in done.stderr.lower(), done.stderr
    assert not list(gw.base.glob("**/*.sock"))


def test_every_mistake_is_named_at_once(gw):
    path, done = run(gw, "[smtp]\ntransprot = x\n[gateway]\nworkers = many\n[lmpt]\n", "config", "check")
    assert done.returncode == 1
    assert [int(n) for n in re.findall(rf"{re.escape(str(path))}:(\d+)", done.stderr)] == [2, 4, 5]


@pytest.mark.parametrize("left_out, named", [("database", "[database]"), ("queue support", "[queue"), ("smtp", "[smtp]")])
def test_serve_wants_its_sections(gw, left_out, named):
    whole = gw.config.read_text()
    path = gw.dir / "less.conf"
    path.write_text(re.sub(rf"(?ms)^\[{left_out}\]\n.*?(?=^\[|\Z)", "", whole))
    done = gw.execute("--config", path, "serve", timeout=60)
    assert done.returncode == 1 and named in done.stderr, done.stderr
    assert str(path) in done.stderr
    # The file is good for what does not need that section.
    assert gw.execute("--config", path, "config", "check").returncode == 0


def test_missing_configuration(gw):
    done = gw.execute("--config", gw.base / "nowhere.conf", "serve")
    assert done.returncode == 1 and "nowhere.conf" in done.stderr
    assert gw.execute("--config", gw.base, "serve").returncode == 1


def test_password_others_may_read(gw):
    secret = gw.dir / "secret"
    secret.write_text("x\n")
    secret.chmod(0o644)
    _, done = run(gw, f"[smtp]\ntransport = smtp://mail.example.com\nuser = desk\npassword-file = {secret}\n", "config", "check")
    assert done.returncode == 1
    assert str(secret) in done.stderr and "chmod 600" in done.stderr


def test_nothing_was_started(gw):
    """None of the above left a process or started the database."""
    assert gw.execute("db", "status").returncode == 1
    mine = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as line:
                if str(gw.base).encode() in line.read():
                    mine.append(pid)
        except OSError:
            continue
    assert mine == []


def test_shown_configuration_is_good(gw):
    shown = gw.run("config", "show")
    path, done = run(gw, shown, "config", "check")
    assert done.returncode == 0, done.stderr
    assert gw.run("--config", str(path), "config", "show") == shown
