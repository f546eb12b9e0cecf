#include "gateway/decision-view.h"

#include <string.h>

#include "ticket/decision.h"

static const struct {
    const char *name;
    gboolean    several;       /* a decision may hold more than one, told apart by their values */
    gboolean    named;         /* told apart by their names                                     */
    gboolean    of_ticket;     /* says what the ticket becomes                                  */
    gboolean    of_new;        /* what only a new ticket is given                               */
} aspects[] = {
    [ASPECT_OUTCOME] = { "outcome", FALSE, FALSE, FALSE, FALSE },
    [ASPECT_TICKET] = { "ticket", FALSE, FALSE, TRUE, FALSE },
    [ASPECT_QUEUE] = { "queue", FALSE, FALSE, TRUE, TRUE },
    [ASPECT_PRIORITY] = { "priority", FALSE, FALSE, TRUE, TRUE },
    [ASPECT_ASSIGNEE] = { "assignee", FALSE, FALSE, TRUE, TRUE },
    [ASPECT_TARGET] = { "target", FALSE, FALSE, TRUE, TRUE },
    [ASPECT_STATUS] = { "status", FALSE, FALSE, TRUE, FALSE },
    [ASPECT_CORRELATION] = { "correlation key", FALSE, FALSE, TRUE, TRUE },
    [ASPECT_TAG] = { "tag", TRUE, FALSE, TRUE, FALSE },
    [ASPECT_FIELD] = { "field", FALSE, TRUE, TRUE, FALSE },
    [ASPECT_NOTE] = { "note", TRUE, FALSE, TRUE, FALSE },
    [ASPECT_ACKNOWLEDGEMENT] = { "automatic answer", FALSE, FALSE, FALSE, FALSE },
    [ASPECT_MAIL] = { "mail", TRUE, TRUE, FALSE, FALSE },
};
G_STATIC_ASSERT(G_N_ELEMENTS(aspects) == N_ASPECTS);

const char *
aspect_name(Aspect aspect)
{
    g_assert((gsize) aspect < N_ASPECTS);
    return aspects[aspect].name;
}

/* ---- reading ------------------------------------------------------------------------------------------------ */

static void
item_free(gpointer data)
{
    ViewItem *item = data;

    g_free(item->name);
    g_free(item->value);
    g_free(item->by);
    g_free(item);
}

static const char *
text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static gboolean
is_same_thing(const ViewItem *item, Aspect aspect, const char *name, const char *value)
{
    return item->aspect == aspect && (!aspects[aspect].named || g_strcmp0(item->name, name) == 0)
           && (!aspects[aspect].several || g_strcmp0(item->value, value) == 0);
}

/* What is said twice holds as it was said last. */
static void
put(GPtrArray *view, Aspect aspect, const char *name, const char *value, const char *by)
{
    ViewItem *item = NULL;

    for (guint i = 0; i < view->len && item == NULL; i++)
        if (is_same_thing(view->pdata[i], aspect, name, value))
            item = view->pdata[i];
    if (item == NULL) {
        item = g_new0(ViewItem, 1);
        item->aspect = aspect;
        item->name = g_strdup(name);
        g_ptr_array_add(view, item);
    }
    g_free(item->value);
    g_free(item->by);
    item->value = g_strdup(value != NULL ? value : "");
    item->by = g_strdup(by);
}

/* Only rules name themselves with a line. */
static const char *
rule_in(const char *reason)
{
    const char *colon = reason != NULL ? strrchr(reason, ':') : NULL;

    return colon != NULL && g_ascii_isdigit(colon[1]) ? reason : NULL;
}

static void
view_ticket(GPtrArray *view, const json_t *effect)
{
    put(view, ASPECT_TICKET, NULL, "a new ticket", NULL);
    put(view, ASPECT_QUEUE, NULL, text_of(effect, "queue"), text_of(effect, "filed_by"));
    put(view, ASPECT_PRIORITY, NULL, text_of(effect, "priority"), NULL);
}

static void
view_article(GPtrArray *view, const json_t *effect)
{
    gint64 ticket = json_integer_value(json_object_get(effect, "ticket"));
    g_autofree char *text = NULL;

    for (guint i = 0; i < view->len; i++)
        if (((ViewItem *) view->pdata[i])->aspect == ASPECT_TICKET)
            return;
    text = ticket < TICKETS_OF_REPLAY ? g_strdup_printf("ticket #%" G_GINT64_FORMAT, ticket)
                                      : g_strdup_printf("the ticket of mail %" G_GINT64_FORMAT, ticket - TICKETS_OF_REPLAY);
    put(view, ASPECT_TICKET, NULL, text, NULL);
}

