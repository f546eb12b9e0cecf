"""Routing rules in a whole installation: what a script does to tickets, to mail, and what a broken one does not."""

import re
import shutil

import harness

SCRIPT = """require ["fileinto", "imap4flags", "reject", "variables", "vnd.mailgw.ticket"];

# rule:[junk]
if header :contains "subject" "lottery" { discard; stop; }

# rule:[tyres]
if header :contains "subject" "tyres" { reject "We sell no tyres."; stop; }

# rule:[invoices]
if header :matches "subject" "*invoice *" {
    fileinto "billing";
    addflag "invoice";
    priority "high";
    assign "anna";
    field "invoice" "${2}";
    note "Look it up first.";
}

# rule:[broken]
if header :is "subject" "broken" { set "queue" "nowhere"; fileinto "${queue}"; }

# rule:[thanks]
if allof (fact :is "message.follow-up" "yes", header :contains "subject" "thanks") { addflag "thanked"; close; }
"""


def mail(subject, number, more=""):
    return (f"From: Anna Kos <anna@client.example.net>\nTo: support@example.com\nSubject: {subject}\n"
            f"Message-ID: <m{number}@client.example.net>\nDate: Sun, 22 Nov 2026 10:00:00 +0000\n{more}\nHello.\n").encode()


def write_rules(gw, text, name="main.sieve"):
    folder = gw.dir / "rules"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    (folder / name).write_text(text)
    (folder / name).chmod(0o644)


def install(gw, text=SCRIPT):
    gw.raise_limits()
    gw.configure("queue billing", "address", "billing@example.com")
    gw.configure("rules", "on-message", "main.sieve")
    write_rules(gw, text)
    gw.run("config", "check")


def take(gw, *mails):
    """In by LMTP, and worked."""
    lmtp = gw.serve("--role", "lmtp")
    for one in mails:
        assert gw.lmtp(one, sender="anna@client.example.net") == {}
    gw.stop(lmtp)
    gw.work()


def test_what_rules_do(gateway):
    gw = gateway
    gw.run("agent", "add", "anna")
    install(gw)
    take(gw, mail("invoice 4711", 1), mail("LOTTERY winner", 2), mail("tyres", 3), mail("tyres", 4, "Precedence: bulk\n"),
         mail("broken", 5), mail("hello", 6))
    rows = {row["id"]: row for row in gw.inbound()}
    outcomes = [rows[n]["outcome"] for n in sorted(rows)]
    assert outcomes == ["ticket", "discarded", "refused", "refused", "ticket", "ticket"]

    # Filed, tagged, raised, assigned, with its field and a note, and every change says which rule made it.
    ticket = gw.run("ticket", "show", str(rows[1]["ticket"]), "--json")
    assert (ticket["queue"], ticket["priority"], ticket["assignee"]) == ("billing", "high", "anna")
    assert ticket["tags"] == ["invoice"]
    assert ticket["fields"] == {"invoice": "4711"}
    notes = [article for article in ticket["articles_shown"] if article["kind"] == "note"]
    assert [note["text"] for note in notes] == ["Look it up first."]
    assert any(event["actor"] == "rules" and "rule 'invoices', main.sieve:" in event["detail"] for event in ticket["events"])

    # Discarded: in the ledger, with rule and line.
    assert rows[2]["reason"] == "discarded by rule 'junk', main.sieve:4"
    assert rows[2]["ticket"] is None

    # One refusal to a person, none to bulk mail.
    assert [row["to"] for row in gw.outbox() if row["kind"] == "refusal"] == ["anna@client.example.net"]
    stored = gw.run("explain", "--inbound", "4")
    assert "what the rules tested" not in stored
    assert f"mailgw inbound export 4 | mailgw explain --to '{rows[4]['recipient']}' -" in stored
    explained = gw.run("explain", "--inbound", "4", "--json")
    assert explained["acknowledgement"].startswith("none: ")

    # An error keeps the mail where its address says, and tells so on the ticket.
    ticket = gw.run("ticket", "show", str(rows[5]["ticket"]), "--json")
    assert ticket["queue"] == "support"
    assert any("there is no queue 'nowhere'" in article["text"] for article in ticket["articles_shown"])

    # Counted by rule.
    hits = {row["rule"]: (row["hits"], row["errors"]) for row in gw.run("rules", "list", "--json")}
    assert hits == {"junk": (1, 0), "tyres": (2, 0), "invoices": (1, 0), "broken": (0, 1), "thanks": (0, 0)}
    measured = {row["rule"]: row["mean_us"] for row in gw.run("rules", "list", "--json") if row["measured"] > 0}
    assert {"junk", "tyres", "invoices"} <= set(measured) and all(0 < mean < 100000 for mean in measured.values()), measured

    # Every decision knows the rules it was made by.
    digests = {row[0] for row in gw.sql("SELECT DISTINCT rules_digest FROM mailgw.decision")}
    assert len(digests) == 1 and len(digests.pop()) == 64
    gw.audit()


