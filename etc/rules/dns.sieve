# Domains and name servers.
require ["fileinto", "envelope", "imap4flags", "regex", "variables", "vnd.mailgw.ticket"];

# rule:[domains and DNS]
if anyof (envelope :localpart :is "to" ["dns", "domains", "hostmaster"],
          header :regex "subject" "(^|[^[:alnum:]])(dns|nameserver|name server|whois|auth-?code|epp code|domain transfer)([^[:alnum:]]|$)") {
    fileinto "dns";
    addflag "dns";
    if header :regex "subject" "([a-z0-9][a-z0-9-]*(\\.[a-z0-9-]+)*\\.[a-z]{2,24})([^[:alnum:]]|$)" {
        field "domain" "${1}";
    }
}
