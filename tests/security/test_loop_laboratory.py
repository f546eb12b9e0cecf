"""A26, in the laboratory: real Postfix between our gateway and another of ours, a real vacation responder, robots, a dead mailbox, a
mailing list. At most one automatic mail of a side with headers, at most three without; each brake alone ends it within ten.

In `make check` some of the combinations, in `make loops` all of them. The three brakes: the signs in header and envelope, what shows that it answers an automatic mail of ours, the counters.
"""

import email.utils
import itertools
import os
import shutil

import pytest

from harness import IS_ROOT, mail
from imapserver import authority
from laboratory import GONE, Laboratory, OURS, ROBOTS, STRIPS, THEIRS

# What is lost on the way, whether the counters count, the envelope sender of automatic mail; how many mails of a side there may be.
BRAKES = {
    "all-of-them": (None, True, "<>", 1),
    "signs-alone": ("threads", False, "<>", 1),
    "envelope-alone": ("both", False, "<>", 1),
    "answers-alone": ("signs", False, "own", 1),
    "counters-alone": ("both", True, "own", 3),
}
ALL = os.environ.get("MAILGW_LOOPS") == "all"
every_brake = pytest.mark.parametrize("brake", BRAKES)


def each(cases, *usual):
    """All of the cases, or in a usual run these."""
    return list(cases) if ALL else list(usual)


@pytest.fixture(scope="module")
def laboratory():
    if not IS_ROOT:
        pytest.skip("needs root")
    if not os.access("/usr/sbin/postfix", os.X_OK):
        pytest.skip("no Postfix")
    if not os.access("/usr/sbin/dovecot", os.X_OK) or not os.path.exists("/usr/lib/dovecot/modules/lib90_sieve_plugin.so"):
        pytest.skip("no Dovecot with LMTP and Sieve (Debian: dovecot-lmtpd, dovecot-sieve)")
    if shutil.which("openssl") is None:
        pytest.skip("no openssl")
    pytest.importorskip("aiosmtpd", reason="no aiosmtpd")
    with authority() as ca:
        lab = Laboratory(ca)
        try:
            yield lab
            lab.audit()
        finally:
            lab.close()


def prepared(lab, brake, **more):
    strip, counters, envelope, at_most = BRAKES[brake]
    lab.prepare(strip=strip, counters=counters, envelope=envelope, **more)
    return at_most


# --- two gateways -------------------------------------------------------------------------------------------------------

@every_brake
def test_two_of_us(laboratory, brake):
    """Somebody at the other desk writes as the desk: both sides acknowledge new tickets."""
    at_most = prepared(laboratory, brake)
    laboratory.send(mail(subject="to the other desk", sender=THEIRS), THEIRS)
    laboratory.settle()
    assert 1 <= len(laboratory.automatic(laboratory.ours)) <= at_most
    assert len(laboratory.automatic(laboratory.theirs)) <= at_most


def test_without_a_brake_it_would_not_end(laboratory):
    """What the other experiments stand on: each brake is taken away by what takes it away here, and no fourth one is at work."""
    laboratory.prepare(strip="both", counters=False, envelope="own")
    laboratory.send(mail(subject="to the other desk", sender=THEIRS), THEIRS)
    with pytest.raises(AssertionError, match="still talk"):
        laboratory.settle(rounds=6)
    assert min(len(laboratory.automatic(gw)) for gw, _ in laboratory.sides()) >= 2
    laboratory.prepare()
    laboratory.settle()


RULES = {
    "redirect": 'require "copy";\nredirect :copy "OTHER";\n',
    "notify": 'require "enotify";\nnotify "mailto:OTHER";\n',
    "vacation": 'require ["vacation", "vacation-seconds"];\nvacation :seconds 0 "We are at the sea.";\n',
    "template": 'require "vnd.mailgw.ticket";\nacknowledge :template "follow-up";\n',
    "all": 'require ["copy", "enotify", "vacation", "vacation-seconds"];\n'
           'redirect :copy "OTHER";\nnotify "mailto:OTHER";\nvacation :seconds 0 "We are at the sea.";\n',
}


