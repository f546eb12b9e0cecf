/* What a script does to a mail: control, variables, match types, addresses, envelope. */
#include "sieve-fixture.h"
#include "tap.h"

#define REQUIRE "require [\"fileinto\",\"variables\",\"relational\",\"regex\",\"envelope\",\"subaddress\",\"index\",\"editheader\"," \
                "\"comparator-i;ascii-numeric\",\"imap4flags\",\"copy\",\"encoded-character\",\"body\"];\n"

static const char mail[] =
    "Return-Path: <ann@example.com>\r\n"
    "From: =?utf-8?Q?Ann_=C3=84rger?= <Ann+Sales@Example.COM>\r\n"
    "To: \"a, b\" <support@example.net>, billing@example.net\r\n"
    "Subject: =?utf-8?Q?Rechnung_12_f=C3=BCr_M=C3=A4rz?=\r\n"
    "X-Spam-Score: 7.5\r\n"
    "X-Count: 12\r\n"
    "X-Many: one\r\n"
    "X-Many: two\r\n"
    "X-Many: three\r\n"
    "X-Empty:\r\n"
    "\r\n"
    "Body text\r\n";

typedef struct {
    const char *rule, *script, *outcome;
} Case;

/* if TEST holds: discard. */
#define HOLDS(rule, test)       { rule, "if " test " { discard; }", "discard" }
#define HOLDS_NOT(rule, test)   { rule, "if " test " { discard; }", "implicit" }

