/* Content-Type and Content-Disposition with their parameters (RFC 2045, RFC 2183, RFC 2231), and transfer encodings. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "message/message.h"
#include "message/mime-value.h"
#include "message/transfer-encoding-private.h"
#include "tap.h"

typedef struct {
    const char *name;
    const char *raw;
    const char *value;
    const char *parameter, *text;    /* NULL: it is not there */
} Case;

static const Case cases[] = {
    { "plain", "text/plain; charset=utf-8", "text/plain", "charset", "utf-8" },
    { "case", "TEXT/Plain; CharSet=UTF-8", "text/plain", "charset", "UTF-8" },
    { "quoted", "a/b; name=\"a \\\"b\\\".txt\"", "a/b", "name", "a \"b\".txt" },
    { "comments", "(x) text/plain (y); (z) charset=us-ascii (w)", "text/plain", "charset", "us-ascii" },
    { "blanks", " text / plain ; charset = utf-8 ", "text/plain", "charset", "utf-8" },
    { "other-parameter", "a/b; x=1; y=2", "a/b", "y", "2" },
    { "missing-parameter", "a/b; x=1", "a/b", "y", NULL },
    { "boundary-with-blanks", "multipart/mixed; boundary=\"---- main ----\"", "multipart/mixed", "boundary", "---- main ----" },
    { "boundary-is-no-encoded-word", "multipart/mixed; boundary=\"=?utf-8?Q?a?=\"", "multipart/mixed", "boundary", "=?utf-8?Q?a?=" },
    { "extended", "attachment; filename*=utf-8''%C3%A4%20b.txt", "attachment", "filename", "\303\244 b.txt" },
    { "extended-other-set", "attachment; filename*=iso-8859-1'de'%E4.txt", "attachment", "filename", "\303\244.txt" },
    { "extended-in-quotes", "attachment; filename*=\"utf-8''%C3%A4.txt\"", "attachment", "filename", "\303\244.txt" },
    { "extended-without-set", "attachment; filename*=%C3%A4.txt", "attachment", "filename", "\303\244.txt" },
    { "continued", "a/b; name*0=abc; name*1=\"def\"; name*2=.txt", "a/b", "name", "abcdef.txt" },
    { "continued-extended", "a/b; name*0*=utf-8''%C3; name*1*=%A4; name*2=\"%20.txt\"", "a/b", "name", "\303\244%20.txt" },
    { "continued-in-disorder", "a/b; name*2=c; name*0=a; name*1=b", "a/b", "name", "abc" },
    { "continued-ten-and-more",
      "a/b; n*0=a; n*1=b; n*2=c; n*3=d; n*4=e; n*5=f; n*6=g; n*7=h; n*8=i; n*9=j; n*10=k", "a/b", "n", "abcdefghijk" },
    { "continued-word", "a/b; name*0=\"=?utf-8?Q?=C3\"; name*1=\"=A4?=.txt\"", "a/b", "name", "\303\244.txt" },
    { "section-doubled", "a/b; name*0=a; name*0=x; name*1=b", "a/b", "name", "ab" },
    { "extended-before-plain", "attachment; filename=\"_.txt\"; filename*=utf-8''%C3%A4.txt", "attachment", "filename",
      "\303\244.txt" },
    { "first-of-two", "multipart/mixed; boundary=bar; boundary=foo", "multipart/mixed", "boundary", "bar" },
    { "encoded-word", "a/b; name=\"=?utf-8?B?w6QudHh0?=\"", "a/b", "name", "\303\244.txt" },
    { "encoded-word-without-quotes", "a/b; name==?utf-8?Q?=C3=A4_b.txt?=", "a/b", "name", "\303\244 b.txt" },
    { "raw-8-bit", "a/b; name=\"\344.txt\"", "a/b", "name", "\303\244.txt" },
    { "raw-utf-8", "a/b; name=\303\244.txt", "a/b", "name", "\303\244.txt" },
    /* The sins. */
    { "semicolons", "a/b ; ; ;; ;;;; x=1;;", "a/b", "x", "1" },
    { "no-semicolon", "text/plain charset=utf-8", "text/plain", "charset", "utf-8" },
    { "no-semicolon-between", "text/plain; format=flowed charset=utf-8", "text/plain", "charset", "utf-8" },
    { "name-with-blanks", "attachment; filename=my report (1).pdf", "attachment", "filename", "my report (1).pdf" },
    { "name-with-blanks-then-parameter", "attachment; filename=my report.pdf size=3", "attachment", "filename", "my report.pdf" },
    { "no-closing-quote", "attachment; filename=\"a.pdf; size=3", "attachment", "filename", "a.pdf" },
    { "no-value", "; name=\"a.zip\"", "", "name", "a.zip" },
    { "only-a-parameter", "name=a.zip", "", "name", "a.zip" },
    { "name-of-the-field", "Content-Type: text/html; charset=utf-8", "text/html", "charset", "utf-8" },
    { "equals-twice", "text/plain; charset==utf-8", "text/plain", "charset", "utf-8" },
    { "empty", "", "", "charset", NULL },
    { "empty-parameter", "text/plain; charset=; x=1", "text/plain", "charset", "" },
    { "empty-quotes", "a/b; comment=\"\"", "a/b", "comment", "" },
};

