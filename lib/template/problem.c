#include "template/problem.h"

#include "base/limits.h"

void
template_problem_free(TemplateProblem *problem)
{
    if (problem == NULL)
        return;
    g_free(problem->file);
    g_free(problem->text);
    g_free(problem->hint);
    g_free(problem);
}

GPtrArray *
template_problems_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify) template_problem_free);
}

char *
template_problem_format(const TemplateProblem *problem)
{
    GString *line = g_string_new(problem->file);

    if (problem->line > 0)
        g_string_append_printf(line, ":%u:%u", problem->line, problem->column);
    g_string_append_printf(line, ": %s: %s", problem->severity == TEMPLATE_ERROR ? "error" : "warning", problem->text);
    if (problem->hint != NULL)
        g_string_append_printf(line, " (%s)", problem->hint);
    return g_string_free(line, FALSE);
}

void
template_problem_add(GPtrArray *problems, TemplateSeverity severity, const char *file, guint line, guint column, char *hint,
                     const char *text, ...)
{
    TemplateProblem *problem;
    va_list arguments;

    /* The last ones may not hide that there is an error. */
    if (problems->len >= LIMIT_TEMPLATE_PROBLEMS && (severity == TEMPLATE_WARNING || template_problems_are_errors(problems))) {
        g_free(hint);
        return;
    }
    problem = g_new0(TemplateProblem, 1);
    problem->severity = severity;
    problem->file = g_strdup(file);
    problem->line = line;
    problem->column = column;
    va_start(arguments, text);
    problem->text = g_strdup_vprintf(text, arguments);
    va_end(arguments);
    problem->hint = hint;
    g_ptr_array_add(problems, problem);
}

gboolean
template_problems_are_errors(const GPtrArray *problems)
{
    for (guint i = 0; i < problems->len; i++) {
        if (((const TemplateProblem *) problems->pdata[i])->severity == TEMPLATE_ERROR)
            return TRUE;
    }
    return FALSE;
}
