#include "explanation.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli.h"

/* Values beside their test up to this column, else below it. */
#define LINE_WIDTH  100
#define PLACE_WIDTH 28
#define LABEL_WIDTH 12

static const char *
text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

void
explanation_line(const char *label, const char *value)
{
    printf("%-16s", label);
    print_escaped(value != NULL ? value : "");
    puts("");
}

/* ---- what was asked ----------------------------------------------------------------------------------------- */

static void
print_step(const json_t *entry)
{
    printf("  %-3s %-*s ", json_is_true(json_object_get(entry, "held")) ? "yes" : "no", PLACE_WIDTH, text_of(entry, "step"));
    print_escaped(text_of(entry, "text"));
    puts("");
}

/* "main.sieve:10 header" without the test's name, which the test begins with. */
static char *
place_of(const json_t *entry)
{
    const char *step = text_of(entry, "step");
    const char *blank = strrchr(step, ' ');

    g_autofree char *place = g_strndup(step, blank != NULL ? (gsize) (blank - step) : strlen(step));

    return text_escape(place);
}

/* "saw "Licence expired"", "saw nothing"; empty for a test that looks at no value. */
static char *
seen(const json_t *entry)
{
    const json_t *value = json_object_get(entry, "value");
    g_autofree char *escaped = json_is_string(value) ? text_escape(json_string_value(value)) : NULL;

    if (value == NULL)
        return g_strdup("");
    return escaped != NULL ? g_strdup_printf("saw \"%s\"", escaped) : g_strdup("saw nothing");
}

static void
print_test(const json_t *entry, int width)
{
    g_autofree char *place = place_of(entry), *test = text_escape(text_of(entry, "test")), *value = seen(entry);
    gboolean fits = 8 + width + display_width(test) + display_width(value) <= LINE_WIDTH;

    printf("  %-3s %s%*s %s", json_is_true(json_object_get(entry, "held")) ? "yes" : "no", place, MAX(width - display_width(place), 0), "", test);
    if (*value != '\0' && fits)
        printf("  %s", value);
    else if (*value != '\0')
        printf("\n      %*s   %s", width, "", value);
    puts("");
}

static int
places_width(const json_t *trace)
{
    const json_t *entry;
    int width = 0;
    gsize i;

    json_array_foreach(trace, i, entry) {
        g_autofree char *place = json_object_get(entry, "test") != NULL ? place_of(entry) : NULL;

        width = MAX(width, place != NULL ? display_width(place) : 0);
    }
    return MIN(width, PLACE_WIDTH);
}

static void
print_trace(const json_t *trace)
{
    int width = places_width(trace);
    gboolean in_rules = FALSE, behind = FALSE;
    const json_t *entry;
    gsize i;

    puts("\nwhat was asked");
    json_array_foreach(trace, i, entry) {
        gboolean is_test = json_object_get(entry, "test") != NULL;

        if (is_test && !in_rules)
            puts("\nwhat the rules tested");
        else if (!is_test && in_rules && !behind)
            puts("\nwhat came of them");
        behind = behind || (in_rules && !is_test);
        in_rules = is_test;
        if (is_test)
            print_test(entry, width);
        else
            print_step(entry);
    }
}

/* ---- what is done ------------------------------------------------------------------------------------------- */

/* Numbers that are only handed out when it is done, and what is told in words of its own. */
static gboolean
is_told(const char *key, const json_t *value)
{
    static const char *const elsewhere[] = { "effect", "reason", "what", "if_buckets_allow", NULL };

    return !g_strv_contains(elsewhere, key) && !(json_is_integer(value) && json_integer_value(value) == G_MAXINT32);
}

/* "queue: billing, priority: normal"; attachments are counted. Values are escaped by value_text(). */
static char *
details(const json_t *effect)
{
    GString *text = g_string_new(NULL);
    const json_t *value;
    const char *key;

    json_object_foreach((json_t *) effect, key, value) {
        g_autofree char *one = NULL;

        if (!is_told(key, value))
            continue;
        if (g_str_equal(key, "attachments"))
            one = g_strdup_printf("%zu", json_array_size(value));
        else if (g_str_equal(key, "envelope_sender") && *json_string_value(value) == '\0')
            one = g_strdup("<>");
        else
            one = value_text(value);
        g_string_append_printf(text, "%s%s: %s", text->len > 0 ? ", " : "", key, one);
    }
    if (json_array_size(json_object_get(effect, "if_buckets_allow")) > 0)
        g_string_append(text, ", if its limits allow");
    return g_string_free(text, FALSE);
}

/* "tag          vip (rule 'VIP', vip:10)" */
static void
print_change(const json_t *effect)
{
    const char *name = text_of(effect, "name"), *value = text_of(effect, "value");

    printf("  %-*s ", LABEL_WIDTH, text_of(effect, "what"));
    if (name != NULL) {
        print_escaped(name);
        fputs(value != NULL ? ": " : "", stdout);
    }
    print_escaped(value != NULL ? value : "");
    fputs(" (", stdout);
    print_escaped(text_of(effect, "reason"));
    puts(")");
}

static void
print_effect(const json_t *effect)
{
    g_autofree char *text = details(effect);

    printf("  %-*s ", LABEL_WIDTH, text_of(effect, "effect"));
    print_escaped(text_of(effect, "reason"));
    if (*text != '\0')
        printf("\n  %-*s %s", LABEL_WIDTH, "", text);
    puts("");
}

/* The creation stands beside the ticket that is made. */
static gboolean
is_creation(const json_t *effect)
{
    return g_strcmp0(text_of(effect, "effect"), "event") == 0 && g_strcmp0(text_of(effect, "event"), "created") == 0;
}

static void
print_limits(const json_t *effects)
{
    gboolean first = TRUE;
    const json_t *effect;
    gsize i;

    json_array_foreach(effects, i, effect) {
        if (g_strcmp0(text_of(effect, "effect"), "take") != 0)
            continue;
        printf(first ? "  %-*s counted for " : ", ", LABEL_WIDTH, "limits");
        print_escaped(text_of(effect, "bucket"));
        first = FALSE;
    }
    if (!first)
        puts("");
}

static void
print_effects(const json_t *effects)
{
    const json_t *effect;
    gsize i;

    json_array_foreach(effects, i, effect) {
        const char *kind = text_of(effect, "effect");

        if (g_strcmp0(kind, "take") == 0 || is_creation(effect))
            continue;
        if (g_strcmp0(kind, "change") == 0)
            print_change(effect);
        else
            print_effect(effect);
    }
    print_limits(effects);
    if (json_array_size(effects) == 0)
        puts("  nothing");
}

void
explanation_print(const json_t *decided, const char *effects_heading)
{
    explanation_line("outcome", text_of(decided, "outcome"));
    explanation_line("because", text_of(decided, "reason"));
    explanation_line("acknowledgement", text_of(decided, "acknowledgement"));
    if (text_of(decided, "rules_digest") != NULL)
        explanation_line("rules", text_of(decided, "rules_digest"));
    print_trace(json_object_get(decided, "trace"));
    printf("\n%s\n", effects_heading);
    print_effects(json_object_get(decided, "effects"));
}