static const Case cases[] = {
    { "control/nothing", "", "implicit" },
    { "control/keep", "keep;", "keep" },
    { "control/discard-then-keep", "discard; keep;", "discard keep" },
    { "control/stop", "discard; stop; keep;", "discard" },
    { "control/first-arm", "if true { discard; } elsif true { keep; } else { stop; }", "discard" },
    { "control/second-arm", "if false { discard; } elsif true { fileinto \"b\"; } else { keep; }", "fileinto(b)" },
    { "control/last-arm", "if false { discard; } elsif false { keep; } else { fileinto \"c\"; }", "fileinto(c)" },
    { "control/no-arm", "if false { discard; } elsif false { keep; }", "implicit" },
    { "control/nested", "if true { if false { keep; } else { discard; } } else { keep; }", "discard" },
    { "control/copy-keeps", "fileinto :copy \"a\";", "fileinto(a) implicit" },
    { "control/redirect", "redirect \"Bob <bob@example.org>\";", "redirect(bob@example.org)" },

    HOLDS("logic/not", "not false"),
    HOLDS("logic/allof", "allof (true, not false, true)"),
    HOLDS_NOT("logic/allof-one-false", "allof (true, false, true)"),
    HOLDS("logic/anyof", "anyof (false, true)"),
    HOLDS_NOT("logic/anyof-none", "anyof (false, not true)"),
    HOLDS("logic/not-anyof", "not anyof (false, false)"),
    HOLDS("logic/nested", "allof (anyof (false, allof (true, true)), not allof (true, false))"),

    HOLDS("header/decoded", "header :is \"subject\" \"Rechnung 12 f\xc3\xbcr M\xc3\xa4rz\""),
    HOLDS("header/case-of-ascii", "header :contains \"SUBJECT\" \"rechnung\""),
    HOLDS_NOT("header/octet", "header :comparator \"i;octet\" :contains \"subject\" \"rechnung\""),
    HOLDS_NOT("header/case-beyond-ascii", "header :contains \"subject\" \"M\xc3\x84RZ\""),
    HOLDS("header/case-of-unicode", "header :comparator \"i;unicode-casemap\" :contains \"subject\" \"M\xc3\x84RZ\""),
    HOLDS("header/any-of-the-fields", "header :is [\"x-none\", \"x-many\"] [\"zero\", \"two\"]"),
    HOLDS_NOT("header/missing-does-not-contain-nothing", "header :contains \"x-none\" \"\""),
    HOLDS("header/empty-contains-nothing", "header :contains \"x-empty\" \"\""),
    HOLDS("header/empty-is-empty", "header :is \"x-empty\" \"\""),
    HOLDS("header/index", "header :index 2 :is \"x-many\" \"two\""),
    HOLDS("header/index-from-the-end", "header :index 1 :last :is \"x-many\" \"three\""),
    HOLDS_NOT("header/index-too-large", "header :index 4 :contains \"x-many\" \"\""),
    HOLDS("header/exists", "exists [\"from\", \"x-empty\"]"),
    HOLDS_NOT("header/exists-all", "exists [\"from\", \"x-none\"]"),

    HOLDS("matches/star", "header :matches \"subject\" \"rechnung * *\""),
    HOLDS("matches/question-mark-is-a-character", "header :matches \"subject\" \"*f?r*\""),
    HOLDS("matches/whole-value", "header :matches \"x-count\" \"12\""),
    HOLDS_NOT("matches/not-a-part", "header :matches \"x-count\" \"1\""),
    { "matches/captures", "if header :matches \"subject\" \"* ?? *\" { fileinto \"${0}|${1}|${2}|${3}|${4}|${5}\"; }",
      "fileinto(Rechnung 12 f\xc3\xbcr M\xc3\xa4rz|Rechnung|1|2|f\xc3\xbcr M\xc3\xa4rz|)" },
    { "matches/captures-are-short", "if header :matches \"subject\" \"*r*\" { fileinto \"${1}|${2}\"; }",
      "fileinto(|echnung 12 f\xc3\xbcr M\xc3\xa4rz)" },
    { "matches/captures-stay-after-a-failure",
      "if header :matches \"x-count\" \"?2\" {} if header :matches \"x-count\" \"x*\" {} fileinto \"${1}\";", "fileinto(1)" },
    { "regex/captures", "if header :regex \"subject\" \"([0-9]+) (f.r)\" { fileinto \"${1}-${2}-${3}\"; }", "fileinto(12-f\xc3\xbcr-)" },
    { "regex/group-that-took-no-part", "if header :regex \"x-count\" \"(x)?(1)\" { fileinto \"${1}-${2}\"; }", "fileinto(-1)" },
    HOLDS("regex/any-case", "header :regex \"subject\" \"M\xc3\x84RZ$\""),

    HOLDS("relational/value", "header :value \"gt\" :comparator \"i;ascii-numeric\" \"x-count\" \"9\""),
    HOLDS("relational/value-as-text", "header :value \"lt\" \"x-count\" \"9\""),
    HOLDS("relational/fraction-is-cut", "header :value \"ge\" :comparator \"i;ascii-numeric\" \"x-spam-score\" \"7\""),
    HOLDS("relational/no-number-is-infinite", "header :value \"gt\" :comparator \"i;ascii-numeric\" \"subject\" \"99999999999999999999\""),
    HOLDS("relational/leading-zeros", "header :comparator \"i;ascii-numeric\" :is \"x-count\" \"0012\""),
    HOLDS("relational/count", "header :count \"eq\" :comparator \"i;ascii-numeric\" \"x-many\" \"3\""),
    HOLDS("relational/count-of-none", "header :count \"eq\" :comparator \"i;ascii-numeric\" \"x-none\" \"0\""),
    HOLDS("relational/count-of-addresses", "address :count \"eq\" :comparator \"i;ascii-numeric\" \"to\" \"2\""),

    HOLDS("address/all", "address :is \"from\" \"ann+sales@example.com\""),
    HOLDS("address/localpart", "address :localpart :is \"from\" \"ann+sales\""),
    HOLDS("address/domain", "address :domain :is \"from\" \"example.com\""),
    HOLDS("address/user", "address :user :is \"from\" \"ann\""),
    HOLDS("address/detail", "address :detail :is \"from\" \"sales\""),
    HOLDS_NOT("address/no-detail", "address :detail :contains \"to\" \"\""),
    HOLDS("address/second-of-a-field", "address :localpart \"to\" \"billing\""),
    HOLDS_NOT("address/not-the-display-name", "address :contains \"from\" \"rger\""),

    HOLDS("envelope/from", "envelope :is \"from\" \"bounce@example.com\""),
    HOLDS("envelope/to-localpart", "envelope :localpart :is \"to\" \"support\""),

    { "variables/set", "set \"a\" \"x\"; set \"b\" \"${a}${A}\"; fileinto \"${b}\";", "fileinto(xx)" },
    { "variables/unset-is-empty", "fileinto \"<${never}>\";", "fileinto(<>)" },
    { "variables/no-name-stays", "fileinto \"${a b} ${} $x ${\";", "fileinto(${a b} ${} $x ${)" },
    { "variables/not-expanded-twice", "set \"a\" \"$\"; set \"b\" \"x\"; set \"c\" \"${a}{b}\"; fileinto \"${c}\";", "fileinto(${b})" },
    { "encoded/before-variables", "set \"b\" \"x\"; fileinto \"${hex:24}{b}\";", "fileinto(x)" },
    { "variables/modifiers", "set :upperfirst :lower \"a\" \"hELLO\"; set :length \"b\" \"\xc3\xa4\xc3\xb6\"; fileinto \"${a} ${b}\";",
      "fileinto(Hello 2)" },
    HOLDS("variables/in-keys", "allof (header :matches \"x-count\" \"*\", header :contains \"subject\" \" ${1} \")"),
    HOLDS("encoded/characters", "header :contains \"subject\" \"${unicode:fc}r M${hex:c3 a4}\""),
    { "flags", "addflag \"a\"; addflag [\"b\", \"A c\"]; removeflag \"b\"; keep;", "keep+a+c flags(a) flags(c)" },
    { "editheader/later-tests-see-it",
      "addheader \"X-New\" \"yes\"; deleteheader :index 1 \"X-Many\"; if allof (header \"x-new\" \"yes\", not header \"x-many\" \"one\") "
      "{ discard; }", "discard" },
    { "error/drops-actions", "discard; set \"a\" \"no address\"; redirect \"${a}\"; keep;",
      "error: test.sieve:2: redirect: 'no address' is no address implicit" },
    { "error/at-the-limit-of-actions", "keep;keep;keep;keep;keep;keep;keep;keep;keep;keep;keep;keep;keep;keep;keep;keep;keep;"
      "keep;keep;keep;keep;keep;keep;keep;keep;keep;keep;keep;keep;keep;keep;keep;keep;",
      "error: test.sieve:2: more than 32 actions implicit" },
};

