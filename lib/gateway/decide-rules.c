/*
 * decide-rules.c - the script is run, and what it wants is read as the fate of one message
 *
 * The language's actions are many deliveries; a message is one ticket, or none. The seven rules that lead from one to the other:
 *   1. keep, implicit or not, is the queue of the address the mail came to.
 *   2. The first fileinto or keep decides the queue; later ones do nothing.
 *   3. discard cancels only the implicit keep.
 *   4. redirect without a keep beside it makes no ticket, if the message can be passed on (decide-rules-redirect.c); else it is kept.
 *   5. On a message that joins a ticket, what would make it another ticket does nothing (decide-rules-apply.c).
 *   6. A run-time error drops all actions and leaves the implicit keep, with a note on the ticket.
 *   7. reject and ereject are the same: a mail to the sender, where nothing speaks against one; the outcome is "refused" in any case.
 */
#include "gateway/decide-private.h"

#include <string.h>

#include <config.h>

/* Of so many messages in a row the rules of so many are measured, and of each at most so many rules are told. */
#define RULES_MEASURED_OF 1024
#define RULES_MEASURED    64
#define RULES_TOLD        64

void
ruling_free(Ruling *ruling)
{
    if (ruling == NULL)
        return;
    g_ptr_array_unref(ruling->passings);
    sieve_result_free(ruling->result);
    g_free(ruling->error);
    g_free(ruling);
}

/* A rule that nobody named is called after its line, which stands in the place already. */
char *
ruling_place(const SieveAction *action)
{
    if (action->rule == NULL || g_str_has_prefix(action->rule, "line "))
        return g_strdup_printf("%s:%u", action->file, action->line);
    return g_strdup_printf("rule '%s', %s:%u", action->rule, action->file, action->line);
}

/* ---- running ------------------------------------------------------------------------------------------------ */

static GHashTable *
environment_of(const Deciding *d)
{
    GHashTable *environment = g_hash_table_new(g_str_hash, g_str_equal);

    g_hash_table_insert(environment, (gpointer) "name", (gpointer) PACKAGE_NAME);
    g_hash_table_insert(environment, (gpointer) "version", (gpointer) PACKAGE_VERSION);
    g_hash_table_insert(environment, (gpointer) "host", (gpointer) d->settings->host);
    g_hash_table_insert(environment, (gpointer) "domain", (gpointer) d->settings->host);
    g_hash_table_insert(environment, (gpointer) "phase", (gpointer) "post");
    return environment;
}

/* The first ones, so that who tries a rule sees what it costs; and then some of every thousand, in a row, because they are stored together. */
static gboolean
is_measured(gint64 inbound)
{
    return inbound != 0 && inbound % RULES_MEASURED_OF < RULES_MEASURED;
}

static SieveResult *
run_script(const Deciding *d, const FactTicket *ticket)
{
    g_autoptr(GHashTable) values = decide_rule_facts(d, ticket), environment = environment_of(d);
    SieveInput input = { .message = d->message, .envelope_from = d->prepared->envelope_sender,
                         .envelope_to = d->arrival->recipient, .envelope_auth = d->arrival->auth_user,
                         .environment = environment, .names = d->settings->rules->host, .now = d->now,
                         .timezone = d->settings->timezone, .trace = d->settings->trace_tests,
                         .measure = is_measured(d->arrival->inbound) };

    if (d->arrival->bytes != NULL)
        input.raw = g_bytes_get_data(d->arrival->bytes, &input.raw_length);
    return decide_run_script(d, &input, values);
}

static void
trace_result(Deciding *d, const SieveResult *result)
{
    for (guint i = 0; i < result->trace->len; i++) {
        const SieveTrace *line = g_ptr_array_index(result->trace, i);
        g_autofree char *step = g_strdup_printf("%s:%u %s", line->file, line->line, line->test);

        trace_add_test(d->decision->trace, step, line->held, line->asked, line->compares, line->value);
    }
    for (guint i = 0; i < result->warnings->len; i++)
        trace_add(d->decision->trace, "warning of the rules", TRUE, "%s", (const char *) g_ptr_array_index(result->warnings, i));
}

/* ---- what it means ------------------------------------------------------------------------------------------ */

static gboolean
is_queue(const Deciding *d, const char *name)
{
    return queues_find_name(d->settings->queues, name) != NULL;
}

/* The first action into a queue that is not there, as one whose name was put together at run time may be: the script asks for what cannot be. */
static const SieveAction *
find_unknown_queue(const Deciding *d, const GPtrArray *actions)
{
    for (guint i = 0; i < actions->len; i++) {
        const SieveAction *action = g_ptr_array_index(actions, i);

        if ((action->kind == SIEVE_FILEINTO || action->kind == SIEVE_MOVE) && !is_queue(d, action->argument))
            return action;
    }
    return NULL;
}

static void
read_action(Ruling *ruling, const SieveAction *action, gboolean *kept, const SieveAction **discard)
{
    if (action->kind == SIEVE_KEEP || action->kind == SIEVE_FILEINTO) {
        if (!*kept && action->kind == SIEVE_FILEINTO)
            ruling->filed = action;
        *kept = TRUE;
    } else if (action->kind == SIEVE_DISCARD && *discard == NULL) {
        *discard = action;
    } else if (action->kind == SIEVE_REJECT) {
        ruling->fate = FATE_REJECT;
        ruling->cause = action;
    } else if (action->kind == SIEVE_ACKNOWLEDGE) {
        ruling->silence = action->argument == NULL ? action : NULL;
        ruling->answer = action->argument != NULL ? action : NULL;
        if (ruling->answer != NULL)
            ruling->vacation = NULL;
    } else if (action->kind == SIEVE_VACATION) {
        ruling->vacation = action;
        ruling->answer = NULL;
    }
}

