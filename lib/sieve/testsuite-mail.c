#include "sieve/testsuite-private.h"

#include <string.h>

#include "base/address.h"
#include "base/clock.h"
#include "sieve/one-address-private.h"

/* A subject of ours ends here (RFC 5230, 4.4 leaves it to us); longer ones get an ellipsis. */
enum { MAX_SUBJECT = 256 };

static const char *
field(Run *run, const char *name)
{
    const GPtrArray *fields = mail_fields(run->mail, name);

    return fields->len > 0 ? ((MailField *) fields->pdata[0])->value : NULL;
}

static const char *
option(const SieveAction *action, const char *name)
{
    return action->options != NULL ? g_hash_table_lookup(action->options, name) : NULL;
}

static void
add_header(GString *mail, const char *name, const char *value)
{
    g_autofree char *line = g_strdup(value);

    g_strdelimit(line, "\r\n", ' ');
    g_string_append_printf(mail, "%s: %s\r\n", name, line);
}

static void
add_subject(GString *mail, const char *text)
{
    g_autofree char *cut = NULL;

    if (g_utf8_strlen(text, -1) <= MAX_SUBJECT) {
        add_header(mail, "Subject", text);
        return;
    }
    cut = g_utf8_substring(text, 0, MAX_SUBJECT - 1);
    g_string_append_printf(mail, "Subject: %s\u2026\r\n", cut);
}

static GString *
mail_new(Run *run, const char *auto_submitted)
{
    GString *mail = g_string_new(NULL);
    g_autofree char *date = clock_format_offset(run->input->now, 0, FALSE);

    add_header(mail, "X-Sieve", "mailgw");
    g_string_append_printf(mail, "Message-ID: <sieve.%u@rules.invalid>\r\n", run_testsuite(run)->sent->len);
    add_header(mail, "Date", date);
    add_header(mail, "Auto-Submitted", auto_submitted);
    return mail;
}

/* The text becomes a message in the list of what was sent. */
static void
send_text(Run *run, const GString *text, const char *from, const char *to)
{
    static const MessageOptions options = { .queue = "", .details = TRUE };
    Testsuite *testsuite = run_testsuite(run);
    const char *raw = testsuite_keep(testsuite, g_strndup(text->str, text->len));
    Message *message = message_parse((const guint8 *) raw, text->len, &options);
    MailView *view = mail_view_new(message);

    g_ptr_array_add(testsuite->kept_messages, message);
    mail_view_set_size(view, (gint64) text->len);
    testsuite_send(run, view, raw, text->len, from, to);
}

static gboolean
has_sender(const Run *run)
{
    return run->input->envelope_from != NULL && *run->input->envelope_from != '\0';
}

void
testsuite_redirect(Run *run, const SieveAction *action)
{
    MailView *copy = testsuite_mail_of(run, action);

    mail_add_field(copy, "X-Sieve-Redirected-From", run->input->envelope_to != NULL ? run->input->envelope_to : "", FALSE);
    testsuite_send(run, copy, run->input->raw, run->input->raw_length, run->input->envelope_from, action->argument);
}

/* RFC 5429, 2.1.1: nothing answers the null path. */
void
testsuite_reject(Run *run, const SieveAction *action)
{
    g_autoptr(GString) mail = NULL;

    if (!has_sender(run))
        return;
    mail = mail_new(run, "auto-replied (rejected)");
    add_header(mail, "From", "Postmaster <postmaster@localhost>");
    g_string_append_printf(mail, "To: <%s>\r\n", run->input->envelope_from);
    add_subject(mail, "Automatically rejected mail");
    g_string_append_printf(mail, "Content-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", action->argument);
    send_text(run, mail, "", run->input->envelope_from);
}

