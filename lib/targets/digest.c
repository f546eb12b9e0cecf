/*
 * digest.c - by which calendars and policies something was counted, in a few octets
 *
 * It is made of what the files came to, not of what stands in them: a comment in a holiday file changes nothing, a new rule of a time zone does.
 */
#include <string.h>

#include "base/hash.h"
#include "targets/calendar-private.h"
#include "targets/digest-private.h"

#define DIGEST_OCTETS 8

static void
add_text(Sha256 *sum, const char *text)
{
    sha256_update(sum, text, strlen(text) + 1);
}

static void
add_number(Sha256 *sum, gint64 number)
{
    gint64 big = GINT64_TO_BE(number);

    sha256_update(sum, &big, sizeof big);
}

static void
add_calendar(Sha256 *sum, const Calendar *calendar)
{
    add_text(sum, calendar->name);
    add_number(sum, calendar->always);
    add_number(sum, calendar->day);
    for (gsize i = 0; i < calendar->n; i++) {
        add_number(sum, calendar->opens[i]);
        add_number(sum, calendar->worked[i]);
    }
}

static void
add_policy(Sha256 *sum, const Policy *policy)
{
    add_text(sum, policy->name);
    add_number(sum, policy->for_priority);
    for (gsize i = 0; i < TARGET_PRIORITIES; i++) {
        const PolicyTerms *terms = &policy->of_priority[i];

        add_text(sum, terms->calendar != NULL ? calendar_name(terms->calendar) : "");
        for (ClockKind kind = 0; kind < N_CLOCKS; kind++)
            add_number(sum, terms->seconds[kind]);
        add_number(sum, terms->warn_percent);
    }
}

char *
digest_of(const GPtrArray *calendars, const GPtrArray *policies)
{
    guint8 octets[HASH_SHA256_BYTES];
    Sha256 *sum = sha256_new();

    for (guint i = 0; i < calendars->len; i++)
        add_calendar(sum, calendars->pdata[i]);
    for (guint i = 0; i < policies->len; i++)
        add_policy(sum, policies->pdata[i]);
    sha256_finish(sum, octets);
    return hash_hex(octets, DIGEST_OCTETS);
}
