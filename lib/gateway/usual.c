#include "gateway/usual.h"

#include "base/clock.h"
#include "store/clocks.h"

#define LIFE_US (10 * 60 * (gint64) G_USEC_PER_SEC)
#define MINUTE  60
#define HOUR    3600

typedef struct {
    gint64 seconds;
    gint64 found_at;       /* monotonic */
} Known;

struct Usual {
    GHashTable *queues;    /* name -> Known * */
};

Usual *
usual_new(void)
{
    Usual *usual = g_new0(Usual, 1);

    usual->queues = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return usual;
}

void
usual_free(Usual *usual)
{
    if (usual == NULL)
        return;
    g_hash_table_unref(usual->queues);
    g_free(usual);
}

static int
compare_waits(gconstpointer a, gconstpointer b)
{
    const UsualWait *one = a, *other = b;

    /* Of two that are equal the answer came first: the other one waits on. */
    return one->seconds != other->seconds ? (one->seconds < other->seconds ? -1 : 1) : other->answered - one->answered;
}

/* The estimate of Kaplan and Meier: the share that still waits falls with each answer, by one in as many as had waited so long. */
gint64
usual_median(GArray *waits)
{
    double waiting = 1.0;
    guint answers = 0;

    for (guint i = 0; i < waits->len; i++)
        answers += g_array_index(waits, UsualWait, i).answered ? 1 : 0;
    if (answers < USUAL_ANSWERS)
        return 0;
    g_array_sort(waits, compare_waits);
    for (guint i = 0; i < waits->len; i++) {
        const UsualWait *wait = &g_array_index(waits, UsualWait, i);

        if (wait->answered)
            waiting *= 1.0 - 1.0 / (waits->len - i);
        if (waiting <= 0.5 + 1e-9)
            return MAX(wait->seconds, 1);
    }
    return 0;
}

gint64
usual_round(gint64 seconds, gint64 day)
{
    gint64 unit = seconds <= HOUR ? 5 * MINUTE : seconds <= 3 * HOUR ? HOUR / 2 : HOUR;

    if (day > 0 && seconds > day)
        unit = day % (2 * HOUR) == 0 ? day / 2 : HOUR;
    else if (day == 0 && seconds > 48 * HOUR)
        unit = 12 * HOUR;
    return (seconds + unit - 1) / unit * unit;
}

static gboolean
ask(Store *store, const Calendar *calendar, const char *queue, gint64 *seconds_out, GError **error)
{
    g_autoptr(GArray) rows = NULL, waits = g_array_new(FALSE, FALSE, sizeof(UsualWait));

    if (!store_clock_waits(store, queue, &rows, error))
        return FALSE;
    for (guint i = 0; i < rows->len; i++) {
        const ClockWait *row = &g_array_index(rows, ClockWait, i);
        UsualWait wait = { calendar_working(calendar, row->from, row->to), row->answered };

        g_array_append_val(waits, wait);
    }
    *seconds_out = usual_median(waits);
    return TRUE;
}

/* Its time is counted by the calendar of what a ticket of it is owed, as a rule. */
static const Calendar *
calendar_of(const DecideSettings *settings, const char *name)
{
    const QueueConfig *queue = queues_find_name(settings->queues, name);
    const Policy *policy = queue != NULL && queue->target != NULL && settings->targets != NULL ? targets_policy(settings->targets, queue->target) : NULL;

    return policy != NULL ? policy->of_priority[PRIORITY_NORMAL].calendar : NULL;
}

gboolean
usual_find(Usual *usual, Store *store, const DecideSettings *settings, const char *queue, gint64 *seconds_out, GError **error)
{
    const Calendar *calendar = calendar_of(settings, queue);
    Known *known = g_hash_table_lookup(usual->queues, queue);
    gint64 seconds = 0;

    if (known == NULL || clock_monotonic() - known->found_at > LIFE_US) {
        if (calendar != NULL && !ask(store, calendar, queue, &seconds, error))
            return FALSE;
        known = g_new0(Known, 1);
        known->seconds = seconds;
        known->found_at = clock_monotonic();
        g_hash_table_replace(usual->queues, g_strdup(queue), known);
    }
    *seconds_out = known->seconds;
    return TRUE;
}
