"""Every call of the IMAP client against Debian's Dovecot over TLS."""

import hashlib
import http.server
import imaplib
import json
import os
import re
import shutil
import ssl
import subprocess
import threading
import time

import pytest

import harness
import imapserver
from imapserver import PASSWORD, USER, drive, of_kind

pytestmark = pytest.mark.skipif(not os.access("/usr/sbin/dovecot", os.X_OK), reason="no Dovecot")


@pytest.fixture(scope="module")
def ca():
    with imapserver.authority() as base:
        yield base


@pytest.fixture(scope="module")
def shared(ca):
    server = imapserver.Dovecot(ca)
    yield server
    server.close()


@pytest.fixture
def dovecot(ca):
    server = imapserver.Dovecot(ca)
    yield server
    server.close()


def keys(server, **more):
    return {"host": "localhost", "port": server.tls_port, "ca": server.ca / "ca.pem", "user": USER, "secret": PASSWORD} | more


def mail(n, body=b"body\r\n"):
    return b"From: a@example.net\r\nMessage-ID:\r\n <m%d@example.net>\r\nSubject: %d\r\n\r\n" % (n, n) + body


def failed(lines):
    return [(line[0], line[1]) for line in of_kind(lines, "failed")]


@pytest.mark.parametrize("security, port", [("tls", "tls_port"), ("starttls", "port")])
@pytest.mark.parametrize("mechanism", ["password", "plain", "login"])
def test_log_in(shared, security, port, mechanism):
    lines = drive(["noop"], **keys(shared, security=security, port=getattr(shared, port), mechanism=mechanism))
    assert failed(lines) == []
    assert of_kind(lines, "connected")[0][1].startswith("TLS1.3")


def test_wrong_password(shared):
    lines = drive(["noop"], **keys(shared, secret="wrong"))
    assert failed(lines) == [("connect", "login")]
    assert "[AUTHENTICATIONFAILED]" in of_kind(lines, "texts")[0][0]


def test_probe_needs_no_password(shared):
    lines = drive(probe=1, host="localhost", port=shared.tls_port, ca=shared.ca / "ca.pem")
    assert failed(lines) == [] and "AUTH=PLAIN" in of_kind(lines, "connected")[0][3]


class Introspection(http.server.BaseHTTPRequestHandler):
    """RFC 7662, as little of it as Dovecot asks for: one token is good."""

    def do_POST(self):
        form = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = json.dumps({"active": b"good-token" in form, "username": USER}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def with_tokens(ca):
    endpoint = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Introspection)
    threading.Thread(target=endpoint.serve_forever, daemon=True).start()
    options = harness.make_directory("mgo") / "oauth2.conf"
    options.write_text(f"introspection_mode = post\nintrospection_url = http://127.0.0.1:{endpoint.server_port}/\n"
                       "username_attribute = username\nactive_attribute = active\nactive_value = true\n")
    options.chmod(0o644)
    server = imapserver.Dovecot(ca, mechanisms=" xoauth2 oauthbearer",
                                passdb=f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {options}\n}}")
    yield server
    server.close()
    endpoint.shutdown()
    shutil.rmtree(options.parent, ignore_errors=True)


@pytest.mark.parametrize("mechanism", ["token", "xoauth2", "oauthbearer"])
@pytest.mark.parametrize("token, fault", [("good-token", None), ("expired-token", "token")])
def test_tokens(with_tokens, mechanism, token, fault):
    lines = drive(["select", "INBOX"], **keys(with_tokens, mechanism=mechanism, secret=token))
    assert failed(lines) == ([] if fault is None else [("connect", fault)]), with_tokens.log()
    if fault is not None:
        assert json.loads(of_kind(lines, "texts")[0][1])["status"] in ("401", "invalid_token")


def test_read_everything(dovecot):
    mails = [mail(n) for n in range(1, 41)] + [mail(41, b"a line of text\r\n" * 100_000), b"no header, no id\r\n\r\n\xff\x00\xfe"]
    dovecot.deliver(*mails)
    lines = drive(["examine", "INBOX"], ["plan", "1", "0", "$Ticketed"], ["ids", "1:42"], ["bodies", "1:42"], ["partial", "41", "5000"],
                  ["partial", "99", "100"], ["plan", "1", "0", "$Ticketed"], **keys(dovecot))
    assert failed(lines) == []
    selected = of_kind(lines, "selected")[0]
    assert int(selected[0]) > 0 and selected[1:4] == ["43", "42", "read-only"]
    rows = of_kind(lines, "row")
    assert [int(row[0]) for row in rows] == 2 * list(range(1, 43))
    assert [int(row[1]) for row in rows[:42]] == [len(one) for one in mails]
    # BODY.PEEK: still unseen.
    assert {row[3] for row in rows} == {"0"}
    assert [row[1] for row in of_kind(lines, "id")] == [f"<m{n}@example.net>" for n in range(1, 42)] + ["-"]
    # Dovecot does not send NUL, which RFC 3501 forbids in literals too.
    mails[-1] = mails[-1].replace(b"\0", b"\x80")
    bodies = {int(uid): (int(size), digest) for uid, size, digest in of_kind(lines, "body")}
    assert bodies == {n: (len(one), hashlib.sha256(one).hexdigest()) for n, one in enumerate(mails, 1)}
    assert of_kind(lines, "partial") == [["5000"]]
    assert ["gone"] in lines


