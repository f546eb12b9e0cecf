/*
 * decide-rules-apply.c - what the rules want, as effects on one ticket; and in the trace, what became of each action
 */
#include <string.h>

#include "base/text.h"
#include "gateway/decide-private.h"

typedef struct {
    Deciding *d;
    gint64    ticket;
    gboolean  is_new;
} Applying;

/* NULL: done; else why not. */
typedef const char *(*Apply)(Applying *a, const SieveAction *action);

/* Variables hold what strangers wrote: whatever it is, a database takes it. */
static char *
fit(const char *text, gsize max_bytes)
{
    g_autofree char *clean = text_sanitise(text, strlen(text));

    return text_cut(clean, max_bytes);
}

static Effect *
change(Applying *a, const SieveAction *action, ChangeKind what, const char *value)
{
    Effect *effect = decision_add(a->d->decision, EFFECT_CHANGE, ruling_place(action));

    effect->change.ticket = a->ticket;
    effect->change.what = what;
    effect->change.value = fit(value, LIMIT_TICKET_VALUE);
    return effect;
}

/* ---- the actions -------------------------------------------------------------------------------------------- */

static const char *
add_tag(Applying *a, const SieveAction *action, const char *flag)
{
    for (guint i = 0; i < a->d->decision->effects->len; i++) {
        const Effect *effect = g_ptr_array_index(a->d->decision->effects, i);

        if (effect->kind == EFFECT_CHANGE && effect->change.what == CHANGE_TAG && g_ascii_strcasecmp(effect->change.value, flag) == 0)
            return NULL;
    }
    change(a, action, CHANGE_TAG, flag);
    return NULL;
}

/* The flags of IMAP's own say what a reader did with a mail. */
static const char *
apply_flag(Applying *a, const SieveAction *action)
{
    return action->argument[0] == '\\' ? "a flag of IMAP, no tag" : add_tag(a, action, action->argument);
}

static void
apply_words(Applying *a, const SieveAction *action)
{
    for (guint i = 0; action->words != NULL && i < action->words->len; i++) {
        const char *flag = g_ptr_array_index(action->words, i);

        if (flag[0] != '\\')
            add_tag(a, action, flag);
    }
}

/* The first keep or fileinto of the script; where there is none, nothing is earlier. */
static const SieveAction *
first_delivery(const GPtrArray *actions)
{
    for (guint i = 0; i < actions->len; i++) {
        const SieveAction *action = g_ptr_array_index(actions, i);

        if (action->kind == SIEVE_KEEP || action->kind == SIEVE_FILEINTO)
            return action;
    }
    return NULL;
}

static const char *
apply_delivery(Applying *a, const SieveAction *action)
{
    if (first_delivery(a->d->ruling->result->actions) != action)
        return "filed already by an earlier line";
    apply_words(a, action);
    return action->kind == SIEVE_FILEINTO && !a->is_new ? "follow-up" : NULL;
}

static const char *
apply_priority(Applying *a, const SieveAction *action)
{
    change(a, action, CHANGE_PRIORITY, action->argument);
    return NULL;
}

static const char *
apply_assign(Applying *a, const SieveAction *action)
{
    g_autoptr(FactNeed) agent = fact_need_new(NEED_AGENT, action->argument, NULL);
    gint64 number = 0;

    if (!facts_find_answer(a->d->facts, agent, &number) || number == 0)
        return "there is no such agent";
    change(a, action, CHANGE_ASSIGNEE, action->argument);
    return NULL;
}

/* A name that was put together at run time may be nobody's. */
static const char *
apply_target(Applying *a, const SieveAction *action)
{
    if (a->d->settings->targets == NULL || targets_policy(a->d->settings->targets, action->argument) == NULL)
        return "there is no such policy";
    change(a, action, CHANGE_TARGET, action->argument);
    return NULL;
}

static const char *
apply_field(Applying *a, const SieveAction *action)
{
    Effect *effect = change(a, action, CHANGE_FIELD, action->value != NULL ? action->value : "");

    effect->change.name = g_strdup(action->argument);
    return NULL;
}

static const char *
apply_move(Applying *a, const SieveAction *action)
{
    change(a, action, CHANGE_QUEUE, action->argument);
    return NULL;
}

static const char *
apply_close(Applying *a, const SieveAction *action)
{
    Effect *effect = decision_add(a->d->decision, EFFECT_STATUS, ruling_place(action));

    effect->small.ticket = a->ticket;
    effect->small.status = TICKET_CLOSED;
    return NULL;
}

/* The first key counts, by which the ticket was looked for. */
static const char *
apply_correlate(Applying *a, const SieveAction *action)
{
    for (guint i = 0; i < a->d->decision->effects->len; i++) {
        const Effect *effect = g_ptr_array_index(a->d->decision->effects, i);

        if (effect->kind == EFFECT_CHANGE && effect->change.what == CHANGE_CORRELATION)
            return "the ticket has a key by an earlier line";
    }
    change(a, action, CHANGE_CORRELATION, action->argument);
    return NULL;
}

static const char *
apply_note(Applying *a, const SieveAction *action)
{
    Effect *effect = decision_add(a->d->decision, EFFECT_NOTE, ruling_place(action));

    effect->small.ticket = a->ticket;
    effect->small.text = fit(action->argument, LIMIT_NOTE);
    return NULL;
}

static const char *
apply_acknowledge(Applying *a, const SieveAction *action)
{
    if (action->argument != NULL && !g_hash_table_contains(template_set_names(a->d->settings->templates), action->argument))
        return "there is no such template";
    return action == a->d->ruling->silence || action == a->d->ruling->answer ? NULL : "a later line says otherwise";
}

