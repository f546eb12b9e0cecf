"""mailgw-deliver: what the daemon says, what the MTA is told.

The daemon is a script here: it answers what the test wants and keeps what it was sent. So nothing but the client is under
test, and a daemon may misbehave as no real one does.
"""

import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time

import pytest

BUILD = pathlib.Path(os.environ.get("MAILGW_BUILD", pathlib.Path(__file__).parents[2]))
DELIVER = BUILD / "mailgw" / "mailgw-deliver"
MAIL = b"Return-Path: <path@example.com>\r\nSubject: hello\r\n\r\nbody\r\n"
OFFERS = ("desk.example", "PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "CHUNKING", "XSENDER",
          "SIZE 26214400")
SILENCE = object()
HANG_UP = object()


class Daemon:
    """A scripted LMTP server for one connection.

    answers: {"greeting", "LHLO", "MAIL", "RCPT", "FINAL": reply, or a list of them in order}; a reply is a line, SILENCE
    (waits until the client is gone) or HANG_UP.
    """

    def __init__(self, path, **answers):
        self.path = str(path)
        self.answers = {name: list(reply) if isinstance(reply, list) else [reply] for name, reply in answers.items()}
        self.commands = []
        self.mail = None
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen()
        self.listener.settimeout(20)
        self.reached = threading.Event()
        self.connected = False
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def close(self):
        if self.listener.fileno() >= 0:
            self.listener.shutdown(socket.SHUT_RDWR)  # close() alone does not wake accept()
        self.listener.close()
        self.thread.join(20)
        assert not self.thread.is_alive()

    def say(self, name, default):
        replies = self.answers.get(name, [default])
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        self.reached.set()
        if reply is SILENCE:
            while self.stream.read(65536):
                pass
            raise ConnectionError
        if reply is HANG_UP:
            raise ConnectionError
        self.connection.sendall(reply.encode("utf-8", "surrogateescape") + b"\r\n")
        return reply[:1] == "2"

    def serve(self):
        try:
            self.connection, _ = self.listener.accept()
        except OSError:
            return
        self.connected = True
        with self.connection, self.connection.makefile("rb") as self.stream:
            try:
                self.talk()
            except (ConnectionError, BrokenPipeError):
                pass

    def talk(self):
        accepted = 0
        self.say("greeting", "220 desk.example LMTP")
        while line := self.stream.readline():
            self.commands.append(line)
            verb = line[:4].upper()
            if verb == b"LHLO":
                lines = [f"250-{offer}" for offer in OFFERS]
                self.say("LHLO", "\r\n".join(lines[:-1] + [lines[-1].replace("250-", "250 ")]))
            elif verb == b"MAIL":
                self.say("MAIL", "250 2.1.0 ok")
            elif verb == b"RCPT":
                accepted += self.say("RCPT", "250 2.1.5 ok")
            elif verb == b"BDAT":
                size = int(line.split()[1])
                data = self.stream.read(size)
                if len(data) < size:
                    raise ConnectionError
                self.mail = data
                for _ in range(accepted):
                    self.say("FINAL", "250 2.0.0 stored as 7")
                if not accepted:
                    self.connection.sendall(b"503 5.5.1 no recipients\r\n")
            elif verb == b"QUIT":
                self.connection.sendall(b"221 2.0.0 bye\r\n")


@pytest.fixture
def daemon(tmp_path):
    started = []

    def start(**answers):
        started.append(Daemon(tmp_path / "lmtp.sock", **answers))
        return started[-1]

    yield start
    for one in started:
        one.close()


def run(*arguments, mail=MAIL, environment=None, **options):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAILGW_")}
    done = subprocess.run([DELIVER, *map(str, arguments)], input=mail, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=30, env={**clean, **(environment or {})}, **options)
    # One line for the MTA, whose class is that of the exit code: Postfix believes the text first.
    assert done.stdout.endswith(b"\n") and done.stdout.count(b"\n") == 1
    expected = {0: b"2", 75: b"4"}.get(done.returncode, b"5")
    assert re.match(rb"%s\.\d{1,3}\.\d{1,3} " % expected, done.stdout), done.stdout
    return done.returncode, done.stdout.decode().rstrip("\n")


