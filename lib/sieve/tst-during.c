#include <string.h>

#include "sieve/commands-private.h"
#include "sieve/names-private.h"
#include "sieve/ticket-act-private.h"

/*
 * vnd.mailgw.ticket: during <calendar: string>
 *
 * Now is inside that calendar's hours. The calendars that are open now come as the values of "during".
 */
static const PositionalDefinition positionals[] = { { "calendar", VALUE_STRING, FALSE }, { .what = NULL } };

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    names_check(checker, "calendar", checker->host->calendars, &call->positionals[0]);
    return TRUE;
}

static RunOutcome
test_during(Run *run, const Call *call, gboolean *holds_out)
{
    g_autofree char *name = run_text_dup(run, &call->positionals[0], 0);
    const SieveFacts *facts = run->input->facts;
    const GPtrArray *open = facts != NULL && facts->values != NULL ? g_hash_table_lookup(facts->values, "during") : NULL;

    for (guint i = 0; open != NULL && i < open->len && !*holds_out; i++)
        *holds_out = strcmp(open->pdata[i], name) == 0;
    run_note_value(run, *holds_out ? "open" : "closed", strlen(*holds_out ? "open" : "closed"));
    return RUN_NEXT;
}

const Definition tst_during = {
    .name = "during", .extension = TICKET_EXTENSION, .positionals = positionals, .check = check, .test = test_during,
};
