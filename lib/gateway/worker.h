/*
 * worker.h - the role that turns inbound rows into outcomes: lease, parse, facts, decide, apply
 */
#pragma once

#include "gateway/parser.h"
#include "gateway/role.h"
#include "gateway/settings.h"

typedef struct {
    Role           role;
    DecideSettings decide;             /* its keys are loaded here, from the store */
    gint64         lease_seconds;
    gint64         token_life_seconds;
} WorkerSettings;

/* Works until told to stop (or idle). parser was started before anything was opened. FALSE with an error that a restart cannot mend by itself. */
gboolean worker_run(const WorkerSettings *settings, Parser *parser, GError **error);

/* The keys of the store as thread/token.h wants them. */
TokenKeys *load_token_keys(Store *store, gint64 token_life_seconds, GError **error);
