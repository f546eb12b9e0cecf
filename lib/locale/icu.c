/*
 * icu.c - ICU as it is asked, and what it said, kept by language
 *
 * Opening a formatter reads tables and takes a hundred times as long as using it. Formatters of ICU may not be used by two threads at once, so one lock is around all.
 */
#include <string.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/uloc.h>
#include <unicode/unumberformatter.h>
#include <unicode/upluralrules.h>
#include <unicode/ustring.h>

#include "locale/locale-private.h"

#define TEXT_UNITS 256           /* of UTF-16: far more than any day, month and city */
#define TAG_OCTETS 35            /* RFC 5646, 4.4.1 */
#define MOST_LOCALES 64          /* a tag comes from a mail: what is not kept is English */
#define MOST_CITIES  4096

static GMutex lock;

/* ---- UTF-16 ------------------------------------------------------------------------------------------------- */

static int32_t
to_units(const char *text, UChar units[TEXT_UNITS])
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = 0;

    u_strFromUTF8(units, TEXT_UNITS, &length, text, -1, &status);
    return U_SUCCESS(status) && length < TEXT_UNITS ? length : 0;
}

static char *
to_text(const UChar *units, int32_t length)
{
    char text[TEXT_UNITS * 3 + 1];
    UErrorCode status = U_ZERO_ERROR;

    u_strToUTF8(text, sizeof text, NULL, units, length, &status);
    return U_SUCCESS(status) && length > 0 ? g_strdup(text) : NULL;
}

/* ---- a language --------------------------------------------------------------------------------------------- */

/* Local time is given as if it were UTC: the zone's rules are not ICU's to know. */
static gpointer
open_format(const char *icu, const char *zone, const char *pattern)
{
    UChar zone_units[TEXT_UNITS], pattern_units[TEXT_UNITS];
    int32_t zone_length = to_units(zone, zone_units), pattern_length = to_units(pattern, pattern_units);
    UErrorCode status = U_ZERO_ERROR;
    UDateFormat *format = udat_open(UDAT_PATTERN, UDAT_PATTERN, icu, zone_units, zone_length, pattern_units, pattern_length, &status);

    return U_SUCCESS(status) ? format : NULL;
}

/* Of a language that is none of ours: as ICU puts those fields together. */
static gpointer
open_skeleton(const char *icu, const char *skeleton)
{
    UChar units[TEXT_UNITS], best[TEXT_UNITS];
    int32_t length = to_units(skeleton, units);
    UErrorCode status = U_ZERO_ERROR;
    UDateTimePatternGenerator *generator = udatpg_open(icu, &status);
    g_autofree char *pattern = NULL;

    if (U_SUCCESS(status))
        length = udatpg_getBestPattern(generator, units, length, best, TEXT_UNITS, &status);
    if (U_SUCCESS(status))
        pattern = to_text(best, length);
    udatpg_close(generator);
    return pattern != NULL ? open_format(icu, "UTC", pattern) : NULL;
}

static Locale *
open_locale(const char *language)
{
    const LocaleWords *words = locale_words(language);
    Locale *locale = g_new0(Locale, 1);
    char icu[ULOC_FULLNAME_CAPACITY] = "";
    UErrorCode status = U_ZERO_ERROR;

    uloc_forLanguageTag(language, icu, sizeof icu, NULL, &status);
    locale->words = words;
    locale->icu = g_strdup(words != NULL ? words->icu != NULL ? words->icu : words->language : icu);
    locale->day = words != NULL ? open_format(locale->icu, "UTC", words->day) : open_skeleton(locale->icu, "EEEEdMMMM");
    locale->day_and_year = words != NULL ? open_format(locale->icu, "UTC", words->day_and_year) : open_skeleton(locale->icu, "yEEEEdMMMM");
    locale->time = words != NULL ? open_format(locale->icu, "UTC", words->time) : open_skeleton(locale->icu, "jmm");
    status = U_ZERO_ERROR;
    locale->plurals = uplrules_open(locale->icu, &status);
    return locale;
}

/* Letters, digits and "-", and a language before anything else (RFC 5646, 2.1). */
static gboolean
is_tag(const char *language)
{
    gsize length = strlen(language), first = strcspn(language, "-");

    if (length > TAG_OCTETS || first < 2 || first > 8)
        return FALSE;
    for (const char *p = language; *p != '\0'; p++)
        if (!g_ascii_isalnum(*p) && *p != '-')
            return FALSE;
    return TRUE;
}

