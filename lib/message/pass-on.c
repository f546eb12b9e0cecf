#include "message/pass-on.h"

#include <string.h>

#include "base/address.h"
#include "base/error.h"
#include "base/text.h"
#include "message/compose.h"
#include "message/field-scanner-private.h"
#include "message/header-writer-private.h"

static gboolean
refuse(GError **error, const char *what)
{
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "cannot pass the mail on: %s", what);
    return FALSE;
}

static gboolean
is_host(const char *host)
{
    return host != NULL && *host != '\0' && strlen(host) <= 250 && g_str_is_ascii(host) && strpbrk(host, " \t<>;()") == NULL
           && !text_has_control(host);
}

static gboolean
check(const PassingOn *how, GError **error)
{
    if (!address_is_valid(how->from_address))
        return refuse(error, "who passes it on has no valid address");
    if (!address_is_valid(how->to_address))
        return refuse(error, "the goal is no valid address");
    if (!message_id_is_strict(how->message_id))
        return refuse(error, "the Message-ID does not fit the strict grammar");
    if (!is_host(how->host))
        return refuse(error, "the host is not one word of ASCII");
    return how->from_name == NULL || (g_utf8_validate(how->from_name, -1, NULL) && !text_has_control(how->from_name))
           || refuse(error, "the name of who passes it on holds a control character");
}

/* ---- fields of ours ----------------------------------------------------------------------------------------- */

static gboolean
write_trace(GString *to, const PassingOn *how, GError **error)
{
    g_autofree char *date = header_date_format(how->date);
    g_autofree char *received = NULL, *message_id = g_strdup_printf("<%s>", how->message_id);

    if (date == NULL)
        return refuse(error, "the date is out of range");
    received = g_strdup_printf("by %s (mailgw) id %" G_GINT64_FORMAT "; %s", how->host, how->inbound, date);
    header_write_plain(to, "Received", received);
    header_write_plain(to, "X-Loop", how->host);
    header_write_plain(to, "Resent-Date", date);
    header_write_address(to, "Resent-From", how->from_name, how->from_address);
    header_write_address(to, "Resent-To", NULL, how->to_address);
    header_write_plain(to, "Resent-Message-ID", message_id);
    return TRUE;
}

static void
write_additions(GString *to, const GArray *edits, gboolean last)
{
    for (guint i = 0; edits != NULL && i < edits->len; i++) {
        const HeaderEdit *edit = &g_array_index(edits, HeaderEdit, i);

        if (edit->value != NULL && edit->last == last)
            header_write_text(to, edit->name, edit->value);
    }
}

/* ---- fields of the original --------------------------------------------------------------------------------- */

/* "name\n2" of each field that goes; NULL: none does. */
static GHashTable *
doomed_fields(const GArray *edits)
{
    GHashTable *doomed = NULL;

    for (guint i = 0; edits != NULL && i < edits->len; i++) {
        const HeaderEdit *edit = &g_array_index(edits, HeaderEdit, i);
        g_autofree char *name = g_ascii_strdown(edit->name, -1);

        if (edit->value != NULL)
            continue;
        if (doomed == NULL)
            doomed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        g_hash_table_add(doomed, g_strdup_printf("%s\n%u", name, edit->occurrence));
    }
    return doomed;
}

static gboolean
is_doomed(GHashTable *doomed, GHashTable *counts, const RawField *field)
{
    g_autofree char *name = g_ascii_strdown((const char *) field->name, (gssize) field->name_length);
    guint before = GPOINTER_TO_UINT(g_hash_table_lookup(counts, name));
    g_autofree char *key = g_strdup_printf("%s\n%u", name, before);

    g_hash_table_insert(counts, g_steal_pointer(&name), GUINT_TO_POINTER(before + 1));
    return g_hash_table_contains(doomed, key);
}

/* A line end that was converted twice (CR CR LF) would end the header here. */
static void
copy_field(GString *to, const guint8 *from, const guint8 *end)
{
    gsize before = to->len;

    for (; from < end; from++) {
        if (*from == '\n')
            while (to->len > before && to->str[to->len - 1] == '\r')
                g_string_truncate(to, to->len - 1);
        g_string_append_c(to, (char) *from);
    }
    if (to->len == before || strchr("\r\n", to->str[to->len - 1]) == NULL)
        g_string_append_c(to, '\n');
}

static void
copy_fields(GString *to, FieldScanner *scanner, const GArray *edits)
{
    g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTable *doomed = doomed_fields(edits);
    RawField field;

    while (field_scanner_next(scanner, &field))
        if (doomed == NULL || !is_doomed(doomed, counts, &field))
            copy_field(to, field.name, scanner->next);
    g_clear_pointer(&doomed, g_hash_table_unref);
}

GBytes *
pass_on_mail(const guint8 *bytes, gsize length, const PassingOn *how, GError **error)
{
    g_autoptr(GString) mail = NULL;
    FieldScanner scanner;

    if (!check(how, error))
        return NULL;
    mail = g_string_sized_new(length + 2048);
    if (!write_trace(mail, how, error))
        return NULL;
    write_additions(mail, how->edits, FALSE);
    field_scanner_init(&scanner, bytes, length);
    copy_fields(mail, &scanner, how->edits);
    write_additions(mail, how->edits, TRUE);
    g_string_append(mail, "\r\n");
    g_string_append_len(mail, (const char *) scanner.next, scanner.end - scanner.next);
    return mail_canonicalise((const guint8 *) mail->str, mail->len);
}
