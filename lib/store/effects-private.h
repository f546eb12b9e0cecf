/*
 * effects-private.h - the decisions of a batch, sorted into the rows of each table
 */
#pragma once

#include "store/columns-private.h"
#include "store/work.h"

/* Columns as the statements of work_apply.sql name them. */
typedef struct {
    Columns *existing;        /* tickets that the batch found, not made                  */
    Columns *tickets;
    Columns *articles;
    Columns *touched;         /* existing tickets that get an article                    */
    Columns *references;
    Columns *participants;
    Columns *statuses;
    Columns *links;
    Columns *events;
    Columns *decisions;
    Columns *mails;
    Columns *buckets;         /* of the mails, and what is taken in any case             */
    Columns *content_keys;
    Columns *outcomes;
    Columns *returned;        /* what reports say of mails of ours                       */
    Columns *persons;
    Columns *images;
    Columns *changes;
    Columns *notes;
    Columns *hits;
    Columns *seen;            /* keys of the test duplicate                              */
    GArray  *merges;          /* EffectMerge, in order: each may depend on the one before */
} Effects;

typedef struct {
    gint64      target;
    gint64      other;
    gint64      inbound;
    const char *reason;
} EffectMerge;

/* Borrows from the applications. */
Effects *effects_collect(const Application *applications, gsize n);
void     effects_free(Effects *effects);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Effects, effects_free)
