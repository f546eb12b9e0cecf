#include "thread/tag-private.h"

#include "base/text.h"
#include "thread/thread.h"

#include <string.h>

#define MAX_CANDIDATES 16                       /* pairs of brackets in one subject that are looked at */
#define MAX_REFERENCE  (G_GINT64_CONSTANT(1) << 53)   /* what every JSON reader still counts exactly */

/* From the opening bracket to behind the closing one. */
typedef struct {
    const char *start;
    const char *end;
} Span;

/* "NORTHWIND  support" and "Northwind support" are one name, composed accents and decomposed ones too. */
static char *
fold_name(const char *name, gsize length)
{
    g_autofree char *copy = g_strndup(name, length);
    g_autofree char *spaced = text_fold_space(copy);
    g_autofree char *composed = g_utf8_normalize(spaced, -1, G_NORMALIZE_NFC);

    return composed != NULL ? g_utf8_casefold(composed, -1) : g_strdup("");
}

static void
add_name(TagNames *names, const char *name)
{
    char *folded = fold_name(name, strlen(name));

    if (*folded != '\0')
        g_ptr_array_add(names->folded, folded);
    else
        g_free(folded);
}

TagNames *
tag_names_new(const char *name, const char *const *old_names)
{
    TagNames *names = g_new0(TagNames, 1);

    names->folded = g_ptr_array_new_with_free_func(g_free);
    if (name != NULL)
        add_name(names, name);
    for (gsize i = 0; old_names != NULL && old_names[i] != NULL; i++) {
        if (*old_names[i] == '\0')
            names->bare = TRUE;
        else
            add_name(names, old_names[i]);
    }
    return names;
}

void
tag_names_free(TagNames *names)
{
    if (names == NULL)
        return;
    g_ptr_array_unref(names->folded);
    g_free(names);
}

static gboolean
is_ours(const TagNames *names, const char *name, gsize length)
{
    g_autofree char *folded = fold_name(name, length);

    if (*folded == '\0')
        return names->bare;
    for (guint i = 0; i < names->folded->len; i++) {
        if (strcmp(folded, names->folded->pdata[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Digits alone, as we write them: a sign or a leading zero makes it somebody else's number. 0: none. */
static gint64
read_reference(const char *digits, const char *end)
{
    gint64 reference = 0;

    if (digits == end || *digits == '0')
        return 0;
    for (; digits < end; digits++) {
        if (!g_ascii_isdigit(*digits))
            return 0;
        reference = reference * 10 + (*digits - '0');
        if (reference > MAX_REFERENCE)
            return 0;
    }
    return reference;
}

/* The innermost pair of brackets at or behind text: between them stands no other bracket. */
static gboolean
next_brackets(const char *text, Span *span_out)
{
    const char *open = NULL;

    for (; *text != '\0'; text++) {
        if (*text == '[') {
            open = text;
        } else if (*text == ']' && open != NULL) {
            *span_out = (Span) { open, text + 1 };
            return TRUE;
        }
    }
    return FALSE;
}

static gint64
tag_reference(const TagNames *names, const Span *span)
{
    const char *inside = span->start + 1;
    const char *end = span->end - 1;
    const char *hash = g_strrstr_len(inside, end - inside, "#");
    gint64 reference = hash == NULL ? 0 : read_reference(hash + 1, end);

    if (reference == 0 || !is_ours(names, inside, (gsize) (hash - inside)))
        return 0;
    return reference;
}

static gint64
find_tag(const TagNames *names, const char *subject, Span *span_out)
{
    Span span = { subject, subject };

    for (int i = 0; i < MAX_CANDIDATES && next_brackets(span.end, &span); i++) {
        gint64 reference = tag_reference(names, &span);

        if (reference != 0) {
            *span_out = span;
            return reference;
        }
    }
    return 0;
}

gint64
tag_find(const TagNames *names, const char *subject)
{
    Span span;

    return find_tag(names, subject, &span);
}

/* Taking one out may leave another behind ("[A [A #1]#2]"), so it is looked at anew each time, within bounds. */
char *
tag_strip(const TagNames *names, const char *subject)
{
    g_autoptr(GString) text = g_string_new(subject);
    Span span;

    for (int i = 0; i < MAX_CANDIDATES && find_tag(names, text->str, &span) != 0; i++) {
        gssize start = span.start - text->str;

        g_string_erase(text, start, span.end - span.start);
        g_string_insert_c(text, start, ' ');
    }
    return text_fold_space(text->str);
}

char *
thread_tag_subject(const char *subject, const char *name, gint64 reference)
{
    g_autoptr(TagNames) names = tag_names_new(name, NULL);
    g_autofree char *plain = tag_strip(names, subject != NULL ? subject : "");
    gsize prefix = prefix_length(plain);
    g_autofree char *before = g_strchomp(g_strndup(plain, prefix));
    const char *after = plain + prefix;

    return g_strdup_printf("%s%s[%s #%" G_GINT64_FORMAT "]%s%s", before, *before != '\0' ? " " : "", name, reference,
                           *after != '\0' ? " " : "", after);
}
