#include <string.h>

#include "sieve/commands-private.h"
#include "sieve/match-private.h"
#include "sieve/score-private.h"

/*
 * RFC 5235, 2: spamtest [":percent"] [COMPARATOR] [MATCH-TYPE] <value: string>
 *           3: virustest [COMPARATOR] [MATCH-TYPE] <value: string>
 *
 * Spam is "0" (not tested), "1" (clean) to "10"; with ":percent" "0" to "100". Viruses are "0" (not tested), "1" (clean) to "5". The topmost field of a
 * scanner counts: those below it came with the message.
 */
enum { TAG_PERCENT = 1 };

static const TagDefinition spam_tags[] = { { "percent", "spamtestplus", TAG_PERCENT, 0, VALUE_NONE, 0 }, { .name = NULL } };
static const PositionalDefinition positionals[] = { { "value", VALUE_STRING, FALSE }, { .what = NULL } };

/* SpamAssassin, rspamd (its proxy, and as SpamAssassin), Exim, amavis. */
static const ScoreField usual_spam[] = {
    { "X-Spam-Status", "score=(-?[0-9.]+)", "required=(-?[0-9.]+)", 5.0, NULL, NULL },
    { "X-Spamd-Result", "\\[(-?[0-9.]+) / -?[0-9.]+\\]", "\\[-?[0-9.]+ / (-?[0-9.]+)\\]", 15.0, NULL, NULL },
    { "X-Spam-Score", "(-?[0-9.]+)", NULL, 5.0, NULL, NULL },
    { "X-Spam-Flag", NULL, NULL, 0, "no", "yes" },
    { "X-Spam", NULL, NULL, 0, "no", "yes" },
    { .name = NULL },
};
/* ClamAV's milter, rspamd, Kaspersky and others. */
static const ScoreField usual_virus[] = {
    { "X-Virus-Status", NULL, NULL, 0, "clean", "infected" },
    { "X-Virus", NULL, NULL, 0, "no", "yes" },
    { "X-Virus-Flag", NULL, NULL, 0, "no", "yes" },
    { .name = NULL },
};
static const ScoreKind spam = { "sieve_spamtest", 10, usual_spam };
static const ScoreKind virus = { "sieve_virustest", 5, usual_virus };

/* A little more than the steps there are, so that what floating point makes of a whole number does not fall below it. */
static guint
to_level(double ratio, guint levels)
{
    return (guint) (ratio * (levels - 1 + 0.001)) + 1;
}

static RunOutcome
test_score(Run *run, const Call *call, const ScoreKind *kind, gboolean *holds_out)
{
    double ratio = 0;
    gboolean tested = score_find(run, kind, &ratio);
    char text[16] = "0";
    Matching matching;

    if (tested && (call->flags & TAG_PERCENT))
        g_snprintf(text, sizeof text, "%u", (guint) (ratio * 100 + 0.001));
    else if (tested)
        g_snprintf(text, sizeof text, "%u", to_level(ratio, kind->levels));
    matching_begin(&matching, run, call, &call->positionals[0]);
    if (tested || !call->match.type->counts) {
        matching_value(&matching, text, strlen(text));
    }
    return matching_end(&matching, holds_out);
}

static RunOutcome
test_spam(Run *run, const Call *call, gboolean *holds_out)
{
    return test_score(run, call, &spam, holds_out);
}

static RunOutcome
test_virus(Run *run, const Call *call, gboolean *holds_out)
{
    return test_score(run, call, &virus, holds_out);
}

const Definition tst_spamtest = {
    .name = "spamtest", .extension = "spamtest", .uses = USES_MATCH, .tags = spam_tags, .positionals = positionals,
    .test = test_spam,
};
const Definition tst_virustest = {
    .name = "virustest", .extension = "virustest", .uses = USES_MATCH, .positionals = positionals, .test = test_virus,
};
