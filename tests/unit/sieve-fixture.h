/*
 * sieve-fixture.h - scripts compiled and run in one line of a test
 */
#pragma once

#include <string.h>

#include "sieve/sieve.h"

/* Every problem as "line:column: text (hint)", one a line. */
static inline char *
sieve_fixture_problems(const GPtrArray *problems)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < problems->len; i++) {
        const SieveProblem *problem = problems->pdata[i];

        g_string_append_printf(text, "%s%u:%u: %s%s", i > 0 ? "\n" : "", problem->line, problem->column,
                               problem->severity == SIEVE_WARNING ? "warning: " : "", problem->text);
        if (problem->hint != NULL)
            g_string_append_printf(text, " (%s)", problem->hint);
    }
    return g_string_free(text, FALSE);
}

/* A script that has to compile. */
static inline SieveScript *
sieve_fixture_compile(const char *source, const SieveHost *host)
{
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    SieveScript *script = sieve_compile("test.sieve", source, strlen(source), host, problems);

    if (script == NULL) {
        g_autofree char *text = sieve_fixture_problems(problems);

        g_error("%s\n\n%s", text, source);
    }
    return script;
}

static inline Message *
sieve_fixture_mail(const char *text)
{
    static const MessageOptions options = { .queue = "support", .details = TRUE };

    return message_parse((const guint8 *) text, strlen(text), &options);
}

/* What a run did, in one line: "fileinto(a b) keep", "error: ...". */
static inline char *
sieve_fixture_outcome(const SieveResult *result)
{
    GString *text = g_string_new(NULL);

    if (result->error != NULL)
        g_string_append_printf(text, "error: %s", result->error);
    for (guint i = 0; i < result->actions->len; i++) {
        const SieveAction *action = result->actions->pdata[i];

        g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "", sieve_action_name(action->kind));
        if (action->argument != NULL)
            g_string_append_printf(text, "(%s)", action->argument);
        for (guint k = 0; action->words != NULL && k < action->words->len; k++)
            g_string_append_printf(text, "+%s", (const char *) action->words->pdata[k]);
    }
    if (result->implicit_keep)
        g_string_append_printf(text, "%simplicit", text->len > 0 ? " " : "");
    return g_string_free(text, FALSE);
}
