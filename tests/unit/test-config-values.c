/*
 * test-config-values.c - what a right file becomes, its defaults, printing it, and the questions that are asked of it
 */
#include "base/error.h"
#include "base/io.h"
#include "config/config.h"
#include "config/options.h"
#include "tap.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* Every option, none with its default. */
static const char full[] =
    "[database]\n"
    "url = postgresql://mailgw@db.example/mailgw\n"
    "bin = /usr/lib/postgresql/15/bin\n"
    "[gateway]\n"
    "name = Northwind\n"
    "host = MX.Example.com\n"
    "user = mailgw\n"
    "workers = 4\n"
    "lease = 10s\n"
    "token-life = 365d\n"
    "subaddressing = yes\n"
    "authserv-id = mx.example.com\n"
    "old-tags = Old One, OTRS\n"
    "several-queues = first\n"
    "log-level = debug\n"
    "[lmtp]\n"
    "socket = lmtp.sock\n"
    "socket-mode = 0600\n"
    "[lmtp far]\n"
    "listen = 192.0.2.1:2424\n"
    "allow = 192.0.2.0/24, 2001:db8::1\n"
    "bare-newline = reject\n"
    "connections = 7\n"
    "[imap desk]\n"
    "host = imap.example.com\n"
    "port = 1993\n"
    "security = starttls\n"
    "allow-plaintext = loopback\n"
    "ca-file = imap-ca.pem\n"
    "pin = 9F:86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n"
    "user = support\n"
    "mechanism = xoauth2\n"
    "oauth-grant = client-credentials\n"
    "oauth-token-url = https://login.example/token\n"
    "oauth-device-url = https://login.example/device\n"
    "oauth-client-id = gw\n"
    "oauth-secret-file = client.secret\n"
    "oauth-scope = mail offline_access\n"
    "oauth-ca-file = idp.pem\n"
    "oauth-allow = 10.0.0.0/8\n"
    "folders = INBOX, [Gmail]/All Mail, \316\221\n"
    "queue = support\n"
    "after = move Done/2026\n"
    "keyword = Taken\n"
    "import = since 2026-01-31\n"
    "order = oldest\n"
    "quiet-until = 2026-02-01T10:00:00+02:00\n"
    "poll = 5m\n"
    "idle = no\n"
    "batch = 100\n"
    "timeout = 20s\n"
    "[smtp]\n"
    "transport = smtp://relay.example:587\n"
    "starttls = no\n"
    "ca-file = ca.pem\n"
    "bounce-domain = Bounce.example\n"
    "timeout = 2m\n"
    "reply-life = 1d\n"
    "automatic-life = 1h\n"
    "[queue support]\n"
    "address = Support@M\303\274nchen.example\n"
    "aliases = help@x.example\n"
    "   info@x.example\n"
    "name = The Desk\n"
    "language = el\n"
    "closed = reject\n"
    "reopen-days = 30\n"
    "retention = 90d\n"
    "acknowledge = no\n"
    "acknowledge-follow-up = yes\n"
    "acknowledge-reopened = no\n"
    "acknowledge-closed = no\n"
    "acknowledge-refused = no\n"
    "charset = windows-1253\n"
    "target = standard\n"
    "agents = anna@northwind.example, bert@northwind.example\n"
    "tell-agents = all\n"
    "brand = acme\n"
    "close-after = 3d\n"
    "remind-after = 2d 4h\n"
    "close-pending-after = 12h\n"
    "survey = 1d 2h\n"
    "[queue billing-2]\n"
    "address = billing@x.example\n"
    "brand = acme\n"
    "[brand acme]\n"
    "name = Acme Hosting\n"
    "from = Acme Support\n"
    "tag = Acme\n"
    "language = de\n"
    "templates = acme\n"
    "[limits]\n"
    "message-size = 10M\n"
    "tickets-per-sender = 5/10m\n"
    "tickets-per-domain = 100/d\n"
    "reopen-per-hour = 1\n"
    "reopen-per-day = 2/d\n"
    "agent-mails-per-hour = 9\n"
    "waiting = 10\n"
    "[acknowledge]\n"
    "unauthenticated = none\n"
    "envelope-sender = Auto@x.example\n"
    "per-sender-hour = 0\n"
    "per-sender-day = 4\n"
    "per-domain-hour = 5/h\n"
    "per-ticket-hour = 6\n"
    "total-hour = 7\n"
    "trusted-forms = Web@www.example.com, form@x.example\n"
    "max-age = 2h\n"
    "[rules]\n"
    "on-message = main.sieve\n"
    "on-target = late.sieve\n"
    "timezone = Europe/Athens\n"
    "redirects = 2\n"
    "redirects-per-hour = 100\n"
    "redirects-per-sender-hour = 5\n"
    "notifications-per-hour = 7\n"
    "[calendar always]\n"
    "always = yes\n"
    "[calendar office]\n"
    "timezone = Europe/Athens\n"
    "hours = Mon-Fri 09:00-13:00 14:00-18:00; Sat 10:00-14:00\n"
    "holidays = greece.ics\n"
    "extra-days = moved.ics\n"
    "extra-hours = 10:00-12:00\n"
    "day = 7h\n"
    "[target standard]\n"
    "calendar = office\n"
    "notices = always\n"
    "for-priority = high\n"
    "first-response = 4h\n"
    "next-response = 8h\n"
    "resolution = 3d\n"
    "warn-at = 75%\n"
    "low.calendar = office\n"
    "low.first-response = 4h\n"
    "low.next-response = 8h\n"
    "low.resolution = 3d\n"
    "low.warn-at = 75%\n"
    "normal.calendar = office\n"
    "normal.first-response = 4h\n"
    "normal.next-response = 8h\n"
    "normal.resolution = 3d\n"
    "normal.warn-at = 75%\n"
    "high.calendar = office\n"
    "high.first-response = 4h\n"
    "high.next-response = 8h\n"
    "high.resolution = 3d\n"
    "high.warn-at = 75%\n"
    "urgent.calendar = office\n"
    "urgent.first-response = 4h\n"
    "urgent.next-response = 8h\n"
    "urgent.resolution = 3d\n"
    "urgent.warn-at = 75%\n"
    "[webhook pager]\n"
    "url = https://Hooks.example:8443/T0/secret?a=b\n"
    "secret-file = pager.secret\n"
    "ca-file = hooks.pem\n"
    "allow = 10.0.0.0/8\n"
    "timeout = 3s\n"
    "life = 2h\n"
    "per-hour = 5\n"
    "[retention]\n"
    "outbox = 30d\n"
    "decision = 60d\n"
    "batch = 100\n";