def test_follow_up_closes(gateway):
    gw = gateway
    install(gw)
    take(gw, mail("Printer", 1))
    take(gw, mail("Re: Printer, thanks", 2, "In-Reply-To: <m1@client.example.net>\n"))
    assert len(gw.tickets()) == 1
    ticket = gw.run("ticket", "show", str(gw.tickets()[0]["reference"]), "--json")
    assert ticket["status"] == "closed"
    assert ticket["tags"] == ["thanked"]
    gw.audit()


def test_explain_shows_every_test(gateway):
    gw = gateway
    install(gw)
    path = gw.base / "mail.eml"
    path.write_bytes(mail("invoice 4711", 1))
    path.chmod(0o644)
    text = gw.run("explain", path)
    assert "main.sieve:10 header" in text
    assert "fileinto" in text and "billing (rule 'invoices', main.sieve:11)" in text
    assert "there is no such agent" in text
    # In the order of the story, each test with its arguments and the value it saw; what only counts is one line, and all of it in JSON.
    order = [text.index(f"\n{heading}\n") for heading in ("what was asked", "what the rules tested", "what came of them", "what would be done")]
    assert order == sorted(order)
    assert re.search(r'yes main\.sieve:10 header :\w+ .*\s+saw "invoice 4711"', text)
    assert "\n  take " not in text and len(re.findall(r"(?m)^  limits  ", text)) == 1
    explained = gw.run("explain", path, "--json")
    tests = [line for line in explained["trace"] if "test" in line]
    assert [line["value"] for line in tests if line["held"]][0] == "invoice 4711"
    assert {"take", "event"} <= {effect["effect"] for effect in explained["effects"]}
    assert len(explained["rules_digest"]) == 64
    assert {hit["rule"] for hit in explained["rules"]} == {"invoices"}
    assert gw.inbound() == []


def test_broken_rules_start_nothing(gateway):
    gw = gateway
    install(gw)
    write_rules(gw, "fileinto \"billing\";\nnonsense;\n")
    for command in ("check", None):
        done = gw.execute("config", "check") if command else gw.execute("serve")
        assert done.returncode == 1
        assert "main.sieve:1:1: error: " in done.stderr
        assert "main.sieve:2:1: error: " in done.stderr


def test_reload_with_broken_rules_keeps_the_old(gateway):
    gw = gateway
    install(gw)
    process = gw.serve()
    assert gw.lmtp(mail("LOTTERY winner", 1), sender="anna@client.example.net") == {}
    gw.wait_inbound(1)

    write_rules(gw, "nonsense;\n")
    done = gw.execute("reload")
    assert done.returncode == 1
    assert "the gateway keeps the rules it has" in done.stderr and "main.sieve:1:1" in done.stderr
    gw.wait_log("reload-refused.*main.sieve:1:1")
    status = gw.run("status", "--json")
    assert "main.sieve:1:1" in status["rules_error"]
    assert "keeps those it has" in gw.run("status") and "\n  main.sieve:1:1: error: " in gw.run("status")
    # Also a worker that is started again runs the old ones.
    gw.kill_role("worker")
    assert gw.lmtp(mail("LOTTERY winner", 2), sender="anna@client.example.net") == {}
    assert [row["outcome"] for row in gw.wait_inbound(2)] == ["discarded", "discarded"]

    write_rules(gw, "keep;\n")
    gw.run("reload")
    gw.wait_log(r"\breloaded\b")
    harness.wait_for("the roles to be back", gw.greets)
    assert gw.lmtp(mail("LOTTERY winner", 3), sender="anna@client.example.net") == {}
    assert gw.wait_inbound(3)[2]["outcome"] == "ticket"
    assert gw.run("status", "--json").get("rules_error") is None
    gw.stop(process)
    gw.audit()


