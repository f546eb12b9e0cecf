# Every new message is put to these rules once mailgw.conf says
#
#     [rules]
#     on-message = main.sieve
#
# Before a change is live:
#
#     mailgw rules check rules/main.sieve         what is wrong, with line and column
#     mailgw rules test rules/main.svtest         whether they do what you wrote down there
#     mailgw explain mail.eml                     what one mail would get, and why
#     mailgw rules replay rules/main.sieve        what they would have done to the mail of the past
#     mailgw reload                               now they are live
#
# mailgw-rules(1) tells what a rule can ask and do.
require ["imap4flags", "vnd.mailgw.ticket"];

# rule:[invoices]
if header :contains "subject" ["invoice", "payment", "refund"] {
    addflag "billing";
}

# rule:[something is down]
if header :contains "subject" ["outage", "offline", "is down"] {
    priority "high";
    addflag "outage";
}