/* Looks at every redirect. The first that the message is passed on by; and the first of those that want no copy kept here. */
static const SieveAction *
pass_on(Deciding *d, const FactTicket *ticket, const SieveAction **instead_out)
{
    const GPtrArray *actions = d->ruling->result->actions;
    const SieveAction *first = NULL;

    *instead_out = NULL;
    for (guint i = 0; i < actions->len; i++) {
        const SieveAction *action = g_ptr_array_index(actions, i);
        Passing *passing = action->kind == SIEVE_REDIRECT ? decide_passing(d, action, ticket) : NULL;

        if (passing == NULL)
            continue;
        g_ptr_array_add(d->ruling->passings, passing);
        if (passing->why_not != NULL)
            continue;
        if (first == NULL)
            first = action;
        if (*instead_out == NULL && !action->copy)
            *instead_out = action;
    }
    return first;
}

/*
 * What cancelled the implicit keep and cannot be done must not lose the mail: only a redirect that goes out does, and a discard that stands there
 * without one that does not.
 */
static void
read_actions(Deciding *d, const FactTicket *ticket)
{
    Ruling *ruling = d->ruling;
    const GPtrArray *actions = ruling->result->actions;
    const SieveAction *discard = NULL, *passed, *instead;
    gboolean kept = FALSE;

    for (guint i = 0; i < actions->len; i++)
        read_action(ruling, g_ptr_array_index(actions, i), &kept, &discard);
    passed = pass_on(d, ticket, &instead);
    if (ruling->fate == FATE_REJECT || kept || ruling->result->implicit_keep)
        return;
    if (instead != NULL || (discard != NULL && passed != NULL)) {
        ruling->fate = FATE_REDIRECT;
        ruling->cause = instead != NULL ? instead : passed;
    } else if (discard != NULL && ruling->passings->len == 0) {
        ruling->fate = FATE_DISCARD;
        ruling->cause = discard;
    }
}

/* ---- the whole ---------------------------------------------------------------------------------------------- */

/* file, rule: where it is counted; rule NULL: in none. */
static void
fail(Deciding *d, const char *file, const char *rule, char *error)
{
    Ruling *ruling = d->ruling;

    decision_hit(d->decision, file, rule != NULL ? rule : "", TRUE);
    g_ptr_array_set_size(ruling->result->actions, 0);
    g_ptr_array_set_size(ruling->result->duplicates, 0);
    ruling->result->implicit_keep = TRUE;
    ruling->fate = FATE_KEEP;
    ruling->cause = ruling->filed = ruling->silence = ruling->vacation = ruling->answer = NULL;
    g_ptr_array_set_size(ruling->passings, 0);
    ruling->error = error;
    g_free(d->decision->rules_error);
    d->decision->rules_error = g_strdup(error);
    trace_add(d->decision->trace, "rules", FALSE, "%s", error);
}

/* FALSE: the script failed, or wants what cannot be. What may be wrong with actions that are taken for want of an answer is nobody's mistake. */
static gboolean
check_result(Deciding *d)
{
    const SieveResult *result = d->ruling->result;
    const SieveAction *lost = result->error == NULL && result->needs->len == 0 ? find_unknown_queue(d, result->actions) : NULL;

    if (result->error != NULL)
        fail(d, result->failed_file, result->failed_rule, g_strdup(result->error));
    else if (lost != NULL)
        fail(d, lost->file, lost->rule, g_strdup_printf("%s:%u: there is no queue '%s'", lost->file, lost->line, lost->argument));
    return result->error == NULL && lost == NULL;
}

static void
note_hits(Deciding *d)
{
    const GPtrArray *actions = d->ruling->result->actions;

    for (guint i = 0; i < actions->len; i++) {
        const SieveAction *action = g_ptr_array_index(actions, i);

        decision_hit(d->decision, action->file, action->rule != NULL ? action->rule : "", FALSE);
    }
}

/* Of thousands of rules each message tells some, another message others: then all are told alike often. */
static void
note_times(Deciding *d)
{
    const GPtrArray *times = d->ruling->result->times;
    guint stride = times->len / RULES_TOLD + 1;

    g_ptr_array_set_size(d->decision->times, 0);
    for (guint i = (guint) (d->arrival->inbound % stride); i < times->len; i += stride) {
        const SieveRuleTime *time = g_ptr_array_index(times, i);

        decision_time(d->decision, time->file, time->rule, time->nanoseconds);
    }
}

void
decide_rules(Deciding *d, const FactTicket *ticket)
{
    if (d->settings->rules == NULL)
        return;
    d->ruling = g_new0(Ruling, 1);
    d->ruling->passings = g_ptr_array_new_with_free_func((GDestroyNotify) passing_free);
    d->ruling->result = run_script(d, ticket);
    trace_result(d, d->ruling->result);
    note_times(d);
    if (!check_result(d))
        return;
    read_actions(d, ticket);
    decide_collect_needs(d, ticket);
    if (d->decision->needs->len > 0 && d->facts->rounds >= LIMIT_NEED_ROUNDS) {
        g_ptr_array_set_size(d->decision->needs, 0);
        fail(d, d->settings->rules->file, NULL, g_strdup_printf("%s: the rules ask for more than is answered", d->settings->rules->file));
        return;
    }
    note_hits(d);
}
