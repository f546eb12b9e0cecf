#include "message/address-list-private.h"

#include <string.h>

#include "base/text.h"
#include "message/encoded-words-private.h"
#include "message/header-reader-private.h"

#define MAX_NAME_PIECES 3   /* "Doe, Jane, Dr. <jane@x>": so many commas a name may have without quotes */

/* One mailbox while it is read. */
typedef struct {
    GString *phrase;         /* what is not in brackets, without quotes and comments */
    GString *plain;          /* the same as written, with its quotes: an address without brackets */
    GString *angle;          /* what is in brackets */
    GString *behind;         /* what stands behind them */
    GString *comment;        /* all comments */
    gboolean has_angle;
    gboolean is_quoted;      /* the phrase begins with a quote, so it is a name of its own */
} Mailbox;

typedef struct {
    const char *next;
    Mailbox     now;
    GPtrArray  *pending;     /* char *: names before commas, until it is clear what they are */
    GPtrArray  *addresses;
    guint       most;
    gboolean    full;
    gboolean    no_quote;    /* no closing quote follows any more; so each search is made once */
    gboolean    no_comment;
    gboolean    decoded;     /* this is what stood in an encoded word: not a second time */
} Reader;

static void
mailbox_reset(Mailbox *mailbox)
{
    g_string_truncate(mailbox->phrase, 0);
    g_string_truncate(mailbox->plain, 0);
    g_string_truncate(mailbox->angle, 0);
    g_string_truncate(mailbox->behind, 0);
    g_string_truncate(mailbox->comment, 0);
    mailbox->has_angle = mailbox->is_quoted = FALSE;
}

/* Decoded, one line, NULL if nothing is left. */
static char *
readable_name(const char *text)
{
    g_autofree char *name = header_decode(text);

    return *name != '\0' ? g_steal_pointer(&name) : NULL;
}

static void
add_address(Reader *reader, const char *name, const char *address)
{
    MessageAddress *added;

    if (reader->addresses->len >= reader->most) {
        reader->full = TRUE;
        return;
    }
    added = g_new0(MessageAddress, 1);
    added->name = name != NULL ? readable_name(name) : NULL;
    added->address = header_address_tidy(address);
    g_ptr_array_add(reader->addresses, added);
}

/* Without blanks outside of quotes, without "mailto:" and without a source route (RFC 5322, 4.4: "@a,@b:user@c"). */
static char *
bare_address(const char *text)
{
    GString *bare = g_string_new(NULL);
    g_autofree char *line = NULL;
    gboolean quoted = FALSE;

    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"')
            quoted = !quoted;
        if (*p == '\\' && p[1] != '\0')
            g_string_append_c(bare, *p++);
        if (quoted || !g_ascii_isspace(*p))
            g_string_append_c(bare, *p);
    }
    if (g_ascii_strncasecmp(bare->str, "mailto:", 7) == 0)
        g_string_erase(bare, 0, 7);
    if (bare->str[0] == '@' && strchr(bare->str, ':') != NULL)
        g_string_erase(bare, 0, strchr(bare->str, ':') - bare->str + 1);
    /* "jane@x": quotes around all of it are no quoted local part */
    if (bare->len > 2 && bare->str[0] == '"' && bare->str[bare->len - 1] == '"' && strchr(bare->str, '@') != NULL) {
        g_string_truncate(bare, bare->len - 1);
        g_string_erase(bare, 0, 1);
    }
    line = header_decode(bare->str);
    g_string_free(bare, TRUE);
    return g_steal_pointer(&line);
}

