/*
 * reader.c - taking a file apart into sections, keys and values
 */
#include "config/reader-private.h"
#include "base/text.h"

#include <string.h>

typedef struct {
    GPtrArray     *sections;
    GHashTable    *by_identity; /* "queue support" -> ReaderSection * */
    ReaderSection *section;     /* NULL before the first one                                        */
    ReaderEntry   *entry;       /* what a line that begins with a blank goes on with; NULL: nothing */
    Mistakes      *mistakes;
    guint          line;
} Reader;

static void
entry_free(gpointer data)
{
    ReaderEntry *entry = data;

    g_free(entry->key);
    g_string_free(entry->value, TRUE);
    g_free(entry);
}

static void
section_free(gpointer data)
{
    ReaderSection *section = data;

    g_free(section->word);
    g_free(section->name);
    g_free(section->title);
    g_ptr_array_unref(section->entries);
    g_hash_table_unref(section->by_key);
    g_free(section);
}

const ReaderEntry *
reader_entry(const ReaderSection *section, const char *key)
{
    return g_hash_table_lookup(section->by_key, key);
}

static gboolean
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static const char *
skip_blanks(const char *text)
{
    while (is_blank(*text))
        text++;
    return text;
}

/* From start to end without the blanks before end. */
static char *
without_trailing_blanks(const char *start, const char *end)
{
    while (end > start && is_blank(end[-1]))
        end--;
    return g_strndup(start, (gsize) (end - start));
}

static Position
position(const Reader *reader, const char *line, const char *at)
{
    return (Position) { reader->line, (guint) g_utf8_strlen(line, at - line) + 1 };
}

static ReaderSection *
add_section(Reader *reader, Position at, char *word, char *name)
{
    ReaderSection *section = g_new0(ReaderSection, 1);
    g_autofree char *title = g_strconcat("[", word, name == NULL ? "" : " ", name == NULL ? "" : name, NULL);
    g_autofree char *cut = text_cut(title, 80);
    g_autofree char *escaped = text_escape(cut);

    section->word = word;
    section->name = name;
    section->title = g_strconcat(escaped, strlen(cut) < strlen(title) ? "..." : "", "]", NULL);
    section->at = at;
    section->entries = g_ptr_array_new_with_free_func(entry_free);
    section->by_key = g_hash_table_new(g_str_hash, g_str_equal);
    g_ptr_array_add(reader->sections, section);
    reader->section = section;
    return section;
}

static void
read_header(Reader *reader, const char *line, const char *start)
{
    const char *close = strchr(start, ']');
    const char *wrong = NULL;
    Position at = position(reader, line, start);
    g_autofree char *inside = NULL;
    g_autofree char *identity = NULL;
    char *gap;
    ReaderSection *section;
    const ReaderSection *first;

    reader->entry = NULL;
    inside = close == NULL ? g_strdup("") : without_trailing_blanks(skip_blanks(start + 1), close);
    if (close == NULL)
        wrong = "this section header has no \"]\" at its end";
    else if (*skip_blanks(close + 1) != '\0')
        wrong = "nothing may stand behind the \"]\" of a section header";
    else if (*inside == '\0')
        wrong = "this section header has no name";
    gap = strpbrk(inside, " \t");
    section = add_section(reader, at, g_strndup(inside, gap == NULL ? strlen(inside) : (gsize) (gap - inside)),
                          gap == NULL ? NULL : g_strdup(skip_blanks(gap)));
    if (wrong != NULL) {
        mistakes_add(reader->mistakes, at, "%s", wrong);
        section->unreadable = TRUE;
        return;
    }
    identity = g_strconcat(section->word, " ", section->name, NULL);
    first = g_hash_table_lookup(reader->by_identity, identity);
    if (first != NULL) {
        mistakes_add(reader->mistakes, at, "%s stands a second time; the first is in line %u", section->title,
                     first->at.line);
        section->unreadable = TRUE;
        return;
    }
    g_hash_table_insert(reader->by_identity, g_steal_pointer(&identity), section);
}

