/*
 * test-thread-subject.c - tags and reply prefixes of subjects
 */
#include "message/message.h"
#include "tap.h"
#include "thread/thread.h"

#include <string.h>

static const char *const old_names[] = { "Old Name", NULL };
static const char *const bare_names[] = { "Old Name", "", NULL };

typedef struct {
    const char *rule;
    const char *subject;
    gint64      tag;                /* with the names Northwind and "Old Name"        */
    gint64      bare_tag;           /* the same where the bare [#n] is allowed as well */
    const char *plain;
} SubjectCase;

static const SubjectCase cases[] = {
    { "no-subject", NULL, 0, 0, "" },
    { "empty", "", 0, 0, "" },
    { "no-tag", "Printer is on fire", 0, 0, "Printer is on fire" },
    { "tag-first", "[Northwind #1042] Printer", 1042, 1042, "Printer" },
    { "tag-behind-prefix", "Re: [Northwind #1042] Printer", 1042, 1042, "Printer" },
    { "prefix-behind-tag", "[Northwind #1042] Re: Printer", 1042, 1042, "Printer" },
    { "tag-last", "Printer [Northwind #1042]", 1042, 1042, "Printer" },
    { "tag-alone", "[Northwind #1042]", 1042, 1042, "" },
    { "tag-inside", "Printer [Northwind #1042] broken", 1042, 1042, "Printer broken" },
    { "old-name", "[Old Name #17] Printer", 17, 17, "Printer" },
    { "case-does-not-matter", "[NORTHWIND #17] Printer", 17, 17, "Printer" },
    { "blanks-do-not-matter", "[ old \t name  #17] Printer", 17, 17, "Printer" },
    { "no-blank-before-number", "[Northwind#17] Printer", 17, 17, "Printer" },
    { "first-of-two", "[Northwind #17] [Northwind #18] Printer", 17, 17, "Printer" },
    { "behind-another-tracker", "[Acme #9] [Northwind #17] Printer", 17, 17, "[Acme #9] Printer" },
    { "inside-brackets", "[[Northwind #17] Printer", 17, 17, "[ Printer" },
    { "nested-leaves-none", "[Northwind [Northwind #17]#18] x", 17, 17, "x" },
    { "other-name", "[Northwinds #17] Printer", 0, 0, "[Northwinds #17] Printer" },
    { "name-as-a-part", "[The Northwind #17] Printer", 0, 0, "[The Northwind #17] Printer" },
    { "bare", "[#17] Printer", 0, 17, "[#17] Printer" },
    { "no-brackets", "Northwind #17 Printer", 0, 0, "Northwind #17 Printer" },
    { "not-closed", "[Northwind #17 Printer", 0, 0, "[Northwind #17 Printer" },
    { "zero", "[Northwind #0] x", 0, 0, "[Northwind #0] x" },
    { "leading-zero", "[Northwind #017] x", 0, 0, "[Northwind #017] x" },
    { "negative", "[Northwind #-17] x", 0, 0, "[Northwind #-17] x" },
    { "no-number", "[Northwind #] x", 0, 0, "[Northwind #] x" },
    { "number-and-more", "[Northwind #17a] x", 0, 0, "[Northwind #17a] x" },
    { "arabic-digits", "[Northwind #١٧] x", 0, 0, "[Northwind #١٧] x" },
    { "largest", "[Northwind #9007199254740992] x", G_GINT64_CONSTANT(1) << 53, G_GINT64_CONSTANT(1) << 53, "x" },
    { "too-large", "[Northwind #9007199254740993] x", 0, 0, "[Northwind #9007199254740993] x" },
    { "overflow", "[Northwind #18446744073709551633] x", 0, 0, "[Northwind #18446744073709551633] x" },
    { "sixteenth-candidate", "[][][][][][][][][][][][][][][][Northwind #17]", 17, 17,
      "[][][][][][][][][][][][][][][]" },
    { "seventeenth-candidate", "[][][][][][][][][][][][][][][][][Northwind #17]", 0, 0,
      "[][][][][][][][][][][][][][][][][Northwind #17]" },

    { "english", "RE: Fwd: fw: Printer", 0, 0, "Printer" },
    { "german", "AW: WG: Drucker", 0, 0, "Drucker" },
    { "swedish", "SV: VB: Skrivare", 0, 0, "Skrivare" },
    { "dutch", "Antw: Printer", 0, 0, "Printer" },
    { "french-blank-before-colon", "TR : Re : Imprimante", 0, 0, "Imprimante" },
    { "polish", "Odp: PD: Drukarka", 0, 0, "Drukarka" },
    { "greek", "ΑΠ: Απ: ΣΧΕΤ: Εκτυπωτής", 0, 0, "Εκτυπωτής" },
    { "russian", "Отв: ОТВЕТ: Принтер", 0, 0, "Принтер" },
    { "belarusian", "Адк: Прынтар", 0, 0, "Прынтар" },
    { "turkish", "YNT: İLT: Yazıcı", 0, 0, "Yazıcı" },
    { "hungarian-decomposed", "Va\xcc\x81: Nyomtató", 0, 0, "Nyomtató" },
    { "vietnamese-two-words", "Trả lời: Máy in", 0, 0, "Máy in" },
    { "chinese-wide-colon", "回复：Re:打印机", 0, 0, "打印机" },
    { "counter", "RE[2]: Re(3): Re^4: Re [5]: Printer", 0, 0, "Printer" },
    { "prefix-without-blank", "Re:Re:Printer", 0, 0, "Printer" },
    { "prefix-alone", "Re:", 0, 0, "" },
    { "not-a-prefix", "Reset: Printer", 0, 0, "Reset: Printer" },
    { "german-invoice", "RE 4711: Zahlung", 0, 0, "RE 4711: Zahlung" },
    { "the-language-r", "R: how to install", 0, 0, "R: how to install" },
    { "high-availability", "HA: failover", 0, 0, "HA: failover" },
    { "colon-first", ": Printer", 0, 0, ": Printer" },
    { "bracket-before-colon", "]: Printer", 0, 0, "]: Printer" },
    { "counter-alone", "[2]: Printer", 0, 0, "[2]: Printer" },
    { "prefix-inside", "Printer Re: fire", 0, 0, "Printer Re: fire" },
};

