/*
 * decision-view.h - what of a decision an admin would see, and how two decisions about one mail differ in it
 *
 * Read from the JSON that is stored with a decision, of this version or an earlier one: what was decided and what would be are read by the same function.
 * Numbers of people and mails, buckets, links and events are not in it: they follow from the rest.
 */
#pragma once

#include "base/json.h"

/* A replay numbers the tickets that never were from here on, each after the mail that would make it. */
#define TICKETS_OF_REPLAY 1000000000000

typedef enum {
    ASPECT_OUTCOME,            /* "ticket", "discarded", ...                                   */
    ASPECT_TICKET,             /* "a new ticket", "ticket #17"                                 */
    ASPECT_QUEUE,
    ASPECT_PRIORITY,
    ASPECT_ASSIGNEE,
    ASPECT_TARGET,             /* the policy                                                   */
    ASPECT_STATUS,             /* that the mail gives the ticket                               */
    ASPECT_CORRELATION,        /* the key                                                      */
    ASPECT_TAG,
    ASPECT_FIELD,              /* its name beside it                                           */
    ASPECT_NOTE,
    ASPECT_ACKNOWLEDGEMENT,    /* "acknowledgement", "refusal", "none"                         */
    ASPECT_MAIL,               /* any other mail, its kind beside it; the value is where it goes */
    N_ASPECTS
} Aspect;

const char *aspect_name(Aspect aspect);

typedef struct {
    Aspect aspect;
    char  *name;               /* of a field, the kind of a mail; else NULL                */
    char  *value;
    char  *by;                 /* the rule that wants it: "rule 'vip', main.sieve:12"; NULL: no rule */
} ViewItem;

/* ViewItem *; of what can only be one thing the one that holds in the end. */
GPtrArray *decision_view(const json_t *decided);

typedef struct {
    Aspect aspect;
    char  *name;
    char  *was, *would;        /* NULL: nothing                              */
    char  *was_by, *would_by;  /* the rule, or NULL                          */
} ViewChange;

/* ViewChange *, in the order of the aspects. Where only one of them makes or joins a ticket, what the ticket would be is no difference of its own. */
GPtrArray *decision_differences(const json_t *was, const json_t *would);

/* For tests: what is done with that effect, or that change; FALSE where nobody thought of it. */
gboolean decision_view_knows_effect(int kind);
gboolean decision_view_knows_change(int what);