ALARMS = """require ["variables", "fileinto", "vnd.mailgw.ticket"];

# rule:[nagios]
if header :matches "subject" "* alert for */*" {
    correlate "nagios/${2}/${3}";
    acknowledge :none;
    if header :contains "subject" "RECOVERY" {
        # A recovery of what nobody was told about is no ticket.
        if fact :is "message.follow-up" "no" { discard; stop; }
        note "It recovered.";
        close;
    }
}
"""


def test_alarms_of_one_host_share_a_ticket(gateway):
    gw = gateway
    install(gw, ALARMS)
    # All in one batch: what the first makes, the next have to find; and then a batch of its own.
    take(gw, mail("PROBLEM alert for db1/disk", 1), mail("PROBLEM alert for db2/disk", 2), mail("PROBLEM alert for db1/disk", 3),
         mail("RECOVERY alert for db2/disk", 4), mail("RECOVERY alert for db3/disk", 5))
    take(gw, mail("PROBLEM alert for db1/disk", 6), mail("PROBLEM alert for db2/disk", 7))
    take(gw, mail("RECOVERY alert for db1/disk", 8))
    rows = gw.inbound()
    tickets = [row["ticket"] for row in rows]
    assert tickets[0] == tickets[2] == tickets[5] == tickets[7]
    assert tickets[1] == tickets[3] and tickets[6] not in (tickets[0], tickets[1])
    assert rows[4]["outcome"] == "discarded"
    status = {ticket["reference"]: ticket["status"] for ticket in gw.tickets()}
    assert status == {tickets[0]: "closed", tickets[1]: "closed", tickets[6]: "new"}
    gw.audit()


def test_the_examples(gateway):
    """What an administrator copies compiles as it is, without a warning, and files what it says."""
    gw = gateway
    for queue in ("abuse", "billing", "dns"):
        gw.configure(f"queue {queue}", "address", f"{queue}@example.com")
    gw.configure("rules", "on-message", "main.sieve")
    gw.configure("rules", "timezone", "Europe/Athens")
    gw.configure("calendar office", "timezone", "Europe/Athens")
    gw.configure("calendar office", "hours", "Mon-Fri 09:00-18:00")
    for path in (harness.SOURCE / "etc" / "rules").glob("*.sieve"):
        write_rules(gw, path.read_text(), path.name)
    shutil.copytree(harness.SOURCE / "etc" / "rules" / "lists", gw.dir / "rules" / "lists", copy_function=shutil.copyfile)
    assert gw.run("config", "check") == f"{gw.config}: good\n"
    explained = gw.run("explain", "--offline", "--at", "2026-11-22T01:30:00Z", "--json", "-",
                       input=mail("Mahnung zur Rechnung RE-20261104", 1))
    changes = {(effect["what"], effect["value"]) for effect in explained["effects"] if effect["effect"] == "change"}
    assert {("priority", "high"), ("field", "RE-20261104"), ("tag", "billing"), ("tag", "out-of-hours")} <= changes
    assert [effect["queue"] for effect in explained["effects"] if effect["effect"] == "ticket"] == ["billing"]
    assert {hit["rule"] for hit in explained["rules"]} == {"billing", "out of hours"}


def test_samples_of_init_are_rules_that_run(gateway):
    """What init writes beside the configuration does something as soon as its two lines are no comment any more; what is there is kept."""
    gw = gateway
    text = gw.config.read_text()
    assert "\n#[rules]\n#on-message = main.sieve\n" in text
    gw.config.write_text(text.replace("\n#[rules]\n#on-message", "\n[rules]\non-message"))
    (gw.dir / "rules" / "main.svtest").write_text("# mine\n")
    gw.run("init", "--dir", gw.dir)
    assert (gw.dir / "rules" / "main.svtest").read_text() == "# mine\n"
    gw.serve()
    gw.lmtp(mail("Our shop is down", 1))
    gw.work()
    ticket = gw.run("ticket", "show", "1", "--json")
    assert (ticket["priority"], ticket["tags"]) == ("high", ["outage"])
    gw.audit()
