/* Encoded words (RFC 2047) in unstructured fields, with the usual sins. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "message/header-reader-private.h"
#include "tap.h"

typedef struct {
    const char *name;
    const char *raw;
    const char *wanted;
} Case;

static const Case cases[] = {
    { "q", "=?iso-8859-1?Q?gr=FCn_und_blau?=", "gr\303\274n und blau" },
    { "base64", "=?UTF-8?B?zqDPgc+Mz4POv8+GzrE=?= x", "\316\240\317\201\317\214\317\203\316\277\317\206\316\261 x" },
    { "no-blank-between-words", "=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab" },
    { "blank-before-text", "=?utf-8?Q?a?= b", "a b" },
    { "language", "=?us-ascii*en?Q?a?=", "a" },
    { "case-of-the-letter", "=?UTF-8?q?=c3=a4?= =?utf-8?b?w6Q=?=", "\303\244\303\244" },
    { "raw-iso-2022-jp", "\033$BF|K\\8l\033(B x", "\346\227\245\346\234\254\350\252\236 x" },
    { "character-cut-in-two", "=?utf-8?Q?=C3?= =?utf-8?Q?=A4?=", "\303\244" },
    { "character-cut-in-two-base64", "=?utf-8?B?ww==?=\t=?utf-8?B?pA==?=", "\303\244" },
    { "base64-cut-anywhere", "=?utf-8?B?w6TD?= =?utf-8?B?tsO8w?= =?utf-8?B?58=?=",
      "\303\244\303\266\303\274\303\237" },
    { "base64-without-padding", "=?utf-8?B?w6Q?= x", "\303\244 x" },
    { "sets-mixed", "=?utf-8?Q?=C3=A4?= =?iso-8859-1?Q?=F6?= =?koi8-r?Q?=D0?=", "\303\244\303\266\320\277" },
    { "shifts", "=?iso-2022-jp?B?GyRCJCIbKEI=?=", "\343\201\202" },
    { "blanks-in-a-word", "=?utf-8?Q?gr=C3=BCn und blau?=", "gr\303\274n und blau" },
    { "inside-text", "a=?utf-8?Q?b?=c", "abc" },
    { "in-quotes", "\"=?utf-8?Q?=C3=A4?=\" x", "\"\303\244\" x" },
    { "words-without-blank", "=?utf-8?Q?a?==?utf-8?Q?b?=", "ab" },
    { "no-end", "=?utf-8?Q?gr=C3=BCn", "gr\303\274n" },
    { "no-end-before-a-word", "=?utf-8?Q?gr=C3=BCn =?utf-8?Q?_x?=", "gr\303\274n x" },
    { "question-mark-not-encoded", "=?utf-8?Q?Was?=20ist?=", "Was? ist" },
    { "unknown-set", "=?x-nonsense?Q?=C3=A4?=", "\303\244" },
    { "no-word", "=?utf-8?X?a?= =? a =?utf-8", "=?utf-8?X?a?= =? a =?utf-8" },
    { "broken-hex", "=?utf-8?Q?100=25_=_=4?=", "100% = =4" },
    { "raw-utf-8", "gr\303\274n", "gr\303\274n" },
    { "raw-8-bit", "gr\374n", "gr\303\274n" },
    { "controls-become-blanks", "a\001b\tc", "a b c" },
};

static void
test_case(gconstpointer data)
{
    const Case *one = data;
    g_autofree char *found = header_decode(one->raw);

    g_assert_cmpstr(found, ==, one->wanted);
}

static void
test_hostile(void)
{
    static const char *const pieces[] = { "=?", "=?a?q?", "=?utf-8?B?", "=?utf-8?Q?=", "?=", "=?utf-8?Q?a?= ", "=?a?b?w?=", "=" };

    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autoptr(GString) raw = g_string_new(NULL);
        g_autofree char *found = NULL;
        gint64 begin = clock_process_cpu();

        while (raw->len < LIMIT_HEADER_FIELD)
            g_string_append(raw, pieces[i]);
        found = header_decode(raw->str);
        g_assert_true(g_utf8_validate(found, -1, NULL));
        g_assert_cmpint(clock_process_cpu() - begin, <, 3 * G_USEC_PER_SEC);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/message/words/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/message/words/hostile", test_hostile);
    return g_test_run();
}
