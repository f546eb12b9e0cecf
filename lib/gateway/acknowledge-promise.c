/*
 * acknowledge-promise.c - by when a person answers, as its reader tells the time
 *
 * The promise is computed, never typed: it is the first response that the ticket's policy owes, which `target due` prints and the clock role watches. The clock
 * starts when the mail arrived. Whose time it is told in, the first that is known:
 *
 *   1. the customer's zone, his field "timezone" or his organisation's;
 *   2. the offset of the mail's Date, if it is not zero, which is what servers write: it fits a quarter of an hour, and nothing else of it is taken (A25);
 *   3. the desk's zone, which is its calendar's.
 *
 * An offset holds for the day of the mail. Where the desk's clock changes until the answer is due, the reader's may as well: the desk's time stands beside it.
 */
#include "gateway/clocks.h"
#include "gateway/decide-private.h"
#include "gateway/usual.h"
#include "locale/locale.h"
#include "targets/civil.h"

#define OFFSET_MINUTES 15             /* every offset in use is a multiple of it */
#define OFFSET_MOST    (14 * 60)      /* Kiribati's                              */

/* ---- what is owed ------------------------------------------------------------------------------------------- */

/* What the rules made of it; the last one counts. NULL: nothing. */
static const char *
changed(const Deciding *d, ChangeKind what)
{
    const char *value = NULL;

    for (guint i = 0; i < d->decision->effects->len; i++) {
        const Effect *effect = g_ptr_array_index(d->decision->effects, i);

        if (effect->kind == EFFECT_CHANGE && effect->change.what == what)
            value = effect->change.value;
    }
    return value;
}

static TicketPriority
priority_of(const Deciding *d)
{
    TicketPriority priority = PRIORITY_NORMAL;
    const char *name = changed(d, CHANGE_PRIORITY);

    if (name != NULL && !ticket_priority_parse(name, &priority))
        return PRIORITY_NORMAL;
    return priority;
}

/* The rule's policy, else that of the queue in which the ticket is then, and so on, as its clocks will have it. NULL: there is none. */
static const Policy *
policy_of(const Deciding *d)
{
    const char *target = changed(d, CHANGE_TARGET), *moved = changed(d, CHANGE_QUEUE);
    const char *queue = moved != NULL ? moved : d->queue != NULL ? d->queue->name : d->arrival->queue;
    const ClockSettings clocks = { .targets = d->settings->targets, .queues = d->settings->queues };
    GHashTable *fields = decide_facts_of_requester(d)->fields;

    return clocks_policy(&clocks, target, queue, fields != NULL ? g_hash_table_lookup(fields, "target") : NULL, priority_of(d));
}

static const PolicyTerms *
terms_of(const Deciding *d)
{
    const Policy *policy = policy_of(d);

    return policy != NULL ? &policy->of_priority[priority_of(d)] : NULL;
}

static gint64
second_of(gint64 time)
{
    return time / G_USEC_PER_SEC - (time % G_USEC_PER_SEC < 0 ? 1 : 0);
}

/* FALSE: nothing is owed, or it should have been done by now: a mail that waited is not promised the past. */
static gboolean
find_due(const Deciding *d, gint64 *due_out)
{
    PolicyTurn turn = { 0, policy_of(d), priority_of(d) };
    TargetHistory history = { .start = second_of(d->arrival->received_at), .turns = &turn, .n_turns = 1 };
    TargetMoments moments = { .state = TARGET_NOT_OWED };

    if (turn.policy != NULL)
        moments = target_moments(CLOCK_FIRST_RESPONSE, &history);
    if (moments.state != TARGET_DUE || moments.due <= second_of(d->now))
        return FALSE;
    *due_out = moments.due;
    return TRUE;
}

gboolean
promise_desk_is_closed(const Deciding *d)
{
    const PolicyTerms *terms = terms_of(d);

    return terms != NULL && !calendar_is_open(terms->calendar, second_of(d->now));
}

/* ---- whose clock -------------------------------------------------------------------------------------------- */

typedef struct {
    const Zone *zone;              /* NULL: only an offset is known */
    gint64      offset;
    const Zone *desk;
    const char *whose;
} Clock;

static gboolean
has_offset(const Deciding *d)
{
    const Message *message = d->message;

    /* The Date of a form's mail is the form's. */
    return d->requester == NULL && message->has_date && !message->date_offset_unknown && message->date_offset_minutes != 0
           && message->date_offset_minutes % OFFSET_MINUTES == 0 && ABS(message->date_offset_minutes) <= OFFSET_MOST;
}

