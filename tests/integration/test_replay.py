"""Changed rules are tried on history: what would be different is told with the rule that makes it so, and nothing is written."""

import os
import pty
import re
import subprocess

import pytest

import harness
from test_routing import install, write_rules

RULES = """require ["fileinto", "variables", "imap4flags", "vnd.mailgw.ticket", "date", "relational"];

# rule:[invoices]
if header :contains "subject" "invoice" { fileinto "billing"; priority "high"; }

# rule:[errors]
elsif header :matches "subject" "error * on *" { field "error" "${1}"; addflag "error"; }

# rule:[lists]
elsif header :contains "subject" "newsletter" { discard; }
"""

SUBJECTS = ["invoice {n} is wrong", "error {n} on the web site", "our newsletter {n}", "domain {n} does not resolve", "a question, number {n}"]


def mail(subject, number, sender="anna@client.example.net", more="", queue="support"):
    return (f"From: Anna Kos <{sender}>\nTo: {queue}@example.com\nSubject: {subject}\nMessage-ID: <{queue}{number}@client.example.net>\n"
            f"Date: Sun, 22 Nov 2026 10:00:00 +0000\n{more}\nHello, this is number {number}.\n").encode()


def take(gw, mails):
    """As `import` takes them, and worked."""
    folder = gw.base / f"in-{os.urandom(4).hex()}"
    folder.mkdir(mode=0o755)
    for n, one in enumerate(mails):
        (folder / f"{n:05}.eml").write_bytes(one)
    gw.run("import", folder)
    gw.work()


DIGESTS = """SELECT pg_stat_force_next_flush();
SELECT format('SELECT %L, md5(string_agg(t::text, E''\\n'' ORDER BY t::text)) FROM %I.%I AS t', c.relname, n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'mailgw' AND c.relkind IN ('r', 'p') ORDER BY c.relname \\gexec
SELECT format('SELECT %L, last_value, is_called FROM %I.%I', sequencename, schemaname, sequencename)
  FROM pg_sequences WHERE schemaname = 'mailgw' ORDER BY sequencename \\gexec
SELECT sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del) FROM pg_stat_user_tables WHERE schemaname = 'mailgw';
"""


def everything(gw):
    """A digest of each table's rows, of each sequence, and what the statistics say was written."""
    found = gw.psql("-A", "-t", input=DIGESTS)
    assert "inbound|" in found and "outbox_id_seq|" in found
    return found


def replay(gw, text, *options, status=0):
    path = gw.base / "new.sieve"
    path.write_text(text)
    return gw.run("rules", "replay", *options, path, status=status)


class Story:
    """A queue of its own, under rules of its own: the small stories share one installation."""

    def __init__(self, gw, queue, rules):
        self.gw, self.queue, self.n = gw, queue, 0
        gw.configure(f"queue {queue}", "address", f"{queue}@example.com")
        write_rules(gw, rules)

    def take(self, *subjects, sender="monitor@noc.example.net", more=""):
        for subject in subjects:
            self.n += 1
            take(self.gw, [mail(subject, self.n, sender, more, self.queue)])

    def rows(self):
        return [row for row in self.gw.inbound() if row["queue"] == self.queue]

    def tickets(self):
        return [row for row in self.gw.tickets() if row["queue"] == self.queue]

    def replay(self, rules):
        """The result, and the changes of each mail in the order they came."""
        result = replay(self.gw, rules, "--json", "--queue", self.queue)
        found = changes(result)
        return result, [found.get(row["id"], {}) for row in self.rows()]


def changes(result):
    """{inbound: {what: (was, would, by)}}"""
    return {one["inbound"]: {" ".join(filter(None, (c["what"], c["name"]))): (c["was"], c["would"], c["by"] or c["was_by"]) for c in one["changes"]}
            for one in result["differences"]}


@pytest.fixture(scope="module")
def desk(shared_gateway):
    install(shared_gateway, RULES)
    take(shared_gateway, [mail(SUBJECTS[n % 5].format(n=n), n, f"customer{n % 40}@client.example.net") for n in range(320)])
    return shared_gateway


def test_the_same_rules_change_nothing(desk):
    result = replay(desk, RULES, "--json")
    assert result["totals"]["mails"] == result["totals"]["same"] == 320 and result["differences"] == []
    assert {row["becomes"]: (row["was"], row["would"]) for row in result["becomes"]} == {
        "discarded": (64, 64), "new ticket in billing": (64, 64), "new ticket in support": (192, 192)}


