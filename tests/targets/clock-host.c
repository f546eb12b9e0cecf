/*
 * clock-host - a host with nothing but the clock role, whose time is simulated: clock-host CONFIGURATION CLOCK SOCKETS NUMBER
 *
 * It looks whenever time has passed, until it is killed, or who started it ends.
 */
#include <signal.h>
#include <sys/prctl.h>

#include "gateway/clock-role.h"
#include "simulated.h"

typedef struct {
    SimulatedClock *clock;
    guint32         looked;        /* at which setting of it */
} HostTime;

static gint64
host_now(gpointer data)
{
    HostTime *time = data;
    guint32 ticks = __atomic_load_n(&time->clock->ticks, __ATOMIC_SEQ_CST);

    if (ticks == time->looked)
        simulated_wait(time->clock, ticks);
    time->looked = __atomic_load_n(&time->clock->ticks, __ATOMIC_SEQ_CST);
    return simulated_now(time->clock);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    Targets *targets = NULL;
    volatile int stop = FALSE;
    ClockRoleSettings settings = { 0 };
    HostTime time = { 0 };
    Config *config;
    int always[2];

    if (argc != 5)
        g_error("usage: clock-host CONFIGURATION CLOCK SOCKETS NUMBER");
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    config = simulated_config(argv[1], &targets);
    time.clock = simulated_clock(argv[2]);
    /* Its sleep ends at once: what it would have slept for has happened. */
    if (pipe(always) != 0 || write(always[1], "", 1) != 1)
        g_error("no pipe");
    settings.role = (Role) { .name = "clock", .number = atoi(argv[4]), .stop = &stop, .wake_fd = always[0],
                             .store = { .socket_dir = argv[3], .role = STORE_WORKER, .name = "clock" } };
    settings.decide.name = config->gateway.name;
    settings.decide.host = config->gateway.host;
    settings.decide.queues = config->queues;
    settings.decide.limits = &config->limits;
    settings.decide.acknowledge = &config->acknowledge;
    settings.decide.rules_config = &config->rules;
    settings.decide.automatic_life_seconds = config->smtp.automatic_life_seconds;
    settings.decide.targets = targets;
    settings.decide.templates = template_set_load(NULL, NULL);
    settings.now = host_now;
    settings.data = &time;
    if (clock_role_run(&settings, &error))
        return 0;
    fprintf(stderr, "%s\n", error->message);
    return 1;
}
