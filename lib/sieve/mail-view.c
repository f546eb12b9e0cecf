#include "sieve/mail-addresses-private.h"

#include <string.h>

#include "base/limits.h"

struct MailView {
    const Message *message;
    gint64         size;
    guint          version;
    GPtrArray     *fields;        /* MailField *: all of them, in order */
    GHashTable    *by_name;       /* lower-case name -> GPtrArray * of MailField * */
    GHashTable    *addresses;     /* lower-case name -> GPtrArray * of MailAddress * */
    GPtrArray     *deleted;       /* MailField *: somebody may still hold them */
};

static void
field_free(gpointer data)
{
    MailField *field = data;

    g_free(field->name);
    g_free(field->value);
    g_free(field);
}

static MailField *
field_new(const char *name, const char *value, gboolean added)
{
    MailField *field = g_new0(MailField, 1);

    field->name = g_strdup(name);
    field->value = g_strstrip(g_strdup(value));
    field->added = added;
    return field;
}

/* Views are told apart too: a test of rules may replace the message under a run. */
static guint versions;

guint
mail_view_version(const MailView *view)
{
    return view->version;
}

static MailField *
field_copy(const MailField *field)
{
    MailField *copy = field_new(field->name, field->value, field->added);

    copy->last = field->last;
    copy->number = field->number;
    return copy;
}

MailView *
mail_view_new(const Message *message)
{
    MailView *view = g_new0(MailView, 1);

    view->message = message;
    view->version = ++versions;
    view->fields = g_ptr_array_new_with_free_func(field_free);
    view->deleted = g_ptr_array_new_with_free_func(field_free);
    view->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
    view->addresses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
    for (guint i = 0; i < message->headers->len; i++) {
        const MessageHeader *header = message->headers->pdata[i];

        MailField *field = field_new(header->name, header->value, FALSE);

        field->number = i;
        g_ptr_array_add(view->fields, field);
    }
    return view;
}

MailView *
mail_view_copy(const MailView *view)
{
    MailView *copy = g_new0(MailView, 1);

    copy->message = view->message;
    copy->version = ++versions;
    copy->size = view->size;
    copy->fields = g_ptr_array_new_with_free_func(field_free);
    copy->deleted = g_ptr_array_new_with_free_func(field_free);
    copy->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
    copy->addresses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
    for (guint i = 0; i < view->fields->len; i++)
        g_ptr_array_add(copy->fields, field_copy(view->fields->pdata[i]));
    for (guint i = 0; i < view->deleted->len; i++)
        g_ptr_array_add(copy->deleted, field_copy(view->deleted->pdata[i]));
    return copy;
}

void
mail_view_free(MailView *view)
{
    if (view == NULL)
        return;
    g_hash_table_unref(view->by_name);
    g_hash_table_unref(view->addresses);
    g_ptr_array_unref(view->fields);
    g_ptr_array_unref(view->deleted);
    g_free(view);
}

const Message *
mail_view_message(const MailView *view)
{
    return view->message;
}

gint64
mail_view_size(const MailView *view)
{
    return view->size;
}

void
mail_view_set_size(MailView *view, gint64 size)
{
    view->size = size;
}

/* One pass over the header for all names: the second name that is asked finds its fields. */
static void
index_fields(MailView *view)
{
    for (guint i = 0; i < view->fields->len; i++) {
        MailField *field = view->fields->pdata[i];
        g_autofree char *name = g_ascii_strdown(field->name, -1);
        GPtrArray *same = g_hash_table_lookup(view->by_name, name);

        if (same == NULL) {
            same = g_ptr_array_new();
            g_hash_table_insert(view->by_name, g_steal_pointer(&name), same);
        }
        g_ptr_array_add(same, field);
    }
}

const GPtrArray *
mail_fields(MailView *view, const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    GPtrArray *found;

    if (g_hash_table_size(view->by_name) == 0)
        index_fields(view);
    found = g_hash_table_lookup(view->by_name, lower);
    if (found == NULL) {
        found = g_ptr_array_new();
        g_hash_table_insert(view->by_name, g_steal_pointer(&lower), found);
    }
    return found;
}

