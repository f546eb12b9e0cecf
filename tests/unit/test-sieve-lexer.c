/* The tokens of a script, and where they stand (RFC 5228, 8.1). */
#include "sieve-fixture.h"
#include "sieve/lexer-private.h"
#include "tap.h"

/* Every token as "kind@line:column" with what it holds; "!" for each problem. */
static char *
tokens_of(const char *source)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    SieveProblems problems = { .list = list };
    GString *text = g_string_new(NULL);
    Lexer lexer;

    lexer_init(&lexer, "t", source, strlen(source), &problems);
    do {
        guint before = problems.errors;

        lexer_next(&lexer);
        g_string_append_printf(text, "%s%u:%u", text->len > 0 ? " " : "", lexer.at.line, lexer.at.column);
        switch (lexer.kind) {
        case TOKEN_END: g_string_append(text, "end"); break;
        case TOKEN_BAD: g_string_append(text, "bad"); break;
        case TOKEN_IDENTIFIER: g_string_append_printf(text, "=%s", lexer.text->str); break;
        case TOKEN_TAG: g_string_append_printf(text, "=:%s", lexer.text->str); break;
        case TOKEN_NUMBER: g_string_append_printf(text, "=%" G_GUINT64_FORMAT, lexer.number); break;
        case TOKEN_STRING: {
            g_autofree char *escaped = g_strescape(lexer.text->str, "\xc3\xa4");

            g_string_append_printf(text, "=\"%s\"", escaped);
            break;
        }
        default: g_string_append(text, token_kind_name(lexer.kind)); break;
        }
        for (; before < problems.errors; before++)
            g_string_append_c(text, '!');
    } while (lexer.kind != TOKEN_END);
    lexer_clear(&lexer);
    return g_string_free(text, FALSE);
}

typedef struct {
    const char *rule, *source, *tokens;
} Case;

static const Case cases[] = {
    { "nothing", "", "1:1end" },
    { "names-in-lower-case", "Keep _A1", "1:1=keep 1:6=_a1 1:9end" },
    { "tag", ":Contains", "1:1=:contains 1:10end" },
    { "tag-without-a-name", ": a", "1:1bad! 1:3=a 1:4end" },
    { "punctuation", "[,](){};", "1:1'[' 1:2',' 1:3']' 1:4'(' 1:5')' 1:6'{' 1:7'}' 1:8';' 1:9end" },
    { "number", "0 12", "1:1=0 1:3=12 1:5end" },
    { "number-with-quantifier", "1K 2m 3G", "1:1=1024 1:4=2097152 1:7=3221225472 1:9end" },
    { "largest-number", "9223372036854775807", "1:1=9223372036854775807 1:20end" },
    { "number-too-large", "9223372036854775808 1", "1:1bad! 1:21=1 1:22end" },
    { "quantified-number-too-large", "9999999999G", "1:1bad! 1:12end" },
    { "number-with-letters", "12ab 3", "1:1bad! 1:6=3 1:7end" },
    { "number-with-two-quantifiers", "1KM", "1:1bad! 1:4end" },
    { "string", "\"a b\"", "1:1=\"a b\" 1:6end" },
    { "string-with-escapes", "\"a\\\"b\\\\c\\d\"", "1:1=\"a\\\"b\\\\cd\" 1:12end" },
    { "string-over-lines-has-crlf", "\"a\nb\r\nc\" d", "1:1=\"a\\r\\nb\\r\\nc\" 3:4=d 3:5end" },
    { "columns-count-characters", "\"\xc3\xa4\xc3\xa4\" x", "1:1=\"\xc3\xa4\xc3\xa4\" 1:6=x 1:7end" },
    { "string-never-closed", "\"abc", "1:1bad! 1:5end" },
    { "string-ends-with-backslash", "\"abc\\", "1:1bad! 1:6end" },
    { "text", "text:\na\nb\n.\n;", "1:1=\"a\\r\\nb\\r\\n\" 5:1';'" },
    { "text-with-comment", "text: # why\na\n.\nx", "1:1=\"a\\r\\n\" 4:1=x 4:2end" },
    { "text-with-blanks", "text: \t\r\na\r\n.\r\n", "1:1=\"a\\r\\n\" 4:1end" },
    { "text-with-dots", "text:\n..a\n.b\n...\n.\n", "1:1=\".a\\r\\nb\\r\\n..\\r\\n\" 6:1end" },
    { "empty-text", "text:\n.\n", "1:1=\"\" 3:1end" },
    { "text-ends-with-the-file", "text:\na\n.", "1:1=\"a\\r\\n\" 3:2end" },
    { "text-never-closed", "text:\na\n", "1:1bad! 3:1end" },
    { "text-in-upper-case", "TEXT:\na\n.\n", "1:1=\"a\\r\\n\" 4:1end" },
    { "text-is-a-name-without-colon", "text a", "1:1=text 1:6=a 1:7end" },
    { "hash-comment", "a # b\nc", "1:1=a 2:1=c 2:2end" },
    { "bracket-comment", "a/* b\n*/c", "1:1=a 2:3=c 2:4end" },
    { "bracket-comments-do-not-nest", "/* /* */ a", "1:10=a 1:11end" },
    { "bracket-comment-never-closed", "a /* b *", "1:1=a 1:9end!" },
    { "shortest-comment-is-open", "/*/", "1:4end!" },
    { "strange-characters-are-one", "\xc3\xa4?? b", "1:1bad! 1:5=b 1:6end" },
    { "slash-alone", "/ a", "1:1bad! 1:3=a 1:4end" },
    { "line-ends-with-carriage-return", "a\r\nb", "1:1=a 2:1=b 2:2end" },
};

static void
check(gconstpointer data)
{
    const Case *c = data;
    g_autofree char *tokens = tokens_of(c->source);

    if (g_str_has_suffix(c->tokens, "end") || strchr(c->tokens, '!') != NULL)
        g_assert_cmpstr(tokens, ==, c->tokens);
    else
        g_assert_true(g_str_has_prefix(tokens, c->tokens));
}

static void
test_rule_names(void)
{
    static const struct {
        const char *source, *rule;
    } names[] = {
        { "# rule:[VIP customers]\nif", "VIP customers" },
        { "#rule:[a]\nif", "a" },
        { "# RULE:[a [b] c]\nif", "a [b] c" },
        { "# rule:[a]\n# and more\nif", "a" },
        { "# rule:[a]\n# rule:[b]\nif", "b" },
        { "# rule:[]\nif", "" },
        { "# rule:[a\nif", NULL },
        { "# rule: a\nif", NULL },
        { "/* rule:[a] */ if", NULL },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
        SieveProblems problems = { .list = list };
        Lexer lexer;

        lexer_init(&lexer, "t", names[i].source, strlen(names[i].source), &problems);
        lexer_next(&lexer);
        g_assert_cmpstr(lexer.text->str, ==, "if");
        g_assert_cmpstr(lexer.rule, ==, names[i].rule);
        lexer_clear(&lexer);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/sieve/lexer/%s", cases[i].rule);

        g_test_add_data_func(path, &cases[i], check);
    }
    g_test_add_func("/sieve/lexer/rule-names", test_rule_names);
    return g_test_run();
}
