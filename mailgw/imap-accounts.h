/*
 * imap-accounts.h - what the store knows of the configured mailboxes
 */
#pragma once

#include "base/json.h"
#include "config/config.h"
#include "store/store.h"

/* One object for each folder of each configured account: {account, host, folder, taken, waiting, last_success, alarm, alarm_since, hint}. */
json_t *imap_account_rows(const Config *config, Store *store, GError **error);
