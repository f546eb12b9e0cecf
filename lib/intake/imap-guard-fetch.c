/* The guard's reading of FETCH (RFC 9051, 7.5.2): items that were asked for are written anew, the others are left out. */
#include <string.h>

#include "base/limits.h"
#include "intake/imap-guard-private.h"

#define MESSAGE_ID_ITEM "BODY[HEADER.FIELDS (MESSAGE-ID)]"

static gboolean
fail(ImapGuard *guard, const char *reason)
{
    return imap_guard_fail(guard, IMAP_FAULT_PROTOCOL, reason, guard->line->str, guard->line->len);
}

void
imap_guard_fetch_begin(ImapGuard *guard, guint32 number)
{
    ImapFetch *fetch = &guard->fetch;
    GString *name = fetch->name;
    GString *value = fetch->value;

    memset(fetch, 0, sizeof *fetch);
    fetch->name = name;
    fetch->value = value;
    fetch->number = number;
    if (guard->want == IMAP_WANT_NO_FETCH)
        guard->change = TRUE;
}

/* How the body item of this command is written to the parser; NULL: this item is none. */
static const char *
body_name(const ImapGuard *guard)
{
    const char *name = guard->fetch.name->str;

    switch (guard->want) {
    case IMAP_WANT_IDS:
        return g_ascii_strncasecmp(name, "BODY[HEADER", 11) == 0 ? MESSAGE_ID_ITEM : NULL;
    case IMAP_WANT_BODIES:
        return g_ascii_strcasecmp(name, "BODY[]") == 0 ? "BODY[]" : NULL;
    case IMAP_WANT_PARTIAL:
        /* What is as short as the part that was asked for comes without an origin from some. */
        return g_ascii_strcasecmp(name, "BODY[]<0>") == 0 || g_ascii_strcasecmp(name, "BODY[]") == 0 ? "BODY[]<0>" : NULL;
    case IMAP_WANT_ROWS:
    case IMAP_WANT_NO_FETCH:
        break;
    }
    return NULL;
}

static gboolean
is_wanted(const ImapGuard *guard)
{
    const char *name = guard->fetch.name->str;

    if (guard->want == IMAP_WANT_NO_FETCH)
        return FALSE;
    if (g_ascii_strcasecmp(name, "UID") == 0 || body_name(guard) != NULL)
        return TRUE;
    return guard->want == IMAP_WANT_ROWS &&
           (g_ascii_strcasecmp(name, "RFC822.SIZE") == 0 || g_ascii_strcasecmp(name, "INTERNALDATE") == 0 ||
            g_ascii_strcasecmp(name, "FLAGS") == 0);
}

static void
write_name(ImapGuard *guard, const char *name)
{
    ImapFetch *fetch = &guard->fetch;

    if (fetch->began)
        g_string_append_c(guard->out, ' ');
    else
        g_string_append_printf(guard->out, "* %u FETCH (", fetch->number);
    fetch->began = TRUE;
    g_string_append(guard->out, name);
    g_string_append_c(guard->out, ' ');
}

static gboolean
write_uid(ImapGuard *guard)
{
    const char *next = guard->fetch.value->str;
    guint32 uid;

    if (!imap_guard_number(&next, next + guard->fetch.value->len, &uid) || *next != '\0' || uid == 0)
        return fail(guard, "a UID that is none");
    if (guard->fetch.has_uid)
        return fail(guard, "two UIDs for one message");
    guard->fetch.has_uid = TRUE;
    write_name(guard, "UID");
    g_string_append_printf(guard->out, "%u", uid);
    return TRUE;
}

/* RFC 9051 allows 63 bits, the parser has 32. */
static void
write_size(ImapGuard *guard)
{
    const char *text = guard->fetch.value->str;
    gsize digits = strspn(text, "0123456789");
    guint64 size = g_ascii_strtoull(text, NULL, 10);

    if (digits == 0 || text[digits] != '\0')
        return;
    write_name(guard, "RFC822.SIZE");
    g_string_append_printf(guard->out, "%u", (guint32) MIN(size, G_MAXUINT32));
}

