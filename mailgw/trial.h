/*
 * trial.h - a mail decided on as the worker would, and nothing done: what `explain` and `template preview` show
 */
#pragma once

#include "cli.h"
#include "gateway/decide.h"

typedef struct {
    gint64      inbound;          /* it was stored as this one; 0: it was not                  */
    const char *sender;           /* of the envelope; NULL: not known                          */
    const char *recipient;        /* NULL: as the mail's own fields say                        */
    const char *auth_user;
    gint64      reference;        /* of the ticket that it may make                            */
    gint64      now;
    AcknowledgePreview *preview;  /* filled with the automatic mail; NULL: it is not asked for */
} TrialMail;

/* store NULL: nobody is known, every message is a stranger's first. What explain prints as JSON; NULL with an error. */
json_t *trial_decide(const Config *config, Store *store, GBytes *bytes, const TrialMail *mail, GError **error);
