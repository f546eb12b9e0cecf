#include "report/subject.h"

#include <string.h>

#include "base/text.h"

#define LONGEST 120

/* What holds a word together: dates, addresses, hosts and numbers of invoices are one word each. */
static gboolean
joins(gunichar c)
{
    return c < 128 && strchr(".:-_/@#+'", (int) c) != NULL && c != 0;
}

static gboolean
is_word(gunichar c)
{
    return g_unichar_isalnum(c) || g_unichar_ismark(c) || c == '%' || joins(c);
}

/* Joints at the ends of a word are punctuation: "down." */
static void
trim_joints(const char **from, const char **to)
{
    while (*from < *to && joins((gunichar) (guchar) **from))
        (*from)++;
    while (*from < *to && joins((gunichar) (guchar) (*to)[-1]))
        (*to)--;
}

/* What differs from one subject to the next: anything numbered, addressed or located. */
static gboolean
is_particular(const char *from, const char *to)
{
    for (const char *p = from; p < to; p = g_utf8_next_char(p))
        if (g_unichar_isdigit(g_utf8_get_char(p)) || *p == '@' || *p == '/')
            return TRUE;
    return FALSE;
}

static void
append_word(GString *form, const char *from, const char *to)
{
    trim_joints(&from, &to);
    if (from == to)
        return;
    if (is_particular(from, to)) {
        /* "# #" says no more than "#". */
        if (form->len == 0 || !g_str_has_suffix(form->str, "#"))
            g_string_append(form, form->len > 0 ? " #" : "#");
        return;
    }
    if (form->len > 0)
        g_string_append_c(form, ' ');
    g_string_append_len(form, from, to - from);
}

char *
subject_form(const char *subject)
{
    g_autofree char *clean = text_sanitise(subject, strlen(subject));
    g_autofree char *composed = g_utf8_normalize(clean, -1, G_NORMALIZE_NFKC);
    g_autofree char *folded = text_lower(composed != NULL ? composed : clean);
    g_autoptr(GString) form = g_string_new(NULL);
    const char *p = folded;

    while (*p != '\0') {
        const char *from = p;

        while (*p != '\0' && is_word(g_utf8_get_char(p)))
            p = g_utf8_next_char(p);
        append_word(form, from, p);
        while (*p != '\0' && !is_word(g_utf8_get_char(p)))
            p = g_utf8_next_char(p);
    }
    if (form->len == 0)
        return g_strdup("(no subject)");
    return text_cut(form->str, LONGEST);
}
