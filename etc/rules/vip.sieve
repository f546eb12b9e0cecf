# Customers whom we promised more: those of a list (lists/vip beside this file), and those who were given a tier:
#
#     mailgw customer organisation "Harbour Authority" --domain harbour.example
#     mailgw customer set @"Harbour Authority" tier=gold
#
# It stands last: it raises what others filed.
require ["imap4flags", "extlists", "vnd.mailgw.ticket"];

# rule:[VIP]
if anyof (address :list "from" "vip", fact :is "customer.tier" ["gold", "platinum"]) {
    addflag "vip";
    # Only where the domain vouches for it: a From is easily written.
    if fact :is "message.authenticated" "yes" {
        priority "urgent";
    } else {
        note "Written from a VIP's address, but nothing proves the sender.";
    }
}
