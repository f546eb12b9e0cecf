/* What of a text is the reply: tables of what mail programs write in many languages, and the promises that hold for every text. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "message/spans-private.h"
#include "spans-cases.h"
#include "tap.h"

#define BODY "Hello there,\n\nwhat is it?\n\nAnna\n"
#define QUOTE "> Hello there,\n>\n> what is it?\n> -- \n> Anna\n"

static GArray *
spans_of(const char *text, const GArray *hints)
{
    g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(MessageSpan));
    GArray *spans = g_array_new(FALSE, FALSE, sizeof(MessageSpan));

    spans_find(text, hints != NULL ? hints : none, spans);
    return spans;
}

/* What the header promises of every text. */
static void
check_promises(const char *text, const GArray *spans)
{
    gsize length = strlen(text), at = 0;

    g_assert_cmpuint(spans->len, <=, LIMIT_SPANS);
    for (guint i = 0; i < spans->len; i++) {
        const MessageSpan *span = &g_array_index(spans, MessageSpan, i);

        g_assert_cmpuint(span->start, ==, at);
        g_assert_cmpuint(span->end, >, span->start);
        g_assert_cmpint(span->kind, <, N_SPAN_KINDS);
        g_assert_true(i == 0 || span[-1].kind != span->kind);
        g_assert_true(((guchar) text[span->start] & 0xc0) != 0x80);
        at = span->end;
    }
    g_assert_cmpuint(at, ==, length);
}

static char *
reply_of(const char *text)
{
    g_autoptr(GArray) spans = spans_of(text, NULL);

    check_promises(text, spans);
    return spans_reply(text, spans, TRUE);
}

static char *
kinds_of(const GArray *spans)
{
    GString *kinds = g_string_new(NULL);

    for (guint i = 0; i < spans->len; i++)
        g_string_append_printf(kinds, "%s%s", i > 0 ? " " : "", span_kind_name(g_array_index(spans, MessageSpan, i).kind));
    return g_string_free(kinds, FALSE);
}

static void
expect(const char *text, const char *wanted)
{
    g_autofree char *reply = reply_of(text);

    if (strcmp(reply, wanted) != 0)
        g_error("the reply is\n%s\nnot\n%s\nof\n%s", reply, wanted, text);
}

G_GNUC_PRINTF(2, 3) static void
expect_format(const char *wanted, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    expect(text, wanted);
}

/* At blanks, as programs do that wrap every line. */
static char *
wrap(const char *line, guint width)
{
    char *wrapped = g_strdup(line), *blank = NULL;
    guint column = 0;

    for (char *at = wrapped; *at != '\0'; at++, column++) {
        if (column >= width && blank != NULL) {
            *blank = '\n';
            column = (guint) (at - blank);
            blank = NULL;
        }
        if (*at == ' ')
            blank = at;
    }
    return wrapped;
}

static void
check_quoted(const char *line)
{
    g_autofree char *wrapped = wrap(line, 50);

    expect_format("Yes please.", "Yes please.\n\n%s\n" QUOTE, line);
    expect_format("Yes please.", "Yes please.\n\n%s\n\n" QUOTE, line);
    expect_format("Yes please.", "Yes please.\n%s\n" QUOTE, line);
    expect_format("Yes please.", "%s\n" QUOTE "\nYes please.\n", line);
    if (!g_str_has_prefix(line, ">"))
        expect_format("Yes please.", "Yes please.\n\n%s\n\n" QUOTE, wrapped);
}

static void
test_attributions(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(attributions); i++) {
        check_quoted(attributions[i]);
        expect_format("Yes please.", "Yes please.\n\n%s\n\n" BODY, attributions[i]);
        expect_format("Yes please.", "%s\n\nYes please.\n", attributions[i]);
    }
}

static void
test_weak_attributions(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(weak_attributions); i++)
        check_quoted(weak_attributions[i]);
    expect("Anna Example wrote:\n\nit is down.\n\nNow it is up.", "Anna Example wrote:\n\nit is down.\n\nNow it is up.");
}

static void
test_header_blocks(void)
{
    static const char *const above[] = {
        "", "________________________________\n", " ------------------------------\n\n", "-----Original Message-----\n",
        "-----Ursprüngliche Nachricht-----\n", "-------- Исходное сообщение --------\n", "-----Αρχικό μήνυμα-----\n"
    };

    for (guint i = 0; i < G_N_ELEMENTS(header_blocks); i++) {
        g_autofree char *alone = g_strconcat(header_blocks[i], "\n\n" BODY, NULL);
        g_autofree char *whole = g_strdup(alone);

        for (guint a = 0; a < G_N_ELEMENTS(above); a++) {
            expect_format("Yes please.", "Yes please.\n\n%s%s\n\n" BODY, above[a], header_blocks[i]);
            expect_format("Yes please.", "Yes please.\n%s%s\n\n" BODY, above[a], header_blocks[i]);
        }
        /* Nothing of the sender's stands above: it is a forward, and stays. */
        expect(alone, g_strstrip(whole));
    }
}

