"""A3: Reply-To says where answers are wished, never who wrote (GitLab #349329; FreeScout took it first)."""

from attack import agent_reply, ready, sent, state, take, ticket_of, victim_ticket
from harness import mail


def test_reply_to_of_an_agent_or_a_victim_gives_no_standing(gateway):
    ready(gateway)
    gateway.run("agent", "add", "anna")
    gateway.sql("UPDATE mailgw.agent SET address = 'anna@example.com'")
    reference, _ = victim_ticket(gateway)
    before = state(gateway, reference)
    for n, reply_to in enumerate(("anna@example.com", "victim@example.org", "Victim <victim@example.org>")):
        take(gateway, mail(subject=f"Re: [Support #{reference}] {n}", sender="thief@attacker.example", Reply_To=reply_to),
             sender="thief@attacker.example")
    gateway.work()
    assert state(gateway, reference) == before
    mine = [one for one in gateway.tickets() if one["reference"] != reference]
    assert [one["requester"] for one in mine] == ["thief@attacker.example"] * 3


def test_no_mail_goes_to_a_reply_to_of_somebody_else(gateway):
    ready(gateway)
    take(gateway, mail(subject="mine", sender="thief@attacker.example", Reply_To="bombed@victim.example"),
         sender="thief@attacker.example")
    gateway.work()
    agent_reply(gateway, ticket_of(gateway, "mine")["reference"], "Hello\n")
    assert len(sent(gateway)) == 2
    assert {str(one["To"].addresses[0].addr_spec) for one in sent(gateway)} == {"thief@attacker.example"}