static Clock
choose_clock(const Deciding *d, const Calendar *calendar)
{
    GHashTable *fields = decide_facts_of_requester(d)->fields;
    const char *name = fields != NULL ? g_hash_table_lookup(fields, "timezone") : NULL;
    Clock clock = { .zone = name != NULL ? zone_find(name) : NULL, .desk = calendar_zone(calendar), .whose = "the customer's zone" };

    if (clock.zone != NULL)
        return clock;
    if (has_offset(d)) {
        clock.offset = d->message->date_offset_minutes * 60;
        clock.whose = "the offset of Date";
        return clock;
    }
    clock.zone = clock.desk;
    clock.whose = "the desk's zone";
    return clock;
}

static gint64
offset_at(const Clock *clock, gint64 moment)
{
    return clock->zone != NULL ? zone_offset(clock->zone, moment) : clock->offset;
}

static gboolean
needs_desk(const Clock *clock, gint64 now, gint64 moment)
{
    gint64 desk = zone_offset(clock->desk, moment);

    return offset_at(clock, moment) != desk || (clock->zone == NULL && zone_offset(clock->desk, now) != desk);
}

static int
year_of(gint64 local)
{
    int year, month, day;

    civil_date(civil_day_of(local), &year, &month, &day);
    return year;
}

static char *
tell(const Locale *locale, const Clock *clock, gint64 now, gint64 moment)
{
    gint64 offset = offset_at(clock, moment);
    LocaleMoment told = { .moment = moment, .offset = offset, .zone = clock->zone != NULL ? zone_name(clock->zone) : NULL,
                          .with_year = year_of(moment + offset) != year_of(now + offset) };

    if (needs_desk(clock, now, moment)) {
        told.desk_zone = zone_name(clock->desk);
        told.desk_offset = zone_offset(clock->desk, moment);
    }
    return locale_moment(locale, &told);
}

char *
promise_tell_day(const Deciding *d, const char *language, gint64 moment)
{
    const PolicyTerms *terms = terms_of(d);
    gint64 second = second_of(moment), offset = has_offset(d) ? d->message->date_offset_minutes * 60 : 0;

    if (terms != NULL) {
        Clock clock = choose_clock(d, terms->calendar);

        offset = offset_at(&clock, second);
    }
    return locale_day(locale_get(language), second + offset, year_of(second + offset) != year_of(second_of(d->now) + offset));
}

/* ---- the values --------------------------------------------------------------------------------------------- */

static void
set_promise(Deciding *d, const Locale *locale, const Clock *clock, gint64 due, TemplateValue *values)
{
    const PolicyTerms *terms = terms_of(d);
    gint64 day = calendar_is_always(terms->calendar) ? 0 : calendar_day(terms->calendar);
    g_autofree char *by = tell(locale, clock, second_of(d->now), due);
    g_autofree char *within = locale_duration(locale, terms->seconds[CLOCK_FIRST_RESPONSE], day, DURATION_WITHIN);

    template_set_text(values, "promise.by", by);
    template_set_text(values, "promise.within", within);
    trace_add(d->decision->trace, "promise", TRUE, "policy %s: %s; told by %s", policy_of(d)->name, by, clock->whose);
}

/* Of the queue that the mail came to: of another one, into which a rule files it, nobody asked. */
static void
set_usual(const Deciding *d, const Locale *locale, const Calendar *calendar, TemplateValue *values)
{
    gint64 seconds = d->facts->usual_seconds, day = calendar_is_always(calendar) ? 0 : calendar_day(calendar);
    g_autofree char *text = NULL;

    if (seconds == 0 || changed(d, CHANGE_QUEUE) != NULL || changed(d, CHANGE_TARGET) != NULL || decide_ruling_queue(d) != NULL)
        return;
    text = locale_duration(locale, usual_round(seconds, day), day, DURATION_PLAIN);
    template_set_text(values, "promise.usual", text);
}

void
promise_set_values(Deciding *d, const char *language, TemplateValue *values)
{
    const PolicyTerms *terms = terms_of(d);
    const Locale *locale;
    gint64 due, opens, closes;
    Clock clock;

    if (terms == NULL)
        return;
    locale = locale_get(language);
    clock = choose_clock(d, terms->calendar);
    if (promise_desk_is_closed(d) && calendar_next(terms->calendar, second_of(d->now), &opens, &closes)) {
        g_autofree char *text = tell(locale, &clock, second_of(d->now), opens);

        template_set_text(values, "desk.opens", text);
    }
    set_usual(d, locale, terms->calendar, values);
    if (find_due(d, &due))
        set_promise(d, locale, &clock, due, values);
    else
        trace_add(d->decision->trace, "promise", FALSE, "policy %s owes no first response, or it was due before now", policy_of(d)->name);
}
