/*
 * Finds in the text of a bounce whom it did not reach.
 *
 * Every address in the text gets a rank by where it stands; those of the best rank that occurs are the failing recipients. What is said
 * between one and the next of them belongs to the first. Lines are looked at once for the ranks and once for what is
 * said, so the time is linear; the text is read up to the returned message.
 */
#include <string.h>

#include "message/bounce-private.h"
#include "base/text.h"
#include "message/header-reader-private.h"
#include "message/message-private.h"
#include "message/report-private.h"

/* The report stands at the beginning; mail systems do not write more than that about one mail. */
#define MAX_TEXT (64 * 1024)
#define MAX_PREFACE 2000
#define MAX_LINE 4000

typedef struct {
    GHashTable *own;    /* addresses the bounce was sent to: seldom those that failed */
    GHashTable *ranks;  /* address -> rank + 1 */
    GHashTable *failed; /* of X-Failed-Recipients; empty where it is missing */
    guint best;
    const char *end;
} Reader;

static const char *
line_end(const Reader *reader, const char *line)
{
    const char *lf = memchr(line, '\n', (gsize) (reader->end - line));

    return lf != NULL ? lf : reader->end;
}

static gboolean
is_quoted(const char *line, const char *end)
{
    while (line < end && (*line == ' ' || *line == '\t'))
        line++;
    return end - line >= 1 && *line == '>' && !(end - line >= 3 && memcmp(line, ">>>", 3) == 0);
}

/* The readers of the bounce itself and the addresses of systems are believed last: they stand there for other reasons. */
static guint
rank_of(const Reader *reader, const char *address, BounceRank rank)
{
    if (rank == BOUNCE_RANK_NONE)
        return G_MAXUINT;
    return g_hash_table_contains(reader->own, address) || bounce_is_system_name(address) ? rank + N_BOUNCE_RANKS : rank;
}

static void
note_rank(Reader *reader, const char *address, guint rank)
{
    guint known = GPOINTER_TO_UINT(g_hash_table_lookup(reader->ranks, address));

    if (rank == G_MAXUINT || (known == 0 && g_hash_table_size(reader->ranks) >= 4 * REPORT_MAX_RECIPIENTS))
        return;
    if (known == 0 || rank + 1 < known)
        g_hash_table_insert(reader->ranks, g_strdup(address), GUINT_TO_POINTER(rank + 1));
    reader->best = MIN(reader->best, rank);
}

static void
rank_line(Reader *reader, const char *line, const char *end)
{
    g_autofree char *lower = NULL;
    const char *from = line;
    const char *text;
    BounceRank last = BOUNCE_RANK_NONE;
    BounceMention mention;

    if (end - line > MAX_LINE || !bounce_next_address(line, end, &mention))
        return;
    lower = bounce_lower(line, end);
    text = lower + strspn(lower, " \t|");
    if (bounce_line_is_beside(text))
        return;
    for (; bounce_next_address(from, end, &mention); from = mention.end) {
        g_autofree char *address = bounce_lower(mention.begin, mention.end);
        g_autofree char *prefix = bounce_lower(from, mention.begin);
        /* "a@x, b@x": the second is what the first is. */
        gboolean follows = from != line && prefix[strspn(prefix, " ,;<>\"'")] == '\0';

        if (!follows)
            last = bounce_rank(prefix, text, from == line);
        note_rank(reader, address, rank_of(reader, address, last));
    }
}

static gboolean
is_accepted(const Reader *reader, const char *address)
{
    if (g_hash_table_size(reader->failed) > 0)
        return g_hash_table_contains(reader->failed, address);
    return GPOINTER_TO_UINT(g_hash_table_lookup(reader->ranks, address)) == reader->best + 1;
}

static void
finding_free(gpointer data)
{
    BounceFinding *finding = data;

    g_free(finding->address);
    g_string_free(finding->detail, TRUE);
    g_free(finding);
}

static BounceFinding *
finding_of(GPtrArray *findings, GHashTable *by_address, const char *address, const char *as_written,
           gsize length)
{
    BounceFinding *finding = g_hash_table_lookup(by_address, address);

    if (finding != NULL || findings->len >= REPORT_MAX_RECIPIENTS)
        return finding;
    finding = g_new0(BounceFinding, 1);
    finding->address = g_strndup(as_written, length);
    finding->detail = g_string_new(NULL);
    g_ptr_array_add(findings, finding);
    g_hash_table_insert(by_address, g_strdup(address), finding);
    return finding;
}

/* What a line says, folded and without the rules drawn between sections, to what is known already. */
static void
append_words(GString *to, gsize limit, const char *begin, const char *end)
{
    gboolean blank = to->len > 0;

    while (begin < end && strchr("-=*_#~ \t", *begin) != NULL)
        begin++;
    /* A character that was begun is finished. */
    for (; begin < end && (to->len < limit || ((guchar) *begin & 0xc0) == 0x80); begin++) {
        if (g_ascii_isspace(*begin)) {
            blank = to->len > 0;
            continue;
        }
        if (blank)
            g_string_append_c(to, ' ');
        blank = FALSE;
        g_string_append_c(to, *begin);
    }
}

/* What is said behind an address that begins its line: "<a@b>: host x said", "a@b ... User unknown". */
static const char *
behind_address(const char *from, const char *end)
{
    while (from < end && strchr(" \t>):,.-*\"'", *from) != NULL)
        from++;
    return from;
}

