# What comes at night, at the weekend or on a holiday is tagged, so that the morning shift sees it first. The hours are those of [calendar office].
require ["imap4flags", "vnd.mailgw.ticket"];

# rule:[out of hours]
if not during "office" {
    addflag "out-of-hours";
}
