#include <string.h>

#include "sieve/checker-private.h"
#include "sieve/commands-private.h"

/*
 * RFC 5228, 3.1: if <test1: test> <block1: block>
 *                elsif <test2: test> <block2: block>
 *                else <block3: block>
 */
static void
check_arm(Checker *checker, const Node *node)
{
    gboolean wants_test = strcmp(node->name, "else") != 0;

    if (node->arguments->len > 0)
        sieve_error(checker->problems, node->place, NULL, "'%s' takes no arguments", node->name);
    if (wants_test && (node->tests->len != 1 || node->test_list))
        sieve_error(checker->problems, node->place, g_strdup("anyof (...) and allof (...) make one of several"),
                    "'%s' takes one test", node->name);
    if (!wants_test && node->tests->len > 0)
        sieve_error(checker->problems, node->place,
                    strcmp(((const Node *) node->tests->pdata[0])->name, "if") == 0 ? g_strdup("did you mean 'elsif'?") : NULL,
                    "'else' takes no test");
    if (node->block == NULL)
        sieve_error(checker->problems, node->place, NULL, "'%s' takes a block of commands in '{' and '}'", node->name);
}

/* Whether the test cannot hold because it asks for an extension that is not there: by itself, or as one of allof(). */
static gboolean
lacks_extension(const Checker *checker, const Node *test)
{
    if (strcmp(test->name, "allof") == 0) {
        for (guint i = 0; i < test->tests->len; i++) {
            if (lacks_extension(checker, test->tests->pdata[i]))
                return TRUE;
        }
        return FALSE;
    }
    if (strcmp(test->name, "ihave") != 0 || test->arguments->len != 1)
        return FALSE;
    for (guint i = 0; i < test->arguments->len; i++) {
        const Argument *argument = test->arguments->pdata[i];

        for (guint k = 0; argument->strings != NULL && k < argument->strings->len; k++) {
            const char *name = ((SieveText *) argument->strings->pdata[k])->text;

            /* One with a variable is an error (RFC 5463, 4), which the test itself tells. */
            if (!ihave_holds(checker, name) && !(checker_has(checker, "variables") && strstr(name, "${") != NULL))
                return TRUE;
        }
    }
    return FALSE;
}

/* One arm; a jump to the end of the whole is added to done where another arm follows. */
static void
emit_arm(Checker *checker, const Node *node, gboolean more, GArray *on_false, GArray *done)
{
    g_autoptr(GArray) on_true = patches_new();

    check_arm(checker, node);
    if (node->tests->len > 0 && checker_has(checker, "ihave") && lacks_extension(checker, node->tests->pdata[0]))
        return;
    if (node->tests->len > 0 && strcmp(node->name, "else") != 0)
        checker_test(checker, node->tests->pdata[0], on_true, on_false);
    checker_land(checker, on_true);
    if (node->block != NULL)
        checker_block(checker, node->block);
    if (more)
        checker_patch_true(checker, checker_emit(checker, STEP_JUMP, NULL), done);
    checker_land(checker, on_false);
}

static gboolean
goes_on(const GPtrArray *nodes, guint at)
{
    const Node *node = at < nodes->len ? nodes->pdata[at] : NULL;

    return node != NULL && (strcmp(node->name, "elsif") == 0 || strcmp(node->name, "else") == 0);
}

static guint
emit_chain(Checker *checker, const GPtrArray *nodes, guint first)
{
    g_autoptr(GArray) on_false = patches_new();
    g_autoptr(GArray) done = patches_new();
    guint at = first;
    gboolean more;

    do {
        const Node *node = nodes->pdata[at];

        /* Filter editors write rules that exclude each other as one chain, each arm with its name. An arm without one belongs to the name above it. */
        if (at > first && node->rule != NULL)
            checker_begin_rule(checker, node);
        more = goes_on(nodes, at + 1) && strcmp(node->name, "else") != 0;
        emit_arm(checker, node, more, on_false, done);
        at++;
    } while (more);
    checker_land(checker, done);
    return at - first;
}

static guint
emit_stray(Checker *checker, const GPtrArray *nodes, guint first)
{
    const Node *node = nodes->pdata[first];

    sieve_error(checker->problems, node->place, NULL, "'%s' without an 'if' before it", node->name);
    return 1;
}

const Definition cmd_if = { .name = "if", .tests = TESTS_ONE, .block = TRUE, .emit_chain = emit_chain };
const Definition cmd_elsif = { .name = "elsif", .tests = TESTS_ONE, .block = TRUE, .emit_chain = emit_stray };
const Definition cmd_else = { .name = "else", .block = TRUE, .emit_chain = emit_stray };
