/*
 * replay-report.c - a thousand mails that one rule treats alike are one thing to tell
 *
 * A group is what changes and by which rule. Values that come out of the mails themselves (a field, a note, a ticket's number) do not divide it: where they differ
 * they stand beside each mail. What is kept is bounded: a few mails of each group, and so many groups.
 */
#include "replay-report.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli.h"

#define SHOWN_MAILS  5
#define SHOWN_GROUPS 20
#define KEPT_GROUPS  2000

typedef struct {
    json_t   *changes;         /* of its first mail                        */
    gboolean *varies;          /* by change: its values are not all alike  */
    gint64    mails;
    GPtrArray *kept;           /* json_t *: mails                          */
} Group;

typedef struct {
    char  *queue, *change, *by;
    gint64 mails;
} Action;

struct ReplayReport {
    gboolean    all;
    GHashTable *groups;        /* what changes, as text -> Group *  */
    GHashTable *actions;       /* queue, change, rule -> Action *   */
    GHashTable *errors;        /* text -> gint64 *                  */
    gint64      others;        /* mails of groups that are not kept */
};

/* ---- ownership ---------------------------------------------------------------------------------------------- */

static void
group_free(gpointer data)
{
    Group *group = data;

    json_decref(group->changes);
    g_free(group->varies);
    g_ptr_array_unref(group->kept);
    g_free(group);
}

static void
action_free(gpointer data)
{
    Action *action = data;

    g_free(action->queue);
    g_free(action->change);
    g_free(action->by);
    g_free(action);
}

ReplayReport *
replay_report_new(gboolean all)
{
    ReplayReport *report = g_new0(ReplayReport, 1);

    report->all = all;
    report->groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, group_free);
    report->actions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, action_free);
    report->errors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return report;
}

void
replay_report_free(ReplayReport *report)
{
    if (report == NULL)
        return;
    g_hash_table_unref(report->groups);
    g_hash_table_unref(report->actions);
    g_hash_table_unref(report->errors);
    g_free(report);
}

/* ---- one change as text ------------------------------------------------------------------------------------- */

static const char *
text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* What comes out of the mail itself. */
static gboolean
is_of_the_mail(const json_t *change)
{
    static const char *const whats[] = { "ticket", "field", "note", "correlation key", NULL };

    return g_strv_contains(whats, text_of(change, "what"));
}

static char *
label_of(const json_t *change)
{
    const char *name = text_of(change, "name"), *what = text_of(change, "what");

    return name != NULL ? g_strdup_printf("%s %s", what, name) : g_strdup(what);
}

static char *
shorten(const char *text)
{
    g_autofree char *cut = text_cut(text, 60);
    g_autofree char *escaped = text_escape(cut);

    return strlen(cut) < strlen(text) ? g_strconcat(escaped, "...", NULL) : g_steal_pointer(&escaped);
}

/* "support -> billing", "+ urgent", "- urgent" */
static char *
values_of(const json_t *change)
{
    const char *was = text_of(change, "was"), *would = text_of(change, "would");
    g_autofree char *before = was != NULL ? shorten(was) : NULL, *after = would != NULL ? shorten(would) : NULL;

    if (before == NULL)
        return g_strdup_printf("+ %s", after);
    return after == NULL ? g_strdup_printf("- %s", before) : g_strdup_printf("%s -> %s", before, after);
}

/* Without values: whether it comes, goes, or becomes another one. */
static const char *
kind_of(const json_t *change)
{
    if (text_of(change, "was") == NULL)
        return "+";
    return text_of(change, "would") == NULL ? "-" : "differs";
}

static char *
reason_of(const json_t *change)
{
    const char *by = text_of(change, "by"), *was_by = text_of(change, "was_by");
    g_autofree char *text = text_escape(by != NULL ? by : was_by != NULL ? was_by : "");

    if (by != NULL)
        return g_steal_pointer(&text);
    return was_by != NULL ? g_strdup_printf("no longer: %s", text) : g_strdup("no rule: follows from the rest");
}

/* ---- taking in ---------------------------------------------------------------------------------------------- */

static char *
group_key(const json_t *changes)
{
    GString *key = g_string_new(NULL);
    const json_t *change;
    gsize i;

    json_array_foreach(changes, i, change) {
        g_autofree char *label = label_of(change), *values = values_of(change), *reason = reason_of(change);

        g_string_append_printf(key, "%s\n%s\n%s\n", label, is_of_the_mail(change) ? kind_of(change) : values, reason);
    }
    return g_string_free(key, FALSE);
}

