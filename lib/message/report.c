#include "message/report-private.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "message/field-scanner-private.h"
#include "message/header-reader-private.h"
#include "message/message-private.h"
#include "message/status-private.h"

#define MAX_ADDRESS 998 /* octets: a line of RFC 5322; longer ones are nobody's */
#define MAX_WORD 60

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
report_set_original(MessageReport *report, const char *raw_message_id)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *clean = NULL;

    if (report->original_message_id != NULL)
        return;
    clean = text_sanitise(raw_message_id, strlen(raw_message_id));
    header_ids(clean, ids, NULL);
    if (ids->len > 0)
        report->original_message_id = g_strdup(ids->pdata[0]);
}

void
report_add(MessageReport *report, ReportRecipient *recipient)
{
    if (report->recipients->len < REPORT_MAX_RECIPIENTS)
        g_ptr_array_add(report->recipients, recipient);
    else
        report_recipient_free(recipient);
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
    gsize type = strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ ");
    const char *from = value[type] == ';' ? value + type + 1 : value;

    while (*from == ' ')
        from++;
    return from;
}

static char *
report_address(const char *value)
{
    g_autofree char *address = text_cut(behind_type(value), MAX_ADDRESS);
    char *begin = *address == '<' ? address + 1 : address;

    begin[strcspn(begin, "> ")] = '\0';
    /* "rfc822;;Recipient deferred" and the like name nobody. */
    return *begin != '\0' && strchr(begin, ';') == NULL ? header_address_tidy(begin) : NULL;
}

void
report_complete_status(ReportRecipient *recipient)
{
    guint code;

    if (recipient->status != NULL || recipient->diagnostic == NULL)
        return;
    recipient->status = status_find(recipient->diagnostic, FALSE);
    code = recipient->status == NULL ? status_reply_code(recipient->diagnostic) : 0;
    if (code != 0)
        recipient->status = g_strdup_printf("%u.0.0", code / 100);
    else if (recipient->status == NULL && recipient->diagnostic[0] == '2' &&
             g_ascii_isdigit(recipient->diagnostic[1]) && g_ascii_isdigit(recipient->diagnostic[2]))
        recipient->status = g_strdup("2.0.0");
}

static void
set_once(char **member, char *value)
{
    if (*member == NULL)
        *member = value;
    else
        g_free(value);
}

static char *
action_word(const char *value)
{
    g_autofree char *word = header_first_word(value);

    return text_cut(word, MAX_WORD);
}

/* What is being read of one recipient. */
typedef struct {
    ReportRecipient *recipient;
    char *original;
} Block;

/*
 * A block that names nobody is the beginning of the next one, torn off by a line that is no field, or the rest of the one before;
 * alone it waits for the address that the text names.
 */
static void
take_block(MessageReport *report, ReportRecipient *recipient)
{
    guint count = report->recipients->len;
    ReportRecipient *last = count > 0 ? report->recipients->pdata[count - 1] : NULL;

    if (recipient->address == NULL && recipient->status == NULL && recipient->action == NULL &&
        recipient->diagnostic == NULL) {
        report_recipient_free(recipient);
    } else if (last != NULL &&
               (last->address == NULL || (recipient->address == NULL && last->status == NULL))) {
        set_once(&last->address, g_steal_pointer(&recipient->address));
        set_once(&last->action, g_steal_pointer(&recipient->action));
        set_once(&last->status, g_steal_pointer(&recipient->status));
        set_once(&last->diagnostic, g_steal_pointer(&recipient->diagnostic));
        report_recipient_free(recipient);
    } else if (last != NULL && recipient->address == NULL) {
        report_recipient_free(recipient);
    } else {
        report_add(report, recipient);
    }
}

static void
end_block(MessageReport *report, Block *block)
{
    if (block->original != NULL) {
        g_free(block->recipient->address);
        block->recipient->address = g_steal_pointer(&block->original);
    }
    take_block(report, g_steal_pointer(&block->recipient));
}

/* Some systems leave out the empty line between recipients: one is told from the next by a field that comes again. */
static void
begin_if_again(MessageReport *report, Block *block, const char *known)
{
    if (known == NULL)
        return;
    end_block(report, block);
    block->recipient = g_new0(ReportRecipient, 1);
}

static void
read_address_field(MessageReport *report, Block *block, const RawField *field, const char *text)
{
    if (raw_field_is(field, "Original-Recipient") || raw_field_is(field, "Original-Rcpt-To")) {
        begin_if_again(report, block, block->original);
        block->original = report_address(text);
    } else if (raw_field_is(field, "Final-Recipient")) {
        begin_if_again(report, block, block->recipient->address);
        block->recipient->address = report_address(text);
    }
}

