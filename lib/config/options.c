/*
 * options.c - every option of mailgw.conf
 */
#include "config/options.h"
#include "config/config.h"

#include <string.h>

#include "base/limits.h"

#define DATABASE(member)    "database", .offset = offsetof(DatabaseConfig, member)
#define GATEWAY(member)     "gateway", .offset = offsetof(GatewayConfig, member)
#define LMTP(member)        "lmtp", .offset = offsetof(LmtpConfig, member)
#define IMAP(member)        "imap", .offset = offsetof(ImapConfig, member)
#define SMTP(member)        "smtp", .offset = offsetof(SmtpConfig, member)
#define QUEUE(member)       "queue", .offset = offsetof(QueueConfig, member)
#define BRAND(member)       "brand", .offset = offsetof(BrandConfig, member)
#define LIMITS(member)      "limits", .offset = offsetof(LimitsConfig, member)
#define ACKNOWLEDGE(member) "acknowledge", .offset = offsetof(AcknowledgeConfig, member)
#define RULES(member)       "rules", .offset = offsetof(RulesConfig, member)
#define CALENDAR(member)    "calendar", .offset = offsetof(CalendarConfig, member)
#define TARGET(member)      "target", .offset = offsetof(TargetConfig, member)
#define WEBHOOK(member)     "webhook", .offset = offsetof(WebhookConfig, member)
#define RETENTION(member)   "retention", .offset = offsetof(RetentionConfig, member)

#define MINUTE 60
#define HOUR   3600
#define DAY    86400
#define KIB    1024
#define MIB    (1024 * 1024)

/* A hundred years: longer than anything is kept, and far from every overflow. */
#define EVER (36500 * (gint64) DAY)

const OptionSection option_sections[] = {
    { "database", FALSE, FALSE, "where tickets are kept: a private PostgreSQL in a directory, or your own server" },
    { "gateway", FALSE, FALSE, "the installation as a whole" },
    { "lmtp", TRUE, TRUE, "a socket on which mail is taken" },
    { "imap", TRUE, FALSE, "a mailbox whose mail is fetched" },
    { "smtp", FALSE, FALSE, "how mail leaves" },
    { "queue", TRUE, FALSE, "a support address and what belongs to it" },
    { "brand", TRUE, FALSE, "a name of the house: what it changes in the mail of its queues" },
    { "limits", FALSE, FALSE, "what one sender, one ticket, one message may use up" },
    { "acknowledge", FALSE, FALSE, "the automatic answers: to whom, and how many" },
    { "rules", FALSE, FALSE, "routing rules in Sieve" },
    { "calendar", TRUE, FALSE, "working hours" },
    { "target", TRUE, FALSE, "a policy: how soon customers are answered, in working time" },
    { "webhook", TRUE, FALSE, "an HTTPS server that rules can notify" },
    { "retention", FALSE, FALSE, "what purge deletes, and when" },
};
const gsize n_option_sections = G_N_ELEMENTS(option_sections);

/* The lines of a policy: those for all priorities, and those of one, which stand before them. */
#define TARGET_TERMS(prefix, terms) \
    { .section = TARGET(terms.calendar), .key = prefix "calendar", .type = OPTION_NAME, \
      .meaning = "the calendar that time is counted by: the name of a [calendar NAME]" }, \
    { .section = TARGET(terms.first_response), .key = prefix "first-response", .type = OPTION_WORKING_TIME, \
      .meaning = "working time until a person of ours has answered a new ticket" }, \
    { .section = TARGET(terms.next_response), .key = prefix "next-response", .type = OPTION_WORKING_TIME, \
      .meaning = "working time until a person of ours has answered further mail" }, \
    { .section = TARGET(terms.resolution), .key = prefix "resolution", .type = OPTION_WORKING_TIME, \
      .meaning = "working time until the ticket is resolved" }, \
    { .section = TARGET(terms.warn_percent), .key = prefix "warn-at", .type = OPTION_PERCENT, .min = 1, .max = 100, \
      .meaning = "how much of the working time is used when a warning is given" }

