#include "sieve/reach-private.h"

#include <string.h>

/* Arms of one chain that are compared with each other: longer ones are written by programs, which do not repeat themselves. */
#define COMPARED_ARMS 128

static gboolean
is(const Node *node, const char *name)
{
    return strcmp(node->name, name) == 0;
}

/* ---- tests -------------------------------------------------------------------------------------------------- */

static gboolean
same_strings(const GPtrArray *a, const GPtrArray *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (a->len != b->len)
        return FALSE;
    for (guint i = 0; i < a->len; i++) {
        const SieveText *left = a->pdata[i], *right = b->pdata[i];

        /* The tests between may have changed what a variable holds. */
        if (left->length != right->length || memcmp(left->text, right->text, left->length) != 0 || strstr(left->text, "${") != NULL)
            return FALSE;
    }
    return TRUE;
}

static gboolean
same_test(const Node *a, const Node *b)
{
    if (strcmp(a->name, b->name) != 0 || a->arguments->len != b->arguments->len || a->tests->len != b->tests->len)
        return FALSE;
    for (guint i = 0; i < a->arguments->len; i++) {
        const Argument *left = a->arguments->pdata[i], *right = b->arguments->pdata[i];

        if (left->kind != right->kind || left->number != right->number || g_strcmp0(left->tag, right->tag) != 0
            || !same_strings(left->strings, right->strings))
            return FALSE;
    }
    for (guint i = 0; i < a->tests->len; i++)
        if (!same_test(a->tests->pdata[i], b->tests->pdata[i]))
            return FALSE;
    /* It remembers what it is asked. */
    return !is(a, "duplicate");
}

static gboolean
is_opposite(const Node *a, const Node *b)
{
    return (is(a, "not") && same_test(a->tests->pdata[0], b)) || (is(b, "not") && same_test(b->tests->pdata[0], a));
}

/* Whether the first cannot hold without the second one. */
static gboolean
implies(const Node *test, const Node *other)
{
    if (same_test(test, other))
        return TRUE;
    if (is(test, "allof"))
        for (guint i = 0; i < test->tests->len; i++)
            if (implies(test->tests->pdata[i], other))
                return TRUE;
    if (is(other, "anyof"))
        for (guint i = 0; i < other->tests->len; i++)
            if (implies(test, other->tests->pdata[i]))
                return TRUE;
    return FALSE;
}

typedef enum { SOMETIMES, NEVER, ALWAYS } Holds;

static gboolean
size_limit(const Node *test, const char *tag, guint64 *limit_out)
{
    const Argument *which, *number;

    if (!is(test, "size") || test->arguments->len != 2)
        return FALSE;
    which = test->arguments->pdata[0];
    number = test->arguments->pdata[1];
    *limit_out = number->number;
    return which->kind == ARGUMENT_TAG && strcmp(which->tag, tag) == 0;
}

/* "over 2M" and "under 1M" at once. */
static gboolean
excludes_by_size(const Node *a, const Node *b)
{
    guint64 over, under;

    if (!(size_limit(a, "over", &over) && size_limit(b, "under", &under))
        && !(size_limit(b, "over", &over) && size_limit(a, "under", &under)))
        return FALSE;
    return under <= over + 1;
}

static Holds
holds(const Node *test)
{
    gboolean all = is(test, "allof"), any = is(test, "anyof");
    Holds deciding = all ? NEVER : ALWAYS, neutral = all ? ALWAYS : NEVER;
    guint neutrals = 0;

    if (is(test, "true"))
        return ALWAYS;
    if (is(test, "false"))
        return NEVER;
    if (is(test, "not")) {
        Holds inner = holds(test->tests->pdata[0]);

        return inner == SOMETIMES ? SOMETIMES : inner == NEVER ? ALWAYS : NEVER;
    }
    if (!all && !any)
        return SOMETIMES;
    for (guint i = 0; i < test->tests->len; i++) {
        Holds one = holds(test->tests->pdata[i]);

        if (one == deciding)
            return deciding;
        neutrals += one == neutral ? 1 : 0;
        for (guint k = 0; k < i && i < COMPARED_ARMS; k++)
            if (is_opposite(test->tests->pdata[i], test->tests->pdata[k])
                || (all && excludes_by_size(test->tests->pdata[i], test->tests->pdata[k])))
                return deciding;
    }
    return neutrals == test->tests->len ? neutral : SOMETIMES;
}

/* ---- commands ----------------------------------------------------------------------------------------------- */

/* What a path through the script has surely or perhaps done when it comes to a command. */
typedef struct {
    const Node *filed;         /* the keep or fileinto that may have run last */
    const Node *rejected;
    const Node *responded;     /* the refusal or vacation: there may be one (RFC 5429, 2.4; RFC 5230, 4.7) */
} Done;

static gboolean walk(const GPtrArray *nodes, Done *done, SieveProblems *problems);

static gboolean
is_arm(const Node *node)
{
    return is(node, "if") || is(node, "elsif") || is(node, "else");
}

