/*
 * role-imap.h - the process of one mailbox
 */
#pragma once

#include "config/config.h"
#include "gateway/role.h"
#include "intake/imap-account.h"

/* Until stopped, or idle. FALSE with an error: CONFIG, or until_idle and the mailbox could not be read. */
gboolean role_imap_run(const Config *config, const ImapConfig *imap, const Role *role, GError **error);

/* Says in the store that the account is not read any more. */
void role_imap_suspended(const char *account, const Role *role);