/* Blanks around "@" and " ." taken away, outside of quotes: "jane . doe @ example.com" (RFC 5322, 4.4). */
static char *
join_at(const char *text)
{
    GString *joined = g_string_new(NULL);
    gboolean quoted = FALSE;

    for (const char *p = text; *p != '\0'; p++) {
        char separator = *p;

        if (*p == '"')
            quoted = !quoted;
        if (!quoted && (*p == '@' || (*p == '.' && joined->len > 0 && g_ascii_isspace(joined->str[joined->len - 1])))) {
            while (joined->len > 0 && g_ascii_isspace(joined->str[joined->len - 1]))
                g_string_truncate(joined, joined->len - 1);
            while (g_ascii_isspace(p[1]))
                p++;
            g_string_append_c(joined, separator);
        } else {
            g_string_append_c(joined, *p);
        }
    }
    return g_strstrip(g_string_free(joined, FALSE));
}

/* The length of the word at p; a quoted string is part of it. */
static gsize
word_length(const char *p)
{
    gboolean quoted = FALSE;
    gsize length = 0;

    for (; p[length] != '\0' && (quoted || !g_ascii_isspace(p[length])); length++) {
        if (p[length] == '"')
            quoted = !quoted;
    }
    return length;
}

/* A name of several words, some of them in quotes: without these. */
static char *
without_quotes(const char *name)
{
    GString *plain = g_string_new(NULL);

    for (; *name != '\0'; name++) {
        if (*name == '\\' && name[1] != '\0')
            g_string_append_c(plain, *++name);
        else if (*name != '"')
            g_string_append_c(plain, *name);
    }
    return g_string_free(plain, FALSE);
}

/* "Jane jane@x", "a@x b@x": each word with an at sign is an address, the words before it its name. */
static void
add_words(Reader *reader, const char *text, const char *comment)
{
    g_autoptr(GString) name = g_string_new(NULL);

    while (*text != '\0') {
        gsize length = word_length(text);
        g_autofree char *word = g_strndup(text, length);

        text += length;
        text += strspn(text, " \t\r\n\f");
        if (strchr(word, '@') != NULL) {
            g_autofree char *address = bare_address(word);
            g_autofree char *before = without_quotes(name->str);

            add_address(reader, *before != '\0' ? before : comment, address);
            g_string_truncate(name, 0);
        } else {
            g_string_append_printf(name, "%s%s", name->len > 0 ? " " : "", word);
        }
    }
    /* "jane@x Jane": the name stands behind */
    if (name->len > 0 && reader->addresses->len > 0) {
        MessageAddress *last = reader->addresses->pdata[reader->addresses->len - 1];

        g_autofree char *behind = without_quotes(name->str);

        if (last->name == NULL)
            last->name = readable_name(behind);
    }
}

/* No bracket and no at sign: the name of a mailbox on the sender's own system, or of nobody's. */
static void
add_domainless(Reader *reader, const char *text)
{
    g_autofree char *name = readable_name(text);

    if (name == NULL)
        return;
    if (strpbrk(name, " \t") == NULL)
        add_address(reader, NULL, name);
    else
        add_address(reader, name, "");
}

static void
add_pending(Reader *reader)
{
    for (guint i = 0; i < reader->pending->len; i++)
        add_domainless(reader, reader->pending->pdata[i]);
    g_ptr_array_set_size(reader->pending, 0);
}

/* The name of a mailbox with brackets, with what stood before commas and in comments; NULL if it has none. */
static char *
take_name(Reader *reader)
{
    Mailbox *now = &reader->now;
    GString *name;

    if (now->phrase->len == 0) {
        add_pending(reader);
        if (now->behind->str[strspn(now->behind->str, " ")] != '\0')
            return g_strdup(now->behind->str);
        return now->comment->len > 0 ? g_strdup(now->comment->str) : NULL;
    }
    if (now->is_quoted)
        add_pending(reader);
    name = g_string_new(NULL);
    for (guint i = 0; i < reader->pending->len; i++)
        g_string_append_printf(name, "%s, ", (const char *) reader->pending->pdata[i]);
    g_string_append(name, now->phrase->str);
    if (now->comment->len > 0)
        g_string_append_printf(name, " (%s)", now->comment->str);
    g_ptr_array_set_size(reader->pending, 0);
    return g_string_free(name, FALSE);
}

static void read_list(Reader *reader, const char *text);

