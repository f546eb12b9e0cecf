#include "sieve/match-types-private.h"

#include "base/limits.h"
#include "sieve/run-private.h"

/*
 * RFC 5228, 2.7.1: ":matches": "*" is any number of characters, "?" is one, "\" takes their meaning from both.
 *
 * Each "*" takes as little as it can (RFC 5229, 3.2). When a text after a star does not fit, only the last star grows: the ones before it have found
 * the first place for what follows them, and a later place could not help. So the work is bounded by value times key; that of a whole run by
 * its time.
 */
#define LOOKS_AT_ONCE 65536

typedef struct {
    gsize start, end;         /* octets of the folded value */
} Wild;

typedef struct {
    const char *value;
    gsize       value_length;
    const char *key;
    gsize       key_length;
    Wild        wild[LIMIT_SIEVE_MATCHES];
    Run        *run;
    guint       looks;
    guint       count;        /* wildcards met so far; only the first LIMIT_SIEVE_MATCHES are kept */
} Glob;

static gsize
character_length(const Glob *glob, gsize at)
{
    gsize next = at + 1;

    while (next < glob->value_length && (glob->value[next] & 0xc0) == 0x80)
        next++;
    return next - at;
}

static void
note(Glob *glob, guint n, gsize start, gsize end)
{
    if (n < LIMIT_SIEVE_MATCHES)
        glob->wild[n] = (Wild) { start, end };
}

static gboolean
glob_matches(Glob *glob)
{
    gsize v = 0, k = 0;
    gsize star_key = 0, star_value = 0;
    guint star_count = 0;
    gboolean star = FALSE;

    while (v < glob->value_length || k < glob->key_length) {
        char c = k < glob->key_length ? glob->key[k] : '\0';

        if (++glob->looks % LOOKS_AT_ONCE == 0 && !run_spend(glob->run, LOOKS_AT_ONCE))
            return FALSE;
        if (c == '*') {
            star = TRUE;
            star_key = ++k;
            star_value = v;
            star_count = glob->count;
            note(glob, glob->count++, v, v);
            continue;
        }
        if (c == '?' && v < glob->value_length) {
            gsize length = character_length(glob, v);

            note(glob, glob->count++, v, v + length);
            v += length;
            k++;
            continue;
        }
        if (c != '\0' && v < glob->value_length) {
            gsize escaped = c == '\\' && k + 1 < glob->key_length ? 1 : 0;

            if (glob->key[k + escaped] == glob->value[v]) {
                k += 1 + escaped;
                v++;
                continue;
            }
        }
        if (!star || star_value >= glob->value_length)
            return FALSE;
        /* The last star takes one character more. */
        star_value += character_length(glob, star_value);
        note(glob, star_count, glob->wild[MIN(star_count, LIMIT_SIEVE_MATCHES - 1)].start, star_value);
        glob->count = star_count + 1;
        v = star_value;
        k = star_key;
    }
    return TRUE;
}

static RunOutcome
matches(Matching *matching, const MatchKey *key, gboolean *holds_out)
{
    Glob glob = {
        .run = matching->run,
        .value = matching->folded,
        .value_length = matching->folded_length,
        .key = key->text,
        .key_length = key->length,
    };

    *holds_out = glob_matches(&glob);
    if (!*holds_out)
        return matching->run->exhausted ? RUN_ERROR : RUN_NEXT;
    matching_begin_variables(matching);
    matching_add_variable(matching, 0, glob.value_length);
    for (guint i = 0; i < MIN(glob.count, LIMIT_SIEVE_MATCHES - 1); i++)
        matching_add_variable(matching, glob.wild[i].start, glob.wild[i].end);
    return RUN_NEXT;
}

const MatchType mcht_matches = { .name = "matches", .substring = TRUE, .matches = matches };
