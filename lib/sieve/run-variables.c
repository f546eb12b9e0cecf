/*
 * run-variables.c - the arguments of a call as text, and the variables and match values they are put together from
 */
#include "sieve/run-private.h"

#include <string.h>

#include "base/limits.h"
#include "sieve/testsuite-private.h"

guint
value_count(const Value *value)
{
    return value->strings != NULL ? value->strings->len : 0;
}

const char *
run_text(Run *run, const Value *value, guint n, GString *scratch, gsize *length_out)
{
    gsize length;
    const char *text = string_value(run, value->strings->pdata[n], scratch, &length);

    if (length_out != NULL)
        *length_out = length;
    return text;
}

char *
run_text_dup(Run *run, const Value *value, guint n)
{
    g_autoptr(GString) scratch = g_string_new(NULL);

    return n < value_count(value) ? g_strdup(run_text(run, value, n, scratch, NULL)) : NULL;
}

static void
free_string(gpointer data)
{
    if (data != NULL)
        g_string_free(data, TRUE);
}

GPtrArray *
run_strings_new(void)
{
    return g_ptr_array_new_with_free_func(free_string);
}

/* Cut between characters: what a rule does to a variable must not make it no UTF-8. */
static gsize
cut_length(const char *text, gsize length, gsize limit)
{
    if (length <= limit)
        return length;
    length = limit;
    while (length > 0 && (text[length] & 0xc0) == 0x80)
        length--;
    return length;
}

/* A setting may change what the limit is, within that of a string. */
gsize
run_variable_limit(const Run *run)
{
    const char *setting = run_setting(run, "sieve_variables_max_variable_size");
    guint64 limit;

    if (setting != NULL && g_ascii_string_to_unsigned(setting, 10, 1, LIMIT_SIEVE_STRING, &limit, NULL))
        return limit;
    return LIMIT_SIEVE_VARIABLE;
}

static void
set_string(const Run *run, GPtrArray *strings, guint number, const char *text, gsize length)
{
    if (number >= strings->len)
        g_ptr_array_set_size(strings, (gint) number + 1);
    if (strings->pdata[number] == NULL)
        strings->pdata[number] = g_string_new(NULL);
    g_string_truncate(strings->pdata[number], 0);
    g_string_append_len(strings->pdata[number], text, (gssize) cut_length(text, length, run_variable_limit(run)));
}

static void
append_string(const GPtrArray *strings, guint number, GString *to)
{
    const GString *string = number < strings->len ? strings->pdata[number] : NULL;

    if (string != NULL)
        g_string_append_len(to, string->str, (gssize) string->len);
}

void
run_set_local(Run *run, guint number, const char *text, gsize length)
{
    set_string(run, run->frame->locals, number, text, length);
}

void
run_set_global(Run *run, guint number, const char *text, gsize length)
{
    set_string(run, run->globals, number, text, length);
}

void
run_set_variable(Run *run, gboolean global, guint number, const char *text, gsize length)
{
    set_string(run, global ? run->globals : run->frame->locals, number, text, length);
}

const char *
run_variable(Run *run, gboolean global, guint number)
{
    const GPtrArray *strings = global ? run->globals : run->frame->locals;
    const GString *string = number < strings->len ? strings->pdata[number] : NULL;

    return string != NULL ? string->str : "";
}

void
run_clear_matches(Run *run)
{
    g_ptr_array_set_size(run->matches, 0);
}

void
run_add_match(Run *run, const char *text, gsize length)
{
    set_string(run, run->matches, run->matches->len, text, length);
}

static void
append_environment(const Run *run, const char *dotted, GString *to)
{
    const char *value = NULL;

    if (g_str_has_prefix(dotted, "tst.") && run->testsuite != NULL)
        value = testsuite_variable(run->testsuite, strchr(dotted, '.') + 1);
    else if (run->input->environment != NULL)
        value = g_hash_table_lookup(run->input->environment, strchr(dotted, '.') + 1);
    if (value != NULL)
        g_string_append(to, value);
}

void
run_append_variable(Run *run, const StringPiece *piece, GString *to)
{
    switch (piece->kind) {
    case PIECE_LOCAL:
        append_string(run->frame->locals, piece->number, to);
        break;
    case PIECE_GLOBAL:
        append_string(run->globals, piece->number, to);
        break;
    case PIECE_MATCH:
        append_string(run->matches, piece->number, to);
        break;
    case PIECE_NAMESPACE:
        append_environment(run, piece->text, to);
        break;
    case PIECE_TEXT:
        break;
    }
}
