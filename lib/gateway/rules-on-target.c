/*
 * rules-on-target.c - what a script cannot do that runs when a response is nearly or really overdue
 *
 * There is no message then: nothing to test in it, nothing to answer, to pass on or to throw away. What is left are the ticket, its customer and what is
 * owed; and what can be done to a ticket.
 */
#include "gateway/rules.h"

static const char no_message[] = "a target has no message: ask the ticket, the customer or the target with \"fact\"";
static const char no_delivery[] = "a target has no message: the ticket stays where it is, or goes elsewhere with \"move\"";
static const char no_answer[] = "nothing is sent to the customer because a target is near or past: \"notify\" tells agents";
static const char whole_ticket[] = "it is for the message that makes a ticket";

static const struct {
    const char *name;
    const char *hint;
} absent[] = {
    { "acknowledge", no_answer },    { "reject", no_answer },        { "ereject", no_answer },      { "vacation", no_answer },
    { "vacation-seconds", no_answer },
    { "fileinto", no_delivery },     { "discard", no_delivery },     { "redirect", no_delivery },   { "copy", no_delivery },
    { "requester", whole_ticket },   { "correlate", whole_ticket },
    { "header", no_message },        { "address", no_message },      { "exists", no_message },      { "size", no_message },
    { "envelope", no_message },      { "body", no_message },            { "duplicate", no_message },
    { "index", no_message },         { "mime", no_message },         { "foreverypart", no_message },
    { "extracttext", no_message },   { "editheader", no_message },   { "addheader", no_message },   { "deleteheader", no_message },
    { "spamtest", no_message },      { "spamtestplus", no_message }, { "virustest", no_message },
    { "subaddress", no_message },
};

void
rules_add_absent_on_target(SieveHost *host)
{
    host->on_target = TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(absent); i++)
        g_hash_table_insert(host->absent, g_strdup(absent[i].name), (gpointer) absent[i].hint);
}
