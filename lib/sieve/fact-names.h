/*
 * fact-names.h - what a rule can ask for with `fact`: the one table of names
 *
 * Who fills SieveFacts.values uses these names; what the message itself says (FACT_OF_MESSAGE) need not be filled in.
 */
#pragma once

#include <glib.h>

typedef enum { FACT_GIVEN, FACT_OF_MESSAGE, FACT_FAMILY } FactKind;

typedef struct {
    const char *name;         /* "customer.tier"; of a FACT_FAMILY what a name begins with: "ticket.field." */
    FactKind    kind;
    const char *meaning;
} FactName;

/* Ends with name NULL. */
extern const FactName fact_names[];

const FactName *fact_name_find(const char *name);     /* NULL: there is none */
