#include <string.h>

#include "base/limits.h"
#include "sieve/checker-private.h"
#include "sieve/commands-private.h"
#include "sieve/run-private.h"

/*
 * RFC 6609, 3.2: include [LOCATION] [:once] [:optional] <value: string>     LOCATION = ":personal" / ":global"
 *           3.3: return
 *           3.4: global <value: string-list>
 *
 * The script is compiled with the one that includes it; one that was included before is not compiled again. A loop is an error.
 */
enum { TAG_PERSONAL = 1, TAG_GLOBAL = 2, TAG_ONCE = 4, TAG_OPTIONAL = 8 };

static const TagDefinition tags[] = {
    { "personal", NULL, TAG_PERSONAL, TAG_GLOBAL, VALUE_NONE, 0 },
    { "global", NULL, TAG_GLOBAL, TAG_PERSONAL, VALUE_NONE, 0 },
    { "once", NULL, TAG_ONCE, 0, VALUE_NONE, 0 },
    { "optional", NULL, TAG_OPTIONAL, 0, VALUE_NONE, 0 },
    { .name = NULL },
};
static const PositionalDefinition include_positionals[] = { { "name", VALUE_STRING, FALSE }, { .what = NULL } };
static const PositionalDefinition global_positionals[] = { { "names", VALUE_STRINGS, FALSE }, { .what = NULL } };

/* A name, not a path: nothing of the file system is to be reached with it. */
static gboolean
is_script_name(const char *name)
{
    return *name != '\0' && *name != '.' && strchr(name, '/') == NULL && strchr(name, '\\') == NULL;
}

static const SieveScript *
find_included(const Checker *checker, const char *name)
{
    for (guint i = 0; i < checker->outermost->included->len; i++) {
        const SieveScript *script = checker->outermost->included->pdata[i];

        if (strcmp(script->file, name) == 0)
            return script;
    }
    return NULL;
}

static gboolean
is_open(const Checker *checker, const char *name)
{
    for (const Checker *c = checker; c != NULL; c = c->around) {
        if (strcmp(c->script->file, name) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
compile(Checker *checker, Call *call, const char *name, SievePlace place)
{
    g_autofree char *source = NULL;
    SieveScript *script;
    guint errors = checker->problems->errors;
    gsize length = 0;

    if (checker->host->load != NULL)
        source = checker->host->load(checker->host->data, (call->flags & TAG_GLOBAL) != 0, name, &length);
    if (source == NULL && (call->flags & TAG_OPTIONAL))
        return TRUE;
    if (source == NULL) {
        sieve_error(checker->problems, place, NULL, "there is no script '%s' to include", name);
        return FALSE;
    }
    script = checker_compile(checker, name, source, length, checker->host, checker->problems);
    g_ptr_array_add(checker->outermost->included, script);
    call->data = script;
    return checker->problems->errors == errors;
}

/* A setting may make a limit narrower. */
static guint
limit_of(const Checker *checker, const char *setting, guint most)
{
    const char *text = checker->host->settings != NULL ? g_hash_table_lookup(checker->host->settings, setting) : NULL;
    guint64 limit;

    return text != NULL && g_ascii_string_to_unsigned(text, 10, 0, most, &limit, NULL) ? (guint) limit : most;
}

static gboolean
check_limits(Checker *checker, SievePlace place)
{
    guint depth = limit_of(checker, "sieve_include_max_nesting_depth", LIMIT_SIEVE_INCLUDE_DEPTH);
    guint number = limit_of(checker, "sieve_include_max_includes", LIMIT_SIEVE_INCLUDES);

    if (checker->include_depth < depth && checker->outermost->included->len < number)
        return TRUE;
    sieve_error(checker->problems, place, NULL, "scripts are included %u deep and %u in number at most", depth, number);
    return FALSE;
}

static gboolean
check_include(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    const char *name = value_constant(&call->positionals[0], 0);
    SievePlace place = call->positionals[0].place;

    if (name == NULL) {
        sieve_error(checker->problems, place, NULL, "the name of an included script cannot hold variables");
        return FALSE;
    }
    if (!is_script_name(name)) {
        sieve_error(checker->problems, place, NULL, "'%s' is no name of a script", name);
        return FALSE;
    }
    if (is_open(checker, name)) {
        sieve_error(checker->problems, place, NULL, "the script '%s' includes itself", name);
        return FALSE;
    }
    if (!check_limits(checker, place))
        return FALSE;
    call->data = (gpointer) find_included(checker, name);
    return call->data != NULL || compile(checker, call, name, place);
}

static RunOutcome
run_include(Run *run, const Call *call)
{
    const SieveScript *script = call->data;

    if (script == NULL)
        return RUN_NEXT;
    if ((call->flags & TAG_ONCE) && g_hash_table_contains(run->included, script))
        return RUN_NEXT;
    g_hash_table_add(run->included, (gpointer) script);
    return run_script(run, script);
}

static RunOutcome
run_return(Run *run, G_GNUC_UNUSED const Call *call)
{
    return run->frame->depth > 0 ? RUN_LEAVE : RUN_STOP;
}

static gboolean
check_global(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    gboolean good = TRUE;

    if (!checker_has(checker, "variables")) {
        sieve_error(checker->problems, call->place, g_strdup("require \"variables\""), "'global' needs variables");
        return FALSE;
    }
    for (guint i = 0; i < value_count(&call->positionals[0]); i++) {
        const SieveString *string = call->positionals[0].strings->pdata[i];

        good = checker_make_global(checker, string->text, string->place) && good;
    }
    return good;
}

static void
emit_nothing(G_GNUC_UNUSED Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    call_free(call);
}

const Definition cmd_include = {
    .name = "include", .extension = "include", .tags = tags, .positionals = include_positionals, .check = check_include,
    .run = run_include,
};
const Definition cmd_return = { .name = "return", .extension = "include", .run = run_return };
const Definition cmd_global = {
    .name = "global", .extension = "include", .positionals = global_positionals, .check = check_global,
    .emit = emit_nothing,
};
