/* What the guard lets through to the parser, and what ends the connection; whole, and octet by octet. */
#include <config.h>

#include <string.h>

#include "base/limits.h"
#include "intake/imap-guard-private.h"
#include "tap.h"

typedef struct {
    const char *name;
    ImapWant    want;
    const char *input;
    const char *output;
    ImapFault   fault;
} Case;

static const Case cases[] = {
    { "exists-and-expunge", IMAP_WANT_NO_FETCH, "* 5 EXISTS\r\n* 2 EXPUNGE\r\n* 1 RECENT\r\n", "* 5 EXISTS\r\n", IMAP_FAULT_NONE },
    { "unknown-answers-are-dropped", IMAP_WANT_NO_FETCH, "* X-FOO (a \"(\" {2}\r\n)) b)\r\n* 7 EXISTS\r\n", "* 7 EXISTS\r\n", IMAP_FAULT_NONE },
    { "tagged-text-is-replaced", IMAP_WANT_NO_FETCH, "7 OK [X \"(] {5}\r\n", "7 OK x\r\n", IMAP_FAULT_NONE },
    { "tagged-without-text", IMAP_WANT_NO_FETCH, "7 NO\r\n", "7 NO x\r\n", IMAP_FAULT_NONE },
    { "tagged-bare-lf", IMAP_WANT_NO_FETCH, "7 BAD a\n", "7 BAD x\r\n", IMAP_FAULT_NONE },
    { "tagged-of-another", IMAP_WANT_NO_FETCH, "8 OK x\r\n", "", IMAP_FAULT_PROTOCOL },
    { "tagged-zero-padded", IMAP_WANT_NO_FETCH, "00000000000007 OK x\r\n", "", IMAP_FAULT_PROTOCOL },
    { "tagged-word", IMAP_WANT_NO_FETCH, "A1 OK x\r\n", "", IMAP_FAULT_PROTOCOL },
    { "continuation-unasked", IMAP_WANT_NO_FETCH, "+ go on\r\n", "", IMAP_FAULT_PROTOCOL },
    { "bye", IMAP_WANT_NO_FETCH, "* BYE so long\r\n", "", IMAP_FAULT_BYE },
    { "preauth-late", IMAP_WANT_NO_FETCH, "* PREAUTH x\r\n", "", IMAP_FAULT_PROTOCOL },
    { "codes-of-select", IMAP_WANT_NO_FETCH, "* OK [UIDVALIDITY 5] y\r\n* OK [uidnext 6]\r\n* OK [UNSEEN 3] z\r\n* OK\r\n",
      "* OK [UIDVALIDITY 5] x\r\n* OK [UIDNEXT 6] x\r\n", IMAP_FAULT_NONE },
    { "uidvalidity-0-and-huge-are-not-told", IMAP_WANT_NO_FETCH, "* OK [UIDVALIDITY 0] x\r\n* OK [UIDVALIDITY 4294967296] x\r\n", "", IMAP_FAULT_NONE },
    { "empty-line", IMAP_WANT_NO_FETCH, "\r\n", "", IMAP_FAULT_PROTOCOL },
    { "star-alone", IMAP_WANT_NO_FETCH, "* \r\n", "", IMAP_FAULT_PROTOCOL },
    { "number-alone", IMAP_WANT_NO_FETCH, "* 5\r\n", "", IMAP_FAULT_PROTOCOL },
    { "number-with-a-tail", IMAP_WANT_NO_FETCH, "* 5x EXISTS\r\n", "", IMAP_FAULT_PROTOCOL },
    { "number-above-32-bits", IMAP_WANT_NO_FETCH, "* 4294967296 EXISTS\r\n", "", IMAP_FAULT_PROTOCOL },
    { "number-at-32-bits", IMAP_WANT_NO_FETCH, "* 4294967295 EXISTS\r\n", "* 4294967295 EXISTS\r\n", IMAP_FAULT_NONE },
    { "fetch-unasked-is-news", IMAP_WANT_NO_FETCH, "* 5 FETCH (FLAGS (\\Seen) UID 3 BODY[] {2}\r\n)()\r\n", "", IMAP_FAULT_NONE },

    { "row", IMAP_WANT_ROWS, "* 1 FETCH (UID 5 FLAGS (\\Seen a) RFC822.SIZE 9 INTERNALDATE \" 1-Jan-2000 00:00:00 +0000\")\r\n",
      "* 1 FETCH (UID 5 FLAGS (\\Seen a) RFC822.SIZE 9 INTERNALDATE \" 1-Jan-2000 00:00:00 +0000\")\r\n", IMAP_FAULT_NONE },
    { "row-of-vendors", IMAP_WANT_ROWS, "* 1 FETCH (X-GM-LABELS (\"\\\\(\" {2}\r\n)) x) UID 5 EMAILID (a) SAVEDATE NIL Y \"(\\\"\" Z {3}\r\n\r\n) MODSEQ (4))\r\n",
      "* 1 FETCH (UID 5)\r\n", IMAP_FAULT_NONE },
    { "row-with-a-body-nobody-asked-for", IMAP_WANT_ROWS, "* 1 FETCH (BODY[] {4}\r\n)\r\n) UID 5)\r\n", "* 1 FETCH (UID 5)\r\n", IMAP_FAULT_NONE },
    { "row-of-nothing-known", IMAP_WANT_ROWS, "* 1 FETCH (MODSEQ (4))\r\n* 2 FETCH ()\r\n", "", IMAP_FAULT_NONE },
    { "row-uid-0", IMAP_WANT_ROWS, "* 1 FETCH (UID 0)\r\n", "", IMAP_FAULT_PROTOCOL },
    { "row-uid-quoted", IMAP_WANT_ROWS, "* 1 FETCH (UID \"5\")\r\n", "* 1 FETCH (UID 5)\r\n", IMAP_FAULT_NONE },
    { "row-flags-no-group", IMAP_WANT_ROWS, "* 1 FETCH (UID 1 FLAGS NIL)\r\n", "* 1 FETCH (UID 1)\r\n", IMAP_FAULT_NONE },
    { "row-flags-in-groups", IMAP_WANT_ROWS, "* 1 FETCH (UID 1 FLAGS (a (b (\\c)) \"d\" \\ \\* {))\r\n", "* 1 FETCH (UID 1 FLAGS (a b \\c))\r\n", IMAP_FAULT_NONE },
    { "row-ends-early", IMAP_WANT_ROWS, "* 1 FETCH (UID 1\r\n", "", IMAP_FAULT_PROTOCOL },
    { "row-message-0", IMAP_WANT_ROWS, "* 0 FETCH (UID 1)\r\n", "", IMAP_FAULT_PROTOCOL },

    { "body", IMAP_WANT_BODIES, "* 1 FETCH (UID 5 BODY[] {4}\r\n)\r\n( FLAGS (x))\r\n", "* 1 FETCH (UID 5 BODY[] {4}\r\n)\r\n()\r\n", IMAP_FAULT_NONE },
    { "body-literal8", IMAP_WANT_BODIES, "* 1 FETCH (BODY[] ~{1}\r\nx UID 5)\r\n", "* 1 FETCH (BODY[] {1}\r\nx UID 5)\r\n", IMAP_FAULT_NONE },
    { "body-quoted-becomes-a-literal", IMAP_WANT_BODIES, "* 1 FETCH (UID 5 BODY[] \"a\\\"b\")\r\n", "* 1 FETCH (UID 5 BODY[] {3}\r\na\"b)\r\n", IMAP_FAULT_NONE },
    { "body-nil-and-empty-are-none", IMAP_WANT_BODIES, "* 1 FETCH (UID 5 BODY[] NIL)\r\n* 2 FETCH (UID 6 BODY[] \"\")\r\n* 3 FETCH (UID 7 BODY[] {0}\r\n)\r\n",
      "* 1 FETCH (UID 5)\r\n* 2 FETCH (UID 6)\r\n* 3 FETCH (UID 7)\r\n", IMAP_FAULT_NONE },
    { "body-of-a-part-is-not-it", IMAP_WANT_BODIES, "* 1 FETCH (UID 5 BODY[1] {1}\r\nx BODY[]<0> {1}\r\ny)\r\n", "* 1 FETCH (UID 5)\r\n", IMAP_FAULT_NONE },
    { "body-at-its-limit", IMAP_WANT_BODIES, "* 1 FETCH (BODY[] {50}\r\n", "* 1 FETCH (BODY[] {50}\r\n", IMAP_FAULT_NONE },
    { "body-over-its-limit", IMAP_WANT_BODIES, "* 1 FETCH (BODY[] {51}\r\n", "", IMAP_FAULT_LIMIT },
    { "body-of-20-digits", IMAP_WANT_BODIES, "* 1 FETCH (BODY[] {18446744073709551617}\r\n", "", IMAP_FAULT_LIMIT },
    { "body-no-blank-before-the-literal", IMAP_WANT_BODIES, "* 1 FETCH (UID 5 BODY[]{3}\r\n", "* 1 FETCH (UID 5", IMAP_FAULT_PROTOCOL },
    { "body-partial", IMAP_WANT_PARTIAL, "* 1 FETCH (UID 5 body[]<0> {1}\r\nx)\r\n* 2 FETCH (UID 6 BODY[] {1}\r\ny)\r\n",
      "* 1 FETCH (UID 5 BODY[]<0> {1}\r\nx)\r\n* 2 FETCH (UID 6 BODY[]<0> {1}\r\ny)\r\n", IMAP_FAULT_NONE },
    { "ids-in-every-spelling", IMAP_WANT_IDS, "* 1 FETCH (BODY[HEADER.FIELDS (\"Message-ID\")] {1}\r\nx UID 5)\r\n",
      "* 1 FETCH (BODY[HEADER.FIELDS (MESSAGE-ID)] {1}\r\nx UID 5)\r\n", IMAP_FAULT_NONE },

    { "literal-of-no-body-over-its-limit", IMAP_WANT_ROWS, "* X {1048577}\r\n", "", IMAP_FAULT_LIMIT },
    { "literal-in-a-status-is-text", IMAP_WANT_ROWS, "* OK mailbox {9999999999}\r\n* 1 EXISTS\r\n", "* 1 EXISTS\r\n", IMAP_FAULT_NONE },
    { "literal-in-quotes-is-text", IMAP_WANT_ROWS, "* X \"{4}\r\n* 1 EXISTS\r\n", "* 1 EXISTS\r\n", IMAP_FAULT_NONE },
};