static Group *
group_new(const json_t *changes)
{
    Group *group = g_new0(Group, 1);

    group->changes = json_incref((json_t *) changes);
    group->varies = g_new0(gboolean, json_array_size(changes) + 1);
    group->kept = g_ptr_array_new_with_free_func((GDestroyNotify) json_decref);
    return group;
}

/* The first ones by their numbers, whichever process was faster. */
static void
keep(Group *group, const json_t *mail, gboolean all)
{
    gint64 id = json_integer_value(json_object_get(mail, "inbound"));
    guint place = group->kept->len;

    if (all) {
        g_ptr_array_add(group->kept, json_incref((json_t *) mail));
        return;
    }
    while (place > 0 && json_integer_value(json_object_get(group->kept->pdata[place - 1], "inbound")) > id)
        place--;
    if (place >= SHOWN_MAILS)
        return;
    g_ptr_array_insert(group->kept, (gint) place, json_incref((json_t *) mail));
    if (group->kept->len > SHOWN_MAILS)
        g_ptr_array_set_size(group->kept, SHOWN_MAILS);
}

static void
group_add(Group *group, const json_t *mail, gboolean all)
{
    const json_t *change;
    gsize i;

    group->mails++;
    json_array_foreach(json_object_get(mail, "changes"), i, change)
        if (g_strcmp0(text_of(change, "was"), text_of(json_array_get(group->changes, i), "was")) != 0
            || g_strcmp0(text_of(change, "would"), text_of(json_array_get(group->changes, i), "would")) != 0)
            group->varies[i] = TRUE;
    keep(group, mail, all);
}

static void
add_to_group(ReplayReport *report, const json_t *mail)
{
    const json_t *changes = json_object_get(mail, "changes");
    g_autofree char *key = group_key(changes);
    Group *group = g_hash_table_lookup(report->groups, key);

    if (group == NULL && g_hash_table_size(report->groups) >= KEPT_GROUPS) {
        report->others++;
        return;
    }
    if (group == NULL) {
        group = group_new(changes);
        g_hash_table_insert(report->groups, g_steal_pointer(&key), group);
    }
    group_add(group, mail, report->all);
}

static void
add_action(ReplayReport *report, const char *queue, const json_t *change)
{
    g_autofree char *label = label_of(change), *values = values_of(change), *by = reason_of(change);
    g_autofree char *text = g_strdup_printf("%s: %s", label, is_of_the_mail(change) ? kind_of(change) : values);
    g_autofree char *key = g_strdup_printf("%s\n%s\n%s", queue, text, by);
    Action *action = g_hash_table_lookup(report->actions, key);

    if (action == NULL && g_hash_table_size(report->actions) >= KEPT_GROUPS)
        return;
    if (action == NULL) {
        action = g_new0(Action, 1);
        action->queue = g_strdup(queue);
        action->change = g_steal_pointer(&text);
        action->by = g_steal_pointer(&by);
        g_hash_table_insert(report->actions, g_steal_pointer(&key), action);
    }
    action->mails++;
}

void
replay_report_add(ReplayReport *report, const json_t *mail)
{
    const char *error = text_of(mail, "error"), *queue = text_of(mail, "queue");
    const json_t *changes = json_object_get(mail, "changes"), *change;
    gint64 *failures = error != NULL ? g_hash_table_lookup(report->errors, error) : NULL;
    gsize i;

    if (failures == NULL && error != NULL && g_hash_table_size(report->errors) < KEPT_GROUPS) {
        failures = g_new0(gint64, 1);
        g_hash_table_insert(report->errors, g_strdup(error), failures);
    }
    if (failures != NULL)
        (*failures)++;
    if (json_array_size(changes) == 0)
        return;
    add_to_group(report, mail);
    json_array_foreach(changes, i, change)
        add_action(report, queue != NULL ? queue : "", change);
}

/* ---- the groups --------------------------------------------------------------------------------------------- */

static void
print_mail(const Group *group, const json_t *mail)
{
    g_autofree char *received = g_strndup(text_of(mail, "received"), strlen("2026-11-22T10:00"));
    g_autofree char *from = shorten(text_of(mail, "from") != NULL ? text_of(mail, "from") : "(no sender)");
    g_autofree char *subject = shorten(text_of(mail, "subject") != NULL ? text_of(mail, "subject") : "(no subject)");
    gint64 ticket = json_integer_value(json_object_get(mail, "ticket"));
    g_autofree char *which = ticket != 0 ? g_strdup_printf("#%" G_GINT64_FORMAT, ticket)
                                         : g_strdup_printf("mail %" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(mail, "inbound")));
    const json_t *change;
    gsize i;

    g_strdelimit(received, "T", ' ');
    printf("    %-8s %s  %-28s %s\n", which, received, from, subject);
    json_array_foreach(json_object_get(mail, "changes"), i, change) {
        g_autofree char *label = group->varies[i] ? label_of(change) : NULL, *values = values_of(change);

        if (label != NULL)
            printf("             %s: %s\n", label, values);
    }
}

