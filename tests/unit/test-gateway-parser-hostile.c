/*
 * What the worker believes of a parse child that a mail has taken over: nothing.
 *
 * The worker's side is compiled in with another child behind it, which does what the queue's name in the request tells it.
 */
#define parser_child_run hostile_child_run
#include "../../lib/gateway/parser.c"

#include "tap.h"

static void
answer(int channel, guint32 claimed, const void *bytes, gsize length)
{
    ParserReply reply = { claimed, 0 };

    io_write_all(channel, &reply, sizeof reply, NULL);
    io_write_all(channel, bytes, length, NULL);
}

static void
behave(int channel, const char *how)
{
    g_autoptr(Message) message = message_new();
    g_autoptr(GByteArray) record = g_byte_array_new();

    message->subject = g_strdup("Printer");
    message->text = g_strdup("");
    message_record_write(message, record);
    if (g_str_equal(how, "honest"))
        answer(channel, record->len, record->data, record->len);
    else if (g_str_equal(how, "half-a-header"))
        io_write_all(channel, "abc", 3, NULL);
    else if (g_str_equal(how, "four-gigabytes"))
        answer(channel, G_MAXUINT32, record->data, record->len);
    else if (g_str_equal(how, "one-over-the-limit"))
        answer(channel, LIMIT_PARSE_RECORD + 1, record->data, record->len);
    else if (g_str_equal(how, "less-than-claimed"))
        answer(channel, record->len + 1, record->data, record->len);
    else if (g_str_equal(how, "more-than-a-record")) {
        g_byte_array_append(record, (const guint8 *) "\0\0\0\0", 4);
        answer(channel, record->len, record->data, record->len);
    } else if (g_str_equal(how, "empty"))
        answer(channel, 0, "", 0);
    else if (g_str_equal(how, "noise")) {
        for (guint i = 0; i < record->len; i++)
            record->data[i] = (guint8) (record->data[i] * 7 + i);
        answer(channel, record->len, record->data, record->len);
    }
    if (!g_str_equal(how, "honest"))
        _exit(0);
}

void
hostile_child_run(int channel)
{
    ParserRequest request;
    int fd;

    while (parser_receive_fd(channel, &request, sizeof request, &fd)) {
        io_close(&fd);
        behave(channel, request.queue);
    }
    _exit(0);
}

static Message *
parse(Parser *parser, const char *how, GError **error)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static("mail", 4);
    const MessageOptions options = { .queue = how };

    return parser_parse(parser, bytes, &options, error);
}

static void
test_behaviour(gconstpointer how)
{
    g_autoptr(Parser) parser = parser_start(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(Message) fine = NULL;

    g_assert_null(parse(parser, how, &error));
    g_assert_true(g_error_matches(error, MAILGW_ERROR, MAILGW_ERROR_LIMIT)
                  || g_error_matches(error, MAILGW_ERROR, MAILGW_ERROR_INVALID));
    g_assert_cmpint(parser_child_pid(parser), ==, 0);      /* it is not asked again */
    fine = parse(parser, "honest", NULL);
    g_assert_nonnull(fine);
    g_assert_cmpstr(fine->subject, ==, "Printer");
}

int
main(int argc, char **argv)
{
    static const char *const behaviours[] = { "silent", "half-a-header", "four-gigabytes", "one-over-the-limit",
                                              "less-than-claimed", "more-than-a-record", "empty", "noise" };

    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(behaviours); i++) {
        g_autofree char *path = g_strconcat("/gateway/parser/hostile/", behaviours[i], NULL);

        g_test_add_data_func(path, behaviours[i], test_behaviour);
    }
    return g_test_run();
}