def test_internal_date(dovecot):
    dovecot.deliver(mail(1))
    (path,) = (dovecot.folder() / "new").iterdir()
    os.utime(path, (1_500_000_000, 1_500_000_000))
    lines = drive(["select", "INBOX"], ["plan", "1", "0"], **keys(dovecot))
    assert of_kind(lines, "row")[0][2] == "1500000000000000"


def test_large_mail_in_little_memory(dovecot):
    """The body is streamed into the one buffer that is handed over."""
    dovecot.deliver(mail(1, b"x" * 70 + b"\r\n"), mail(2, (b"x" * 70 + b"\r\n") * 350_000))
    lines = drive(["select", "INBOX"], ["bodies", "1:2"], **keys(dovecot))
    assert failed(lines) == []
    size = int(of_kind(lines, "body")[1][1])
    assert size > 25_000_000
    assert int(of_kind(lines, "used")[0][2]) < size / 1024 + 12_000


def test_rows_in_little_memory(dovecot):
    """A plan is handed over in pieces, so a mailbox costs what its rows cost the caller."""
    dovecot.deliver(*[mail(n) for n in range(1, 3001)])
    lines = drive(["select", "INBOX"], ["plan", "1", "0"], **keys(dovecot))
    assert len(of_kind(lines, "row")) == 3000
    assert int(of_kind(lines, "used")[0][2]) < 20_000


FOLDERS = ["Erledigt", "Übergrößen & \"Co\"", "台北/日本語", "a b (c) {5} % * x"]


def test_folders(dovecot):
    lines = drive(*[["create", name] for name in FOLDERS if "*" not in name], ["list"], *[["select", name] for name in FOLDERS[:3]],
                  ["select", "nowhere"], ["select", "INBOX"], go_on=1, **keys(dovecot))
    listed = {name for name, _, _ in of_kind(lines, "folder")}
    assert set(FOLDERS[:3]) | {"INBOX"} <= listed
    assert len(of_kind(lines, "selected")) == 4
    assert of_kind(lines, "failed")[0][:4] == ["select", "refused", "alive", "1"]


def test_flags_and_moves(dovecot):
    dovecot.deliver(*[mail(n) for n in range(1, 9)])
    lines = drive(["create", "Erledigt"], ["select", "INBOX"], ["flag", "1 2 5", "$Ticketed"], ["flag", "3", "\\Seen"],
                  ["flag", "99", "$Ticketed"], ["plan", "1", "0", "$Ticketed"], ["move", "1 2 99", "Erledigt"], ["delete", "8"],
                  ["move", "3", "nowhere"], ["plan", "1", "0"], ["select", "Erledigt"], ["plan", "1", "0", "$ticketed"],
                  go_on=1, **keys(dovecot))
    assert of_kind(lines, "failed")[0][:4] == ["move", "refused", "alive", "1"]
    rows = [(int(row[0]), int(row[3])) for row in of_kind(lines, "row")]
    assert rows[:8] == [(1, 32), (2, 32), (3, 1), (4, 0), (5, 32), (6, 0), (7, 0), (8, 0)]
    assert [uid for uid, _ in rows[8:13]] == [3, 4, 5, 6, 7]
    assert rows[13:] == [(1, 32), (2, 32)]


def wait_in_background(server, seconds="30", **more):
    program = str(harness.BUILD / "tests" / "integration" / "imap-drive")
    process = subprocess.Popen([program, *[f"{key}={value}" for key, value in keys(server, **more).items()], "select\tINBOX", f"wait\t{seconds}"],
                               stdout=subprocess.PIPE)
    while not process.stdout.readline().startswith(b"ok\tselect"):
        assert process.poll() is None
    time.sleep(0.5)
    return process


def test_idle_hears_of_mail(dovecot):
    dovecot.deliver(mail(1))
    process = wait_in_background(dovecot)
    began = time.monotonic()
    dovecot.deliver(mail(2))
    output = process.communicate(timeout=30)[0].decode()
    assert "event\tmail" in output
    # Dovecot itself looks at a Maildir by inotify, after at most half a second.
    assert time.monotonic() - began < 2


def test_idle_hears_of_removal(dovecot):
    dovecot.deliver(mail(1))
    process = wait_in_background(dovecot)
    trust = ssl.create_default_context(cafile=dovecot.ca / "ca.pem")
    with imaplib.IMAP4_SSL("localhost", dovecot.tls_port, ssl_context=trust) as other:
        other.login(USER, PASSWORD)
        other.select()
        other.store("1", "+FLAGS", "\\Deleted")
        other.expunge()
    assert "event\tchange" in process.communicate(timeout=30)[0].decode()


def test_server_gone_while_waiting(dovecot):
    dovecot.deliver(mail(1))
    process = wait_in_background(dovecot)
    dovecot.stop()
    output = process.communicate(timeout=30)[0].decode()
    assert re.search("failed\twait\t(bye|connect)\tdead", output), output


def test_uidvalidity_changes(dovecot):
    """A folder that was made anew says so."""
    first = drive(["create", "x"], ["select", "x"], **keys(dovecot))
    time.sleep(1.1)
    trust = ssl.create_default_context(cafile=dovecot.ca / "ca.pem")
    with imaplib.IMAP4_SSL("localhost", dovecot.tls_port, ssl_context=trust) as other:
        other.login(USER, PASSWORD)
        other.delete("x")
        other.create("x")
    second = drive(["select", "x"], **keys(dovecot))
    assert of_kind(first, "selected")[0][0] != of_kind(second, "selected")[0][0]
