"""Rules that send mail: what they pass on, whom they tell, what they answer; that it stops, and that nothing is lost."""

import pytest

import harness
from harness import mail, wait_for
from test_bounces import report
from test_routing import write_rules

ANNA = "anna@client.example.net"
OPS = "ops@partner.example.org"


def install(gw, text, redirects=2, transport=None):
    gw.raise_limits()
    gw.configure("gateway", "subaddressing", "yes")
    gw.configure("rules", "redirects", str(redirects))
    gw.configure("rules", "on-message", "main.sieve")
    if transport is not None:
        gw.configure("smtp", "transport", f"smtp://127.0.0.1:{transport}")
    write_rules(gw, text)
    gw.run("config", "check")


def take(gw, *mails, sender=ANNA, to=None):
    lmtp = gw.serve("--role", "lmtp")
    for one in mails:
        done = gw.deliver(one, to or gw.address, sender=sender)
        assert done.returncode == 0, done.stdout
    gw.stop(lmtp)
    gw.work()


def from_anna(subject="Printer", **more):
    return mail(subject=subject, sender=f"Anna Kos <{ANNA}>", **more)


# --- redirect -----------------------------------------------------------------------------------------------------------

def test_redirect_has_to_be_allowed(gateway):
    install(gateway, f'redirect "{OPS}";\n', redirects=1)
    gateway.configure("rules", "redirects", "0")
    done = gateway.execute("rules", "check", gateway.dir / "rules" / "main.sieve")
    assert done.returncode == 1
    assert "main.sieve:1:1: error: the command 'redirect' cannot be carried out here (allow it" in done.stdout + done.stderr


def test_passed_on_as_it_came(gateway, sink):
    """Every byte of it but what editheader changed, and our fields above; to two goals at most; the books hold."""
    install(gateway, f"""require ["editheader", "copy"];
addheader "X-Team" "dns"; deleteheader "X-Secret";
redirect "{OPS}"; redirect "dev@partner.example.org"; redirect "third@partner.example.org";
""", transport=sink.port)
    original = (f"From: Anna <{ANNA}>\nTo: support@example.com\nSUBJECT:  odd \t spaces \nX-Secret: 4711\nMessage-ID: <odd@client.example.net>\n"
                "Date: Sun, 22 Nov 2026 10:00:00 +0000\nContent-Type: text/plain; charset=iso-8859-7\nContent-Transfer-Encoding: 8bit\n\n").encode()
    body = b".\n..\nFrom here\n\xca\xe1\xeb\xe7\xec\xdd\xf1\xe1 \xff=20\n"
    take(gateway, original + body)

    assert [row["outcome"] for row in gateway.inbound()] == ["redirected"]
    assert gateway.tickets() == []
    assert sorted(one.recipients[0] for one in sink.wait(2)) == ["dev@partner.example.org", OPS]
    for one in sink.mails:
        assert one.sender.startswith("support+b") and one.sender.endswith("@example.com")
        head, _, rest = one.data.partition(b"\r\n\r\n")
        assert rest == body.replace(b"\n", b"\r\n")
        ours, _, theirs = head.partition(b"X-Team: dns\r\n")
        assert theirs == original.replace(b"X-Secret: 4711\n", b"").rstrip(b"\n").replace(b"\n", b"\r\n")
        names = [line.split(b":")[0] for line in ours.splitlines() if not line.startswith(b" ")]
        assert names == [b"Received", b"X-Loop", b"Resent-Date", b"Resent-From", b"Resent-To", b"Resent-Message-ID"]
    rows = gateway.outbox()
    assert [(row["kind"], row["state"]) for row in rows] == [("redirect", "sent")] * 2
    assert gateway.run("outbox", "show", rows[0]["id"], "--json")["automatic"] is False
    explained = gateway.run("explain", "--inbound", 1)
    assert "a message is passed on to at most 2 addresses" in explained
    gateway.audit()


def test_a_copy_has_its_ticket_and_its_limit(gateway, sink):
    install(gateway, f'require "copy";\nredirect :copy "{OPS}";\n', transport=sink.port)
    gateway.configure("rules", "redirects-per-hour", "2")
    take(gateway, *(from_anna(f"number {n}") for n in range(4)))
    assert [row["outcome"] for row in gateway.inbound()] == ["ticket"] * 4
    assert len(sink.to(OPS)) == 2
    assert len(sink.to(ANNA)) == 4
    gateway.audit()


@pytest.mark.parametrize("strips", [False, True], ids=["with-headers", "a-relay-strips-them"])
def test_two_gateways_that_pass_on_to_each_other(sink, gateway, strips):
    """Each says of the other's address that it is not its own. The mail stops, and both sides keep their books."""
    other = harness.Gateway()
    try:
        other.configure("queue support", "address", "desk@other.example")
        sides = {"support@example.com": gateway, "desk@other.example": other}
        goals = {"support@example.com": "desk@other.example", "desk@other.example": "support@example.com"}
        for address, gw in sides.items():
            install(gw, f'redirect "{goals[address]}";\n', transport=sink.port)
            gw.configure("gateway", "host", address.split("@")[1])
            gw.configure("rules", "redirects-per-sender-hour", "3")
        take(gateway, from_anna())
        carried = 0
        for _ in range(20):
            waiting = [one for one in sink.mails[carried:] if one.recipients[0] in sides]
            carried = len(sink.mails)
            if not waiting:
                break
            for one in waiting:
                data = one.data
                if strips:
                    data = b"".join(line for line in data.splitlines(keepends=True)
                                    if not line.startswith((b"X-Loop", b"Resent-", b"Received")))
                take(sides[one.recipients[0]], data, sender=one.sender or "<>", to=one.recipients[0])
        passed = [one for one in sink.mails if one.recipients[0] in sides]
        # The other side does not give it back to where it came from: the envelope says so, whatever a relay strips.
        assert len(passed) == 1
        assert [len(gw.tickets()) for gw in (gateway, other)] == [0, 1]
        for gw in sides.values():
            gw.audit()
    finally:
        other.close()


