/* Dialogues with the LMTP server: what goes in, which codes come out, which mails are handed over. */
#include "intake-fixture.h"

#include <string.h>

#include "base/limits.h"
#include "tap.h"

#define HELLO    "LHLO client.example\r\n"
#define ENVELOPE "MAIL FROM:<a@example.com>\r\nRCPT TO:<support@example.com>\r\n"
#define MAIL_OK  "250/2.1.0 250/2.1.5"

typedef struct {
    const char *rule;
    const char *input;
    const char *codes;
    guint       mails;
} Case;

static const Case cases[] = {
    { "one-mail", HELLO ENVELOPE "DATA\r\nx\r\n.\r\nQUIT\r\n", MAIL_OK " 354 250/2.0.0 221/2.0.0", 1 },
    { "empty-mail", HELLO ENVELOPE "DATA\r\n.\r\n", MAIL_OK " 354 250/2.0.0", 1 },
    { "verbs-in-any-case", "lhlo x\r\nmail from:<a@example.com>\r\nrCpT To:<s@example.com>\r\ndata\r\n.\r\n",
      MAIL_OK " 354 250/2.0.0", 1 },
    { "helo-and-ehlo-are-unknown", "HELO x\r\nEHLO x\r\n", "500/5.5.1 500/5.5.1", 0 },
    { "lhlo-first", "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n", "503/5.5.1 503/5.5.1 503/5.5.1", 0 },
    { "lhlo-needs-a-name", "LHLO\r\n", "501/5.5.4", 0 },
    { "lhlo-resets", HELLO ENVELOPE HELLO "DATA\r\n", MAIL_OK " 503/5.5.1", 0 },
    { "nested-mail", HELLO "MAIL FROM:<a@example.com>\r\nMAIL FROM:<b@example.com>\r\n", "250/2.1.0 503/5.5.1", 0 },
    { "rset-between", HELLO ENVELOPE "RSET\r\n" ENVELOPE "DATA\r\n.\r\n", MAIL_OK " 250/2.0.0 " MAIL_OK " 354 250/2.0.0", 1 },
    { "noop-vrfy-help", HELLO "NOOP x\r\nVRFY a\r\nHELP\r\nVRFY\r\n", "250/2.0.0 252/2.0.0 214/2.0.0 501/5.5.4", 0 },
    { "no-arguments-where-none-belong", HELLO "RSET x\r\nDATA x\r\nQUIT x\r\n", "501/5.5.4 501/5.5.4 501/5.5.4", 0 },
    { "no-recipient-no-data", HELLO "MAIL FROM:<a@example.com>\r\nRCPT TO:<unknown@example.com>\r\nDATA\r\n",
      "250/2.1.0 550/5.1.1 503/5.5.1", 0 },
    { "one-answer-per-accepted-recipient",
      HELLO "MAIL FROM:<>\r\nRCPT TO:<ok@x.example>\r\nRCPT TO:<unknown@x.example>\r\nRCPT TO:<quota@x.example>\r\n"
            "RCPT TO:<gone@x.example>\r\nRCPT TO:<down@x.example>\r\nRCPT TO:<silent@x.example>\r\nDATA\r\n.\r\n",
      "250/2.1.0 250/2.1.5 550/5.1.1 250/2.1.5 250/2.1.5 451/4.3.0 250/2.1.5 354 250/2.0.0 452/4.2.2 550/5.2.1 451/4.3.0", 1 },
    /* addresses */
    { "null-path", HELLO "MAIL FROM:<>\r\n", "250/2.1.0", 0 },
    { "null-recipient", HELLO "MAIL FROM:<>\r\nRCPT TO:<>\r\n", "250/2.1.0 501/5.1.3", 0 },
    { "postmaster-needs-no-domain", HELLO "MAIL FROM:<>\r\nRCPT TO:<PostMaster>\r\n", "250/2.1.0 250/2.1.5", 0 },
    { "others-need-one", HELLO "MAIL FROM:<root>\r\nMAIL FROM:<>\r\nRCPT TO:<root>\r\n", "501/5.1.7 250/2.1.0 501/5.1.3", 0 },
    { "brackets-are-needed", HELLO "MAIL FROM:a@example.com\r\nMAIL FROM: <a@example.com>\r\nMAIL FROM:<a@example.com\r\n",
      "501/5.5.4 501/5.5.4 501/5.5.4", 0 },
    { "nothing-behind-the-path", HELLO "MAIL FROM:<a@example.com>x\r\nMAIL FROM:<a@b.c>>\r\n", "501/5.5.4 501/5.5.4", 0 },
    { "bracket-inside-quotes", HELLO "MAIL FROM:<\"a>b\"@example.com>\r\n", "250/2.1.0", 0 },
    { "utf8-needs-smtputf8", HELLO "MAIL FROM:<\xce\xb1@example.com>\r\nMAIL FROM:<>\r\nRCPT TO:<\xce\xb1@example.com>\r\n",
      "553/5.6.7 250/2.1.0 553/5.6.7", 0 },
    { "utf8-with-smtputf8", HELLO "MAIL FROM:<\xce\xb1@example.com> SMTPUTF8\r\nRCPT TO:<\xce\xb1@example.com>\r\n",
      MAIL_OK, 0 },
    { "bad-utf8", HELLO "MAIL FROM:<\xce@example.com> SMTPUTF8\r\n", "501/5.1.7", 0 },
    /* parameters */
    { "size-and-body", HELLO "MAIL FROM:<a@example.com> SIZE=1000 BODY=8BITMIME\r\n", "250/2.1.0", 0 },
    { "size-over-the-limit", HELLO "MAIL FROM:<a@example.com> SIZE=1048577\r\n", "552/5.3.4", 0 },
    { "size-of-more-digits-than-fit", HELLO "MAIL FROM:<a@b.c> SIZE=99999999999999999999999999999999999\r\n", "552/5.3.4", 0 },
    { "size-is-digits", HELLO "MAIL FROM:<a@b.c> SIZE=-1\r\nMAIL FROM:<a@b.c> SIZE=\r\nMAIL FROM:<a@b.c> SIZE\r\n",
      "501/5.5.4 501/5.5.4 501/5.5.4", 0 },
    { "no-binarymime", HELLO "MAIL FROM:<a@b.c> BODY=BINARYMIME\r\n", "501/5.5.4", 0 },
    { "unknown-parameter", HELLO "MAIL FROM:<a@b.c> RET=FULL\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.c> NOTIFY=NEVER\r\n",
      "555/5.5.4 250/2.1.0 555/5.5.4", 0 },
    { "parameter-twice", HELLO "MAIL FROM:<a@b.c> SIZE=1 SIZE=2\r\n", "501/5.5.4", 0 },
    { "auth-xtext", HELLO "MAIL FROM:<a@b.c> AUTH=<>\r\nRSET\r\nMAIL FROM:<a@b.c> AUTH=a+2Bb@c.d\r\n",
      "250/2.1.0 250/2.0.0 250/2.1.0", 0 },
    { "auth-bad", HELLO "MAIL FROM:<a@b.c> AUTH=a+0Db\r\nMAIL FROM:<a@b.c> AUTH=a+4\r\nMAIL FROM:<a@b.c> AUTH=\r\n",
      "501/5.5.4 501/5.5.4 501/5.5.4", 0 },
    { "xsender-only-with-the-null-path", HELLO "MAIL FROM:<a@b.c> XSENDER=UNKNOWN\r\nMAIL FROM:<> XSENDER=UNKNOWN\r\n",
      "501/5.5.4 250/2.1.0", 0 },
    /* lines */
    { "bare-lf-is-no-line-end", HELLO "NOOP\nNOOP\r\n", "500/5.5.2 250/2.0.0", 0 },
    { "bare-cr-in-a-command", HELLO "NOOP\rNOOP\r\nNOOP\r\n", "500/5.5.2 250/2.0.0", 0 },
    { "empty-line", HELLO "\r\n", "500/5.5.1", 0 },
    { "trailing-blanks", HELLO "RSET  \t\r\n", "250/2.0.0", 0 },
    { "unknown", HELLO "STARTTLS\r\nXYZZY foo\r\n", "500/5.5.1 500/5.5.1", 0 },
    { "cut-command-at-the-end", HELLO "NOOP", "", 0 },
    { "cut-data-at-the-end", HELLO ENVELOPE "DATA\r\nx\r\n.\r", MAIL_OK " 354", 0 },
    /* BDAT */
    { "bdat", HELLO ENVELOPE "BDAT 3 LAST\r\nabcNOOP\r\n", MAIL_OK " 250/2.0.0 250/2.0.0", 1 },
    { "bdat-in-pieces", HELLO ENVELOPE "BDAT 3\r\nabcBDAT 0\r\nBDAT 2\r\n\r\nBDAT 0 LAST\r\n",
      MAIL_OK " 250/2.0.0 250/2.0.0 250/2.0.0 250/2.0.0", 1 },
    { "bdat-empty", HELLO ENVELOPE "BDAT 0 LAST\r\n", MAIL_OK " 250/2.0.0", 1 },
    { "bdat-without-recipient-is-swallowed",
      HELLO "MAIL FROM:<a@b.c>\r\nRCPT TO:<unknown@b.c>\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n",
      "250/2.1.0 550/5.1.1 503/5.5.1 250/2.0.0", 0 },
    { "bdat-without-mail-is-swallowed", HELLO "BDAT 6\r\nQUIT\r\nNOOP\r\n", "503/5.5.1 250/2.0.0", 0 },
    { "bdat-of-unknown-size-ends-it", HELLO ENVELOPE "BDAT x LAST\r\n" ENVELOPE, MAIL_OK " 501/5.5.4", 0 },
    { "bdat-bad-word", HELLO ENVELOPE "BDAT 3 LASTLY\r\nabc", MAIL_OK " 501/5.5.4", 0 },
    { "data-after-bdat", HELLO ENVELOPE "BDAT 1\r\nxDATA\r\nRCPT TO:<b@b.c>\r\nRSET\r\n" ENVELOPE "DATA\r\n.\r\n",
      MAIL_OK " 250/2.0.0 503/5.5.1 503/5.5.1 250/2.0.0 " MAIL_OK " 354 250/2.0.0", 1 },
    { "two-mails-in-one-burst", HELLO ENVELOPE "DATA\r\na\r\n.\r\n" ENVELOPE "BDAT 1 LAST\r\nbQUIT\r\n",
      MAIL_OK " 354 250/2.0.0 " MAIL_OK " 250/2.0.0 221/2.0.0", 2 },
    { "ten-errors", HELLO "1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n8\r\n9\r\n10\r\nNOOP\r\n",
      "500/5.5.1 500/5.5.1 500/5.5.1 500/5.5.1 500/5.5.1 500/5.5.1 500/5.5.1 500/5.5.1 500/5.5.1 500/5.5.1 421/4.7.0", 0 },
    { "nothing-after-quit", HELLO "QUIT\r\nNOOP\r\n", "221/2.0.0", 0 },
};