static ThreadKeys *
keys_of(const char *subject, const char *const *old_tags)
{
    g_autoptr(TokenKeys) token_keys = token_keys_new();
    const ThreadSettings settings = { "Northwind", old_tags, "support.example.com", token_keys, 0 };
    g_autoptr(Message) message = message_new();

    g_free(message->subject);
    message->subject = g_strdup(subject);
    return thread_keys_new(message, NULL, &settings);
}

static void
test_subject(gconstpointer data)
{
    const SubjectCase *c = data;
    g_autoptr(ThreadKeys) keys = keys_of(c->subject, old_names);
    g_autoptr(ThreadKeys) bare = keys_of(c->subject, bare_names);

    g_assert_cmpint(keys->tag, ==, c->tag);
    g_assert_cmpstr(keys->subject, ==, c->plain);
    g_assert_cmpint(bare->tag, ==, c->bare_tag);
}

/* An installation without a name must not make every "[#n]" one of its tags. */
static void
test_empty_name(void)
{
    g_autoptr(TokenKeys) token_keys = token_keys_new();
    const ThreadSettings settings = { "", NULL, "support.example.com", token_keys, 0 };
    g_autoptr(Message) message = message_new();
    g_autoptr(ThreadKeys) keys = NULL;

    message->subject = g_strdup("[#17] x");
    keys = thread_keys_new(message, NULL, &settings);
    g_assert_cmpint(keys->tag, ==, 0);
}

static void
test_other_alphabet(void)
{
    static const char *const names[] = { "Cafe\xcc\x81", NULL };
    g_autoptr(TokenKeys) token_keys = token_keys_new();
    const ThreadSettings settings = { "Техподдержка", names, "support.example.com", token_keys, 0 };
    g_autoptr(Message) message = message_new();
    g_autoptr(ThreadKeys) keys = NULL;
    g_autoptr(ThreadKeys) old = NULL;

    message->subject = g_strdup("Ответ: [ТЕХПОДДЕРЖКА #17] x");
    keys = thread_keys_new(message, NULL, &settings);
    g_assert_cmpint(keys->tag, ==, 17);
    g_free(message->subject);
    message->subject = g_strdup("[CAFÉ #18] x");
    old = thread_keys_new(message, NULL, &settings);
    g_assert_cmpint(old->tag, ==, 18);
}

/* What a stranger makes long stays cheap; the test's time limit is the assertion. */
static void
test_long(void)
{
    static const char *const units[] = { "[", "]", "[Northwind #17", "Re: ", "[Northwind #17]", "#" };

    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autoptr(GString) subject = g_string_new(NULL);
        g_autoptr(ThreadKeys) keys = NULL;
        g_autoptr(GTimer) timer = NULL;

        while (subject->len < 64 * 1024)
            g_string_append(subject, units[i]);
        timer = g_timer_new();
        keys = keys_of(subject->str, bare_names);
        g_assert_cmpfloat(g_timer_elapsed(timer, NULL), <, 2.0);
        g_assert_nonnull(keys->subject);
    }
}

static const struct { const char *rule, *subject, *tagged; } tagged_cases[] = {
    { "plain", "Printer", "[Northwind #1042] Printer" },
    { "none", NULL, "[Northwind #1042]" },
    { "empty", "  ", "[Northwind #1042]" },
    { "prefix-stays-in-front", "Re: Printer", "Re: [Northwind #1042] Printer" },
    { "prefixes-stay-in-front", "AW: Re[2]: Printer", "AW: Re[2]: [Northwind #1042] Printer" },
    { "prefix-alone", "Re:", "Re: [Northwind #1042]" },
    { "same-again", "Re: [Northwind #1042] Printer", "Re: [Northwind #1042] Printer" },
    { "other-number-goes", "Re: [Northwind #17] Printer", "Re: [Northwind #1042] Printer" },
    { "all-go", "[northwind #1] Re: [NORTHWIND #2] Printer [Northwind #3]", "Re: [Northwind #1042] Printer" },
    { "others-stay", "Re: [Acme #17] Printer", "Re: [Northwind #1042] [Acme #17] Printer" },
};

static void
test_tagged(gconstpointer data)
{
    gsize i = GPOINTER_TO_SIZE(data);
    g_autofree char *tagged = thread_tag_subject(tagged_cases[i].subject, "Northwind", 1042);
    g_autofree char *again = thread_tag_subject(tagged, "Northwind", 1042);

    g_assert_cmpstr(tagged, ==, tagged_cases[i].tagged);
    g_assert_cmpstr(again, ==, tagged);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/thread/subject/", cases[i].rule, NULL);

        g_test_add_data_func(path, &cases[i], test_subject);
    }
    g_test_add_func("/thread/subject/empty-name-matches-nothing", test_empty_name);
    g_test_add_func("/thread/subject/other-alphabets", test_other_alphabet);
    g_test_add_func("/thread/subject/long-ones-are-cheap", test_long);
    for (gsize i = 0; i < G_N_ELEMENTS(tagged_cases); i++) {
        g_autofree char *path = g_strconcat("/thread/tag-subject/", tagged_cases[i].rule, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_tagged);
    }
    return g_test_run();
}
