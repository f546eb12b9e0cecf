# Alarms of one host and service share one open ticket; a recovery closes it.
require ["variables", "imap4flags", "vnd.mailgw.ticket"];

# rule:[Nagios, Icinga]
if allof (address :localpart :is "from" ["nagios", "icinga"], header :matches "subject" "** * alert for */* is *") {
    set "host" "${4}";
    set "service" "${5}";
    correlate "monitoring/${host}/${service}";
    field "host" "${host}";
    addflag "monitoring";
    acknowledge :none;
    if header :contains "subject" "RECOVERY" {
        # A recovery that no alarm came before is no ticket.
        if fact :is "message.follow-up" "no" {
            discard;
            stop;
        }
        close;
    } elsif header :contains "subject" "CRITICAL" {
        priority "urgent";
    }
    keep;
    stop;
}