def test_what_the_goal_refuses_is_worked_again(gateway, sink):
    """Passed on instead of being kept, and refused there: then it is kept after all, and the customer hears only from us."""
    install(gateway, f'redirect "{OPS}";\n', transport=sink.port)
    sink.script("RCPT", "550 5.1.1 no such user", times=None, address=OPS)
    take(gateway, from_anna())
    gateway.work()
    assert [(row["outcome"], row["reason"]) for row in gateway.inbound()] == [("ticket", "new ticket")]
    ticket = gateway.run("ticket", "show", gateway.tickets()[0]["reference"], "--json")
    assert [article["text"] for article in ticket["articles_shown"] if article["kind"] == "note"] == [
        f"This message was passed on to {OPS} by the rules, and did not arrive there."]
    assert [one.message["Auto-Submitted"] for one in sink.to(ANNA)] == ["auto-replied"]
    assert "it was passed on before, and came back" in gateway.run("explain", "--inbound", 1)
    assert [(row["kind"], row["state"]) for row in gateway.outbox()] == [("redirect", "failed"), ("acknowledgement", "sent")]
    gateway.audit()


def test_a_bounce_comes_back_to_us(gateway, sink, postfix):
    """A real MTA takes it and returns it: to the address that names the mail. The customer is told nothing of the goal."""
    gateway.share_socket()
    mta = postfix(gateway, transport="lmtp", relay_port=sink.port, domain="example.com")
    install(gateway, f'redirect "{OPS}";\n', transport=mta.port)
    sink.script("RCPT", "550 5.1.1 no such user", times=None, address=OPS)
    gateway.serve()
    mta.send(from_anna(), gateway.address, sender=ANNA)
    gateway.wait_inbound(2)
    wait_for("the message to be kept after all", gateway.tickets)
    outcomes = [row["outcome"] for row in gateway.wait_inbound(2)]
    assert outcomes == ["ticket", "report"]
    sink.wait(1)
    assert [one.recipients for one in sink.mails] == [[ANNA]]
    assert OPS not in sink.mails[0].data.decode()
    assert next(row["state"] for row in gateway.outbox() if row["kind"] == "redirect") == "bounced"
    gateway.audit()


def test_one_of_two_goals_is_enough(gateway, sink):
    install(gateway, f'redirect "{OPS}"; redirect "dev@partner.example.org";\n', transport=sink.port)
    take(gateway, from_anna())
    row = next(row for row in gateway.outbox() if row["to"] == OPS)
    sender = gateway.sql_value(f"SELECT envelope_sender FROM outbox WHERE id = {row['id']}")
    take(gateway, report(recipient=OPS, to=sender), sender="<>", to=sender)
    assert [row["outcome"] for row in gateway.inbound()] == ["redirected", "report"]
    assert gateway.tickets() == []
    assert {row["to"]: row["state"] for row in gateway.outbox()} == {OPS: "bounced", "dev@partner.example.org": "sent"}
    gateway.audit()


# --- notify -------------------------------------------------------------------------------------------------------------

def test_told_by_mail(gateway, sink):
    install(gateway, f"""require "enotify";
notify :importance "1" :message "alarm" "mailto:{OPS}";
""", transport=sink.port)
    gateway.configure("rules", "notifications-per-hour", "1")
    take(gateway, from_anna("one"), mail(subject="two", sender=ANNA), mail(subject="automatic", sender=ANNA, Auto_Submitted="auto-notified"))
    told = sink.to(OPS)
    assert len(told) == 1
    message = told[0].message
    assert (message["From"].addresses[0].addr_spec, message["Subject"]) == (gateway.address, "alarm")
    assert (message["Auto-Submitted"], message["Importance"], told[0].sender) == ("auto-notified", "high", "<>")
    assert "Ticket:  #" in message.get_content()
    details = [detail for (detail,) in gateway.sql("SELECT detail FROM event WHERE kind = 'mail-withheld'")]
    assert details == [f"notification to {OPS}: bucket notify:total:h is empty"]
    assert "the message is automatic itself" in gateway.run("explain", "--inbound", 3)
    gateway.audit()


# --- vacation -----------------------------------------------------------------------------------------------------------

def test_answered_once_in_its_period(gateway, sink):
    install(gateway, """require "vacation";
vacation :days 2 :subject "Closed" "We are back on Monday.";
""", transport=sink.port)
    take(gateway, from_anna("one"))
    take(gateway, from_anna("two"), mail(subject="three", sender="bert@client.example.net"))
    take(gateway, mail(subject="a list", sender="carla@client.example.net", List_Id="<l.example.net>"))
    assert [row["outcome"] for row in gateway.inbound()] == ["ticket"] * 4
    assert [len(sink.to(address)) for address in (ANNA, "bert@client.example.net", "carla@client.example.net")] == [1, 1, 0]
    message = sink.to(ANNA)[0].message
    assert message["Subject"].endswith("] Closed") and message.get_content().startswith("We are back on Monday.\r\n")
    withheld = gateway.run("explain", "--inbound", 2, "--json")["acknowledgement"]
    assert withheld.startswith(f"withheld: vacation:{ANNA}:")
    # The period is over: he is answered again.
    gateway.sql(f"UPDATE counter SET at = at - interval '2 days' WHERE key LIKE 'vacation:{ANNA}:%'")
    take(gateway, from_anna("five"))
    assert len(sink.to(ANNA)) == 2
    gateway.audit()
