/*
 * decide-requester.c - whom a new ticket is for, where a rule says that it is not the sender (contact forms)
 *
 * What a form was filled in with proves nothing: the requester is a person whom nobody vouches for, whoever vouches for the form. Identity never
 * comes out of Reply-To by itself, only by a rule that reads it. What is counted and limited is counted for the requester, since each mail of a
 * busy form is somebody else's.
 */
#include "gateway/decide-private.h"

#include <string.h>

#include "base/address.h"
#include "message/alignment.h"

/* NULL: it can be the requester. */
static const char *
why_not(const Deciding *d, const char *address)
{
    if (!address_is_valid(address))
        return "no address that mail could go to";
    if (settings_is_own_address(d->settings, address))
        return "an address of ours";
    if (d->prepared->request->sender != NULL && address_equal(address, d->prepared->request->sender))
        return "it is the sender";
    return NULL;
}

/* The first one that can be counts. */
static const SieveAction *
find_action(const Deciding *d)
{
    const GPtrArray *actions = d->ruling->result->actions;

    for (guint i = 0; i < actions->len; i++) {
        const SieveAction *action = g_ptr_array_index(actions, i);

        if (action->kind == SIEVE_REQUESTER && why_not(d, action->argument) == NULL)
            return action;
    }
    return NULL;
}

/* The name that stands beside the address in Reply-To or From, where the form put it there. */
static const char *
name_of(const Message *message, const char *address)
{
    const GPtrArray *lists[] = { message->reply_to, message->from };

    for (gsize l = 0; l < G_N_ELEMENTS(lists); l++)
        for (guint i = 0; i < lists[l]->len; i++) {
            const MessageAddress *found = g_ptr_array_index(lists[l], i);

            if (found->address != NULL && address_equal(found->address, address))
                return found->name;
        }
    return NULL;
}

FactNeed *
decide_requester_need(const Deciding *d)
{
    const SieveAction *action = find_action(d);
    g_autofree char *address = action != NULL ? address_canonical(action->argument) : NULL;
    FactNeed *need;

    if (address == NULL)
        return NULL;
    need = fact_need_new(NEED_PERSON, address, NULL);
    need->request = facts_request_new();
    need->request->queue = g_strdup(d->arrival->queue);
    decide_ask_about_person(need->request, address, name_of(d->message, address), d->settings);
    return need;
}

void
decide_set_requester(Deciding *d)
{
    const SieveAction *action = find_action(d);
    g_autofree char *address = action != NULL ? address_canonical(action->argument) : NULL;

    d->requester = address != NULL ? facts_person(d->facts, address) : NULL;
    d->requester_address = d->requester != NULL ? action->argument : NULL;
}

const Facts *
decide_facts_of_requester(const Deciding *d)
{
    return d->requester != NULL ? d->requester : d->facts;
}

const char *
decide_why_no_requester(const Deciding *d, const SieveAction *action)
{
    const char *reason = why_not(d, action->argument);

    if (reason == NULL && find_action(d) != action)
        return "an earlier line named the requester";
    return reason;
}

/* ---- trusted forms ------------------------------------------------------------------------------------------ */

static gboolean
is_named(const Deciding *d, const char *address)
{
    g_autofree char *canonical = address != NULL && *address != '\0' ? address_canonical(address) : NULL;
    char **forms = d->settings->acknowledge->trusted_forms;

    return canonical != NULL && forms != NULL && g_strv_contains((const char *const *) forms, canonical);
}

/* The envelope says the same as From: nothing better can be asked where no border checks who sends. */
static gboolean
envelope_agrees(const Deciding *d, const char *from)
{
    const char *envelope = d->prepared->envelope_sender;
    g_autofree char *from_domain = NULL, *envelope_domain = NULL;

    if (envelope == NULL || is_named(d, envelope))
        return TRUE;
    if (!address_is_valid(envelope))
        return FALSE;
    from_domain = address_domain_ascii(address_domain(from));
    envelope_domain = address_domain_ascii(address_domain(envelope));
    return domain_same_organisation(from_domain, envelope_domain);
}

const char *
decide_why_no_trusted_form(const Deciding *d)
{
    const char *sender = d->prepared->request->sender;
    SenderStanding standing = decide_sender_standing(d->message, d->arrival);

    if (!is_named(d, sender))
        return "the requester is not the sender, who is none of trusted-forms";
    if (standing == SENDER_PASSED)
        return NULL;
    if (standing == SENDER_FAILED || d->settings->authserv_id != NULL)
        return "nothing proves that it came from the trusted form";
    return envelope_agrees(d, sender) ? NULL : "the envelope sender is not the trusted form's";
}
