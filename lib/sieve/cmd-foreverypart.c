#include <string.h>

#include "base/limits.h"
#include "sieve/checker-private.h"
#include "sieve/commands-private.h"
#include "sieve/mime-scope-private.h"

/*
 * RFC 5703, 3: foreverypart [":name" string] block
 *              break [":name" string]
 *
 * The step of the loop is passed at its begin and before each further turn; which of both it is, the innermost loop of the run tells.
 */
enum { TAG_NAME = 1 };
enum { SLOT_NAME };

static const TagDefinition tags[] = { { "name", NULL, TAG_NAME, 0, VALUE_STRING, SLOT_NAME }, { .name = NULL } };

struct CheckedLoop {
    char   *name;          /* or NULL */
    GArray *exits;         /* patches of its breaks */
};

static void
emit_loop(Checker *checker, const Node *node, Call *call)
{
    const char *name = value_constant(&call->slots[SLOT_NAME], 0);
    CheckedLoop loop = { g_strdup(name), patches_new() };
    guint begin = checker_emit(checker, STEP_LOOP, call);
    guint back;

    if (checker->loops->len >= LIMIT_SIEVE_LOOPS)
        sieve_error(checker->problems, node->place, NULL, "'foreverypart' is nested %d deep at most", LIMIT_SIEVE_LOOPS);

    checker_patch_false(checker, begin, loop.exits);
    g_ptr_array_add(checker->loops, &loop);
    checker_block(checker, node->block);
    g_ptr_array_set_size(checker->loops, (gint) checker->loops->len - 1);
    back = checker_emit(checker, STEP_JUMP, NULL);
    g_array_index(checker->script->steps, Step, back).if_true = begin;
    checker_land(checker, loop.exits);
    g_array_unref(loop.exits);
    g_free(loop.name);
}

/* Begins the loop or goes on to its next part; holds_out: there is one. */
static RunOutcome
next_part(Run *run, G_GNUC_UNUSED const Call *call, gboolean *holds_out)
{
    Loop *top = run->loops->len > 0 ? &g_array_index(run->loops, Loop, run->loops->len - 1) : NULL;

    if (top == NULL || top->step != run->at || top->frame != run->frame) {
        gboolean inside = run->loops->len > 0;
        Loop loop;

        if (run->loops->len >= LIMIT_SIEVE_LOOPS)
            return run_fail(run, "'foreverypart' is nested %d deep at most", LIMIT_SIEVE_LOOPS);
        loop = (Loop) { .frame = run->frame, .step = run->at, .part_around = run->part };

        loop.next = inside ? run->part + 1 : 0;
        loop.end = inside ? mime_scope_end(run, run->part) : mime_part_count(run);
        g_array_append_val(run->loops, loop);
        top = &g_array_index(run->loops, Loop, run->loops->len - 1);
    }
    *holds_out = top->next < top->end;
    if (*holds_out)
        run->part = top->next++;
    else
        run_leave_loops(run, run->loops->len - 1);
    return RUN_NEXT;
}

/* How many loops a break leaves; 0: there is none of that name. */
static guint
loops_left(const Checker *checker, const char *name)
{
    for (guint left = 1; left <= checker->loops->len; left++) {
        const CheckedLoop *loop = checker->loops->pdata[checker->loops->len - left];

        if (name == NULL || g_strcmp0(loop->name, name) == 0)
            return left;
    }
    return 0;
}

static gboolean
check_break(Checker *checker, const Node *node, Call *call)
{
    const char *name = value_constant(&call->slots[SLOT_NAME], 0);
    guint left = loops_left(checker, name);

    call->data = GUINT_TO_POINTER(left);
    if (left > 0)
        return TRUE;
    if (name != NULL)
        sieve_error(checker->problems, node->place, NULL, "there is no loop '%s' around this 'break'", name);
    else
        sieve_error(checker->problems, node->place, NULL, "'break' stands in no 'foreverypart'");
    return FALSE;
}

static void
emit_break(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    CheckedLoop *loop = checker->loops->pdata[checker->loops->len - GPOINTER_TO_UINT(call->data)];

    checker_patch_true(checker, checker_emit(checker, STEP_RUN, call), loop->exits);
}

static RunOutcome
run_break(Run *run, const Call *call)
{
    run_leave_loops(run, run->loops->len - GPOINTER_TO_UINT(call->data));
    return RUN_BREAK;
}

const Definition cmd_foreverypart = {
    .name = "foreverypart", .extension = "foreverypart", .tags = tags, .block = TRUE, .emit = emit_loop, .test = next_part,
};
const Definition cmd_break = {
    .name = "break", .extension = "foreverypart", .tags = tags, .check = check_break, .emit = emit_break, .run = run_break,
};
