#include "sieve/checker-keys-private.h"

#include <string.h>

#include "sieve/commands-private.h"
#include "sieve/match-types-private.h"

/* ---- facts -------------------------------------------------------------------------------------------------- */

/* Facts that are one of a few words (fact-names.c). */
static const struct {
    const char *fact, *values[6];
} worded_facts[] = {
    { "event", { "message", "target" } },
    { "ticket.status", { "new", "open", "pending", "resolved", "closed" } },
    { "ticket.priority", { "low", "normal", "high", "urgent" } },
    { "message.follow-up", { "yes", "no" } },
    { "message.authenticated", { "yes", "no" } },
    { "target.kind", { "first-response", "update", "resolution" } },
    { "target.state", { "near", "past" } },
};

/* The words a fact can be, as an array that ends with NULL; NULL if it can be anything. */
static GPtrArray *
words_of(const char *fact)
{
    GPtrArray *words = g_ptr_array_new();

    for (gsize i = 0; i < G_N_ELEMENTS(worded_facts); i++) {
        for (guint k = 0; strcmp(worded_facts[i].fact, fact) == 0 && worded_facts[i].values[k] != NULL; k++)
            g_ptr_array_add(words, (gpointer) worded_facts[i].values[k]);
    }
    for (int i = 0; strcmp(fact, "message.class") == 0 && i < N_MESSAGE_CLASSES; i++)
        g_ptr_array_add(words, (gpointer) message_class_name((MessageClass) i));
    if (words->len == 0)
        g_clear_pointer(&words, g_ptr_array_unref);
    else
        g_ptr_array_add(words, NULL);
    return words;
}

static void
check_fact(Checker *checker, const Call *call, const char *key, SievePlace place)
{
    const char *fact = value_constant(&call->positionals[0], 0);
    g_autoptr(GPtrArray) words = fact != NULL ? words_of(fact) : NULL;
    g_autofree char *lower = g_ascii_strdown(key, -1), *all = NULL;

    if (words == NULL || call->match.type != &mcht_is || g_strv_contains((const char *const *) words->pdata, lower))
        return;
    all = g_strjoinv(", ", (char **) words->pdata);
    sieve_warning(checker->problems, place, g_strdup_printf("it is one of %s", all), "the fact '%s' is never '%s'", fact, key);
}

/* ---- dates -------------------------------------------------------------------------------------------------- */

/* A zero stands for a digit; RFC 5260, 4.2. */
static const struct {
    const char *part, *shape, *most, *example;
} shapes[] = {
    { "year", "0000", "9999", "2026" },
    { "month", "00", "12", "03" },
    { "day", "00", "31", "09" },
    { "date", "0000-00-00", NULL, "2026-03-09" },
    { "hour", "00", "23", "09" },
    { "minute", "00", "59", "05" },
    { "second", "00", "60", "05" },
    { "time", "00:00:00", NULL, "09:05:00" },
    { "weekday", "0", "6", "1" },
};

static gboolean
has_shape(const char *text, const char *shape)
{
    for (; *text != '\0' && *shape != '\0'; text++, shape++) {
        if (*shape == '0' ? !g_ascii_isdigit(*text) : *text != *shape)
            return FALSE;
    }
    return *text == *shape;
}

/*
 * What is compared as text has to be written as a date is: "9" is no hour, and not less than "18" either. A longer or shorter text may well be
 * the end of a range ("2026-03"), so of those only the single digit is told.
 */
static void
check_date(Checker *checker, const Call *call, const char *key, SievePlace place)
{
    const char *part = value_constant(&call->positionals[call->definition == &tst_date ? 1 : 0], 0);
    gboolean is = call->match.type == &mcht_is, value = call->match.type == &mcht_value;

    if (part == NULL || !(is || value) || strcmp(call->match.comparator->name, "i;ascii-numeric") == 0)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++) {
        gboolean fits = has_shape(key, shapes[i].shape);
        gboolean digit = strlen(shapes[i].shape) == 2 && has_shape(key, "0");

        if (g_ascii_strcasecmp(part, shapes[i].part) != 0 || (value && !digit))
            continue;
        if (fits && (!is || shapes[i].most == NULL || strcmp(key, shapes[i].most) <= 0))
            continue;
        sieve_warning(checker->problems, place,
                      strcmp(shapes[i].part, "weekday") == 0 ? g_strdup("0 is Sunday, 6 is Saturday")
                                                             : g_strdup_printf("it is written as in '%s'", shapes[i].example),
                      "the %s of a date is never '%s'", shapes[i].part, key);
    }
}

/* ---- addresses ---------------------------------------------------------------------------------------------- */

static void
check_address(Checker *checker, const Call *call, const char *key, SievePlace place)
{
    const char *at = strchr(key, '@');
    gboolean is = call->match.type == &mcht_is, domain = call->match.part == PART_DOMAIN;

    if (at != NULL && domain && (is || call->match.type == &mcht_contains || call->match.type == &mcht_matches))
        sieve_warning(checker->problems, place, NULL, "':domain' looks at what stands behind '@' alone: that never holds '%s'", key);
    else if (at != NULL && is && call->match.part == PART_LOCALPART)
        sieve_warning(checker->problems, place, NULL, "':localpart' looks at what stands before '@' alone, and '%s' is a whole address", key);
    else if (is && (domain || at != NULL) && strchr(domain ? key : at, '*') != NULL)
        sieve_warning(checker->problems, place, g_strdup("did you mean ':matches'?"), "with ':is' a '*' stands for itself, and no domain has one");
}

/* ---- the whole ---------------------------------------------------------------------------------------------- */

void
keys_check(Checker *checker, const Call *call, const Value *keys)
{
    void (*check)(Checker *, const Call *, const char *, SievePlace) = NULL;

    if (call->definition == &tst_fact)
        check = check_fact;
    else if (call->definition == &tst_date || call->definition == &tst_currentdate)
        check = check_date;
    else if (call->definition == &tst_address || call->definition == &tst_envelope)
        check = check_address;
    for (guint i = 0; check != NULL && i < keys->strings->len; i++) {
        const SieveString *string = keys->strings->pdata[i];

        if (string->pieces == NULL)
            check(checker, call, string->text, string->place);
    }
}
