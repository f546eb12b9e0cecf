/*
 * How two decisions about one mail differ for an admin; and that no effect, no change and no need was forgotten in it.
 */
#include "gateway/decision-json.h"
#include "gateway/decision-view.h"
#include "gateway/replay.h"
#include "tap.h"
#include "ticket/decision.h"

/* ---- nothing is forgotten ----------------------------------------------------------------------------------- */

static void
test_every_kind(void)
{
    for (int kind = 0; kind < N_EFFECTS; kind++)
        if (!decision_view_knows_effect(kind))
            g_error("a replay does not compare the effect '%s'", effect_kind_name((EffectKind) kind));
    for (int what = 0; what < N_CHANGES; what++)
        if (!decision_view_knows_change(what))
            g_error("a replay does not compare the change '%s'", change_kind_name((ChangeKind) what));
    for (int kind = 0; kind < N_NEEDS; kind++)
        if (!replay_knows_need(kind))
            g_error("a replay does not answer the need '%s'", fact_need_kind_name((FactNeedKind) kind));
    g_assert_false(decision_view_knows_effect(N_EFFECTS));
    g_assert_false(decision_view_knows_change(N_CHANGES));
    g_assert_false(replay_knows_need(N_NEEDS));
}

/* ---- comparing ---------------------------------------------------------------------------------------------- */

#define TICKET(queue) "{\"effect\": \"ticket\", \"reason\": \"new ticket\", \"ticket\": 7, \"queue\": \"" queue "\", \"priority\": \"normal\"}"
#define FILED(queue, by) "{\"effect\": \"ticket\", \"ticket\": 7, \"queue\": \"" queue "\", \"filed_by\": \"" by "\", \"priority\": \"normal\"}"
#define ARTICLE(n) "{\"effect\": \"article\", \"ticket\": " n "}"
#define CHANGE(what, value, by) "{\"effect\": \"change\", \"what\": \"" what "\", \"value\": \"" value "\", \"reason\": \"" by "\"}"
#define FIELD(name, value) "{\"effect\": \"change\", \"what\": \"field\", \"name\": \"" name "\", \"value\": \"" value "\", \"reason\": \"r:1\"}"
#define MAIL(kind, to) "{\"effect\": \"mail\", \"kind\": \"" kind "\", \"to\": \"" to "\", \"reason\": \"r:9\"}"
#define NEW "{\"outcome\": \"ticket\", \"reason\": \"new ticket\", \"acknowledgement\": \"mail\", \"effects\": ["
#define JOINS "{\"outcome\": \"ticket\", \"reason\": \"joined by correlation key\", \"acknowledgement\": \"none: follow-up\", \"effects\": ["
#define END "]}"
#define DISCARDED "{\"outcome\": \"discarded\", \"reason\": \"discarded by rule 'spam', m:3\", \"acknowledgement\": \"none: discarded by the rules\", \"effects\": []}"