/* An encoded word around name and address together; once, for what it decodes to may hold another one. */
static gboolean
add_from_word(Reader *reader, const char *text)
{
    g_autofree char *decoded = NULL;
    Reader inner = { .addresses = reader->addresses, .most = reader->most, .decoded = TRUE };

    if (reader->decoded || strstr(text, "=?") == NULL)
        return FALSE;
    decoded = header_decode(text);
    if (strchr(decoded, '@') == NULL)
        return FALSE;
    add_pending(reader);
    read_list(&inner, decoded);
    reader->full = reader->full || inner.full;
    return TRUE;
}

/* A mailbox ends. */
static void
flush(Reader *reader, gboolean at_comma)
{
    Mailbox *now = &reader->now;

    g_strstrip(now->phrase->str);
    now->phrase->len = strlen(now->phrase->str);
    if (now->has_angle) {
        g_autofree char *name = take_name(reader);
        g_autofree char *address = bare_address(now->angle->str);

        /* "jane@x.example <": what stands before the bracket is all there is */
        if (*address == '\0' && name != NULL && !now->is_quoted && strchr(name, '@') != NULL && strpbrk(name, " \t") == NULL) {
            g_free(address);
            address = g_steal_pointer(&name);
        }
        if (*address != '\0' || name != NULL)
            add_address(reader, name, address);
    } else if (strchr(now->plain->str, '@') != NULL) {
        g_autofree char *plain = join_at(now->plain->str);

        add_pending(reader);
        add_words(reader, plain, now->comment->len > 0 ? now->comment->str : NULL);
    } else if (now->phrase->len > 0 && !add_from_word(reader, now->phrase->str)) {
        g_ptr_array_add(reader->pending, g_strdup(now->phrase->str));
        if (!at_comma || reader->pending->len > MAX_NAME_PIECES)
            add_pending(reader);
    }
    mailbox_reset(now);
}

static void
append_both(Mailbox *now, const char *text, gsize length)
{
    g_string_append_len(now->phrase, text, (gssize) length);
    g_string_append_len(now->plain, text, (gssize) length);
}

/* Where the quoted string that begins at p ends: behind its closing quote; NULL if that is missing. */
static const char *
quote_end(const char *p)
{
    for (p++; *p != '\0' && *p != '"'; p++) {
        if (*p == '\\' && p[1] != '\0')
            p++;
    }
    return *p == '"' ? p + 1 : NULL;
}

/* Without the backslashes of quoted pairs. */
static void
append_unescaped(GString *to, const char *begin, const char *end)
{
    for (; begin < end; begin++) {
        if (*begin == '\\' && begin + 1 < end)
            begin++;
        g_string_append_c(to, *begin);
    }
}

static void
read_quote(Reader *reader)
{
    Mailbox *now = &reader->now;
    const char *end = reader->no_quote ? NULL : quote_end(reader->next);

    if (end == NULL) {
        reader->no_quote = TRUE;
        reader->next++;
        return;
    }
    now->is_quoted = now->is_quoted || (!now->has_angle && now->phrase->str[strspn(now->phrase->str, " \t")] == '\0');
    append_unescaped(now->has_angle ? now->behind : now->phrase, reader->next + 1, end - 1);
    g_string_append_len(now->plain, reader->next, end - reader->next);
    reader->next = end;
}

static void
read_comment(Reader *reader)
{
    Mailbox *now = &reader->now;
    const char *end = reader->no_comment ? NULL : text_comment_end(reader->next);

    if (end == NULL) {
        reader->no_comment = TRUE;
        reader->next++;
        return;
    }
    if (now->comment->len > 0)
        g_string_append_c(now->comment, ' ');
    append_unescaped(now->comment, reader->next + 1, end - 1);
    if (!now->has_angle) {
        if (now->phrase->len == 0 || !g_ascii_isspace(now->phrase->str[now->phrase->len - 1]))
            append_both(now, " ", 1);
        end += strspn(end, " \t");
    }
    reader->next = end;
}

