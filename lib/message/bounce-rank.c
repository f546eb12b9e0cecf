/*
 * Addresses in a line of a bounce, and what their place says of them.
 */
#include <string.h>

#include "message/bounce-private.h"
#include "base/text.h"
#include "message/status-private.h"

#define MAX_ADDRESS 320

char *
bounce_lower(const char *begin, const char *end)
{
    g_autofree char *part = g_strndup(begin, (gsize) (end - begin));

    return text_lower(part);
}

static gboolean
is_local_char(char c)
{
    return g_ascii_isalnum(c) || (guchar) c >= 0x80 || (c != '\0' && strchr("!#$%&'*+/=?^_`{|}~.-", c) != NULL);
}

static gboolean
is_domain_char(char c)
{
    return g_ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
}

/* Marks of scripts that set no blank beside them, quotes, and blanks that are none of ASCII: no part of an address. */
static gboolean
is_mark(gunichar c)
{
    return c == 0xa0 || c == 0xab || c == 0xbb || (c >= 0x2000 && c <= 0x206f) || (c >= 0x3000 && c <= 0x303f) || c == 0xfeff
           || (c >= 0xff01 && c <= 0xff0f) || (c >= 0xff1a && c <= 0xff20) || (c >= 0xff3b && c <= 0xff40);
}

/* What is neither ASCII nor a letter of an internationalised address ends it to the left. */
static const char *
behind_marks(const char *begin, const char *at)
{
    const char *from = begin;

    while (from < at && ((guchar) *from & 0xc0) == 0x80)
        from++;
    for (; from < at; from = g_utf8_next_char(from))
        if ((guchar) *from >= 0x80 && is_mark(g_utf8_get_char(from)))
            begin = g_utf8_next_char(from);
    return begin;
}

gboolean
bounce_next_address(const char *from, const char *end, BounceMention *mention_out)
{
    for (const char *at = memchr(from, '@', (gsize) (end - from)); at != NULL;
         at = at + 1 < end ? memchr(at + 1, '@', (gsize) (end - at - 1)) : NULL) {
        const char *begin = at;
        const char *stop = at + 1;

        while (begin > from && is_local_char(begin[-1]))
            begin--;
        begin = behind_marks(begin, at);
        while (begin < at && strchr("'`*=-|#", *begin) != NULL)
            begin++;
        while (stop < end && is_domain_char(*stop))
            stop++;
        while (stop > at + 1 && strchr(".-_", stop[-1]) != NULL)
            stop--;
        if (begin < at && stop > at + 1 && stop - begin <= MAX_ADDRESS) {
            mention_out->begin = begin;
            mention_out->end = stop;
            return TRUE;
        }
    }
    return FALSE;
}

/* Lines that speak of the sender, or of systems. */
gboolean
bounce_line_is_beside(const char *lower)
{
    static const char *const beginnings[] = {
        "from:",         "subject:",
        "sent:",         "date:",
        "mail from",     ">>> mail",
        "in: mail from", "in:  mail from",
        "sender",        "original sender",
        "reporting-",    "sender-",
        "remote-mta",    "return-path",
        "reply-to",      "message-id",
        "message id",    "messagename",
        "cc:",           "x-",
        "received",      "references",
        "in-reply-to",   "(envelope-from",
        "dkim-",         "user-agent",
        "http:",         "https:",
        "content-",      "generating server",
        "absender",      "expéditeur",
        "отправитель",   "från:",
        "von:",          "de:",
        "od:",           "da:",
        "от:",           "差出人",
        "送信者",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++) {
        if (g_str_has_prefix(lower, beginnings[i]))
            return TRUE;
    }
    return FALSE;
}

static gboolean
ends_with_any(const char *prefix, const char *const *words, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        if (g_str_has_suffix(prefix, words[i]))
            return TRUE;
    }
    return FALSE;
}

/* "550", "550 5.1.1", "554-": the beginning of a reply, and nothing else before the address. */
static gboolean
is_reply_beginning(const char *prefix)
{
    const char *p = prefix + 3;

    if ((prefix[0] != '4' && prefix[0] != '5') || !g_ascii_isdigit(prefix[1]) || !g_ascii_isdigit(prefix[2]))
        return FALSE;
    return p[strspn(p, "0123456789.- #<")] == '\0';
}

/* The rank by what stands before the address in its line, both in lower case. */
BounceRank
bounce_rank(char *prefix, const char *line, gboolean first)
{
    static const char *const names[] = {
        "rcpt to",
        "recipient",
        "recipients",
        "recipient(s)",
        "recipient address",
        "failed recipient",
        "failed address",
        "intended recipient",
        "deliver message to", "delivered to", "deliver to", "your message to", "your mail to", "addressed to", "failed to reach",
        "delivering your mail to",
        "undeliverable to",
        "delivery to",
        "failed address(es)",
        "to recipient",
        "empfänger",
        "empfängeradresse",
        "destinataire",
        "destinatario",
        "destinatário",
        "получатель",
        "получателя",
        "получателю",
        "宛先",
        "アドレス",
        "收件人",
        "收件人地址",
        "odbiorca",
        "mottagare",
        "ontvanger",
        "userid",
        "rejected recipient",
        "for user",
        "envelope recipient",
        "rcpt",
        "generated from",
        "recipient: [smtp",
    };
    static const char *const beside[] = {
        "from",      "contact",  "contact:",        "sender",         "by",
        "f=",        "helo=",    "mailto",          "sender address", "mail to",
        "e-mail to", "write to", "your postmaster", "administrator",  "abuse to",
    };
    gsize length;

    g_strchug(prefix);
    length = strlen(prefix);
    while (length > 0) {
        const char *last = g_utf8_prev_char(prefix + length);

        if (!g_ascii_isspace(*last) && strchr("<>*-\"'([|:.=", *last) == NULL && !is_mark(g_utf8_get_char(last)))
            break;
        length = (gsize) (last - prefix);
        prefix[length] = '\0';
    }
    if (!first)
        return ends_with_any(prefix, beside, G_N_ELEMENTS(beside)) ? BOUNCE_RANK_NONE : BOUNCE_RANK_MENTIONED;
    if (length == 0 || strcmp(prefix, "•") == 0 || strcmp(prefix, "·") == 0 || strcmp(prefix, "・") == 0)
        return BOUNCE_RANK_LISTED;
    /* Exim tells so whose address led to a pipe or a file. */
    if (strcmp(prefix, "generated by") == 0)
        return BOUNCE_RANK_NAMED;
    if (is_reply_beginning(prefix) || ends_with_any(prefix, names, G_N_ELEMENTS(names)))
        return BOUNCE_RANK_NAMED;
    if (ends_with_any(prefix, beside, G_N_ELEMENTS(beside)))
        return BOUNCE_RANK_NONE;
    if (bounce_opening_tells(line) || status_of_wording(line) != NULL || status_reply_code(line) != 0)
        return BOUNCE_RANK_TOLD;
    return strcmp(prefix, "to") == 0 && g_str_has_prefix(line, "to:") ? BOUNCE_RANK_FIELD : BOUNCE_RANK_MENTIONED;
}

gboolean
bounce_is_system_name(const char *address)
{
    static const char *const names[] = { "postmaster@", "mailer-daemon@", "abuse@",
                                         "support@",    "helpdesk@",      "admin@" };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_str_has_prefix(address, names[i]))
            return TRUE;
    }
    return FALSE;
}

