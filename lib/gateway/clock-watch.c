#include "gateway/clock-role.h"

#define JUMP_US (5 * 60 * G_USEC_PER_SEC)
#define HOLD_US (5 * 60 * G_USEC_PER_SEC)

ClockWatchState
clock_watch(ClockWatch *watch, gint64 wall, gint64 monotonic, gint64 *jump_out)
{
    gint64 jump = watch->monotonic != 0 ? (wall - watch->wall) - (monotonic - watch->monotonic) : 0;

    watch->wall = wall;
    watch->monotonic = monotonic;
    *jump_out = jump;
    if (jump > JUMP_US || jump < -JUMP_US) {
        watch->held_until = monotonic + HOLD_US;
        return CLOCK_JUMPED;
    }
    return monotonic < watch->held_until ? CLOCK_HELD : CLOCK_RUNS;
}
