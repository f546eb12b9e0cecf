/*
 * ticket-act-private.h - what the commands of vnd.mailgw.ticket have in common
 */
#pragma once

#include "sieve/checker-private.h"
#include "sieve/run-private.h"

#define TICKET_EXTENSION "vnd.mailgw.ticket"

/* FALSE if the first argument is empty whatever the mail says (told). */
gboolean ticket_check_argument(Checker *checker, const Call *call);
/* The first argument becomes the action's argument, the second its value. What is empty is a warning, and no action. */
RunOutcome ticket_act(Run *run, const Call *call, SieveActionKind kind);
