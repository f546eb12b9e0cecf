# The rules of a hosting provider, one file a concern.  Copy the folder beside mailgw.conf, and write there:
#
#     [rules]
#     on-message = main.sieve
#     timezone = Europe/Athens
#
#     [calendar office]
#     timezone = Europe/Athens
#     hours = Mon-Fri 09:00-18:00
#
# with the queues abuse, billing and dns.  `mailgw rules test rules/*.svtest` tests them, `mailgw explain` shows what they do to a mail.
require ["include"];

include "spam";
include "monitoring";
include "abuse";
include "contact-forms";
include "billing";
include "dns";
include "languages";
include "out-of-hours";
include "vip";
