#include "sieve/commands-private.h"

/* RFC 5228, 3.3: stop */
static RunOutcome
run_stop(G_GNUC_UNUSED Run *run, G_GNUC_UNUSED const Call *call)
{
    return RUN_STOP;
}

const Definition cmd_stop = { .name = "stop", .run = run_stop };
