#include "message/preflight.h"

#include <string.h>

#include "base/limits.h"
#include "message/field-scanner-private.h"

static const char *const address_fields[] = {
    "From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Resent-From", "Resent-Sender", "Resent-To", "Resent-Cc",
    "Resent-Bcc", "Disposition-Notification-To", "Return-Path", "Delivered-To",
};

static void
refuse(Preflight *result, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
refuse(Preflight *result, const char *format, ...)
{
    va_list arguments;

    if (!result->fit)
        return;
    result->fit = FALSE;
    va_start(arguments, format);
    result->reason = g_strdup_vprintf(format, arguments);
    va_end(arguments);
}

static gboolean
is_address_field(const RawField *field)
{
    for (gsize i = 0; i < G_N_ELEMENTS(address_fields); i++) {
        if (raw_field_is(field, address_fields[i]))
            return TRUE;
    }
    return FALSE;
}

static guint
count_outside_quotes(const RawField *field, char wanted)
{
    gboolean quoted = FALSE;
    guint count = 0;

    for (gsize i = 0; i < field->value_length; i++) {
        char c = (char) field->value[i];

        if (c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (c == wanted && !quoted)
            count++;
    }
    /* With an open quote at the end nobody agrees on what was inside, so everything counts. */
    if (quoted) {
        count = 0;
        for (gsize i = 0; i < field->value_length; i++)
            count += (char) field->value[i] == wanted ? 1 : 0;
    }
    return count;
}

static void
check_field(const RawField *field, Preflight *result)
{
    g_autofree char *name = NULL;

    if (field->name_length + field->value_length > LIMIT_HEADER_FIELD) {
        name = g_strndup((const char *) field->name, MIN(field->name_length, 40));
        refuse(result, "header field %s of %" G_GSIZE_FORMAT " bytes, at most %d", name, field->value_length,
               LIMIT_HEADER_FIELD);
        return;
    }
    if (is_address_field(field)) {
        guint colons = count_outside_quotes(field, ':');

        if (colons > LIMIT_ADDRESS_COLONS)
            refuse(result, "%u groups in an address field, at most %d", colons, LIMIT_ADDRESS_COLONS);
    } else if (raw_field_is(field, "Content-Type") || raw_field_is(field, "Content-Disposition")) {
        guint parameters = count_outside_quotes(field, ';');

        if (parameters > LIMIT_MIME_PARAMETERS)
            refuse(result, "%u MIME parameters, at most %d", parameters, LIMIT_MIME_PARAMETERS);
    }
}

/* Copies the field for the header of a message that is not parsed, or says that it was too much. */
static void
keep_field(GByteArray *header, const RawField *field, gboolean fit)
{
    static const char oversized[] = "X-Mailgw-Oversized: ";

    if (!fit) {
        g_byte_array_append(header, (const guint8 *) oversized, sizeof oversized - 1);
        g_byte_array_append(header, field->name, (guint) MIN(field->name_length, 40));
    } else {
        g_byte_array_append(header, field->name, (guint) (field->value + field->value_length - field->name));
    }
    g_byte_array_append(header, (const guint8 *) "\r\n", 2);
}

/* The part of the header that stays within the limits. */
static GBytes *
fit_header(const guint8 *bytes, gsize length)
{
    GByteArray *header = g_byte_array_new();
    FieldScanner scanner;
    RawField field;
    guint count = 0;

    field_scanner_init(&scanner, bytes, length);
    while (count < LIMIT_HEADER_COUNT && field_scanner_next(&scanner, &field)) {
        Preflight alone = { TRUE, NULL, NULL };

        check_field(&field, &alone);
        if (header->len + field.name_length + field.value_length > LIMIT_HEADER_BLOCK && alone.fit)
            break;
        keep_field(header, &field, alone.fit);
        preflight_clear(&alone);
        count++;
    }
    g_byte_array_append(header, (const guint8 *) "\r\n", 2);
    return g_byte_array_free_to_bytes(header);
}

static void
scan_header(const guint8 *bytes, gsize length, Preflight *result)
{
    FieldScanner scanner;
    RawField field;
    guint count = 0;

    field_scanner_init(&scanner, bytes, length);
    while (field_scanner_next(&scanner, &field)) {
        count++;
        check_field(&field, result);
    }
    if (count > LIMIT_HEADER_COUNT)
        refuse(result, "%u header fields, at most %d", count, LIMIT_HEADER_COUNT);
    if (scanner.next - bytes > LIMIT_HEADER_BLOCK)
        refuse(result, "header of %" G_GSIZE_FORMAT " bytes, at most %d", (gsize) (scanner.next - bytes),
               LIMIT_HEADER_BLOCK);
}

void
preflight_scan(const guint8 *bytes, gsize length, Preflight *result_out)
{
    result_out->fit = TRUE;
    result_out->reason = NULL;
    result_out->header = NULL;
    if (length > LIMIT_MESSAGE_HARD)
        refuse(result_out, "%" G_GSIZE_FORMAT " bytes, at most %d", length, LIMIT_MESSAGE_HARD);
    scan_header(bytes, length, result_out);
    if (!result_out->fit)
        result_out->header = fit_header(bytes, length);
}

void
preflight_clear(Preflight *preflight)
{
    g_clear_pointer(&preflight->reason, g_free);
    g_clear_pointer(&preflight->header, g_bytes_unref);
}
