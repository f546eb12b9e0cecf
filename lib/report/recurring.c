#include "report/recurring.h"

#include <string.h>

#include "report/subject.h"
#include "targets/civil.h"

static void
item_free(gpointer data)
{
    RecurringItem *item = data;

    g_free(item->name);
    g_free(item->title);
    g_free(item);
}

void
recurring_free(Recurring *recurring)
{
    if (recurring == NULL)
        return;
    g_clear_pointer(&recurring->subjects, g_ptr_array_unref);
    g_clear_pointer(&recurring->keys, g_ptr_array_unref);
    g_clear_pointer(&recurring->articles, g_ptr_array_unref);
    g_free(recurring);
}

/* ---- subjects ----------------------------------------------------------------------------------------------- */

static void
count_subject(gpointer data, const char *subject, gint64 count, gint64 before, gint64 newest)
{
    GHashTable *forms = data;
    g_autofree char *form = subject_form(subject);
    RecurringItem *item = g_hash_table_lookup(forms, form);

    if (item == NULL) {
        item = g_new0(RecurringItem, 1);
        item->name = g_steal_pointer(&form);
        g_hash_table_insert(forms, item->name, item);
    }
    item->count += count;
    item->before += before;
    item->ticket = MAX(item->ticket, newest);
}

static int
most_frequent_first(gconstpointer a, gconstpointer b)
{
    const RecurringItem *one = *(const RecurringItem *const *) a, *other = *(const RecurringItem *const *) b;

    if (one->count != other->count)
        return one->count > other->count ? -1 : 1;
    if (one->before != other->before)
        return one->before > other->before ? -1 : 1;
    return strcmp(one->name, other->name);
}

static GPtrArray *
subjects_of(GHashTable *forms, gint64 at_most)
{
    GPtrArray *subjects = g_ptr_array_new_with_free_func(item_free);
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, forms);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        RecurringItem *item = value;

        g_hash_table_iter_steal(&iter);
        if (item->count >= 2)
            g_ptr_array_add(subjects, item);
        else
            item_free(item);
    }
    g_ptr_array_sort(subjects, most_frequent_first);
    if (at_most > 0 && subjects->len > at_most)
        g_ptr_array_set_size(subjects, (int) at_most);
    return subjects;
}

/* ---- all three ---------------------------------------------------------------------------------------------- */

static GPtrArray *
items_of(const json_t *rows)
{
    GPtrArray *items = g_ptr_array_new_with_free_func(item_free);
    const json_t *row;
    gsize i;

    json_array_foreach(rows, i, row) {
        RecurringItem *item = g_new0(RecurringItem, 1);

        item->name = g_strdup(json_string_value(json_object_get(row, "name")));
        item->title = g_strdup(json_string_value(json_object_get(row, "title")));
        item->count = json_integer_value(json_object_get(row, "count"));
        item->before = json_integer_value(json_object_get(row, "before"));
        item->ticket = json_integer_value(json_object_get(row, "ticket"));
        g_ptr_array_add(items, item);
    }
    return items;
}

Recurring *
recurring_read(Store *store, const ReportSpan *span, gint64 at_most, GError **error)
{
    g_autoptr(ReportSpan) earlier = report_span_before(span);
    gint64 from = report_span_moment(span, 0), to = report_span_moment(span, report_span_periods(span)), before = report_span_moment(earlier, 0);
    g_autoptr(GHashTable) forms = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, item_free);
    g_autoptr(Recurring) recurring = g_new0(Recurring, 1);
    g_autoptr(Json) keys = NULL, articles = NULL;

    if (!store_report_subjects(store, from, to, before, count_subject, forms, error))
        return NULL;
    keys = store_report_recurring(store, QUERY_REPORT_KEYS, from, to, before, at_most, error);
    if (keys == NULL)
        return NULL;
    articles = store_report_recurring(store, QUERY_REPORT_ARTICLES, from, to, before, at_most, error);
    if (articles == NULL)
        return NULL;
    recurring->span = span;
    recurring->before = earlier->first;
    recurring->subjects = subjects_of(forms, at_most);
    recurring->keys = items_of(keys);
    recurring->articles = items_of(articles);
    return g_steal_pointer(&recurring);
}

static json_t *
items_json(const GPtrArray *items)
{
    json_t *array = json_array();

    for (guint i = 0; i < items->len; i++) {
        const RecurringItem *item = items->pdata[i];
        json_t *object = json_object();

        json_object_set_new(object, "name", json_text(item->name));
        if (item->title != NULL)
            json_object_set_new(object, "title", json_text(item->title));
        json_object_set_new(object, "count", json_integer(item->count));
        json_object_set_new(object, "before", json_integer(item->before));
        json_object_set_new(object, "change", json_integer(item->count - item->before));
        json_object_set_new(object, "newest_ticket", json_integer(item->ticket));
        json_array_append_new(array, object);
    }
    return array;
}

json_t *
recurring_to_json(const Recurring *recurring)
{
    g_autofree char *since = civil_format(recurring->span->first), *until = civil_format(recurring->span->end),
                    *before = civil_format(recurring->before);
    json_t *object = json_object();

    json_object_set_new(object, "since", json_text(since));
    json_object_set_new(object, "until", json_text(until));
    json_object_set_new(object, "compared_since", json_text(before));
    json_object_set_new(object, "timezone", json_text(zone_name(recurring->span->zone)));
    json_object_set_new(object, "subjects", items_json(recurring->subjects));
    json_object_set_new(object, "correlation_keys", items_json(recurring->keys));
    json_object_set_new(object, "help_articles", items_json(recurring->articles));
    return object;
}
