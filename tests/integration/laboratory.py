"""laboratory.py - two gateways of ours, a real Postfix between them, a real vacation responder, and robots that answer whatever they get

    lab = Laboratory(authority)
    lab.prepare(strip="signs", counters=False)      which brakes are left
    lab.send(mail, sender, to)
    lab.settle(answer)                              until nobody has anything to say
    lab.automatic(lab.ours)                         what a side has sent by itself since prepare()

The gateways' LMTP servers and Postfix run all the time; what came in is worked off by `serve --until-idle`, which reads the
configuration anew, so that a few installations serve all tests.

A brake is taken away without a hook in the product: the signs by a relay that strips header fields, what an answer is known by
by the same, the counters by limits of a million.
"""

import shutil

import harness
from imapserver import Dovecot, free_port, USER
from test_routing import write_rules

# What a relay takes away: the signs of automatic mail; what an answer is known by; both.
SIGNS = "Auto-Submitted|X-Auto-Response-Suppress|X-Loop|Precedence|List-[A-Za-z-]+|X-Auto[A-Za-z-]*|Resent-[A-Za-z-]+|Delivered-To"
THREADS = "In-Reply-To|References|Message-ID|Reply-To"
STRIPS = {"signs": SIGNS, "threads": THREADS, "both": f"{SIGNS}|{THREADS}|Received"}

OURS, THEIRS = "support@example.com", "desk@other.example"
ROBOTS = "robots.example"
GONE = "gone.example"
# More than a brake may let pass, and few enough that a test of a loop ends.
MOST = 40

VACATION = """
protocols = imap lmtp
postmaster_address = postmaster@vacation.example
auth_username_format = %n
recipient_delimiter = +
submission_host = 127.0.0.1:{submission}
service lmtp {{
  chroot =
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
protocol lmtp {{
  mail_plugins = sieve
}}
plugin {{
  sieve = file:{script}
  sieve_extensions = +vacation-seconds
  sieve_vacation_min_period = 0
  sieve_vacation_send_from_recipient = yes
  sieve_user_email = {address}
}}
"""


COUNTERS = {"per-sender-hour": "3", "per-sender-day": "10", "per-domain-hour": "30", "per-ticket-hour": "3", "total-hour": "1000"}


def vacationer_domain(strip):
    return f"vacation-{strip or 'honest'}.example"


def waits(gw):
    return gw.sql_value("SELECT (SELECT count(*) FROM inbound WHERE outcome IS NULL) + "
                        "(SELECT count(*) FROM outbox WHERE state = 'waiting')") != "0"


class Vacationer(Dovecot):
    """Pigeonhole's vacation with no period: it answers every mail that it may answer, and with an envelope sender of its own."""

    def __init__(self, ca, address, lmtp, submission):
        self.scripts = harness.make_directory("mgv")
        script = self.scripts / "vacation.sieve"
        script.write_text('require ["vacation", "vacation-seconds"];\nvacation :seconds 0 "I am at the sea until Monday.";\n')
        script.chmod(0o644)
        super().__init__(ca, more=VACATION.format(lmtp=lmtp, script=script, submission=submission, address=address))

    def answers(self):
        """How many it has sent, as its log says."""
        return self.log().count("vacation response to")

    def close(self):
        super().close()
        shutil.rmtree(self.scripts, ignore_errors=True)