@pytest.mark.parametrize("rule, brake", each(
    itertools.product(RULES, BRAKES), ("redirect", "counters-alone"), ("notify", "envelope-alone"), ("vacation", "answers-alone"),
    ("template", "counters-alone"), ("all", "all-of-them"), ("all", "answers-alone")))
def test_two_of_us_with_rules(laboratory, rule, brake):
    """The same on both sides. A redirect is no automatic mail by its header; it ends all the same."""
    at_most = prepared(laboratory, brake, rules=RULES[rule])
    sender = "anna@client.example.net" if rule in ("redirect", "notify") else THEIRS
    laboratory.send(mail(subject=f"{rule} and {brake}", sender=sender), sender)
    laboratory.settle()
    counts = []
    for gw, address in laboratory.sides():
        other = [kind for kind, to in laboratory.automatic(gw) if to in (OURS, THEIRS)]
        counts += [other.count(kind) for kind in set(other)]
    assert counts and max(counts) <= at_most, counts


# --- a real vacation responder ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("brake", each(BRAKES, "all-of-them", "answers-alone", "counters-alone"))
def test_vacation_of_pigeonhole(laboratory, brake):
    """It has no period of its own here. A person of ours answers him besides, which is what a vacation does answer."""
    at_most = prepared(laboratory, brake)
    lab, address = laboratory, laboratory.vacationer(BRAKES[brake][0])
    vacationer = lab.vacationers[BRAKES[brake][0]]
    before = vacationer.answers()
    lab.send(mail(subject=f"on holiday soon, {brake}", sender=address), address)
    lab.settle()
    reference = next(one["reference"] for one in lab.ours.tickets() if one["subject"] == f"on holiday soon, {brake}")
    if "anna" not in lab.ours.run("agent", "list"):
        lab.ours.run("agent", "add", "anna")
    lab.ours.run("ticket", "reply", reference, "--as", "anna", input="Have a good time.\n")
    lab.settle()
    assert vacationer.answers() > before
    assert 1 <= len(lab.automatic(lab.ours)) <= at_most


# --- robots -------------------------------------------------------------------------------------------------------------

def robot(sender="robot@" + ROBOTS, subject="ticket {n} was opened", quotes=False, **headers):
    """Answers every mail to it; {n} counts, {id} is the Message-ID that it answers."""
    def answer(received, n):
        if not received.recipients[0].endswith("@" + ROBOTS):
            return None
        ours = received.message
        values = {"n": n, "id": ours["Message-ID"], "subject": ours["Subject"]}
        quoted = "".join(f"> {line}\n" for line in ours.get_body(("plain",)).get_content().splitlines()) if quotes else ""
        me = sender.format(**values)
        fields = {name: value.format(**values) for name, value in headers.items()}
        return mail(subject=subject.format(**values), sender=me, body=f"Number {n}\n\n{quoted}", **fields), me, OURS
    return answer


CHANGING = "robot{n}@" + ROBOTS
ANSWERS = {"In_Reply_To": "{id}", "References": "{id}"}
# The relay does nothing here: what a robot does not say is what is lost.
RESPONDERS = {
    "strips-every-header": (robot(), True, 3),
    "strips-every-header-in-disguise": (robot("robot+{n}@" + ROBOTS), True, 3),
    "says-what-it-is": (robot(Auto_Submitted="auto-replied"), False, 1),
    "answers-by-id": (robot(**ANSWERS), False, 1),
    "quotes-and-nothing-else": (robot(quotes=True), False, 1),
    "answers-by-subject": (robot(subject="AW: {subject}"), False, 1),
    "changes-its-sender-says-what-it-is": (robot(CHANGING, Precedence="bulk"), False, 1),
    "changes-its-sender-answers-by-id": (robot(CHANGING, **ANSWERS), False, 1),
    "changes-its-sender-quotes": (robot(CHANGING, quotes=True), False, 1),
    "bounces-to-from-in-free-form": (robot("delivery@" + ROBOTS, "Your mail could not be delivered", quotes=True), False, 1),
    "delivery-system-by-name": (robot("MAILER-DAEMON@" + ROBOTS, "failure notice"), False, 1),
}


