#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "sieve/match-types-private.h"
#include "sieve/run-private.h"

/*
 * draft-ietf-sieve-regex: ":regex"
 *
 * By PCRE2, always with its JIT compiler: match limits do not bound simple quadratic repeats in the interpreter. The subject is cut at
 * LIMIT_SIEVE_SUBJECT. A match that runs into a limit is an error of the rule, never "no match".
 */
static const struct {
    const char *text, *why;
} refused[] = {
    { "(*", "verbs like (*LIMIT_MATCH) are not for rules" },
    { "(?C", "callouts are not for rules" },
};

/* A "(" that is escaped begins nothing. */
static const char *
find_group(const char *pattern, const char *group)
{
    for (const char *p = pattern; *p != '\0'; p++) {
        if (*p == '\\' && p[1] != '\0')
            p++;
        else if (g_str_has_prefix(p, group))
            return p;
    }
    return NULL;
}

static char *
refusal(const char *pattern, gsize length)
{
    if (length > LIMIT_SIEVE_PATTERN)
        return g_strdup_printf("a regular expression has at most %d octets", LIMIT_SIEVE_PATTERN);
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        if (find_group(pattern, refused[i].text) != NULL)
            return g_strdup(refused[i].why);
    }
    return NULL;
}

static char *
error_text(int code)
{
    PCRE2_UCHAR text[256];

    pcre2_get_error_message(code, text, sizeof text);
    return g_strdup((const char *) text);
}

static pcre2_code *
compile(const char *pattern, gsize length, gboolean caseless, char **error_out)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    guint32 options = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C |
                      (caseless ? PCRE2_CASELESS : 0);
    PCRE2_SIZE offset;
    int code;
    pcre2_code *compiled;

    pcre2_set_parens_nest_limit(context, LIMIT_SIEVE_PATTERN_NESTING);
    compiled = pcre2_compile((PCRE2_SPTR) pattern, length, options, &code, &offset, context);
    pcre2_compile_context_free(context);
    if (compiled == NULL) {
        g_autofree char *text = error_text(code);

        *error_out = g_strdup_printf("this regular expression is wrong at its character %ld: %s",
                                     g_utf8_strlen(pattern, (gssize) offset) + 1, text);
    }
    return compiled;
}

static gboolean
prepare(const char *key, gsize length, const Comparator *comparator, gpointer *data_out, char **error_out)
{
    pcre2_code *compiled;

    *error_out = refusal(key, length);
    if (*error_out != NULL)
        return FALSE;
    compiled = compile(key, length, comparator->fold != NULL, error_out);
    if (compiled == NULL)
        return FALSE;
    if (pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE) != 0) {
        pcre2_code_free(compiled);
        *error_out = g_strdup("this regular expression is too large to be compiled");
        return FALSE;
    }
    *data_out = compiled;
    return TRUE;
}

static void
release(gpointer data)
{
    pcre2_code_free(data);
}

/* Made once: a process matches in one thread only. */
static pcre2_match_context *
match_context(void)
{
    static pcre2_match_context *context = NULL;

    if (context != NULL)
        return context;
    context = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(context, LIMIT_SIEVE_MATCH);
    pcre2_set_depth_limit(context, LIMIT_SIEVE_MATCH_DEPTH);
    pcre2_set_heap_limit(context, LIMIT_SIEVE_MATCH_HEAP);
    pcre2_jit_stack_assign(context, NULL, pcre2_jit_stack_create(32 * 1024, 1024 * 1024, NULL));
    return context;
}

static void
set_variables(Matching *matching, pcre2_match_data *found, int count)
{
    const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(found);

    matching_begin_variables(matching);
    for (int i = 0; i < MIN(count, LIMIT_SIEVE_MATCHES); i++) {
        gboolean set = offsets[2 * i] != PCRE2_UNSET && offsets[2 * i] <= offsets[2 * i + 1];

        matching_add_variable(matching, set ? offsets[2 * i] : 0, set ? offsets[2 * i + 1] : 0);
    }
}

/* Cut between characters. */
static gsize
subject_length(const Matching *matching)
{
    gsize length = MIN(matching->value_length, LIMIT_SIEVE_SUBJECT);

    while (length > 0 && length < matching->value_length && (matching->value[length] & 0xc0) == 0x80)
        length--;
    return length;
}

/* A match may take some milliseconds below its limits, so few of them pass before somebody looks at the clock. */
#define PATTERN_WORK (LIMIT_SIEVE_UNWATCHED / 16)

static RunOutcome
matches(Matching *matching, const MatchKey *key, gboolean *holds_out)
{
    pcre2_match_data *found = pcre2_match_data_create_from_pattern(key->data, NULL);
    int count = pcre2_match(key->data, (PCRE2_SPTR) matching->value, subject_length(matching), 0, 0, found, match_context());
    RunOutcome outcome = run_spend(matching->run, PATTERN_WORK) ? RUN_NEXT : RUN_ERROR;

    *holds_out = count >= 0 && outcome == RUN_NEXT;
    if (*holds_out) {
        set_variables(matching, found, count);
    } else if (count < 0 && count != PCRE2_ERROR_NOMATCH) {
        g_autofree char *text = error_text(count);
        g_autofree char *shown = text_cut(key->text, 60);

        outcome = run_fail(matching->run, "the regular expression \"%s\" went beyond its limits: %s", shown, text);
    }
    pcre2_match_data_free(found);
    return outcome;
}

const MatchType mcht_regex = {
    .name = "regex", .extension = "regex", .substring = TRUE, .prepare = prepare, .release = release, .matches = matches,
};
