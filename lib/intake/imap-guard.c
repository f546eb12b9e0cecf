/* The guard's way through the bytes: lines, literals, and which kind of answer each one is. */
#include "intake/imap-guard-private.h"

#include <string.h>

#include "base/limits.h"

/* Of a line that is shown to people. */
#define SHOWN 200

void
imap_guard_init(ImapGuard *guard)
{
    memset(guard, 0, sizeof *guard);
    guard->out = g_string_new(NULL);
    guard->line = g_string_new(NULL);
    guard->list = g_string_new(NULL);
    guard->fetch.name = g_string_new(NULL);
    guard->fetch.value = g_string_new(NULL);
    guard->body_max = LIMIT_MESSAGE_HARD;
}

void
imap_guard_clear(ImapGuard *guard)
{
    g_string_free(guard->out, TRUE);
    g_string_free(guard->line, TRUE);
    g_string_free(guard->list, TRUE);
    g_string_free(guard->fetch.name, TRUE);
    g_string_free(guard->fetch.value, TRUE);
    g_free(guard->continuation);
    g_free(guard->status);
    g_free(guard->capability);
    g_free(guard->permanent_flags);
    g_free(guard->reason);
    g_free(guard->offending);
    memset(guard, 0, sizeof *guard);
}

gboolean
imap_guard_is_empty(const ImapGuard *guard)
{
    return guard->line->len == 0 && !guard->within && guard->literal == 0 && guard->out->len == 0 && guard->behind == 0;
}

gboolean
imap_guard_fail(ImapGuard *guard, ImapFault fault, const char *reason, const char *line, gsize length)
{
    if (guard->fault != IMAP_FAULT_NONE)
        return FALSE;
    guard->fault = fault;
    guard->reason = g_strdup(reason);
    guard->offending = g_strndup(line, MIN(length, SHOWN));
    return FALSE;
}

gboolean
imap_guard_number(const char **next, const char *end, guint32 *number_out)
{
    const char *at = *next;
    guint64 number = 0;

    while (at < end && g_ascii_isdigit(*at) && at - *next < 11)
        number = number * 10 + (guint64) (*at++ - '0');
    if (at == *next || number > G_MAXUINT32)
        return FALSE;
    *next = at;
    *number_out = (guint32) number;
    return TRUE;
}

gboolean
imap_guard_literal(const char *line, gsize length, guint64 *size_out, gsize *announcement_out)
{
    gsize at = length;
    gsize end;
    guint64 size = 0;

    if (at < 3 || line[at - 1] != '}')
        return FALSE;
    at--;
    if (line[at - 1] == '+')
        at--;
    end = at;
    while (at > 0 && g_ascii_isdigit(line[at - 1]))
        at--;
    if (at == end || at == 0 || line[at - 1] != '{')
        return FALSE;
    /* What has more digits is too long whatever they are. */
    for (gsize i = at; i < end; i++)
        size = size > G_MAXUINT32 ? size : size * 10 + (guint64) (line[i] - '0');
    at--;
    /* RFC 3516: literal8. */
    if (at > 0 && line[at - 1] == '~')
        at--;
    if (at > 0 && strchr(" (<", line[at - 1]) == NULL)
        return FALSE;
    *size_out = size;
    *announcement_out = length - at;
    return TRUE;
}

static gboolean
is_word(const char *text, gsize length, const char *word)
{
    return strlen(word) == length && g_ascii_strncasecmp(text, word, length) == 0;
}

/* "* 23 EXISTS" and its kin. RECENT (gone in RFC 9051) is of no use to anybody. */
static gboolean
begin_numbered(ImapGuard *guard, const char *text, const char *end)
{
    const char *word = text;
    guint32 number;
    gsize length;

    if (!imap_guard_number(&word, end, &number))
        return imap_guard_fail(guard, IMAP_FAULT_PROTOCOL, "a number out of range", guard->line->str, guard->line->len);
    if (word == end || *word != ' ')
        return imap_guard_fail(guard, IMAP_FAULT_PROTOCOL, "no answer of IMAP", guard->line->str, guard->line->len);
    word++;
    for (length = 0; word + length < end && word[length] != ' '; length++)
        ;
    if (is_word(word, length, "EXISTS")) {
        guard->mail = guard->mail || number > guard->exists;
        guard->exists = number;
        guard->kind = IMAP_LINE_TEXT;
        if (!guard->mute)
            g_string_append_printf(guard->out, "* %u EXISTS\r\n", number);
    } else if (is_word(word, length, "EXPUNGE")) {
        if (number == 0)
            return imap_guard_fail(guard, IMAP_FAULT_PROTOCOL, "message 0", guard->line->str, guard->line->len);
        guard->change = TRUE;
        if (guard->exists > 0)
            guard->exists--;
        guard->kind = IMAP_LINE_TEXT;
    } else if (is_word(word, length, "FETCH")) {
        if (number == 0)
            return imap_guard_fail(guard, IMAP_FAULT_PROTOCOL, "message 0", guard->line->str, guard->line->len);
        guard->kind = IMAP_LINE_FETCH;
        imap_guard_fetch_begin(guard, number);
    } else {
        guard->kind = IMAP_LINE_DROPPED;
    }
    return TRUE;
}

