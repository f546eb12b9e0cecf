/*
 * embedded-private.h - running PostgreSQL's own programs as the user that owns the directory
 */
#pragma once

#include <glib.h>

#include "base/io.h"
#include "store/embedded.h"

typedef int EmbeddedFd;   /* g_auto() closes it; -1: none */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(EmbeddedFd, io_close)

char    *embedded_path(const Embedded *embedded, const char *name);
/* initdb or postgres: a cluster is served by the version that made it, a new one is made by the version we were built with. */
char    *embedded_program(const Embedded *embedded, const char *name, GError **error);
gboolean embedded_check_path(const Embedded *embedded, GError **error);   /* CONFIG: too long for a socket */
/* Waits until nobody else makes, starts or stops; until lock_out is closed. */
gboolean embedded_lock(const Embedded *embedded, EmbeddedFd *lock_out, GError **error);

/* A directory of ours: made with mode 0700 and given to the user if it is not there. CONFIG if it is somebody else's. */
gboolean embedded_make_directory(const Embedded *embedded, const char *path, GError **error);

/*
 * Runs a program with its output appended to DIR/postgresql.log, standard input from input_fd (-1: nothing), no other
 * descriptor, and only PATH, LC_ALL and TZ in its environment. FALSE unless it ends with 0; the error ends with what it
 * wrote last.
 */
gboolean embedded_run(const Embedded *embedded, const char *const *argv, int input_fd, GError **error);

/*
 * Starts a program that stays, as nobody's child. alive_fd_out: the read end of a pipe that closes when the program
 * (and every child it made) is gone.
 */
gboolean embedded_spawn(const Embedded *embedded, const char *const *argv, int *alive_fd_out, GError **error);

/* The last lines of DIR/postgresql.log behind an offset, as one line. */
char  *embedded_log_tail(const Embedded *embedded, goffset from);
goffset embedded_log_size(const Embedded *embedded);