def test_one_changed_rule(desk):
    """Who reads it sees what changes, by which rule, on which tickets, and how often."""
    changed = RULES.replace('contains "subject" "invoice"', 'contains "subject" ["invoice", "domain"]')
    before = everything(desk)
    text = replay(desk, changed)
    assert everything(desk) == before, "a replay writes nothing"
    assert text.startswith("64 mails\n")
    assert re.search(r"^  queue: support -> billing +rule 'invoices', new.sieve:4$", text, re.MULTILINE)
    assert re.search(r"^  priority: normal -> high +rule 'invoices', new.sieve:4$", text, re.MULTILINE)
    assert len(re.findall(r"^    #\d+ +2\d{3}-.*domain \d+ does not resolve$", text, re.MULTILINE)) == 5
    assert "... and 59 more (--all shows them)" in text
    assert re.search(r"^new ticket in billing +64 +128$", text, re.MULTILINE)
    assert re.search(r"^support +64 +queue: support -> billing +rule 'invoices', new.sieve:4$", text, re.MULTILINE)
    assert re.search(r"^320 mails since .* nothing was written$", text, re.MULTILINE)
    assert len(re.findall("does not resolve$", replay(desk, changed, "--all"), re.MULTILINE)) == 64


def test_values_of_the_mails_make_one_group(desk):
    """A field is another one in each mail: one kind of difference all the same, with the value beside the mail."""
    text = replay(desk, RULES.replace('field "error" "${1}"', 'field "error" "no ${1}"'))
    assert text.startswith("64 mails\n  field error: (see each mail)")
    assert re.search(r"^ +field error: 1 -> no 1$", text, re.MULTILINE)


def test_what_no_rule_does_any_more(desk):
    result = replay(desk, RULES.replace("discard;", "keep;"), "--json")
    assert len(result["differences"]) == 64
    for one in changes(result).values():
        assert one["outcome"] == ("discarded", "ticket", "discarded by rule 'lists', main.sieve:10")
        assert one["automatic answer"][:2] == ("none", "acknowledgement")
    text = replay(desk, RULES.replace("discard;", "keep;"))
    assert "outcome: discarded -> ticket" in text and "no longer: discarded by rule 'lists', main.sieve:10" in text


def test_scope(desk):
    """By queue and by age; duplicates are not decided again, and said to be left out."""
    assert replay(desk, RULES, "--json", "--queue", "billing")["totals"]["mails"] == 0
    assert replay(desk, RULES, "--json", "--since", "2099-01-01T00:00:00Z")["totals"]["mails"] == 0
    assert replay(desk, RULES, "--json", "--since", "1h")["totals"]["mails"] == 320
    assert "there is no queue" in desk.execute("rules", "replay", "--queue", "nowhere", desk.base / "new.sieve").stderr
    assert desk.execute("rules", "replay", "--since", "soon", desk.base / "new.sieve").returncode == 2


def test_jobs_tell_the_same(desk):
    changed = RULES.replace('"invoice"', '["invoice", "domain"]')
    one, four = (replay(desk, changed, "--json", "--jobs", jobs) for jobs in ("1", "4"))
    assert changes(one) == changes(four) and one["totals"] == four["totals"] and len(changes(one)) == 64


def test_broken_rules_are_not_tried(desk):
    (desk.base / "new.sieve").write_text('require "fileinto";\nfilinto "billing";\nkeep :nonsense;\n')
    done = desk.execute("rules", "replay", desk.base / "new.sieve")
    assert done.returncode == 1 and "new.sieve:2:1" in done.stderr and "new.sieve:3" in done.stderr and done.stdout == ""


def test_rules_that_fail_are_counted(desk):
    """A queue whose name is put together is known only at run time."""
    text = replay(desk, RULES.replace('field "error" "${1}";', 'set "q" "${1}"; fileinto "queue-${q}";'))
    assert re.search(r"^ +1  new.sieve:7: there is no queue 'queue-1'$", text, re.MULTILINE)
    assert re.search(r"^ +64 on which the rules fail$", text, re.MULTILINE)


def test_progress_is_for_terminals(desk):
    """On standard error, and only where somebody looks."""
    leader, follower = pty.openpty()
    process = subprocess.Popen([harness.MAILGW, "rules", "replay", desk.base / "new.sieve"], stdout=subprocess.PIPE, stderr=follower,
                               env=desk.environment())
    os.close(follower)
    process.communicate(timeout=120)
    assert b"320 of 320 mails" in os.read(leader, 65536)
    os.close(leader)
    assert "of 320 mails" not in desk.execute("rules", "replay", desk.base / "new.sieve").stderr


def test_the_moment_is_that_of_the_mail(desk):
    """A rule by the year: the decision is dated back, and the replay asks the calendar of then."""
    story = Story(desk, "moment", RULES)
    story.take("hello", "hello again")
    desk.psql("-c", f"UPDATE mailgw.decision SET decided = jsonb_set(decided, '{{at}}', '1000000000000000') WHERE inbound = {story.rows()[0]['id']}")
    by_year = RULES + 'if currentdate :is "year" "2001" { addflag "old"; }\n'
    assert story.replay(by_year)[1] == [{"tag": (None, "old", "new.sieve:11")}, {}]


