/*
 * simulated.h - one clock for all the processes of a simulation, and what they read of the configuration
 *
 * The clock is a small file that every process maps. The desk sets it, and with that wakes the hosts, which read it.
 */
#pragma once

#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config/config.h"
#include "gateway/clocks.h"
#include "targets/targets.h"

typedef struct {
    gint64  now;       /* microseconds since 1970      */
    guint32 ticks;     /* how often it was set         */
    guint32 unused;
} SimulatedClock;

static inline SimulatedClock *
simulated_clock(const char *path)
{
    int fd = open(path, O_RDWR);
    void *clock = fd >= 0 ? mmap(NULL, sizeof(SimulatedClock), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;

    if (clock == MAP_FAILED)
        g_error("no clock: %s", path);
    close(fd);
    return clock;
}

static inline gint64
simulated_now(const SimulatedClock *clock)
{
    return __atomic_load_n(&clock->now, __ATOMIC_SEQ_CST);
}

static inline void
simulated_set(SimulatedClock *clock, gint64 now)
{
    __atomic_store_n(&clock->now, now, __ATOMIC_SEQ_CST);
    __atomic_add_fetch(&clock->ticks, 1, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, &clock->ticks, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

/* Until it is set again, or some milliseconds have passed. */
static inline void
simulated_wait(SimulatedClock *clock, guint32 ticks)
{
    const struct timespec longest = { 0, 20 * 1000 * 1000 };

    syscall(SYS_futex, &clock->ticks, FUTEX_WAIT, ticks, &longest, NULL, 0);
}

/* What cannot be used ends the simulation: none of it is input of a stranger. */
static inline Config *
simulated_config(const char *path, Targets **targets_out)
{
    g_autoptr(GError) error = NULL;
    Config *config = config_load(path, &error);

    if (config != NULL)
        *targets_out = targets_load(path, config->directory, config->calendars, config->targets, &error);
    if (error != NULL)
        g_error("%s", error->message);
    return config;
}