static void
view_status(GPtrArray *view, const json_t *effect)
{
    put(view, ASPECT_STATUS, NULL, text_of(effect, "status"), rule_in(text_of(effect, "reason")));
}

/* The automatic answer is told by the decision as a whole, which also says why there is none. */
static void
view_mail(GPtrArray *view, const json_t *effect)
{
    const char *kind = text_of(effect, "kind");

    if (g_strcmp0(kind, "acknowledgement") == 0 || g_strcmp0(kind, "refusal") == 0)
        put(view, ASPECT_ACKNOWLEDGEMENT, NULL, kind, NULL);
    else
        put(view, ASPECT_MAIL, kind, text_of(effect, "to"), rule_in(text_of(effect, "reason")));
}

static const Aspect aspect_of_change[] = {
    [CHANGE_QUEUE] = ASPECT_QUEUE, [CHANGE_PRIORITY] = ASPECT_PRIORITY, [CHANGE_ASSIGNEE] = ASPECT_ASSIGNEE,
    [CHANGE_TAG] = ASPECT_TAG, [CHANGE_FIELD] = ASPECT_FIELD, [CHANGE_CORRELATION] = ASPECT_CORRELATION,
    [CHANGE_TARGET] = ASPECT_TARGET,
};
G_STATIC_ASSERT(G_N_ELEMENTS(aspect_of_change) == N_CHANGES);

static void
view_change(GPtrArray *view, const json_t *effect)
{
    const char *what = text_of(effect, "what");

    for (ChangeKind kind = 0; kind < N_CHANGES; kind++)
        if (g_strcmp0(what, change_kind_name(kind)) == 0)
            put(view, aspect_of_change[kind], text_of(effect, "name"), text_of(effect, "value"), rule_in(text_of(effect, "reason")));
}

static void
view_note(GPtrArray *view, const json_t *effect)
{
    put(view, ASPECT_NOTE, NULL, text_of(effect, "text"), rule_in(text_of(effect, "reason")));
}

/* Follows from the rest, or is nothing that a rule decides. */
static void
view_nothing(G_GNUC_UNUSED GPtrArray *view, G_GNUC_UNUSED const json_t *effect)
{
}

typedef void (*ViewEffect)(GPtrArray *view, const json_t *effect);

static const ViewEffect view_effects[] = {
    [EFFECT_TICKET] = view_ticket,       [EFFECT_ARTICLE] = view_article, [EFFECT_PARTICIPANT] = view_nothing,
    [EFFECT_STATUS] = view_status,       [EFFECT_MERGE] = view_nothing,   [EFFECT_LINK] = view_nothing,
    [EFFECT_EVENT] = view_nothing,       [EFFECT_TAKE] = view_nothing,    [EFFECT_MAIL] = view_mail,
    [EFFECT_RETURNED] = view_nothing,    [EFFECT_PERSON] = view_nothing,  [EFFECT_IMAGES] = view_nothing,
    [EFFECT_CHANGE] = view_change,       [EFFECT_NOTE] = view_note,       [EFFECT_SEEN] = view_nothing,
};
G_STATIC_ASSERT(G_N_ELEMENTS(view_effects) == N_EFFECTS);

gboolean
decision_view_knows_effect(int kind)
{
    return kind >= 0 && kind < N_EFFECTS && view_effects[kind] != NULL;
}

gboolean
decision_view_knows_change(int what)
{
    return what >= 0 && what < N_CHANGES && aspect_of_change[what] != ASPECT_OUTCOME;
}

static void
view_effect(GPtrArray *view, const json_t *effect)
{
    const char *name = text_of(effect, "effect");

    for (EffectKind kind = 0; kind < N_EFFECTS; kind++)
        if (g_strcmp0(name, effect_kind_name(kind)) == 0)
            view_effects[kind](view, effect);
}

/* "joined by correlation key": no rule's place, but the reason nonetheless. */
static void
tell_how_joined(GPtrArray *view, const char *reason)
{
    for (guint i = 0; i < view->len; i++) {
        ViewItem *item = view->pdata[i];

        if (item->aspect == ASPECT_TICKET && !g_str_equal(item->value, "a new ticket"))
            item->by = g_strdup(reason);
    }
}

