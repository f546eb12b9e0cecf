#include <config.h>

#include "identity.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static gboolean
take_user(const char *name, uid_t *uid_out, gid_t *gid_out)
{
    const struct passwd *entry = getpwnam(name);

    if (entry == NULL || entry->pw_uid == 0)
        return FALSE;
    *uid_out = entry->pw_uid;
    *gid_out = entry->pw_gid;
    return TRUE;
}

gboolean
identity_find(const char *user, const char *directory, uid_t *uid_out, gid_t *gid_out, GError **error)
{
    static const char *const candidates[] = { "mailgw", "postgres", "nobody" };
    struct stat owner;

    if (geteuid() != 0) {
        *uid_out = geteuid();
        *gid_out = getegid();
        return TRUE;
    }
    if (user != NULL) {
        if (take_user(user, uid_out, gid_out))
            return TRUE;
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "[gateway] user: there is no unprivileged user \"%s\"",
                    user);
        return FALSE;
    }
    if (directory != NULL && stat(directory, &owner) == 0 && owner.st_uid != 0) {
        *uid_out = owner.st_uid;
        *gid_out = owner.st_gid;
        return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(candidates); i++)
        if (take_user(candidates[i], uid_out, gid_out))
            return TRUE;
    g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG,
                        "cannot run as root, and there is no unprivileged user: set [gateway] user");
    return FALSE;
}

Embedded
identity_embedded(const Config *config)
{
    Embedded embedded = { config->database.embedded, config->database.bin, geteuid(), getegid() };

    identity_find(config->gateway.user, config->database.embedded, &embedded.uid, &embedded.gid, NULL);
    return embedded;
}

gboolean
identity_drop(uid_t uid, gid_t gid, GError **error)
{
    if (geteuid() != 0)
        return TRUE;
    if (setgroups(1, &gid) != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0)
        return error_from_errno(error, errno, "drop the privileges of root");
    g_assert(setuid(0) != 0);
    return TRUE;
}