/* Behind "<": to ">", or to where the next mailbox begins if that is missing. */
static void
read_angle(Reader *reader)
{
    Mailbox *now = &reader->now;
    gboolean quoted = FALSE;
    gboolean route = reader->next[1] == '@';    /* a source route has commas of its own, up to a colon */
    const char *p = reader->next + 1;

    /* "<Name> <address>", "<a@x> <b@x>" */
    if (now->has_angle && strchr(now->angle->str, '@') == NULL) {
        g_string_assign(now->phrase, now->angle->str);
    } else if (now->has_angle) {
        g_autofree char *behind = g_strdup(now->behind->str);

        g_string_truncate(now->behind, 0);
        flush(reader, FALSE);
        g_string_assign(now->phrase, behind);
    }
    g_string_truncate(now->angle, 0);
    now->has_angle = TRUE;
    for (; *p != '\0' && (quoted || (*p != '>' && *p != ';' && (route || *p != ','))); p++) {
        const char *behind = *p == '(' && !quoted && !reader->no_comment ? text_comment_end(p) : NULL;

        if (behind != NULL) {
            p = behind - 1;
            continue;
        }
        reader->no_comment = reader->no_comment || (*p == '(' && !quoted);
        route = route && *p != ':';
        if (*p == '<' && !quoted)
            g_string_truncate(now->angle, 0);
        else
            g_string_append_c(now->angle, *p);
        if (*p == '"' && !quoted && !reader->no_quote && quote_end(p) == NULL)
            reader->no_quote = TRUE;
        else if (*p == '"' && !reader->no_quote)
            quoted = !quoted;
    }
    reader->next = *p == '>' ? p + 1 : p;
}

/* "Group:", "mailto:", a domain literal with colons in it, or dirt. */
static void
read_colon(Reader *reader)
{
    Mailbox *now = &reader->now;

    reader->next++;
    if (strchr(now->plain->str, '@') != NULL && strchr(now->plain->str, '[') != NULL) {
        append_both(now, ":", 1);
        return;
    }
    add_pending(reader);
    mailbox_reset(now);
}

static void
read_piece(Reader *reader)
{
    switch (*reader->next) {
    case '"':
        read_quote(reader);
        break;
    case '(':
        read_comment(reader);
        break;
    case '<':
        read_angle(reader);
        break;
    case '>':
        reader->next++;
        break;
    case ':':
        read_colon(reader);
        break;
    case ',':
    case ';':
        flush(reader, *reader->next++ == ',');
        break;
    default: {
        gsize length = strcspn(reader->next, "\"(<>:,;");

        /* Behind brackets it can only be a name that stands there instead of before. */
        if (reader->now.has_angle)
            g_string_append_len(reader->now.behind, reader->next, (gssize) length);
        else
            append_both(&reader->now, reader->next, length);
        reader->next += length;
        break;
    }
    }
}

static void
read_list(Reader *reader, const char *text)
{
    Mailbox *now = &reader->now;

    reader->next = text;
    reader->pending = g_ptr_array_new_with_free_func(g_free);
    now->phrase = g_string_new(NULL);
    now->plain = g_string_new(NULL);
    now->angle = g_string_new(NULL);
    now->behind = g_string_new(NULL);
    now->comment = g_string_new(NULL);
    while (*reader->next != '\0' && !reader->full)
        read_piece(reader);
    flush(reader, FALSE);
    g_ptr_array_unref(reader->pending);
    g_string_free(now->phrase, TRUE);
    g_string_free(now->plain, TRUE);
    g_string_free(now->angle, TRUE);
    g_string_free(now->behind, TRUE);
    g_string_free(now->comment, TRUE);
}

gboolean
address_list_parse(const char *raw, guint most, GPtrArray *addresses)
{
    /* So that a comma or quote inside an encoded word is none of the field's own. */
    g_autofree char *simple = encoded_words_simplify(raw);
    Reader reader = { .addresses = addresses, .most = most };

    read_list(&reader, simple);
    return !reader.full;
}
