/*
 * maildir.c - deliver into a Maildir, for trying things out
 *
 * The file is complete and on disk before it appears in new/ (cr.yp.to/proto/maildir.html). Its name comes from
 * Message-ID and recipient instead of the clock, so that a mail which is delivered again, because the courier died before
 * it could write down that it was sent, replaces itself.
 */
#include "courier/courier-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/io.h"

#define NAME_DIGEST_BYTES 16

typedef struct {
    char *directory;
} Maildir;

static gboolean
make_directories(const Maildir *maildir, GError **error)
{
    static const char *const parts[] = { "tmp", "new", "cur" };

    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_autofree char *path = g_build_filename(maildir->directory, parts[i], NULL);

        if (g_mkdir_with_parents(path, 0700) != 0)
            return error_from_errno(error, errno, "make directory \"%s\"", path);
    }
    return TRUE;
}

gpointer
maildir_new(const char *directory, GError **error)
{
    g_autoptr(GError) cause = NULL;
    Maildir *maildir;

    if (*directory == '\0') {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, "cannot use transport \"maildir:\": no directory");
        return NULL;
    }
    maildir = g_new0(Maildir, 1);
    maildir->directory = g_strdup(directory);
    if (!make_directories(maildir, &cause)) {
        g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG, cause->message);
        maildir_methods.free(maildir);
        return NULL;
    }
    return maildir;
}

static void
maildir_free(gpointer transport)
{
    Maildir *maildir = transport;

    g_free(maildir->directory);
    g_free(maildir);
}

static char *
file_name(const Shipment *shipment)
{
    guint8 digest[HASH_SHA256_BYTES];
    g_autofree char *hex = NULL;

    if (shipment->message_id == NULL || *shipment->message_id == '\0') {
        hash_random(digest, sizeof digest);
    } else {
        g_autoptr(Sha256) hash = sha256_new();

        /* With the final NUL of the first, so that the two cannot run into each other. */
        sha256_update(hash, shipment->message_id, strlen(shipment->message_id) + 1);
        sha256_update(hash, shipment->recipient, strlen(shipment->recipient));
        sha256_finish(g_steal_pointer(&hash), digest);
    }
    hex = hash_hex(digest, NAME_DIGEST_BYTES);
    return g_strconcat(hex, ".mailgw", NULL);
}

/* A reader that has seen the mail moved it to cur/ and added ":2," and flags. */
static gboolean
was_read(const Maildir *maildir, const char *name)
{
    g_autofree char *path = g_build_filename(maildir->directory, "cur", NULL);
    g_autofree char *prefix = g_strconcat(name, ":", NULL);
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    const char *entry;

    while (folder != NULL && (entry = g_dir_read_name(folder)) != NULL)
        if (strcmp(entry, name) == 0 || g_str_has_prefix(entry, prefix))
            return TRUE;
    return FALSE;
}

static gboolean
write_synced(const char *path, GBytes *bytes, GError **error)
{
    gsize length;
    const void *data = g_bytes_get_data(bytes, &length);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    gboolean written;

    if (fd < 0)
        return error_from_errno(error, errno, "create \"%s\"", path);
    written = io_write_all(fd, data, length, error);
    if (written && fsync(fd) != 0)
        written = error_from_errno(error, errno, "write \"%s\" to disk", path);
    io_close(&fd);
    return written;
}

static gboolean
sync_directory(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    gboolean synced = fd >= 0 && fsync(fd) == 0;

    if (!synced)
        error_from_errno(error, errno, "write directory \"%s\" to disk", path);
    io_close(&fd);
    return synced;
}

static gboolean
deliver_file(const Maildir *maildir, const char *name, GBytes *bytes, GError **error)
{
    /* Two couriers may deliver the same mail when a lease ran out: each writes a file of its own. */
    g_autofree char *temporary = g_strdup_printf("%s/tmp/%s.%d", maildir->directory, name, (int) getpid());
    g_autofree char *folder = g_build_filename(maildir->directory, "new", NULL);
    g_autofree char *final = g_build_filename(folder, name, NULL);

    if (!make_directories(maildir, error))
        return FALSE;
    if (!write_synced(temporary, bytes, error)) {
        unlink(temporary);
        return FALSE;
    }
    if (rename(temporary, final) != 0) {
        error_from_errno(error, errno, "rename \"%s\" to \"%s\"", temporary, final);
        unlink(temporary);
        return FALSE;
    }
    return sync_directory(folder, error);
}

static void
maildir_deliver(gpointer transport, const Shipment *shipment, Delivery *delivery_out)
{
    const Maildir *maildir = transport;
    g_autofree char *name = file_name(shipment);
    g_autoptr(GError) error = NULL;

    if (was_read(maildir, name))
        delivery_set(delivery_out, DELIVERY_SENT, 0, "was delivered to %s before", maildir->directory);
    else if (deliver_file(maildir, name, shipment->bytes, &error))
        delivery_set(delivery_out, DELIVERY_SENT, 0, "delivered to %s", maildir->directory);
    else
        delivery_set(delivery_out, DELIVERY_DEFERRED, 0, "%s", error->message);
}

const TransportMethods maildir_methods = { maildir_deliver, maildir_free };
