"""What rules ask of the store, in a whole installation: who a mail is from, whether it came before, who is on a list."""

from test_routing import install, write_rules

HEAD = 'require ["duplicate", "extlists", "imap4flags", "variables", "vnd.mailgw.ticket"];\n'


def form(number, reply_to, text="It does not work.", sender="web@www.example.com", more=""):
    return (f"From: Web <{sender}>\nTo: support@example.com\nReply-To: {reply_to}\nSubject: Contact form\n"
            f"Message-ID: <f{number}@www.example.com>\nDate: Sun, 22 Nov 2026 10:00:00 +0000\n{more}\n{text}\n").encode()


def mail(number, more="", sender="anna@client.example.net", subject="Printer"):
    return (f"From: {sender}\nTo: support@example.com\nSubject: {subject}\nMessage-ID: <m{number}@client.example.net>\n"
            f"Date: Sun, 22 Nov 2026 10:00:00 +0000\n{more}\nHello.\n").encode()


def take(gw, *mails, sender="anna@client.example.net"):
    """In by LMTP, and worked."""
    lmtp = gw.serve("--role", "lmtp")
    for one in mails:
        assert gw.lmtp(one, sender=sender) == {}
    gw.stop(lmtp)
    gw.work()


def tickets(gw):
    return [gw.run("ticket", "show", str(row["reference"]), "--json") for row in sorted(gw.tickets(), key=lambda row: row["reference"])]


FORM = HEAD + 'if address :matches ["reply-to"] "*" { requester "${1}"; }\n'


def test_contact_form(gateway):
    gw = gateway
    install(gw, FORM)
    gw.configure("acknowledge", "trusted-forms", "web@www.example.com")
    explain = gw.base / "form.eml"
    explain.write_bytes(form(9, "Kim Lee <kim@client.example.net>"))
    told = gw.run("explain", explain, "--from", "web@www.example.com", "--json")
    assert [line for line in told["trace"] if line["step"] == "requester"][0]["text"].startswith("kim@client.example.net")
    assert gw.sql("SELECT count(*) FROM mailgw.person") == [["0"]], "explain writes nothing"

    # Twice the same text by two customers, and once more by one of them: three tickets, each its customer's.
    take(gw, form(1, "Kim Lee <kim@client.example.net>"), form(2, "lee@other.example"), form(3, "kim@client.example.net"),
         sender="www-data@host.example.com")
    requesters = [ticket["requester"] for ticket in tickets(gw)]
    assert requesters == ["kim@client.example.net", "lee@other.example", "kim@client.example.net"]
    assert gw.sql("SELECT name FROM mailgw.person WHERE address = 'kim@client.example.net'") == [["Kim Lee"]]

    # They are acknowledged, not the form, and plainly: nothing that was written into the form goes out.
    sent = {row["to"]: row for row in gw.outbox() if row["kind"] == "acknowledgement"}
    assert set(sent) == {"kim@client.example.net", "lee@other.example"}

    # What the agents write goes to the customer.
    gw.run("agent", "add", "anna")
    gw.run("ticket", "reply", str(tickets(gw)[0]["reference"]), "--as", "anna", input="We look into it.")
    assert [row["to"] for row in gw.outbox() if row["kind"] == "reply"] == ["kim@client.example.net"]
    gw.audit()


def test_without_message_id_and_date(gateway):
    """What a form sends twice in an hour is one mail; what another customer wrote is another."""
    gw = gateway
    install(gw, FORM)

    def bare(reply_to):
        return f"From: web@www.example.com\nTo: support@example.com\nReply-To: {reply_to}\nSubject: Contact form\n\nHelp.\n".encode()

    take(gw, bare("kim@client.example.net"), bare("kim@client.example.net"), bare("lee@other.example"))
    assert sorted(row["outcome"] for row in gw.inbound()) == ["duplicate", "ticket", "ticket"]
    assert [ticket["requester"] for ticket in tickets(gw)] == ["kim@client.example.net", "lee@other.example"]
    gw.audit()


def test_untrusted_form_answers_nobody(gateway):
    """Ten thousand addresses of victims in a form, or in Reply-To: nobody is written to."""
    gw = gateway
    install(gw, FORM)
    gw.configure("acknowledge", "trusted-forms", "form@elsewhere.example")
    take(gw, form(1, "victim@bank.example"), form(2, "support@example.com"), form(3, "Support <SUPPORT@example.com>, x@y.example"),
         sender="web@www.example.com")
    assert {row["to"] for row in gw.outbox()} <= {"web@www.example.com"}
    assert tickets(gw)[0]["requester"] == "victim@bank.example"
    assert tickets(gw)[1]["requester"] == "web@www.example.com", "an address of ours is no customer's"
    gw.audit()