static void
feed(ImapGuard *guard, const char *input, gsize length, gsize step)
{
    for (gsize at = 0; at < length; at += step)
        if (!imap_guard_feed(guard, input + at, MIN(step, length - at)))
            return;
}

static void
test_case(gconstpointer data)
{
    const Case *one = data;

    for (gsize step = 1; step < 200; step = step * 3 + 1) {
        ImapGuard guard;

        imap_guard_init(&guard);
        guard.tag = 7;
        guard.want = one->want;
        guard.body_max = 50;
        feed(&guard, one->input, strlen(one->input), step);
        g_test_message("%s in steps of %zu", one->name, step);
        g_assert_cmpint(guard.fault, ==, one->fault);
        g_assert_cmpstr(guard.out->str, ==, one->output);
        g_assert((guard.reason != NULL) == (one->fault != IMAP_FAULT_NONE));
        imap_guard_clear(&guard);
    }
}

static ImapFault
fault_of(const char *before, char fill, gsize n, const char *behind)
{
    ImapGuard guard;
    g_autoptr(GString) input = g_string_new(before);
    ImapFault fault;

    for (gsize i = 0; i < n; i++)
        g_string_append_c(input, fill);
    g_string_append(input, behind);
    imap_guard_init(&guard);
    guard.want = IMAP_WANT_ROWS;
    feed(&guard, input->str, input->len, 4096);
    fault = guard.fault;
    imap_guard_clear(&guard);
    return fault;
}