static void
test_markers(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(markers); i++) {
        expect_format("Yes please.", "Yes please.\n\n%s\n\n" BODY, markers[i]);
        expect_format("Yes please.", "Yes please.\n\n%s\n" QUOTE, markers[i]);
    }
}

static void
test_sent_from(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(sent_from); i++) {
        expect_format("Yes please.", "Yes please.\n\n%s\n", sent_from[i]);
        expect_format("Yes please.", "Yes please.\n%s", sent_from[i]);
        expect_format("Yes please.", "Yes please.\n\n%s\n\nAm 01.02.16 um 10:00 schrieb Anna:\n" QUOTE, sent_from[i]);
        expect_format("Yes please.", "Yes please.\n\n*%s*\n", sent_from[i]);
    }
}

static void
test_own_words(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(own_words); i++) {
        g_autofree char *below = g_strconcat("Hello desk,\n\n", own_words[i], NULL);

        expect(own_words[i], own_words[i]);
        expect(below, below);
    }
}

typedef struct {
    const char *name, *text, *reply, *kinds;
} Case;

static const Case cases[] = {
    { "interleaved-answers-stay-in-order", "On 1 Feb 2016, at 10:00, Anna <a@example.org> wrote:\n> One?\n\nFirst.\n\n> Two?\n\nSecond.\n",
      "First.\n\nSecond.", "attribution quote reply quote reply" },
    { "quote-between-answers-that-nothing-announced-stays", "First.\n\n> a sentence from the manual\n\nSecond.\n",
      "First.\n\n> a sentence from the manual\n\nSecond.", "reply" },
    { "quote-at-the-end-folds", "Yes.\n\n> Shall I?\n", "Yes.", "reply quote" },
    { "quote-before-a-signature-folds", "Yes.\n\n> Shall I?\n\n-- \nBo\n", "Yes.", "reply quote signature" },
    { "nothing-but-quote-is-no-reply", "> Shall I?\n>> You?\n", "", "quote" },
    { "bars-quote", "Yes.\n\n| Shall I?\n| Now?\n", "Yes.", "reply quote" },
    { "initials-quote", "Yes.\n\nAE> Shall I?\nAE>\nAE> Now?\n", "Yes.", "reply quote" },
    { "quote-within-quote-of-initials", "Yes.\n\nAE>> Shall I?\nAE> Now?\n", "Yes.", "reply quote" },
    { "alias-quotes", ">>>>> \"Anna\" == Anna Example <a@example.org> writes:\n\nAnna> Shall I?\nAnna> Now?\n\nYes.\n", "Yes.", "quote reply" },
    { "enclosed-quote", ">>> Anna Example >>>\nShall I?\nNow?\n<<< Anna Example <<<\nYes.\n", "Yes.", "quote reply" },
    { "escaped-from-is-own", ">From now on it fails.\n\nWhy?", ">From now on it fails.\n\nWhy?", "reply" },
    { "delimiter-of-rfc-3676", "Yes.\n\n-- \nBo Example\nExample Ltd\n", "Yes.", "reply signature" },
    { "delimiter-without-its-blank", "Yes.\n--\nBo\n", "Yes.", "reply signature" },
    { "delimiter-of-underscores", "Yes.\n\n_____________\nlist mailing list\nhttp://example.com/list\n", "Yes.", "reply signature" },
    { "delimiter-of-a-dash", "Yes.\n\n—\nBo\n", "Yes.", "reply signature" },
    { "signature-ends-at-the-quote", "Yes.\n\n-- \nBo\n\nLe 01/02/2016 à 10:00, Anna a écrit :\n> Oui ?\n", "Yes.", "reply signature attribution quote" },
    { "text-below-a-signature-and-quote-is-reply", "-- \nBo\n> Shall I?\n\nYes.\n", "-- \nBo\n> Shall I?\n\nYes.", "reply" },
    { "dash-and-name-is-own", "Yes.\n\n—Bo\n", "Yes.\n\n—Bo", "reply" },
    { "delimiter-in-a-line-is-own", "The fix -- this is no signature.\n\nBo", "The fix -- this is no signature.\n\nBo", "reply" },
    { "delimiter-in-code-is-own", "Run:\n\n```\na\n--\nb\n```\n\nRight?", "Run:\n\n```\na\n--\nb\n```\n\nRight?", "reply" },
    { "sections-of-a-text-are-own", "One\n\n* * *\n\nTwo\n\n* * *\n\nThree", "One\n\n* * *\n\nTwo\n\n* * *\n\nThree", "reply" },
    { "card-below-closing-words", "It works.\n\nBest regards,\nBo Example\nExample Ltd\nTel. +30 210 123 4567\nwww.example.com\n",
      "It works.\n\nBest regards,\nBo Example", "reply signature" },
    { "card-in-greek", "Λειτουργεί.\n\nΜε εκτίμηση,\nΆννα\nΤηλ. 210 123 4567\nanna@example.gr\n", "Λειτουργεί.\n\nΜε εκτίμηση,\nΆννα", "reply signature" },
    { "closing-words-alone-stay", "It works.\n\nBest regards,\nBo", "It works.\n\nBest regards,\nBo", "reply" },
    { "small-print", "It works.\n\nBo\n\nThis e-mail and any attachments are confidential and only for the addressee.\n\nPlease delete it.\n",
      "It works.\n\nBo", "reply disclaimer" },
    { "small-print-in-polish", "Działa.\n\nTa wiadomość jest poufna i przeznaczona dla adresata.\n", "Działa.", "reply disclaimer" },
    { "small-print-in-russian", "Работает.\n\nДанное сообщение является конфиденциальным.\n", "Работает.", "reply disclaimer" },
    { "small-print-in-belarusian", "Працуе.\n\nГэты ліст канфідэнцыйны, калі вы не адрасат, выдаліце яго. Інфармацыя канфідэнцыйная для адрасата.\n", "Працуе.", "reply disclaimer" },
    { "small-print-in-ukrainian", "Працює.\n\nЦе повідомлення є конфіденційним.\n", "Працює.", "reply disclaimer" },
    { "small-print-in-greek", "ΛΕΙΤΟΥΡΓΕΙ.\n\nΤΟ ΠΑΡΟΝ ΜΗΝΥΜΑ ΕΙΝΑΙ ΕΜΠΙΣΤΕΥΤΙΚΟ.\n", "ΛΕΙΤΟΥΡΓΕΙ.", "reply disclaimer" },
    { "small-print-below-a-signature", "Yes.\n\n-- \nBo\n\nThis message is confidential, for its recipient.\n", "Yes.", "reply signature disclaimer" },
    { "banner-on-top", "CAUTION: This email originated from outside. Do not click.\n\nYes.\n", "Yes.", "disclaimer reply" },
    { "footer-of-a-list", "Yes.\n\nYou received this message because you are subscribed to the group.\n\nMore of it.\n", "Yes.", "reply signature" },
    { "forward-below-text", "See this.\n\n---------- Forwarded message ---------\nFrom: Anna <a@example.org>\nSubject: x\n\nHello\n\n-- \nAnna\n",
      "See this.", "reply forward" },
    { "forward-alone-stays", "---------- Forwarded message ---------\nFrom: Anna <a@example.org>\nSubject: x\n\nHello\n",
      "---------- Forwarded message ---------\nFrom: Anna <a@example.org>\nSubject: x\n\nHello", "forward" },
    { "forward-below-a-telephone-line-stays", "Sent from my iPhone\n\nBegin forwarded message:\n\n> From: Anna <a@example.org>\n> Subject: x\n>\n> Hello\n",
      "Begin forwarded message:\n\n> From: Anna <a@example.org>\n> Subject: x\n>\n> Hello", "signature forward" },
    { "openpgp-frame", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nYes.\n\n- -- \nBo\n-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n",
      "Yes.", "signature reply signature" },
    { "the-whole-where-nothing-is-left", "Sent from my iPhone\n", "Sent from my iPhone\n", "signature" },
    { "patch-is-own", "Fix:\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n-- \n2.39\n",
      "Fix:\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b", "reply signature" },
    { "not-greedy", "On this day\n\nI wrote something.\n\nOn 28 Jan 2016, at 19:04, Anna wrote:\n\n> Did you?\n", "On this day\n\nI wrote something.", "reply attribution quote" },
    { "attribution-in-the-quote", "Tak.\n\n> W dniu 01.02.2016 o 10:00, Anna pisze:\n>> Działa?\n\nNa pewno.\n", "Tak.\n\nNa pewno.", "reply quote reply" },
    { "above-this-line", "Ναι.\n\nΣτις 1/2/2016 10:00, ο/η Desk έγραψε:\n\n## Παρακαλούμε απαντήστε πάνω από αυτή τη γραμμή ##\n\nΓεια\n", "Ναι.", "reply attribution quote" },
    { "several-telephone-lines", "Yes.\n\nSent from my iPhone\nSent from my iPad\nEnvoyé de mon iPhone\n", "Yes.", "reply signature" },
    { "date-and-address-of-old-gmail", "Yes.\n\n2013/7/1 Anna Example <a@example.org>\n\n> Shall I?\n", "Yes.", "reply attribution quote" },
    { "date-and-address-alone", "Yes.\n\n2013/7/1 Anna Example <a@example.org>\n\nShall I?\n", "Yes.", "reply attribution quote" },
    { "date-and-address-in-a-list-is-own", "Orders:\n2013/7/1 <a@example.org>\n2013/7/2 <b@example.org>\n\nWhere are they?",
      "Orders:\n2013/7/1 <a@example.org>\n2013/7/2 <b@example.org>\n\nWhere are they?", "reply" },
    { "nbsp-is-an-empty-line", "Yes.\n\xc2\xa0\nSent from my iPhone\n\xc2\xa0\n", "Yes.", "reply signature" },
    { "empty", "", "", "" },
    { "blanks", " \n\n", "", "reply" },
};

