/*
 * accept-private.h - the statement that stores a mail, for transactions that store more than mails
 */
#pragma once

#include "store/accept.h"
#include "store/store-private.h"

/* Adds the statement to the pipeline, and reads its result into the recipients. */
void accept_add(Store *store, const AcceptMail *mail);
void accept_take_ids(AcceptMail *mail, const PGresult *rows);
