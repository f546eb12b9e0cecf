#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "mail-fixture.h"
#include "message/record.h"
#include "tap.h"

#define MUTATIONS 20000

static GByteArray *
record_of(const Message *message)
{
    GByteArray *record = g_byte_array_new();

    message_record_write(message, record);
    return record;
}

static GPtrArray *
fixture_records(void)
{
    GPtrArray *records = g_ptr_array_new_with_free_func((GDestroyNotify) g_byte_array_unref);
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "mail", NULL);
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    const char *name;

    g_assert_nonnull(folder);
    while ((name = g_dir_read_name(folder)) != NULL) {
        if (g_str_has_suffix(name, ".eml")) {
            g_autoptr(Message) message = mail_fixture_parse(name);

            g_ptr_array_add(records, record_of(message));
        }
    }
    g_assert_cmpuint(records->len, >=, 20);
    return records;
}

static void
test_round_trip(void)
{
    g_autoptr(GPtrArray) records = fixture_records();

    for (guint i = 0; i < records->len; i++) {
        const GByteArray *record = records->pdata[i];
        g_autoptr(GError) error = NULL;
        g_autoptr(Message) message = message_record_read(record->data, record->len, &error);
        g_autoptr(GByteArray) again = NULL;

        g_assert_no_error(error);
        again = record_of(message);
        g_assert_cmpmem(record->data, record->len, again->data, again->len);
    }
}

/* The bytes alone could agree on a member that neither side carries; these are looked at one by one. */
static void
test_members(void)
{
    g_autoptr(Message) message = mail_fixture_parse("bounce-postfix-user-unknown.eml");
    g_autoptr(Message) again = NULL;
    g_autoptr(GByteArray) record = NULL;
    const ReportRecipient *recipient;

    g_free(message->language);
    message->language = g_strdup("el");
    message->not_parsed = TRUE;
    message->charset_guessed = TRUE;
    message->date_offset_unknown = TRUE;
    message->date_offset_minutes = -570;
    message->received_count = 7;
    message->from_fields = 2;
    message->sender = message_address_new(NULL, "s@x.example");
    message->authentication = g_new0(MessageAuthentication, 1);
    message->authentication->authserv_id = g_strdup("mx");
    message->authentication->dmarc = g_strdup("pass");
    g_ptr_array_add(message->resent_bcc, message_address_new("R", "r@x.example"));
    record = record_of(message);
    again = message_record_read(record->data, record->len, NULL);
    g_assert_cmpstr(again->message_id, ==, message->message_id);
    g_assert_cmpstr(again->subject, ==, message->subject);
    g_assert_cmpstr(again->return_path, ==, "");
    g_assert_cmpstr(again->text, ==, message->text);
    g_assert_cmpstr(again->html, ==, NULL);
    g_assert_cmpstr(again->language, ==, "el");
    g_assert_cmpstr(again->class_reason, ==, message->class_reason);
    g_assert_cmpint(again->class_, ==, CLASS_BOUNCE);
    g_assert_true(again->has_date && again->not_parsed && again->charset_guessed && again->date_offset_unknown);
    g_assert_cmpint(again->date, ==, message->date);
    g_assert_cmpint(again->date_offset_minutes, ==, -570);
    g_assert_cmpuint(again->received_count, ==, 7);
    g_assert_cmpuint(again->from_fields, ==, 2);
    g_assert_cmpstr(again->sender->address, ==, "s@x.example");
    g_assert_cmpstr(again->authentication->dmarc, ==, "pass");
    g_assert_cmpstr(again->authentication->spf, ==, NULL);
    g_assert_cmpuint(again->resent_bcc->len, ==, 1);
    g_assert_cmpuint(again->headers->len, ==, message->headers->len);
    g_assert_cmpuint(again->parts->len, ==, message->parts->len);
    g_assert_cmpstr(again->report->original_message_id, ==, "t17.42@example.com");
    recipient = again->report->recipients->pdata[0];
    g_assert_cmpstr(recipient->status, ==, "5.1.1");
    g_assert_cmpmem(again->content_key, 32, message->content_key, 32);
}

static void
test_truncations(void)
{
    g_autoptr(Message) message = mail_fixture_parse("bounce-postfix-user-unknown.eml");
    g_autoptr(GByteArray) record = record_of(message);

    for (guint length = 1; length < record->len; length++) {
        /* A copy of exactly that length, so that a sanitizer sees any step beyond it. */
        g_autofree guint8 *cut = g_memdup2(record->data, length);
        g_autoptr(GError) error = NULL;

        g_assert_null(message_record_read(cut, length, &error));
        g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
    }
    g_byte_array_append(record, (const guint8 *) "x", 1);
    g_assert_null(message_record_read(record->data, record->len, NULL));
}

static void
mutate(guint8 *bytes, gsize length)
{
    int changes = g_test_rand_int_range(1, 5);

    for (int i = 0; i < changes && length > 0; i++) {
        gsize at = (gsize) g_test_rand_int_range(0, (gint32) length);

        switch (g_test_rand_int_range(0, 4)) {
        case 0:
            bytes[at] = (guint8) g_test_rand_int_range(0, 256);
            break;
        case 1:
            bytes[at] = 0xff;
            break;
        case 2:
            bytes[at] = 0;
            break;
        default:
            memset(bytes + at, 0xff, MIN(4, length - at));
            break;
        }
    }
}

/* A changed record is refused or is a message within the limits, which can be written again. */
static void
test_mutations(void)
{
    g_autoptr(GPtrArray) records = fixture_records();
    guint read = 0;

    for (guint i = 0; i < MUTATIONS; i++) {
        const GByteArray *record = records->pdata[i % records->len];
        guint length = g_test_rand_int_range(0, 4) == 0 ? (guint) g_test_rand_int_range(1, (gint32) record->len)
                                                        : record->len;
        g_autofree guint8 *bytes = g_memdup2(record->data, length);
        g_autoptr(Message) message = NULL;

        mutate(bytes, length);
        message = message_record_read(bytes, length, NULL);
        if (message != NULL) {
            g_autoptr(GByteArray) again = record_of(message);

            g_assert_cmpmem(bytes, length, again->data, again->len);
            g_assert_true(g_utf8_validate(message->text, -1, NULL));
            read++;
        }
    }
    g_test_message("%u of %d changed records could be read", read, MUTATIONS);
}

static void
test_limits(void)
{
    g_autoptr(Message) message = message_new();
    g_autoptr(GByteArray) record = NULL;
    g_autoptr(GError) error = NULL;

    for (int i = 0; i <= LIMIT_REFERENCES; i++)
        g_ptr_array_add(message->references, g_strdup("a@x"));
    record = record_of(message);
    g_assert_null(message_record_read(record->data, record->len, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/message/record/every-mail-comes-back-equal", test_round_trip);
    g_test_add_func("/message/record/members", test_members);
    g_test_add_func("/message/record/truncated-or-too-long-is-refused", test_truncations);
    g_test_add_func("/message/record/mutations-do-no-harm", test_mutations);
    g_test_add_func("/message/record/counts-are-bounded", test_limits);
    return g_test_run();
}
