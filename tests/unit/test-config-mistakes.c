/*
 * test-config-mistakes.c - every mistake is named, with its line and column and what was meant
 */
#include "base/error.h"
#include "config/config.h"
#include "tap.h"

#include <string.h>

#define QUEUE_A "[queue a]\naddress = a@x.example\n"
#define OAUTH "oauth-token-url = https://l.example/\noauth-client-id = c\n"
#define IMAP_A "[imap a]\nhost = h.example\nuser = u\npassword-file = p\n"
#define ADDRESS_20 "aaaaaaaaaabbbbbbbbbb@x.example"

typedef struct {
    const char *rule;
    const char *text;
    const char *expected;   /* NULL: it is right */
} Case;

static const Case cases[] = {
    { "empty-file", "", NULL },
    { "only-comments", "# a\n  # b\n\n\t\n", NULL },
    { "no-newline-at-the-end", "[gateway]\nworkers = 3", NULL },
    { "crlf", "[gateway]\r\nworkers = 3\r\n", NULL },
    { "byte-order-mark", "\xef\xbb\xbf[gateway]\nworkers = 3\n", NULL },
    { "number-sign-in-a-value", QUEUE_A "name = we are #1\n", NULL },
    { "value-goes-on", "[queue a]\naddress = a@x.example\naliases = b@x.example,\n  # between\n\n    c@x.example\n", NULL },
    { "equals-in-a-value", "[database]\nurl = postgresql://h/d?sslmode=require\n", NULL },
    { "lmtp-with-and-without-name", "[lmtp]\nsocket = a\n[lmtp x]\nsocket = b\n", NULL },

    { "unknown-key-and-the-nearest", "[queue support]\nadress = a@x.example\n",
      "f:2:1: unknown key \"adress\" in [queue support]; did you mean \"address\"?" },
    { "unknown-key-of-another-section", QUEUE_A "\nbounce-domain = x.example\n",
      "f:4:1: unknown key \"bounce-domain\" in [queue a]; it belongs to [smtp]" },
    { "unknown-key-like-none", "[gateway]\nzzzzzzz = 1\n", "f:2:1: unknown key \"zzzzzzz\" in [gateway]" },
    { "unknown-key-is-escaped", "[gateway]\n\xe2\x80\xae = 1\n",
      "f:2:1: unknown key \"\\xe2\\x80\\xae\" in [gateway]" },
    { "unknown-section-and-the-nearest", "[gatway]\nname = x\n",
      "f:1:1: unknown section [gatway]; did you mean [gateway]?" },
    { "unknown-section-with-name", "\n[queu support]\naddress = x\n",
      "f:2:1: unknown section [queu support]; did you mean [queue support]?" },
    { "unknown-section-like-none", "[zzzzzz]\n", "f:1:1: unknown section [zzzzzz]" },
    { "section-that-needs-a-name", "[queue]\naddress = a@x.example\n",
      "f:1:1: [queue] needs a name, such as [queue support]" },
    { "section-without-names", "[gateway one]\n", "f:1:1: [gateway one]: [gateway] stands once and has no name" },
    { "section-name-letters", "[queue Support]\naddress = a@x.example\n",
      "f:1:1: the name in [queue Support] may only hold a-z, 0-9 and \"-\", 63 of them at most" },
    { "section-twice", "[gateway]\nworkers = 1\n[limits]\n[gateway]\nworkers = 2\n",
      "f:4:1: [gateway] stands a second time; the first is in line 1" },
    { "section-twice-spelled-with-blanks", QUEUE_A "[ queue   a ]\naddress = b@x.example\n",
      "f:3:1: [queue a] stands a second time; the first is in line 1" },
    { "key-twice", "[gateway]\nworkers = 1\nworkers = x\n",
      "f:3:1: \"workers\" stands a second time in [gateway]; the first is in line 2" },
    { "header-not-closed", "[gateway\nworkers = 1\n", "f:1:1: this section header has no \"]\" at its end" },
    { "header-empty", "[ ]\nworkers = 1\n", "f:1:1: this section header has no name" },
    { "header-with-text-behind", "[gateway] # main\n", "f:1:1: nothing may stand behind the \"]\" of a section header" },
    { "header-indented", "[gateway]\nname = x\n  [limits]\nwaiting = 5\n",
      "f:3:3: a section header stands at the start of its line" },
    { "no-equals-sign", "[gateway]\nworkers 3\n", "f:2:1: expected \"key = value\" or \"[section]\"" },
    { "no-key", "[gateway]\n= 3\n", "f:2:1: expected \"key = value\" or \"[section]\"" },
    { "key-before-the-first-section", "workers = 3\nlease = 20s\n",
      "f:1:1: \"workers\" stands before the first [section]" },
    { "first-key-indented", "[gateway]\n  workers = 3\n",
      "f:2:3: a line that begins with a blank goes on with the value above it, and there is none" },
    { "nul", NULL, "f:2:9: the line holds a NUL octet" },
    { "control-character", "[gateway]\nname = a\x1b" "b\n", "f:2:9: the line holds a control character" },
    { "bare-carriage-return", "[gateway]\nname = a\rb\n", "f:2:9: the line holds a control character" },
    { "not-utf8-and-columns-count-characters", "[gateway]\nname = \xce\xb1\xff\n", "f:2:9: the line holds an octet that is not UTF-8" },
    { "no-break-space-is-no-blank", "[queue a]\naddress = a@x.example\naliases =\xc2\xa0x\n",
      "f:3:10: wrong value \"\xc2\xa0x\" for aliases: expected addresses such as support@example.com, help@example.com" },

    { "duration", "[acknowledge]\nmax-age = soon\n",
      "f:2:11: wrong value \"soon\" for max-age: expected a duration such as 60s, 5m, 4h, 2d" },
    { "duration-range", "[gateway]\nlease = 31s\n", "f:2:9: wrong value \"31s\" for lease: expected a value from 1s to 30s" },
    { "duration-overflow", "[retention]\noutbox = 99999999999999999999d\n",
      "f:2:10: wrong value \"99999999999999999999d\" for outbox: expected a duration such as 60s, 5m, 4h, 2d" },
    { "size-range", "[limits]\nmessage-size = 65M\n",
      "f:2:16: wrong value \"65M\" for message-size: expected a value from 64K to 64M" },
    { "rate", "[limits]\ntickets-per-sender = 30\n",
      "f:2:22: wrong value \"30\" for tickets-per-sender: expected a rate such as 3/h, 10/d, 5/10m" },
    { "rate-range", "[limits]\ntickets-per-sender = 0/h\n",
      "f:2:22: wrong value \"0/h\" for tickets-per-sender: expected a value from 1 to 2147483647" },
    { "rate-with-two-periods", "[limits]\nreopen-per-hour = 3/d\n",
      "f:2:19: wrong value \"3/d\" for reopen-per-hour: expected a number such as 3 (in an hour)" },
    { "choice", QUEUE_A "closed = reopn\n",
      "f:3:10: wrong value \"reopn\" for closed: expected one of reopen, new, reject; did you mean \"reopen\"?" },
    { "text-choice", "[gateway]\nlog-level = loud\n",
      "f:2:13: wrong value \"loud\" for log-level: expected one of error, warning, info, debug" },
    { "bool", "[gateway]\nsubaddressing = true\n", "f:2:17: wrong value \"true\" for subaddressing: expected yes or no" },
    { "octal", "[lmtp]\nsocket = s\nsocket-mode = 0680\n",
      "f:3:15: wrong value \"0680\" for socket-mode: expected a file mode such as 0660" },
    { "octal-range", "[lmtp]\nsocket = s\nsocket-mode = 4777\n",
      "f:3:15: wrong value \"4777\" for socket-mode: expected a value from 0000 to 0777" },
    { "int", "[gateway]\nworkers = 3x\n", "f:2:11: wrong value \"3x\" for workers: expected a whole number" },
    { "int-range", "[gateway]\nworkers = 0\n", "f:2:11: wrong value \"0\" for workers: expected a value from 1 to 64" },
    { "address", "[queue a]\naddress = support\n",
      "f:2:11: wrong value \"support\" for address: expected an address such as support@example.com" },
    { "address-that-smtp-would-misread", "[queue a]\naddress = a@x.example>\n",
      "f:2:11: wrong value \"a@x.example>\" for address: expected an address such as support@example.com" },
    { "domain", "[gateway]\nhost = a..b\n", "f:2:8: wrong value \"a..b\" for host: expected a domain such as mail.example.com" },
    { "transport", "[smtp]\ntransport = smtp://user@host\n",
      "f:2:13: wrong value \"smtp://user@host\" for transport: expected smtp://HOST[:PORT], smtps://HOST[:PORT] or maildir:DIR" },
    { "transport-port", "[smtp]\ntransport = smtp://host:0\n",
      "f:2:13: wrong value \"smtp://host:0\" for transport: expected smtp://HOST[:PORT], smtps://HOST[:PORT] or maildir:DIR" },
    { "envelope-sender", "[acknowledge]\nenvelope-sender = nobody\n",
      "f:2:19: wrong value \"nobody\" for envelope-sender: expected <>, bounces, or an address such as noreply@example.com" },
    { "tag-that-cannot-be-read-back", "[gateway]\nname = a #1\n",
      "f:2:8: wrong value \"a #1\" for name: expected a name without \"[\", \"]\" and \"#\"" },
    { "old-tags-empty-name", "[gateway]\nold-tags = a,,b\n",
      "f:2:12: wrong value \"a,,b\" for old-tags: expected names without \"[\", \"]\" and \"#\", separated by commas" },
    { "database-url", "[database]\nurl = host=x\n",
      "f:2:7: wrong value \"host=x\" for url: expected a URI such as postgresql://mailgw@db.example/mailgw" },
    { "networks", "[lmtp]\nlisten = 10.0.0.1:24\nallow = 10.0.0.0/33\n",
      "f:3:9: wrong value \"10.0.0.0/33\" for allow: expected IP addresses such as 192.0.2.1 or 192.0.2.0/24" },
    { "listen", "[lmtp]\nlisten = 24\n", "f:2:10: wrong value \"24\" for listen: expected HOST:PORT such as 127.0.0.1:2424 or [::1]:2424" },
    { "no-value", "[gateway]\nname =\n", "f:2:7: no value for name: expected a name without \"[\", \"]\" and \"#\"" },

    { "both-databases", "[database]\nembedded = pg\nurl = postgresql://h/d\n",
      "f:3:1: embedded and url exclude each other; the other one is in line 2" },
    { "no-database", "[database]\nbin = /x\n", "f:1:1: [database] needs the key \"embedded\" or \"url\"" },
    { "queue-without-address", "[queue a]\nname = A\n", "f:1:1: [queue a] needs the key \"address\"" },
    { "imap", IMAP_A, NULL },
    { "imap-needs", "[imap a]\nport = 143\n",
      "f:1:1: [imap a] needs the key \"host\"\nf:1:1: [imap a] needs the key \"user\"\n"
      "f:1:1: [imap a] needs the key \"password-file\"" },
    { "imap-token-without-password", "[imap a]\nhost = h\nuser = u\nmechanism = oauthbearer\n" OAUTH, NULL },
    { "imap-token-from-nowhere", "[imap a]\nhost = h\nuser = u\nmechanism = oauthbearer\n",
      "f:1:1: [imap a] needs the key \"oauth-token-url\"\nf:1:1: [imap a] needs the key \"oauth-client-id\"" },
    { "imap-client-without-secret", "[imap a]\nhost = h\nuser = u\nmechanism = xoauth2\noauth-grant = client-credentials\n" OAUTH,
      "f:1:1: [imap a] needs the key \"oauth-secret-file\"" },
    { "imap-oauth-for-a-password", IMAP_A "oauth-scope = mail\n",
      "f:5:1: oauth-scope is for mechanism = xoauth2 or oauthbearer" },
    { "imap-token-and-password", IMAP_A "mechanism = xoauth2\n" OAUTH,
      "f:4:1: who logs in by a token has no password; it is for another mechanism" },
    { "imap-host-with-port", "[imap a]\nhost = h:993\nuser = u\npassword-file = p\n",
      "f:2:8: \"h:993\" is no name of a host; a port has its own key" },
    { "imap-plaintext-alone", IMAP_A "security = plaintext\n",
      "f:5:12: the password would go unencrypted; that is for tests on one host: allow-plaintext = loopback" },
    { "imap-plaintext-to-another-host", IMAP_A "security = plaintext\nallow-plaintext = loopback\n",
      "f:5:12: the password would cross the network unencrypted; h.example is no loopback address" },
    { "imap-plaintext-to-loopback", "[imap a]\nhost = 127.0.0.1\nuser = u\npassword-file = p\nsecurity = plaintext\n"
      "allow-plaintext = loopback\n", NULL },
    { "imap-pin-too-short", IMAP_A "pin = 9f86\n",
      "f:5:7: wrong value \"9f86\" for pin: expected 64 hexadecimal digits: the SHA-256 of a public key" },
    { "imap-folder-twice", IMAP_A "folders = INBOX, Web, INBOX\n", "f:5:11: the folder \"INBOX\" stands twice" },
    { "imap-folder-empty", IMAP_A "folders = INBOX,,Web\n",
      "f:5:11: wrong value \"INBOX,,Web\" for folders: expected at most 8 names of folders such as INBOX, Support/Web, separated by "
      "commas" },
    { "imap-move-into-itself", IMAP_A "after = move INBOX\n",
      "f:5:9: mail would be moved into \"INBOX\", from where it is taken" },
    { "imap-move-nowhere", IMAP_A "after = move\n",
      "f:5:9: wrong value \"move\" for after: expected keyword, seen, move FOLDER, delete or nothing" },
    { "imap-keyword-is-no-system-flag", IMAP_A "keyword = \\Seen\n",
      "f:5:11: wrong value \"\\\\Seen\" for keyword: expected a keyword such as $Ticketed" },
    { "imap-import-without-a-date", IMAP_A "import = since yesterday\n",
      "f:5:10: wrong value \"since yesterday\" for import: expected all, since 2026-01-31, or from-now" },
    { "imap-unknown-queue", IMAP_A "queue = b\n" QUEUE_A, "f:5:9: there is no [queue b]" },
    { "smtp-without-transport", "[smtp]\ntimeout = 5\n", "f:1:1: [smtp] needs the key \"transport\"" },
    { "user-without-password", "[smtp]\ntransport = smtps://h.example\nuser = u\n",
      "f:1:1: [smtp] needs the key \"password-file\" because there is a user" },
    { "password-without-user", "[smtp]\ntransport = smtps://h.example\npassword-file = p\n",
      "f:1:1: [smtp] needs the key \"user\" because there is a password-file" },
    { "password-in-the-clear", "[smtp]\ntransport = smtp://h.example\nstarttls = no\nuser = u\npassword-file = p\n",
      "f:4:1: the password would cross the network unencrypted; use starttls = yes or smtps://" },
    { "password-over-loopback", "[smtp]\ntransport = smtp://127.0.0.1:25\nuser = u\npassword-file = p\n", NULL },
    { "lmtp-without-socket", "[lmtp]\nconnections = 5\n", "f:1:1: [lmtp] needs the key \"socket\" or \"listen\"" },
    { "lmtp-with-both", "[lmtp]\nsocket = s\nlisten = [::1]:2424\n",
      "f:3:1: [lmtp] has a socket already; a port is a second section, such as [lmtp port]" },
    { "listen-beyond-loopback", "[lmtp]\nlisten = 192.0.2.1:24\n",
      "f:2:10: 192.0.2.1:24 is no loopback address; name in allow who may connect" },
    { "listen-loopback", "[lmtp]\nlisten = [::1]:2424\n", NULL },
    { "allow-without-listen", "[lmtp]\nsocket = s\nallow = ::1\n", "f:3:1: allow is for listen, which [lmtp] does not have" },
    { "webhook-without-url", "[webhook a]\nsecret-file = s\n", "f:1:1: [webhook a] needs the key \"url\"" },
    { "webhook-without-secret", "[webhook a]\nurl = https://h.example/\n", "f:1:1: [webhook a] needs the key \"secret-file\"" },
    { "webhook-without-name", "[webhook]\nurl = https://h.example/\nsecret-file = s\n",
      "f:1:1: [webhook] needs a name, such as [webhook support]" },
    { "webhook-not-encrypted", "[webhook a]\nurl = http://h.example/\nsecret-file = s\n",
      "f:2:7: wrong value \"http://h.example/\" for url: expected a URL such as https://hooks.example.com/mail: it has to begin with https://" },
    { "webhook-with-password", "[webhook a]\nurl = https://u:p@h.example/\nsecret-file = s\n",
      "f:2:7: wrong value \"https://u:p@h.example/\" for url: expected a URL such as https://hooks.example.com/mail: it may not hold a user or a password" },
    { "socket-twice", "[lmtp]\nsocket = s\n[lmtp b]\nsocket = ./s\n", "f:4:10: /etc/mailgw/s stands a second time; the first is in line 2" },
    { "queue-address-twice", QUEUE_A "[queue b]\naddress = A@X.example\n",
      "f:4:11: a@x.example stands a second time; the first is in line 2" },
    { "queue-alias-of-another", QUEUE_A "[queue b]\naddress = b@x.example\naliases = c@x.example, a@x.example\n",
      "f:5:11: a@x.example stands a second time; the first is in line 2" },
    { "subaddressing-no-room-for-the-token", "[gateway]\nsubaddressing = yes\n[queue a]\naddress = " ADDRESS_20 "\n",
      "f:4:11: with subaddressing = yes the part before \"@\" may have 19 octets, and it has 20" },
    { "subaddressing-just-room", "[gateway]\nsubaddressing = yes\n[queue a]\naddress = aaaaaaaaaabbbbbbbbb@x.example\n", NULL },
    { "language-of-a-queue", "[queue a]\naddress = a@x.example\nlanguage = zh-Hant\n", NULL },
    { "language-by-its-name", "[queue a]\naddress = a@x.example\nlanguage = Greek\n",
      "f:3:12: \"Greek\" is no code of a language (el, de-AT, zh-Hant)" },
    { "language-with-a-wrong-sign", "[queue a]\naddress = a@x.example\nlanguage = el_GR\n",
      "f:3:12: \"el_GR\" is no code of a language (el, de-AT, zh-Hant)" },
    { "subaddressing-not-asked", "[queue a]\naddress = " ADDRESS_20 "\n", NULL },
    { "subaddressing-with-plus", "[gateway]\nsubaddressing = yes\n[queue a]\naddress = a+b@x.example\n",
      "f:4:11: with subaddressing = yes the part before \"@\" holds no \"+\" and no quotes" },

    { "all-mistakes-in-the-order-of-the-file", "[queue a]\nname = A\n[gateway]\nworkers = x\n[gatway]\nfoo\n",
      "f:1:1: [queue a] needs the key \"address\"\n"
      "f:4:11: wrong value \"x\" for workers: expected a whole number\n"
      "f:5:1: unknown section [gatway]; did you mean [gateway]?\n"
      "f:6:1: expected \"key = value\" or \"[section]\"" },
    { "one-mistake-has-no-followers", "[queue a]\nadress = a@x.example\nfoo\n",
      "f:2:1: unknown key \"adress\" in [queue a]; did you mean \"address\"?\n"
      "f:3:1: expected \"key = value\" or \"[section]\"" },
};

