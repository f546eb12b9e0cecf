#define _GNU_SOURCE   /* memmem */
#include <string.h>

#include "sieve/commands-private.h"
#include "sieve/match-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5173, 4: body [COMPARATOR] [MATCH-TYPE] [BODY-TRANSFORM] <key-list: string-list>
 *              BODY-TRANSFORM = ":raw" / ":content" <content-types: string-list> / ":text"
 *
 * ":text" is what a person reads. Match variables are not set (RFC 5173, 6).
 */
enum { TAG_RAW = 1, TAG_CONTENT = 2, TAG_TEXT = 4 };
enum { SLOT_TYPES };

static const TagDefinition tags[] = {
    { "raw", NULL, TAG_RAW, TAG_CONTENT | TAG_TEXT, VALUE_NONE, 0 },
    { "content", NULL, TAG_CONTENT, TAG_RAW | TAG_TEXT, VALUE_STRINGS, SLOT_TYPES },
    { "text", NULL, TAG_TEXT, TAG_RAW | TAG_CONTENT, VALUE_NONE, 0 },
    { .name = NULL },
};
static const PositionalDefinition positionals[] = { { "keys", VALUE_STRINGS, FALSE }, { .what = NULL } };

/* Where the body begins: behind the first empty line; NULL where there is none. */
static const char *
body_of(const char *raw, gsize length)
{
    const char *lf = memmem(raw, length, "\n\n", 2);
    const char *crlf = memmem(raw, length, "\n\r\n", 3);

    if (length > 0 && *raw == '\n')
        return raw + 1;
    if (lf != NULL && (crlf == NULL || lf < crlf))
        return lf + 2;
    return crlf != NULL ? crlf + 3 : NULL;
}

static void
show_raw(Run *run, Matching *matching)
{
    const char *body = run->input->raw != NULL ? body_of(run->input->raw, run->input->raw_length) : NULL;

    if (body != NULL)
        matching_value(matching, body, (gsize) (run->input->raw + run->input->raw_length - body));
}

/*
 * RFC 5173, 5.2: "" is every type, "text" all of its subtypes, "text/plain" itself; what begins or ends with a slash, or holds more
 * than one, is no type.
 */
static gboolean
type_fits(const char *type, const char *wanted)
{
    const char *slash = strchr(wanted, '/');
    gsize length = strlen(wanted);

    if (length == 0)
        return TRUE;
    if (slash == NULL)
        return g_ascii_strncasecmp(type, wanted, length) == 0 && type[length] == '/';
    if (slash == wanted || slash[1] == '\0' || strchr(slash + 1, '/') != NULL)
        return FALSE;
    return g_ascii_strcasecmp(type, wanted) == 0;
}

static gboolean
part_is_wanted(Run *run, const Call *call, const MessagePart *part)
{
    const Value *types = &call->slots[SLOT_TYPES];
    g_autoptr(GString) scratch = g_string_new(NULL);

    for (guint i = 0; i < value_count(types); i++) {
        if (type_fits(part->type, run_text(run, types, i, scratch, NULL)))
            return TRUE;
    }
    return FALSE;
}

static void
show_parts(Run *run, const Call *call, Matching *matching)
{
    const GPtrArray *parts = mail_view_message(run->mail)->parts;

    for (guint i = 0; i < parts->len; i++) {
        const MessagePart *part = parts->pdata[i];

        if (part->content != NULL && part_is_wanted(run, call, part) &&
            matching_value(matching, part->content, strlen(part->content)))
            return;
    }
}

static RunOutcome
test_body(Run *run, const Call *call, gboolean *holds_out)
{
    const char *text = mail_view_message(run->mail)->text;
    Matching matching;

    matching_begin(&matching, run, call, &call->positionals[0]);
    matching.sets_nothing = TRUE;
    if (call->flags & TAG_RAW)
        show_raw(run, &matching);
    else if (call->flags & TAG_CONTENT)
        show_parts(run, call, &matching);
    else if (run->input->raw == NULL || body_of(run->input->raw, run->input->raw_length) != NULL)
        matching_value(&matching, text, strlen(text));
    return matching_end(&matching, holds_out);
}

const Definition tst_body = {
    .name = "body", .extension = "body", .uses = USES_MATCH, .tags = tags, .positionals = positionals, .test = test_body,
};