def through(daemon_, *arguments, **options):
    return run("--socket", daemon_.path, *arguments, **options)


REPLIES = [
    ("stored", {}, 0, "2.0.0 <s@example.com>: stored as 7"),
    ("unknown recipient", {"RCPT": "550 5.1.1 no such address here"}, 67, "5.1.1 <s@example.com>: no such address here"),
    ("unknown without enhanced code", {"RCPT": "550 who?"}, 67, "5.1.1 <s@example.com>: who?"),
    ("syntax of recipient", {"RCPT": "501 5.1.3 bad syntax"}, 67, "5.1.3 <s@example.com>: bad syntax"),
    ("refused recipient", {"RCPT": "550 5.7.1 not you"}, 69, "5.7.1 <s@example.com>: not you"),
    ("recipient later", {"RCPT": "451 4.3.0 not now"}, 75, "4.3.0 <s@example.com>: not now"),
    ("too large at MAIL", {"MAIL": "552 5.3.4 message too large", "RCPT": "503 5.5.1 say MAIL first"}, 65,
     "5.3.4 message too large"),
    ("too large at the end", {"FINAL": "552 5.3.4 message too large"}, 65, "5.3.4 <s@example.com>: message too large"),
    ("mailbox full is not too large", {"FINAL": "552 5.2.2 full"}, 69, "5.2.2 <s@example.com>: full"),
    ("refused sender", {"MAIL": "550 5.1.8 bad sender", "RCPT": "503 5.5.1 say MAIL first"}, 69, "5.1.8 bad sender"),
    ("content refused", {"FINAL": "554 5.6.0 bare newline"}, 69, "5.6.0 <s@example.com>: bare newline"),
    ("550 after the data is no unknown user", {"FINAL": "550 no"}, 69, "5.3.0 <s@example.com>: no"),
    ("later at the end", {"FINAL": "452 4.3.1 too much"}, 75, "4.3.1 <s@example.com>: too much"),
    ("code and text of different classes", {"FINAL": "451 5.1.1 mixed up"}, 75, "4.3.0 <s@example.com>: 5.1.1 mixed up"),
    ("success of different classes", {"FINAL": "250 5.1.1 mixed up"}, 0, "2.0.0 <s@example.com>: 5.1.1 mixed up"),
    ("shutting down", {"greeting": "421 4.3.2 too many connections"}, 75, "4.3.2 too many connections"),
    ("shutting down at MAIL", {"MAIL": ["421 4.3.2 enough", HANG_UP]}, 75, "4.3.2 enough"),
    ("greeting refused says nothing about the mail", {"greeting": "554 5.7.1 go away"}, 75, None),
    ("LHLO refused says nothing about the mail", {"LHLO": "500 5.5.1 what?"}, 75, None),
    ("no LMTP server of ours", {"LHLO": "250 desk.example"}, 75, None),
    ("intermediate answer", {"FINAL": "354 go on"}, 75, None),
    ("nonsense", {"FINAL": "it went well"}, 75, None),
    ("nonsense that begins with digits", {"FINAL": "2500 stored"}, 75, None),
    ("control characters", {"FINAL": "550 5.1.1 a\x1b[2Jb\tc"}, 67, "5.1.1 <s@example.com>: a?[2Jb?c"),
    ("hangs up before the greeting", {"greeting": HANG_UP}, 75, None),
    ("hangs up before the last answer", {"FINAL": HANG_UP}, 75, None),
]


@pytest.mark.parametrize("answers, code, text", [reply[1:] for reply in REPLIES], ids=[reply[0] for reply in REPLIES])
def test_reply_becomes_exit_code(daemon, answers, code, text):
    result = through(daemon(**answers), "-f", "a@example.com", "s@example.com")
    assert result[0] == code
    if text is not None:
        assert result[1] == text


def test_no_server(tmp_path):
    code, text = run("--socket", tmp_path / "nobody.sock", "s@example.com")
    assert code == 75 and "nobody.sock" in text