static void
check(const char *text, gsize length, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = config_parse(text, length, "f", "/etc/mailgw", &error);

    if (expected == NULL) {
        g_assert_no_error(error);
        g_assert_nonnull(config);
    } else {
        g_assert_null(config);
        g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
        g_assert_cmpstr(error->message, ==, expected);
    }
}

static void
test_case(gconstpointer data)
{
    const Case *c = data;

    if (c->text == NULL)
        check("[gateway]\nname = a\0b\n", 21, c->expected);
    else
        check(c->text, strlen(c->text), c->expected);
}

/* The same file with CR LF: the same mistakes at the same places. */
static void
test_case_crlf(gconstpointer data)
{
    const Case *c = data;
    g_auto(GStrv) lines = g_strsplit(c->text, "\n", -1);
    g_autofree char *crlf = g_strjoinv("\r\n", lines);

    check(crlf, strlen(crlf), c->expected);
}

static void
test_twenty_are_shown(void)
{
    g_autoptr(GString) text = g_string_new("[gateway]\n");
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) lines = NULL;

    for (int i = 0; i < 100000; i++)
        g_string_append_printf(text, "k%d=\n", i);
    g_assert_null(config_parse(text->str, text->len, "f", "/", &error));
    lines = g_strsplit(error->message, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, 21);
    g_assert_cmpstr(lines[0], ==, "f:2:1: unknown key \"k0\" in [gateway]");
    g_assert_cmpstr(lines[20], ==, "f: 99980 more mistakes are not shown");
}

