/*
 * which policy a ticket has, how long it has rested, and whether what it owes was counted by the policies of today
 */
#include "gateway/clock-role.h"
#include <string.h>

#include "tap.h"

/* Two policies of a queue and a customer, and one that is there for urgent tickets; calendars that are always open, and on Mondays from 09:00 to 17:00. */
typedef struct {
    CalendarConfig always, office;
    TargetConfig   policies[3];
    QueueConfig    queue, bare;
    GPtrArray     *calendars, *configs, *queues;
} World;

static void
world_init(World *world)
{
    *world = (World) {
        .always = { .name = (char *) "always", .always = TRUE }, .office = { .name = (char *) "office", .hours = hours_parse("Mon 09:00-17:00", NULL) },
        .policies = { { .name = (char *) "standard" }, { .name = (char *) "gold" }, { .name = (char *) "fire", .for_priority = 1 + PRIORITY_URGENT } },
        .queue = { .name = (char *) "support", .target = (char *) "standard" }, .bare = { .name = (char *) "billing" },
    };
    world->calendars = g_ptr_array_new();
    world->configs = g_ptr_array_new();
    world->queues = g_ptr_array_new();
    g_ptr_array_add(world->calendars, &world->always);
    g_ptr_array_add(world->calendars, &world->office);
    for (gsize i = 0; i < G_N_ELEMENTS(world->policies); i++) {
        world->policies[i].all = (TargetTerms) { .calendar = (char *) "always", .first_response = { TRUE, 0, 3600 } };
        g_ptr_array_add(world->configs, &world->policies[i]);
    }
    g_ptr_array_add(world->queues, &world->queue);
    g_ptr_array_add(world->queues, &world->bare);
}

static void
world_clear(World *world)
{
    g_array_unref(world->office.hours);
    g_ptr_array_unref(world->calendars);
    g_ptr_array_unref(world->configs);
    g_ptr_array_unref(world->queues);
}

static Targets *
world_load(const World *world)
{
    g_autoptr(GError) error = NULL;
    Targets *targets = targets_load("test.conf", ".", world->calendars, world->configs, &error);

    g_assert_no_error(error);
    return targets;
}

/* ---- which policy ------------------------------------------------------------------------------------------- */

static const struct {
    const char    *name, *by_rule, *queue, *of_customer;
    TicketPriority priority;
    const char    *expected;
} policies[] = {
    { "nobody-names-one/none", NULL, "billing", NULL, PRIORITY_NORMAL, NULL },
    { "priority/last-of-all", NULL, "billing", NULL, PRIORITY_URGENT, "fire" },
    { "customer/before-priority", NULL, "billing", "gold", PRIORITY_URGENT, "gold" },
    { "queue/before-customer", NULL, "support", "gold", PRIORITY_URGENT, "standard" },
    { "rule/before-queue", "gold", "support", "fire", PRIORITY_NORMAL, "gold" },
    { "unknown-name/counts-as-none", "gone", "billing", "gone too", PRIORITY_NORMAL, NULL },
    { "unknown-name/the-next-one-counts", "gone", "billing", "gold", PRIORITY_NORMAL, "gold" },
    { "unknown-queue/has-none", NULL, "nowhere", NULL, PRIORITY_LOW, NULL },
};

static void
test_policy(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    World world;
    const Policy *policy;

    world_init(&world);
    {
        g_autoptr(Targets) targets = world_load(&world);
        const ClockSettings settings = { .targets = targets, .queues = world.queues };

        policy = clocks_policy(&settings, policies[i].by_rule, policies[i].queue, policies[i].of_customer, policies[i].priority);
        g_assert_cmpstr(policy != NULL ? policy->name : NULL, ==, policies[i].expected);
    }
    world_clear(&world);
}

/* ---- how long it rests -------------------------------------------------------------------------------------- */

/* 2026-11-23 is a Monday. */
#define MONDAY ((gint64) 1795392000)
#define HOURS  ((gint64) 3600)

static const struct {
    const char *name, *calendar;
    WorkingTime time;
    gint64      now, expected;
} rests[] = {
    { "no-calendar/all-time", NULL, { TRUE, 2, 3600 }, MONDAY, MONDAY - 49 * HOURS },
    { "always/all-time", "always", { TRUE, 1, 0 }, MONDAY, MONDAY - 24 * HOURS },
    { "inside-of-a-span", "office", { TRUE, 0, 3600 }, MONDAY + 12 * HOURS, MONDAY + 11 * HOURS },
    { "outside/counts-from-its-end", "office", { TRUE, 0, 3600 }, MONDAY + 20 * HOURS, MONDAY + 16 * HOURS },
    { "over-a-week", "office", { TRUE, 0, 4 * 3600 }, MONDAY + 10 * HOURS, MONDAY - 7 * 24 * HOURS + 14 * HOURS },
    { "a-day-is-a-working-day", "office", { TRUE, 1, 0 }, MONDAY + 17 * HOURS, MONDAY + 9 * HOURS },
};

static void
test_rest(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    World world;

    world_init(&world);
    {
        g_autoptr(Targets) targets = world_load(&world);
        const Calendar *calendar = rests[i].calendar != NULL ? targets_calendar(targets, rests[i].calendar) : NULL;

        g_assert_cmpint(clock_rest_moment(calendar, &rests[i].time, rests[i].now * G_USEC_PER_SEC), ==, rests[i].expected * G_USEC_PER_SEC);
    }
    world_clear(&world);
}

/* ---- the digest --------------------------------------------------------------------------------------------- */

/* What changes no due time changes no digest. */
static void
test_digest(void)
{
    World world;

    world_init(&world);
    {
        g_autoptr(Targets) first = world_load(&world), same = NULL, other_hours = NULL, other_terms = NULL, told = NULL;

        g_assert_cmpint(strlen(targets_digest(first)), ==, 16);
        same = world_load(&world);
        g_assert_cmpstr(targets_digest(same), ==, targets_digest(first));
        world.policies[0].notices = NOTICES_NEVER;
        told = world_load(&world);
        g_assert_cmpstr(targets_digest(told), ==, targets_digest(first));
        world.policies[0].all.first_response.seconds++;
        other_terms = world_load(&world);
        g_assert_cmpstr(targets_digest(other_terms), !=, targets_digest(first));
        world.policies[0].all.first_response.seconds--;
        g_array_unref(world.office.hours);
        world.office.hours = hours_parse("Mon 09:00-17:01", NULL);
        other_hours = world_load(&world);
        g_assert_cmpstr(targets_digest(other_hours), !=, targets_digest(first));
    }
    world_clear(&world);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(policies); i++) {
        g_autofree char *path = g_strdup_printf("/gateway/policy/%s", policies[i].name);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_policy);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(rests); i++) {
        g_autofree char *path = g_strdup_printf("/gateway/rest/%s", rests[i].name);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_rest);
    }
    g_test_add_func("/gateway/digest/only-what-counts", test_digest);
    return g_test_run();
}