static void
test_case(gconstpointer data)
{
    const Case *one = data;
    g_autoptr(GArray) spans = spans_of(one->text, NULL);
    g_autofree char *kinds = kinds_of(spans);

    if (strcmp(one->name, "blanks") != 0)
        expect(one->text, one->reply);
    g_assert_cmpstr(kinds, ==, one->kinds);
}

static void
add_hint(GArray *hints, const char *text, const char *what, SpanKind kind)
{
    const char *found = strstr(text, what);
    MessageSpan hint = { kind, (guint32) (found - text), (guint32) (found - text + (gssize) strlen(what)) };

    g_array_append_val(hints, hint);
}

static void
test_hints(void)
{
    static const char text[] = "Yes.\n\nBo\nExample Ltd\n\nthe desk, long ago:\nShall I?\n\nNow?\n\nAnd this too.\n";
    g_autoptr(GArray) hints = g_array_new(FALSE, FALSE, sizeof(MessageSpan));
    g_autoptr(GArray) spans = NULL;
    g_autofree char *kinds = NULL;
    g_autofree char *reply = NULL;

    add_hint(hints, text, "Bo\nExample Ltd\n", SPAN_SIGNATURE);
    add_hint(hints, text, "the desk, long ago:\n", SPAN_ATTRIBUTION);
    add_hint(hints, text, "Shall I?\n\nNow?\n", SPAN_QUOTE);
    spans = spans_of(text, hints);
    check_promises(text, spans);
    kinds = kinds_of(spans);
    reply = spans_reply(text, spans, TRUE);
    g_assert_cmpstr(kinds, ==, "reply signature attribution quote reply");
    g_assert_cmpstr(reply, ==, "Yes.\n\nAnd this too.");
}

