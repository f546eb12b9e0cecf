#include "message/report-private.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "message/field-scanner-private.h"
#include "message/header-reader-private.h"
#include "message/message-private.h"

#define MAX_RECIPIENTS 256

static const struct {
    const char *report_type, *part_type;
} kinds[] = {
    { "delivery-status", "message/delivery-status" },
    { "delivery-status", "message/global-delivery-status" },
    { "disposition-notification", "message/disposition-notification" },
    { "disposition-notification", "message/global-disposition-notification" },
    { "feedback-report", "message/feedback-report" },
};

void
report_note_kind(Message *message, const char *report_type)
{
    if (message->report != NULL)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (g_ascii_strcasecmp(kinds[i].report_type, report_type) == 0) {
            message->report = message_report_new(kinds[i].report_type);
            return;
        }
    }
}

void
report_note_original(Message *message, const char *raw_message_id)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *clean = text_sanitise(raw_message_id, strlen(raw_message_id));

    header_ids(clean, ids, NULL);
    if (message->report != NULL && message->report->original_message_id == NULL && ids->len > 0)
        message->report->original_message_id = g_strdup(ids->pdata[0]);
}

static char *
field_text(const RawField *field)
{
    GString *raw = raw_field_unfold(field);
    char *text = header_decode(raw->str);

    g_string_free(raw, TRUE);
    return text;
}

/* "rfc822; user@example.com" and "smtp; 550 no" carry a type before the ";" (RFC 3464, 2.1.2 and 2.3.6). */
static const char *
behind_type(const char *value)
{
    const char *semicolon = strchr(value, ';');
    const char *from = semicolon != NULL ? semicolon + 1 : value;

    while (*from == ' ')
        from++;
    return from;
}

static char *
report_address(const char *value)
{
    g_autofree char *address = g_strdup(behind_type(value));
    char *begin = *address == '<' ? address + 1 : address;

    begin[strcspn(begin, "> ")] = '\0';
    return *begin != '\0' ? header_address_tidy(begin) : NULL;
}

/* RFC 3463: one digit, then two numbers of at most three digits, whatever stands around. NULL if there is none. */
static char *
find_status(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        gsize length = 1;
        guint dots = 0;

        if ((*p != '2' && *p != '4' && *p != '5') || p[1] != '.' || (p > text && (g_ascii_isalnum(p[-1]) || p[-1] == '.')))
            continue;
        while (g_ascii_isdigit(p[length]) || (p[length] == '.' && g_ascii_isdigit(p[length + 1])))
            dots += p[length++] == '.' ? 1 : 0;
        if (dots == 2 && length <= 9)
            return g_strndup(p, length);
    }
    return NULL;
}

/* The report's status, else one in the diagnostic, else the class of the SMTP code there. */
static void
complete_status(ReportRecipient *recipient)
{
    if (recipient->status != NULL || recipient->diagnostic == NULL)
        return;
    recipient->status = find_status(recipient->diagnostic);
    if (recipient->status == NULL && g_ascii_isdigit(recipient->diagnostic[0]) &&
        g_ascii_isdigit(recipient->diagnostic[1]) && g_ascii_isdigit(recipient->diagnostic[2]) &&
        strchr("245", recipient->diagnostic[0]) != NULL)
        recipient->status = g_strdup_printf("%c.0.0", recipient->diagnostic[0]);
}

static void
set_once(char **member, char *value)
{
    if (*member == NULL)
        *member = value;
    else
        g_free(value);
}

static void
read_recipient_field(Message *message, ReportRecipient *recipient, char **original, const RawField *field)
{
    g_autofree char *text = field_text(field);

    if (raw_field_is(field, "Original-Recipient") || raw_field_is(field, "Original-Rcpt-To"))
        set_once(original, report_address(text));
    else if (raw_field_is(field, "Final-Recipient"))
        set_once(&recipient->address, report_address(text));
    else if (raw_field_is(field, "Action") || raw_field_is(field, "Feedback-Type"))
        set_once(&recipient->action, header_first_word(text));
    else if (raw_field_is(field, "Disposition"))
        set_once(&recipient->action, header_first_word(behind_type(text)));
    else if (raw_field_is(field, "Status"))
        set_once(&recipient->status, find_status(text));
    else if (raw_field_is(field, "Diagnostic-Code"))
        set_once(&recipient->diagnostic, g_strdup(behind_type(text)));
    else if (raw_field_is(field, "Original-Message-ID"))
        report_note_original(message, text);
}

/* One block of fields up to an empty line. It is a recipient's if it names one. */
static void
read_block(Message *message, FieldScanner *scanner)
{
    ReportRecipient *recipient = g_new0(ReportRecipient, 1);
    char *original = NULL;
    RawField field;

    while (field_scanner_next(scanner, &field))
        read_recipient_field(message, recipient, &original, &field);
    if (original != NULL) {
        g_free(recipient->address);
        recipient->address = original;
    }
    complete_status(recipient);
    if (recipient->address != NULL && message->report->recipients->len < MAX_RECIPIENTS)
        g_ptr_array_add(message->report->recipients, recipient);
    else
        report_recipient_free(recipient);
}

static void
read_fields(Message *message, const guint8 *bytes, gsize length)
{
    const guint8 *end = bytes + length;

    while (bytes < end) {
        FieldScanner scanner;
        const guint8 *begin = bytes;

        field_scanner_init(&scanner, bytes, (gsize) (end - bytes));
        read_block(message, &scanner);
        bytes = scanner.next;
        /* A line that is no field stops the scanner without moving it. */
        if (bytes == begin) {
            const guint8 *lf = memchr(bytes, '\n', (gsize) (end - bytes));

            bytes = lf != NULL ? lf + 1 : end;
        }
    }
}

static void
read_returned_header(Message *message, const guint8 *bytes, gsize length)
{
    FieldScanner scanner;
    RawField field;

    field_scanner_init(&scanner, bytes, length);
    while (field_scanner_next(&scanner, &field)) {
        if (raw_field_is(&field, "Message-ID")) {
            g_autofree char *text = field_text(&field);

            report_note_original(message, text);
            return;
        }
    }
}

void
report_read_part(Message *message, const char *type, const guint8 *bytes, gsize length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i].part_type, type) == 0) {
            report_note_kind(message, kinds[i].report_type);
            read_fields(message, bytes, MIN(length, LIMIT_HEADER_BLOCK));
            return;
        }
    }
    if (message->report != NULL && (strcmp(type, "text/rfc822-headers") == 0 || strcmp(type, "message/rfc822") == 0 ||
                                    strcmp(type, "message/global-headers") == 0))
        read_returned_header(message, bytes, MIN(length, LIMIT_HEADER_BLOCK));
}