/* "17-Jul-1996 02:44:25 -0700", the day with a blank before it if it has one digit. */
static gboolean
is_date(const char *text)
{
    static const char shape[] = "d0-aaa-0000 00:00:00 s0000";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char month[4] = { 0 };

    if (strlen(text) != sizeof shape - 1)
        return FALSE;
    for (gsize i = 0; i < sizeof shape - 1; i++) {
        gboolean fits = shape[i] == '0'   ? g_ascii_isdigit(text[i])
                        : shape[i] == 'd' ? g_ascii_isdigit(text[i]) || text[i] == ' '
                        : shape[i] == 'a' ? g_ascii_isalpha(text[i])
                        : shape[i] == 's' ? text[i] == '+' || text[i] == '-'
                                          : text[i] == shape[i];

        if (!fits)
            return FALSE;
    }
    month[0] = g_ascii_toupper(text[3]);
    month[1] = g_ascii_tolower(text[4]);
    month[2] = g_ascii_tolower(text[5]);
    return strstr(months, month) != NULL && (strstr(months, month) - months) % 3 == 0;
}

static void
write_date(ImapGuard *guard)
{
    if (!is_date(guard->fetch.value->str))
        return;
    write_name(guard, "INTERNALDATE");
    g_string_append_printf(guard->out, "\"%s\"", guard->fetch.value->str);
}

static void
write_flags(ImapGuard *guard)
{
    write_name(guard, "FLAGS");
    g_string_append_c(guard->out, '(');
    imap_guard_flags(guard->out, guard->fetch.value->str, guard->fetch.value->len, FALSE);
    g_string_append_c(guard->out, ')');
}

static gboolean
announce_body(ImapGuard *guard, guint64 size)
{
    if (guard->fetch.has_body)
        return fail(guard, "two bodies of one message");
    if (size > (guard->want == IMAP_WANT_IDS ? LIMIT_IMAP_LITERAL : guard->body_max))
        return imap_guard_fail(guard, IMAP_FAULT_LIMIT, "a body longer than allowed", guard->line->str, guard->line->len);
    guard->fetch.has_body = TRUE;
    if (guard->mute)
        return TRUE;
    write_name(guard, body_name(guard));
    g_string_append_printf(guard->out, "{%u}\r\n", (guint32) size);
    return TRUE;
}

/* A body that is no literal: a quoted string becomes one, as the parser hands those over octet by octet. NIL is left out, and so is nothing. */
static gboolean
write_short_body(ImapGuard *guard, gboolean quoted)
{
    GString *value = guard->fetch.value;

    if (!quoted || value->len == 0)
        return TRUE;
    if (!announce_body(guard, value->len))
        return FALSE;
    if (!guard->mute)
        g_string_append_len(guard->out, value->str, (gssize) value->len);
    return TRUE;
}

static gboolean
end_item(ImapGuard *guard, ImapFetchState kind)
{
    ImapFetch *fetch = &guard->fetch;
    const char *name = fetch->name->str;

    fetch->state = IMAP_FETCH_ITEM;
    if (!fetch->wanted)
        return TRUE;
    if (body_name(guard) != NULL)
        return write_short_body(guard, kind == IMAP_FETCH_QUOTED);
    if (guard->mute)
        return TRUE;
    if (g_ascii_strcasecmp(name, "UID") == 0)
        return write_uid(guard);
    if (g_ascii_strcasecmp(name, "RFC822.SIZE") == 0)
        write_size(guard);
    else if (g_ascii_strcasecmp(name, "INTERNALDATE") == 0)
        write_date(guard);
    else if (kind == IMAP_FETCH_GROUP)
        write_flags(guard);
    return TRUE;
}

static gboolean
close_fetch(ImapGuard *guard)
{
    guard->fetch.state = IMAP_FETCH_CLOSED;
    if (guard->fetch.began)
        g_string_append(guard->out, ")\r\n");
    return TRUE;
}

static gboolean
octet_of_name(ImapGuard *guard, char c)
{
    ImapFetch *fetch = &guard->fetch;

    if (c == '[')
        fetch->brackets++;
    else if (c == ']' && fetch->brackets > 0)
        fetch->brackets--;
    if (fetch->brackets == 0 && (c == '(' || c == ')'))
        return fail(guard, "an item of FETCH without a value");
    if (fetch->brackets > 0 || c != ' ') {
        g_string_append_c(fetch->name, c);
        return TRUE;
    }
    fetch->wanted = is_wanted(guard);
    fetch->state = IMAP_FETCH_VALUE;
    g_string_truncate(fetch->value, 0);
    return TRUE;
}