static void
test_fences(void)
{
    g_assert_cmpint(fault_of("* X ", 'y', LIMIT_IMAP_LINE - 6, "\r\n"), ==, IMAP_FAULT_NONE);
    g_assert_cmpint(fault_of("* X ", 'y', LIMIT_IMAP_LINE - 5, "\r\n"), ==, IMAP_FAULT_LIMIT);
    /* Before its end has come. */
    g_assert_cmpint(fault_of("* X ", 'y', LIMIT_IMAP_LINE, ""), ==, IMAP_FAULT_LIMIT);
    g_assert_cmpint(fault_of("* X ", '(', LIMIT_IMAP_DEPTH, "\r\n"), ==, IMAP_FAULT_NONE);
    g_assert_cmpint(fault_of("* X ", '(', LIMIT_IMAP_DEPTH + 1, "\r\n"), ==, IMAP_FAULT_LIMIT);
    g_assert_cmpint(fault_of("* X \"", '(', 1000, "\"\r\n"), ==, IMAP_FAULT_NONE);
    g_assert_cmpint(fault_of("* X {3}\r\n(((", '(', LIMIT_IMAP_DEPTH, "\r\n"), ==, IMAP_FAULT_NONE);
    g_assert_cmpint(fault_of("* 1 FETCH (UID 1 ENVELOPE ", '(', LIMIT_IMAP_DEPTH, "\r\n"), ==, IMAP_FAULT_LIMIT);
}

