# Complaints about our network go to the abuse desk, above what customers ask for.
require ["fileinto", "envelope", "imap4flags", "regex", "variables", "vnd.mailgw.ticket"];

# rule:[abuse]
if anyof (envelope :localpart :is "to" ["abuse", "noc"],
          header :contains "subject" ["abuse report", "phishing", "copyright infringement", "DMCA"]) {
    fileinto "abuse";
    addflag "abuse";
    priority "high";
    # The address that the complaint is about, where the subject names one.
    if header :regex "subject" "([0-9]{1,3}(\\.[0-9]{1,3}){3})" {
        field "address" "${1}";
    }
    stop;
}
