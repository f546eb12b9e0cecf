/*
 * Whether a message is a bounce, where its parts do not say so. Signs of a machine and words of a bounce are weighed: neither is enough alone.
 */
#include <string.h>

#include "base/text.h"
#include "message/bounce-private.h"
#include "message/classify-private.h"
#include "message/message-private.h"
#include "message/silence.h"

/*
 * What only mail systems are or write weighs 2, what every automatic mail has (a null path) 1; a subject weighs 1, an opening 2. So a mail
 * system needs the opening, or a subject on the null path; and a null path alone, which absence notes have too, needs both.
 */
#define ENOUGH 4

#define OPENING_LINES 40
#define OPENING_OCTETS 4000

typedef struct {
    guint system, automatic, words;
    const char *sign, *word; /* what is named as the reason */
} Weight;

/* Local parts of mail systems. */
static const char *const system_names[] = {
    "postmaster",
    "post_master",
    "post-master",
    "mailerdaemon",
    "mail-daemon",
    "maildaemon",
    "mail.delivery.system",
    "mail-delivery-system",
    "maildeliverysystem",
    "mail-delivery",
    "maildelivery",
    "internet-postmaster",
    "mdaemon",
    "mailadmin",
    "mail-admin",
    "mailmaster",
    "mail_daemon",
    "double-bounce",
    "bounce",
    "bounces",
    "bounced-mail",
    "mailsystem",
    "mailer",
    "mailgate",
    "mailgateway",
    "mail-gateway",
    "smtp-daemon",
    "smtpd",
    "mailrouter", "router",
    "postoffice",
    "no-reply.mailer",
    "delivery",
    "undeliverable",
    "returned-mail",
    "errors",
    "mail-system",
    "systemadministrator",
    "sysadmin",
    "system",
    "root",
    "mailer-demon",
};
/* Names mail systems give themselves. */
static const char *const display_names[] = {
    "mail deliver",
    "mailer-daemon",
    "mailer daemon",
    "mailerdaemon",
    "postmaster",
    "system administrator",
    "system attendant",
    "mail administrator",
    "mail system",
    "administrator",
    "microsoft exchange",
    "microsoft outlook",
    "delivery subsystem",
    "delivery system",
    "interscan",
    "internet mail delivery",
    "mdaemon",
    "e-mail daemon",
    "email delivery",
    "systemadministrator",
    "administrateur système",
    "administrador del sistema",
    "amministratore sistema",
    "administrador de sistema",
    "administrator systemu",
    "системный администратор",
    "почтовая система",
    "systembeheerder",
    "メール配送",
};
/* Fields that only systems write which report a failure. */
static const char *const system_fields[] = {
    "X-MS-Embedded-Report",    "X-MX-Bounce",          "X-MDDSN-Message", "X-DSN-Reason",
    "X-DSN-Failed-Recipients", "X-MailMarshal-Bounce", "X-Bounce-Reason", "X-Postfix-Error",
    "X-BounceTrace",           "X-Amavis-Alert",       "X-Notes-Failure", "X-Original-Failed-Recipient",
    "X-MXL-NoteHash",
};
static const char *const system_mailers[] = { "m-filter",  "<smtp32", "mailmarshal", "mailgateway",
                                              "interscan", "mxlogic", "imail",       "mdaemon dsn" };

static gboolean
begins_with_any(const char *text, const char *const *words, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        if (g_str_has_prefix(text, words[i]))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_system_address(const char *address)
{
    gsize length = strcspn(address, "@");

    for (gsize i = 0; i < G_N_ELEMENTS(system_names); i++) {
        if (strlen(system_names[i]) == length && g_ascii_strncasecmp(address, system_names[i], length) == 0)
            return TRUE;
    }
    /* Exchange calls itself MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e. */
    return g_ascii_strncasecmp(address, "MicrosoftExchange", 17) == 0;
}

static void
note(Weight *weight, guint *member, guint points, const char *sign)
{
    if (weight->sign == NULL)
        weight->sign = sign;
    *member = MAX(*member, points);
}

static void
weigh_from(const Message *message, Weight *weight)
{
    const MessageAddress *from = message->from->len > 0 ? message->from->pdata[0] : NULL;
    g_autofree char *name = NULL;

    /* "From: <>" is what mail systems write that take the null path for an address. */
    if (from == NULL) {
        if (message_header(message, "From", 0) != NULL)
            note(weight, &weight->system, 2, "From: <>");
        return;
    }
    if (is_system_address(from->address))
        note(weight, &weight->system, 2, "From: a mail system's address");
    name = text_lower(from->name != NULL ? from->name : "");
    if (begins_with_any(name, display_names, G_N_ELEMENTS(display_names)))
        note(weight, &weight->system, 2, "From: a mail system's name");
}

static void
weigh_fields(const Message *message, Weight *weight)
{
    const char *mailer = message_header(message, "X-Mailer", 0);
    g_autofree char *lower = mailer != NULL ? g_ascii_strdown(mailer, -1) : NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(system_fields); i++) {
        if (message_header(message, system_fields[i], 0) != NULL)
            note(weight, &weight->system, 2, system_fields[i]);
    }
    if (lower != NULL && begins_with_any(lower, system_mailers, G_N_ELEMENTS(system_mailers)))
        note(weight, &weight->system, 2, "X-Mailer: a mail system");
    if (message_header(message, "Auto-Submitted", 0) != NULL) {
        g_autofree char *word = header_first_word(message_header(message, "Auto-Submitted", 0));

        if (strcmp(word, "no") != 0)
            note(weight, &weight->automatic, 1, "Auto-Submitted");
    }
    /* Every post of such a list bears it; its refusals have a subject and an opening of their own. */
    if (message_header(message, "X-MLServer", 0) != NULL)
        note(weight, &weight->automatic, 1, "X-MLServer");
}