class Laboratory:
    def __init__(self, ca):
        self.ca = ca
        self.closing = []
        self.vacationers = {}
        try:
            self.build()
        except BaseException:
            self.close()
            raise

    def keep(self, one):
        self.closing.append(one)
        return one

    def build(self):
        self.robots = self.keep(harness.Sink())
        self.ours, self.theirs = self.keep(harness.Gateway()), self.keep(harness.Gateway())
        self.theirs.configure("queue support", "address", THEIRS)
        # Of two with one name each would take the other's subject tags for its own, which is a brake as well.
        self.theirs.configure("gateway", "name", "Desk")
        for gw in (self.ours, self.theirs):
            gw.share_socket()
        self.lmtp = {strip: free_port() for strip in (None, *STRIPS)}
        routes = {vacationer_domain(strip): f"lmtp:inet:127.0.0.1:{port}" for strip, port in self.lmtp.items()}
        self.mta = self.keep(harness.Postfix(self.ours, transport="lmtp", relay_port=self.robots.port, strip=STRIPS, routes=routes | {
            "other.example": f"lmtp:unix:{self.theirs.socket}", GONE: "error:5.1.1 no such user"}))
        for gw, address in self.sides():
            gw.configure("gateway", "host", address.split("@")[1])
            gw.configure("gateway", "subaddressing", "yes")
            gw.configure("rules", "redirects", "2")
            gw.configure("rules", "on-message", "main.sieve")
            write_rules(gw, "keep;\n")
            gw.serve("--role", "lmtp")

    def sides(self):
        return ((self.ours, OURS), (self.theirs, THEIRS))

    def vacationer(self, strip):
        """The address of one whose mail goes out through a relay that strips so; it is started when it is first asked for."""
        address = f"{USER}@{vacationer_domain(strip)}"
        if strip not in self.vacationers:
            self.vacationers[strip] = self.keep(Vacationer(self.ca, address, self.lmtp[strip], self.port_of(strip)))
        return address

    def port_of(self, strip):
        return self.mta.strip_ports[strip] if strip else self.mta.port

    def prepare(self, strip=None, counters=True, envelope="<>", rules="keep;\n"):
        """strip: what is lost on every way; counters=False takes that brake away; envelope "<>" is the sign of the envelope."""
        self.port = self.port_of(strip)
        self.answered = 0
        self.robots.mails.clear()
        self.since = {}
        for gw, address in self.sides():
            gw.configure("smtp", "transport", f"smtp://127.0.0.1:{self.port}")
            gw.configure("acknowledge", "envelope-sender", address if envelope == "own" else envelope)
            for key, usual in COUNTERS.items():
                gw.configure("acknowledge", key, usual if counters else "1000000")
            for key in ("tickets-per-sender", "tickets-per-domain"):
                gw.configure("limits", key, "1000000/h")
            write_rules(gw, rules.replace("OTHER", THEIRS if address == OURS else OURS))
            gw.sql("DELETE FROM counter")
            self.since[gw] = int(gw.sql_value("SELECT coalesce(max(id), 0) FROM outbox"))

    def send(self, data, sender, to=OURS):
        """Mail into the world, through the relay of this experiment."""
        self.mta.send(data, to, sender=sender, port=self.port)

    def settle(self, answer=None, rounds=MOST):
        """Until nobody has anything to say. answer(received, n) -> (mail, envelope sender, to), or None."""
        for _ in range(rounds):
            self.mta.wait_empty()
            fresh = self.robots.mails[self.answered:]
            for n, received in enumerate(fresh, self.answered):
                said = answer(received, n) if answer else None
                if said is not None:
                    self.send(*said)
            self.answered += len(fresh)
            self.mta.wait_empty()
            busy = [gw for gw, _ in self.sides() if waits(gw)]
            for gw in busy:
                gw.work()
            if not busy and not fresh:
                return
        raise AssertionError(f"they still talk after {rounds} rounds: {[self.automatic(gw) for gw, _ in self.sides()]}")

    def automatic(self, gw):
        """[(kind, recipient)] of what it has sent that no person wrote."""
        return [tuple(row) for row in gw.sql(f"SELECT kind, recipient FROM outbox WHERE id > {self.since[gw]} AND kind <> 'reply' "
                                             "AND state NOT IN ('dropped') ORDER BY id")]

    def audit(self):
        for gw, _ in self.sides():
            gw.audit()

    def close(self):
        for one in reversed(self.closing):
            one.close()