def test_nobody_listens_on_the_socket_file(daemon):
    server = daemon()
    server.close()
    assert through(server, "s@example.com")[0] == 75


def test_path_too_long_for_a_socket():
    assert run("--socket", "/" + "x" * 200, "s@example.com")[0] == 75


def test_temporary_goes_before_permanent_before_success(daemon):
    server = daemon(RCPT=["250 2.1.5 ok", "550 5.1.1 unknown", "451 4.3.0 later", "250 2.1.5 ok"])
    assert through(server, "a@x.example", "b@x.example", "c@x.example", "d@x.example") == (75, "4.3.0 <c@x.example>: later")


def test_permanent_goes_before_success(daemon):
    server = daemon(RCPT=["250 2.1.5 ok", "550 5.1.1 unknown", "250 2.1.5 ok"])
    assert through(server, "a@x.example", "b@x.example", "c@x.example") == (67, "5.1.1 <b@x.example>: unknown")
    assert server.mail == MAIL


def test_each_recipient_has_its_answer(daemon):
    server = daemon(FINAL=["250 2.0.0 ok", "452 4.2.2 over quota", "550 5.2.1 gone"])
    assert through(server, "a@x.example", "b@x.example", "c@x.example") == (75, "4.2.2 <b@x.example>: over quota")
    assert sum(line.startswith(b"BDAT") for line in server.commands) == 1


@pytest.mark.parametrize("mail", [
    b"",
    bytes(range(256)) * 100,
    b"a\r\n.\r\nQUIT\r\n\n.\n\r.\r",
    os.urandom(3_000_000),
    b"From someone now\nA: b\n\nno final newline",
], ids=["empty", "every octet", "looks like the end", "3 MB", "From line"])
def test_bytes_arrive_as_they_are(daemon, mail):
    server = daemon()
    assert through(server, "-f", "a@example.com", "s@example.com", mail=mail)[0] == 0
    assert server.mail == mail


def sender_line(server):
    return next(line for line in server.commands if line.startswith(b"MAIL")).decode().rstrip("\r\n")


@pytest.mark.parametrize("options, mail, expected", [
    (["-f", "a@example.com"], MAIL, "<a@example.com>"),
    (["-f", "<a@example.com>"], MAIL, "<a@example.com>"),
    (["-f", ""], MAIL, "<>"),
    (["-f", "<>"], MAIL, "<>"),
    (["-f", "MAILER-DAEMON"], MAIL, "<>"),
    (["-f", "mailer-daemon@example.com"], MAIL, "<mailer-daemon@example.com>"),
    (["-f", "root"], MAIL, "<> XSENDER=UNKNOWN"),
    (["-f", "a@example.com>\r\nRCPT TO:<evil@example.com"], MAIL, "<> XSENDER=UNKNOWN"),
    (["-f", "a" * 300 + "@example.com"], MAIL, "<> XSENDER=UNKNOWN"),
    ([], MAIL, "<path@example.com>"),
    ([], b"From x\nA: b\nreturn-PATH:\n <b@example.com>\nReturn-Path: <c@example.com>\n\n", "<b@example.com>"),
    ([], b"Return-Path: <>\n\n", "<>"),
    ([], b"Return-Path:\n\n", "<> XSENDER=UNKNOWN"),
    ([], b"A: b\n\nReturn-Path: <body@example.com>\n", "<> XSENDER=UNKNOWN"),
    ([], b"Return-Path: <a@example.com> (comment)\n\n", "<> XSENDER=UNKNOWN"),
    ([], b"Return-Path: <a@exa\0mple.com>\n\n", "<> XSENDER=UNKNOWN"),
    ([], b"Return-Path", "<> XSENDER=UNKNOWN"),
])
def test_sender(daemon, options, mail, expected):
    server = daemon()
    assert through(server, *options, "s@example.com", mail=mail)[0] == 0
    size, _, rest = sender_line(server).partition(f" SIZE={len(mail)}")
    assert size + rest == f"MAIL FROM:{expected}"
    assert not any(b"evil" in line for line in server.commands)


