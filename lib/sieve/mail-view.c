#include "sieve/mail-view-private.h"

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

static void
address_free(gpointer data)
{
    MailAddress *address = data;

    g_free(address->full);
    g_free(address->local_part);
    g_free(address->domain);
    g_free(address);
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
    return field_new(field->name, field->value, field->added);
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

        g_ptr_array_add(view->fields, field_new(header->name, header->value, FALSE));
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

/* RFC 5322, 3.2.3, and UTF-8 (RFC 6532); dots may stand where they like, since some providers hand out such addresses. */
static gboolean
is_dot_atom(const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        guchar c = (guchar) text[i];

        if (c < 0x80 && !g_ascii_isalnum((char) c) && strchr("!#$%&'*+-/=?^_`{|}~.", c) == NULL)
            return FALSE;
    }
    return length > 0;
}

static char *
quoted(const char *local_part, const char *domain)
{
    GString *text = g_string_new("\"");

    for (const char *p = local_part; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\')
            g_string_append_c(text, '\\');
        g_string_append_c(text, *p);
    }
    g_string_append_printf(text, "\"@%s", domain);
    return g_string_free(text, FALSE);
}

/* text: without quotes; was_quoted: the local part had some. Those it needs it gets back, so that each address has one form. */
static MailAddress *
address_new(const char *text, gboolean was_quoted)
{
    MailAddress *address = g_new0(MailAddress, 1);
    const char *at = strrchr(text, '@');
    gboolean plain = at != NULL && is_dot_atom(text, (gsize) (at - text));

    if (at == NULL || at == text || at[1] == '\0' || (!plain && !was_quoted)) {
        address->full = g_strdup(text);
        return address;
    }
    address->local_part = g_strndup(text, (gsize) (at - text));
    address->domain = g_strdup(at + 1);
    address->full = plain ? g_strdup(text) : quoted(address->local_part, address->domain);
    return address;
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

/* A display name or comment is skipped, quotes are taken off a local part (RFC 5322, 3.4). Groups are flattened. */
static const char *
read_quoted(const char *p, GString *to)
{
    for (p++; *p != '\0' && *p != '"'; p++) {
        if (*p == '\\' && p[1] != '\0')
            p++;
        g_string_append_c(to, *p);
    }
    return *p == '"' ? p + 1 : p;
}

static const char *
skip_comment(const char *p)
{
    guint depth = 0;

    for (; *p != '\0'; p++) {
        if (*p == '\\' && p[1] != '\0')
            p++;
        else if (*p == '(')
            depth++;
        else if (*p == ')' && --depth == 0)
            return p + 1;
    }
    return p;
}

static void
finish_address(GPtrArray *found, GString *text, gboolean *was_quoted)
{
    g_strstrip(text->str);
    if (*text->str != '\0')
        g_ptr_array_add(found, address_new(text->str, *was_quoted));
    g_string_truncate(text, 0);
    *was_quoted = FALSE;
}

GPtrArray *
mail_addresses_parse(const char *value)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(address_free);
    g_autoptr(GString) text = g_string_new(NULL);
    const char *p = value;
    gboolean was_quoted = FALSE;

    while (*p != '\0') {
        if (*p == '"') {
            p = read_quoted(p, text);
            was_quoted = TRUE;
        } else if (*p == '(') {
            p = skip_comment(p);
        } else if (*p == '<') {
            g_string_truncate(text, 0);
            was_quoted = FALSE;
            p++;
        } else if (*p == '>') {
            finish_address(found, text, &was_quoted);
            p += 1 + strcspn(p + 1, ",;");
        } else if (*p == ',' || *p == ';') {
            finish_address(found, text, &was_quoted);
            p++;
        } else if (*p == ':') {
            g_string_truncate(text, 0);
            p++;
        } else {
            g_string_append_c(text, *p++);
        }
    }
    finish_address(found, text, &was_quoted);
    return found;
}

/* Where the next address of some fields is looked for: parsed addresses come in the order in which they were written. */
typedef struct {
    const GPtrArray *fields;
    guint            field;
    gsize            at;           /* in its value */
    gsize            budget;       /* octets that may still be looked at */
} Written;

/*
 * The parser writes domains in lower case, and a comparator may ask how it was written. Only letter case is taken from the field: what stands there
 * otherwise (a display name with an address in it) is not looked at. Addresses that do not stand there literally cost a search each, so these
 * searches are bounded; beyond that, an address is as it was parsed.
 */
static char *
as_written(Written *written, const char *address)
{
    gsize length = strlen(address);
    gsize at = written->at;

    for (guint i = written->field; i < written->fields->len; i++, at = 0) {
        const char *value = ((MailField *) written->fields->pdata[i])->value;

        for (; value[at] != '\0' && written->budget > 0; at++, written->budget--) {
            if (g_ascii_strncasecmp(value + at, address, length) == 0) {
                written->field = i;
                written->at = at + length;
                return g_strndup(value + at, length);
            }
        }
    }
    return g_strdup(address);
}

static void
collect_parsed(const GPtrArray *fields, const GPtrArray *parsed, GPtrArray *found)
{
    Written written = { .fields = fields, .budget = 4 * LIMIT_HEADER_FIELD };

    for (guint i = 0; i < fields->len; i++)
        written.budget += 2 * strlen(((MailField *) fields->pdata[i])->value);
    for (guint i = 0; i < parsed->len; i++) {
        g_autofree char *text = as_written(&written, ((MessageAddress *) parsed->pdata[i])->address);
        g_autoptr(GPtrArray) one = *text == '"' ? mail_addresses_parse(text) : NULL;

        if (one != NULL && one->len == 1)
            g_ptr_array_add(found, g_ptr_array_steal_index(one, 0));
        else
            g_ptr_array_add(found, address_new(text, FALSE));
    }
}

/* A field that is empty has one address, which is empty, too. */
static GPtrArray *
collect_addresses(MailView *view, const char *name)
{
    const GPtrArray *parsed = was_edited(view, name) ? NULL : parsed_addresses(view->message, name);
    GPtrArray *found = g_ptr_array_new_with_free_func(address_free);
    const GPtrArray *fields = mail_fields(view, name);

    if (parsed != NULL)
        collect_parsed(fields, parsed, found);
    for (guint i = 0; i < fields->len; i++) {
        const MailField *field = fields->pdata[i];

        if (*field->value == '\0')
            g_ptr_array_add(found, address_new("", FALSE));
        else if (parsed == NULL)
            g_ptr_array_extend_and_steal(found, mail_addresses_parse(field->value));
    }
    return found;
}

const GPtrArray *
mail_addresses(MailView *view, const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    GPtrArray *found = g_hash_table_lookup(view->addresses, lower);

    if (found == NULL) {
        found = collect_addresses(view, lower);
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
    g_ptr_array_insert(view->fields, last ? (gint) view->fields->len : 0, field_new(name, value, TRUE));
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