static void
test_case(gconstpointer data)
{
    const Case      *c = data;
    Fixture         *fixture = fixture_new();
    g_autofree char *codes = NULL;

    fixture_start(fixture);
    codes = dialogue(fixture, c->input, strlen(c->input));
    fixture_stop(fixture);
    g_assert_cmpstr(codes, ==, c->codes);
    g_assert_cmpuint(fixture->mails->len, ==, c->mails);
    fixture_free(fixture);
}

static const SinkMail *
mail_at(const Fixture *fixture, guint i)
{
    g_assert_cmpuint(i, <, fixture->mails->len);
    return g_ptr_array_index(fixture->mails, i);
}

static void
assert_bytes(const SinkMail *mail, const void *bytes, gsize length)
{
    gsize         got = 0;
    gconstpointer data = g_bytes_get_data(mail->bytes, &got);

    g_assert_cmpmem(data, (int) got, bytes, (int) length);
}

static void
test_envelope(void)
{
    static const char input[] = HELLO "MAIL FROM:<@r.example,@q.example:\"a b\"@Example.COM> AUTH=anna+2Bx SIZE=3\r\n"
                                      "RCPT TO:<@[IPv6:::1]:support+x@example.com>\r\nRCPT TO:<other@example.com>\r\n"
                                      "DATA\r\n..a\r\n.b\r\n...\r\n.\r\n"
                                      "MAIL FROM:<> XSENDER=unknown\r\nRCPT TO:<s@example.com>\r\nBDAT 5 LAST\r\n\r\n.\r\n";
    Fixture          *fixture = fixture_new();
    const SinkMail   *mail;
    g_autofree char  *codes = NULL;

    fixture_start(fixture);
    codes = dialogue(fixture, input, sizeof input - 1);
    fixture_stop(fixture);
    mail = mail_at(fixture, 0);
    g_assert_cmpstr(mail->source, ==, "lmtp:main");
    g_assert_cmpstr(mail->sender, ==, "\"a b\"@Example.COM");
    g_assert_cmpstr(mail->auth_user, ==, "anna+x");
    g_assert_false(mail->sender_unknown);
    g_assert_cmpuint(mail->recipients->len, ==, 2);
    g_assert_cmpstr(((SinkRecipient *) mail->recipients->pdata[0])->recipient, ==, "support+x@example.com");
    g_assert_cmpstr(((SinkRecipient *) mail->recipients->pdata[0])->queue, ==, "support");
    assert_bytes(mail, ".a\r\nb\r\n..\r\n", 11);
    mail = mail_at(fixture, 1);
    g_assert_cmpstr(mail->sender, ==, "");
    g_assert_true(mail->sender_unknown);
    g_assert_null(mail->auth_user);
    assert_bytes(mail, "\r\n.\r\n", 5);
    fixture_free(fixture);
}

