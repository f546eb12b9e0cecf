# What the filter in front of us is sure of makes no ticket; what it suspects is tagged, and answered to nobody.
require ["regex", "imap4flags", "vnd.mailgw.ticket"];

# rule:[surely spam]
# 15 and more. Not with :value and i;ascii-numeric: that takes whatever does not begin with a digit for infinite, "-2.1" too.
if header :regex "X-Spam-Score" "^(1[5-9]|[2-9][0-9]|[0-9]{3,})(\\.|$)" {
    discard;
    stop;
}

# rule:[perhaps spam]
if header :contains "X-Spam-Flag" "YES" {
    addflag "spam";
    priority "low";
    acknowledge :none;
}
