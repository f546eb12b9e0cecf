/*
 * axis.h - round numbers along an axis
 */
#pragma once

#include <glib.h>

/* The step between ticks from 0 that takes at most that many of them to reach max, and is a number that people count by: 1, 2, 5, 10, 20 ... */
double axis_step(double max, int ticks);
/* The same for seconds: 1m, 5m, 15m, 1h, 4h, 1d ... */
double axis_step_seconds(double max, int ticks);
/* The first multiple of step that is not below max; at least one step. */
double axis_top(double max, double step);
/* Every so many of n labels have room, if at most that many do. */
guint  axis_every(guint n, guint room);
