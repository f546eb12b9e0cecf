"""A5: whoever is named in Cc gets nothing: no acknowledgement, no answer, no history (Zendesk 2024)."""

from attack import agent_reply, ready, take, ticket_of
from harness import mail

THIEF = "thief@attacker.example"


def test_cc_receives_nothing(gateway, sink):
    gateway.configure("smtp", "transport", f"smtp://127.0.0.1:{sink.port}")
    ready(gateway)
    victim = "victim@example.org"
    take(gateway, mail(subject="mine", sender=victim, Cc=THIEF, To=f"{gateway.address}, {THIEF}", Bcc=THIEF, Resent_Cc=THIEF),
         sender=victim)
    gateway.work()
    # A forged follow-up that names the thief: by the tag, the weakest proof there is.
    reference = ticket_of(gateway, "mine")["reference"]
    take(gateway, mail(subject=f"Re: [Support #{reference}] mine", sender=victim, Cc=f"Thief <{THIEF}>"), sender=THIEF)
    gateway.work()
    assert ticket_of(gateway, "mine")["articles"] == 2
    agent_reply(gateway, reference, "the whole history\n")
    sink.wait(2)
    assert [one.recipients for one in sink.mails] == [[victim]] * 2
    assert all(THIEF.encode() not in one.data for one in sink.mails)
    assert gateway.sql("SELECT p.address FROM mailgw.participant JOIN mailgw.person p ON p.id = person") == [[victim]]
