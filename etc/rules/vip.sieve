# Customers whom we promised more. It stands last: it raises what others filed.
require ["imap4flags", "vnd.mailgw.ticket"];

# rule:[VIP]
if anyof (address :domain :is "from" ["bank.example", "hospital.example"], fact :is "customer.organisation" "Harbour Authority") {
    addflag "vip";
    # Only where the domain vouches for it: a From is easily written.
    if fact :is "message.authenticated" "yes" {
        priority "urgent";
    } else {
        note "Written from a VIP's address, but nothing proves the sender.";
    }
}
