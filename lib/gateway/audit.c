#include "gateway/audit.h"

#include <string.h>

#include "message/content-key.h"
#include "store/books.h"

#define PAGE 100
#define EXAMPLES 5

static json_t *
check_object(const char *name, gint64 count, gint64 broken, const char *examples)
{
    json_t *object = json_object();

    json_object_set_new(object, "check", json_text(name));
    json_object_set_new(object, "count", json_integer(count));
    json_object_set_new(object, "broken", json_integer(broken));
    json_object_set_new(object, "examples", broken > 0 ? json_text(examples) : json_null());
    return object;
}

static gboolean
key_is_right(const ContentKeyRow *row)
{
    guint8 key[32];

    content_key(g_bytes_get_data(row->bytes, NULL), g_bytes_get_size(row->bytes), row->queue, key, NULL);
    return memcmp(key, row->key, sizeof key) == 0;
}

static json_t *
check_content_keys(Store *store, GError **error)
{
    g_autoptr(GString) examples = g_string_new(NULL);
    gint64 count = 0, broken = 0, after = 0;

    for (;;) {
        g_autoptr(GPtrArray) rows = NULL;

        if (!store_content_keys(store, after, PAGE, &rows, error))
            return NULL;
        if (rows->len == 0)
            break;
        for (guint i = 0; i < rows->len; i++) {
            const ContentKeyRow *row = g_ptr_array_index(rows, i);

            after = row->inbound;
            count++;
            if (key_is_right(row))
                continue;
            if (broken++ < EXAMPLES)
                g_string_append_printf(examples, "%s%" G_GINT64_FORMAT, examples->len > 0 ? " " : "", row->inbound);
        }
    }
    return check_object("each content key is the one of its original", count, broken, examples->str);
}

json_t *
audit_run(Store *store, gboolean *sound_out, GError **error)
{
    g_autoptr(Json) checks = store_books(store, error);
    json_t *keys, *check;
    gboolean sound = TRUE;
    gsize i;

    if (checks == NULL)
        return NULL;
    keys = check_content_keys(store, error);
    if (keys == NULL)
        return NULL;
    json_array_append_new(checks, keys);
    json_array_foreach(checks, i, check)
        sound = sound && json_integer_value(json_object_get(check, "broken")) == 0;
    *sound_out = sound;
    return g_steal_pointer(&checks);
}
