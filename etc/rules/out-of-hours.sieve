# What comes at night or at the weekend is tagged, so that the morning shift sees it first. The hours are those of [rules] timezone.
require ["date", "relational", "imap4flags"];

# rule:[out of hours]
if anyof (currentdate :is "weekday" ["0", "6"], currentdate :value "lt" "hour" "08", currentdate :value "ge" "hour" "18") {
    addflag "out-of-hours";
}
