/* What looks like the end of DATA to some server, and must not to ours (A21; CVE-2023-51764 and its kin). */
#define _GNU_SOURCE
#include "intake-fixture.h"

#include <string.h>

#include "tap.h"

typedef struct {
    const char *name;
    const char *bytes;
    gsize       length;
    gboolean    bare;      /* has a CR without LF or an LF without CR */
} Terminator;

#define T(name, bytes, bare) { name, bytes, sizeof bytes - 1, bare }

static const Terminator terminators[] = {
    T("lf-dot-lf", "\n.\n", TRUE),
    T("lf-dot-crlf", "\n.\r\n", TRUE),
    T("crlf-dot-lf", "\r\n.\n", TRUE),
    T("cr-dot-cr", "\r.\r", TRUE),
    T("cr-dot-crlf", "\r.\r\n", TRUE),
    T("crlf-dot-cr", "\r\n.\r", TRUE),
    T("cr-dot-lf", "\r.\n", TRUE),
    T("lf-dot-cr", "\n.\r", TRUE),
    T("lf-lf-dot-lf-lf", "\n\n.\n\n", TRUE),
    T("cr-cr-dot-cr-cr", "\r\r.\r\r", TRUE),
    T("crlf-dot-crcrlf", "\r\n.\r\r\n", TRUE),
    T("crlf-dot-lfcr", "\r\n.\n\r", TRUE),
    T("lfcr-dot-lfcr", "\n\r.\n\r", TRUE),
    T("crlf-cr-dot-crlf", "\r\n\r.\r\n", TRUE),
    T("crlf-nul-dot-crlf", "\r\n\0.\r\n", FALSE),
    T("crlf-dot-nul-crlf", "\r\n.\0\r\n", FALSE),
    T("crlf-dot-cr-nul-lf", "\r\n.\r\0\n", TRUE),
    T("cr-nul-lf-dot-crlf", "\r\0\n.\r\n", TRUE),
    T("crlf-dot-blank-crlf", "\r\n. \r\n", FALSE),
    T("crlf-blank-dot-crlf", "\r\n .\r\n", FALSE),
    T("crlf-dot-tab-crlf", "\r\n.\t\r\n", FALSE),
    T("crlf-two-dots-crlf", "\r\n..\r\n", FALSE),
    T("vertical-tab", "\v.\v", FALSE),
    T("form-feed", "\f.\f", FALSE),
    T("next-line", "\xc2\x85.\xc2\x85", FALSE),
    T("line-separator", "\xe2\x80\xa8.\xe2\x80\xa8", FALSE),
    T("quoted-cr-lf", "\\r\\n.\\r\\n", FALSE),
};

static const char hello[] = "LHLO x\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<s@example.com>\r\n";
static const char before[] = "Subject: outer\r\n\r\nbody";
static const char behind[] = "MAIL FROM:<boss@example.com>\r\nRCPT TO:<s@example.com>\r\nDATA\r\nSubject: smuggled\r\n\r\nx";

static gboolean
contains(GBytes *bytes, const char *text)
{
    gsize       length = 0;
    const char *data = g_bytes_get_data(bytes, &length);

    return memmem(data, length, text, strlen(text)) != NULL;
}

/* Sends the message in pieces of `step` bytes, each read by the server before the next. */
static char *
send_in_steps(const Fixture *fixture, const GString *input, gsize step)
{
    Client           client = client_open(fixture);
    g_autofree char *received = NULL;

    for (gsize sent = 0; sent < input->len; sent += step) {
        client_send(&client, input->str + sent, MIN(step, input->len - sent));
        client_settle(&client);
    }
    received = client_close(&client);
    return reply_codes(received);
}

static void
check(const Terminator *terminator, gboolean reject, gboolean by_bdat, gsize step)
{
    Fixture           *fixture = fixture_new();
    g_autoptr(GString) message = g_string_new(before);
    g_autoptr(GString) input = g_string_new(hello);
    g_autofree char   *codes = NULL;
    gboolean           refused = reject && terminator->bare;

    g_string_append_len(message, terminator->bytes, (gssize) terminator->length);
    g_string_append(message, behind);
    if (by_bdat)
        g_string_append_printf(input, "BDAT %zu LAST\r\n", message->len);
    else
        g_string_append(input, "DATA\r\n");
    g_string_append_len(input, message->str, (gssize) message->len);
    if (!by_bdat)
        g_string_append(input, "\r\n.\r\n");
    g_string_append(input, "QUIT\r\n");

    fixture->listener.reject_bare_newline = reject;
    fixture_start(fixture);
    codes = send_in_steps(fixture, input, step);
    fixture_stop(fixture);
    if (by_bdat)
        g_assert_cmpstr(codes, ==, refused ? "250/2.1.0 250/2.1.5 554/5.6.0 221/2.0.0" : "250/2.1.0 250/2.1.5 250/2.0.0 221/2.0.0");
    else
        g_assert_cmpstr(codes, ==, refused ? "250/2.1.0 250/2.1.5 354 554/5.6.0 221/2.0.0"
                                           : "250/2.1.0 250/2.1.5 354 250/2.0.0 221/2.0.0");
    g_assert_cmpuint(fixture->mails->len, ==, refused ? 0 : 1);
    if (!refused) {
        const SinkMail *mail = g_ptr_array_index(fixture->mails, 0);

        g_assert_true(contains(mail->bytes, "Subject: outer"));
        g_assert_true(contains(mail->bytes, "Subject: smuggled"));
        if (by_bdat)
            g_assert_cmpuint(g_bytes_get_size(mail->bytes), ==, message->len);
    }
    fixture_free(fixture);
}

static void
test_terminator(gconstpointer data)
{
    const Terminator *terminator = data;

    for (int i = 0; i < 4; i++) {
        check(terminator, i & 1, i & 2, 4096);
        check(terminator, i & 1, i & 2, 1);
    }
}

static void
test_lone_cr_at_the_end(void)
{
    Fixture           *fixture = fixture_new();
    g_autoptr(GString) input = g_string_new(hello);
    g_autofree char   *codes = NULL;

    g_string_append(input, "BDAT 2\r\na\rBDAT 2 LAST\r\nb\r");
    fixture->listener.reject_bare_newline = TRUE;
    fixture_start(fixture);
    codes = dialogue(fixture, input->str, input->len);
    g_assert_cmpstr(codes, ==, "250/2.1.0 250/2.1.5 250/2.0.0 554/5.6.0");
    fixture_free(fixture);
}

static void
test_crlf_across_chunks(void)
{
    Fixture           *fixture = fixture_new();
    g_autoptr(GString) input = g_string_new(hello);
    g_autofree char   *codes = NULL;

    g_string_append(input, "BDAT 2\r\na\rBDAT 2 LAST\r\n\nb");
    fixture->listener.reject_bare_newline = TRUE;
    fixture_start(fixture);
    codes = dialogue(fixture, input->str, input->len);
    g_assert_cmpstr(codes, ==, "250/2.1.0 250/2.1.5 250/2.0.0 250/2.0.0");
    fixture_free(fixture);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(terminators); i++) {
        g_autofree char *path = g_strconcat("/intake/smuggling/", terminators[i].name, NULL);

        g_test_add_data_func(path, &terminators[i], test_terminator);
    }
    g_test_add_func("/intake/smuggling/lone-cr-at-the-end", test_lone_cr_at_the_end);
    g_test_add_func("/intake/smuggling/crlf-across-chunks", test_crlf_across_chunks);
    return g_test_run();
}
