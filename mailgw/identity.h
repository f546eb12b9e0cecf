/*
 * identity.h - whom the daemon and the embedded server run as
 *
 * Started by root, nothing of ours stays root: the user is [gateway] user, else the owner of the embedded directory if that
 * is not root, else the first of "mailgw", "postgres", "nobody" that exists.
 */
#pragma once

#include <sys/types.h>

#include "config/config.h"
#include "store/embedded.h"

gboolean identity_find(const char *user, const char *directory, uid_t *uid_out, gid_t *gid_out, GError **error);
/* The embedded server of the configuration; its strings belong to config. Falls back to our own ids where none is found. */
Embedded identity_embedded(const Config *config);
/* Becomes that user for good (supplementary groups, gid, uid); nothing if we are not root. */
gboolean identity_drop(uid_t uid, gid_t gid, GError **error);