/* RFC 5230, 4.6, and RFC 3834, 2: robots and lists are not answered. */
static gboolean
is_automatic(Run *run)
{
    static const char *const list_fields[] = { "list-id", "list-help", "list-subscribe", "list-unsubscribe", "list-post",
                                               "list-owner", "list-archive" };
    static const char *const bulk[] = { "bulk", "list", "junk", NULL };
    const char *submitted = field(run, "auto-submitted"), *precedence = field(run, "precedence");
    g_autofree char *lower = precedence != NULL ? g_ascii_strdown(precedence, -1) : NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(list_fields); i++) {
        if (field(run, list_fields[i]) != NULL)
            return TRUE;
    }
    return (submitted != NULL && g_ascii_strncasecmp(submitted, "no", 2) != 0) ||
           (lower != NULL && g_strv_contains(bulk, lower));
}

static gboolean
is_system_sender(const char *address)
{
    g_autofree char *lower = g_ascii_strdown(address, -1);

    return g_str_has_prefix(lower, "mailer-daemon") || g_str_has_prefix(lower, "listserv") ||
           g_str_has_prefix(lower, "majordomo") || g_str_has_prefix(lower, "owner-") || strstr(lower, "-request@") != NULL;
}

static gboolean
is_addressed(Run *run, const char *address)
{
    static const char *const names[] = { "to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc" };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const GPtrArray *addresses = mail_addresses(run->mail, names[i]);

        for (guint n = 0; n < addresses->len; n++) {
            if (address_equal(((MailAddress *) addresses->pdata[n])->full, address))
                return TRUE;
        }
    }
    return FALSE;
}

/* RFC 5230, 4.5: the address of ours that the message names; NULL if it names none. */
static const char *
own_address(Run *run, const SieveAction *action)
{
    const char *known[] = { run->input->envelope_to, run->input->envelope_orig_to, run_setting(run, "sieve_user_email") };

    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        if (known[i] != NULL && is_addressed(run, known[i]))
            return known[i];
    }
    for (guint i = 0; i < action->words->len; i++) {
        if (is_addressed(run, action->words->pdata[i]))
            return action->words->pdata[i];
    }
    return NULL;
}

/* The header's own words for the sender of the envelope, or just that. With the setting, whoever the header calls the sender. */
static char *
reply_to(Run *run)
{
    static const char *const names[] = { "sender", "resent-from", "from" };
    gboolean any = g_strcmp0(run_setting(run, "sieve_vacation_to_header_ignore_envelope"), "yes") == 0;

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const GPtrArray *addresses = mail_addresses(run->mail, names[i]);

        if (addresses->len == 1 &&
            (any || address_equal(((MailAddress *) addresses->pdata[0])->full, run->input->envelope_from)))
            return g_strdup(field(run, names[i]));
    }
    return g_strdup_printf("<%s>", run->input->envelope_from);
}

static char *
vacation_subject(Run *run, const SieveAction *action)
{
    const char *given = option(action, "subject"), *subject = field(run, "subject");
    const char *empty = run_setting(run, "sieve_vacation_default_subject");
    const char *template = run_setting(run, "sieve_vacation_default_subject_template");

    if (given != NULL)
        return g_strdup(given);
    if (subject == NULL || *subject == '\0')
        return g_strdup(empty != NULL && *empty != '\0' ? empty : "Automated reply");
    if (template != NULL && *template != '\0') {
        g_auto(GStrv) parts = g_strsplit(template, "%{subject}", -1);

        return g_strjoinv(subject, parts);
    }
    return g_strdup_printf("Auto: %s", subject);
}

/* RFC 5230, 5.8 */
static void
add_references(Run *run, GString *mail)
{
    const char *id = field(run, "message-id"), *references = field(run, "references");

    if (id == NULL)
        return;
    add_header(mail, "In-Reply-To", id);
    g_string_append_printf(mail, "References: %s%s%s\r\n", references != NULL ? references : "",
                           references != NULL ? "\r\n " : "", id);
}