static void
test_one_mebibyte(void)
{
    g_autofree char *text = g_strnfill(1024 * 1024 + 1, '#');
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) fits = config_parse(text, 1024 * 1024, "f", "/", NULL);

    g_assert_nonnull(fits);
    g_assert_null(config_parse(text, 1024 * 1024 + 1, "f", "/", &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
    g_assert_true(g_str_has_prefix(error->message, "f:1:1: the file is larger than 1 MiB"));
}

/* Whatever the bytes, the reader ends, and says something that a terminal can show. */
static void
test_any_bytes(void)
{
    static const char *const pieces[] = {
        "[", "]", "queue", "gateway", "lmtp ", "=", "\n", "\n  ", "#", "\r\n", "address", "a@x.example", "\xff", "\x1b",
        "\xe2\x80\xae", "workers", "9", "allow", "listen", "[::1]:24", "socket", "smtp", "transport", "smtp://[", ":", "/h",
    };

    for (int round = 0; round < 3000; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(Config) config = NULL;

        for (int i = g_test_rand_int_range(0, 40); i > 0; i--)
            g_string_append(text, pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
        config = config_parse(text->str, text->len, "f", "/", &error);
        g_assert_true((config == NULL) == (error != NULL));
        for (const char *next = error == NULL ? "" : error->message; *next != '\0'; next = g_utf8_next_char(next)) {
            g_assert_cmpint(*next, !=, '\x1b');
            g_assert_cmpuint(g_utf8_get_char_validated(next, -1), <, 0x110000);
            g_assert_cmpuint(g_utf8_get_char(next), !=, 0x202e);
        }
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/config/mistakes/", cases[i].rule, NULL);
        g_autofree char *crlf_path = g_strconcat("/config/mistakes-crlf/", cases[i].rule, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
        if (cases[i].text != NULL && strchr(cases[i].text, '\r') == NULL)
            g_test_add_data_func(crlf_path, &cases[i], test_case_crlf);
    }
    g_test_add_func("/config/mistakes/twenty-are-shown", test_twenty_are_shown);
    g_test_add_func("/config/mistakes/one-mebibyte", test_one_mebibyte);
    g_test_add_func("/config/mistakes/any-bytes", test_any_bytes);
    return g_test_run();
}
