#include "sieve/mime-scope-private.h"

#include <string.h>

#include "message/mime-value.h"

guint
mime_part_count(const Run *run)
{
    return MAX(mail_view_message(run->mail)->parts->len, 1);
}

static const MessagePart *
part_at(const Run *run, guint part)
{
    const GPtrArray *parts = mail_view_message(run->mail)->parts;

    return part < parts->len ? parts->pdata[part] : NULL;
}

const MessagePart *
mime_current_part(const Run *run)
{
    return run->loops->len > 0 ? part_at(run, run->part) : NULL;
}

guint
mime_scope_end(const Run *run, guint part)
{
    const MessagePart *current = part_at(run, part);
    guint end = part + 1;

    if (current == NULL)
        return mime_part_count(run);
    while (end < mime_part_count(run) && part_at(run, end) != NULL && part_at(run, end)->depth > current->depth)
        end++;
    return end;
}

static gboolean
chosen(const CallMatch *match, guint n, guint count)
{
    if (match->index == 0)
        return TRUE;
    return match->last ? n + match->index == count : n + 1 == match->index;
}

/* The message's own fields are those that editheader may have changed. */
static gboolean
visit_own_fields(Run *run, const Call *call, const char *name, MimeVisitor visitor, gpointer data)
{
    const GPtrArray *fields = mail_fields(run->mail, name);

    for (guint i = 0; i < fields->len; i++) {
        if (chosen(&call->match, i, fields->len) && visitor(run, call, ((MailField *) fields->pdata[i])->value, data))
            return TRUE;
    }
    return FALSE;
}

static gboolean
visit_part_fields(Run *run, const Call *call, const MessagePart *part, const char *name, MimeVisitor visitor, gpointer data)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();

    for (guint i = 0; part->headers != NULL && i < part->headers->len; i++) {
        if (g_ascii_strcasecmp(((MessageHeader *) part->headers->pdata[i])->name, name) == 0)
            g_ptr_array_add(found, part->headers->pdata[i]);
    }
    for (guint i = 0; i < found->len; i++) {
        if (chosen(&call->match, i, found->len) && visitor(run, call, ((MessageHeader *) found->pdata[i])->value, data))
            return TRUE;
    }
    return FALSE;
}

/* What looking at the header of a part costs. */
#define PART_WORK 512

gboolean
mime_visit_fields(Run *run, const Call *call, const char *name, MimeVisitor visitor, gpointer data)
{
    guint first = run->loops->len > 0 ? run->part : 0;
    guint end = call->match.anychild ? mime_scope_end(run, first) : first + 1;

    for (guint i = first; i < end && run_spend(run, PART_WORK); i++) {
        if (i == 0 ? visit_own_fields(run, call, name, visitor, data)
                   : visit_part_fields(run, call, part_at(run, i), name, visitor, data))
            return TRUE;
    }
    return FALSE;
}

typedef struct {
    const char *name;
    MimeVisitor visitor;
    gpointer    data;
} Option;

static gboolean
show_params(Run *run, const Call *call, const MimeValue *value, const Option *option)
{
    g_autoptr(GString) scratch = g_string_new(NULL);

    for (guint i = 0; i < value_count(&call->match.params); i++) {
        const char *param = mime_value_parameter(value, run_text(run, &call->match.params, i, scratch, NULL));

        if (param != NULL && option->visitor(run, call, param, option->data))
            return TRUE;
    }
    return FALSE;
}

/* RFC 5703, 4.1: of Content-Type the type, the subtype, or both; other fields have a value and no subtype. */
static gboolean
show_option(Run *run, const Call *call, const char *text, gpointer data)
{
    const Option *option = data;
    g_autoptr(MimeValue) value = mime_value_parse(text);
    const char *whole = value->value != NULL ? value->value : "";
    const char *slash = g_ascii_strcasecmp(option->name, "content-type") == 0 ? strchr(whole, '/') : NULL;
    g_autofree char *type = g_strndup(whole, slash != NULL ? (gsize) (slash - whole) : strlen(whole));

    switch (call->match.mime) {
    case MIME_TYPE: return option->visitor(run, call, type, option->data);
    case MIME_SUBTYPE: return option->visitor(run, call, slash != NULL ? slash + 1 : "", option->data);
    case MIME_CONTENTTYPE: return option->visitor(run, call, whole, option->data);
    case MIME_PARAM: return show_params(run, call, value, option);
    default: return option->visitor(run, call, text, option->data);
    }
}

gboolean
mime_visit(Run *run, const Call *call, const char *name, MimeVisitor visitor, gpointer data)
{
    Option option = { name, visitor, data };

    return mime_visit_fields(run, call, name, show_option, &option);
}
