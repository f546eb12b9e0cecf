/*
 * tap.h - g_test_init() for programs that Automake's TAP driver starts without arguments
 */
#pragma once

#include <glib.h>

static inline void
tap_init(int *argc, char ***argv)
{
    /* g_test_init() takes its own options out again; static, because the arguments live as long as the program. */
    static char *with_tap[64];
    int count = *argc;

    g_assert(count + 2 <= (int) G_N_ELEMENTS(with_tap));
    for (int i = 0; i < count; i++)
        with_tap[i] = (*argv)[i];
    with_tap[count++] = (char *) "--tap";
    *argc = count;
    *argv = with_tap;
    g_test_init(argc, argv, NULL);
}
