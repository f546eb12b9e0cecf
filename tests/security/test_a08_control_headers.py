"""A8: nothing in a stranger's header steers the gateway (RT CVE-2023-41259: RT-Send-Cc, RT-Squelch-Replies-To)."""

from attack import ready, sent_bytes, state, take, victim_ticket
from harness import mail

CONTROLS = {
    "X_Mailgw_Ticket": "{}", "X_Ticket": "{}", "Mailgw_Ticket": "{}", "X_Mailgw_Status": "closed", "X_Mailgw_Queue": "billing",
    "X_Mailgw_Priority": "urgent", "X_Mailgw_Assign": "anna", "X_Mailgw_Quiet": "yes", "RT_Send_Cc": "evil@attacker.example",
    "RT_Squelch_Replies_To": "evil@attacker.example", "RT_Ticket": "rt #{}", "X_RT_Ticket": "{}", "X_OTRS_TicketNumber": "{}",
    "X_Freescout_Mail_Type": "x", "X_Loop": "somebody", "Errors_To": "evil@attacker.example", "Return_Receipt_To": "evil@attacker.example",
    "Disposition_Notification_To": "evil@attacker.example", "Delivered_To": "billing@example.com",
}


def test_headers_of_trackers_do_nothing(gateway):
    ready(gateway)
    reference, _ = victim_ticket(gateway)
    before = state(gateway, reference)
    fields = {key: value.format(reference) for key, value in CONTROLS.items()}
    take(gateway, mail(subject="controls", sender="thief@attacker.example", **fields), sender="thief@attacker.example")
    gateway.work()
    assert state(gateway, reference) == before
    mine = [one for one in gateway.tickets() if one["reference"] != reference]
    assert [(one["status"], one["queue"], one["priority"], one["assignee"]) for one in mine] == [("new", "support", "normal", None)]
    assert all(b"evil@" not in one for one in sent_bytes(gateway))
    # An acknowledgement all the same: none of this is a sign of a machine either.
    assert [row["to"] for row in gateway.outbox()].count("thief@attacker.example") == 1
