/*
 * locale-private.h - what a language needs besides ICU, and ICU as it is asked
 */
#pragma once

#include "locale/locale.h"

typedef enum { UNIT_MINUTE, UNIT_HOUR, UNIT_DAY, N_UNITS } DurationUnit;

/* By CLDR's plural categories; "{0}" is the number. NULL: as other. */
typedef struct {
    const char *one, *few, *many, *other;
} PluralForms;

/* One language. "{0}" and "{1}" are filled in. */
typedef struct {
    const char *language;
    const char *icu;                /* where its dates are those of a region: "en_GB"                           */
    const char *solved;             /* what a customer's one click says                                         */
    const char *rated[LOCALE_RATINGS];          /* what it says of how it went, the worst first                   */
    const char *day, *day_and_year; /* ICU's date patterns                                                      */
    const char *time;
    const char *joined;             /* {0}: the day, {1}: the time                                              */
    const char *in_zone;            /* {0}: all of it, {1}: a city                                              */
    const char *besides;            /* {0}: all of it, {1}: a city, {2}: the time there, with the day if it differs */
    const char *both;               /* of two durations                                                         */
    PluralForms plain[N_UNITS], plain_working[N_UNITS];
    PluralForms within[N_UNITS], within_working[N_UNITS];    /* other NULL: as the plain ones */
} LocaleWords;

/* NULL: none of ours. */
const LocaleWords *locale_words(const char *language);

struct Locale {
    char              *icu;         /* "en_GB"                                      */
    const LocaleWords *words;       /* NULL: all of it is ICU's                     */
    gpointer           day, day_and_year, time, plurals;    /* ICU's objects; NULL: it has none */
};

/* icu.c: under the lock that locale_get() makes. NULL where ICU has none. */
char       *icu_date(gpointer format, gint64 local);
char       *icu_city(const Locale *locale, const char *zone);
const char *icu_plural(const Locale *locale, const PluralForms *forms, gint64 number);
char       *icu_measure(const Locale *locale, DurationUnit unit, gint64 number);

/* "{0}" to "{9}" are replaced by values, which are not looked at again. */
char *locale_fill(const char *pattern, const char *const *values);
