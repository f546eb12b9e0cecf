#include "message/compose.h"

#include <gmime/gmime.h>
#include <string.h>

#include "base/address.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/text.h"
#include "message/field-scanner-private.h"
#include "message/flowed-private.h"
#include "message/header-writer-private.h"

gboolean
message_id_is_strict(const char *id)
{
    const char *at = id != NULL ? strrchr(id, '@') : NULL;

    if (at == NULL || at == id || at[1] == '\0' || strlen(id) > 250)
        return FALSE;
    for (const char *p = id; *p != '\0'; p++) {
        if (*p < '!' || *p > '~' || *p == '<' || *p == '>')
            return FALSE;
    }
    return TRUE;
}

static gboolean
refuse(GError **error, const char *field, const char *why)
{
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "cannot compose mail: %s %s", field, why);
    return FALSE;
}

static gboolean
check_text(const char *field, const char *value, GError **error)
{
    if (value == NULL)
        return TRUE;
    if (!g_utf8_validate(value, -1, NULL))
        return refuse(error, field, "is not UTF-8");
    if (text_has_control(value))
        return refuse(error, field, "holds a control character");
    return TRUE;
}

static gboolean
check_address(const char *field, const char *value, GError **error)
{
    if (value == NULL || !address_is_valid(value))
        return refuse(error, field, "is not a valid address");
    return TRUE;
}

static gboolean
check_draft(const MailDraft *draft, GError **error)
{
    if (draft->subject == NULL)
        return refuse(error, "Subject", "is missing");
    if (!message_id_is_strict(draft->message_id))
        return refuse(error, "Message-ID", "does not fit the strict grammar");
    if (draft->text == NULL || !g_utf8_validate(draft->text, -1, NULL))
        return refuse(error, "text", "is not UTF-8");
    if (draft->html != NULL && !g_utf8_validate(draft->html, -1, NULL))
        return refuse(error, "HTML", "is not UTF-8");
    if (draft->automatic != MAIL_HUMAN && draft->loop_id != NULL &&
        (strpbrk(draft->loop_id, " \t<>") != NULL || !g_str_is_ascii(draft->loop_id) || strlen(draft->loop_id) > 250))
        return refuse(error, "X-Loop", "is not one word of ASCII");
    return check_address("From", draft->from_address, error) && check_address("To", draft->to_address, error) &&
           (draft->reply_to == NULL || check_address("Reply-To", draft->reply_to, error)) &&
           check_text("From", draft->from_name, error) && check_text("To", draft->to_name, error) &&
           check_text("Subject", draft->subject, error) && check_text("X-Loop", draft->loop_id, error);
}

static gboolean
write_date(GString *to, gint64 date, GError **error)
{
    g_autofree char *text = header_date_format(date);

    if (text == NULL)
        return refuse(error, "Date", "is out of range");
    header_write_plain(to, "Date", text);
    return TRUE;
}

/* The first and the last 49 of those that fit the grammar (RFC 5322, 3.6.4, wants them all; a chain has no end). */
static void
write_references(GString *to, const GPtrArray *references)
{
    g_autoptr(GPtrArray) fit = g_ptr_array_new();

    for (guint i = 0; references != NULL && i < references->len; i++) {
        if (message_id_is_strict(references->pdata[i]))
            g_ptr_array_add(fit, references->pdata[i]);
    }
    if (fit->len > LIMIT_REFERENCES)
        g_ptr_array_remove_range(fit, 1, fit->len - LIMIT_REFERENCES);
    if (fit->len > 0)
        header_write_ids(to, "References", fit);
}

static void
write_automatic(GString *to, const MailDraft *draft)
{
    static const char *const words[] = {
        [MAIL_HUMAN] = "no", [MAIL_AUTO_REPLIED] = "auto-replied", [MAIL_AUTO_GENERATED] = "auto-generated",
        [MAIL_AUTO_NOTIFIED] = "auto-notified",
    };

    if (draft->automatic == MAIL_HUMAN)
        return;
    header_write_plain(to, "Auto-Submitted", words[draft->automatic]);
    header_write_plain(to, "X-Auto-Response-Suppress", "All");
    if (draft->loop_id != NULL)
        header_write_plain(to, "X-Loop", draft->loop_id);
}

/* What RFC 5436, 2.3, says with its own word, and mail programs show. */
static void
write_importance(GString *to, int importance)
{
    if (importance != 1 && importance != 3)
        return;
    header_write_plain(to, "Importance", importance == 1 ? "high" : "low");
    header_write_plain(to, "X-Priority", importance == 1 ? "1 (Highest)" : "5 (Lowest)");
}

/* Whether 7bit keeps the text as it is: ASCII, short lines, and no line that a careless hop could take for its own. */
static gboolean
fits_7bit(const char *text)
{
    gsize column = 0;

    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\n') {
            column = 0;
            continue;
        }
        if (column == 0 && (*p == '.' || g_str_has_prefix(p, "From ")))
            return FALSE;
        if ((*p < ' ' && *p != '\t') || *p > '~' || ++column > 78)
            return FALSE;
    }
    return TRUE;
}