static const char *
apply_redirect(Applying *a, const SieveAction *action)
{
    return decide_pass_on(a->d, action, a->ticket);
}

static const char *
apply_notify(Applying *a, const SieveAction *action)
{
    return decide_notify(a->d, action, a->ticket);
}

/* What came of it the line of the acknowledgement says. */
static const char *
apply_vacation(Applying *a, const SieveAction *action)
{
    return action == a->d->ruling->vacation ? NULL : "a later line says otherwise";
}

static const char *
apply_requester(Applying *a, const SieveAction *action)
{
    return decide_why_no_requester(a->d, action);
}

static const char *
apply_nothing(G_GNUC_UNUSED Applying *a, G_GNUC_UNUSED const SieveAction *action)
{
    return "something else keeps the message";
}

static const char *
not_here(G_GNUC_UNUSED Applying *a, G_GNUC_UNUSED const SieveAction *action)
{
    return "cannot be had in the gateway";
}

/*
 * Which of them also work on a message that joins a ticket, which has its queue and its people already; and which on one that gets none. What a redirect may
 * do there was looked at before.
 */
static const struct {
    Apply    apply;
    gboolean on_follow_up;
    gboolean without_ticket;
} applies[N_SIEVE_ACTIONS] = {
    [SIEVE_KEEP] = { apply_delivery, TRUE, FALSE },     [SIEVE_FILEINTO] = { apply_delivery, TRUE, FALSE },
    [SIEVE_DISCARD] = { apply_nothing, TRUE, FALSE },   [SIEVE_REDIRECT] = { apply_redirect, TRUE, TRUE },
    [SIEVE_REJECT] = { not_here, TRUE, FALSE },         [SIEVE_FLAGS] = { apply_flag, TRUE, FALSE },
    [SIEVE_NOTIFY] = { apply_notify, TRUE, TRUE }, [SIEVE_VACATION] = { apply_vacation, TRUE, TRUE },
    [SIEVE_PRIORITY] = { apply_priority, FALSE, FALSE }, [SIEVE_ASSIGN] = { apply_assign, FALSE, FALSE },
    [SIEVE_TARGET] = { apply_target, FALSE, FALSE },    [SIEVE_FIELD] = { apply_field, TRUE, FALSE },
    [SIEVE_REQUESTER] = { apply_requester, FALSE, FALSE },   [SIEVE_MOVE] = { apply_move, TRUE, FALSE },
    [SIEVE_CLOSE] = { apply_close, TRUE, FALSE },       [SIEVE_CORRELATE] = { apply_correlate, FALSE, FALSE },
    [SIEVE_NOTE] = { apply_note, TRUE, FALSE },         [SIEVE_ACKNOWLEDGE] = { apply_acknowledge, TRUE, FALSE },
};

/* ---- all of them -------------------------------------------------------------------------------------------- */

static void
trace_action(Deciding *d, const SieveAction *action, const char *why_not)
{
    g_autofree char *place = ruling_place(action);
    g_autofree char *text = g_strjoin(action->value != NULL ? " " : "", action->argument != NULL ? action->argument : "",
                                      action->value != NULL ? action->value : "", NULL);
    g_autofree char *cut = fit(text, LIMIT_SIEVE_TRACE_VALUE);

    if (why_not == NULL)
        trace_add(d->decision->trace, sieve_action_name(action->kind), TRUE, "%s%s(%s)", cut, *cut != '\0' ? " " : "", place);
    else
        trace_add(d->decision->trace, sieve_action_name(action->kind), FALSE, "%s%s(%s): not applied: %s", cut,
                  *cut != '\0' ? " " : "", place, why_not);
}

static void
note_error(Deciding *d, gint64 ticket)
{
    Effect *effect = decision_add(d->decision, EFFECT_NOTE, g_strdup("the rules failed"));

    effect->small.ticket = ticket;
    effect->small.text = g_strdup_printf("The rules failed on this %s, and nothing they wanted was done:\n%s",
                                         d->notice != NULL ? "target" : "message", d->ruling->error);
}

void
decide_ruling_apply(Deciding *d, gint64 ticket, gboolean is_new)
{
    Applying applying = { d, ticket, is_new };
    const GPtrArray *actions;

    if (d->ruling == NULL)
        return;
    actions = d->ruling->result->actions;
    for (guint i = 0; i < actions->len; i++) {
        const SieveAction *action = g_ptr_array_index(actions, i);

        if (!is_new && !applies[action->kind].on_follow_up)
            trace_action(d, action, "follow-up");
        else
            trace_action(d, action, applies[action->kind].apply(&applying, action));
    }
    if (d->ruling->error != NULL)
        note_error(d, ticket);
}

void
decide_ruling_without_ticket(Deciding *d)
{
    Applying applying = { d, 0, FALSE };
    const GPtrArray *actions = d->ruling->result->actions;

    for (guint i = 0; i < actions->len; i++) {
        const SieveAction *action = g_ptr_array_index(actions, i);

        if (applies[action->kind].without_ticket)
            trace_action(d, action, applies[action->kind].apply(&applying, action));
        else
            trace_action(d, action, action == d->ruling->cause ? NULL : "no ticket");
    }
}

const char *
decide_ruling_queue(const Deciding *d)
{
    return d->ruling != NULL && d->ruling->filed != NULL ? d->ruling->filed->argument : NULL;
}
