#include "sieve/score-private.h"

#include <stdlib.h>
#include <string.h>

#include "sieve/match-types-private.h"
#include "sieve/registry-private.h"

/* The first group of the pattern in the value, or all that matched; NULL if it does not match. Match variables stay as they are. */
static char *
extract(Run *run, const char *pattern, const char *value)
{
    CallMatch match = { .type = registry_match_type("regex"), .comparator = registry_comparator("i;octet") };
    g_autofree char *error = NULL;
    MatchKey *key = match_key_new(&match, pattern, strlen(pattern), &error);
    Matching matching = { .run = run, .match = &match, .value = value, .value_length = strlen(value) };
    GPtrArray *around = run->matches;
    gboolean holds = FALSE;
    char *found = NULL;

    if (key == NULL) {
        run_warn(run, "'%s': %s", pattern, error);
        return NULL;
    }
    matching.folded = value;
    matching.folded_length = matching.value_length;
    run->matches = run_strings_new();
    if (match.type->matches(&matching, key, &holds) == RUN_NEXT && holds && run->matches->len > 0)
        found = g_strdup(((GString *) run->matches->pdata[run->matches->len > 1 ? 1 : 0])->str);
    g_ptr_array_unref(run->matches);
    run->matches = around;
    match_key_free(key);
    return found;
}

static const char *
setting(const Run *run, const ScoreKind *kind, const char *name)
{
    g_autofree char *whole = g_strdup_printf("%s_%s", kind->prefix, name);
    const char *value = run_setting(run, whole);

    return value != NULL && *value != '\0' ? value : NULL;
}

/* "Name" or "Name: pattern": the topmost field of that name, or what the pattern finds in it. */
static char *
read_field(Run *run, const char *source)
{
    const char *colon = strchr(source, ':');
    g_autofree char *name = colon != NULL ? g_strndup(source, (gsize) (colon - source)) : g_strdup(source);
    const GPtrArray *fields = mail_fields(run->mail, g_strstrip(name));
    const char *value = fields->len > 0 ? ((MailField *) fields->pdata[0])->value : NULL;

    if (value == NULL || colon == NULL)
        return g_strdup(value);
    return extract(run, colon + 1 + strspn(colon + 1, " \t"), value);
}

static gboolean
read_number(const char *text, double *number_out)
{
    char *end;

    if (text == NULL)
        return FALSE;
    *number_out = g_ascii_strtod(text, &end);
    return end != text;
}

static gboolean
divide(double score, double max, double *ratio_out)
{
    if (!(max > 0))
        return FALSE;
    *ratio_out = CLAMP(score / max, 0.0, 1.0);
    return TRUE;
}

static gboolean
find_word(Run *run, const ScoreKind *kind, const char *status, double *ratio_out)
{
    for (guint level = 1; level <= kind->levels; level++) {
        g_autofree char *name = g_strdup_printf("text_value/%u", level);
        const char *word = setting(run, kind, name);

        if (word != NULL && strcmp(word, status) == 0) {
            *ratio_out = (double) (level - 1) / (kind->levels - 1);
            return TRUE;
        }
    }
    return FALSE;
}

/* As the settings say: the names are those of Pigeonhole. */
static gboolean
find_set(Run *run, const ScoreKind *kind, const char *source, double *ratio_out)
{
    g_autofree char *status = read_field(run, source);
    const char *type = setting(run, kind, "status_type");
    const char *max_source = setting(run, kind, "score_max_header");
    g_autofree char *max_text = max_source != NULL ? read_field(run, max_source) : g_strdup(setting(run, kind, "score_max_value"));
    double score, max;

    if (status == NULL)
        return FALSE;
    if (g_strcmp0(type, "text") == 0)
        return find_word(run, kind, status, ratio_out);
    if (!read_number(max_text, &max))
        return FALSE;
    if (g_strcmp0(type, "strlen") == 0)
        score = (double) strlen(status);
    else if (!read_number(status, &score))
        return FALSE;
    return divide(score, max, ratio_out);
}

static gboolean
find_usual(Run *run, const ScoreField *usual, double *ratio_out)
{
    const GPtrArray *fields = mail_fields(run->mail, usual->name);
    const char *value = fields->len > 0 ? ((MailField *) fields->pdata[0])->value : NULL;
    g_autofree char *score_text = NULL, *max_text = NULL;
    double score, max = usual->max_value;

    if (value == NULL)
        return FALSE;
    if (usual->score == NULL) {
        gboolean bad = g_ascii_strncasecmp(value, usual->word_bad, strlen(usual->word_bad)) == 0;

        *ratio_out = bad ? 1.0 : 0.0;
        return bad || g_ascii_strncasecmp(value, usual->word_clean, strlen(usual->word_clean)) == 0;
    }
    score_text = extract(run, usual->score, value);
    if (usual->max != NULL && (max_text = extract(run, usual->max, value)) != NULL && !read_number(max_text, &max))
        return FALSE;
    return read_number(score_text, &score) && divide(score, max, ratio_out);
}

gboolean
score_find(Run *run, const ScoreKind *kind, double *ratio_out)
{
    const char *source = setting(run, kind, "status_header");

    if (source != NULL)
        return find_set(run, kind, source, ratio_out);
    for (const ScoreField *usual = kind->usual; usual->name != NULL; usual++) {
        if (find_usual(run, usual, ratio_out))
            return TRUE;
    }
    return FALSE;
}