/* One kind of line end, which GMime writes as CRLF: CR and CRLF in the text are line ends too, and no bare CR may leave here. */
static char *
with_lf(const char *text)
{
    GString *clean = g_string_sized_new(strlen(text) + 1);

    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\r' && p[1] == '\n')
            continue;
        g_string_append_c(clean, *p == '\r' ? '\n' : *p);
    }
    if (clean->len > 0 && clean->str[clean->len - 1] != '\n')
        g_string_append_c(clean, '\n');
    return g_string_free(clean, FALSE);
}

/* Octet for octet: g_mime_text_part_set_text() writes what fits it as ISO 8859-1, and whatever charset is named then. */
static void
set_content(GMimePart *part, const char *text)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text, strlen(text));
    GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);

    g_mime_part_set_content(part, content);
    g_object_unref(content);
    g_object_unref(stream);
}

static GMimeObject *
text_part_new(const char *subtype, const char *text, MailAutomatic automatic)
{
    gboolean flows = g_str_equal(subtype, "plain");
    g_autofree char *given = with_lf(text), *clean = flows ? flowed_write(given, automatic != MAIL_HUMAN) : g_steal_pointer(&given);
    GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);

    set_content(GMIME_PART(part), clean);
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
    if (flows)
        g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "format", "flowed");
    g_mime_part_set_content_encoding(GMIME_PART(part), fits_7bit(clean) ? GMIME_CONTENT_ENCODING_7BIT
                                                                        : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return GMIME_OBJECT(part);
}

/* RFC 2046, 5.1.4: the plainest first. The boundary is made of the mail's own id: the same draft is the same mail. */
static GMimeObject *
alternatives_new(const MailDraft *draft)
{
    guint8 digest[HASH_SHA256_BYTES];
    g_autofree char *hex = NULL, *boundary = NULL;
    GMimeMultipart *multipart = g_mime_multipart_new_with_subtype("alternative");
    GMimeObject *parts[] = { text_part_new("plain", draft->text, draft->automatic), text_part_new("html", draft->html, draft->automatic) };

    hash_sha256(draft->message_id, strlen(draft->message_id), digest);
    hex = hash_hex(digest, 16);
    /* "=_" can stand in no quoted-printable text (RFC 2045, 6.7), nor in one of ours that is not encoded. */
    boundary = g_strdup_printf("=_%s", hex);
    g_mime_multipart_set_boundary(multipart, boundary);
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_mime_multipart_add(multipart, parts[i]);
        g_object_unref(parts[i]);
    }
    return GMIME_OBJECT(multipart);
}

/* By GMime, from constants and text of ours only: what came in is never written again (it has hung on long parameter names). */
static void
write_body(GString *to, const MailDraft *draft)
{
    g_autofree char *written = NULL;
    GMimeFormatOptions *format = g_mime_format_options_new();
    GMimeObject *body;

    g_mime_init();
    body = draft->html != NULL ? alternatives_new(draft) : text_part_new("plain", draft->text, draft->automatic);
    g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
    written = g_mime_object_to_string(body, format);
    header_write_plain(to, "MIME-Version", "1.0");
    g_string_append(to, written);
    if (!g_str_has_suffix(written, "\n"))
        g_string_append(to, "\r\n");
    g_object_unref(body);
    g_mime_format_options_free(format);
}

/* Of its fields only those that say what the body is; all others are ours to write (RFC 5230, 4.4). */
static void
write_entity(GString *to, const char *entity)
{
    g_autoptr(GBytes) body = NULL;
    FieldScanner scanner;
    RawField field;

    header_write_plain(to, "MIME-Version", "1.0");
    field_scanner_init(&scanner, (const guint8 *) entity, strlen(entity));
    while (field_scanner_next(&scanner, &field)) {
        g_autofree char *name = g_strndup((const char *) field.name, field.name_length), *value = raw_field_text(&field);

        if (raw_field_has_prefix(&field, "Content-") && g_str_is_ascii(value) && !text_has_control(value))
            header_write_plain(to, name, value);
    }
    g_string_append(to, "\r\n");
    if (scanner.next == scanner.end)
        return;
    body = mail_canonicalise(scanner.next, (gsize) (scanner.end - scanner.next));
    g_string_append_len(to, g_bytes_get_data(body, NULL), (gssize) g_bytes_get_size(body));
}

GBytes *
compose_mail(const MailDraft *draft, GError **error)
{
    g_autoptr(GString) mail = NULL;
    g_autofree char *message_id = NULL;

    if (!check_draft(draft, error))
        return NULL;
    mail = g_string_sized_new(2048);
    if (!write_date(mail, draft->date, error))
        return NULL;
    header_write_address(mail, "From", draft->from_name, draft->from_address);
    header_write_address(mail, "To", draft->to_name, draft->to_address);
    if (draft->reply_to != NULL)
        header_write_address(mail, "Reply-To", NULL, draft->reply_to);
    header_write_text(mail, "Subject", draft->subject);
    message_id = g_strdup_printf("<%s>", draft->message_id);
    header_write_plain(mail, "Message-ID", message_id);
    if (message_id_is_strict(draft->in_reply_to)) {
        g_autofree char *in_reply_to = g_strdup_printf("<%s>", draft->in_reply_to);

        header_write_plain(mail, "In-Reply-To", in_reply_to);
    }
    write_references(mail, draft->references);
    write_automatic(mail, draft);
    write_importance(mail, draft->importance);
    if (draft->is_entity)
        write_entity(mail, draft->text);
    else
        write_body(mail, draft);
    return g_string_free_to_bytes(g_steal_pointer(&mail));
}