static gboolean
begin_untagged(ImapGuard *guard, const char *text, gsize length)
{
    static const char *const states[] = { "OK", "NO", "BAD", "BYE", "PREAUTH" };
    gsize word = 0;

    while (word < length && text[word] != ' ')
        word++;
    if (word == 0)
        return imap_guard_fail(guard, IMAP_FAULT_PROTOCOL, "no answer of IMAP", guard->line->str, guard->line->len);
    if (g_ascii_isdigit(*text))
        return begin_numbered(guard, text, text + length);
    for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
        if (!is_word(text, word, states[i]))
            continue;
        guard->kind = IMAP_LINE_TEXT;
        return imap_guard_status(guard, text, length);
    }
    if (is_word(text, word, "CAPABILITY")) {
        guard->kind = IMAP_LINE_TEXT;
        return imap_guard_capability(guard, text + word, length - word);
    }
    guard->kind = is_word(text, word, "LIST") && guard->listed != NULL ? IMAP_LINE_LIST : IMAP_LINE_DROPPED;
    if (guard->kind == IMAP_LINE_LIST)
        g_string_truncate(guard->list, 0);
    return TRUE;
}

/* The first line of an answer. How much of it begin_... took, such as "* 5 FETCH", is for read_data() to skip. */
static gboolean
begin(ImapGuard *guard, const char *line, gsize length)
{
    guard->depth = 0;
    guard->kind = IMAP_LINE_TEXT;
    if (guard->wants_greeting)
        return imap_guard_greeting(guard, line, length);
    if (length >= 2 && line[0] == '*' && line[1] == ' ')
        return begin_untagged(guard, line + 2, length - 2);
    if (length >= 1 && line[0] == '+' && (length == 1 || line[1] == ' '))
        return imap_guard_continuation(guard, line, length);
    return imap_guard_tagged(guard, line, length);
}

/* Counts parentheses outside quoted strings; whether the text ends inside one says whether a literal can follow. */
static gboolean
count_depth(ImapGuard *guard, const char *text, gsize length, gboolean *quoted_out)
{
    gboolean quoted = FALSE;

    for (gsize i = 0; i < length; i++) {
        if (quoted && text[i] == '\\' && i + 1 < length)
            i++;
        else if (text[i] == '"')
            quoted = !quoted;
        else if (!quoted && text[i] == '(' && ++guard->depth > LIMIT_IMAP_DEPTH)
            return imap_guard_fail(guard, IMAP_FAULT_LIMIT, "parentheses nested too deeply", text, length);
        else if (!quoted && text[i] == ')' && guard->depth > 0)
            guard->depth--;
    }
    *quoted_out = quoted;
    return TRUE;
}

/* Where the data of an answer begin in its first line: behind "* 5 FETCH" or "* LIST". */
static gsize
data_begin(const ImapGuard *guard, const char *line, gsize length)
{
    gsize words = guard->kind == IMAP_LINE_FETCH ? 3 : 2;
    gsize at = 0;

    if (guard->kind == IMAP_LINE_DROPPED)
        return 0;
    while (words > 0 && at < length) {
        while (at < length && line[at] != ' ')
            at++;
        if (--words > 0)
            at++;
    }
    return MIN(at, length);
}