GPtrArray *
decision_view(const json_t *decided)
{
    GPtrArray *view = g_ptr_array_new_with_free_func(item_free);
    const char *outcome = text_of(decided, "outcome"), *silence = text_of(decided, "acknowledgement");
    const json_t *effect;
    gsize i;

    put(view, ASPECT_OUTCOME, NULL, outcome, g_strcmp0(outcome, "ticket") != 0 ? text_of(decided, "reason") : NULL);
    if (silence != NULL && g_str_has_prefix(silence, "none: "))
        put(view, ASPECT_ACKNOWLEDGEMENT, NULL, "none", silence + strlen("none: "));
    json_array_foreach(json_object_get(decided, "effects"), i, effect)
        view_effect(view, effect);
    tell_how_joined(view, text_of(decided, "reason"));
    return view;
}

/* ---- comparing ---------------------------------------------------------------------------------------------- */

static void
change_free(gpointer data)
{
    ViewChange *change = data;

    g_free(change->name);
    g_free(change->was);
    g_free(change->would);
    g_free(change->was_by);
    g_free(change->would_by);
    g_free(change);
}

static const ViewItem *
find(const GPtrArray *view, const ViewItem *like)
{
    for (guint i = 0; i < view->len; i++)
        if (is_same_thing(view->pdata[i], like->aspect, like->name, like->value))
            return view->pdata[i];
    return NULL;
}

static const char *
value_of(const GPtrArray *view, Aspect aspect)
{
    const ViewItem like = { .aspect = aspect };
    const ViewItem *item = find(view, &like);

    return item != NULL ? item->value : NULL;
}

static void
add_change(GPtrArray *changes, const ViewItem *was, const ViewItem *would)
{
    const ViewItem *any = was != NULL ? was : would;
    ViewChange *change = g_new0(ViewChange, 1);

    change->aspect = any->aspect;
    change->name = g_strdup(any->name);
    change->was = was != NULL ? g_strdup(was->value) : NULL;
    change->would = would != NULL ? g_strdup(would->value) : NULL;
    change->was_by = was != NULL ? g_strdup(was->by) : NULL;
    change->would_by = would != NULL ? g_strdup(would->by) : NULL;
    g_ptr_array_add(changes, change);
}

typedef struct {
    gboolean both_tickets;     /* else what becomes of a ticket is no difference of its own */
    gboolean same_kind;        /* both new, or both joined                                  */
} Comparable;

static gboolean
is_compared(const Comparable *how, Aspect aspect)
{
    return (how->both_tickets || !aspects[aspect].of_ticket) && (how->same_kind || !aspects[aspect].of_new);
}

static int
by_aspect(gconstpointer a, gconstpointer b)
{
    const ViewChange *left = *(const ViewChange *const *) a, *right = *(const ViewChange *const *) b;

    if (left->aspect != right->aspect)
        return left->aspect < right->aspect ? -1 : 1;
    return g_strcmp0(left->name, right->name);
}

GPtrArray *
decision_differences(const json_t *was_decided, const json_t *would_decided)
{
    g_autoptr(GPtrArray) was = decision_view(was_decided), would = decision_view(would_decided);
    GPtrArray *changes = g_ptr_array_new_with_free_func(change_free);
    const char *was_ticket = value_of(was, ASPECT_TICKET), *would_ticket = value_of(would, ASPECT_TICKET);
    const Comparable how = { was_ticket != NULL && would_ticket != NULL,
                             (g_strcmp0(was_ticket, "a new ticket") == 0) == (g_strcmp0(would_ticket, "a new ticket") == 0) };

    for (guint i = 0; i < was->len; i++) {
        const ViewItem *item = was->pdata[i], *other = find(would, item);

        if (is_compared(&how, item->aspect) && (other == NULL || g_strcmp0(item->value, other->value) != 0))
            add_change(changes, item, other);
    }
    for (guint i = 0; i < would->len; i++) {
        const ViewItem *item = would->pdata[i];

        if (is_compared(&how, item->aspect) && find(was, item) == NULL)
            add_change(changes, NULL, item);
    }
    g_ptr_array_sort(changes, by_aspect);
    return changes;
}
