#include <string.h>

#include "sieve/checker-private.h"
#include "sieve/commands-private.h"
#include "sieve/testsuite-private.h"

/*
 * vnd.dovecot.testsuite: test_set <object: string> <value: string>, objects: message, envelope.from, .to, .orig_to, .auth
 *
 * Ours besides: "fact.NAME", a fact with a value in each line (empty: unknown); "list.NAME", what an external list holds, an entry in each line;
 * "during", the calendars that are open now; "environment.NAME"; "now", a time as in RFC 3339.
 */
static const PositionalDefinition positionals[] = {
    { "object", VALUE_STRING, FALSE },
    { "value", VALUE_STRING, FALSE },
    { .what = NULL },
};
static const char *const objects[] = { "message", "envelope", "envelope.from", "envelope.to", "envelope.orig_to", "envelope.auth",
                                       "during", "now", NULL };

/* The objects with a name of their own behind a dot. */
static gboolean
is_named(const char *object)
{
    return g_str_has_prefix(object, "fact.") || g_str_has_prefix(object, "list.") || g_str_has_prefix(object, "environment.");
}

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    const char *object = value_constant(&call->positionals[0], 0);

    if (object == NULL || is_named(object) || g_strv_contains(objects, object))
        return TRUE;
    sieve_error(checker->problems, call->positionals[0].place, sieve_hint_word(object, objects), "nothing is called '%s' here",
                object);
    return FALSE;
}

static RunOutcome
set_now(Run *run, const char *text)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);

    if (time == NULL)
        return run_fail(run, "test_set: '%s' is no time (2026-03-02T10:00:00Z)", text);
    run_testsuite(run)->input.now = g_date_time_to_unix(time) * G_USEC_PER_SEC;
    return RUN_NEXT;
}

static RunOutcome
run_test_set(Run *run, const Call *call)
{
    Testsuite *testsuite = run_testsuite(run);
    g_autofree char *object = run_text_dup(run, &call->positionals[0], 0);
    g_autofree char *text = run_text_dup(run, &call->positionals[1], 0);

    if (strcmp(object, "message") == 0)
        testsuite_set_message(run, text, strlen(text));
    else if (strcmp(object, "envelope.from") == 0)
        testsuite_set_envelope(testsuite, &testsuite->input.envelope_from, text);
    else if (strcmp(object, "envelope.to") == 0)
        testsuite_set_envelope(testsuite, &testsuite->input.envelope_to, text);
    else if (strcmp(object, "envelope.orig_to") == 0)
        testsuite_set_envelope(testsuite, &testsuite->input.envelope_orig_to, text);
    else if (strcmp(object, "envelope.auth") == 0)
        testsuite_set_envelope(testsuite, &testsuite->input.envelope_auth, text);
    else if (g_str_has_prefix(object, "fact."))
        testsuite_set_fact(testsuite, object + strlen("fact."), text);
    else if (g_str_has_prefix(object, "list."))
        testsuite_set_list(testsuite, object + strlen("list."), text);
    else if (strcmp(object, "during") == 0)
        testsuite_set_fact(testsuite, "during", text);
    else if (g_str_has_prefix(object, "environment."))
        g_hash_table_insert(testsuite->input.environment, g_strdup(object + strlen("environment.")), g_strdup(text));
    else if (strcmp(object, "now") == 0)
        return set_now(run, text);
    else
        return run_fail(run, "test_set: nothing is called '%s'", object);
    return RUN_NEXT;
}

const Definition cmd_test_set = {
    .name = "test_set", .extension = "vnd.dovecot.testsuite", .positionals = positionals, .check = check, .run = run_test_set,
};
