# Who can answer it: a tag for the language the mail is written in.
require ["imap4flags", "variables", "vnd.mailgw.ticket"];

# rule:[languages]
if fact :matches "message.language" "*" {
    set "language" "${1}";
    if not fact :is "message.language" "en" {
        addflag "lang-${language}";
    }
}