static void
test_auth_only_where_trusted(void)
{
    static const char input[] = HELLO "MAIL FROM:<> AUTH=anna XSENDER=UNKNOWN\r\nRCPT TO:<s@example.com>\r\nDATA\r\n.\r\n";
    Fixture          *fixture = fixture_new();
    g_autofree char  *codes = NULL;

    fixture->listener.trust_auth = FALSE;
    fixture_start(fixture);
    codes = dialogue(fixture, input, sizeof input - 1);
    fixture_stop(fixture);
    g_assert_null(mail_at(fixture, 0)->auth_user);
    g_assert_false(mail_at(fixture, 0)->sender_unknown);
    fixture_free(fixture);
}

static void
test_answers_stay_one_line(void)
{
    static const char input[] = HELLO "MAIL FROM:<>\r\nRCPT TO:<gone@example.com>\r\nDATA\r\n.\r\n";
    Fixture          *fixture = fixture_new();
    Client            client;
    g_autofree char  *received = NULL;

    fixture_start(fixture);
    client = client_open(fixture);
    client_send(&client, input, sizeof input - 1);
    received = client_close(&client);
    g_assert_nonnull(strstr(received, "550 5.2.1 gone  250 2.0.0 forged\r\n"));
    g_assert_nonnull(strstr(received, "\r\n250-PIPELINING\r\n"));
    g_assert_nonnull(strstr(received, "\r\n250-CHUNKING\r\n"));
    g_assert_nonnull(strstr(received, "\r\n250 SIZE 1048576\r\n"));
    g_assert_null(strstr(received, "BINARYMIME"));
    fixture_free(fixture);
}