static char *
run_with_sender(const char *text, const char *sender)
{
    g_autofree char *source = g_strconcat(REQUIRE, text, NULL);
    g_autoptr(SieveScript) script = sieve_fixture_compile(source, NULL);
    g_autoptr(Message) message = sieve_fixture_mail(mail);
    SieveInput input = { .message = message, .raw = mail, .raw_length = sizeof mail - 1, .envelope_from = sender,
                         .envelope_to = "support@example.net" };
    g_autoptr(SieveResult) result = sieve_run(script, &input);

    return sieve_fixture_outcome(result);
}

static void
check(gconstpointer data)
{
    const Case *c = data;
    g_autofree char *outcome = run_with_sender(c->script, "bounce@example.com");

    g_assert_cmpstr(outcome, ==, c->outcome);
}

/* RFC 5228, 5.4: the null path is an address that is empty, whatever part of it is asked for. */
static void
test_null_path(void)
{
    static const char *const hold[] = { "envelope :is \"from\" \"\"", "envelope :localpart :is \"from\" \"\"",
                                        "envelope :domain :is \"from\" \"\"" };

    for (gsize i = 0; i < G_N_ELEMENTS(hold); i++) {
        g_autofree char *text = g_strdup_printf("if %s { discard; }", hold[i]);
        g_autofree char *null_path = run_with_sender(text, "");
        g_autofree char *other = run_with_sender(text, "a@example.com");
        g_autofree char *unknown = run_with_sender(text, NULL);

        g_assert_cmpstr(null_path, ==, "discard");
        g_assert_cmpstr(other, ==, "implicit");
        g_assert_cmpstr(unknown, ==, "implicit");
    }
}

static void
test_rules_that_did_something(void)
{
    g_autoptr(SieveScript) script = sieve_fixture_compile("require \"imap4flags\";\n"
                                                          "# rule:[first]\nif true { addflag \"a\"; keep; }\n"
                                                          "if false { keep; }\n"
                                                          "if true { keep; keep; }\n", NULL);
    g_autoptr(Message) message = sieve_fixture_mail(mail);
    SieveInput input = { .message = message, .envelope_from = "" };
    g_autoptr(SieveResult) result = sieve_run(script, &input);

    g_assert_cmpuint(result->rules->len, ==, 2);
    g_assert_cmpstr(result->rules->pdata[0], ==, "first");
    g_assert_cmpstr(result->rules->pdata[1], ==, "line 5");
}

/* Each rule that ran is measured once, those of scripts that it includes as well; one that was not reached is not. */
static void
test_times(void)
{
    g_autoptr(SieveScript) script = sieve_fixture_compile("# rule:[first]\nif true { keep; }\nif false { keep; }\nkeep;\n"
                                                          "# rule:[chain]\nif false { keep; }\n# rule:[arm]\nelsif true { stop; }\n"
                                                          "if true { keep; }\n", NULL);
    g_autoptr(Message) message = sieve_fixture_mail(mail);
    const char *const names[] = { "first", "line 3", "chain", "arm" };
    SieveInput input = { .message = message, .envelope_from = "", .measure = TRUE };
    g_autoptr(SieveResult) measured = sieve_run(script, &input), plain = NULL;

    g_assert_cmpuint(measured->times->len, ==, G_N_ELEMENTS(names));
    for (guint i = 0; i < measured->times->len; i++) {
        const SieveRuleTime *time = measured->times->pdata[i];

        g_assert_cmpstr(time->rule, ==, names[i]);
        g_assert_cmpstr(time->file, ==, "test.sieve");
        g_assert_cmpint(time->nanoseconds, >=, 0);
        g_assert_cmpint(time->nanoseconds, <, 1000000000);
    }
    input.measure = FALSE;
    plain = sieve_run(script, &input);
    g_assert_cmpuint(plain->times->len, ==, 0);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/sieve/run/%s", cases[i].rule);

        g_test_add_data_func(path, &cases[i], check);
    }
    g_test_add_func("/sieve/run/envelope/null-path", test_null_path);
    g_test_add_func("/sieve/run/rules-that-did-something", test_rules_that_did_something);
    g_test_add_func("/sieve/run/times-of-rules", test_times);
    return g_test_run();
}
