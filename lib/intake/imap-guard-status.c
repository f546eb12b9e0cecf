/* What the guard makes of status answers, capabilities and the answers to LIST (RFC 9051, 7.1 to 7.3). */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "intake/imap-guard-private.h"

/* Of a text of the server's that is kept. */
#define KEPT 4000

static void
keep(char **where, const char *text, gsize length)
{
    while (length > 0 && *text == ' ') {
        text++;
        length--;
    }
    g_free(*where);
    *where = g_strndup(text, MIN(length, KEPT));
}

static gboolean
fail(ImapGuard *guard, const char *reason, const char *line, gsize length)
{
    return imap_guard_fail(guard, IMAP_FAULT_PROTOCOL, reason, line, length);
}

/* TRUE and what follows it, if the text begins with the word and the word ends there. */
static gboolean
takes_word(const char **text, const char *end, const char *word)
{
    gsize length = strlen(word);

    if ((gsize) (end - *text) < length || g_ascii_strncasecmp(*text, word, length) != 0)
        return FALSE;
    if (*text + length < end && strchr(" ]", (*text)[length]) == NULL)
        return FALSE;
    *text += length;
    while (*text < end && **text == ' ')
        (*text)++;
    return TRUE;
}

static gboolean
is_flag_octet(char c)
{
    return g_ascii_isalnum(c) || (c != '\0' && strchr("$_-.+:/=@!&#'|~^`?,;<>", c) != NULL);
}

void
imap_guard_flags(GString *to, const char *text, gsize length, gboolean permanent)
{
    gsize at = 0;
    gboolean first = TRUE;

    while (at < length) {
        gsize end = at;
        gsize i;

        /* Parentheses inside are a mistake that one server makes; what stands in them are flags all the same. */
        while (end < length && strchr(" ()", text[end]) == NULL)
            end++;
        i = at + (end > at && text[at] == '\\' ? 1 : 0);
        while (i < end && is_flag_octet(text[i]))
            i++;
        if (permanent && end - at == 2 && text[at] == '\\' && text[at + 1] == '*')
            i = end;
        if (i == end && end > at && !(end - at == 1 && text[at] == '\\')) {
            if (!first)
                g_string_append_c(to, ' ');
            g_string_append_len(to, text + at, (gssize) (end - at));
            first = FALSE;
        }
        at = end + 1;
    }
}

gboolean
imap_guard_capability(ImapGuard *guard, const char *words, gsize length)
{
    keep(&guard->capability, words, length);
    return TRUE;
}

static void
note_capability(ImapGuard *guard, const char *text, const char *end)
{
    const char *close;

    if (text == end || *text != '[')
        return;
    text++;
    if (!takes_word(&text, end, "CAPABILITY"))
        return;
    close = memchr(text, ']', (gsize) (end - text));
    if (close != NULL)
        keep(&guard->capability, text, (gsize) (close - text));
}

static void
write_number(ImapGuard *guard, const char *name, const char *text, const char *end)
{
    guint32 number;

    /* 0 is no UID and no UIDVALIDITY: the same as not told. */
    if (imap_guard_number(&text, end, &number) && number != 0)
        g_string_append_printf(guard->out, "* OK [%s %u] x\r\n", name, number);
}

static void
note_permanent_flags(ImapGuard *guard, const char *text, const char *end)
{
    const char *close = memchr(text, ')', (gsize) (end - text));
    GString *flags = g_string_new(NULL);

    if (close != NULL)
        imap_guard_flags(flags, text, (gsize) (close - text), TRUE);
    g_free(guard->permanent_flags);
    guard->permanent_flags = g_string_free(flags, FALSE);
}

/* The codes that SELECT reads. */
static void
read_code(ImapGuard *guard, const char *text, const char *end)
{
    if (text == end || *text != '[' || guard->mute)
        return;
    text++;
    if (takes_word(&text, end, "UIDVALIDITY")) {
        write_number(guard, "UIDVALIDITY", text, end);
    } else if (takes_word(&text, end, "UIDNEXT")) {
        write_number(guard, "UIDNEXT", text, end);
    } else if (takes_word(&text, end, "PERMANENTFLAGS") && text < end && *text == '(') {
        note_permanent_flags(guard, text, end);
    }
}

gboolean
imap_guard_status(ImapGuard *guard, const char *line, gsize length)
{
    const char *text = line;
    const char *end = line + length;

    if (takes_word(&text, end, "BYE")) {
        keep(&guard->status, text, (gsize) (end - text));
        guard->bye = TRUE;
        if (!guard->logging_out)
            return imap_guard_fail(guard, IMAP_FAULT_BYE, "the server says good-bye", line, length);
        return TRUE;
    }
    if (takes_word(&text, end, "PREAUTH"))
        return fail(guard, "PREAUTH in the middle", line, length);
    if (takes_word(&text, end, "OK")) {
        note_capability(guard, text, end);
        read_code(guard, text, end);
    }
    /* Untagged NO and BAD are warnings, which the tagged answer outlives. */
    return TRUE;
}