/* Address fields were parsed with the message, by the raw value: a display name cannot smuggle an address in. */
static const GPtrArray *
parsed_addresses(const Message *message, const char *name)
{
    const struct {
        const char      *name;
        const GPtrArray *addresses;
    } known[] = {
        { "from", message->from },           { "reply-to", message->reply_to },     { "to", message->to },
        { "cc", message->cc },               { "bcc", message->bcc },               { "resent-to", message->resent_to },
        { "resent-cc", message->resent_cc }, { "resent-bcc", message->resent_bcc },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        if (strcmp(known[i].name, name) == 0)
            return known[i].addresses;
    }
    return NULL;
}

static gboolean
was_edited(const MailView *view, const char *name)
{
    for (guint i = 0; i < view->deleted->len; i++) {
        if (g_ascii_strcasecmp(((MailField *) view->deleted->pdata[i])->name, name) == 0)
            return TRUE;
    }
    for (guint i = 0; i < view->fields->len; i++) {
        const MailField *field = view->fields->pdata[i];

        if (field->added && g_ascii_strcasecmp(field->name, name) == 0)
            return TRUE;
    }
    return FALSE;
}

const GPtrArray *
mail_addresses(MailView *view, const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    GPtrArray *found = g_hash_table_lookup(view->addresses, lower);

    if (found == NULL) {
        found = mail_addresses_collect(mail_fields(view, lower), was_edited(view, lower) ? NULL : parsed_addresses(view->message, lower));
        g_hash_table_insert(view->addresses, g_steal_pointer(&lower), found);
    }
    return found;
}

static void
forget(MailView *view)
{
    g_hash_table_remove_all(view->by_name);
    g_hash_table_remove_all(view->addresses);
    view->version = ++versions;
}

/* As one line; a field that was folded or encoded in the message took a little more. */
static gint64
field_size(const char *name, const char *value)
{
    return (gint64) (strlen(name) + strlen(value) + strlen(": \r\n"));
}

void
mail_add_field(MailView *view, const char *name, const char *value, gboolean last)
{
    MailField *field = field_new(name, value, TRUE);

    field->last = last;
    g_ptr_array_insert(view->fields, last ? (gint) view->fields->len : 0, field);
    view->size += field_size(name, value);
    forget(view);
}

void
mail_delete_field(MailView *view, const MailField *field)
{
    guint index;

    if (!g_ptr_array_find(view->fields, field, &index))
        return;
    view->size = MAX(0, view->size - field_size(field->name, field->value));
    g_ptr_array_add(view->deleted, g_ptr_array_steal_index(view->fields, index));
    forget(view);
}

/* ---- what was done ------------------------------------------------------------------------------------------ */

static void
edit_free(gpointer data)
{
    SieveEdit *edit = data;

    g_free(edit->name);
    g_free(edit->value);
    g_free(edit);
}

static void
add_additions(GPtrArray *edits, const MailView *view, gboolean last)
{
    for (guint i = 0; i < view->fields->len; i++) {
        const MailField *field = view->fields->pdata[i];
        SieveEdit *edit;

        if (!field->added || field->last != last)
            continue;
        edit = g_new0(SieveEdit, 1);
        edit->name = g_strdup(field->name);
        edit->value = g_strdup(field->value);
        edit->last = last;
        g_ptr_array_add(edits, edit);
    }
}

/* A field is found again by its name and by how many of that name stand above it: that holds in any copy of the header. */
static void
add_deletions(GPtrArray *edits, const MailView *view)
{
    const GPtrArray *headers = view->message->headers;
    g_autofree guint8 *stays = g_malloc0(headers->len + 1);
    g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < view->fields->len; i++) {
        const MailField *field = view->fields->pdata[i];

        if (!field->added)
            stays[field->number] = 1;
    }
    for (guint i = 0; i < headers->len; i++) {
        const MessageHeader *header = headers->pdata[i];
        char *name = g_ascii_strdown(header->name, -1);
        guint before = GPOINTER_TO_UINT(g_hash_table_lookup(counts, name));

        g_hash_table_insert(counts, name, GUINT_TO_POINTER(before + 1));
        if (!stays[i]) {
            SieveEdit *edit = g_new0(SieveEdit, 1);

            edit->name = g_strdup(header->name);
            edit->occurrence = before;
            g_ptr_array_add(edits, edit);
        }
    }
}

GPtrArray *
mail_edits(const MailView *view)
{
    GPtrArray *edits = g_ptr_array_new_with_free_func(edit_free);

    add_additions(edits, view, FALSE);
    if (view->deleted->len > 0)
        add_deletions(edits, view);
    add_additions(edits, view, TRUE);
    if (edits->len == 0)
        g_clear_pointer(&edits, g_ptr_array_unref);
    return edits;
}