static void
test_nul_in_command(void)
{
    static const char input[] = HELLO "NO\0OP\r\nMAIL FROM:<a@b.c>\0 SIZE=1\r\nNOOP\r\n";
    Fixture          *fixture = fixture_new();
    g_autofree char  *codes = NULL;

    fixture_start(fixture);
    codes = dialogue(fixture, input, sizeof input - 1);
    g_assert_cmpstr(codes, ==, "500/5.5.2 500/5.5.2 250/2.0.0");
    fixture_free(fixture);
}

static void
test_line_lengths(void)
{
    static const struct {
        gsize       length;
        const char *codes;
    } lengths[] = { { LIMIT_COMMAND_LINE, "250/2.0.0 250/2.0.0" },
                    { LIMIT_COMMAND_LINE + 1, "500/5.5.2 250/2.0.0" },
                    { 1000 * 1000, "500/5.5.2 250/2.0.0" } };
    Fixture *fixture = fixture_new();

    fixture_start(fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autoptr(GString) input = g_string_new(HELLO "NOOP ");
        g_autofree char   *codes = NULL;

        for (gsize k = strlen("NOOP \r\n"); k < lengths[i].length; k++)
            g_string_append_c(input, 'x');
        g_string_append(input, "\r\nNOOP\r\n");
        codes = dialogue(fixture, input->str, input->len);
        g_assert_cmpstr(codes, ==, lengths[i].codes);
    }
    fixture_free(fixture);
}

static void
test_thousand_digits(void)
{
    Fixture           *fixture = fixture_new();
    g_autofree char   *digits = g_strnfill(1000, '9');
    g_autoptr(GString) input = g_string_new(NULL);
    g_autofree char   *codes = NULL;

    g_string_printf(input, HELLO "MAIL FROM:<a@b.c> SIZE=%s\r\n" ENVELOPE "BDAT %s LAST\r\nabc", digits, digits);
    fixture_start(fixture);
    codes = dialogue(fixture, input->str, input->len);
    fixture_stop(fixture);
    g_assert_cmpstr(codes, ==, "552/5.3.4 " MAIL_OK);
    g_assert_cmpuint(fixture->mails->len, ==, 0);
    fixture_free(fixture);
}

