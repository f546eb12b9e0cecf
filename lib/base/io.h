/*
 * io.h - files, descriptors, directories: the few calls that must not be got wrong twice
 */
#pragma once

#include <glib.h>

gboolean io_write_all(int fd, const void *bytes, gsize length, GError **error);     /* restarts on EINTR           */
gboolean io_read_all(int fd, void *bytes_out, gsize length, GError **error);        /* fewer bytes is TEMPORARY    */
/* Whole content of fd up to max_bytes; LIMIT if there is more. */
GBytes  *io_read_fd(int fd, gsize max_bytes, GError **error);
GBytes  *io_read_file(const char *path, gsize max_bytes, GError **error);           /* NOT_FOUND if it is not there */
/* Writes path.tmp, fsyncs, renames. */
gboolean io_replace_file(const char *path, const void *bytes, gsize length, int mode, GError **error);
gboolean io_remove_tree(const char *path, GError **error);                          /* a missing tree is no error  */
/* Bytes in a memfd sealed against change; -1 on error. */
int      io_memfd(const char *name, const void *bytes, gsize length, GError **error);
void     io_close(int *fd);                                                         /* -1 is allowed; sets it to -1 */