static void
test_case(gconstpointer data)
{
    const Case *one = data;
    g_autoptr(MimeValue) value = mime_value_parse(one->raw);

    g_assert_cmpstr(value->value, ==, one->value);
    g_assert_cmpstr(mime_value_parameter(value, one->parameter), ==, one->text);
}

static void
test_hostile(void)
{
    static const char *const pieces[] = { "a*0*=b;", "(", "\"", ";", "a=", "a=\"", "=", " a=b", "name=a ", "\\", "a*=''", "(\\" };

    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autoptr(GString) raw = g_string_new("text/plain; ");
        g_autoptr(MimeValue) value = NULL;
        gint64 begin = clock_process_cpu();

        while (raw->len < LIMIT_HEADER_FIELD)
            g_string_append(raw, pieces[i]);
        value = mime_value_parse(raw->str);
        g_assert_cmpuint(value->parameters->len, <=, 2 * LIMIT_MIME_PARAMETERS);
        g_assert_cmpint(clock_process_cpu() - begin, <, 3 * G_USEC_PER_SEC);
    }
}

static void
test_encodings(void)
{
    static const struct {
        const char *encoding, *bytes, *wanted;    /* NULL: as they stand */
    } encodings[] = {
        { "base64", "YWJj\r\nZGVm\r\n", "abcdef" },
        { "BASE64", "YWJj", "abc" },
        { " base64 (x)", "YWJj", "abc" },
        { "\"base64\"", "YWJj", "abc" },
        { "base64;", "YWJj", "abc" },
        { "base64", "YWI=\nYw==", "abc" },
        { "base64", "YWJjZA", "abcd" },
        { "base64", "YWJjZGU", "abcde" },
        { "base64", "YWJjZGV", "abc" },
        { "base64", "YWJjZG", "abc" },
        { "base64", "YWJjZ", "abc" },
        { "base64", "YWJjZGV=YWJj", "abcdeabc" },
        { "base64", "YWJj!ZGVmYWJjZGVmYWJjZGVmYWJjZGVm", "abcdefabcdefabcdefabcdef" },
        { "base64", "aGVsbG8=\n-- \nAnna, of the list\n", "hello" },
        { "base64", "YWJjZGVmYWJjZGVmYWJjZGVmYWJjZGVmYWJjZGVmYWJj\r\n\r\n___________\r\nA list\r\n",
          "abcdefabcdefabcdefabcdefabcdefabc" },
        { "base64", "YWJjZGVm\nDear John, no base64.\n", NULL },
        { "base64", "a=\nb: c, d; e - f (g) \"h\"\n", NULL },
        { "base64", "... this is no base64, somebody lied ...", NULL },
        { "base64", "", "" },
        { "quoted-printable", "a=3Db=c3=A4", "a=b\303\244" },
        { "Quoted-Printable", "a=\r\nb=\nc", "abc" },
        { "quoted-printable", "a=  \r\nb", "ab" },
        { "quoted-printable", "a  \r\nb \n", "a\r\nb\n" },
        { "quoted-printable", "a b", "a b" },
        { "quoted-printable", "100% =4 =ZZ =", "100% =4 =ZZ " },
        { "x-uuencode", "text\nbegin 644 a.txt\n#86)C\n`\nend\nmore\n", "abc" },
        { "uuencode", "begin 644 a.txt\r\n#86)C\r\n`\r\nend\r\n", "abc" },
        { "x-uuencode", "no such line\n", NULL },
        { "7bit", "a=3D", NULL },
        { "8bit", "a", NULL },
        { "binary", "a", NULL },
        { "nonsense", "a=3D", NULL },
        { "", "a=3D", NULL },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(encodings); i++) {
        gsize length = 0;
        g_autofree guint8 *decoded =
            transfer_encoding_decode(transfer_encoding_parse(encodings[i].encoding), (const guint8 *) encodings[i].bytes,
                                     strlen(encodings[i].bytes), &length);

        g_test_message("%s: %s", encodings[i].encoding, encodings[i].bytes);
        if (encodings[i].wanted == NULL) {
            g_assert_null(decoded);
        } else {
            g_assert_nonnull(decoded);
            g_assert_cmpuint(length, ==, strlen(encodings[i].wanted));
            g_assert_true(memcmp(decoded, encodings[i].wanted, length) == 0);
        }
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/message/parameters/", cases[i].name, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/message/parameters/hostile", test_hostile);
    g_test_add_func("/message/transfer-encoding/decoded-leniently", test_encodings);
    return g_test_run();
}