static void
print_group(const Group *group)
{
    const json_t *change;
    gsize i;

    printf("%" G_GINT64_FORMAT " mail%s\n", group->mails, group->mails == 1 ? "" : "s");
    json_array_foreach(group->changes, i, change) {
        g_autofree char *label = label_of(change), *values = values_of(change), *reason = reason_of(change);
        g_autofree char *text = g_strdup_printf("%s: %s", label, group->varies[i] ? "(see each mail)" : values);

        printf("  %-44s %s\n", text, reason);
    }
    for (guint k = 0; k < group->kept->len; k++)
        print_mail(group, group->kept->pdata[k]);
    if (group->kept->len < group->mails)
        printf("    ... and %" G_GINT64_FORMAT " more (--all shows them)\n", group->mails - group->kept->len);
    puts("");
}

static int
by_mails(gconstpointer a, gconstpointer b)
{
    const Group *left = *(const Group *const *) a, *right = *(const Group *const *) b;

    if (left->mails != right->mails)
        return left->mails > right->mails ? -1 : 1;
    return json_integer_value(json_object_get(left->kept->pdata[0], "inbound"))
                   < json_integer_value(json_object_get(right->kept->pdata[0], "inbound")) ? -1 : 1;
}

static int
by_inbound(gconstpointer a, gconstpointer b)
{
    gint64 left = json_integer_value(json_object_get(*(json_t *const *) a, "inbound"));
    gint64 right = json_integer_value(json_object_get(*(json_t *const *) b, "inbound"));

    return left < right ? -1 : left > right;
}

static GPtrArray *
values_sorted(GHashTable *table, GCompareFunc compare)
{
    GPtrArray *list = g_ptr_array_new();
    GHashTableIter each;
    gpointer value;

    g_hash_table_iter_init(&each, table);
    while (g_hash_table_iter_next(&each, NULL, &value))
        g_ptr_array_add(list, value);
    g_ptr_array_sort(list, compare);
    return list;
}

void
replay_report_print(const ReplayReport *report)
{
    g_autoptr(GPtrArray) groups = NULL;
    GHashTableIter each;
    gpointer value;
    guint shown;

    g_hash_table_iter_init(&each, report->groups);
    while (g_hash_table_iter_next(&each, NULL, &value))
        g_ptr_array_sort(((Group *) value)->kept, by_inbound);
    groups = values_sorted(report->groups, by_mails);
    shown = report->all ? groups->len : MIN(groups->len, SHOWN_GROUPS);
    for (guint i = 0; i < shown; i++)
        print_group(groups->pdata[i]);
    if (shown < groups->len)
        printf("... and %u more kinds of difference (--all shows them)\n\n", groups->len - shown);
    if (report->others > 0)
        printf("... and %" G_GINT64_FORMAT " mails in more kinds of difference than are kept apart\n\n", report->others);
}

/* ---- the sums ----------------------------------------------------------------------------------------------- */

static int
actions_by_mails(gconstpointer a, gconstpointer b)
{
    const Action *left = *(const Action *const *) a, *right = *(const Action *const *) b;
    int order = strcmp(left->queue, right->queue);

    if (order == 0 && left->mails != right->mails)
        order = left->mails > right->mails ? -1 : 1;
    return order != 0 ? order : strcmp(left->change, right->change);
}

json_t *
replay_report_actions(const ReplayReport *report)
{
    g_autoptr(GPtrArray) actions = values_sorted(report->actions, actions_by_mails);
    json_t *list = json_array();

    for (guint i = 0; i < actions->len; i++) {
        const Action *action = actions->pdata[i];
        json_t *row = json_object();

        json_object_set_new(row, "queue", json_text(action->queue));
        json_object_set_new(row, "mails", json_integer(action->mails));
        json_object_set_new(row, "change", json_text(action->change));
        json_object_set_new(row, "by", json_text(action->by));
        json_array_append_new(list, row);
    }
    return list;
}

json_t *
replay_report_errors(const ReplayReport *report)
{
    json_t *list = json_array();
    GHashTableIter each;
    gpointer text, mails;

    g_hash_table_iter_init(&each, report->errors);
    while (g_hash_table_iter_next(&each, &text, &mails)) {
        json_t *row = json_object();

        json_object_set_new(row, "mails", json_integer(*(const gint64 *) mails));
        json_object_set_new(row, "error", json_text(text));
        json_array_append_new(list, row);
    }
    return list;
}
