#include "check-sieve.h"

#include <string.h>

#include "base/limits.h"

typedef struct {
    const char *source;
    gsize       length;
} Self;

static char *
load(gpointer data, G_GNUC_UNUSED gboolean global, const char *name, gsize *length_out)
{
    const Self *self = data;

    if (strcmp(name, "self") == 0) {
        *length_out = self->length;
        return g_memdup2(self->source, self->length);
    }
    *length_out = 5;
    return strcmp(name, "other") == 0 ? g_strdup("keep;") : NULL;
}

SieveScript *
check_sieve_compile(const char *source, gsize length)
{
    Self self = { source, length };
    SieveHost host = { .load = load, .data = &self };
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    SieveScript *script = sieve_compile("fuzz.sieve", source, length, &host, problems);
    gboolean error = FALSE;

    for (guint i = 0; i < problems->len; i++) {
        const SieveProblem *problem = problems->pdata[i];

        g_assert(problem->line >= 1 && problem->column >= 1);
        check_text(problem->file);
        check_text(problem->text);
        check_text_or_null(problem->hint);
        error = error || problem->severity == SIEVE_ERROR;
    }
    g_assert(problems->len <= LIMIT_SIEVE_PROBLEMS);
    g_assert(error == (script == NULL) || problems->len == LIMIT_SIEVE_PROBLEMS);
    return script;
}

void
check_sieve_result(const SieveResult *result)
{
    check_text_or_null(result->error);
    g_assert(result->error == NULL || (result->actions->len == 0 && result->implicit_keep));
    g_assert(result->actions->len <= LIMIT_SIEVE_ACTIONS);
    for (guint i = 0; i < result->actions->len; i++) {
        const SieveAction *action = result->actions->pdata[i];

        g_assert(action->line >= 1);
        check_text_or_null(action->argument);
        check_text_or_null(action->value);
        check_text_or_null(action->rule);
        for (guint k = 0; action->words != NULL && k < action->words->len; k++)
            check_text(action->words->pdata[k]);
    }
    for (guint i = 0; i < result->warnings->len; i++)
        check_text(result->warnings->pdata[i]);
    for (guint i = 0; i < result->trace->len; i++)
        check_text_or_null(((SieveTrace *) result->trace->pdata[i])->value);
}

void
check_sieve_same(const SieveResult *a, const SieveResult *b)
{
    g_assert(a->actions->len == b->actions->len && a->implicit_keep == b->implicit_keep);
    for (guint i = 0; i < a->actions->len; i++) {
        const SieveAction *left = a->actions->pdata[i], *right = b->actions->pdata[i];

        g_assert(left->kind == right->kind && left->line == right->line);
        g_assert_cmpstr(left->argument, ==, right->argument);
        g_assert_cmpstr(left->value, ==, right->value);
        g_assert_cmpstr(left->rule, ==, right->rule);
    }
}
