"""attack.py - what the attacks are made with: mail in by the hundred, mail out as a receiver would read it, raw LMTP.

A test sends hostile mail, lets the gateway work it off, and looks at what stands in the database and in the mail that left.
"""

import email
import email.policy
import smtplib
import socket

from harness import mail

# What a stranger must never learn, and what a stranger wants to have said: looked for in every mail that leaves.
SECRET = "SECRETsecret7731"
CHOSEN = "BUYCHEAPPILLS"


def take(gw, *mails, sender=None, to=None):
    """Hand mails over by LMTP, many in a session. A mail is bytes, or (bytes, envelope sender)."""
    for first in range(0, len(mails), 50):
        with smtplib.LMTP(str(gw.socket), local_hostname="mx.example.net", timeout=60) as client:
            for one in mails[first:first + 50]:
                data, path = one if isinstance(one, tuple) else (one, sender or "customer@example.net")
                refused = client.sendmail(path, [to or gw.address], data)
                assert refused == {}, refused


def ready(gw, **options):
    """Serve LMTP alone; work() works off what came. Options of [gateway] by keyword, "_" for "-"."""
    for key, value in options.items():
        gw.configure("gateway", key.replace("_", "-"), value)
    gw.serve("--role", "lmtp")
    return gw


def sent_bytes(gw):
    """Every mail that has left, oldest first, as bytes."""
    folder = gw.dir / "sent" / "new"
    files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns) if folder.is_dir() else []
    return [path.read_bytes() for path in files]


def sent(gw):
    """Every mail that has left, as a receiver reads it."""
    return [email.message_from_bytes(data, policy=email.policy.default) for data in sent_bytes(gw)]


def ticket(gw, reference):
    return gw.run("ticket", "show", reference, "--json")


def ticket_of(gw, subject):
    """The one ticket whose subject is this."""
    found = [one for one in gw.tickets() if one["subject"] == subject]
    assert len(found) == 1, f"{len(found)} tickets with the subject {subject!r}"
    return found[0]


def victim_ticket(gw, address="victim@example.org", subject="my account"):
    """A customer's ticket with a secret in it. Returns its reference and the acknowledgement."""
    take(gw, mail(subject=subject, sender=address, body=f"My code is {SECRET}.\n"), sender=address)
    gw.work()
    reference = ticket_of(gw, subject)["reference"]
    acknowledgement = [one for one in sent(gw) if address in str(one["To"])][-1]
    return reference, acknowledgement


def state(gw, reference):
    """What an attack on a ticket must leave as it is."""
    one = ticket(gw, reference)
    participants = gw.sql(f"SELECT person, how FROM mailgw.participant WHERE ticket = {reference} ORDER BY person")
    return {key: one[key] for key in ("status", "subject", "requester", "queue", "priority", "assignee", "articles")} | {
        "events": len(one["events"]), "participants": participants}


def agent_reply(gw, reference, text, agent="anna"):
    """An agent answers, and the mail leaves."""
    if agent not in gw.run("agent", "list"):
        gw.run("agent", "add", agent)
    gw.run("ticket", "reply", reference, "--as", agent, input=text)
    gw.work()


class Wire:
    """An LMTP connection that sends exactly the bytes it is given."""

    def __init__(self, where):
        if isinstance(where, int):
            self.socket = socket.create_connection(("127.0.0.1", where), timeout=20)
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(20)
            self.socket.connect(str(where))
        self.lines = self.socket.makefile("rb")
        self.answer()

    def answer(self):
        """One answer, its lines joined; b"" when the other side has closed."""
        text = b""
        while True:
            try:
                line = self.lines.readline()
            except (ConnectionResetError, TimeoutError):
                return text
            text += line
            if len(line) < 4 or line[3:4] != b"-":
                return text

    def send(self, data):
        self.socket.sendall(data)

    def say(self, data):
        self.send(data)
        return self.answer()

    def close(self):
        self.lines.close()
        self.socket.close()