static gboolean
begin_literal(ImapGuard *guard, guint64 size)
{
    guard->literal_passes = FALSE;
    if (guard->kind == IMAP_LINE_FETCH && !imap_guard_fetch_literal(guard, size, &guard->literal_passes))
        return FALSE;
    if (!guard->literal_passes && size > LIMIT_IMAP_LITERAL)
        return imap_guard_fail(guard, IMAP_FAULT_LIMIT, "a literal too long", guard->line->str, guard->line->len);
    if (guard->kind == IMAP_LINE_LIST && size > LIMIT_IMAP_ARGUMENT)
        guard->kind = IMAP_LINE_DROPPED;
    if (guard->kind == IMAP_LINE_LIST)
        g_string_append_c(guard->list, '"');
    guard->literal = (gsize) size;
    return TRUE;
}

static void
end_literal(ImapGuard *guard)
{
    if (guard->kind == IMAP_LINE_LIST)
        g_string_append_c(guard->list, '"');
}

/* A line of an answer that may hold literals, or go on after one. */
static gboolean
read_data(ImapGuard *guard, const char *line, gsize length, gboolean first)
{
    gsize skip = first ? data_begin(guard, line, length) : 0;
    gboolean quoted = FALSE;
    guint64 size = 0;
    gsize announcement = 0;

    if (!count_depth(guard, line, length, &quoted))
        return FALSE;
    guard->within = !quoted && imap_guard_literal(line, length, &size, &announcement);
    if (announcement + skip > length)
        skip = length - announcement;
    if (guard->kind == IMAP_LINE_FETCH && !imap_guard_fetch_text(guard, line + skip, length - skip - announcement))
        return FALSE;
    if (guard->kind == IMAP_LINE_LIST)
        g_string_append_len(guard->list, line + skip, (gssize) (length - skip - announcement));
    if (guard->within)
        return begin_literal(guard, size);
    if (guard->kind == IMAP_LINE_FETCH)
        return imap_guard_fetch_end(guard);
    return guard->kind != IMAP_LINE_LIST || imap_guard_list(guard);
}

static gboolean
read_line(ImapGuard *guard)
{
    const char *line = guard->line->str;
    gsize length = guard->line->len;
    gboolean first = !guard->within;

    if (length > 0 && line[length - 1] == '\r')
        length--;
    guard->within = FALSE;
    if (first && !begin(guard, line, length))
        return FALSE;
    if (guard->kind != IMAP_LINE_TEXT && !read_data(guard, line, length, first))
        return FALSE;
    if (!guard->within)
        guard->octets = 0;
    g_string_truncate(guard->line, 0);
    return TRUE;
}

/* Up to the end of a line. Returns how much it took; the fault is set where it took what cannot be. */
static gsize
feed_line(ImapGuard *guard, const char *bytes, gsize length)
{
    const char *newline = memchr(bytes, '\n', length);
    gsize taken = newline != NULL ? (gsize) (newline - bytes) + 1 : length;
    gsize text = newline != NULL ? taken - 1 : taken;

    guard->octets += taken;
    g_string_append_len(guard->line, bytes, (gssize) MIN(text, LIMIT_IMAP_LINE));
    if (guard->octets > LIMIT_IMAP_LINE)
        imap_guard_fail(guard, IMAP_FAULT_LIMIT, "a line too long", guard->line->str, guard->line->len);
    else if (memchr(bytes, '\0', text) != NULL)
        imap_guard_fail(guard, IMAP_FAULT_PROTOCOL, "a NUL outside a literal", guard->line->str, guard->line->len);
    else if (newline != NULL)
        read_line(guard);
    return taken;
}

static void
quote(GString *to, const char *bytes, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        if (bytes[i] == '"' || bytes[i] == '\\')
            g_string_append_c(to, '\\');
        g_string_append_c(to, bytes[i]);
    }
}

static gsize
feed_literal(ImapGuard *guard, const char *bytes, gsize length)
{
    gsize taken = MIN(guard->literal, length);

    if (guard->literal_passes && !guard->mute)
        g_string_append_len(guard->out, bytes, (gssize) taken);
    else if (guard->kind == IMAP_LINE_LIST)
        quote(guard->list, bytes, taken);
    guard->literal -= taken;
    if (guard->literal == 0)
        end_literal(guard);
    return taken;
}

gboolean
imap_guard_feed(ImapGuard *guard, const char *bytes, gsize length)
{
    while (length > 0 && guard->fault == IMAP_FAULT_NONE) {
        gboolean behind = guard->has_tagged;
        gsize taken = guard->literal > 0 ? feed_literal(guard, bytes, length) : feed_line(guard, bytes, length);

        if (behind)
            guard->behind += taken;
        bytes += taken;
        length -= taken;
    }
    return guard->fault == IMAP_FAULT_NONE;
}