/* The arms before it in its chain. */
static void
check_arm(const GPtrArray *nodes, guint first, guint at, SieveProblems *problems)
{
    const Node *node = nodes->pdata[at];
    const Node *test = node->tests->len > 0 ? node->tests->pdata[0] : NULL;

    for (guint i = first; i < at && at - first < COMPARED_ARMS; i++) {
        const Node *earlier = ((const Node *) nodes->pdata[i])->tests->pdata[0];

        if (holds(earlier) == ALWAYS) {
            sieve_warning(problems, node->place, NULL, "this is never reached: the test of line %u always holds", earlier->place.line);
            return;
        }
        if (test != NULL && holds(earlier) == SOMETIMES && implies(test, earlier)) {
            sieve_warning(problems, test->place, NULL, "this is never reached: whatever fulfils it is taken by line %u", earlier->place.line);
            return;
        }
    }
    if (test != NULL && holds(test) == NEVER)
        sieve_warning(problems, test->place, NULL, "this test never holds: what stands in the block is never done");
}

/* TRUE: every way through the chain ends the script. */
static gboolean
walk_chain(const GPtrArray *nodes, guint *at, Done *done, SieveProblems *problems)
{
    guint first = *at;
    Done before = *done, after = *done;
    gboolean ends = TRUE, has_else = FALSE;

    for (; *at < nodes->len; (*at)++) {
        const Node *node = nodes->pdata[*at];
        Done inside = before;
        gboolean never = node->tests->len > 0 && holds(node->tests->pdata[0]) == NEVER;

        if (!is_arm(node) || (*at > first && is(node, "if")))
            break;
        check_arm(nodes, first, *at, problems);
        has_else = has_else || is(node, "else");
        if (node->block == NULL || walk(node->block, &inside, problems) || never)
            continue;
        ends = FALSE;
        after.filed = inside.filed != NULL ? inside.filed : after.filed;
        after.rejected = inside.rejected != NULL ? inside.rejected : after.rejected;
        after.responded = inside.responded != NULL ? inside.responded : after.responded;
    }
    *done = after;
    (*at)--;
    return ends && has_else;
}

static gboolean
has_tag(const Node *node, const char *tag)
{
    for (guint i = 0; i < node->arguments->len; i++) {
        const Argument *argument = node->arguments->pdata[i];

        if (argument->kind == ARGUMENT_TAG && strcmp(argument->tag, tag) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
check_action(const Node *node, Done *done, SieveProblems *problems)
{
    gboolean files = is(node, "fileinto") || is(node, "keep"), rejects = is(node, "reject") || is(node, "ereject");
    gboolean responds = rejects || is(node, "vacation");

    if (files && done->filed != NULL)
        sieve_warning(problems, node->place, g_strdup("end the earlier one with stop, or make it one chain of if and elsif"),
                      "the %s of line %u may have filed the message already: then this one does nothing", done->filed->name,
                      done->filed->place.line);
    if (files && done->rejected != NULL)
        sieve_warning(problems, node->place, g_strdup("end the refusal with stop"),
                      "after the %s of line %u this is an error, and nothing of the script is done", done->rejected->name,
                      done->rejected->place.line);
    if (rejects && done->filed != NULL)
        sieve_warning(problems, node->place, g_strdup("end the earlier one with stop"),
                      "after the %s of line %u this is an error, and nothing of the script is done", done->filed->name,
                      done->filed->place.line);
    if (done->responded != NULL && (responds || (is(node, "redirect") && done->rejected != NULL)))
        sieve_warning(problems, node->place, g_strdup("end the earlier one with stop"),
                      "after the %s of line %u this is an error, and nothing of the script is done", done->responded->name,
                      done->responded->place.line);
    if (responds)
        done->responded = node;
    if (files && !has_tag(node, "copy"))
        done->filed = node;
    if (rejects)
        done->rejected = node;
}

/* TRUE: the commands behind these are never run. */
static gboolean
walk(const GPtrArray *nodes, Done *done, SieveProblems *problems)
{
    for (guint i = 0; i < nodes->len; i++) {
        const Node *node = nodes->pdata[i];
        const Node *end = node;
        gboolean ends = is(node, "stop") || is(node, "return") || is(node, "break") || is(node, "error");

        if (is(node, "if")) {
            ends = walk_chain(nodes, &i, done, problems);
        } else if (node->block != NULL) {
            Done inside = *done;

            walk(node->block, &inside, problems);
        } else {
            check_action(node, done, problems);
        }
        if (!ends)
            continue;
        if (i + 1 < nodes->len)
            sieve_warning(problems, ((const Node *) nodes->pdata[i + 1])->place, NULL, "this is never reached: %s of line %u leads here",
                          is(end, "if") ? "no way through the if" : "nothing behind the command", end->place.line);
        return TRUE;
    }
    return FALSE;
}

void
reach_check(const GPtrArray *nodes, SieveProblems *problems)
{
    Done done = { NULL, NULL, NULL };

    walk(nodes, &done, problems);
}
