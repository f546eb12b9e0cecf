/*
 * database-watch.h - the supervisor's eye on an embedded server
 *
 * A server that fell (kill -9, out of memory) is started again; one that was stopped by hand is not. Starting takes a while, so a process of its own does it.
 */
#pragma once

#include "config/config.h"

/* How long a fallen server lies before anybody looks, in microseconds. */
#define DATABASE_WATCH_US (2 * G_USEC_PER_SEC)

typedef struct {
    pid_t  starter;     /* the process that starts it; 0: none */
    gint64 next_look;   /* monotonic */
} DatabaseWatch;

/* Call it often; it looks once in DATABASE_WATCH_US. The caller's signal mask is not the starter's. */
void database_watch_look(DatabaseWatch *watch, const Config *config);
/* A child of the caller ended; it may have been the starter. */
void database_watch_ended(DatabaseWatch *watch, pid_t pid);