static const struct {
    const char *name, *was, *would, *differences;
} cases[] = {
    { "the-same", NEW TICKET("support") END, NEW TICKET("support") END, "" },
    { "another-queue", NEW TICKET("support") END, NEW FILED("billing", "rule 'b', m:4") END,
      "queue: support -> billing by rule 'b', m:4 was -\n" },
    { "no-rule-files-it-any-more", NEW FILED("billing", "m:4") END, NEW TICKET("support") END, "queue: billing -> support by - was m:4\n" },
    { "moved-in-the-end", NEW TICKET("support") "," CHANGE("queue", "dns", "m:5") END, NEW TICKET("dns") END, "" },
    { "the-last-priority-counts", NEW TICKET("support") "," CHANGE("priority", "high", "m:1") "," CHANGE("priority", "low", "m:2") END,
      NEW TICKET("support") END, "priority: low -> normal by - was m:2\n" },
    { "tags-are-told-apart-by-value", NEW TICKET("s") "," CHANGE("tag", "a", "m:1") "," CHANGE("tag", "b", "m:1") END,
      NEW TICKET("s") "," CHANGE("tag", "b", "m:8") "," CHANGE("tag", "c", "m:8") END, "tag: a -> - by - was m:1\ntag: - -> c by m:8 was -\n" },
    { "fields-are-told-apart-by-name", NEW TICKET("s") "," FIELD("a", "1") "," FIELD("b", "1") END,
      NEW TICKET("s") "," FIELD("b", "2") "," FIELD("c", "1") END,
      "field a: 1 -> - by - was r:1\nfield b: 1 -> 2 by r:1 was r:1\nfield c: - -> 1 by r:1 was -\n" },
    { "dropped-mail-has-no-ticket-to-compare", NEW TICKET("support") "," CHANGE("tag", "a", "m:1") "," MAIL("acknowledgement", "a@b.example") END, DISCARDED,
      "outcome: ticket -> discarded by discarded by rule 'spam', m:3 was -\n"
      "automatic answer: acknowledgement -> none by discarded by the rules was -\n" },
    { "a-mail-that-joins-is-filed-nowhere", NEW TICKET("support") "," ARTICLE("7") "," MAIL("acknowledgement", "a@b.example") END, JOINS ARTICLE("5") END,
      "ticket: a new ticket -> ticket #5 by joined by correlation key was -\nautomatic answer: acknowledgement -> none by follow-up was -\n" },
    { "a-ticket-of-the-replay", NEW TICKET("support") END, JOINS ARTICLE("1000000000031") END,
      "ticket: a new ticket -> the ticket of mail 31 by joined by correlation key was -\nautomatic answer: - -> none by follow-up was -\n" },
    { "another-ticket", JOINS ARTICLE("5") END, JOINS ARTICLE("6") END,
      "ticket: ticket #5 -> ticket #6 by joined by correlation key was joined by correlation key\n" },
    { "other-mails-by-kind-and-address", NEW TICKET("s") "," MAIL("redirect", "a@x.example") END,
      NEW TICKET("s") "," MAIL("redirect", "b@x.example") "," MAIL("notice", "a@x.example") END,
      "mail notice: - -> a@x.example by r:9 was -\nmail redirect: a@x.example -> - by - was r:9\nmail redirect: - -> b@x.example by r:9 was -\n" },
    { "effects-of-later-versions-are-passed-over", NEW TICKET("s") ", {\"effect\": \"levitate\"}" END, NEW TICKET("s") END, "" },
    { "silence-for-another-reason-is-silence", JOINS ARTICLE("5") END,
      "{\"outcome\": \"ticket\", \"reason\": \"joined by token\", \"acknowledgement\": \"none: a robot\", \"effects\": [" ARTICLE("5") "]}", "" },
};

static void
append(GString *text, const ViewChange *change)
{
    g_string_append_printf(text, "%s%s%s: %s -> %s by %s was %s\n", aspect_name(change->aspect), change->name != NULL ? " " : "",
                           change->name != NULL ? change->name : "", change->was != NULL ? change->was : "-",
                           change->would != NULL ? change->would : "-", change->would_by != NULL ? change->would_by : "-",
                           change->was_by != NULL ? change->was_by : "-");
}

static void
test_difference(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autoptr(Json) was = json_loads(cases[i].was, 0, NULL), would = json_loads(cases[i].would, 0, NULL);
    g_autoptr(GPtrArray) changes = NULL;
    g_autoptr(GString) text = g_string_new(NULL);

    g_assert_nonnull(was);
    g_assert_nonnull(would);
    changes = decision_differences(was, would);
    for (guint k = 0; k < changes->len; k++)
        append(text, changes->pdata[k]);
    g_assert_cmpstr(text->str, ==, cases[i].differences);
}

/* What decision_to_json() writes is what is compared. */
static void
test_of_a_decision(void)
{
    g_autoptr(Decision) decision = decision_new();
    g_autoptr(Json) object = NULL;
    g_autoptr(GPtrArray) view = NULL;
    Effect *effect;

    decision->outcome = OUTCOME_TICKET;
    decision->reason = g_strdup("new ticket");
    decision->acknowledgement = g_strdup("none: rule 'quiet', m:2 wants none");
    effect = decision_add(decision, EFFECT_TICKET, g_strdup("new ticket"));
    effect->ticket.queue = g_strdup("billing");
    effect->ticket.filed_by = g_strdup("rule 'b', m:4");
    effect = decision_add(decision, EFFECT_NOTE, g_strdup("rule 'b', m:5"));
    effect->small.text = g_strdup("Look.");
    effect = decision_add(decision, EFFECT_STATUS, g_strdup("the customer answered"));
    effect->small.status = TICKET_OPEN;
    object = decision_to_json(decision, NULL);
    view = decision_view(object);
    for (guint i = 0; i < view->len; i++) {
        const ViewItem *item = view->pdata[i];
        const char *by[N_ASPECTS] = { [ASPECT_QUEUE] = "rule 'b', m:4", [ASPECT_NOTE] = "rule 'b', m:5",
                                      [ASPECT_ACKNOWLEDGEMENT] = "rule 'quiet', m:2 wants none" };

        g_assert_cmpstr(item->by, ==, by[item->aspect]);
    }
    g_assert_cmpuint(view->len, ==, 7);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/gateway/replay/nothing-is-forgotten", test_every_kind);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/gateway/replay/differences/%s", cases[i].name);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_difference);
    }
    g_test_add_func("/gateway/replay/differences/of-a-decision", test_of_a_decision);
    return g_test_run();
}
