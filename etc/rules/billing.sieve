# What is about money goes to the billing desk, with the number of the invoice.
require ["fileinto", "envelope", "imap4flags", "regex", "variables", "vnd.mailgw.ticket"];

# rule:[billing]
if anyof (envelope :localpart :is "to" ["billing", "accounting"],
          header :contains "subject" ["invoice", "payment", "refund", "Rechnung", "faktura", "τιμολόγιο", "счет", "счёт"]) {
    fileinto "billing";
    if header :regex "subject" "([A-Z]{1,3}-?[0-9]{4,10})" {
        field "invoice" "${1}";
    }
    if header :contains "subject" ["reminder", "overdue", "Mahnung"] {
        priority "high";
    }
    addflag "billing";
}