/* "no-reply@": a machine's, but mostly a shop's. */
static void
weigh_no_reply(const Message *message, Weight *weight)
{
    const MessageAddress *from = message->from->len > 0 ? message->from->pdata[0] : NULL;
    g_autofree char *silent = from != NULL ? address_silence(from->address) : NULL;

    if (silent != NULL)
        note(weight, &weight->automatic, 1, "From: nobody's address");
}

static void
weigh_path(const Message *message, Weight *weight)
{
    const char *path = message->return_path;

    if (path == NULL)
        return;
    if (*path == '\0')
        note(weight, &weight->automatic, 1, "Return-Path: <>");
    else if (g_ascii_strncasecmp(path, "mailer-daemon", 13) == 0 || is_system_address(path))
        note(weight, &weight->system, 2, "Return-Path: a mail system's address");
}

/* A subject that asks, answers or passes on is a person's: "Undelivered mail?", "Re: failure notice". */
static void
weigh_subject(const Message *message, Weight *weight)
{
    static const char *const passed_on[] = { "re:", "re :",  "fw:",  "fwd:", "aw:",  "wg:", "sv:",
                                             "vs:", "antw:", "rif:", "tr:",  "odp:", "ha:", "απ:" };
    g_autofree char *lower = text_lower(message->subject != NULL ? message->subject : "");

    g_strstrip(lower);
    if (begins_with_any(lower, passed_on, G_N_ELEMENTS(passed_on)) || g_str_has_suffix(lower, "?") ||
        !bounce_subject_tells(lower))
        return;
    weight->words += 1;
    weight->word = "Subject";
}

/* The first lines that are the mail's own, not quoted. */
static char *
opening_of(const char *text)
{
    GString *opening = g_string_new(NULL);
    guint lines = 0;
    gsize used = 0;
    g_autofree char *cut = NULL;
    char *lower;

    while (*text != '\0' && lines < OPENING_LINES && used < OPENING_OCTETS) {
        gsize length = strcspn(text, "\n");
        gsize blank = strspn(text, " \t");

        if (length > blank && text[blank] != '>' && text[blank] != '|') {
            g_string_append_len(opening, text, (gssize) length);
            g_string_append_c(opening, ' ');
            lines++;
        }
        used += length + 1;
        text += length + (text[length] == '\n' ? 1 : 0);
    }
    cut = text_cut(opening->str, OPENING_OCTETS);
    lower = text_lower(cut);
    g_string_free(opening, TRUE);
    return lower;
}

static void
weigh_opening(const Message *message, Weight *weight)
{
    g_autofree char *opening = opening_of(message->text);

    if (!bounce_opening_tells(opening))
        return;
    weight->words += 2;
    weight->word = "text";
}

/*
 * A parcel that "could not be delivered" is told of by machines too: but they name no address it did not reach. One that stands where only mail
 * systems put it is worth a subject.
 */
static gboolean
is_enough(const Message *message, const Weight *weight)
{
    guint sum = weight->system + weight->automatic + weight->words;
    BounceRank rank;

    if (weight->system > 0 || sum < ENOUGH - 1)
        return sum >= ENOUGH;
    rank = bounce_text_rank(message);
    return rank <= (sum >= ENOUGH ? BOUNCE_RANK_TOLD : BOUNCE_RANK_NAMED);
}

char *
bounce_sign(const Message *message)
{
    Weight weight = { 0, 0, 0, NULL, NULL };

    weigh_from(message, &weight);
    weigh_path(message, &weight);
    weigh_fields(message, &weight);
    weigh_no_reply(message, &weight);
    if (weight.system + weight.automatic == 0)
        return NULL;
    weigh_subject(message, &weight);
    weigh_opening(message, &weight);
    if (weight.words == 0 || !is_enough(message, &weight))
        return NULL;
    return g_strdup_printf("%s, and the words of a bounce in the %s", weight.sign, weight.word);
}
