/*
 * accept.h - the sink of every source: mail is answered for only after COMMIT
 */
#pragma once

#include "config/values.h"
#include "gateway/role.h"
#include "intake/sink.h"

typedef struct Acceptor Acceptor;

/* What it needs to know of the configuration: which recipients are ours. */
typedef struct {
    const GPtrArray *queues;          /* QueueConfig * */
    gboolean         subaddressing;
    gint64           waiting_limit;   /* rows waiting above which a new mail is answered 451 */
    const char      *bounce_domain;   /* or NULL */
} AcceptSettings;

/* Connects by itself, at tick() or at the first mail; while the store is away, mail is answered 451 4.3.0. role and settings are borrowed. */
Acceptor *acceptor_new(const Role *role, const AcceptSettings *settings);
void      acceptor_free(Acceptor *acceptor);
Sink      acceptor_sink(Acceptor *acceptor);
