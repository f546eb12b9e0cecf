#include <string.h>

#include "base/limits.h"
#include "sieve/checker-private.h"

guint
checker_local(Checker *checker, const char *name, SievePlace place)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(checker->local_numbers, lower));

    if (number != 0)
        return number - 1;
    number = checker->script->n_locals++;
    if (number == LIMIT_SIEVE_VARIABLES)
        sieve_error(checker->problems, place, NULL, "more than %d variables", LIMIT_SIEVE_VARIABLES);
    g_ptr_array_add(checker->script->local_names, g_strdup(lower));
    g_hash_table_insert(checker->local_numbers, g_steal_pointer(&lower), GUINT_TO_POINTER(number + 1));
    return number;
}

static guint
global_number(const Checker *checker, const char *name, SievePlace place)
{
    SieveScript *outermost = checker->outermost;

    for (guint i = 0; i < outermost->globals->len; i++) {
        if (g_ascii_strcasecmp(outermost->globals->pdata[i], name) == 0)
            return i;
    }
    if (outermost->globals->len >= LIMIT_SIEVE_VARIABLES) {
        sieve_error(checker->problems, place, NULL, "more than %d global variables", LIMIT_SIEVE_VARIABLES);
        return 0;
    }
    g_ptr_array_add(outermost->globals, g_ascii_strdown(name, -1));
    return outermost->globals->len - 1;
}

gboolean
checker_is_global(const Checker *checker, const char *name, guint *number_out)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);

    if (!g_hash_table_contains(checker->global_names, lower))
        return FALSE;
    *number_out = global_number(checker, name, (SievePlace){ checker->script->file, 1, 1 });
    return TRUE;
}

static gboolean
is_name(const char *name)
{
    if (!g_ascii_isalpha(*name) && *name != '_')
        return FALSE;
    return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(name);
}

gboolean
checker_make_global(Checker *checker, const char *name, SievePlace place)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);

    if (!is_name(name)) {
        sieve_error(checker->problems, place, NULL, "'%s' is no name of a variable", name);
        return FALSE;
    }
    if (g_hash_table_contains(checker->local_numbers, lower)) {
        sieve_error(checker->problems, place, NULL, "the variable '%s' was used as a local one before", name);
        return FALSE;
    }
    global_number(checker, name, place);
    g_hash_table_add(checker->global_names, g_steal_pointer(&lower));
    return TRUE;
}

/* "global.x" (RFC 6609, 3.4.4); "env.x", the environment as variables, and "tst.path" in .svtest files, as Pigeonhole has them. */
gboolean
checker_namespace(Checker *checker, const char *dotted, SievePlace place, StringPiece *piece)
{
    if (g_ascii_strncasecmp(dotted, "global.", 7) == 0 && checker_has(checker, "include")) {
        piece->kind = PIECE_GLOBAL;
        piece->number = global_number(checker, dotted + 7, place);
        return TRUE;
    }
    if (g_ascii_strncasecmp(dotted, "env.", 4) == 0 && checker_has(checker, "vnd.dovecot.environment")) {
        piece->kind = PIECE_NAMESPACE;
        piece->text = g_ascii_strdown(dotted, -1);
        return TRUE;
    }
    if (g_ascii_strncasecmp(dotted, "tst.", 4) == 0 && checker->host->testsuite) {
        piece->kind = PIECE_NAMESPACE;
        piece->text = g_ascii_strdown(dotted, -1);
        return TRUE;
    }
    sieve_error(checker->problems, place, NULL, "'%s': there is no such namespace of variables", dotted);
    return TRUE;
}

VariableName *
checker_variable(Checker *checker, const char *name, SievePlace place)
{
    VariableName *variable = g_new0(VariableName, 1);

    if (g_ascii_strncasecmp(name, "global.", 7) == 0 && checker_has(checker, "include") && is_name(name + 7)) {
        variable->global = TRUE;
        variable->number = global_number(checker, name + 7, place);
    } else if (!is_name(name)) {
        sieve_error(checker->problems, place, NULL, "'%s' is no name of a variable that can be set", name);
        g_clear_pointer(&variable, g_free);
    } else if (checker_is_global(checker, name, &variable->number)) {
        variable->global = TRUE;
    } else {
        variable->number = checker_local(checker, name, place);
    }
    return variable;
}
