/* What rules ask the store: lists, duplicates; in how many rounds, and what is remembered. */
#include "gateway-rules-desk.h"
#include "tap.h"

static const FactNeed *
need_of(const Desk *desk, FactNeedKind kind)
{
    for (guint i = 0; i < desk->decision->needs->len; i++) {
        const FactNeed *need = g_ptr_array_index(desk->decision->needs, i);

        if (need->kind == kind)
            return need;
    }
    return NULL;
}

/* Answers all that the decision needs with that number, and decides again. */
static const Decision *
answer_all(Desk *desk, const char *mail, gint64 number)
{
    for (guint i = 0; i < desk->decision->needs->len; i++)
        facts_answer(desk->facts, g_ptr_array_index(desk->decision->needs, i), number);
    desk->facts->rounds++;
    return desk_decide(desk, mail);
}

static void
test_duplicate(void)
{
    static const struct {
        const char *test;
        gint64 seen, seconds;
        guint remembered;
        gboolean again;
    } cases[] = {
        { "duplicate", 0, 7 * 86400, 1, FALSE },
        { "duplicate", 1, 0, 0, FALSE },
        { "duplicate :seconds 60", 0, 60, 1, FALSE },
        { "duplicate :seconds 60 :last", 1, 60, 1, TRUE },
        { "anyof (duplicate :seconds 60, duplicate :seconds 90)", 0, 90, 1, FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *script = g_strdup_printf("if %s { addflag \"again\"; }", cases[i].test);
        g_autoptr(Rules) rules = NULL;
        g_autoptr(Desk) desk = desk_with_rules(script, &rules);
        g_autofree char *mail = desk_mail("");
        const Effect *seen;

        desk_decide(desk, mail);
        g_assert_cmpuint(desk->decision->needs->len, ==, 1);
        g_assert_nonnull(need_of(desk, NEED_SEEN));
        answer_all(desk, mail, cases[i].seen);
        g_assert_cmpuint(desk->decision->needs->len, ==, 0);
        g_assert_cmpstr(change_of(desk, CHANGE_TAG), ==, cases[i].seen ? "again" : NULL);
        g_assert_cmpuint(desk_count(desk, EFFECT_SEEN), ==, cases[i].remembered);
        seen = desk_effect(desk, EFFECT_SEEN, 0);
        if (seen != NULL) {
            g_assert_cmpint(seen->seen.seconds, ==, cases[i].seconds);
            g_assert_cmpint(seen->seen.again, ==, cases[i].again);
            g_assert_cmpuint(strlen(seen->seen.key), ==, 64);
        }
    }
}

/* RFC 7352, 3.1: with another handle it is another memory. */
static void
test_handles(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("if anyof (duplicate, duplicate :handle \"h\", duplicate :header \"subject\") { discard; }", &rules);
    g_autofree char *mail = desk_mail("");

    g_assert_cmpuint(desk_decide(desk, mail)->needs->len, ==, 3);
    answer_all(desk, mail, 0);
    g_assert_cmpuint(desk_count(desk, EFFECT_SEEN), ==, 3);
}

/* A script that failed on a message has not seen it. What is discarded was seen. */
static void
test_remembered_once_done(void)
{
    static const struct { const char *script; guint remembered; } cases[] = {
        { "if not duplicate { set \"q\" \"nowhere\"; fileinto \"${q}\"; }", 0 },
        { "if not duplicate { discard; }", 1 },
        { "if not duplicate { reject \"no\"; }", 1 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Rules) rules = NULL;
        g_autoptr(Desk) desk = desk_with_rules(cases[i].script, &rules);
        g_autofree char *mail = desk_mail("");

        desk_decide(desk, mail);
        answer_all(desk, mail, 0);
        g_assert_cmpuint(desk_count(desk, EFFECT_SEEN), ==, cases[i].remembered);
    }
}

/* On a follow-up by a tag the rules run twice, and what they saw is remembered once. */
static void
test_remembered_once(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("if duplicate { addflag \"again\"; }", &rules);
    g_autofree char *mail = desk_mail("Subject: [Northwind #9] db1\n");

    desk_add_ticket(desk, 9, TICKET_OPEN, TRUE);
    desk_decide(desk, mail);
    answer_all(desk, mail, 0);
    g_assert_cmpint(desk->decision->ticket, ==, 9);
    g_assert_cmpuint(desk_count(desk, EFFECT_SEEN), ==, 1);
}

static void
test_list_of_the_store(void)
{
    for (gint64 known = 0; known < 2; known++) {
        g_autoptr(Rules) rules = NULL;
        g_autoptr(Desk) desk = desk_with_rules("if address :list \"from\" \"urn:ietf:params:sieve:addrbook:default\" { addflag \"known\"; }", &rules);
        g_autofree char *mail = desk_mail("");

        desk_decide(desk, mail);
        g_assert_cmpstr(need_of(desk, NEED_LISTED)->text, ==, "anna@client.example.net");
        g_assert_cmpstr(need_of(desk, NEED_LISTED)->queue, ==, ":addrbook:default");
        answer_all(desk, mail, known);
        g_assert_cmpuint(desk->decision->needs->len, ==, 0);
        g_assert_cmpstr(change_of(desk, CHANGE_TAG), ==, known ? "known" : NULL);
    }
}

/* What can be told beforehand is asked in one round, so that a list, a duplicate, an agent and a key together need no third. */
static void
test_one_round(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("if address :list \"from\" \":addrbook:default\" { stop; }\nif duplicate { stop; }\n"
                                           "assign \"anna\"; correlate \"db1\"; requester \"kim@else.example\";", &rules);
    g_autofree char *mail = desk_mail("");

    desk_decide(desk, mail);
    for (FactNeedKind kind = 0; kind < N_NEEDS; kind++)
        g_assert_nonnull(need_of(desk, kind));
    g_assert_cmpuint(desk->decision->needs->len, ==, N_NEEDS);
}

/* An action that is only taken for want of an answer may be any. */
static void
test_no_mistake_before_the_answer(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("if not duplicate { set \"q\" \"nowhere\"; fileinto \"${q}\"; }", &rules);
    g_autofree char *mail = desk_mail("");

    g_assert_cmpuint(desk_decide(desk, mail)->needs->len, ==, 1);
    g_assert_cmpuint(answer_all(desk, mail, 1)->hits->len, ==, 0);
    g_assert_cmpuint(desk_count(desk, EFFECT_NOTE), ==, 0);
}

/* ---- lists in files ----------------------------------------------------------------------------------------- */

static const struct {
    const char *test;
    gboolean    holds;
} members[] = {
    { "address :list \"from\" \"vip\"", TRUE },
    { "address :list \"from\" \":addrbook:vip\"", TRUE },
    { "address :list \"from\" \"urn:ietf:params:sieve:addrbook:vip\"", TRUE },
    { "address :list \"from\" \"domains\"", TRUE },
    { "address :domain :list \"from\" \"domains\"", TRUE },
    { "address :list \"to\" [\"vip\", \"domains\"]", FALSE },
    { "address :list \"from\" \"below\"", FALSE },
    { "address :list \"from\" \"commented\"", FALSE },
    { "address :list \"from\" \"nowhere\"", FALSE },
    { "valid_ext_list [\"vip\", \":addrbook:default\", \"urn:ietf:params:sieve:addrbook:agents\"]", TRUE },
    { "valid_ext_list \"nowhere\"", FALSE },
    { "valid_ext_list \"editor~\"", FALSE },
};

static void
write_list(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
remove_lists(const char *folder)
{
    g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(directory)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        g_unlink(path);
    }
    g_rmdir(folder);
}

static Rules *
load_with_lists(const Desk *desk, const char *test, const char *vip)
{
    g_autofree char *directory = g_dir_make_tmp("mailgw-rules-XXXXXX", NULL), *lists = g_build_filename(directory, "lists", NULL);
    g_autofree char *path = g_build_filename(directory, "main.sieve", NULL);
    const RulesNames names = { .config = &desk->rules_config, .queues = desk->queues, .webhooks = desk->webhooks,
                               .templates = desk->templates };
    g_autofree char *script = g_strdup_printf(ALL "if %s { addflag \"listed\"; }", test);
    g_autoptr(GError) error = NULL;
    Rules *rules;

    g_assert_cmpint(g_mkdir(lists, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, script, -1, NULL));
    write_list(lists, "vip", vip);
    write_list(lists, "domains", "example.org\n@Client.Example.NET\n");
    write_list(lists, "below", "example.net\n@net\n");
    write_list(lists, "commented", "# anna@client.example.net\nx@y.example # anna@client.example.net\n");
    write_list(lists, "editor~", "anna@client.example.net\n");
    rules = rules_load(directory, "main.sieve", &names, &error);
    g_assert_no_error(error);
    g_unlink(path);
    remove_lists(lists);
    g_rmdir(directory);
    return rules;
}

static void
test_files(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(members); i++) {
        g_autoptr(Desk) desk = desk_new();
        g_autoptr(Rules) rules = load_with_lists(desk, members[i].test, "  ANNA@client.example.net # the first\r\n");
        g_autofree char *mail = desk_mail("");

        desk->settings.rules = rules;
        g_test_message("%s", members[i].test);
        desk_decide(desk, mail);
        g_assert_cmpuint(desk->decision->needs->len, ==, 0);
        g_assert_cmpstr(change_of(desk, CHANGE_TAG), ==, members[i].holds ? "listed" : NULL);
    }
}

/* A decision tells by its digest what was on the lists. */
static void
test_digest(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autoptr(Rules) one = load_with_lists(desk, "true", "a@x.example\n"), two = load_with_lists(desk, "true", "b@x.example\n");
    g_autoptr(Rules) three = load_with_lists(desk, "true", "a@x.example\n");

    g_assert_cmpstr(one->digest, !=, two->digest);
    g_assert_cmpstr(one->digest, ==, three->digest);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    g_test_add_func("/gateway/needs/duplicate", test_duplicate);
    g_test_add_func("/gateway/needs/duplicate/handles", test_handles);
    g_test_add_func("/gateway/needs/duplicate/once-the-rules-are-done", test_remembered_once_done);
    g_test_add_func("/gateway/needs/duplicate/remembered-once", test_remembered_once);
    g_test_add_func("/gateway/needs/list-of-the-store", test_list_of_the_store);
    g_test_add_func("/gateway/needs/one-round", test_one_round);
    g_test_add_func("/gateway/needs/no-mistake-before-the-answer", test_no_mistake_before_the_answer);
    g_test_add_func("/gateway/needs/lists-in-files", test_files);
    g_test_add_func("/gateway/needs/lists-in-files/digest", test_digest);
    return g_test_run();
}