def test_sender_unknown_is_the_null_path_to_others(daemon):
    server = daemon(LHLO="250-desk.example\r\n250-CHUNKING\r\n250 PIPELINING")
    assert through(server, "s@example.com", mail=b"A: b\n\n")[0] == 0
    assert sender_line(server) == "MAIL FROM:<>"


def test_utf8_is_announced(daemon):
    server = daemon()
    assert through(server, "-f", "a@example.com", "\u03b1@example.com")[0] == 0
    assert sender_line(server).endswith(" SMTPUTF8")


def test_utf8_where_it_is_not_offered(daemon):
    server = daemon(LHLO="250-desk.example\r\n250-CHUNKING\r\n250 PIPELINING")
    assert through(server, "\u03b1@example.com")[0] == 75


def test_auth_is_xtext(daemon):
    server = daemon()
    assert through(server, "-f", "a@example.com", "--auth", "anna+x=y z\r\nQUIT", "s@example.com")[0] == 0
    assert sender_line(server).endswith(" AUTH=anna+2Bx+3Dy+20z+0D+0AQUIT")


@pytest.mark.parametrize("recipient", ["", "a b@x.example", "a@x.example\r\nQUIT", "<a@x.example>", "a\x7f@x.example",
                                       "a" * 250 + "@x.example", "a\t@x.example"])
def test_recipient_that_cannot_be_one(daemon, recipient):
    server = daemon()
    code, text = through(server, "good@x.example", recipient)
    assert code == 67 and text.startswith("5.1.3 ")
    assert not server.connected


def test_recipient_that_looks_like_an_option(daemon):
    server = daemon()
    assert through(server, "--", "-Xfoo@x.example", "$USER@x.example", "--help")[0] == 0
    assert [line for line in server.commands if line.startswith(b"RCPT")] == [
        b"RCPT TO:<-Xfoo@x.example>\r\n", b"RCPT TO:<$USER@x.example>\r\n", b"RCPT TO:<--help>\r\n"]