static Config *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    Config *config = config_parse(text, strlen(text), "mailgw.conf", "/etc/mailgw", &error);

    g_assert_no_error(error);
    return config;
}

#define assert_rate(rate, c, s)             \
    G_STMT_START                            \
    {                                       \
        g_assert_cmpint((rate).count, ==, c);   \
        g_assert_cmpint((rate).seconds, ==, s); \
    }                                       \
    G_STMT_END

static void
check_mailbox(const ImapConfig *imap)
{
    g_assert_cmpstr(imap->name, ==, "desk");
    g_assert_cmpstr(imap->host, ==, "imap.example.com");
    g_assert_cmpint(imap->port, ==, 1993);
    g_assert_cmpint(imap->security, ==, IMAP_OPTION_STARTTLS);
    g_assert_cmpint(imap->allow_plaintext, ==, IMAP_ALLOW_PLAINTEXT_LOOPBACK);
    g_assert_cmpstr(imap->ca_file, ==, "/etc/mailgw/imap-ca.pem");
    g_assert_cmpstr(imap->pin, ==, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
    g_assert_cmpint(imap->mechanism, ==, IMAP_OPTION_XOAUTH2);
    g_assert_cmpint(imap->oauth_grant, ==, OAUTH_CLIENT_CREDENTIALS);
    g_assert_cmpstr(imap->oauth_token_url, ==, "https://login.example/token");
    g_assert_cmpstr(imap->oauth_device_url, ==, "https://login.example/device");
    g_assert_cmpstr(imap->oauth_client_id, ==, "gw");
    g_assert_cmpstr(imap->oauth_secret_file, ==, "/etc/mailgw/client.secret");
    g_assert_cmpstr(imap->oauth_scope, ==, "mail offline_access");
    g_assert_cmpstr(imap->oauth_ca_file, ==, "/etc/mailgw/idp.pem");
    g_assert_cmpstr(imap->oauth_allow[0], ==, "10.0.0.0/8");
    g_assert_cmpuint(g_strv_length(imap->folders), ==, 3);
    g_assert_cmpstr(imap->folders[1], ==, "[Gmail]/All Mail");
    g_assert_cmpstr(imap->queue, ==, "support");
    g_assert_cmpint(imap->after.action, ==, IMAP_AFTER_MOVE);
    g_assert_cmpstr(imap->after.folder, ==, "Done/2026");
    g_assert_cmpstr(imap->keyword, ==, "Taken");
    g_assert_cmpint(imap->import.kind, ==, IMAP_IMPORT_SINCE);
    g_assert_cmpint(imap->import.since, ==, G_GINT64_CONSTANT(1769817600000000));
    g_assert_cmpint(imap->order, ==, IMAP_OLDEST_FIRST);
    g_assert_cmpint(imap->quiet_until, ==, G_GINT64_CONSTANT(1769932800000000));
    g_assert_cmpint(imap->poll_seconds, ==, 300);
    g_assert_false(imap->idle);
    g_assert_cmpint(imap->batch, ==, 100);
    g_assert_cmpint(imap->timeout_seconds, ==, 20);
}

static void
check_webhook(const WebhookConfig *webhook)
{
    g_assert_nonnull(webhook);
    g_assert_cmpstr(webhook->url, ==, "https://Hooks.example:8443/T0/secret?a=b");
    g_assert_cmpstr(webhook->secret_file, ==, "/etc/mailgw/pager.secret");
    g_assert_cmpstr(webhook->ca_file, ==, "/etc/mailgw/hooks.pem");
    g_assert_cmpstr(webhook->allow[0], ==, "10.0.0.0/8");
    g_assert_cmpint(webhook->timeout_seconds, ==, 3);
    g_assert_cmpint(webhook->life_seconds, ==, 7200);
    assert_rate(webhook->per_hour, 5, 3600);
}

/* Who has such a URL can call it; the output of config show is passed around. */
static void
test_the_path_of_a_webhook_is_not_shown(void)
{
    g_autoptr(Config) config = parse(full);
    g_autofree char *text = config_format(config);

    g_assert_nonnull(strstr(text, "https://Hooks.example:8443/***"));
    g_assert_null(strstr(text, "T0/secret"));
}

static void
check_lists(const Config *config)
{
    const LmtpConfig *near = config->lmtp->pdata[0], *far = config->lmtp->pdata[1];
    const QueueConfig *support = config->queues->pdata[0], *billing = config->queues->pdata[1];

    g_assert_cmpstr(near->name, ==, "");
    g_assert_cmpstr(near->socket, ==, "/etc/mailgw/lmtp.sock");
    g_assert_cmpint(near->socket_mode, ==, 0600);
    g_assert_cmpint(near->connections, ==, 100);
    g_assert_cmpstr(far->name, ==, "far");
    g_assert_cmpstr(far->listen, ==, "192.0.2.1:2424");
    g_assert_cmpstr(far->allow[0], ==, "192.0.2.0/24");
    g_assert_cmpstr(far->allow[1], ==, "2001:db8::1");
    g_assert_null(far->allow[2]);
    g_assert_cmpint(far->bare_newline, ==, BARE_NEWLINE_REJECT);
    g_assert_cmpint(far->connections, ==, 7);
    check_mailbox(config->imap->pdata[0]);
    g_assert_cmpstr(support->name, ==, "support");
    g_assert_cmpstr(support->address, ==, "support@xn--mnchen-3ya.example");
    g_assert_cmpstr(support->aliases[0], ==, "help@x.example");
    g_assert_cmpstr(support->aliases[1], ==, "info@x.example");
    g_assert_null(support->aliases[2]);
    g_assert_cmpstr(support->agents[0], ==, "anna@northwind.example");
    g_assert_cmpstr(support->agents[1], ==, "bert@northwind.example");
    g_assert_null(support->agents[2]);
    g_assert_cmpint(support->tell_agents, ==, TELL_AGENTS_ALL);
    g_assert_cmpint(billing->tell_agents, ==, TELL_AGENTS_NONE);
    g_assert_true(support->close_after.given && support->remind_after.given && support->close_pending_after.given);
    g_assert_cmpint(support->close_after.days, ==, 3);
    g_assert_cmpint(support->remind_after.seconds, ==, 4 * 3600);
    g_assert_cmpint(support->close_pending_after.seconds, ==, 12 * 3600);
    g_assert_true(support->survey.given && support->survey.days == 1 && support->survey.seconds == 2 * 3600);
    g_assert_false(billing->survey.given);
    g_assert_false(billing->close_after.given || billing->remind_after.given || billing->close_pending_after.given);
    g_assert_cmpstr(support->display_name, ==, "The Desk");
    g_assert_cmpstr(support->language, ==, "el");
    g_assert_cmpstr(billing->language, ==, "de");
    g_assert_cmpstr(billing->brand, ==, "acme");
    g_assert_true(billing->of_brand == config->brands->pdata[0]);
    g_assert_cmpstr(queue_installation_name(billing, "Northwind"), ==, "Acme Hosting");
    g_assert_cmpstr(queue_from_name(billing, "Northwind"), ==, "Acme Support");
    g_assert_cmpstr(queue_from_name(support, "Northwind"), ==, "The Desk");
    g_assert_cmpstr(queue_tag(billing, "Northwind"), ==, "Acme");
    g_assert_cmpstr(billing->of_brand->templates, ==, "acme");
    g_assert_cmpint(support->closed, ==, CLOSED_REJECT);
    g_assert_cmpint(support->reopen_days, ==, 30);
    g_assert_cmpint(support->retention_seconds, ==, 90 * 86400);
    g_assert_false(support->acknowledge);
    g_assert_true(support->acknowledge_follow_up);
    g_assert_false(support->acknowledge_reopened || support->acknowledge_closed || support->acknowledge_refused);
    g_assert_cmpstr(support->charset, ==, "windows-1253");
    g_assert_cmpstr(billing->address, ==, "billing@x.example");
    g_assert_true(billing->acknowledge);
}

static void
test_every_option(void)
{
    g_autoptr(Config) config = parse(full);

    g_assert_cmpstr(config->path, ==, "/etc/mailgw/mailgw.conf");
    g_assert_cmpstr(config->database.url, ==, "postgresql://mailgw@db.example/mailgw");
    g_assert_cmpstr(config->database.bin, ==, "/usr/lib/postgresql/15/bin");
    g_assert_cmpstr(config->gateway.name, ==, "Northwind");
    g_assert_cmpstr(config->gateway.host, ==, "mx.example.com");
    g_assert_cmpstr(config->gateway.user, ==, "mailgw");
    g_assert_cmpint(config->gateway.workers, ==, 4);
    g_assert_cmpint(config->gateway.lease_seconds, ==, 10);
    g_assert_cmpint(config->gateway.token_life_seconds, ==, 365 * 86400);
    g_assert_true(config->gateway.subaddressing);
    g_assert_cmpstr(config->gateway.authserv_id, ==, "mx.example.com");
    g_assert_cmpstr(config->gateway.old_tags[0], ==, "Old One");
    g_assert_cmpstr(config->gateway.old_tags[1], ==, "OTRS");
    g_assert_cmpint(config->gateway.several_queues, ==, SEVERAL_QUEUES_FIRST);
    g_assert_cmpstr(config->gateway.log_level, ==, "debug");
    check_lists(config);
    g_assert_cmpstr(config->smtp.transport, ==, "smtp://relay.example:587");
    g_assert_false(config->smtp.starttls);
    g_assert_cmpstr(config->smtp.ca_file, ==, "/etc/mailgw/ca.pem");
    g_assert_cmpstr(config->smtp.bounce_domain, ==, "bounce.example");
    g_assert_cmpint(config->smtp.timeout_seconds, ==, 120);
    g_assert_cmpint(config->smtp.reply_life_seconds, ==, 86400);
    g_assert_cmpint(config->smtp.automatic_life_seconds, ==, 3600);
    g_assert_cmpint(config->limits.message_size, ==, 10 * 1024 * 1024);
    assert_rate(config->limits.tickets_per_sender, 5, 600);
    assert_rate(config->limits.tickets_per_domain, 100, 86400);
    assert_rate(config->limits.reopen_per_hour, 1, 3600);
    assert_rate(config->limits.reopen_per_day, 2, 86400);
    g_assert_cmpint(config->limits.waiting, ==, 10);
    g_assert_cmpint(config->acknowledge.unauthenticated, ==, UNAUTHENTICATED_NONE);
    g_assert_cmpstr(config->acknowledge.envelope_sender, ==, "auto@x.example");
    g_assert_cmpstr(config->acknowledge.trusted_forms[0], ==, "web@www.example.com");
    assert_rate(config->acknowledge.per_sender_hour, 0, 3600);
    assert_rate(config->acknowledge.per_sender_day, 4, 86400);
    assert_rate(config->acknowledge.per_domain_hour, 5, 3600);
    assert_rate(config->acknowledge.per_ticket_hour, 6, 3600);
    assert_rate(config->acknowledge.total_hour, 7, 3600);
    g_assert_cmpint(config->acknowledge.max_age_seconds, ==, 7200);
    g_assert_cmpstr(config->rules.on_message, ==, "main.sieve");
    g_assert_cmpstr(config->rules.on_target, ==, "late.sieve");
    g_assert_cmpstr(config->rules.timezone, ==, "Europe/Athens");
    g_assert_cmpint(config->rules.redirects, ==, 2);
    g_assert_cmpint(config->rules.redirects_hour.count, ==, 100);
    g_assert_cmpint(config->rules.redirects_sender_hour.seconds, ==, 3600);
    g_assert_cmpint(config->rules.notifications_hour.count, ==, 7);
    check_webhook(webhooks_find_name(config->webhooks, "pager"));
    g_assert_null(webhooks_find_name(config->webhooks, "other"));
    g_assert_cmpint(config->retention.outbox_seconds, ==, 30 * 86400);
    g_assert_cmpint(config->retention.decision_seconds, ==, 60 * 86400);
    g_assert_cmpint(config->retention.batch, ==, 100);
}

/* An option that is missing above would be tested by nobody. */
static void
test_the_full_file_is_full(void)
{
    for (gsize i = 0; i < n_options; i++) {
        g_autofree char *line = g_strconcat("\n", options[i].key, " = ", NULL);

        if (g_strv_contains((const char *const[]) { "embedded", "user", "password-file", NULL }, options[i].key))
            continue;
        g_assert_nonnull(strstr(full, line));
    }
}

static void
test_defaults(void)
{
    g_autoptr(Config) config = parse("[queue a]\naddress = a@Desk.example\n");
    const QueueConfig *queue = config->queues->pdata[0];

    g_assert_cmpstr(config->gateway.name, ==, "Support");
    g_assert_cmpstr(config->gateway.host, ==, "desk.example");
    g_assert_cmpint(config->gateway.workers, ==, 2);
    g_assert_cmpint(config->gateway.lease_seconds, ==, 20);
    g_assert_cmpint(config->gateway.token_life_seconds, ==, 730 * 86400);
    g_assert_false(config->gateway.subaddressing);
    g_assert_nonnull(config->gateway.old_tags);
    g_assert_null(config->gateway.old_tags[0]);
    g_assert_cmpint(config->gateway.several_queues, ==, SEVERAL_QUEUES_EACH);
    g_assert_cmpstr(config->gateway.log_level, ==, "info");
    g_assert_cmpint(config->smtp.timeout_seconds, ==, 600);
    g_assert_cmpint(config->smtp.reply_life_seconds, ==, 3 * 86400);
    g_assert_cmpint(config->smtp.automatic_life_seconds, ==, 4 * 3600);
    g_assert_cmpint(queue->closed, ==, CLOSED_REOPEN);
    g_assert_cmpint(queue->reopen_days, ==, 14);
    g_assert_cmpint(queue->retention_seconds, ==, 0);
    g_assert_true(queue->acknowledge && queue->acknowledge_reopened && queue->acknowledge_closed && queue->acknowledge_refused);
    g_assert_false(queue->acknowledge_follow_up);
    g_assert_cmpstr(queue->charset, ==, "windows-1252");
    g_assert_cmpint(config->limits.message_size, ==, 25 * 1024 * 1024);
    assert_rate(config->limits.tickets_per_sender, 30, 3600);
    assert_rate(config->limits.tickets_per_domain, 300, 3600);
    assert_rate(config->limits.reopen_per_hour, 3, 3600);
    assert_rate(config->limits.reopen_per_day, 10, 86400);
    g_assert_cmpint(config->limits.waiting, ==, 100000);
    g_assert_cmpint(config->acknowledge.unauthenticated, ==, UNAUTHENTICATED_PLAIN);
    g_assert_cmpstr(config->acknowledge.envelope_sender, ==, "");
    assert_rate(config->acknowledge.per_sender_hour, 3, 3600);
    assert_rate(config->acknowledge.per_sender_day, 10, 86400);
    assert_rate(config->acknowledge.per_domain_hour, 30, 3600);
    assert_rate(config->acknowledge.per_ticket_hour, 3, 3600);
    assert_rate(config->acknowledge.total_hour, 1000, 3600);
    g_assert_cmpint(config->acknowledge.max_age_seconds, ==, 86400);
    g_assert_cmpint(config->retention.outbox_seconds, ==, 0);
    g_assert_cmpint(config->retention.batch, ==, 500);
    g_assert_true(g_hash_table_contains(config->present, "queue"));
    g_assert_false(g_hash_table_contains(config->present, "gateway"));
}

static void
test_starttls_default(void)
{
    static const struct {
        const char *transport;
        gboolean starttls;
    } cases[] = {
        { "smtp://relay.example", TRUE },  { "smtp://192.0.2.1:25", TRUE }, { "smtp://[2001:db8::1]", TRUE },
        { "smtp://localhost", FALSE },     { "smtp://LocalHost:25", FALSE }, { "smtp://127.0.0.1", FALSE },
        { "smtp://127.9.9.9:25", FALSE },  { "smtp://[::1]:25", FALSE },     { "smtp://127.0.0.1.example", TRUE },
        { "smtps://relay.example", FALSE }, { "maildir:sent", FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf("[smtp]\ntransport = %s\n", cases[i].transport);
        g_autoptr(Config) config = parse(text);

        g_assert_cmpint(config->smtp.starttls, ==, cases[i].starttls);
    }
}

static void
test_paths_stand_beside_the_file(void)
{
    g_autoptr(Config) config = parse("[database]\nembedded = ../pg\n[smtp]\ntransport = maildir:sent\n");

    g_assert_cmpstr(config->database.embedded, ==, "/etc/pg");
    g_assert_cmpstr(config->smtp.transport, ==, "maildir:/etc/mailgw/sent");
}

static void
test_format_reads_back(void)
{
    static const char *const texts[] = { full, "", "[queue a]\naddress = a@x.example\n",
                                         "[database]\nembedded = pg\n[lmtp]\nsocket = s\n[smtp]\ntransport = maildir:sent\n" };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(Config) config = parse(texts[i]);
        g_autofree char *printed = config_format(config);
        g_autoptr(Config) again = parse(printed);
        g_autofree char *printed_again = config_format(again);

        g_assert_cmpstr(printed_again, ==, printed);
        g_assert_cmpuint(again->queues->len, ==, config->queues->len);
        if (i == 0)
            check_lists(again);
    }
}

static void
test_format_shows_values_as_people_write_them(void)
{
    static const char *const lines[] = {
        "\n[lmtp far]\n", "\nlease = 10s\n", "\ntoken-life = 365d\n", "\nsocket-mode = 0600\n", "\ntimeout = 2m\n",
        "\nmessage-size = 10M\n", "\ntickets-per-sender = 5/10m\n", "\ntickets-per-domain = 100/d\n",
        "\nreopen-per-day = 2\n", "\nper-domain-hour = 5\n", "\nold-tags = Old One, OTRS\n", "\nclosed = reject\n",
        "\nsubaddressing = yes\n", "\n# embedded =\n", "\naliases = help@x.example, info@x.example\n",
    };
    g_autoptr(Config) config = parse(full);
    g_autofree char *printed = config_format(config);

    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        g_assert_nonnull(strstr(printed, lines[i]));
}

static void
test_format_hides_the_database_password(void)
{
    static const char *const urls[][2] = {
        { "postgresql://u:s3cret@h/d", "postgresql://u:***@h/d" },
        { "postgresql://u:a@s3cret@h/d", "postgresql://u:***@h/d" },
        { "postgresql://h/d?sslmode=require&password=s3cret&x=1", "postgresql://h/d?sslmode=require&password=***&x=1" },
        { "postgresql://u@h:5432/d", "postgresql://u@h:5432/d" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_autofree char *text = g_strdup_printf("[database]\nurl = %s\n", urls[i][0]);
        g_autofree char *expected = g_strdup_printf("\nurl = %s\n", urls[i][1]);
        g_autoptr(Config) config = parse(text);
        g_autofree char *printed = config_format(config);

        g_assert_cmpstr(config->database.url, ==, urls[i][0]);
        g_assert_nonnull(strstr(printed, expected));
        g_assert_null(strstr(printed, "s3cret"));
    }
}

static void
test_queue_for_address(void)
{
    static const struct {
        const char *address;
        const char *queue;
        const char *detail;
        gboolean subaddressing;
    } cases[] = {
        { "SUPPORT@X.example", "support", NULL, TRUE },
        { "help@m\xc3\xbcnchen.example", "support", NULL, TRUE },
        { "support+T1.2@x.example", "support", "t1.2", TRUE },
        { "support+T1.2@x.example", NULL, NULL, FALSE },
        { "billing+vip@x.example", "billing", NULL, FALSE },
        { "support@y.example", NULL, NULL, TRUE },
        { "xsupport@x.example", NULL, NULL, TRUE },
        { "support", NULL, NULL, TRUE },
        { "", NULL, NULL, TRUE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = g_strdup_printf(
            "[gateway]\nsubaddressing = %s\n[queue support]\naddress = support@x.example\n"
            "aliases = help@xn--mnchen-3ya.example\n[queue billing]\naddress = billing@x.example\n"
            "aliases = billing+vip@x.example\n", cases[i].subaddressing ? "yes" : "no");
        g_autoptr(Config) config = parse(text);
        g_autofree char *detail = NULL;
        const QueueConfig *queue = config_queue_for_address(config, cases[i].address, &detail);

        g_assert_cmpstr(queue == NULL ? NULL : queue->name, ==, cases[i].queue);
        g_assert_cmpstr(detail, ==, cases[i].detail);
        g_assert_true(config_queue_for_address(config, cases[i].address, NULL) == queue);
        g_assert_true(queue == NULL || queues_find_name(config->queues, cases[i].queue) == queue);
    }
}

static void
test_required_sections(void)
{
    static gboolean (*const require[])(const Config *, GError **) = {
        config_require_database, config_require_queue, config_require_smtp, config_require_lmtp,
    };
    g_autoptr(Config) empty = parse("");
    g_autoptr(Config) whole = parse(full);

    for (gsize i = 0; i < G_N_ELEMENTS(require); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_true(require[i](whole, NULL));
        g_assert_false(require[i](empty, &error));
        g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
        g_assert_null(strchr(error->message, '\n'));
        g_assert_true(g_str_has_prefix(error->message, "/etc/mailgw/mailgw.conf: no "));
    }
}

static void
write_file(const char *path, const char *bytes, gsize length, int mode)
{
    g_assert_true(io_replace_file(path, bytes, length, mode, NULL));
}

static void
test_load(void)
{
    g_autofree char *directory = g_dir_make_tmp("mailgw-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "mailgw.conf", NULL);
    g_autofree char *socket = g_build_filename(directory, "lmtp.sock", NULL);
    g_autofree char *huge = g_strnfill(1024 * 1024 + 100, '#');
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = NULL;

    g_assert_null(config_load(path, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
    g_clear_error(&error);
    g_assert_null(config_load(directory, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
    g_clear_error(&error);

    write_file(path, "[lmtp]\nsocket = lmtp.sock\n", 26, 0644);
    config = config_load(path, NULL);
    g_assert_cmpstr(config->path, ==, path);
    g_assert_cmpstr(((LmtpConfig *) config->lmtp->pdata[0])->socket, ==, socket);
    config_unref(config_ref(config));
    g_assert_cmpstr(config->path, ==, path);

    write_file(path, huge, strlen(huge), 0644);
    g_assert_null(config_load(path, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
    g_clear_error(&error);

    /* a password in the file makes the file a secret */
    write_file(path, "[database]\nurl = postgresql://u:p@h/d\n", 37, 0644);
    g_assert_null(config_load(path, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
    g_assert_cmpint(g_chmod(path, 0640), ==, 0);
    config_unref(g_steal_pointer(&config));
    config = config_load(path, NULL);
    g_assert_nonnull(config);
    g_assert_true(io_remove_tree(directory, NULL));
}

typedef struct {
    const char *bytes;
    gsize length;
    int mode;
    const char *expected;
} SecretCase;

static void
test_secret(void)
{
    static const SecretCase cases[] = {
        { "s3cret\n", 7, 0600, "s3cret" },  { "s3cret\r\n", 8, 0400, "s3cret" }, { "p\xc3\xa4ss wort", 10, 0600, "p\xc3\xa4ss wort" },
        { "s3cret", 6, 0640, NULL },        { "s3cret", 6, 0604, NULL },         { "a\nb", 3, 0600, NULL },
        { "a\n\n", 3, 0600, NULL },         { "a\0b", 3, 0600, NULL },           { "a\tb", 3, 0600, NULL },
        { "", 0, 0600, NULL },              { "\n", 1, 0600, NULL },
    };
    g_autofree char *directory = g_dir_make_tmp("mailgw-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "secret", NULL);
    g_autofree char *huge = g_strnfill(5000, 'x');

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *secret = NULL;

        write_file(path, cases[i].bytes, cases[i].length, cases[i].mode);
        secret = config_read_secret(path, &error);
        g_assert_cmpstr(secret, ==, cases[i].expected);
        g_assert_true(secret != NULL || g_error_matches(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG));
        g_assert_true(error == NULL || strstr(error->message, "s3cret") == NULL);
    }
    write_file(path, huge, 5000, 0600);
    g_assert_null(config_read_secret(path, NULL));
    g_assert_null(config_read_secret(directory, NULL));
    g_assert_cmpint(g_remove(path), ==, 0);
    g_assert_null(config_read_secret(path, NULL));
    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    g_assert_null(config_read_secret(path, NULL));

    /* systemd's credentials look readable for their group and are not */
    g_assert_cmpint(g_remove(path), ==, 0);
    write_file(path, "s3cret", 6, 0440);
    g_setenv("CREDENTIALS_DIRECTORY", directory, TRUE);
    g_free(config_read_secret(path, NULL));
    {
        g_autofree char *credential = config_read_secret(path, NULL);

        g_assert_cmpstr(credential, ==, "s3cret");
    }
    g_unsetenv("CREDENTIALS_DIRECTORY");
    g_assert_true(io_remove_tree(directory, NULL));
}

/* The table itself: each key once, each default readable (config_new() checks that), each option explained. */
static void
test_table(void)
{
    for (gsize i = 0; i < n_options; i++) {
        g_assert_true(option_find(options[i].section, options[i].key) == &options[i]);
        g_assert_nonnull(option_section_find(options[i].section));
        g_assert_nonnull(options[i].meaning);
    }
    g_assert_null(option_find("queue", "adress"));
    g_assert_null(option_section_find("queu"));
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/config/table", test_table);
    g_test_add_func("/config/every-option", test_every_option);
    g_test_add_func("/config/the-full-file-is-full", test_the_full_file_is_full);
    g_test_add_func("/config/defaults", test_defaults);
    g_test_add_func("/config/starttls-default", test_starttls_default);
    g_test_add_func("/config/paths-stand-beside-the-file", test_paths_stand_beside_the_file);
    g_test_add_func("/config/format/reads-back", test_format_reads_back);
    g_test_add_func("/config/format/as-people-write", test_format_shows_values_as_people_write_them);
    g_test_add_func("/config/format/hides-the-database-password", test_format_hides_the_database_password);
    g_test_add_func("/config/queue-for-address", test_queue_for_address);
    g_test_add_func("/config/required-sections", test_required_sections);
    g_test_add_func("/config/load", test_load);
    g_test_add_func("/config/secret", test_secret);
    g_test_add_func("/config/values/the-path-of-a-webhook-is-not-shown", test_the_path_of_a_webhook_is_not_shown);
    return g_test_run();
}
