"""hostile_imap.py - an IMAP server that does as a script says: polite, but for the one answer that it is about.

A script is a dictionary from a stage to what is sent there: bytes, in which %T is the command's tag, or a function that is called with the Dialogue
and the tag. Stages: connect (before TLS), greeting, and the commands below. What is not in the script is answered as a good server would.
"""

import contextlib
import socket
import ssl
import threading
import time

from imapserver import drive

MAILS = {uid: b"From: a@example.net\r\nMessage-ID: <%d@example.net>\r\nSubject: %d\r\n\r\nmail %d\r\n" % (uid, uid, uid) for uid in (1, 2, 3)}
CAPABILITY = b"IMAP4rev1 SASL-IR IDLE MOVE UIDPLUS AUTH=PLAIN"
SECRET = "Sesame-open-77"
DEADLINE = 8


class Gone(Exception):
    """The other side has closed, or the script has ended the connection."""


class Dialogue:
    def __init__(self, connection, script, server):
        self.socket, self.script, self.server = connection, script, server
        self.buffer = b""

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Gone from error

    def line(self):
        while b"\n" not in self.buffer:
            try:
                data = self.socket.recv(65536)
            except OSError as error:
                raise Gone from error
            if not data:
                raise Gone
            self.server.seen += data
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.rstrip(b"\r")

    def hang(self, seconds=60):
        """Say nothing until the client has gone."""
        self.socket.settimeout(seconds)
        with contextlib.suppress(Gone):
            while True:
                self.line()
        raise Gone

    def drip(self, data, pause=0.2):
        for i in range(len(data)):
            self.send(data[i:i + 1])
            time.sleep(pause)
        self.hang()

    def flood(self, data, times=1 << 30):
        for _ in range(times):
            self.send(data)

    def encrypt(self, context):
        try:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        except (OSError, ssl.SSLError) as error:
            raise Gone from error

    def answer(self, stage, tag, otherwise):
        """What the script says, else `otherwise`."""
        said = self.script.get(stage, otherwise)
        if callable(said):
            said = said(self, tag)
        if said is not None:
            self.send(said.replace(b"%T", tag))

    # what a good server says

    def rows(self, _dialogue, tag):
        for n, (uid, mail) in enumerate(MAILS.items(), 1):
            self.send(b'* %d FETCH (UID %d RFC822.SIZE %d INTERNALDATE "22-Nov-2026 10:00:00 +0000" FLAGS ())\r\n' % (n, uid, len(mail)))
        return b"%T OK done\r\n"

    def ids(self, _dialogue, tag):
        for n, uid in enumerate(MAILS, 1):
            header = b"Message-ID: <%d@example.net>\r\n\r\n" % uid
            self.send(b"* %d FETCH (UID %d BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\r\n%b)\r\n" % (n, uid, len(header), header))
        return b"%T OK done\r\n"

    def bodies(self, _dialogue, tag):
        for n, (uid, mail) in enumerate(MAILS.items(), 1):
            self.send(b"* %d FETCH (UID %d BODY[] {%d}\r\n%b)\r\n" % (n, uid, len(mail), mail))
        return b"%T OK done\r\n"

    def idle(self, _dialogue, tag):
        self.send(b"+ idling\r\n")
        while self.line() != b"DONE":
            pass
        return b"%T OK done\r\n"

    def starttls(self, _dialogue, tag):
        self.send(tag + b" OK begin\r\n")
        self.encrypt(self.server.context)

    def talk(self):
        self.answer("greeting", b"*", b"* OK [CAPABILITY " + self.server.capability + b"] ready\r\n")
        while True:
            line = self.line()
            tag, _, command = line.partition(b" ")
            self.command(tag, command.upper())

    def command(self, tag, command):
        self.command_line = command
        if command.startswith(b"CAPABILITY"):
            self.answer("capability", tag, b"* CAPABILITY " + self.server.capability + b"\r\n%T OK done\r\n")
        elif command.startswith(b"STARTTLS"):
            self.answer("starttls", tag, self.starttls)
        elif command.startswith((b"AUTHENTICATE", b"LOGIN")):
            self.answer("login", tag, b"%T OK [CAPABILITY " + self.server.capability + b"] in\r\n")
        elif command.startswith((b"SELECT", b"EXAMINE")):
            self.answer("select", tag, b"* FLAGS (\\Seen)\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] x\r\n* 3 EXISTS\r\n* 0 RECENT\r\n"
                        b"* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n%T OK [READ-WRITE] done\r\n")
        elif command.startswith(b"UID FETCH"):
            kind = "ids" if b"HEADER.FIELDS" in command else "bodies" if b"BODY" in command else "rows"
            self.answer(kind, tag, getattr(self, kind))
        elif command.startswith(b"IDLE"):
            self.answer("idle", tag, self.idle)
        elif command.startswith(b"LOGOUT"):
            self.answer("logout", tag, b"* BYE bye\r\n%T OK done\r\n")
            raise Gone
        else:
            stage = b" ".join(command.split(b" ")[:2 if command.startswith(b"UID") else 1]).decode("ascii", "replace").lower()
            self.answer(stage, tag, b"%T OK done\r\n")


class Server:
    """Answers each connection by the script. Context: TLS from the first byte, unless starttls."""

    def __init__(self, script, context=None, starttls=False, capability=CAPABILITY):
        self.script, self.context, self.starttls, self.capability = script, context, starttls, capability
        self.seen = b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.settimeout(60)
            dialogue = Dialogue(connection, self.script, self)
            with contextlib.suppress(Gone, OSError):
                dialogue.answer("connect", b"", lambda dialogue, tag: None)
                if self.context is not None and not self.starttls:
                    dialogue.encrypt(self.context)
                dialogue.talk()
            with contextlib.suppress(OSError):
                dialogue.socket.close()

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


SESSION = [["list"], ["select", "INBOX"], ["plan", "1", "0", "$Ticketed"], ["ids", "1:3"], ["bodies", "1:3"], ["flag", "1:3", "$Ticketed"],
           ["wait", "1"], ["logout"]]


def poll(server, commands=None, **keys):
    """One session of the client with short deadlines. Asserts that it ended within them, alive, with little CPU and memory."""
    options = {"host": "127.0.0.1", "port": server.port, "security": "loopback", "user": "desk", "secret": SECRET,
               "connect": 2, "command": 2, "transfer": 2, "stall": 1} | keys
    lines = drive(*(SESSION if commands is None else commands), timeout=60, **options)
    (used,) = [line[1:] for line in lines if line[0] == "used"]
    assert float(used[0]) < DEADLINE, f"the session took {used[0]} s"
    assert float(used[1]) < 3, f"the session cost {used[1]} s of CPU"
    assert int(used[2]) < 100_000, f"the session took {used[2]} KiB"
    for line in lines:
        assert SECRET not in "\t".join(line)
    return lines


def failure(lines):
    """(command, fault, alive) of the first that failed; None: all went well."""
    failed = [line for line in lines if line[0] == "failed"]
    return tuple(failed[0][1:4]) if failed else None
