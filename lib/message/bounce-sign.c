/*
 * Whether a message is a bounce, where its parts do not say so. Signs of a machine and words of a bounce are weighed: neither is enough alone.
 */
#include <string.h>

#include "base/text.h"
#include "message/bounce-private.h"
#include "message/classify-private.h"
#include "message/message-private.h"
#include "message/silence.h"
#include "message/spans-words-private.h"
#include "message/status-private.h"

/*
 * What only mail systems are or write weighs 2, what every automatic mail has (a null path) 1, a postmaster's name 1 and with the latter 2;
 * a subject weighs 1, an opening 2. So a mail
 * system needs the opening, or a subject on the null path; and a null path alone, which absence notes have too, needs both.
 */
#define ENOUGH 4

#define OPENING_LINES 40
#define OPENING_OCTETS 4000
#define CLOSING_OCTETS 60

typedef struct {
    guint system, role, automatic, words;
    const char *sign, *word; /* what is named as the reason */
} Weight;

/* Local parts that only programs have. */
static const char *const program_names[] = {
    "mailerdaemon", "mailer-demon", "mail-daemon", "mail_daemon", "maildaemon", "smtp-daemon", "smtpd", "mdaemon", "mmdf",
    "mail.delivery.system", "mail-delivery-system", "maildeliverysystem", "mail-delivery", "maildelivery", "mail-system",
    "no-reply.mailer", "post_master", "double-bounce", "bounced-mail", "returned-mail", "undeliverable", "mailrouter", "mail-router",
};
/* Local parts of programs and of the people who look after them. */
static const char *const role_names[] = {
    "postmaster", "post-master", "internet-postmaster", "mailadmin", "mail-admin", "mailmaster",
    "bounce", "bounces", "mailsystem", "mailer", "mailgate", "mailgateway", "mail-gateway", "router", "postoffice", "delivery",
    "errors", "systemadministrator", "sysadmin", "system", "root",
};
/* Names that programs give themselves, and those that their administrators have as well. */
static const char *const program_titles[] = {
    "mail deliver", "mailer-daemon", "mailer daemon", "mailerdaemon", "system attendant", "delivery subsystem", "delivery system", "interscan", "internet mail delivery", "mdaemon",
    "e-mail daemon", "email delivery", "почтовая система", "メール配送",
};
/* The whole name, because companies begin like that. */
static const char *const whole_titles[] = { "mail system", "microsoft exchange", "microsoft outlook" };
static const char *const role_titles[] = {
    "postmaster", "system administrator", "mail administrator", "administrator", "systemadministrator", "administrateur système",
    "administrador del sistema", "amministratore sistema", "administrador de sistema", "administrator systemu",
    "системный администратор", "systembeheerder",
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
is_whole_title(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(whole_titles); i++) {
        gsize length = strlen(whole_titles[i]);

        if (strncmp(name, whole_titles[i], length) == 0 &&
            (name[length] == '\0' || g_str_has_prefix(name + length, " at ") || g_str_has_prefix(name + length, " (")))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_local_part(const char *address, const char *const *names, gsize count)
{
    gsize length = strcspn(address, "@");

    for (gsize i = 0; i < count; i++) {
        if (strlen(names[i]) == length && g_ascii_strncasecmp(address, names[i], length) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_program_address(const char *address)
{
    /* Exchange calls itself MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e. */
    return is_local_part(address, program_names, G_N_ELEMENTS(program_names)) ||
           g_ascii_strncasecmp(address, "MicrosoftExchange", 17) == 0;
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
    if (is_program_address(from->address))
        note(weight, &weight->system, 2, "From: a mail system's address");
    name = text_lower(from->name != NULL ? from->name : "");
    if (begins_with_any(name, program_titles, G_N_ELEMENTS(program_titles)) || is_whole_title(name))
        note(weight, &weight->system, 2, "From: a mail system's name");
    if (is_local_part(from->address, role_names, G_N_ELEMENTS(role_names)))
        note(weight, &weight->role, 1, "From: a postmaster's address");
    if (begins_with_any(name, role_titles, G_N_ELEMENTS(role_titles)))
        note(weight, &weight->role, 1, "From: an administrator's name");
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
    const MessageAddress *answer = message->reply_to->len > 0 ? message->reply_to->pdata[0] : NULL;
    g_autofree char *unanswered = answer != NULL ? address_silence(answer->address) : NULL;

    /* A form on a website writes so for a person, who is to be answered. */
    if (answer != NULL && unanswered == NULL)
        return;
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
    else if (g_ascii_strncasecmp(path, "mailer-daemon", 13) == 0 || is_program_address(path))
        note(weight, &weight->system, 2, "Return-Path: a mail system's address");
    else if (is_local_part(path, role_names, G_N_ELEMENTS(role_names)))
        note(weight, &weight->role, 1, "Return-Path: a postmaster's address");
}

/* A subject that asks, answers or passes on is a person's: "Undelivered mail?", "Re: failure notice". */
static gboolean
subject_is_passed_on(const Message *message)
{
    static const char *const passed_on[] = { "re:", "re :",  "fw:",  "fwd:", "aw:",  "wg:", "sv:",
                                             "vs:", "antw:", "rif:", "tr:",  "odp:", "ha:", "απ:" };
    g_autofree char *lower = text_lower(message->subject != NULL ? message->subject : "");

    g_strstrip(lower);
    return begins_with_any(lower, passed_on, G_N_ELEMENTS(passed_on)) || g_str_has_suffix(lower, "?");
}

static void
weigh_subject(const Message *message, Weight *weight)
{
    g_autofree char *lower = text_lower(message->subject != NULL ? message->subject : "");

    if (subject_is_passed_on(message) || !bounce_subject_tells(lower))
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

/* "Regards", on a line of its own among the first: a person has signed. */
static gboolean
is_signed(const char *text)
{
    for (guint lines = 0; *text != '\0' && lines < OPENING_LINES; lines++) {
        gsize length = strcspn(text, "\n");
        g_autoptr(GString) folded = g_string_new(NULL);

        if (length <= CLOSING_OCTETS)
            words_fold(folded, text, length);
        while (folded->len > 0 && strchr(",.!", folded->str[folded->len - 1]) != NULL)
            g_string_truncate(folded, folded->len - 1);
        if (folded->len > 0 && words_is(WORDS_CLOSING, folded->str))
            return TRUE;
        text += length + (text[length] == '\n');
    }
    return FALSE;
}

static gboolean
tells_status(const char *text)
{
    g_autofree char *status = status_find(text, FALSE);

    return status != NULL || status_of_wording(text) != NULL;
}

static void
weigh_opening(const Message *message, Weight *weight)
{
    g_autofree char *opening = opening_of(message->text);

    if (!bounce_opening_tells(opening)) {
        /* "over quota", and whose: from a postmaster with such a subject it is one. */
        weight->words += weight->role > 0 && weight->words > 0 && tells_status(opening);
        return;
    }
    weight->words += 2;
    weight->word = "text";
}

static gboolean
has_returned_part(const Message *message)
{
    for (guint i = 0; i < message->parts->len; i++) {
        const char *type = ((const MessagePart *) message->parts->pdata[i])->type;

        if (strcmp(type, "message/rfc822") == 0 || strcmp(type, "text/rfc822-headers") == 0)
            return TRUE;
    }
    return FALSE;
}

/*
 * A parcel that "could not be delivered" is told of by machines too: but they name no address it did not reach. One that stands where only mail
 * systems put it is worth a subject. A postmaster's program may return the message instead.
 */
static gboolean
is_enough(const Message *message, const Weight *weight)
{
    guint sum = weight->system + weight->automatic + weight->words + weight->role;
    gboolean returned = FALSE;
    BounceRank rank;

    if (weight->system > 0 || sum < ENOUGH - 1)
        return sum >= ENOUGH;
    rank = bounce_text_rank(message, &returned);
    if (sum < ENOUGH)
        return rank <= BOUNCE_RANK_NAMED;
    if (weight->role > 0)
        return rank <= BOUNCE_RANK_FIELD || returned || has_returned_part(message);
    return rank <= BOUNCE_RANK_TOLD;
}

char *
bounce_sign(const Message *message)
{
    Weight weight = { 0 };

    weigh_from(message, &weight);
    weigh_path(message, &weight);
    weigh_fields(message, &weight);
    if (weight.role == 0)
        weigh_no_reply(message, &weight);
    if (weight.system + weight.role + weight.automatic == 0)
        return NULL;
    /* A program that signs as the postmaster; without such a sign it may be the postmaster. */
    if (weight.role > 0 && weight.automatic > 0)
        weight.system = 2;
    if (weight.system == 0 && weight.role > 0 && (subject_is_passed_on(message) || is_signed(message->text)))
        return NULL;
    weigh_subject(message, &weight);
    weigh_opening(message, &weight);
    if (weight.words == 0 || !is_enough(message, &weight))
        return NULL;
    return g_strdup_printf("%s, and the words of a bounce in the %s", weight.sign, weight.word);
}