@pytest.mark.parametrize("responder", each(
    RESPONDERS, "strips-every-header", "strips-every-header-in-disguise", "quotes-and-nothing-else", "changes-its-sender-answers-by-id",
    "changes-its-sender-says-what-it-is", "bounces-to-from-in-free-form"))
def test_robot(laboratory, responder):
    answer, counters, at_most = RESPONDERS[responder]
    laboratory.prepare(counters=counters, envelope="own")
    laboratory.send(mail(subject="the first", sender="robot@" + ROBOTS), "robot@" + ROBOTS)
    laboratory.settle(answer)
    assert 1 <= len(laboratory.automatic(laboratory.ours)) <= at_most


def test_robot_that_changes_its_sender_and_shows_nothing(laboratory):
    """A new customer each time, for all that can be known: the counter of the domain alone is left, and ends it where it stands."""
    laboratory.prepare(envelope="own")
    laboratory.ours.configure("acknowledge", "per-domain-hour", "5")
    laboratory.send(mail(subject="the first", sender="robot@" + ROBOTS), "robot@" + ROBOTS)
    laboratory.settle(robot(CHANGING))
    assert len(laboratory.automatic(laboratory.ours)) == 5


# --- a mailbox that is gone ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("strip, envelope", each(
    itertools.product([None, *STRIPS], ["<>", "bounces"]), (None, "<>"), (None, "bounces"), ("both", "bounces")))
def test_dead_mailbox(laboratory, strip, envelope):
    """Postfix returns the acknowledgement, or drops it where nobody wants it back. A report makes no ticket and has no answer."""
    laboratory.prepare(strip=strip, counters=False, envelope=envelope)
    address = f"anna-{strip}-{'null' if envelope == '<>' else 'named'}@{GONE}"
    tickets = len(laboratory.ours.tickets())
    laboratory.send(mail(subject="nobody is there", sender=address), address)
    laboratory.settle()
    assert len(laboratory.automatic(laboratory.ours)) == 1
    assert len(laboratory.ours.tickets()) == tickets + 1


# --- a mailing list -----------------------------------------------------------------------------------------------------

LIST = "users@" + ROBOTS


def expander(envelope, marks, names_us):
    """A list that we are on. marks: writes its List-* fields and keeps ours; else it writes the mail anew, as the author's."""
    def expand(received, n):
        if LIST not in received.recipients:
            return None
        ours = received.message
        to = OURS if names_us else LIST
        if marks:
            fields = received.data.replace(b"\r\n", b"\n")
            return b"List-Id: <users.robots.example>\nPrecedence: list\nSender: " + envelope.encode() + b"\n" + fields, envelope, OURS
        author = email.utils.parseaddr(str(ours["From"]))[1]
        return mail(subject=f"[users] {ours['Subject']}", sender=LIST if author == OURS else author, to=to,
                    body=ours.get_body(("plain",)).get_content()), envelope, OURS
    return expand


LISTS = {
    "honest": ("users-bounces@" + ROBOTS, True, False, 0),
    "marks-only": (LIST, True, True, 0),
    "path-only": ("users-bounces@" + ROBOTS, False, True, 0),
    "to-the-list": (LIST, False, False, 0),
    "hides-all-but-what-we-wrote": (LIST, False, True, 1),
}


@pytest.mark.parametrize("kind", LISTS)
def test_mailing_list(laboratory, kind):
    """The worst one hides its marks, names each subscriber in To, and gives its posting address as the envelope sender."""
    envelope, marks, names_us, at_most = LISTS[kind]
    laboratory.prepare(counters=False, envelope="own")
    laboratory.send(mail(subject="to all of you", sender="berta@members.example", to=LIST), "berta@members.example", LIST)
    laboratory.settle(expander(envelope, marks, names_us))
    assert len(laboratory.automatic(laboratory.ours)) <= at_most