@pytest.mark.parametrize("announced, code", [(len(MAIL), 0), (0, 0), (1, 0), (len(MAIL) * 10 // 9, 0),
                                             (len(MAIL) * 10 // 9 + 2, 75), (10**9, 75), (2**64 - 1, 75)])
def test_size(daemon, announced, code):
    server = daemon()
    assert through(server, "--size", announced, "s@example.com")[0] == code
    assert server.connected == (code == 0)


def test_larger_than_anything(daemon):
    server = daemon()
    code, text = through(server, "s@example.com", mail=b"x" * (64 * 1024 * 1024 + 1))
    assert (code, text) == (65, "5.3.4 message too large")
    assert not server.connected


@pytest.mark.parametrize("arguments", [[], ["--nonsense", "s@example.com"], ["--size", "x", "s@example.com"],
                                       ["--size", "-1", "s@example.com"], ["-f"], ["--size=1k", "a@b.c"]])
def test_wrong_usage_keeps_the_mail(arguments):
    code, text = run(*arguments)
    assert code == 75 and "usage:" in text


def test_help():
    done = subprocess.run([DELIVER, "--help"], stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
    assert done.returncode == 0 and done.stdout.startswith(b"usage: mailgw-deliver") and b"75" in done.stdout


def test_nothing_is_sent_before_the_end_of_input(daemon):
    server = daemon()
    client = subprocess.Popen([DELIVER, "--socket", server.path, "s@example.com"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    client.stdin.write(MAIL)
    client.stdin.flush()
    time.sleep(0.2)  # nothing to wait for: the point is that nothing happens
    assert not server.connected
    client.stdin.close()
    assert client.wait(20) == 0
    client.stdout.close()
    assert server.mail == MAIL


@pytest.mark.parametrize("where", ["greeting", "LHLO", "MAIL", "FINAL"])
def test_alarm(daemon, where):
    server = daemon(**{where: SILENCE})
    client = subprocess.Popen([DELIVER, "--socket", server.path, "s@example.com"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    client.stdin.write(MAIL)
    client.stdin.close()
    assert server.reached.wait(20)
    client.send_signal(signal.SIGALRM)
    assert client.wait(20) == 75
    assert re.fullmatch(rb"4\.\d\.\d [^\n]*\n", client.stdout.read())
    client.stdout.close()


def test_alarm_while_reading(daemon):
    server = daemon()
    client = subprocess.Popen([DELIVER, "--socket", server.path, "s@example.com"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    status = pathlib.Path(f"/proc/{client.pid}/status")
    # SIGALRM is number 14: its bit among the caught signals says that the handler is there.
    while not int(re.search(r"SigCgt:\s*(\w+)", status.read_text())[1], 16) & 1 << 13:
        time.sleep(0.001)
    client.send_signal(signal.SIGALRM)
    assert client.wait(20) == 75
    client.stdin.close()
    client.stdout.close()
    assert not server.connected


def test_closed_descriptors(daemon):
    server = daemon()
    command = f"exec '{DELIVER}' --socket '{server.path}' -f a@example.com s@example.com"
    done = subprocess.run(["/bin/sh", "-c", f"{command} >&- 2>&-"], input=MAIL, timeout=30)
    assert done.returncode == 0 and server.mail == MAIL
    done = subprocess.run(["/bin/sh", "-c", f"{command} <&- >&- 2>&-"], timeout=30)
    assert done.returncode == 75


def test_output_nobody_reads(daemon):
    server = daemon()
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run([DELIVER, "--socket", server.path, "s@example.com"], input=MAIL, stdout=write_end, timeout=30)
    os.close(write_end)
    assert done.returncode == 0


CONFIGS = [
    ("[lmtp]\nsocket = lmtp.sock\n", True),
    ("# c\n[database]\nsocket = other.sock\n\n[lmtp]\n# socket = no.sock\nsocket=lmtp.sock\n", True),
    ("[lmtp internal]\nsocket = lmtp.sock\n", True),
    ("[lmtp internal]\nsocket = other.sock\n[lmtp]\nsocket = lmtp.sock\n", True),
    ("[lmtp a]\nsocket = lmtp.sock\n[lmtp b]\nsocket = other.sock\n", True),
    ("[lmtp]\nsocket = {directory}/lmtp.sock\n", True),
    ("[lmtpx]\nsocket = lmtp.sock\n", False),
    ("[queue x]\nsocket = lmtp.sock\n", False),
    ("[lmtp]\nsockets = lmtp.sock\n", False),
    ("[lmtp]\nmode = 1\n   socket = lmtp.sock\n", False),
    ("", False),
]


@pytest.mark.parametrize("text, found", CONFIGS)
def test_socket_from_the_configuration(daemon, tmp_path, text, found):
    server = daemon()
    config = tmp_path / "mailgw.conf"
    config.write_text(text.replace("{directory}", str(tmp_path)))
    run("s@example.com", environment={"MAILGW_CONFIG": str(config)})
    assert server.connected == found


def test_option_before_environment_before_configuration(daemon, tmp_path):
    server = daemon()
    config = tmp_path / "mailgw.conf"
    config.write_text("[lmtp]\nsocket = nobody.sock\n")
    environment = {"MAILGW_CONFIG": str(config), "MAILGW_SOCKET": server.path}
    assert run("--socket", tmp_path / "nobody.sock", "s@example.com", environment=environment)[0] == 75
    assert not server.connected
    assert run("s@example.com", environment=environment)[0] == 0


def test_libc_only():
    linked = subprocess.run(["ldd", DELIVER], capture_output=True, text=True, timeout=30).stdout
    if "statically linked" in linked:
        return
    names = {line.split()[0].split("/")[-1].split(".")[0] for line in linked.splitlines() if line.strip()}
    if b"__asan_init" in DELIVER.read_bytes():
        names -= {"libasan", "libubsan", "libm", "libgcc_s", "libpthread", "libdl", "librt", "libstdc++"}
    assert names <= {"linux-vdso", "libc", "ld-linux-x86-64", "ld-linux-aarch64"}, linked