/* The recipient a line begins with or names, or the one before; and what the line says, given to it. */
static BounceFinding *
read_line(Reader *reader, BounceText *text, GHashTable *by_address, BounceFinding *current, const char *line,
          const char *end)
{
    const char *from = line;
    const char *said = line;
    BounceMention mention;

    if (end - line <= MAX_LINE) {
        while (bounce_next_address(from, end, &mention)) {
            g_autofree char *address = bounce_lower(mention.begin, mention.end);

            if (is_accepted(reader, address)) {
                BounceFinding *named = finding_of(text->findings, by_address, address, mention.begin,
                                                  (gsize) (mention.end - mention.begin));

                current = named != NULL ? named : current;
                if (said == line && line + strspn(line, " \t<*-([\"'") >= mention.begin)
                    said = behind_address(mention.end, end);
            }
            from = mention.end;
        }
    }
    if (current != NULL)
        append_words(current->detail, REPORT_MAX_DIAGNOSTIC, said, end);
    else
        append_words(text->preface, MAX_PREFACE, said, end);
    return current;
}

/* An SMTP dialogue is about all recipients; its lines say themselves whom they mean. */
static gboolean
begins_transcript(const char *line, const char *end)
{
    g_autofree char *lower = end - line < 100 ? bounce_lower(line, end) : NULL;

    return lower != NULL && strstr(lower, "transcript of") != NULL;
}

static gboolean
begins_field_block(const char *line, const char *end)
{
    static const char *const names[] = { "Reporting-MTA:", "Final-Recipient:", "Original-Recipient:" };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        gsize length = strlen(names[i]);

        if ((gsize) (end - line) > length && g_ascii_strncasecmp(line, names[i], length) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Where the report in words ends: at its fields, at the returned message, or at the limit. */
static void
find_end(Reader *reader, BounceText *text, const char *begin)
{
    const char *fields = NULL;

    for (const char *line = begin; line < reader->end;) {
        const char *end = line_end(reader, line);

        if (fields == NULL && begins_field_block(line, end))
            fields = line;
        if (bounce_line_ends_report(line, (gsize) (end - line))) {
            text->returned = line;
            break;
        }
        line = end + 1;
    }
    text->fields = fields;
    if (text->returned != NULL)
        reader->end = text->returned;
    if (fields != NULL)
        reader->end = fields;
}

static void
note_own(Reader *reader, const GPtrArray *addresses)
{
    for (guint i = 0; i < addresses->len; i++)
        g_hash_table_add(reader->own,
                         text_lower(((const MessageAddress *) addresses->pdata[i])->address));
}

/* What the field says is what failed, where it stands; the text then says why (Exim, Google, mail.ru). */
static void
note_failed(Reader *reader, const Message *message, BounceText *text, GHashTable *by_address)
{
    const char *value = message_header(message, "X-Failed-Recipients", 0);
    const char *end = value != NULL ? value + strlen(value) : NULL;
    const char *from = value;
    BounceMention mention;

    while (value != NULL && bounce_next_address(from, end, &mention) && text->findings->len < REPORT_MAX_RECIPIENTS) {
        g_autofree char *address = bounce_lower(mention.begin, mention.end);

        finding_of(text->findings, by_address, address, mention.begin, (gsize) (mention.end - mention.begin));
        g_hash_table_add(reader->failed, g_steal_pointer(&address));
        from = mention.end;
    }
}

static void
read_lines(Reader *reader, BounceText *text, GHashTable *by_address, const char *begin)
{
    BounceFinding *current = NULL;

    for (const char *line = begin; line < reader->end;) {
        const char *end = line_end(reader, line);

        if (!is_quoted(line, end))
            rank_line(reader, line, end);
        line = end + 1;
    }
    for (const char *line = begin; line < reader->end;) {
        const char *end = line_end(reader, line);

        if (begins_transcript(line, end))
            current = NULL;
        else if (!is_quoted(line, end))
            current = read_line(reader, text, by_address, current, line, end);
        line = end + 1;
    }
}

/* The end of what is read of a text, between characters. */
static const char *
end_of_text(const char *text)
{
    gsize length = strlen(text);
    const char *end = text + MIN(length, MAX_TEXT);

    while (end > text && ((guchar) *end & 0xc0) == 0x80)
        end--;
    return end;
}

/* Returns the rank of those that were found. */
static guint
read_text(const Message *message, BounceText *text_out)
{
    g_autoptr(GHashTable) by_address = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) ranks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) failed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Reader reader = { own, ranks, failed, G_MAXUINT - 1, end_of_text(message->text) };

    text_out->findings = g_ptr_array_new_with_free_func(finding_free);
    text_out->preface = g_string_new(NULL);
    text_out->fields = NULL;
    text_out->returned = NULL;
    note_own(&reader, message->to);
    note_own(&reader, message->cc);
    note_failed(&reader, message, text_out, by_address);
    find_end(&reader, text_out, message->text);
    read_lines(&reader, text_out, by_address, message->text);
    return reader.best;
}

void
bounce_text_read(const Message *message, BounceText *text_out)
{
    (void) read_text(message, text_out);
}

BounceRank
bounce_text_rank(const Message *message, gboolean *returned_out)
{
    BounceText text;
    guint rank = read_text(message, &text);

    if (text.findings->len == 0 || rank > BOUNCE_RANK_NONE)
        rank = BOUNCE_RANK_NONE;
    *returned_out = text.returned != NULL;
    bounce_text_clear(&text);
    return (BounceRank) rank;
}

void
bounce_text_clear(BounceText *text)
{
    g_ptr_array_unref(text->findings);
    g_string_free(text->preface, TRUE);
}
