#include "sieve/fact-names.h"

#include <string.h>

const FactName fact_names[] = {
    { "event", FACT_GIVEN, "why the rules run: \"message\" or \"target\"" },
    { "ticket.number", FACT_GIVEN, "its number" },
    { "ticket.subject", FACT_GIVEN, "its subject" },
    { "ticket.status", FACT_GIVEN, "\"new\", \"open\", \"pending\", \"resolved\", \"closed\"" },
    { "ticket.queue", FACT_GIVEN, "the queue it is in" },
    { "ticket.priority", FACT_GIVEN, "\"low\", \"normal\", \"high\", \"urgent\"" },
    { "ticket.assignee", FACT_GIVEN, "the agent it is assigned to" },
    { "ticket.target", FACT_GIVEN, "the service level it is held to" },
    { "ticket.tags", FACT_GIVEN, "each of its tags" },
    { "ticket.requester", FACT_GIVEN, "the customer's address" },
    { "ticket.language", FACT_GIVEN, "the language it is held in: \"el\"" },
    { "ticket.articles", FACT_GIVEN, "how many messages it has" },
    { "ticket.age", FACT_GIVEN, "seconds since it was made" },
    { "ticket.idle", FACT_GIVEN, "seconds since anything happened to it" },
    { "ticket.field.", FACT_FAMILY, "one of its fields: \"ticket.field.invoice\"" },
    { "customer.name", FACT_GIVEN, "the name of the person" },
    { "customer.address", FACT_GIVEN, "the main address of the person" },
    { "customer.organisation", FACT_GIVEN, "the organisation the person belongs to" },
    { "customer.number", FACT_GIVEN, "the customer's number" },
    { "customer.tier", FACT_GIVEN, "the customer's tier: \"gold\"" },
    { "customer.tags", FACT_GIVEN, "each of the customer's tags" },
    { "customer.language", FACT_GIVEN, "the language the customer wants: \"de\"" },
    { "customer.tickets", FACT_GIVEN, "how many tickets the customer has open, up to 1000" },
    { "customer.field.", FACT_FAMILY, "a field of the customer: \"customer.field.contract\"" },
    { "message.queue", FACT_GIVEN, "the queue of the address it came to" },
    { "message.follow-up", FACT_GIVEN, "\"yes\" if it joins a ticket" },
    { "message.authenticated", FACT_GIVEN, "\"yes\" if the sender's domain vouches for it" },
    { "message.class", FACT_OF_MESSAGE, "\"human\", \"auto-reply\", \"bounce\", \"list\", ..." },
    { "message.language", FACT_OF_MESSAGE, "the language of its text: \"el\"" },
    { "message.protection", FACT_OF_MESSAGE, "\"pgp-signed\", \"smime-encrypted\", ..." },
    { "message.attachments", FACT_OF_MESSAGE, "the name of each attachment" },
    { "message.text", FACT_OF_MESSAGE, "what the person wrote now, without quotes" },
    { "target.name", FACT_GIVEN, "the policy by which a response is owed" },
    { "target.kind", FACT_GIVEN, "what is owed: \"first-response\", \"next-response\", \"resolution\"" },
    { "target.state", FACT_GIVEN, "\"near\" or \"past\"" },
    { "target.overdue", FACT_GIVEN, "\"yes\" or \"no\"" },
    { "target.elapsed-percent", FACT_GIVEN, "how much of its working time is used: \"75\"" },
    { "target.left", FACT_GIVEN, "seconds of working time that are left; below zero: past" },
    { "target.due", FACT_GIVEN, "when it is due: \"2026-11-22T10:00:00Z\"" },
    { NULL, FACT_GIVEN, NULL },
};

const FactName *
fact_name_find(const char *name)
{
    for (const FactName *fact = fact_names; fact->name != NULL; fact++) {
        gsize length = strlen(fact->name);

        if (fact->kind == FACT_FAMILY ? strncmp(fact->name, name, length) == 0 && name[length] != '\0'
                                      : strcmp(fact->name, name) == 0)
            return fact;
    }
    return NULL;
}