const Locale *
locale_get(const char *language)
{
    static GHashTable *known;
    const char *tag = language != NULL && is_tag(language) ? language : "en";
    Locale *locale;

    g_mutex_lock(&lock);
    if (known == NULL)
        known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (g_hash_table_size(known) >= MOST_LOCALES && !g_hash_table_contains(known, tag))
        tag = "en";
    locale = g_hash_table_lookup(known, tag);
    if (locale == NULL) {
        locale = open_locale(tag);
        g_hash_table_insert(known, g_strdup(tag), locale);
    }
    g_mutex_unlock(&lock);
    return locale;
}

/* ---- dates and cities --------------------------------------------------------------------------------------- */

static char *
format_with(gpointer format, gint64 seconds)
{
    UChar units[TEXT_UNITS];
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = udat_format(format, (UDate) seconds * U_MILLIS_PER_SECOND, units, TEXT_UNITS, NULL, &status);

    return U_SUCCESS(status) ? to_text(units, length) : NULL;
}

char *
icu_date(gpointer format, gint64 local)
{
    char *text;

    if (format == NULL)
        return NULL;
    g_mutex_lock(&lock);
    text = format_with(format, local);
    g_mutex_unlock(&lock);
    return text;
}

/* "Athen" for "Europe/Athens". Zones that are no place ("UTC", "Etc/GMT+5") have none. */
char *
icu_city(const Locale *locale, const char *zone)
{
    static GHashTable *known;
    g_autofree char *key = NULL;
    char *city = NULL;
    gpointer format;

    if (strchr(zone, '/') == NULL || g_str_has_prefix(zone, "Etc/"))
        return NULL;
    key = g_strdup_printf("%s %s", locale->icu, zone);
    g_mutex_lock(&lock);
    if (known == NULL)
        known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (!g_hash_table_lookup_extended(known, key, NULL, (gpointer *) &city)) {
        format = open_format(locale->icu, zone, "VVV");
        city = format != NULL ? format_with(format, 0) : NULL;
        udat_close(format);
        if (g_hash_table_size(known) >= MOST_CITIES)
            g_hash_table_remove_all(known);
        g_hash_table_insert(known, g_steal_pointer(&key), city);
    }
    city = g_strdup(city);
    g_mutex_unlock(&lock);
    return city;
}

/* ---- plurals ------------------------------------------------------------------------------------------------ */

const char *
icu_plural(const Locale *locale, const PluralForms *forms, gint64 number)
{
    UChar units[TEXT_UNITS];
    UErrorCode status = U_ZERO_ERROR;
    g_autofree char *category = NULL;
    const char *form = NULL;
    int32_t length;

    if (locale->plurals == NULL)
        return forms->other;
    g_mutex_lock(&lock);
    length = uplrules_select(locale->plurals, (double) number, units, TEXT_UNITS, &status);
    g_mutex_unlock(&lock);
    category = U_SUCCESS(status) ? to_text(units, length) : NULL;
    if (g_strcmp0(category, "one") == 0)
        form = forms->one;
    else if (g_strcmp0(category, "few") == 0)
        form = forms->few;
    else if (g_strcmp0(category, "many") == 0)
        form = forms->many;
    return form != NULL ? form : forms->other;
}

char *
icu_measure(const Locale *locale, DurationUnit unit, gint64 number)
{
    static const char *const skeletons[N_UNITS] = {
        "measure-unit/duration-minute unit-width-full-name",
        "measure-unit/duration-hour unit-width-full-name",
        "measure-unit/duration-day unit-width-full-name",
    };
    UChar units[TEXT_UNITS];
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = to_units(skeletons[unit], units);
    UNumberFormatter *formatter = unumf_openForSkeletonAndLocale(units, length, locale->icu, &status);
    UFormattedNumber *result = unumf_openResult(&status);
    char *text = NULL;

    unumf_formatInt(formatter, number, result, &status);
    length = unumf_resultToString(result, units, TEXT_UNITS, &status);
    if (U_SUCCESS(status))
        text = to_text(units, length);
    unumf_closeResult(result);
    unumf_close(formatter);
    return text;
}
