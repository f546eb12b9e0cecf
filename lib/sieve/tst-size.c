#include "sieve/checker-private.h"
#include "sieve/commands-private.h"
#include "sieve/run-private.h"

/* RFC 5228, 5.9: size <":over" / ":under"> <limit: number>: neither holds for exactly that size */
enum { TAG_OVER = 1, TAG_UNDER = 2 };

static const TagDefinition tags[] = {
    { "over", NULL, TAG_OVER, TAG_UNDER, VALUE_NONE, 0 },
    { "under", NULL, TAG_UNDER, TAG_OVER, VALUE_NONE, 0 },
    { .name = NULL },
};
static const PositionalDefinition positionals[] = { { "limit", VALUE_NUMBER, FALSE }, { .what = NULL } };

static gboolean
check(Checker *checker, const Node *node, Call *call)
{
    if (call->flags != 0)
        return TRUE;
    sieve_error(checker->problems, node->place, NULL, "'size' takes ':over' or ':under'");
    return FALSE;
}

static RunOutcome
test_size(Run *run, const Call *call, gboolean *holds_out)
{
    guint64 size = (guint64) mail_view_size(run->mail);
    guint64 limit = call->positionals[0].number;
    char text[24];

    *holds_out = call->flags & TAG_OVER ? size > limit : size < limit;
    run_note_value(run, text, (gsize) g_snprintf(text, sizeof text, "%" G_GUINT64_FORMAT, size));
    return RUN_NEXT;
}

const Definition tst_size = { .name = "size", .tags = tags, .positionals = positionals, .check = check, .test = test_size };