def test_limits_are_the_requesters(gateway):
    gw = gateway
    install(gw, FORM)
    gw.configure("limits", "tickets-per-sender", "2/h")
    take(gw, *[form(n, "kim@client.example.net") for n in range(4)], form(9, "lee@other.example"))
    by = [ticket["requester"] for ticket in tickets(gw)]
    assert by == ["kim@client.example.net", "kim@client.example.net", "lee@other.example"], "two of kim's, into which the others fold"
    gw.audit()


DUPLICATE = HEAD + 'if duplicate :handle "host" :header "X-Host" :seconds 3600 { discard; stop; }\n'


def test_duplicate(gateway):
    gw = gateway
    install(gw, DUPLICATE)
    take(gw, mail(1, "X-Host: db1\n"), mail(2, "X-Host: db1\n"), mail(3, "X-Host: db2\n"), mail(4))
    assert [row["outcome"] for row in sorted(gw.inbound(), key=lambda row: row["id"])] == ["ticket", "discarded", "ticket", "ticket"]
    take(gw, mail(5, "X-Host: db1\n"))
    assert len(gw.tickets()) == 3, "in another batch as in the same"

    # Explaining asks, and remembers nothing.
    path = gw.base / "mail.eml"
    path.write_bytes(mail(6, "X-Host: db3\n"))
    assert [gw.run("explain", path, "--json")["outcome"] for _ in range(2)] == ["ticket", "ticket"]

    # An hour later it is new again, and purge takes what nobody remembers any more.
    gw.sql("UPDATE mailgw.rule_seen SET expires_at = clock_timestamp() - interval '1 second'")
    assert gw.run("purge", "--json")["rule_seen"] == 2
    take(gw, mail(7, "X-Host: db1\n"))
    assert len(gw.tickets()) == 4
    gw.audit()


def test_two_workers_see_it_once(gateway):
    """Forty mails of one host, four workers: one ticket."""
    gw = gateway
    install(gw, DUPLICATE)
    gw.configure("gateway", "workers", "4")
    lmtp = gw.serve("--role", "lmtp")
    for n in range(40):
        assert gw.lmtp(mail(n, "X-Host: db1\n"), sender="anna@client.example.net") == {}
    gw.stop(lmtp)
    gw.work()
    outcomes = [row["outcome"] for row in gw.inbound()]
    assert (outcomes.count("ticket"), outcomes.count("discarded")) == (1, 39)
    gw.audit()


LISTS = HEAD + """
if address :list "from" "vip" { addflag "vip"; }
if address :list "from" ":addrbook:default" { addflag "known"; }
if address :list "from" ":addrbook:agents" { addflag "agent"; }
"""


def test_lists(gateway):
    gw = gateway
    install(gw, LISTS)
    lists = gw.dir / "rules" / "lists"
    lists.mkdir(mode=0o755)
    write_rules(gw, "# who pays more\n@bank.example\nanna@client.example.net\n", "lists/vip")
    gw.sql("INSERT INTO mailgw.agent (name, display_name, address) VALUES ('zoe', 'Zoe', 'zoe@example.org')")
    take(gw, mail(1), mail(2, sender="kim@bank.example"), mail(3, sender="zoe@example.org"), mail(4, sender="joe@sub.bank.example"))
    assert [ticket["tags"] for ticket in tickets(gw)] == [["vip"], ["vip"], ["agent"], []]
    take(gw, mail(5), mail(6, sender="eve@else.example"))
    assert [ticket["tags"] for ticket in tickets(gw)[4:]] == [["vip", "known"], []]

    # Checked against what is there, and another list makes another rule set.
    script = gw.dir / "rules" / "typo.sieve"
    script.write_text('require "extlists";\nif address :list "from" "vipp" { stop; }\n')
    assert "there is no list 'vipp' (did you mean 'vip'?)" in gw.run("rules", "check", script)
    digests = len(gw.sql("SELECT DISTINCT rules_digest FROM mailgw.decision"))
    write_rules(gw, "@else.example\n", "lists/vip")
    take(gw, mail(7, sender="eve@else.example"))
    assert tickets(gw)[-1]["tags"] == ["vip", "known"]
    assert len(gw.sql("SELECT DISTINCT rules_digest FROM mailgw.decision")) == digests + 1
    gw.audit()
