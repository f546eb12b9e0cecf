#include <string.h>

#include "sieve/checker-private.h"
#include "sieve/commands-private.h"
#include "sieve/date-parts-private.h"
#include "sieve/match-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5260, 4: date [<":zone" <time-zone: string>> / ":originalzone"] [COMPARATOR] [MATCH-TYPE] [:index N [:last]]
 *                   <header-name: string> <date-part: string> <key-list: string-list>
 *           5: currentdate [":zone" <time-zone: string>] [COMPARATOR] [MATCH-TYPE]
 *                   <date-part: string> <key-list: string-list>
 *
 * Without a zone: the desk's own.
 */
enum { TAG_ZONE = 1, TAG_ORIGINALZONE = 2 };
enum { SLOT_ZONE };

static const TagDefinition date_tags[] = {
    { "zone", NULL, TAG_ZONE, TAG_ORIGINALZONE, VALUE_STRING, SLOT_ZONE },
    { "originalzone", NULL, TAG_ORIGINALZONE, TAG_ZONE, VALUE_NONE, 0 },
    { .name = NULL },
};
static const TagDefinition currentdate_tags[] = { { "zone", NULL, TAG_ZONE, 0, VALUE_STRING, SLOT_ZONE }, { .name = NULL } };
static const PositionalDefinition date_positionals[] = {
    { "header name", VALUE_STRING, FALSE },
    { "date part", VALUE_STRING, FALSE },
    { "keys", VALUE_STRINGS, FALSE },
    { .what = NULL },
};
static const PositionalDefinition currentdate_positionals[] = {
    { "date part", VALUE_STRING, FALSE },
    { "keys", VALUE_STRINGS, FALSE },
    { .what = NULL },
};

static gboolean
check(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    const Value *part = &call->positionals[call->definition == &tst_date ? 1 : 0];
    const char *name = value_constant(part, 0);
    const char *zone = value_constant(&call->slots[SLOT_ZONE], 0);
    g_autofree char *lower = name != NULL ? g_ascii_strdown(name, -1) : NULL;
    int offset;

    if (call->definition == &tst_date && checker->host->on_target) {
        sieve_error(checker->problems, part->place, g_strdup("ask for the time of now: currentdate"),
                    "a target has no message, and no date in it");
        return FALSE;
    }
    if (lower != NULL && !g_strv_contains(date_part_names, lower)) {
        sieve_error(checker->problems, part->place, sieve_hint_word(lower, date_part_names), "a date has no part '%s'", name);
        return FALSE;
    }
    if (zone != NULL && !date_zone_parse(zone, &offset)) {
        sieve_error(checker->problems, call->slots[SLOT_ZONE].place, g_strdup("a sign and four digits: \"+0200\""),
                    "'%s' is no time zone", zone);
        return FALSE;
    }
    return TRUE;
}

static int
zone_of_call(Run *run, const Call *call, gint64 time, int original)
{
    g_autofree char *zone = run_text_dup(run, &call->slots[SLOT_ZONE], 0);
    int offset;

    if (call->flags & TAG_ORIGINALZONE)
        return original;
    if (zone != NULL && date_zone_parse(zone, &offset))
        return offset;
    return date_local_zone(run->input->timezone, time);
}

static void
show_part(Run *run, const Call *call, const Value *part, gint64 time, int original, Matching *matching)
{
    g_autofree char *name = run_text_dup(run, part, 0);
    g_autofree char *text = date_part_format(name, time, zone_of_call(run, call, time, original));

    if (text == NULL)
        return;
    matching_value(matching, text, strlen(text));
}

/* The last ";" that stands in no comment; of brackets that do not match, the last one. */
static const char *
trace_semicolon(const char *value)
{
    const char *last = NULL;
    guint depth = 0;

    for (const char *p = value; *p != '\0'; p++) {
        if (*p == '(')
            depth++;
        else if (*p == ')' && depth > 0)
            depth--;
        else if (*p == ';' && depth == 0)
            last = p;
    }
    return depth == 0 ? last : strrchr(value, ';');
}

/* The first field of that name, or the one :index chose. What stands before a ";" is a trace (RFC 5322, 3.6.7). */
static const char *
date_text(Run *run, const Call *call)
{
    g_autofree char *name = run_text_dup(run, &call->positionals[0], 0);
    const GPtrArray *fields = mail_fields(run->mail, name);
    guint index = call->match.index > 0 ? call->match.index : 1;
    const char *value, *semicolon;

    if (index > fields->len)
        return NULL;
    value = ((MailField *) fields->pdata[call->match.last ? fields->len - index : index - 1])->value;
    semicolon = trace_semicolon(value);
    return semicolon != NULL ? semicolon + 1 : value;
}

static RunOutcome
test_date(Run *run, const Call *call, gboolean *holds_out)
{
    const char *text = date_text(run, call);
    Matching matching;
    gint64 time;

    matching_begin(&matching, run, call, &call->positionals[2]);
    if (text != NULL && message_parse_date(text, &time))
        show_part(run, call, &call->positionals[1], time, date_field_zone(text), &matching);
    return matching_end(&matching, holds_out);
}

static RunOutcome
test_currentdate(Run *run, const Call *call, gboolean *holds_out)
{
    Matching matching;

    matching_begin(&matching, run, call, &call->positionals[1]);
    show_part(run, call, &call->positionals[0], run->input->now, 0, &matching);
    return matching_end(&matching, holds_out);
}

const Definition tst_date = {
    .name = "date", .extension = "date", .uses = USES_MATCH | USES_INDEX, .tags = date_tags,
    .positionals = date_positionals, .check = check, .test = test_date,
};
const Definition tst_currentdate = {
    .name = "currentdate", .extension = "date", .uses = USES_MATCH, .tags = currentdate_tags,
    .positionals = currentdate_positionals, .check = check, .test = test_currentdate,
};
