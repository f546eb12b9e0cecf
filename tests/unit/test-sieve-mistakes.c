/* Everything that is wrong with a script, in one run: the exact list, in the order of the places. */
#include "base/limits.h"
#include "sieve-fixture.h"
#include "tap.h"

typedef struct {
    const char *rule, *source, *problems;
} Case;

static const Case cases[] = {
    { "none", "keep;", "" },
    { "all-of-a-file", "kep;\nif headr \"a\" \"b\" {\n  foo;\n}\nredirect \"x\";\nkeep",
      "1:1: unknown command 'kep' (did you mean 'keep'?)\n"
      "2:4: unknown test 'headr' (did you mean 'header'?)\n"
      "3:3: unknown command 'foo'\n"
      "5:10: 'x' is no address\n"
      "6:5: an argument, a test, ';' or a block expected, not the end of the script" },
    { "command-after-a-forgotten-semicolon", "keep\ndiscard;", "2:1: ';' expected before 'discard'" },
    { "argument-and-a-forgotten-semicolon", "redirect \"a@b.example\"\nkeep;\nkep;",
      "2:1: ';' expected before 'keep'\n3:1: unknown command 'kep' (did you mean 'keep'?)" },
    { "forgotten-brace", "if true keep;",
      "1:1: 'if' takes a block of commands in '{' and '}'\n1:9: '{' expected before 'keep'" },
    { "semicolon-before-the-end-of-a-block", "if true { keep }",
      "1:16: an argument, a test, ';' or a block expected, not '}'" },
    { "semicolon-too-many", "keep;;", "1:6: a command expected before ';'" },
    { "semicolon-behind-a-block", "if true {};\nkeep;", "1:11: a command expected before ';'" },
    { "elseif", "if true { keep; } elseif true { stop; }", "1:19: unknown command 'elseif' (did you mean 'elsif'?)" },
    { "else-alone", "else {}", "1:1: 'else' without an 'if' before it" },
    { "elsif-after-else", "if true {} else {} elsif true {}", "1:20: 'elsif' without an 'if' before it" },
    { "test-as-command", "header \"a\" \"b\";", "1:1: 'header' is a test, and a command is expected here" },
    { "command-as-test", "if keep {}", "1:4: 'keep' is a command, and a test is expected here" },
    { "unknown-extension", "require [\"fileinto\", \"fileintoo\"];",
      "1:22: the extension 'fileintoo' is not known here (did you mean 'fileinto'?)" },
    { "test-extension-in-rules", "require \"vnd.dovecot.testsuite\";",
      "1:9: the extension 'vnd.dovecot.testsuite' is not known here (it is for .svtest files)" },
    { "require-in-the-middle", "keep;\nrequire \"copy\";", "2:1: 'require' must stand before all other commands" },
    { "not-required", "fileinto \"a\";\nif true { addflag \"b\"; }",
      "1:1: the command 'fileinto' belongs to an extension that is not required (begin the script with: require \"fileinto\";)\n"
      "2:11: the command 'addflag' belongs to an extension that is not required (begin the script with: require \"imap4flags\";)" },
    { "match-type-not-required", "if header :regex \"a\" \"b\" {}",
      "1:11: ':regex' belongs to an extension that is not required (require \"regex\")" },
    { "unknown-tag", "if header :contain \"a\" \"b\" {}", "1:11: 'header' has no tag ':contain' (did you mean 'contains'?)" },
    { "unknown-comparator", "if header :comparator \"i;ascii-casemapp\" \"a\" \"b\" {}",
      "1:23: unknown comparator 'i;ascii-casemapp' (did you mean 'i;ascii-casemap'?)" },
    { "unknown-relation", "require \"relational\"; if header :value \"gx\" \"a\" \"b\" {}",
      "1:40: unknown relation 'gx' (one of gt, ge, lt, le, eq, ne)" },
    { "two-match-types", "if header :is :contains \"a\" \"b\" {}", "1:15: ':contains' cannot stand beside ':is'" },
    { "tag-behind-arguments", "if header \"a\" :is \"b\" {}", "1:15: ':is' must stand before the other arguments" },
    { "substring-of-a-number", "require \"comparator-i;ascii-numeric\";\nif header :contains :comparator \"i;ascii-numeric\" \"a\" \"b\" {}",
      "2:4: the comparator 'i;ascii-numeric' cannot look for parts of a text (':contains')" },
    { "argument-missing", "if header \"a\" {}", "1:4: 'header' lacks an argument: keys" },
    { "argument-too-many", "keep \"a\";", "1:6: 'keep' takes no further argument" },
    { "number-for-a-string", "redirect 12;", "1:10: 'redirect' takes a string here (address), not a number" },
    { "list-for-a-string", "redirect [\"a@b.example\"];", "1:10: 'redirect' takes a string here (address), not a string list" },
    { "comma-missing-in-a-list", "require [\"fileinto\" \"copy\"];", "1:21: ',' or ']' expected, not a string" },
    { "list-not-closed", "require [\"fileinto\";", "1:20: ',' or ']' expected, not ';'" },
    { "tests-in-parentheses-alone", "if (true) {}",
      "1:1: 'if' takes one test (anyof (...) and allof (...) make one of several)" },
    { "list-of-tests-missing", "if anyof {}", "1:4: 'anyof' takes a list of tests in parentheses" },
    { "string-never-closed", "redirect \"abc", "1:10: this string is never closed with '\"'" },
    { "comment-never-closed", "keep; /* abc", "1:7: this comment is never closed with '*/'" },
    { "text-never-closed", "redirect text:\nabc", "1:10: this text is never closed with a line that is '.'" },
    { "block-never-closed", "if true {\n  keep;", "1:9: this block is never closed with '}'" },
    { "brace-too-many", "keep; }\nkep;", "1:7: this '}' closes no block\n2:1: unknown command 'kep' (did you mean 'keep'?)" },
    { "strange-characters", "stop; ?? keep;", "1:7: '\?\?' means nothing here" },
    { "strange-characters-are-cut-between-characters", "a\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83"
      "\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83",
      "1:2: '\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83"
      "\xe5\x85\x83\xe5\x85\x83\xe5\x85\x83' means nothing here" },
    { "regular-expression", "require \"regex\"; if header :regex \"a\" [\"b\", \"\xc3\xa4(\"] {}",
      "1:45: this regular expression is wrong at its character 3: missing closing parenthesis" },
    { "field-without-addresses", "if address \"subject\" \"a\" {}",
      "1:12: the field 'subject' holds no addresses; 'header' tests it as text" },
    { "name-of-no-field", "if header \"a b\" \"c\" {}", "1:11: warning: 'a b' is no name of a header field: it matches nothing" },
    { "words-of-svtest-files-are-no-likely-words", "test \"a\" {}", "1:1: unknown command 'test'" },
    { "flags-missing", "require \"imap4flags\"; setflag;", "1:23: 'setflag' lacks an argument: flags" },
    { "half-an-address", "redirect \"<a@b.example\";", "1:10: '<a@b.example' is no address" },
    { "other-half-of-an-address", "redirect \"a@b.example>\";", "1:10: 'a@b.example>' is no address" },
    { "capability-in-a-variable", "require [\"ihave\", \"variables\"]; if ihave \"${a}\" {}",
      "1:42: the capabilities of 'ihave' cannot hold variables" },
    { "mime-option-of-an-address", "require \"mime\"; if address :mime :type \"from\" \"b\" {}", "1:34: 'address' has no tag ':type'" },
    { "mime-option-of-exists", "require \"mime\"; if exists :mime :param \"x\" \"from\" {}", "1:33: 'exists' has no tag ':param'" },
    { "global-that-is-no-name", "require [\"include\", \"variables\"]; global [\"a b\", \"c\"];", "1:43: 'a b' is no name of a variable" },
    { "nothing-to-note", "require \"vnd.mailgw.ticket\"; note \" \";", "1:35: 'note' takes something here (text), not an empty string" },
    { "nobody-to-assign-to", "require \"vnd.mailgw.ticket\"; assign \"\";", "1:37: 'assign' takes something here (agent), not an empty string" },
    { "no-key", "require \"vnd.mailgw.ticket\"; correlate \"\";", "1:40: 'correlate' takes something here (key), not an empty string" },
    { "two-refusals", "require \"reject\"; if true { reject \"a\"; }\nreject \"b\";",
      "2:1: warning: after the reject of line 1 this is an error, and nothing of the script is done (end the earlier one with stop)" },
    { "refusal-and-redirect", "require \"reject\"; reject \"a\";\nredirect \"a@b.example\";",
      "2:1: warning: after the reject of line 1 this is an error, and nothing of the script is done (end the earlier one with stop)" },
    { "two-vacations", "require \"vacation\"; vacation \"a\";\nvacation \"b\";",
      "2:1: warning: after the vacation of line 1 this is an error, and nothing of the script is done (end the earlier one with stop)" },
    { "single-quotes", "redirect 'x';", "1:10: ''' means nothing here (strings stand in double quotes: \"...\")\n"
      "1:12: ''' means nothing here (strings stand in double quotes: \"...\")" },
    { "quotes-of-a-word-processor", "redirect \xe2\x80\x9cx;", "1:10: '\xe2\x80\x9c' means nothing here (strings stand in double quotes: \"...\")" },
    { "comment-of-c", "// abc\nkeep;", "1:1: '//' means nothing here (comments are # to the end of the line, or /* ... */)" },
    { "and-of-c", "if true && true {}", "1:9: '&&' means nothing here (allof (TEST, TEST) holds if all of them do)" },
    { "else-if", "if true {} else if false {}", "1:12: 'else' takes no test (did you mean 'elsif'?)" },
    { "tag-without-colon", "if header contains \"a\" \"b\" {}", "1:4: 'header' takes no tests (did you mean ':contains'?)" },
    { "word-that-a-fact-never-is", "require \"vnd.mailgw.ticket\"; if fact \"message.follow-up\" [\"no\", \"true\"] {}",
      "1:65: warning: the fact 'message.follow-up' is never 'true' (it is one of yes, no)" },
    { "class-that-no-mail-is", "require \"vnd.mailgw.ticket\"; if fact \"message.class\" \"spam\" {}",
      "1:54: warning: the fact 'message.class' is never 'spam' (it is one of human, auto-reply, auto-generated, bounce, disposition, "
      "abuse-report, list, bulk)" },
    { "part-of-a-word-of-a-fact", "require \"vnd.mailgw.ticket\"; if fact :contains \"message.class\" \"auto\" {}", "" },
    { "hour-of-one-digit", "require \"date\"; if currentdate \"hour\" \"9\" {}",
      "1:39: warning: the hour of a date is never '9' (it is written as in '09')" },
    { "hour-of-one-digit-compared", "require [\"date\", \"relational\"]; if currentdate :value \"ge\" \"hour\" \"9\" {}",
      "1:67: warning: the hour of a date is never '9' (it is written as in '09')" },
    { "hour-compared-as-a-number", "require [\"date\", \"relational\"]; if currentdate :value \"ge\" :comparator \"i;ascii-numeric\" \"hour\" \"9\" {}", "" },
    { "begin-of-a-day-compared", "require [\"date\", \"relational\"]; if currentdate :value \"lt\" \"hour\" \"24\" {}", "" },
    { "month-as-the-end-of-a-range", "require [\"date\", \"relational\"]; if currentdate :value \"ge\" \"date\" \"2026-03\" {}", "" },
    { "weekday-by-name", "require \"date\"; if date \"date\" \"weekday\" \"mon\" {}",
      "1:42: warning: the weekday of a date is never 'mon' (0 is Sunday, 6 is Saturday)" },
    { "weekday-that-is-none", "require \"date\"; if currentdate \"weekday\" \"7\" {}",
      "1:42: warning: the weekday of a date is never '7' (0 is Sunday, 6 is Saturday)" },
    { "domain-with-an-at", "if address :domain \"from\" \"@a.example\" {}",
      "1:27: warning: ':domain' looks at what stands behind '@' alone: that never holds '@a.example'" },
    { "address-for-a-local-part", "if address :localpart \"from\" \"b@a.example\" {}",
      "1:30: warning: ':localpart' looks at what stands before '@' alone, and 'b@a.example' is a whole address" },
    { "star-in-a-domain", "if address :domain \"from\" \"*.a.example\" {}",
      "1:27: warning: with ':is' a '*' stands for itself, and no domain has one (did you mean ':matches'?)" },
    { "star-in-a-local-part", "if address \"from\" \"a*b@a.example\" {}", "" },
    { "name-of-a-variable", "require \"variables\"; set \"1a\" \"b\";", "1:26: '1a' is no name of a variable that can be set" },
};

