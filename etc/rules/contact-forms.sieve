# Mail of the web site's contact form is the customer's who filled it in, not the web server's.  With
#
#     [acknowledge]
#     trusted-forms = web@www.example.com
#
# in mailgw.conf the customer is acknowledged, too; without it nobody is, because anybody may write anybody's address into a form.
require ["variables", "regex", "fileinto", "imap4flags", "vnd.mailgw.ticket"];

# rule:[contact form]
if address :is "from" "web@www.example.com" {
    # Where the form writes the customer into Reply-To, that is who it is; some forms only say so in the text.
    if address :matches "reply-to" "*@*" {
        requester "${1}@${2}";
    } elsif fact :regex "message.text" "(?m)^[[:blank:]]*(E-?Mail|Email address|Your e-?mail|Ihre E-?Mail)[[:blank:]]*:[[:blank:]]*<?([^[:space:]<>@,;]+@[^[:space:]<>@,;]+)" {
        requester "${2}";
    } else {
        note "The form names nobody who could be answered.";
        acknowledge :none;
    }
    if fact :regex "message.text" "(?m)^[[:blank:]]*(Topic|Department)[[:blank:]]*:[[:blank:]]*(Billing|Invoice)" {
        fileinto "billing";
    }
    addflag "contact-form";
}