static void
test_nul(void)
{
    static const char line[] = "* X a\0b\r\n";
    static const char literal[] = "* X {3}\r\na\0b\r\n";
    ImapGuard guard;

    imap_guard_init(&guard);
    feed(&guard, literal, sizeof literal - 1, 4);
    g_assert_cmpint(guard.fault, ==, IMAP_FAULT_NONE);
    feed(&guard, line, sizeof line - 1, 4);
    g_assert_cmpint(guard.fault, ==, IMAP_FAULT_PROTOCOL);
    imap_guard_clear(&guard);
}

static void
listed_free(gpointer data)
{
    ImapListed *listed = data;

    g_free(listed->name);
    g_free(listed);
}

static void
test_list(void)
{
    static const char input[] = "* LIST (\\HasNoChildren) \"/\" INBOX\r\n"
                                "* LIST (\\NonExistent \\Marked) \"\\\\\" \"a\\\"b\" (\"X\" (\"Y\"))\r\n"
                                "* list () NIL {3}\r\nx)y\r\n"
                                "* LIST () \"/\" {3}\r\na\nb\r\n"
                                "* LIST () \"//\" x\r\n"
                                "* LIST () \"/\"\r\n";
    static const struct {
        const char *name;
        char        delimiter;
        gboolean    selectable;
    } expected[] = { { "INBOX", '/', TRUE }, { "a\"b", '\\', FALSE }, { "x)y", '\0', TRUE }, { "x", '\0', TRUE } };
    ImapGuard guard;

    imap_guard_init(&guard);
    guard.listed = g_ptr_array_new_with_free_func(listed_free);
    feed(&guard, input, sizeof input - 1, 3);
    g_assert_cmpint(guard.fault, ==, IMAP_FAULT_NONE);
    g_assert_cmpuint(guard.out->len, ==, 0);
    g_assert_cmpuint(guard.listed->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < guard.listed->len; i++) {
        const ImapListed *listed = guard.listed->pdata[i];

        g_assert_cmpstr(listed->name, ==, expected[i].name);
        g_assert_cmpint(listed->delimiter, ==, expected[i].delimiter);
        g_assert_cmpint(listed->selectable, ==, expected[i].selectable);
    }
    g_ptr_array_unref(guard.listed);
    imap_guard_clear(&guard);
}

static void
test_notes(void)
{
    static const char greeting[] = "* OK [CAPABILITY IMAP4rev1 IDLE] hello\r\n";
    static const char select[] = "* OK [PERMANENTFLAGS (\\Seen \\* (x) \"y\")] x\r\n* 4 EXISTS\r\n7 OK [READ-ONLY] done\r\n";
    ImapGuard guard;

    imap_guard_init(&guard);
    guard.wants_greeting = TRUE;
    feed(&guard, greeting, sizeof greeting - 1, 7);
    g_assert_cmpstr(guard.capability, ==, "IMAP4rev1 IDLE");
    g_assert_cmpstr(guard.out->str, ==, "* OK x\r\n");
    guard.tag = 7;
    feed(&guard, select, sizeof select - 1, 7);
    g_assert_cmpstr(guard.permanent_flags, ==, "\\Seen \\* x");
    g_assert_cmpuint(guard.exists, ==, 4);
    g_assert_true(guard.mail && guard.has_tagged && guard.tagged == IMAP_FAULT_NONE);
    g_assert_cmpstr(guard.status, ==, "[READ-ONLY] done");
    /* What comes behind the answer is counted, even if it is dropped. */
    g_string_truncate(guard.out, 0);
    g_assert_true(imap_guard_is_empty(&guard));
    feed(&guard, "* OK injected\r\n", 15, 15);
    g_assert_false(imap_guard_is_empty(&guard));
    g_assert_cmpuint(guard.out->len, ==, 0);
    imap_guard_clear(&guard);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/intake/imap-guard/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/intake/imap-guard/fences", test_fences);
    g_test_add_func("/intake/imap-guard/nul-in-literals-only", test_nul);
    g_test_add_func("/intake/imap-guard/list-is-read", test_list);
    g_test_add_func("/intake/imap-guard/what-is-noted", test_notes);
    return g_test_run();
}