static void
test_hinted_forward(void)
{
    static const char text[] = "From: Anna <anna@example.org>\nSent: Monday, February 1, 2016 10:00\nTo: Desk\nSubject: x\n\nShall I?\n";
    g_autoptr(GArray) hints = g_array_new(FALSE, FALSE, sizeof(MessageSpan));
    g_autoptr(GArray) spans = NULL;
    g_autofree char *kinds = NULL;

    add_hint(hints, text, text, SPAN_QUOTE);
    spans = spans_of(text, hints);
    kinds = kinds_of(spans);
    g_assert_cmpstr(kinds, ==, "forward");
}

static void
test_many_spans(void)
{
    g_autoptr(GString) text = g_string_new("On 1 Feb 2016, at 10:00, Anna wrote:\n");
    g_autofree char *reply = NULL;

    for (guint i = 0; i < LIMIT_SPANS; i++)
        g_string_append_printf(text, "> question %u\nanswer %u\n", i, i);
    reply = reply_of(text->str);
    g_assert_true(g_str_has_prefix(reply, "answer 0\nanswer 1\n"));
    g_assert_true(g_str_has_suffix(reply, "answer 999"));
}

/* Cut anywhere, and with characters changed: the promises hold. */
static void
check_mutations(const char *text, GRand *rand)
{
    gsize length = strlen(text);

    for (guint round = 0; round < 40 && length > 0; round++) {
        g_autofree char *copy = g_strndup(text, (gsize) g_rand_int_range(rand, 0, (gint32) MIN(length, 20000)) + 1);
        static const char marks[] = "\n>|:-_*<@ \t\"(1";
        g_autofree char *valid = NULL;
        g_autofree char *reply = NULL;

        for (guint change = 0; change < round / 4; change++)
            copy[g_rand_int_range(rand, 0, (gint32) strlen(copy))] = marks[g_rand_int_range(rand, 0, (gint32) sizeof marks - 1)];
        valid = g_utf8_make_valid(copy, -1);
        reply = reply_of(valid);
        g_assert_true(g_utf8_validate(reply, -1, NULL));
    }
}

