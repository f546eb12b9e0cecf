#include <string.h>

#include "base/limits.h"
#include "mail-fixture.h"
#include "message/language-private.h"
#include "tap.h"

static void
assert_language(const char *text, const char *language)
{
    g_assert_cmpstr(language_detect(text, strlen(text)), ==, language);
}

static void
test_shipped(void)
{
    assert_language("Hello, I cannot log in to the control panel", "en");
    assert_language("Καλημέρα, δεν μπορώ να μπω.", "el");
    assert_language("Здравствуйте, не могу войти в систему, помогите пожалуйста", "ru");
    assert_language("Добры дзень, не магу ўвайсці ў сістэму", "be");
    assert_language("Dzień dobry, nie mogę się zalogować", "pl");
    assert_language("Guten Tag, ich kann mich nicht anmelden", "de");
}

static void
test_neighbours(void)
{
    assert_language("Добрий день, не можу увійти в систему", "uk");
    assert_language("Не працює", "uk");
    assert_language("Здравейте, не мога да вляза в системата", "bg");
    assert_language("Добар дан, не могу да уђем у систем", "sr");
    assert_language("Добар ден, не можам да влезам во системот", "mk");
    /* The letters of several languages, and too little for statistics. */
    assert_language("Не работи", NULL);
}

/* What the letters contradict is not believed; what no letter proves is left as it was guessed. */
static void
test_letters(void)
{
    g_assert_cmpstr(language_check_letters("простить тебе богиня ты", "sr"), ==, "ru");
    g_assert_cmpstr(language_check_letters("ваўкі", "ru"), ==, "be");
    g_assert_cmpstr(language_check_letters("Київ, ты был там", "ru"), ==, "ru");
    g_assert_cmpstr(language_check_letters("работа", "bg"), ==, "bg");
    g_assert_cmpstr(language_check_letters("работа", NULL), ==, NULL);
    g_assert_cmpstr(language_check_letters("Все, кому не лень", NULL), ==, "ru");
    g_assert_cmpstr(language_check_letters("алтны дэрэгдэх гуули", NULL), ==, NULL);
    g_assert_cmpstr(language_check_letters("die Firma Эхо hat", NULL), ==, NULL);
    g_assert_cmpstr(language_check_letters("өдөр үзэгдэл", NULL), ==, NULL);
    g_assert_cmpstr(language_check_letters("", NULL), ==, NULL);
}

static void
test_nothing(void)
{
    assert_language("", NULL);
    assert_language("ok", NULL);
    assert_language("12345 67890", NULL);
    assert_language("https://www.example.com/that/is/the/place someone@where.example", NULL);
    assert_language("Kalimera sas, thelw na rwthsw pote tha ftasei h paraggelia mou", NULL);
    assert_language("Privet, u menya ne rabotaet pochta uzhe dva dnya", NULL);
}

static void
test_evidence(void)
{
    assert_language("Ich kann mich nicht anmelden\n> I cannot log in to the control panel and that is what I wrote to you\n", "de");
    assert_language("Die Seite https://www.example.com/what-should-we-do-about-this-thing/because-it-is-not-there geht nicht auf", "de");
    assert_language("您好，我无法登录系统，请帮忙。订单号12345", "zh");
    assert_language("您好，我無法登入系統，請幫忙。", "zh-Hant");
    assert_language("שלום, אני לא מצליח להתחבר למערכת", "he");
}

static void
test_long(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    while (text->len < 4 * LIMIT_LANGUAGE_SAMPLE)
        g_string_append(text, "Καλημέρα σας, δεν μπορώ να συνδεθώ. ");
    assert_language(text->str, "el");
    g_string_assign(text, "");
    while (text->len < 4 * LIMIT_LANGUAGE_SAMPLE)
        g_string_append_c(text, 'x');
    (void) language_detect(text->str, text->len);
}

static void
assert_field(const char *value, const char *language)
{
    g_autofree char *found = language_from_field(value);

    g_assert_cmpstr(found, ==, language);
}

static void
test_field(void)
{
    assert_field("de-DE", "de");
    assert_field("en-US, de", "en");
    assert_field(" (Greek) el ", "el");
    assert_field("iw", "he");
    assert_field("no", "nb");
    assert_field("zh-TW", "zh-Hant");
    assert_field("x-unknown, pl", "pl");
    assert_field("mul", NULL);
    assert_field("", NULL);
    assert_field("i-klingon;;;,,", NULL);
}

static void
assert_mail(const char *mail, const char *language, const char *source)
{
    g_autoptr(Message) message = mail_text_parse(mail);

    g_assert_cmpstr(message->language, ==, language);
    g_assert_cmpstr(message->language_source, ==, source);
}

static void
test_mail(void)
{
    assert_mail("Content-Language: en-US\nContent-Type: text/plain; charset=utf-8\n\nΔεν μπορώ να μπω στο σύστημα.\n", "el", "text");
    assert_mail("Content-Language: el-GR\nSubject: x\n\nok\n", "el", "Content-Language");
    assert_mail("Subject: x\n\nok\n", NULL, NULL);
    assert_mail("Subject: x\nContent-Type: text/plain; charset=utf-8\n\nIch kann mich nicht anmelden.\n\n"
                "> Δεν μπορώ να μπω στο σύστημα, και αυτό είναι ένα πολύ μεγάλο κείμενο.\n> Δεν μπορώ να μπω.\n", "de", "text");
    /* The sentence is ours. */
    assert_mail("Content-Type: multipart/encrypted; boundary=b; protocol=\"application/pgp-encrypted\"\n\n--b\n"
                "Content-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\nx\n--b--\n",
                NULL, NULL);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/language/the-shipped-ones", test_shipped);
    g_test_add_func("/language/neighbours-are-not-taken-for-each-other", test_neighbours);
    g_test_add_func("/language/letters-contradict-statistics", test_letters);
    g_test_add_func("/language/what-does-not-tell-is-not-guessed", test_nothing);
    g_test_add_func("/language/quotes-links-and-numbers-are-no-evidence", test_evidence);
    g_test_add_func("/language/a-sample-is-enough", test_long);
    g_test_add_func("/language/content-language", test_field);
    g_test_add_func("/language/of-a-mail", test_mail);
    return g_test_run();
}