const Option options[] = {
    { .section = DATABASE(embedded), .key = "embedded", .type = OPTION_PATH,
      .meaning = "directory of the private PostgreSQL that mailgw starts itself" },
    { .section = DATABASE(url), .key = "url", .type = OPTION_DATABASE_URL,
      .meaning = "your own server: postgresql://USER@HOST/DATABASE (instead of embedded)" },
    { .section = DATABASE(bin), .key = "bin", .type = OPTION_PATH,
      .meaning = "directory of initdb and postgres, if they are not where they were at build time" },

    { .section = GATEWAY(name), .key = "name", .type = OPTION_TAG, .fallback = "Support", .max = 64,
      .meaning = "the name in subject tags: [Support #1042]" },
    { .section = GATEWAY(host), .key = "host", .type = OPTION_DOMAIN,
      .meaning = "the domain of our Message-IDs and of EHLO; by default that of the first queue" },
    { .section = GATEWAY(user), .key = "user", .type = OPTION_TEXT, .max = 64,
      .meaning = "the unprivileged user to run as when started by root" },
    { .section = GATEWAY(workers), .key = "workers", .type = OPTION_INT, .fallback = "2", .min = 1, .max = 64,
      .meaning = "processes that turn mail into tickets" },
    { .section = GATEWAY(lease_seconds), .key = "lease", .type = OPTION_DURATION, .fallback = "20s", .min = 1,
      .max = 30, .meaning = "how long a worker holds what it works on before another may take it" },
    { .section = GATEWAY(token_life_seconds), .key = "token-life", .type = OPTION_DURATION, .fallback = "730d",
      .min = DAY, .max = EVER, .meaning = "how long an answer to our mail is known to belong to its ticket" },
    { .section = GATEWAY(subaddressing), .key = "subaddressing", .type = OPTION_BOOL, .fallback = "no",
      .meaning = "the MTA delivers support+anything@ to us, so that tokens can stand in addresses" },
    { .section = GATEWAY(authserv_id), .key = "authserv-id", .type = OPTION_TEXT, .max = 255,
      .meaning = "whose Authentication-Results are believed (RFC 8601); without it nobody's" },
    { .section = GATEWAY(old_tags), .key = "old-tags", .type = OPTION_TAG_LIST, .max = 64,
      .meaning = "names, separated by commas, whose older tags [#n] and [Name #n] still count" },
    { .section = GATEWAY(several_queues), .key = "several-queues", .type = OPTION_CHOICE, .fallback = "each",
      .choices = "each|first", .meaning = "one mail to several queues: a ticket in each, or in the first" },
    { .section = GATEWAY(log_level), .key = "log-level", .type = OPTION_TEXT, .fallback = "info",
      .choices = "error|warning|info|debug", .max = 16, .meaning = "the least important lines that are logged" },

    { .section = LMTP(socket), .key = "socket", .type = OPTION_PATH, .meaning = "path of a Unix socket" },
    { .section = LMTP(socket_mode), .key = "socket-mode", .type = OPTION_OCTAL, .fallback = "0660", .max = 0777,
      .meaning = "who may connect to the socket" },
    { .section = LMTP(listen), .key = "listen", .type = OPTION_LISTEN,
      .meaning = "HOST:PORT; other than loopback only with allow" },
    { .section = LMTP(allow), .key = "allow", .type = OPTION_NETWORK_LIST,
      .meaning = "addresses, or ADDRESS/BITS, that may connect to listen besides loopback" },
    { .section = LMTP(bare_newline), .key = "bare-newline", .type = OPTION_CHOICE, .fallback = "default",
      .choices = "default|keep|reject",
      .meaning = "mail with bare CR or LF: by default kept from the socket, refused from listen" },
    { .section = LMTP(connections), .key = "connections", .type = OPTION_INT, .fallback = "100", .min = 1,
      .max = 10000, .meaning = "connections at once" },

    { .section = IMAP(host), .key = "host", .type = OPTION_TEXT, .max = 253,
      .meaning = "the server's name, which its certificate has to bear, or its address" },
    { .section = IMAP(port), .key = "port", .type = OPTION_INT, .fallback = "0", .max = 65535,
      .meaning = "the server's port; 0: 993 for tls, else 143" },
    { .section = IMAP(security), .key = "security", .type = OPTION_CHOICE, .fallback = "tls",
      .choices = "tls|starttls|plaintext", .meaning = "TLS from the first octet, by STARTTLS, or none" },
    { .section = IMAP(allow_plaintext), .key = "allow-plaintext", .type = OPTION_CHOICE, .fallback = "no",
      .choices = "no|loopback", .meaning = "whether security = plaintext may be used, and then only to this host" },
    { .section = IMAP(ca_file), .key = "ca-file", .type = OPTION_PATH,
      .meaning = "certificates to trust instead of the system's" },
    { .section = IMAP(pin), .key = "pin", .type = OPTION_PIN,
      .meaning = "SHA-256 of the server's public key, in hexadecimal digits: no other key is trusted" },
    { .section = IMAP(user), .key = "user", .type = OPTION_TEXT, .max = 255, .meaning = "the user to log in as" },
    { .section = IMAP(password_file), .key = "password-file", .type = OPTION_PATH,
      .meaning = "a file of mode 0600 that holds the password" },
    { .section = IMAP(mechanism), .key = "mechanism", .type = OPTION_CHOICE, .fallback = "auto",
      .choices = "auto|plain|login|xoauth2|oauthbearer",
      .meaning = "how to log in: by password, as the server offers it, or by an OAuth token" },
    { .section = IMAP(oauth_grant), .key = "oauth-grant", .type = OPTION_CHOICE, .fallback = "refresh-token",
      .choices = "refresh-token|client-credentials",
      .meaning = "how tokens are got: by what a person agreed to (mailgw imap authorize), or by the program's own right" },
    { .section = IMAP(oauth_token_url), .key = "oauth-token-url", .type = OPTION_HTTPS_URL,
      .meaning = "where tokens are got: https://HOST/PATH" },
    { .section = IMAP(oauth_device_url), .key = "oauth-device-url", .type = OPTION_HTTPS_URL,
      .meaning = "where mailgw imap authorize asks for a code: https://HOST/PATH" },
    { .section = IMAP(oauth_client_id), .key = "oauth-client-id", .type = OPTION_TEXT, .max = 255,
      .meaning = "as what this program is registered there" },
    { .section = IMAP(oauth_secret_file), .key = "oauth-secret-file", .type = OPTION_PATH,
      .meaning = "a file of mode 0600 that holds the client's secret" },
    { .section = IMAP(oauth_scope), .key = "oauth-scope", .type = OPTION_TEXT, .max = 1024, .meaning = "what the tokens shall be good for" },
    { .section = IMAP(oauth_ca_file), .key = "oauth-ca-file", .type = OPTION_PATH,
      .meaning = "certificates to trust there instead of the system's" },
    { .section = IMAP(oauth_allow), .key = "oauth-allow", .type = OPTION_NETWORK_LIST,
      .meaning = "addresses, or ADDRESS/BITS, where that server may be besides public ones" },
    { .section = IMAP(folders), .key = "folders", .type = OPTION_FOLDER_LIST, .fallback = "INBOX",
      .meaning = "the folders whose mail is taken" },
    { .section = IMAP(queue), .key = "queue", .type = OPTION_TEXT, .max = 63,
      .meaning = "the queue of mail whose header names no address of ours; by default the first" },
    { .section = IMAP(after), .key = "after", .type = OPTION_AFTER, .fallback = "keyword",
      .meaning = "what is done to a mail once it is stored" },
    { .section = IMAP(keyword), .key = "keyword", .type = OPTION_KEYWORD, .fallback = "$Ticketed",
      .meaning = "the keyword that after = keyword sets" },
    { .section = IMAP(import), .key = "import", .type = OPTION_IMPORT, .fallback = "all",
      .meaning = "which of the mails that lie in a folder at the first contact are taken" },
    { .section = IMAP(order), .key = "order", .type = OPTION_CHOICE, .fallback = "newest", .choices = "newest|oldest",
      .meaning = "which of many waiting mails come first; the other end never waits for all of them" },
    { .section = IMAP(quiet_until), .key = "quiet-until", .type = OPTION_MOMENT,
      .meaning = "mail that reached the mailbox before is taken silently: nobody is written to" },
    { .section = IMAP(poll_seconds), .key = "poll", .type = OPTION_DURATION, .fallback = "60s", .min = 1, .max = DAY,
      .meaning = "the longest wait between two looks at a folder" },
    { .section = IMAP(idle), .key = "idle", .type = OPTION_BOOL, .fallback = "yes",
      .meaning = "be told of new mail at once, where the server can" },
    { .section = IMAP(batch), .key = "batch", .type = OPTION_INT, .fallback = "50", .min = 1, .max = 500,
      .meaning = "mails that are fetched and stored at once" },
    { .section = IMAP(timeout_seconds), .key = "timeout", .type = OPTION_DURATION, .fallback = "60s", .min = 1,
      .max = HOUR, .meaning = "for connecting and for every command; a large mail is given more" },

    { .section = SMTP(transport), .key = "transport", .type = OPTION_TRANSPORT,
      .meaning = "smtp://HOST[:PORT], smtps://HOST[:PORT] or maildir:DIR" },
    { .section = SMTP(starttls), .key = "starttls", .type = OPTION_BOOL,
      .meaning = "demand STARTTLS of smtp://; by default yes, but no to loopback" },
    { .section = SMTP(user), .key = "user", .type = OPTION_TEXT, .max = 255, .meaning = "user name for AUTH" },
    { .section = SMTP(password_file), .key = "password-file", .type = OPTION_PATH,
      .meaning = "a file of mode 0600 that holds the password" },
    { .section = SMTP(ca_file), .key = "ca-file", .type = OPTION_PATH,
      .meaning = "certificates to trust instead of the system's" },
    { .section = SMTP(bounce_domain), .key = "bounce-domain", .type = OPTION_DOMAIN,
      .meaning = "domain of the envelope senders whose bounces come back to us" },
    { .section = SMTP(timeout_seconds), .key = "timeout", .type = OPTION_DURATION, .fallback = "600s", .min = 1,
      .max = HOUR, .meaning = "for a whole transfer" },
    { .section = SMTP(reply_life_seconds), .key = "reply-life", .type = OPTION_DURATION, .fallback = "3d",
      .min = MINUTE, .max = EVER, .meaning = "how long an agent's mail is tried" },
    { .section = SMTP(automatic_life_seconds), .key = "automatic-life", .type = OPTION_DURATION, .fallback = "4h",
      .min = MINUTE, .max = EVER, .meaning = "how long an automatic mail is tried" },

    { .section = QUEUE(address), .key = "address", .type = OPTION_ADDRESS,
      .meaning = "the address that customers write to, and that answers come from" },
    { .section = QUEUE(aliases), .key = "aliases", .type = OPTION_ADDRESS_LIST,
      .meaning = "further addresses of this queue" },
    { .section = QUEUE(display_name), .key = "name", .type = OPTION_TEXT, .max = 100,
      .meaning = "the name beside the address in From; by default the installation's" },
    { .section = QUEUE(language), .key = "language", .type = OPTION_TEXT, .max = 35,
      .meaning = "the language of tickets whose mail does not tell it, as a code: el, zh-Hant" },
    { .section = QUEUE(closed), .key = "closed", .type = OPTION_CHOICE, .fallback = "reopen",
      .choices = "reopen|new|reject", .meaning = "what an answer to a closed ticket does" },
    { .section = QUEUE(reopen_days), .key = "reopen-days", .type = OPTION_INT, .fallback = "14", .max = 3650,
      .meaning = "days after closing in which an answer reopens; later it makes a new ticket" },
    { .section = QUEUE(retention_seconds), .key = "retention", .type = OPTION_DURATION, .fallback = "0",
      .max = EVER, .meaning = "purge deletes original mails older than this; 0 keeps them" },
    { .section = QUEUE(acknowledge), .key = "acknowledge", .type = OPTION_BOOL, .fallback = "yes",
      .meaning = "answer a new ticket automatically; no: nothing is answered, whatever the next four say" },
    { .section = QUEUE(acknowledge_follow_up), .key = "acknowledge-follow-up", .type = OPTION_BOOL, .fallback = "no",
      .meaning = "answer further mail on a ticket (template follow-up)" },
    { .section = QUEUE(acknowledge_reopened), .key = "acknowledge-reopened", .type = OPTION_BOOL, .fallback = "yes",
      .meaning = "answer mail that opens a ticket again (template reopened)" },
    { .section = QUEUE(acknowledge_closed), .key = "acknowledge-closed", .type = OPTION_BOOL, .fallback = "yes",
      .meaning = "answer mail for which a new ticket is made, because its own is closed (template closed)" },
    { .section = QUEUE(acknowledge_refused), .key = "acknowledge-refused", .type = OPTION_BOOL, .fallback = "yes",
      .meaning = "tell whoever writes to a closed ticket that closed = reject refuses it (template refused)" },
    { .section = QUEUE(charset), .key = "charset", .type = OPTION_TEXT, .fallback = "windows-1252", .max = 32,
      .choices = "windows-1252|windows-1250|windows-1251|windows-1253|windows-1254|windows-1255|windows-1256|"
                 "windows-1257|windows-1258|iso-8859-2|iso-8859-5|iso-8859-7|iso-8859-8|iso-8859-13|iso-8859-15|koi8-r|"
                 "koi8-u|ibm866|windows-874|gb18030|big5|shift_jis|euc-jp|euc-kr",
      .meaning = "the character set of text that names none and from which none can be told" },

    { .section = QUEUE(target), .key = "target", .type = OPTION_NAME,
      .meaning = "the policy of its tickets: the name of a [target NAME]" },
    { .section = QUEUE(agents), .key = "agents", .type = OPTION_ADDRESS_LIST,
      .meaning = "whom a mail tells that a response is nearly or really overdue, within working hours" },
    { .section = QUEUE(tell_agents), .key = "tell-agents", .type = OPTION_CHOICE, .fallback = "none", .choices = "none|new|all",
      .meaning = "whether a mail tells those agents of new tickets, or of all mail, and of answers that came back" },
    { .section = QUEUE(close_after), .key = "close-after", .type = OPTION_WORKING_TIME,
      .meaning = "working time after which resolved tickets are closed; by default they stay resolved" },
    { .section = QUEUE(remind_after), .key = "remind-after", .type = OPTION_WORKING_TIME,
      .meaning = "working time after which the customer of a pending ticket is reminded, once; by default never" },
    { .section = QUEUE(close_pending_after), .key = "close-pending-after", .type = OPTION_WORKING_TIME,
      .meaning = "working time after which pending tickets are closed, counted from the reminder where there is one; by default never" },
    { .section = QUEUE(survey), .key = "survey", .type = OPTION_WORKING_TIME, .fallback = "no", .choices = "no",
      .meaning = "working time after which a mail asks the customer of a resolved or closed ticket how it went, once; no: never" },

    { .section = QUEUE(brand), .key = "brand", .type = OPTION_NAME,
      .meaning = "in whose name it writes: the name of a [brand NAME]" },

    { .section = BRAND(display_name), .key = "name", .type = OPTION_TEXT, .max = 100,
      .meaning = "how mail calls the house; by default by the installation's name" },
    { .section = BRAND(from), .key = "from", .type = OPTION_TEXT, .max = 100,
      .meaning = "the name beside the address in From, of queues that have no name; by default the brand's" },
    { .section = BRAND(tag), .key = "tag", .type = OPTION_TAG, .max = 64,
      .meaning = "stands in subject tags; by default the installation's name does" },
    { .section = BRAND(language), .key = "language", .type = OPTION_TEXT, .max = 35,
      .meaning = "the language of its queues that name none" },
    { .section = BRAND(templates), .key = "templates", .type = OPTION_NAME,
      .meaning = "acme: a template acme-acknowledge stands in the place of acknowledge, and so with all names" },

    { .section = LIMITS(message_size), .key = "message-size", .type = OPTION_SIZE, .fallback = "25M",
      .min = 64 * KIB, .max = 64 * MIB, .meaning = "the largest mail that is taken" },
    { .section = LIMITS(tickets_per_sender), .key = "tickets-per-sender", .type = OPTION_RATE, .fallback = "30/h",
      .min = 1, .max = G_MAXINT32, .meaning = "more mail joins the sender's newest open ticket" },
    { .section = LIMITS(tickets_per_domain), .key = "tickets-per-domain", .type = OPTION_RATE, .fallback = "300/h",
      .min = 1, .max = G_MAXINT32, .meaning = "the same for all senders of a domain" },
    { .section = LIMITS(reopen_per_hour), .key = "reopen-per-hour", .type = OPTION_RATE, .fallback = "3",
      .max = G_MAXINT32, .meaning = "how often a ticket may be reopened by mail" },
    { .section = LIMITS(reopen_per_day), .key = "reopen-per-day", .type = OPTION_RATE, .fallback = "10",
      .max = G_MAXINT32, .meaning = "how often a ticket may be reopened by mail" },
    { .section = LIMITS(agent_mails_hour), .key = "agent-mails-per-hour", .type = OPTION_RATE, .fallback = "600",
      .max = G_MAXINT32, .meaning = "mails that tell agents of mail, in all" },
    { .section = LIMITS(waiting), .key = "waiting", .type = OPTION_INT, .fallback = "100000", .min = 1,
      .max = G_MAXINT32, .meaning = "mails not worked on yet above which the MTA is asked to wait" },

    { .section = ACKNOWLEDGE(unauthenticated), .key = "unauthenticated", .type = OPTION_CHOICE,
      .fallback = "plain", .choices = "plain|none",
      .meaning = "to a sender that nothing vouches for: a plain answer, or none" },
    { .section = ACKNOWLEDGE(envelope_sender), .key = "envelope-sender", .type = OPTION_ENVELOPE_SENDER,
      .fallback = "<>", .meaning = "envelope sender of automatic mail: <> (the null path), bounces, or an address" },
    { .section = ACKNOWLEDGE(per_sender_hour), .key = "per-sender-hour", .type = OPTION_RATE, .fallback = "3",
      .max = G_MAXINT32, .meaning = "automatic mails to one sender" },
    { .section = ACKNOWLEDGE(per_sender_day), .key = "per-sender-day", .type = OPTION_RATE, .fallback = "10",
      .max = G_MAXINT32, .meaning = "automatic mails to one sender" },
    { .section = ACKNOWLEDGE(per_domain_hour), .key = "per-domain-hour", .type = OPTION_RATE, .fallback = "30",
      .max = G_MAXINT32, .meaning = "automatic mails to all senders of one domain" },
    { .section = ACKNOWLEDGE(per_ticket_hour), .key = "per-ticket-hour", .type = OPTION_RATE, .fallback = "3",
      .max = G_MAXINT32, .meaning = "automatic mails about one ticket" },
    { .section = ACKNOWLEDGE(total_hour), .key = "total-hour", .type = OPTION_RATE, .fallback = "1000",
      .max = G_MAXINT32, .meaning = "automatic mails in all" },
    { .section = ACKNOWLEDGE(trusted_forms), .key = "trusted-forms", .type = OPTION_ADDRESS_LIST,
      .meaning = "senders of contact forms: who is named in their mail (the rule requester) is acknowledged" },
    { .section = ACKNOWLEDGE(max_age_seconds), .key = "max-age", .type = OPTION_DURATION, .fallback = "1d",
      .min = MINUTE, .max = EVER, .meaning = "mail that arrived longer ago is not acknowledged" },

    { .section = RULES(on_message), .key = "on-message", .type = OPTION_TEXT, .max = 4096,
      .meaning = "the Sieve script that every new message is put to" },
    { .section = RULES(on_target), .key = "on-target", .type = OPTION_TEXT, .max = 4096,
      .meaning = "the Sieve script that is run when a response is nearly or really overdue" },
    { .section = RULES(timezone), .key = "timezone", .type = OPTION_TIMEZONE,
      .meaning = "the desk's time zone, such as Europe/Athens, in which rules tell date and hour; by default UTC" },
    { .section = RULES(redirects), .key = "redirects", .type = OPTION_INT, .fallback = "0", .max = LIMIT_REDIRECTS,
      .meaning = "to how many addresses rules may pass one message on; 0: to none" },
    { .section = RULES(redirects_hour), .key = "redirects-per-hour", .type = OPTION_RATE, .fallback = "600",
      .max = G_MAXINT32, .meaning = "mails that are passed on" },
    { .section = RULES(redirects_sender_hour), .key = "redirects-per-sender-hour", .type = OPTION_RATE, .fallback = "30",
      .max = G_MAXINT32, .meaning = "mails of one sender that are passed on" },
    { .section = RULES(notifications_hour), .key = "notifications-per-hour", .type = OPTION_RATE, .fallback = "60",
      .max = G_MAXINT32, .meaning = "mails that notify sends" },

    { .section = CALENDAR(timezone), .key = "timezone", .type = OPTION_TIMEZONE,
      .meaning = "in which the hours are, such as Europe/Athens; by default UTC" },
    { .section = CALENDAR(always), .key = "always", .type = OPTION_BOOL, .fallback = "no",
      .meaning = "open day and night, every day" },
    { .section = CALENDAR(hours), .key = "hours", .type = OPTION_HOURS,
      .meaning = "the week: Mon-Fri 09:00-13:00 14:00-18:00; Sat 10:00-14:00" },
    { .section = CALENDAR(holidays), .key = "holidays", .type = OPTION_FILE_LIST,
      .meaning = "iCalendar files of the days, and hours, that are closed" },
    { .section = CALENDAR(extra_days), .key = "extra-days", .type = OPTION_FILE_LIST,
      .meaning = "iCalendar files of days, and hours, that are open besides, holidays or not" },
    { .section = CALENDAR(extra_hours), .key = "extra-hours", .type = OPTION_DAY_HOURS,
      .meaning = "the hours of extra days; by default those of their weekday, else of the usual working day" },
    { .section = CALENDAR(day_seconds), .key = "day", .type = OPTION_DURATION, .fallback = "0", .max = DAY,
      .meaning = "what 1d means in targets; 0: the most frequent length of a day of the week, 24h if always" },

    { .section = TARGET(notices), .key = "notices", .type = OPTION_CHOICE, .fallback = "open-hours", .choices = "open-hours|always|never",
      .meaning = "when a mail tells the agents of the queue that a response is nearly or really overdue" },
    { .section = TARGET(for_priority), .key = "for-priority", .type = OPTION_CHOICE, .fallback = "none", .choices = "none|low|normal|high|urgent",
      .meaning = "it is the policy of tickets of this priority for which neither rule nor queue nor customer has one" },
    TARGET_TERMS("", all),
    TARGET_TERMS("low.", of_priority[0]),
    TARGET_TERMS("normal.", of_priority[1]),
    TARGET_TERMS("high.", of_priority[2]),
    TARGET_TERMS("urgent.", of_priority[3]),

    { .section = WEBHOOK(url), .key = "url", .type = OPTION_SECRET_URL,
      .meaning = "where notifications are posted to: https://HOST[:PORT]/PATH" },
    { .section = WEBHOOK(secret_file), .key = "secret-file", .type = OPTION_PATH,
      .meaning = "a file of mode 0600 that holds the secret by which the receiver knows that a notification is ours" },
    { .section = WEBHOOK(ca_file), .key = "ca-file", .type = OPTION_PATH,
      .meaning = "certificates to trust instead of the system's" },
    { .section = WEBHOOK(allow), .key = "allow", .type = OPTION_NETWORK_LIST,
      .meaning = "addresses, or ADDRESS/BITS, where the server may be besides public ones" },
    { .section = WEBHOOK(timeout_seconds), .key = "timeout", .type = OPTION_DURATION, .fallback = "10s", .min = 1,
      .max = 5 * MINUTE, .meaning = "for a whole request" },
    { .section = WEBHOOK(life_seconds), .key = "life", .type = OPTION_DURATION, .fallback = "1d", .min = MINUTE,
      .max = EVER, .meaning = "how long a notification is tried" },
    { .section = WEBHOOK(per_hour), .key = "per-hour", .type = OPTION_RATE, .fallback = "600", .max = G_MAXINT32,
      .meaning = "notifications to this server" },

    { .section = RETENTION(outbox_seconds), .key = "outbox", .type = OPTION_DURATION, .fallback = "0", .max = EVER,
      .meaning = "how long the text of sent mail is kept; 0: for ever" },
    { .section = RETENTION(decision_seconds), .key = "decision", .type = OPTION_DURATION, .fallback = "0",
      .max = EVER, .meaning = "how long the reasons of decisions are kept; 0: for ever" },
    { .section = RETENTION(batch), .key = "batch", .type = OPTION_INT, .fallback = "500", .min = 1, .max = 100000,
      .meaning = "rows that purge deletes in one transaction" },
};
const gsize n_options = G_N_ELEMENTS(options);

gboolean
option_is_of_priority(const Option *option)
{
    return strchr(option->key, '.') != NULL;
}

const OptionSection *
option_section_find(const char *name)
{
    for (gsize i = 0; i < n_option_sections; i++)
        if (strcmp(option_sections[i].name, name) == 0)
            return &option_sections[i];
    return NULL;
}

const Option *
option_find(const char *section, const char *key)
{
    for (gsize i = 0; i < n_options; i++)
        if (strcmp(options[i].section, section) == 0 && strcmp(options[i].key, key) == 0)
            return &options[i];
    return NULL;
}
