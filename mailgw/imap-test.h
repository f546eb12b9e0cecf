/*
 * imap-test.h - a mailbox tried out step by step: name, TLS, login, folders, and what would be fetched
 */
#pragma once

#include "base/json.h"
#include "config/config.h"
#include "store/store.h"

/* Appends {account, step, ok, text} for each step to rows; nothing on the server is changed. store may be NULL. FALSE if a step failed. */
gboolean imap_test(const Config *config, const ImapConfig *imap, Store *store, json_t *rows);