static void
read_entry(Reader *reader, const char *line)
{
    const char *equals = strchr(line, '=');
    const char *value = equals == NULL ? NULL : skip_blanks(equals + 1);
    const ReaderEntry *first;
    g_autofree char *shown = NULL;
    ReaderEntry *entry;

    reader->entry = NULL;
    if (equals == NULL || equals == line) {
        mistakes_add(reader->mistakes, position(reader, line, line), "expected \"key = value\" or \"[section]\"");
        if (reader->section != NULL)
            reader->section->broken = TRUE;
        return;
    }
    entry = g_new0(ReaderEntry, 1);
    entry->key = without_trailing_blanks(line, equals);
    entry->value = g_string_new(NULL);
    entry->key_at = position(reader, line, line);
    entry->value_at = position(reader, line, value);
    g_string_append(entry->value, value);
    if (reader->section == NULL) {
        shown = text_escape(entry->key);
        mistakes_add(reader->mistakes, entry->key_at, "\"%s\" stands before the first [section]", shown);
        /* A section that nobody looks into takes it and what follows. */
        add_section(reader, entry->key_at, g_strdup(""), NULL)->unreadable = TRUE;
    }
    first = g_hash_table_lookup(reader->section->by_key, entry->key);
    if (first != NULL) {
        shown = text_escape(entry->key);
        mistakes_add(reader->mistakes, entry->key_at, "\"%s\" stands a second time in %s; the first is in line %u",
                     shown, reader->section->title, first->key_at.line);
    } else {
        g_hash_table_insert(reader->section->by_key, entry->key, entry);
    }
    g_ptr_array_add(reader->section->entries, entry);
    reader->entry = entry;
}

static void
read_continuation(Reader *reader, const char *line, const char *start)
{
    if (*start == '[' && start[strlen(start) - 1] == ']') {
        mistakes_add(reader->mistakes, position(reader, line, start), "a section header stands at the start of its line");
        reader->entry = NULL;
        add_section(reader, position(reader, line, start), g_strdup(""), NULL)->unreadable = TRUE;
    } else if (reader->entry != NULL) {
        if (reader->entry->value->len > 0)
            g_string_append_c(reader->entry->value, ' ');
        g_string_append(reader->entry->value, start);
    } else if (reader->section == NULL || (!reader->section->broken && !reader->section->unreadable)) {
        mistakes_add(reader->mistakes, position(reader, line, start),
                     "a line that begins with a blank goes on with the value above it, and there is none");
    }
}

/* The first octet that a text file does not hold, or NULL. */
static const char *
find_foreign(const char *line, gsize length, const char **what_out)
{
    const char *bad;

    for (gsize i = 0; i < length; i++) {
        if (((guint8) line[i] < 0x20 && line[i] != '\t') || line[i] == 0x7f) {
            *what_out = line[i] == '\0' ? "a NUL octet" : "a control character";
            return line + i;
        }
    }
    if (g_utf8_validate_len(line, length, &bad))
        return NULL;
    *what_out = "an octet that is not UTF-8";
    return bad;
}

static void
read_line(Reader *reader, const char *bytes, gsize length)
{
    const char *what = NULL;
    const char *foreign = find_foreign(bytes, length, &what);
    g_autofree char *line = NULL;
    const char *start;

    if (foreign != NULL) {
        /* Octets before it are valid UTF-8, or it would not be the first; only NUL and controls may have bad ones before. */
        g_autofree char *before = text_sanitise(bytes, (gsize) (foreign - bytes));

        mistakes_add(reader->mistakes, (Position) { reader->line, (guint) g_utf8_strlen(before, -1) + 1 },
                     "the line holds %s", what);
        if (reader->section != NULL)
            reader->section->broken = TRUE;
        reader->entry = NULL;
        return;
    }
    line = without_trailing_blanks(bytes, bytes + length);
    start = skip_blanks(line);
    if (*start == '\0' || *start == '#')
        return;
    if (*start == '[' && start == line)
        read_header(reader, line, start);
    else if (start == line)
        read_entry(reader, line);
    else
        read_continuation(reader, line, start);
}

GPtrArray *
reader_read(const char *text, gsize length, Mistakes *mistakes)
{
    Reader reader = { .mistakes = mistakes };
    const char *end = text + length;

    reader.sections = g_ptr_array_new_with_free_func(section_free);
    if (length > CONFIG_FILE_BYTES) {
        mistakes_add(mistakes, (Position) { 1, 1 }, "the file is larger than 1 MiB; is it the right one?");
        return reader.sections;
    }
    reader.by_identity = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    /* Editors on Windows write a byte order mark and CR LF; neither is anybody's mistake. */
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    while (text < end) {
        const char *line_feed = memchr(text, '\n', (gsize) (end - text));
        const char *line_end = line_feed == NULL ? end : line_feed;
        gboolean cr = line_end > text && line_end[-1] == '\r';

        reader.line++;
        read_line(&reader, text, (gsize) (line_end - text) - (cr ? 1 : 0));
        text = line_feed == NULL ? end : line_feed + 1;
    }
    g_hash_table_unref(reader.by_identity);
    return reader.sections;
}
