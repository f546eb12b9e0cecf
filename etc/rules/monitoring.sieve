# Alarms of one host and service share one open ticket; a recovery closes it.
require ["variables", "imap4flags", "vnd.mailgw.ticket"];

# rule:[Nagios, Icinga]
# The whole address: whoever may write as "nagios" of any domain could close tickets.
if address :is "from" ["nagios@mon.example.com", "icinga@mon.example.com"] {
    # The subjects of Nagios, then those of Icinga 2, as their own notification commands write them.
    if header :matches "subject" "\\*\\* * Service Alert: */* is *" {
        set "host" "${2}";
        set "service" "${3}";
    } elsif anyof (header :matches "subject" "\\*\\* * Host Alert: * is *", header :matches "subject" "[*] Host * is *") {
        set "host" "${2}";
        set "service" "host";
    } elsif header :matches "subject" "[*] * on * is *" {
        set "host" "${3}";
        set "service" "${2}";
    } else {
        # A subject of another kind: a ticket of its own.
        stop;
    }
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
    } elsif header :contains "subject" ["CRITICAL", "DOWN"] {
        priority "urgent";
    }
    keep;
    stop;
}