static void
test_recipient_limit(void)
{
    Fixture           *fixture = fixture_new();
    g_autoptr(GString) input = g_string_new(HELLO "MAIL FROM:<>\r\n");
    g_autofree char   *codes = NULL;

    for (int i = 0; i <= LIMIT_RECIPIENTS; i++)
        g_string_append(input, "RCPT TO:<s@example.com>\r\n");
    fixture_start(fixture);
    codes = dialogue(fixture, input->str, input->len);
    g_assert_true(g_str_has_suffix(codes, "250/2.1.5 452/4.5.3"));
    fixture_free(fixture);
}

static void
test_mails_per_session(void)
{
    Fixture           *fixture = fixture_new();
    g_autoptr(GString) input = g_string_new(HELLO);
    g_autofree char   *codes = NULL;

    for (int i = 0; i < LIMIT_MAILS_PER_SESSION; i++)
        g_string_append(input, ENVELOPE "BDAT 1 LAST\r\nx");
    g_string_append(input, ENVELOPE);
    fixture_start(fixture);
    codes = dialogue(fixture, input->str, input->len);
    fixture_stop(fixture);
    g_assert_true(g_str_has_suffix(codes, "250/2.0.0 421/4.3.2"));
    g_assert_cmpuint(fixture->mails->len, ==, LIMIT_MAILS_PER_SESSION);
    fixture_free(fixture);
}

/* A burst with everything that crosses a boundary: it must not matter how the network cuts it. */
static const char burst[] = HELLO "NOOP\nMAIL FROM:<a@example.com> SIZE=20\r\nRCPT TO:<ok@b.c>\r\nRCPT TO:<quota@b.c>\r\n"
                                  "DATA\r\n..\r\n.x\r\n\r.\r\n.\r.\r\n\n.\n\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<ok@b.c>\r\nBDAT 7\r\n"
                                  "\r\n.\r\nQUBDAT 5 LAST\r\nIT\r\n.RSET\r\nBDAT 3 LAST\r\nabcQUIT\r\n";
static const char burst_codes[] = "500/5.5.2 250/2.1.0 250/2.1.5 250/2.1.5 354 250/2.0.0 452/4.2.2 250/2.1.0 250/2.1.5 "
                                  "250/2.0.0 250/2.0.0 250/2.0.0 503/5.5.1 221/2.0.0";

static void
assert_burst(Fixture *fixture, Client *client)
{
    g_autofree char *received = client_close(client);
    g_autofree char *codes = reply_codes(received);

    g_assert_cmpstr(codes, ==, burst_codes);
    g_mutex_lock(&fixture->lock);
    g_assert_cmpuint(fixture->mails->len, ==, 2);
    assert_bytes(mail_at(fixture, 0), ".\r\nx\r\n\r.\r\n\r.\r\n\n.\n\r\n", 19);
    assert_bytes(mail_at(fixture, 1), "\r\n.\r\nQUIT\r\n.", 12);
    g_ptr_array_set_size(fixture->mails, 0);
    g_mutex_unlock(&fixture->lock);
}

static void
test_cut_anywhere(void)
{
    Fixture *fixture = fixture_new();

    fixture_start(fixture);
    for (gsize cut = 0; cut < sizeof burst - 1; cut++) {
        Client client = client_open(fixture);

        client_send(&client, burst, cut);
        client_settle(&client);
        client_send(&client, burst + cut, sizeof burst - 1 - cut);
        assert_burst(fixture, &client);
    }
    fixture_free(fixture);
}

static void
test_byte_by_byte(void)
{
    Fixture *fixture = fixture_new();
    Client   client;

    fixture_start(fixture);
    client = client_open(fixture);
    for (gsize i = 0; i < sizeof burst - 1; i++) {
        client_send(&client, burst + i, 1);
        client_settle(&client);
    }
    assert_burst(fixture, &client);
    fixture_free(fixture);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/intake/lmtp/", cases[i].rule, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/intake/lmtp/envelope", test_envelope);
    g_test_add_func("/intake/lmtp/auth-only-where-trusted", test_auth_only_where_trusted);
    g_test_add_func("/intake/lmtp/answers-stay-one-line", test_answers_stay_one_line);
    g_test_add_func("/intake/lmtp/nul-in-command", test_nul_in_command);
    g_test_add_func("/intake/lmtp/line-lengths", test_line_lengths);
    g_test_add_func("/intake/lmtp/thousand-digits", test_thousand_digits);
    g_test_add_func("/intake/lmtp/recipient-limit", test_recipient_limit);
    g_test_add_func("/intake/lmtp/mails-per-session", test_mails_per_session);
    g_test_add_func("/intake/lmtp/cut-anywhere", test_cut_anywhere);
    g_test_add_func("/intake/lmtp/byte-by-byte", test_byte_by_byte);
    return g_test_run();
}