static void
read_recipient_field(MessageReport *report, Block *block, const RawField *field)
{
    g_autofree char *text = field_text(field);
    ReportRecipient *recipient;

    read_address_field(report, block, field, text);
    recipient = block->recipient;
    if (raw_field_is(field, "Action") || raw_field_is(field, "Feedback-Type"))
        set_once(&recipient->action, action_word(text));
    else if (raw_field_is(field, "Disposition"))
        set_once(&recipient->action, action_word(strchr(text, ';') != NULL ? strchr(text, ';') + 1 : text));
    else if (raw_field_is(field, "Status"))
        set_once(&recipient->status, status_find(text, TRUE));
    else if (raw_field_is(field, "Diagnostic-Code"))
        set_once(&recipient->diagnostic, text_cut(behind_type(text), REPORT_MAX_DIAGNOSTIC));
    else if (raw_field_is(field, "Original-Message-ID") || raw_field_is(field, "X-Original-Message-ID"))
        report_set_original(report, text);
}

/* One block of fields up to an empty line. */
static void
read_block(MessageReport *report, FieldScanner *scanner)
{
    Block block = { g_new0(ReportRecipient, 1), NULL };
    RawField field;

    while (field_scanner_next(scanner, &field))
        read_recipient_field(report, &block, &field);
    end_block(report, &block);
}

void
report_read_fields(MessageReport *report, const guint8 *bytes, gsize length)
{
    const guint8 *end = bytes + length;

    while (bytes < end) {
        FieldScanner scanner;
        const guint8 *begin = bytes;

        field_scanner_init(&scanner, bytes, (gsize) (end - bytes));
        read_block(report, &scanner);
        bytes = scanner.next;
        /* A line that is no field stops the scanner without moving it. */
        if (bytes == begin) {
            const guint8 *lf = memchr(bytes, '\n', (gsize) (end - bytes));

            bytes = lf != NULL ? lf + 1 : end;
        }
    }
    for (guint i = 0; i < report->recipients->len; i++)
        report_complete_status(report->recipients->pdata[i]);
}

static MessageReport *
returned(Message *message)
{
    if (message->returned == NULL)
        message->returned = message_report_new("returned");
    return message->returned;
}

void
report_note_returned(Message *message, const char *message_id, const char *to)
{
    MessageReport *report = returned(message);
    g_autofree char *bracketed = NULL;

    if (report->original_message_id != NULL || report->recipients->len > 0)
        return;
    if (message_id != NULL) {
        bracketed =
            strchr(message_id, '<') == NULL ? g_strdup_printf("<%s>", message_id) : g_strdup(message_id);
        report_set_original(report, bracketed);
    }
    if (to != NULL) {
        const char *begin = strchr(to, '<');
        ReportRecipient *recipient = g_new0(ReportRecipient, 1);

        begin = begin != NULL ? begin : to + strspn(to, " \t");
        recipient->address = report_address(begin);
        report_add(report, recipient);
    }
}

void
report_read_returned(Message *message, const guint8 *bytes, gsize length)
{
    g_autofree char *id = NULL;
    g_autofree char *to = NULL;
    FieldScanner scanner;
    RawField field;

    field_scanner_init(&scanner, bytes, MIN(length, LIMIT_HEADER_BLOCK));
    while ((id == NULL || to == NULL) && field_scanner_next(&scanner, &field)) {
        if (id == NULL && raw_field_is(&field, "Message-ID"))
            id = field_text(&field);
        else if (to == NULL && raw_field_is(&field, "To"))
            to = field_text(&field);
    }
    report_note_returned(message, id, to);
}

void
report_read_part(Message *message, const char *type, const guint8 *bytes, gsize length, gboolean embedded)
{
    length = MIN(length, LIMIT_HEADER_BLOCK);
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i].part_type, type) != 0)
            continue;
        if (!embedded)
            report_note_kind(message, kinds[i].report_type);
        report_read_fields(embedded ? returned(message) : message->report, bytes, length);
        return;
    }
    if (!embedded && (strcmp(type, "text/rfc822-headers") == 0 || strcmp(type, "message/rfc822") == 0 ||
                      strcmp(type, "message/rfc822-headers") == 0 || strcmp(type, "message/partial") == 0 ||
                      strcmp(type, "message/global-headers") == 0))
        report_read_returned(message, bytes, length);
}

void
report_take_returned(Message *message)
{
    MessageReport *report = message->report;
    MessageReport *inside = message->returned;

    if (report == NULL || inside == NULL)
        return;
    if (report->original_message_id == NULL)
        report->original_message_id = g_steal_pointer(&inside->original_message_id);
    /* Feedback names its recipient only in the returned header where it was not taken out (RFC 5965, 3.2). */
    if (strcmp(report->kind, "feedback-report") == 0 && report->recipients->len == 1 &&
        inside->recipients->len > 0) {
        ReportRecipient *recipient = report->recipients->pdata[0];
        const ReportRecipient *to = inside->recipients->pdata[0];

        if (recipient->address == NULL)
            recipient->address = g_strdup(to->address);
    }
}