void
testsuite_vacation(Run *run, const SieveAction *action)
{
    const char *own = own_address(run, action);
    gboolean from_recipient = g_strcmp0(run_setting(run, "sieve_vacation_send_from_recipient"), "yes") == 0;
    g_autoptr(GString) mail = NULL;
    g_autofree char *to = NULL, *subject = NULL;

    if (!has_sender(run) || own == NULL || address_equal(own, run->input->envelope_from) || is_automatic(run) ||
        is_system_sender(run->input->envelope_from))
        return;
    mail = mail_new(run, "auto-replied (vacation)");
    to = reply_to(run);
    subject = vacation_subject(run, action);
    add_header(mail, "From", option(action, "from") != NULL ? option(action, "from") : own);
    add_header(mail, "To", to);
    add_subject(mail, subject);
    add_references(run, mail);
    add_header(mail, "Precedence", "bulk");
    if (option(action, "mime") == NULL)
        g_string_append(mail, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
    g_string_append_printf(mail, "%s\r\n", action->argument);
    send_text(run, mail, from_recipient ? own : "", run->input->envelope_from);
}

/* RFC 5436, 2.7: what answers a bounce must not make one. */
static char *
notify_sender(Run *run, const SieveAction *action)
{
    const char *policy = run_setting(run, "sieve_notify_mailto_envelope_from");
    const char *from = option(action, "from");

    if (!has_sender(run))
        return g_strdup("");
    if (g_strcmp0(policy, "sender") == 0)
        return g_strdup(run->input->envelope_from);
    if (g_strcmp0(policy, "recipient") == 0)
        return g_strdup(run->input->envelope_to);
    if (g_strcmp0(policy, "user_email") == 0 && run_setting(run, "sieve_user_email") != NULL)
        return g_strdup(run_setting(run, "sieve_user_email"));
    if (policy != NULL && strchr(policy, '@') != NULL)
        return one_address(policy);
    return from != NULL && policy == NULL ? one_address(from) : g_strdup("postmaster@localhost");
}

static void
add_importance(GString *mail, const char *importance)
{
    static const char *const priorities[] = { "1 (Highest)", "3 (Normal)", "5 (Lowest)" };
    static const char *const names[] = { "High", "Normal", "Low" };
    gsize n = importance != NULL && *importance >= '1' && *importance <= '3' ? (gsize) (*importance - '1') : 1;

    add_header(mail, "X-Priority", priorities[n]);
    add_header(mail, "Importance", names[n]);
}

static void
add_notification(Run *run, const SieveAction *action, GString *mail)
{
    const char *subject = option(action, "message"), *body = option(action, "body");
    const char *from = option(action, "from");

    if (subject == NULL)
        subject = option(action, "subject");
    if (subject == NULL)
        subject = field(run, "subject");
    add_header(mail, "From", from != NULL ? from : "Postmaster <postmaster@localhost>");
    if (option(action, "to") != NULL)
        add_header(mail, "To", option(action, "to"));
    if (option(action, "cc") != NULL)
        add_header(mail, "Cc", option(action, "cc"));
    add_subject(mail, subject != NULL ? subject : "Notification of a message");
    add_importance(mail, option(action, "importance"));
    add_header(mail, "Precedence", "bulk");
    g_string_append_printf(mail, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n",
                           body != NULL ? body : "Notification of a message.");
}

/* RFC 5436, 2.7.1: nobody is notified of what is automatic itself. */
void
testsuite_notify(Run *run, const SieveAction *action)
{
    const char *submitted = field(run, "auto-submitted");
    g_autofree char *from = notify_sender(run, action);
    g_autofree char *kind = g_strdup_printf("auto-notified; owner-email=\"%s\"",
                                            run->input->envelope_to != NULL ? run->input->envelope_to : "");
    g_autoptr(GString) mail = NULL;

    if (action->words == NULL || (submitted != NULL && g_ascii_strncasecmp(submitted, "no", 2) != 0))
        return;
    mail = mail_new(run, kind);
    add_notification(run, action, mail);
    for (guint i = 0; i < action->words->len; i++)
        send_text(run, mail, from != NULL ? from : "", action->words->pdata[i]);
}