static void
test_mutations(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        check_mutations(cases[i].text, rand);
    for (guint i = 0; i < G_N_ELEMENTS(attributions); i++) {
        g_autofree char *text = g_strconcat("Yes.\n\n", attributions[i], "\n" QUOTE, NULL);

        check_mutations(text, rand);
    }
    for (guint i = 0; i < G_N_ELEMENTS(own_words); i++)
        check_mutations(own_words[i], rand);
    for (guint i = 0; i < G_N_ELEMENTS(header_blocks); i++)
        check_mutations(header_blocks[i], rand);
}

static guint
check_folder(const char *path, GRand *rand)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    guint files = 0;

    for (const char *name; folder != NULL && (name = g_dir_read_name(folder)) != NULL;) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        g_autofree char *bytes = NULL;
        g_autofree char *text = NULL;
        g_autofree char *reply = NULL;
        gsize length;

        if (g_file_test(file, G_FILE_TEST_IS_DIR)) {
            files += check_folder(file, rand);
            continue;
        }
        if (!g_file_get_contents(file, &bytes, &length, NULL) || memchr(bytes, 0, length) != NULL)
            continue;
        text = g_utf8_make_valid(bytes, (gssize) length);
        reply = reply_of(text);
        check_mutations(text, rand);
        files++;
    }
    return files;
}

static void
test_corpora(void)
{
    const char *corpora = g_getenv("MAILGW_CORPORA");
    g_autoptr(GRand) rand = g_rand_new_with_seed(8);

    if (corpora == NULL || !g_file_test(corpora, G_FILE_TEST_IS_DIR)) {
        g_test_skip("no corpora");
        return;
    }
    g_test_message("%u files", check_folder(corpora, rand));
}

/* As much of it as a text may have. A rule that looked to the end from every line would need minutes. */
static void
test_hostile(void)
{
    static const char *const pieces[] = {
        "\n", "1:\n", "a:\n", "a:\n>\n", "From:\n", "From:\nTo:\n", "From: a\nDate: 1\nx\nx\nx\nx\nx\nx\n", "1:2 2016 a:\n", "1:23 2016 a@b wrote:\n",
        "--\n", "--  \n--\n", "---\n", "_\n\n", "a\n\n", "Sent from a\n\n", "This message and any\n\n", "> a\nb\n", ">", "|>", "> ", "```\n", "~~~\nx\n",
        "-----BEGIN A\n", ">>> a >>>\n", "AB>", "On ", "<", "best regards\n+30 210 1234567\n", "> On 1/2/2016 1:22 x@y wrote:\n", "@@ -\n+\n",
        "1c1\n>\n", "-----BEGIN PGP SIGNATURE-----\n", "Original Message\n", "*****\n", "\xe2\x80\x94\n"
    };

    for (guint i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autofree char *reply = NULL;
        gint64 begin;

        while (text->len < LIMIT_TEXT)
            g_string_append(text, pieces[i]);
        begin = clock_monotonic();
        reply = reply_of(text->str);
        g_test_message("%6" G_GINT64_FORMAT " us  %s", clock_monotonic() - begin, pieces[i]);
        g_assert_cmpint(clock_monotonic() - begin, <, 20 * G_USEC_PER_SEC);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/spans/attributions", test_attributions);
    g_test_add_func("/spans/attributions-that-need-a-quote", test_weak_attributions);
    g_test_add_func("/spans/header-blocks", test_header_blocks);
    g_test_add_func("/spans/markers", test_markers);
    g_test_add_func("/spans/sent-from", test_sent_from);
    g_test_add_func("/spans/own-words-stay", test_own_words);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/spans/case/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/spans/hints-are-honoured", test_hints);
    g_test_add_func("/spans/hinted-forward-without-words-stays", test_hinted_forward);
    g_test_add_func("/spans/too-many-end-in-reply", test_many_spans);
    g_test_add_func("/spans/promises-of-mutations", test_mutations);
    g_test_add_func("/spans/promises-of-corpora", test_corpora);
    g_test_add_func("/spans/linear", test_hostile);
    return g_test_run();
}
