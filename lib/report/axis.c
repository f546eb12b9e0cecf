#include "report/axis.h"

double
axis_step(double max, int ticks)
{
    static const double factors[] = { 1, 2, 5 };

    g_assert(ticks > 0);
    for (double power = 1; power < 1e18; power *= 10)
        for (gsize i = 0; i < G_N_ELEMENTS(factors); i++)
            if (factors[i] * power * ticks >= max)
                return factors[i] * power;
    return max / ticks;
}

double
axis_step_seconds(double max, int ticks)
{
    static const double steps[] = { 1, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200 };

    g_assert(ticks > 0);
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
        if (steps[i] * ticks >= max)
            return steps[i];
    return axis_step(max / 86400, ticks) * 86400;
}

double
axis_top(double max, double step)
{
    double top = step;

    g_assert(step > 0);
    if (max > step)
        top = step * (double) (gint64) (max / step);
    return top < max ? top + step : top;
}

guint
axis_every(guint n, guint room)
{
    g_assert(room > 0);
    return n <= room ? 1 : (n + room - 1) / room;
}
