#include "sieve/match-private.h"

#include <string.h>

#include "sieve/run-private.h"

static char *
fold(const Comparator *comparator, const char *text, gsize length, gsize *length_out)
{
    char *copy;

    if (comparator->fold != NULL)
        return comparator->fold(text, length, length_out);
    copy = g_malloc(length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    *length_out = length;
    return copy;
}

MatchKey *
match_key_new(const CallMatch *match, const char *text, gsize length, char **error_out)
{
    MatchKey *key = g_new0(MatchKey, 1);

    key->type = match->type;
    if (match->type->prepare != NULL) {
        if (!match->type->prepare(text, length, match->comparator, &key->data, error_out)) {
            g_free(key);
            return NULL;
        }
        key->text = g_strndup(text, length);
        key->length = length;
    } else {
        key->text = fold(match->comparator, text, length, &key->length);
    }
    return key;
}

void
match_key_free(MatchKey *key)
{
    if (key == NULL)
        return;
    if (key->type->release != NULL)
        key->type->release(key->data);
    g_free(key->text);
    g_free(key);
}

gboolean
relation_holds(Relation relation, int order)
{
    switch (relation) {
    case RELATION_GT: return order > 0;
    case RELATION_GE: return order >= 0;
    case RELATION_LT: return order < 0;
    case RELATION_LE: return order <= 0;
    case RELATION_EQ: return order == 0;
    case RELATION_NE: return order != 0;
    case RELATION_NONE: break;
    }
    return FALSE;
}

static GPtrArray *
keys_of_run(Run *run, const CallMatch *match, const Value *keys)
{
    GPtrArray *made = g_ptr_array_new_with_free_func((GDestroyNotify) match_key_free);
    g_autoptr(GString) scratch = g_string_new(NULL);

    for (guint i = 0; i < keys->strings->len; i++) {
        g_autofree char *error = NULL;
        gsize length;
        const char *text = string_value(run, keys->strings->pdata[i], scratch, &length);
        MatchKey *key = match_key_new(match, text, length, &error);

        if (key != NULL)
            g_ptr_array_add(made, key);
        else
            run_warn(run, "%s", error);
    }
    return made;
}

void
matching_begin_texts(Matching *matching, Run *run, const Call *call, const GPtrArray *keys)
{
    GPtrArray *made = g_ptr_array_new_with_free_func((GDestroyNotify) match_key_free);

    memset(matching, 0, sizeof *matching);
    matching->run = run;
    matching->match = &call->match;
    matching->outcome = RUN_NEXT;
    matching->keys = made;
    for (guint i = 0; i < keys->len; i++) {
        g_autofree char *error = NULL;
        MatchKey *key = match_key_new(&call->match, keys->pdata[i], strlen(keys->pdata[i]), &error);

        if (key != NULL)
            g_ptr_array_add(made, key);
        else
            run_warn(run, "%s", error);
    }
}

void
matching_begin(Matching *matching, Run *run, const Call *call, const Value *keys)
{
    memset(matching, 0, sizeof *matching);
    matching->run = run;
    matching->match = &call->match;
    matching->outcome = RUN_NEXT;
    matching->keys = call->match.keys != NULL ? g_ptr_array_ref(call->match.keys) : keys_of_run(run, &call->match, keys);
}

/* What a key costs beside the octets of the value. */
#define KEY_WORK 16

/* One value against all keys. */
static gboolean
try_keys(Matching *matching)
{
    for (guint i = 0; i < matching->keys->len && !matching->holds; i++) {
        RunOutcome outcome;

        if (!run_spend(matching->run, KEY_WORK + matching->folded_length / 4)) {
            matching->outcome = RUN_ERROR;
            return TRUE;
        }
        outcome = matching->match->type->matches(matching, matching->keys->pdata[i], &matching->holds);

        if (outcome != RUN_NEXT) {
            matching->outcome = outcome;
            return TRUE;
        }
    }
    return matching->holds;
}

gboolean
matching_value(Matching *matching, const char *value, gsize length)
{
    const Comparator *comparator = matching->match->comparator;
    g_autofree char *folded = NULL;

    matching->count++;
    run_spend(matching->run, length);
    if (matching->match->type->counts)
        return FALSE;
    run_note_value(matching->run, value, length);
    matching->value = value;
    matching->value_length = length;
    if (comparator->fold != NULL && matching->match->type->prepare == NULL)
        matching->folded = folded = comparator->fold(value, length, &matching->folded_length);
    else
        matching->folded = value, matching->folded_length = length;
    return try_keys(matching);
}

/* RFC 5231, 4.2: the number of values, as a decimal number, is what the keys are held against. */
static void
match_count(Matching *matching)
{
    char number[24];

    matching->value = matching->folded = number;
    matching->value_length = matching->folded_length = (gsize) g_snprintf(number, sizeof number, "%" G_GUINT64_FORMAT,
                                                                          matching->count);
    run_note_value(matching->run, number, matching->value_length);
    try_keys(matching);
}

RunOutcome
matching_end(Matching *matching, gboolean *holds_out)
{
    if (matching->match->type->counts && matching->outcome == RUN_NEXT)
        match_count(matching);
    g_ptr_array_unref(matching->keys);
    *holds_out = matching->holds;
    return matching->outcome;
}

void
matching_begin_variables(Matching *matching)
{
    if (!matching->sets_nothing)
        run_clear_matches(matching->run);
}

void
matching_add_variable(Matching *matching, gsize start, gsize end)
{
    gboolean original = matching->match->comparator->same_length || matching->match->type->prepare != NULL;
    const char *from = original ? matching->value : matching->folded;

    if (!matching->sets_nothing)
        run_add_match(matching->run, from + start, end - start);
}
