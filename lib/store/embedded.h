/*
 * embedded.h - a private PostgreSQL in a directory: initdb, Unix socket only, no password, nobody else may enter the directory
 *
 *   DIR/db    the cluster (initdb; data checksums, UTF8, C.UTF-8)        DIR/run   its socket, mode 0700
 *   DIR/postgresql.log
 *
 * Started by root, everything runs as the unprivileged user that owns DIR (initdb and postgres refuse root). A server
 * that is already up is adopted, never started twice; a postmaster.pid left by kill -9 is no obstacle. The server is no
 * child of the caller: it stays when the caller ends.
 * fsync and synchronous_commit stay on.
 */
#pragma once

#include <sys/types.h>

#include "base/error.h"

typedef struct {
    const char *directory;    /* absolute; DIR/run/.s.PGSQL.5432 must fit 107 octets */
    const char *bin;          /* of initdb and postgres; NULL: as built, else the newest under /usr/lib/postgresql */
    uid_t uid;                /* whom it runs as when we are root; ignored otherwise */
    gid_t gid;
} Embedded;

/* Makes the cluster if there is none. An initialised directory is left as it is; a half-made one is made again. */
gboolean embedded_init(const Embedded *embedded, GError **error);
/* Starts it if it is not up, and waits until it answers (at most 60 s). Of two callers at once one starts, both succeed. */
gboolean embedded_start(const Embedded *embedded, GError **error);
/* The same for one that fell. One that was stopped by hand stays down (a TEMPORARY error), also when it is being stopped at this moment. */
gboolean embedded_restart(const Embedded *embedded, GError **error);
gboolean embedded_stop(const Embedded *embedded, gboolean immediate, GError **error);
/* Whether it is down because embedded_stop() was asked to: then only a person starts it again. */
gboolean embedded_was_stopped(const Embedded *embedded);
gboolean embedded_is_up(const Embedded *embedded, pid_t *pid_out);
char    *embedded_socket_dir(const Embedded *embedded);