static void
check(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    g_autoptr(SieveScript) script = sieve_compile("t", c->source, strlen(c->source), NULL, problems);
    g_autofree char *text = sieve_fixture_problems(problems);

    g_assert_cmpstr(text, ==, c->problems);
    g_assert_true((script != NULL) == (*c->problems == '\0' || strstr(c->problems, "warning") != NULL));
}

/* The place is that of the first one too many. */
static void
test_too_many_variables(void)
{
    g_autoptr(GString) source = g_string_new("require \"variables\";\n");
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_problem_free);
    g_autoptr(SieveScript) script = NULL;

    for (guint i = 0; i <= LIMIT_SIEVE_VARIABLES; i++)
        g_string_append_printf(source, "set \"v%u\" \"\";\n", i);
    script = sieve_compile("t", source->str, source->len, NULL, problems);
    g_assert_null(script);
    g_assert_cmpint(problems->len, ==, 1);
    g_assert_cmpint(((SieveProblem *) problems->pdata[0])->line, ==, LIMIT_SIEVE_VARIABLES + 2);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/sieve/mistakes/%s", cases[i].rule);

        g_test_add_data_func(path, &cases[i], check);
    }
    g_test_add_func("/sieve/mistakes/too-many-variables", test_too_many_variables);
    return g_test_run();
}