gboolean
imap_guard_greeting(ImapGuard *guard, const char *line, gsize length)
{
    const char *text = line + 2;
    const char *end = line + length;
    const char *word = "OK";

    guard->wants_greeting = FALSE;
    if (length < 4 || line[0] != '*' || line[1] != ' ')
        return fail(guard, "no greeting of IMAP", line, length);
    if (takes_word(&text, end, "PREAUTH")) {
        guard->preauth = TRUE;
        word = "PREAUTH";
    } else if (takes_word(&text, end, "BYE")) {
        return imap_guard_status(guard, line + 2, length - 2);
    } else if (!takes_word(&text, end, "OK")) {
        return fail(guard, "no greeting of IMAP", line, length);
    }
    keep(&guard->status, text, (gsize) (end - text));
    note_capability(guard, text, end);
    if (!guard->mute)
        g_string_append_printf(guard->out, "* %s x\r\n", word);
    return TRUE;
}

gboolean
imap_guard_continuation(ImapGuard *guard, const char *line, gsize length)
{
    if (!guard->wants_continuation)
        return fail(guard, "asked to go on when there was nothing to say", line, length);
    guard->has_continuation = TRUE;
    /* A token's challenge is the one that is read; it may be as long as a line. */
    g_free(guard->continuation);
    guard->continuation = g_strndup(length > 2 ? line + 2 : "", length > 2 ? length - 2 : 0);
    return TRUE;
}

gboolean
imap_guard_tagged(ImapGuard *guard, const char *line, gsize length)
{
    const char *text = line;
    const char *end = line + length;
    guint32 tag = 0;
    const char *word = "OK";

    if (!imap_guard_number(&text, end, &tag) || text == end || *text != ' ')
        return fail(guard, "no answer of IMAP", line, length);
    text++;
    if (guard->tag == 0 || tag != guard->tag)
        return fail(guard, "an answer to no command of ours", line, length);
    if (takes_word(&text, end, "OK")) {
        guard->tagged = IMAP_FAULT_NONE;
    } else if (takes_word(&text, end, "NO")) {
        guard->tagged = IMAP_FAULT_REFUSED;
        word = "NO";
    } else if (takes_word(&text, end, "BAD")) {
        guard->tagged = IMAP_FAULT_PROTOCOL;
        word = "BAD";
    } else {
        return fail(guard, "no answer of IMAP", line, length);
    }
    keep(&guard->status, text, (gsize) (end - text));
    note_capability(guard, text, end);
    guard->has_tagged = TRUE;
    guard->tag = 0;
    if (!guard->mute)
        g_string_append_printf(guard->out, "%u %s x\r\n", tag, word);
    return TRUE;
}

/* Reads one string of a LIST answer, quoted or an atom, without what quotes it. FALSE: none. */
static gboolean
list_string(const char **next, GString *to)
{
    const char *at = *next;

    while (*at == ' ')
        at++;
    g_string_truncate(to, 0);
    if (*at == '"') {
        for (at++; *at != '\0' && *at != '"'; at++) {
            if (*at == '\\' && at[1] != '\0')
                at++;
            g_string_append_c(to, *at);
        }
        if (*at != '"')
            return FALSE;
        at++;
        *next = at;
        return TRUE;
    }
    while (*at != '\0' && *at != ' ')
        g_string_append_c(to, *at++);
    *next = at;
    return to->len > 0;
}

/*
 * (attributes) delimiter name [extended data]: the last is cut. A name with a control character in it, which only a literal can hold, could not
 * be sent back, and is left out.
 */
gboolean
imap_guard_list(ImapGuard *guard)
{
    const char *next = guard->list->str;
    const char *close = strchr(next, ')');
    g_autoptr(GString) delimiter = g_string_new(NULL);
    g_autoptr(GString) name = g_string_new(NULL);
    g_autofree char *attributes = NULL;
    ImapListed *listed;

    if (close == NULL)
        return fail(guard, "no answer to LIST", guard->list->str, guard->list->len);
    if (guard->listed->len >= LIMIT_IMAP_FOLDERS)
        return imap_guard_fail(guard, IMAP_FAULT_LIMIT, "too many folders", guard->list->str, guard->list->len);
    attributes = g_ascii_strdown(next, close - next);
    next = close + 1;
    if (!list_string(&next, delimiter) || !list_string(&next, name) || name->len == 0 || name->len > LIMIT_IMAP_ARGUMENT ||
        strlen(name->str) != name->len || text_has_control(name->str))
        return TRUE;
    listed = g_new0(ImapListed, 1);
    listed->name = g_strndup(name->str, name->len);
    listed->delimiter = delimiter->len == 1 ? *delimiter->str : '\0';
    listed->selectable = strstr(attributes, "\\noselect") == NULL && strstr(attributes, "\\nonexistent") == NULL;
    g_ptr_array_add(guard->listed, listed);
    return TRUE;
}
