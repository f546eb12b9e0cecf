#include "sieve/problem-private.h"

#include "base/limits.h"
#include "base/text.h"

G_GNUC_PRINTF(5, 0) static void
add(SieveProblems *problems, SieveSeverity severity, SievePlace place, char *hint, const char *format, va_list arguments)
{
    SieveProblem *problem;

    problems->errors += severity == SIEVE_ERROR ? 1 : 0;
    if (problems->list->len >= LIMIT_SIEVE_PROBLEMS) {
        g_free(hint);
        return;
    }
    problem = g_new0(SieveProblem, 1);
    problem->severity = severity;
    problem->file = g_strdup(place.file);
    problem->line = place.line;
    problem->column = place.column;
    problem->text = g_strdup_vprintf(format, arguments);
    problem->hint = hint;
    g_ptr_array_add(problems->list, problem);
}

void
sieve_error(SieveProblems *problems, SievePlace place, char *hint, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(problems, SIEVE_ERROR, place, hint, format, arguments);
    va_end(arguments);
}

void
sieve_warning(SieveProblems *problems, SievePlace place, char *hint, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(problems, SIEVE_WARNING, place, hint, format, arguments);
    va_end(arguments);
}

char *
sieve_hint_word(const char *word, const char *const *candidates)
{
    const char *near = text_nearest(word, candidates);

    return near != NULL ? g_strdup_printf("did you mean '%s'?", near) : NULL;
}

void
sieve_problem_free(SieveProblem *problem)
{
    if (problem == NULL)
        return;
    g_free(problem->file);
    g_free(problem->text);
    g_free(problem->hint);
    g_free(problem);
}

char *
sieve_problem_format(const SieveProblem *problem)
{
    const char *word = problem->severity == SIEVE_ERROR ? "error" : "warning";

    if (problem->hint == NULL)
        return g_strdup_printf("%s:%u:%u: %s: %s", problem->file, problem->line, problem->column, word, problem->text);
    return g_strdup_printf("%s:%u:%u: %s: %s (%s)", problem->file, problem->line, problem->column, word, problem->text,
                           problem->hint);
}
