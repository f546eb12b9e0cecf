/*
 * clock-role.h - the role that notices when a response is nearly or really overdue, and tells the agents
 *
 * The database's clock decides, so that hosts whose clocks differ agree; each warning and each breach is marked in the transaction that tells of it, so
 * it happens once, whoever else looks, dies or starts again.
 */
#pragma once

#include "gateway/clocks.h"
#include "gateway/role.h"
#include "gateway/settings.h"

typedef struct {
    Role           role;
    DecideSettings decide;
    gint64         token_life_seconds;
    /* Time that is an argument, microseconds: a year can be gone through in minutes. NULL: the database's clock, which is watched. */
    gint64       (*now)(gpointer data);
    gpointer       data;
} ClockRoleSettings;

gboolean clock_role_run(const ClockRoleSettings *settings, GError **error);

/*
 * The database's clock beside one that only ever runs. Where the two went apart by more than some minutes, the clock was set, and what it says is due is held back for
 * a while: somebody may set it right again, and a mistake of a day must not tell everybody of everything.
 */
typedef struct {
    gint64 wall, monotonic;        /* the last look; 0: none yet */
    gint64 held_until;             /* monotonic                  */
} ClockWatch;

typedef enum { CLOCK_RUNS, CLOCK_JUMPED, CLOCK_HELD } ClockWatchState;

/* Microseconds. JUMPED is said once for each jump; what is due waits then, and while HELD. jump_out: how far. */
ClockWatchState clock_watch(ClockWatch *watch, gint64 wall, gint64 monotonic, gint64 *jump_out);

/*
 * clock-rules.c: runs the rules on what was noticed and carries out what they want, with what follows from it for the clocks, inside the transaction that took
 * the notices. untold (ClockNotice *, borrowed) gets those of which the rules told nobody else.
 */
gboolean clock_run_rules(Store *store, const DecideSettings *settings, const ClockSettings *clocks, const GPtrArray *notices, gint64 now, GPtrArray *untold,
                         GError **error);

/*
 * clock-rest.c: inside a transaction, closes, reminds and surveys what has rested long enough. more_out: there may be more of it. The moment that lies so much working
 * time before now; calendar NULL: all time counts.
 */
gboolean clock_rest(Store *store, const DecideSettings *settings, const ClockSettings *clocks, gint64 now, gboolean *more_out, GError **error);
gint64   clock_rest_moment(const Calendar *calendar, const WorkingTime *time, gint64 now);
/* clock-notice.c: tells the agents of each queue, inside the transaction that took the notices (ClockNotice *). now: the database's clock. */
gboolean clock_tell_agents(Store *store, const DecideSettings *settings, const GPtrArray *notices, gint64 now, GError **error);
