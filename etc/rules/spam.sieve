# What the filter in front of us is sure of makes no ticket; what it suspects is tagged, and answered to nobody.
require ["relational", "comparator-i;ascii-numeric", "imap4flags", "vnd.mailgw.ticket"];

# rule:[surely spam]
if header :value "ge" :comparator "i;ascii-numeric" "X-Spam-Score" "15" {
    discard;
    stop;
}

# rule:[perhaps spam]
if header :contains "X-Spam-Flag" "YES" {
    addflag "spam";
    priority "low";
    acknowledge :none;
}
