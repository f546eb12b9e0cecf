"""A22: what leaves is one mail for every receiver, however it reads line ends (libcurl sends a lone dot as it is)."""

import re
import socket
import threading

from attack import ready, take, ticket_of
from harness import mail

SMUGGLED = "MAIL FROM:<evil@attacker.example>\r\nRCPT TO:<victim@victim.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nsmuggled\r\n.\r\n"
TEXTS = ["a\r\n.\r\n", "a\n.\n", "a\n.\r\n", "a\r.\r", "a\r\n.\r", "a\r\r\n.\r\r\n", ".\r\n", "..\r\n", "\r\n.\r\n", "a" * 997 + "\r\n.\r\n",
         "a" * 998 + ".\r\n", "\u20ac" * 400 + "\n.\n", ("a" * 2000 + "\n.\n") * 3, "a\0\r\n.\r\n", "a\u2028.\u2028", "a\x85.\x85"]


class Recorder:
    """An SMTP server that keeps every byte it is sent, and takes a mail at CRLF.CRLF."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.sessions = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.sessions.append(bytearray())
            threading.Thread(target=self._serve, args=(connection, self.sessions[-1]), daemon=True).start()

    @staticmethod
    def _serve(connection, wire):
        connection.sendall(b"220 recorder\r\n")
        done, data = 0, False
        while True:
            more = connection.recv(65536)
            if not more:
                return
            wire += more
            while True:
                end = wire.find(b"\r\n.\r\n" if data else b"\r\n", done)
                if end < 0:
                    break
                line = bytes(wire[done:end])
                done = end + (5 if data else 2)
                data = not data and line.upper() == b"DATA"
                connection.sendall(b"354 go\r\n" if data else b"250 ok\r\n" if line[:4].upper() != b"EHLO" else b"250 8BITMIME\r\n")

    def close(self):
        self.listener.close()


def strict(wire):
    """The mails of a session as RFC 5321 reads it."""
    return re.findall(rb"DATA\r\n(.*?\r\n)\.\r\n", bytes(wire), re.S)


def lax(wire):
    """As the most lenient receiver known reads it: any line end, with any NUL between."""
    text = re.sub(rb"\r\n|\r|\n", b"\n", bytes(wire).replace(b"\0", b""))
    return re.findall(rb"DATA\n(.*?\n)\.\n", text, re.S)


def test_strict_and_lax_see_the_same(gateway):
    recorder = Recorder()
    gateway.configure("smtp", "transport", f"smtp://127.0.0.1:{recorder.port}")
    ready(gateway)
    take(gateway, mail(subject="mine", sender="c@client.example.net"), sender="c@client.example.net")
    gateway.work()
    reference = ticket_of(gateway, "mine")["reference"]
    gateway.run("agent", "add", "anna")
    for text in TEXTS:
        gateway.execute("ticket", "reply", reference, "--as", "anna", input=text + SMUGGLED)
    gateway.work()
    waiting = {row["state"] for row in gateway.outbox()}
    recorder.close()
    assert waiting == {"sent"}
    wire = b"".join(recorder.sessions)
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", wire)
    assert max(map(len, wire.split(b"\r\n"))) <= 999      # 998, and a dot that was doubled
    mails = strict(wire)
    assert len(mails) == len(gateway.outbox()) >= len(TEXTS) - 1
    assert [re.sub(rb"\r\n", b"\n", one) for one in mails] == lax(wire)
    assert len(re.findall(rb"(?m)^RCPT TO:<(?!victim)", wire)) >= len(mails)