static gboolean
begin_value(ImapGuard *guard, char c)
{
    ImapFetch *fetch = &guard->fetch;

    if (c == ' ')
        return TRUE;
    if (c == ')')
        return fail(guard, "an item of FETCH without a value");
    fetch->escaped = FALSE;
    fetch->quoted = FALSE;
    fetch->depth = c == '(';
    fetch->state = c == '"' ? IMAP_FETCH_QUOTED : c == '(' ? IMAP_FETCH_GROUP : IMAP_FETCH_ATOM;
    if (fetch->state == IMAP_FETCH_ATOM && fetch->wanted)
        g_string_append_c(fetch->value, c);
    return TRUE;
}

static gboolean
octet_of_quoted(ImapGuard *guard, char c)
{
    ImapFetch *fetch = &guard->fetch;

    if (!fetch->escaped && c == '"')
        return end_item(guard, IMAP_FETCH_QUOTED);
    fetch->escaped = !fetch->escaped && c == '\\';
    if (!fetch->escaped && fetch->wanted)
        g_string_append_c(fetch->value, c);
    return TRUE;
}

static gboolean
octet_of_group(ImapGuard *guard, char c)
{
    ImapFetch *fetch = &guard->fetch;

    if (fetch->quoted) {
        fetch->quoted = fetch->escaped || c != '"';
        fetch->escaped = !fetch->escaped && c == '\\';
    } else if (c == '"') {
        fetch->quoted = TRUE;
    } else if (c == '(') {
        fetch->depth++;
    } else if (c == ')' && --fetch->depth == 0) {
        return end_item(guard, IMAP_FETCH_GROUP);
    }
    if (fetch->wanted)
        g_string_append_c(fetch->value, c);
    return TRUE;
}

static gboolean
octet(ImapGuard *guard, char c)
{
    ImapFetch *fetch = &guard->fetch;

    switch (fetch->state) {
    case IMAP_FETCH_OPEN:
        if (c == '(')
            fetch->state = IMAP_FETCH_ITEM;
        return c == '(' || c == ' ' || fail(guard, "FETCH without a list");
    case IMAP_FETCH_ITEM:
        if (c == ')')
            return close_fetch(guard);
        if (c == ' ')
            return TRUE;
        g_string_truncate(fetch->name, 0);
        fetch->brackets = 0;
        fetch->state = IMAP_FETCH_NAME;
        return octet_of_name(guard, c);
    case IMAP_FETCH_NAME:
        return octet_of_name(guard, c);
    case IMAP_FETCH_VALUE:
        return begin_value(guard, c);
    case IMAP_FETCH_ATOM:
        if (c == ' ' || c == ')')
            return end_item(guard, IMAP_FETCH_ATOM) && (c == ' ' || close_fetch(guard));
        if (fetch->wanted)
            g_string_append_c(fetch->value, c);
        return TRUE;
    case IMAP_FETCH_QUOTED:
        return octet_of_quoted(guard, c);
    case IMAP_FETCH_GROUP:
        return octet_of_group(guard, c);
    case IMAP_FETCH_CLOSED:
        break;
    }
    return c == ' ' || fail(guard, "more than FETCH should have");
}

gboolean
imap_guard_fetch_text(ImapGuard *guard, const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (!octet(guard, text[i]))
            return FALSE;
    return TRUE;
}

gboolean
imap_guard_fetch_literal(ImapGuard *guard, guint64 size, gboolean *passes_out)
{
    ImapFetch *fetch = &guard->fetch;

    *passes_out = FALSE;
    if (fetch->state == IMAP_FETCH_GROUP)
        return TRUE;
    if (fetch->state != IMAP_FETCH_VALUE)
        return fail(guard, "a literal where none can be");
    fetch->state = IMAP_FETCH_ITEM;
    if (!fetch->wanted || body_name(guard) == NULL || size == 0)
        return TRUE;
    *passes_out = TRUE;
    return announce_body(guard, size);
}

gboolean
imap_guard_fetch_end(ImapGuard *guard)
{
    return guard->fetch.state == IMAP_FETCH_CLOSED || fail(guard, "FETCH without an end");
}
