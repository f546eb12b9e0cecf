/*
 * secret.c - a secret in a file of its own
 */
#include "base/error.h"
#include "base/io.h"
#include "base/text.h"
#include "config/config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_BYTES 4096

/*
 * systemd.exec(5), LoadCredential=: the directory is closed to everybody else, and an access list for the service's user makes
 * its files look as if their group could read them.
 */
static gboolean
is_credential(const char *path)
{
    const char *directory = g_getenv("CREDENTIALS_DIRECTORY");
    g_autofree char *parent = g_path_get_dirname(path);

    return directory != NULL && strcmp(parent, directory) == 0;
}

static gboolean
check_file(int fd, const char *path, GError **error)
{
    struct stat status;
    const char *wrong = NULL;

    if (fstat(fd, &status) != 0)
        wrong = g_strerror(errno);
    else if (!S_ISREG(status.st_mode))
        wrong = "it is no regular file";
    else if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0 && !is_credential(path))
        wrong = "others may read it; chmod 600 it";
    if (wrong != NULL)
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "cannot use the secret in \"%s\": %s", path, wrong);
    return wrong == NULL;
}

/* Without the newline that editors put at the end. NULL if it holds what cannot be sent, or nothing. */
static char *
clean_secret(GBytes *bytes)
{
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    g_autofree char *secret = NULL;

    if (length > 0 && text[length - 1] == '\n')
        length--;
    if (length > 0 && text[length - 1] == '\r')
        length--;
    if (length == 0 || memchr(text, '\0', length) != NULL)
        return NULL;
    secret = g_strndup(text, length);
    return text_has_control(secret) ? NULL : g_steal_pointer(&secret);
}

char *
config_read_secret(const char *path, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(GBytes) bytes = NULL;
    char *secret = NULL;
    /* O_NONBLOCK, or a FIFO would hold up the start for ever. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd < 0) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "cannot read the secret in \"%s\": %s", path,
                    g_strerror(errno));
        return NULL;
    }
    if (check_file(fd, path, error)) {
        bytes = io_read_fd(fd, SECRET_BYTES, &cause);
        if (bytes != NULL)
            secret = clean_secret(bytes);
        if (secret == NULL)
            g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "cannot use the secret in \"%s\": %s", path,
                        cause != NULL ? cause->message : "it is empty or holds control characters");
    }
    io_close(&fd);
    return secret;
}

static gboolean
check_secret(const char *path, GError **error)
{
    char *secret;

    if (path == NULL)
        return TRUE;
    secret = config_read_secret(path, error);
    if (secret == NULL)
        return FALSE;
    explicit_bzero(secret, strlen(secret));
    g_free(secret);
    return TRUE;
}

gboolean
config_check_secrets(const Config *config, GError **error)
{
    if (!check_secret(config->smtp.password_file, error))
        return FALSE;
    for (guint i = 0; i < config->imap->len; i++) {
        const ImapConfig *imap = config->imap->pdata[i];

        if (!check_secret(imap->password_file, error) || !check_secret(imap->oauth_secret_file, error))
            return FALSE;
    }
    for (guint i = 0; i < config->webhooks->len; i++)
        if (!check_secret(((const WebhookConfig *) config->webhooks->pdata[i])->secret_file, error))
            return FALSE;
    return TRUE;
}
