/*
 * mistakes.c - collecting mistakes and putting them into one error
 */
#include "config/mistakes-private.h"
#include "base/error.h"

/* Nobody reads more at once. More are kept than shown, because they are found in two passes and shown in the file's order. */
#define SHOWN 20
#define KEPT  1000

typedef struct {
    Position at;
    char    *text;
} Mistake;

static void
mistake_clear(gpointer data)
{
    Mistake *mistake = data;

    g_free(mistake->text);
}

Mistakes *
mistakes_new(const char *file)
{
    Mistakes *mistakes = g_new0(Mistakes, 1);

    mistakes->file = g_strdup(file);
    mistakes->list = g_array_new(FALSE, FALSE, sizeof(Mistake));
    g_array_set_clear_func(mistakes->list, mistake_clear);
    return mistakes;
}

void
mistakes_free(Mistakes *mistakes)
{
    if (mistakes == NULL)
        return;
    g_array_unref(mistakes->list);
    g_free(mistakes->file);
    g_free(mistakes);
}

void
mistakes_add(Mistakes *mistakes, Position at, const char *format, ...)
{
    Mistake mistake = { at, NULL };
    va_list arguments;

    if (mistakes->list->len == KEPT) {
        mistakes->left_out++;
        return;
    }
    va_start(arguments, format);
    mistake.text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_array_append_val(mistakes->list, mistake);
}

static int
by_position(gconstpointer a, gconstpointer b)
{
    const Mistake *x = a, *y = b;

    if (x->at.line != y->at.line)
        return x->at.line < y->at.line ? -1 : 1;
    if (x->at.column != y->at.column)
        return x->at.column < y->at.column ? -1 : 1;
    return 0;
}

gboolean
mistakes_none(Mistakes *mistakes, GError **error)
{
    guint shown = MIN(mistakes->list->len, SHOWN);
    guint more = mistakes->list->len - shown + mistakes->left_out;
    g_autoptr(GString) text = g_string_new(NULL);

    if (shown == 0)
        return TRUE;
    g_array_sort(mistakes->list, by_position);
    for (guint i = 0; i < shown; i++) {
        const Mistake *mistake = &g_array_index(mistakes->list, Mistake, i);

        g_string_append_printf(text, "%s%s:%u:%u: %s", i > 0 ? "\n" : "", mistakes->file, mistake->at.line,
                               mistake->at.column, mistake->text);
    }
    if (more > 0)
        g_string_append_printf(text, "\n%s: %u more mistakes are not shown", mistakes->file, more);
    g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, text->str);
    return FALSE;
}