def test_rows_of_earlier_versions(desk):
    """They lack the moment, the rule that filed them, and facts that nobody knew then."""
    story = Story(desk, "earlier", RULES)
    story.take("invoice 1", "hello")
    desk.psql("-c", "UPDATE mailgw.decision d SET decided = (d.decided - 'at' - 'rules') #- '{effects,0,filed_by}', "
              "facts = jsonb_build_object('tickets', '[]'::jsonb, 'buckets', '{}'::jsonb) "
              "FROM mailgw.inbound i WHERE i.id = d.inbound AND i.queue = 'earlier'")
    assert story.replay(RULES)[0]["totals"]["same"] == 2


ALARMS = """require ["variables", "vnd.mailgw.ticket"];
# rule:[alarms]
if header :matches "subject" "* is DOWN" { correlate "host/${1}"; }
# rule:[recovery]
if header :matches "subject" "* is UP" { correlate "host/${1}"; note "It is up again."; close; }
"""


def test_alarms_are_played_through_in_order(desk):
    """With a key the second alarm joins the ticket of the first; recovery closes it, and the next alarm is a new ticket."""
    story = Story(desk, "alarms", "keep;\n")
    story.take("db1 is DOWN", "db1 is DOWN", "web is DOWN", "db1 is UP", "db1 is DOWN", "db1 is DOWN", "hello")
    result, found = story.replay(ALARMS)
    tickets = [row["ticket"] for row in story.rows()]
    assert [one.get("ticket", (None, None))[1] for one in found] == [
        None, f"ticket #{tickets[0]}", None, f"ticket #{tickets[0]}", None, f"ticket #{tickets[4]}", None]
    assert found[0]["correlation key"] == (None, "host/db1", "rule 'alarms', new.sieve:3")
    assert found[3]["status"][1] == "closed" and found[6] == {} and result["totals"]["in_order"] == 6


def test_a_ticket_that_never_was(desk):
    """Mail that was dropped makes the ticket that the next one would join."""
    story = Story(desk, "dropped", 'if header :contains "subject" "first" { discard; }\n')
    story.take("first", "second")
    found = story.replay('require "vnd.mailgw.ticket";\ncorrelate "one";\n')[1]
    assert found[0]["outcome"][:2] == ("discarded", "ticket")
    assert found[1]["ticket"][1] == f"the ticket of mail {story.rows()[0]['id']}"


def test_what_a_person_closed_stays_closed(desk):
    story = Story(desk, "closed", "keep;\n")
    story.take("db1 is DOWN")
    desk.run("ticket", "close", story.tickets()[0]["reference"])
    story.take("db1 is DOWN")
    assert all("ticket" not in one for one in story.replay(ALARMS)[1])


def test_recorded_correlation_is_no_difference(desk):
    story = Story(desk, "recorded", ALARMS)
    story.take("db1 is DOWN", "db1 is DOWN", "db1 is DOWN")
    assert len(story.tickets()) == 1
    totals = story.replay(ALARMS)[0]["totals"]
    assert totals["same"] == 3 and totals["in_order"] == 3


def test_agents_are_those_of_today(desk):
    """Nobody asked for the agent then: it is asked now, and marked."""
    story = Story(desk, "agents", RULES)
    story.take("hello")
    desk.run("agent", "add", "anna")
    (desk.base / "agents.sieve").write_text('require "vnd.mailgw.ticket";\nassign "ana";\nassign "anna";\n')
    checked = desk.run("rules", "check", desk.base / "agents.sieve").splitlines()
    assert len(checked) == 1 and checked[0].endswith(":2:8: warning: there is no agent 'ana' (did you mean 'anna'?)")
    result, found = story.replay(RULES + 'assign "anna";\nassign "nobody";\n')
    assert result["differences"][0]["assumed"] == ["agent:anna", "agent:nobody"] and result["totals"]["assumed"] == 1
    assert found[0]["assignee"] == (None, "anna", "new.sieve:11")


def test_answers_join_as_they_did(desk):
    """The token of a ticket is proven in a replay, too: the reader's role alone knows no keys."""
    story = Story(desk, "tokens", RULES)
    story.take("hello")
    message_id = desk.sql_value(f"SELECT message_id FROM mailgw.outbox WHERE ticket = {story.tickets()[0]['reference']}")
    story.take("nothing in the subject", more=f"In-Reply-To: <{message_id}>\n")
    assert len(story.tickets()) == 1
    assert story.replay(RULES)[0]["totals"]["same"] == 2
