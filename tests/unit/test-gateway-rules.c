/* What rules make of one message: the seven rules of decide-rules.c, and each action on a new ticket and on one that is there. */
#include "gateway-rules-desk.h"
#include "tap.h"

#include <unistd.h>

typedef struct {
    const char *name;
    const char *script;
    const char *queue;       /* of the new ticket; NULL: there is none */
    Outcome     outcome;
    const char *reason;      /* what the decision's begins with, or NULL */
} FateCase;

static const FateCase fates[] = {
    { "1-implicit-keep-is-the-address", "stop;", "support", OUTCOME_TICKET, NULL },
    { "1-keep-is-the-address", "keep;", "support", OUTCOME_TICKET, NULL },
    { "2-the-first-fileinto-decides", "fileinto \"billing\"; fileinto \"support\";", "billing", OUTCOME_TICKET, NULL },
    { "2-a-keep-before-decides", "keep; fileinto \"billing\";", "support", OUTCOME_TICKET, NULL },
    { "2-a-copy-decides-too", "fileinto :copy \"billing\";", "billing", OUTCOME_TICKET, NULL },
    { "3-discard", "\ndiscard;", NULL, OUTCOME_DISCARDED, "discarded by main.sieve:3" },
    { "3-discard-cancels-no-keep", "discard; keep;", "support", OUTCOME_TICKET, NULL },
    { "3-discard-cancels-no-fileinto", "fileinto \"billing\"; discard;", "billing", OUTCOME_TICKET, NULL },
    { "6-an-error-keeps", "fileinto \"billing\"; set \"a\" \"no-queue\"; fileinto \"${a}\";", "support", OUTCOME_TICKET, NULL },
    { "7-reject", "reject \"Not here.\";", NULL, OUTCOME_REFUSED, "rejected by main.sieve:2" },
    { "7-ereject", "ereject \"Not here.\";", NULL, OUTCOME_REFUSED, "rejected by main.sieve:2" },
    { "an-arm-with-a-name-is-a-rule", "# rule:[a]\nif false { keep; }\n# rule:[b]\nelsif true { discard; }", NULL, OUTCOME_DISCARDED,
      "discarded by rule 'b', main.sieve:5" },
    { "an-arm-without-a-name-belongs-to-the-one-above", "# rule:[a]\nif false { keep; }\n# rule:[b]\nelsif false { keep; } else { discard; }", NULL,
      OUTCOME_DISCARDED, "discarded by rule 'b', main.sieve:5" },
    { "a-named-rule-is-named", "# rule:[junk]\nif true { discard; }", NULL, OUTCOME_DISCARDED, "discarded by rule 'junk', main.sieve:3" },
};

static void
test_fate(gconstpointer data)
{
    const FateCase *fate = data;
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules(fate->script, &rules);
    g_autofree char *mail = desk_mail("");
    const Decision *decision = desk_decide(desk, mail);

    g_assert_cmpint(decision->outcome, ==, fate->outcome);
    if (fate->queue != NULL)
        g_assert_cmpstr(desk_effect(desk, EFFECT_TICKET, 0)->ticket.queue, ==, fate->queue);
    else
        g_assert_cmpint(desk_count(desk, EFFECT_TICKET) + desk_count(desk, EFFECT_ARTICLE) + desk_count(desk, EFFECT_TAKE), ==, 0);
    if (fate->reason != NULL)
        g_assert_true(g_str_has_prefix(decision->reason, fate->reason));
}

static void
test_ignored_filing(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("keep;\nfileinto \"billing\";", &rules);
    g_autofree char *mail = desk_mail("");

    desk_decide(desk, mail);
    assert_not_applied(desk, "fileinto", "filed already");
}

static void
test_actions_on_a_new_ticket(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("# rule:[vip]\nif true { addflag [\"vip\", \"\\\\Seen\"]; priority \"high\"; assign \"anna\";\n"
                                           "field \"invoice\" \"17\"; note \"call back\"; close; }", &rules);
    g_autofree char *mail = desk_mail("");
    g_autoptr(FactNeed) anna = fact_need_new(NEED_AGENT, "anna", NULL);
    const Decision *decision = desk_decide(desk, mail);
    const Effect *field;

    /* Whether there is an agent of that name has to be asked first. */
    g_assert_cmpint(decision->needs->len, ==, 1);
    facts_answer(desk->facts, anna, 3);
    desk->facts->rounds = 1;
    decision = desk_decide(desk, mail);
    g_assert_cmpint(decision->needs->len, ==, 0);
    g_assert_cmpstr(change_of(desk, CHANGE_TAG), ==, "vip");
    g_assert_cmpstr(change_of(desk, CHANGE_PRIORITY), ==, "high");
    g_assert_cmpstr(change_of(desk, CHANGE_ASSIGNEE), ==, "anna");
    g_assert_cmpstr(change_of(desk, CHANGE_FIELD), ==, "17");
    for (guint i = 0; (field = desk_effect(desk, EFFECT_CHANGE, i)) != NULL; i++) {
        g_assert_cmpint(field->change.ticket, ==, NEW);
        g_assert_true(g_str_has_prefix(field->reason, "rule 'vip', main.sieve:"));
    }
    g_assert_cmpstr(desk_effect(desk, EFFECT_NOTE, 0)->small.text, ==, "call back");
    g_assert_cmpint(desk_effect(desk, EFFECT_STATUS, 0)->small.status, ==, TICKET_CLOSED);
    g_assert_cmpint(decision->hits->len, ==, 1);
    g_assert_cmpstr(((RuleHit *) decision->hits->pdata[0])->rule, ==, "vip");
    assert_not_applied(desk, "flags", "a flag of IMAP");
}

static void
test_unknown_agent(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("assign \"nobody\";", &rules);
    g_autofree char *mail = desk_mail("");
    g_autoptr(FactNeed) nobody = fact_need_new(NEED_AGENT, "nobody", NULL);

    facts_answer(desk->facts, nobody, 0);
    desk_decide(desk, mail);
    g_assert_null(change_of(desk, CHANGE_ASSIGNEE));
    assert_not_applied(desk, "assign", "there is no such agent");
}

/* Rule 5. */
static void
test_actions_on_a_follow_up(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("fileinto \"billing\"; priority \"high\"; assign \"anna\"; addflag \"again\"; move \"billing\";\n"
                                           "field \"a\" \"b\"; note \"n\";", &rules);
    g_autofree char *mail = desk_mail("In-Reply-To: <ours@desk.example.com>\n");

    desk_add_ticket(desk, 17, TICKET_OPEN, TRUE);
    desk_add_reference(desk, "ours@desk.example.com", 17, FALSE);
    desk_decide(desk, mail);
    g_assert_cmpint(desk->decision->ticket, ==, 17);
    assert_not_applied(desk, "fileinto", "follow-up");
    assert_not_applied(desk, "priority", "follow-up");
    assert_not_applied(desk, "assign", "follow-up");
    g_assert_null(change_of(desk, CHANGE_PRIORITY));
    g_assert_cmpstr(change_of(desk, CHANGE_TAG), ==, "again");
    g_assert_cmpstr(change_of(desk, CHANGE_QUEUE), ==, "billing");
    g_assert_cmpstr(change_of(desk, CHANGE_FIELD), ==, "b");
    g_assert_cmpint(desk_effect(desk, EFFECT_NOTE, 0)->small.ticket, ==, 17);
}

static void
test_facts_of_the_ticket(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("if allof (fact :is \"message.follow-up\" \"yes\", fact :is \"ticket.queue\" \"support\",\n"
                                           "fact :is \"ticket.tags\" \"vip\", fact :is \"ticket.field.invoice\" \"17\",\n"
                                           "fact :is \"customer.address\" \"anna@client.example.net\",\n"
                                           "fact :is \"message.authenticated\" \"no\") { note \"all\"; }", &rules);
    g_autofree char *mail = desk_mail("In-Reply-To: <ours@desk.example.com>\n");
    FactTicket *ticket = desk_add_ticket(desk, 17, TICKET_OPEN, TRUE);

    ticket->tags = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(ticket->tags, g_strdup("vip"));
    ticket->fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_insert(ticket->fields, g_strdup("invoice"), g_strdup("17"));
    desk_add_reference(desk, "ours@desk.example.com", 17, FALSE);
    desk_decide(desk, mail);
    g_assert_cmpint(desk_count(desk, EFFECT_NOTE), ==, 1);
}

/* Rule 6. */
static void
test_error(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("priority \"high\"; set \"a\" \"nowhere\";\n# rule:[lost]\nif true { fileinto \"${a}\"; }", &rules);
    g_autofree char *mail = desk_mail("");
    const Decision *decision = desk_decide(desk, mail);
    const Effect *note = desk_effect(desk, EFFECT_NOTE, 0);

    g_assert_null(change_of(desk, CHANGE_PRIORITY));
    g_assert_nonnull(note);
    g_assert_nonnull(strstr(note->small.text, "main.sieve:4: there is no queue 'nowhere'"));
    g_assert_cmpint(decision->hits->len, ==, 1);
    g_assert_true(((RuleHit *) decision->hits->pdata[0])->failed);
    g_assert_cmpstr(((RuleHit *) decision->hits->pdata[0])->rule, ==, "lost");
    g_assert_cmpstr(decision->acknowledgement, ==, "mail");
}

static char *
text_of_mail(const Desk *desk)
{
    const Effect *mail = desk_effect(desk, EFFECT_MAIL, 0);

    g_assert_nonnull(mail);
    return g_strndup(g_bytes_get_data(mail->mail.bytes, NULL), g_bytes_get_size(mail->mail.bytes));
}

/* Rule 7: one refusal, and none where a silence forbids it. */
static void
test_refusal(void)
{
    static const struct { const char *more; gboolean mailed; } cases[] = {
        { "", TRUE },
        { "Precedence: bulk\n", FALSE },
        { "Auto-Submitted: auto-generated\n", FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Rules) rules = NULL;
        g_autoptr(Desk) desk = desk_with_rules("reject \"We sell no tyres.\";", &rules);
        g_autofree char *mail = desk_mail(cases[i].more);
        const Decision *decision;

        desk->support.acknowledge = FALSE;
        decision = desk_decide(desk, mail);
        g_assert_cmpint(decision->outcome, ==, OUTCOME_REFUSED);
        g_assert_cmpint(desk_count(desk, EFFECT_MAIL), ==, cases[i].mailed ? 1 : 0);
        if (cases[i].mailed) {
            g_autofree char *text = text_of_mail(desk);

            g_assert_nonnull(strstr(text, "We sell no tyres."));
            g_assert_cmpstr(desk_effect(desk, EFFECT_MAIL, 0)->mail.kind, ==, "refusal");
        } else {
            g_assert_true(g_str_has_prefix(decision->acknowledgement, "none: "));
        }
    }
}

static void
test_no_acknowledgement(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("acknowledge :none;", &rules);
    g_autofree char *mail = desk_mail("");

    desk_decide(desk, mail);
    g_assert_cmpint(desk->decision->outcome, ==, OUTCOME_TICKET);
    g_assert_cmpstr(desk->decision->acknowledgement, ==, "none: main.sieve:2 wants none");
}

/* Explained, every test stands in the trace; else only what was done. */
static void
test_trace_of_tests(void)
{
    for (gsize i = 0; i < 2; i++) {
        g_autoptr(Rules) rules = NULL;
        g_autoptr(Desk) desk = desk_with_rules("if header :contains \"subject\" \"Print\" { addflag \"printer\"; }", &rules);
        g_autofree char *mail = desk_mail("");
        gboolean held = FALSE;

        desk->settings.trace_tests = i == 1;
        desk_decide(desk, mail);
        g_assert_cmpstr(trace_of(desk, "main.sieve:2 header", &held), ==, i == 1 ? "Printer" : NULL);
        g_assert_cmpstr(trace_of(desk, "flags", &held), ==, "printer (main.sieve:2)");
        g_assert_true(held);
    }
}

/* Reports, and what was filed before, are no matter of rules. */
static void
test_duplicates_are_not_asked(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("discard;", &rules);
    g_autofree char *mail = desk_mail("");

    desk->facts->duplicate_of = 3;
    g_assert_cmpint(desk_decide(desk, mail)->outcome, ==, OUTCOME_DUPLICATE);
    g_assert_cmpint(desk->decision->hits->len, ==, 0);
}

/* An alarm looks for the ticket of its host first; a recovery closes it. The rules are asked as of a follow-up then. */
static void
test_correlate(void)
{
    static const char script[] = "correlate \"db1\"; priority \"high\"; if fact :is \"message.follow-up\" \"yes\" { close; } else { addflag \"alarm\"; }";
    g_autoptr(FactNeed) key = fact_need_new(NEED_CORRELATED, "db1", "support");

    for (gsize i = 0; i < 2; i++) {
        g_autoptr(Rules) rules = NULL;
        g_autoptr(Desk) desk = desk_with_rules(script, &rules);
        g_autofree char *mail = desk_mail("");
        const Decision *decision = desk_decide(desk, mail);

        g_assert_cmpint(decision->needs->len, ==, 1);
        facts_answer(desk->facts, key, i == 0 ? 0 : 17);
        if (i == 1)
            desk_add_ticket(desk, 17, TICKET_OPEN, FALSE);
        decision = desk_decide(desk, mail);
        g_assert_cmpint(decision->needs->len, ==, 0);
        g_assert_cmpint(decision->ticket, ==, i == 0 ? NEW : 17);
        g_assert_cmpstr(change_of(desk, CHANGE_CORRELATION), ==, i == 0 ? "db1" : NULL);
        g_assert_cmpstr(change_of(desk, CHANGE_TAG), ==, i == 0 ? "alarm" : NULL);
        g_assert_cmpstr(change_of(desk, CHANGE_PRIORITY), ==, i == 0 ? "high" : NULL);
        g_assert_cmpint(desk_count(desk, EFFECT_STATUS), ==, i);
        if (i == 1)
            g_assert_cmpstr(decision->reason, ==, "joined by correlation key");
    }
}

/* Which ticket a key means is known better than what a tag in a subject says (the order of design: 3 before 4). */
static void
test_correlate_before_tag(void)
{
    static const struct { gint64 bears, joined; const char *reason; } cases[] = {
        { 17, 17, "joined by correlation key" },
        { 0, 9, "joined by subject tag" },
    };
    g_autoptr(FactNeed) key = fact_need_new(NEED_CORRELATED, "db1", "support");

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Rules) rules = NULL;
        g_autoptr(Desk) desk = desk_with_rules("correlate \"db1\"; if fact :is \"message.follow-up\" \"yes\" { addflag \"again\"; }", &rules);
        g_autofree char *mail = desk_mail("Subject: [Northwind #9] db1 is down\n");

        desk_add_ticket(desk, 9, TICKET_OPEN, TRUE);
        desk_add_ticket(desk, 17, TICKET_OPEN, FALSE);
        g_assert_cmpint(desk_decide(desk, mail)->needs->len, ==, 1);
        facts_answer(desk->facts, key, cases[i].bears);
        desk_decide(desk, mail);
        g_assert_cmpint(desk->decision->ticket, ==, cases[i].joined);
        g_assert_cmpstr(desk->decision->reason, ==, cases[i].reason);
        g_assert_cmpint(desk_count(desk, EFFECT_ARTICLE), ==, 1);
        g_assert_cmpstr(change_of(desk, CHANGE_TAG), ==, "again");
        g_assert_cmpint(desk->decision->hits->len, ==, 2);
    }
}

/* What is asked for more often than it is answered is an error of the rules, and no endless loop. */
static void
test_too_many_rounds(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("correlate \"db1\";", &rules);
    g_autofree char *mail = desk_mail("");

    desk->facts->rounds = LIMIT_NEED_ROUNDS;
    desk_decide(desk, mail);
    g_assert_cmpint(desk->decision->needs->len, ==, 0);
    g_assert_cmpint(desk->decision->outcome, ==, OUTCOME_TICKET);
    g_assert_nonnull(strstr(desk_effect(desk, EFFECT_NOTE, 0)->small.text, "more than is answered"));
}

/* ---- the rule set ------------------------------------------------------------------------------------------- */

static Rules *
load(const char *directory, GError **error)
{
    g_autoptr(GPtrArray) queues = g_ptr_array_new();
    g_autoptr(TemplateSet) templates = template_set_load(NULL, NULL);
    const RulesConfig config = { .on_message = (char *) "main.sieve" };
    const RulesNames names = { .config = &config, .queues = queues, .webhooks = queues, .templates = templates };

    return rules_load(directory, config.on_message, &names, error);
}

static void
write_script(const char *directory, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(directory, name, NULL), *folder = g_path_get_dirname(path);

    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
remove_tree(const char *directory)
{
    static const char *const names[] = { "main.sieve", "rules/main.sieve", "rules/other.sieve", "rules" };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(directory, names[i], NULL);

        g_remove(path);
    }
    g_rmdir(directory);
}

static void
test_files(void)
{
    g_autofree char *directory = g_dir_make_tmp("mailgw-rules-XXXXXX", NULL), *first = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_null(load(directory, &error));
    g_assert_error(error, MAILGW_ERROR, MAILGW_ERROR_CONFIG);
    g_clear_error(&error);

    write_script(directory, "rules/main.sieve", "require \"include\"; include \"other\";");
    write_script(directory, "rules/other.sieve", "keep;");
    for (int i = 0; i < 2; i++) {
        g_autoptr(Rules) rules = load(directory, &error);

        g_assert_no_error(error);
        g_assert_cmpint(strlen(rules->digest), ==, 64);
        /* The digest is of all that was read. */
        if (i == 0)
            first = g_strdup(rules->digest);
        else
            g_assert_cmpstr(rules->digest, !=, first);
        write_script(directory, "rules/other.sieve", "discard;");
    }
    write_script(directory, "main.sieve", "nonsense;\nkeep");
    g_assert_null(load(directory, &error));
    g_assert_nonnull(strstr(error->message, "main.sieve:1:1: error: "));
    remove_tree(directory);
}

/* A rule that would do nothing is an error of its script, not a line in a trace. */
static void
test_absent_commands(void)
{
    static const struct {
        const char *script, *problem;
    } cases[] = {
        { "redirect \"a@example.org\";", "1:1: error: the command 'redirect' cannot be carried out here (allow it in the configuration: [rules] redirects = 1)" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *directory = g_dir_make_tmp("mailgw-rules-XXXXXX", NULL);
        g_autoptr(GError) error = NULL;

        write_script(directory, "main.sieve", cases[i].script);
        g_assert_null(load(directory, &error));
        g_assert_nonnull(strstr(error->message, cases[i].problem));
        remove_tree(directory);
    }
}

/* ---- calendars and policies --------------------------------------------------------------------------------- */

/* DESK_NOW is a Tuesday, 22:13:20 in UTC. */
static Targets *
desk_targets(void)
{
    g_autoptr(GArray) night = hours_parse("Tue 22:00-23:00", NULL), noon = hours_parse("Tue 11:00-13:00", NULL);
    CalendarConfig open = { .name = (char *) "night", .hours = night }, closed = { .name = (char *) "noon", .hours = noon };
    TargetConfig gold = { .name = (char *) "gold", .all = { .calendar = (char *) "night", .first_response = { TRUE, 0, 3600 } } };
    g_autoptr(GPtrArray) calendars = g_ptr_array_new(), targets = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    Targets *loaded;

    g_ptr_array_add(calendars, &open);
    g_ptr_array_add(calendars, &closed);
    g_ptr_array_add(targets, &gold);
    loaded = targets_load("test.conf", "/", calendars, targets, &error);
    g_assert_no_error(error);
    return loaded;
}

static void
test_during(void)
{
    g_autoptr(Targets) targets = desk_targets();
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_targets("if during \"night\" { addflag \"night\"; }\n"
                                             "if during \"noon\" { addflag \"noon\"; }\n"
                                             "if not during \"nowhere\" { priority \"low\"; }\n", targets, &rules);
    g_autofree char *mail = desk_mail("");

    g_assert_cmpuint(rules->warnings->len, ==, 1);
    g_assert_nonnull(strstr(rules->warnings->pdata[0], "there is no calendar 'nowhere'"));
    desk_decide(desk, mail);
    g_assert_cmpstr(change_of(desk, CHANGE_TAG), ==, "night");
    g_assert_cmpstr(change_of(desk, CHANGE_PRIORITY), ==, "low");
}

static void
test_target(void)
{
    g_autoptr(Targets) targets = desk_targets();
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_targets("target \"gold\";", targets, &rules);
    g_autofree char *mail = desk_mail(""), *answer = desk_mail("In-Reply-To: <ours@desk.example.com>\n");

    g_assert_cmpuint(rules->warnings->len, ==, 0);
    desk_decide(desk, mail);
    g_assert_cmpstr(change_of(desk, CHANGE_TARGET), ==, "gold");
    desk_add_ticket(desk, 17, TICKET_OPEN, TRUE);
    desk_add_reference(desk, "ours@desk.example.com", 17, FALSE);
    desk_decide(desk, answer);
    g_assert_null(change_of(desk, CHANGE_TARGET));
    assert_not_applied(desk, "target", "follow-up");
}

/* What the compiler can see is a warning; what is put together at run time is told in the trace. */
static void
test_unknown_target(void)
{
    g_autoptr(Targets) targets = desk_targets();
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_targets("target \"golden\";", targets, &rules);
    g_autofree char *mail = desk_mail("");

    g_assert_cmpuint(rules->warnings->len, ==, 1);
    desk_decide(desk, mail);
    g_assert_null(change_of(desk, CHANGE_TARGET));
    assert_not_applied(desk, "target", "there is no such policy");
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    for (gsize i = 0; i < G_N_ELEMENTS(fates); i++) {
        g_autofree char *path = g_strdup_printf("/gateway/rules/fate/%s", fates[i].name);

        g_test_add_data_func(path, &fates[i], test_fate);
    }
    g_test_add_func("/gateway/rules/later-filing-is-ignored", test_ignored_filing);
    g_test_add_func("/gateway/rules/new-ticket", test_actions_on_a_new_ticket);
    g_test_add_func("/gateway/rules/unknown-agent", test_unknown_agent);
    g_test_add_func("/gateway/rules/follow-up", test_actions_on_a_follow_up);
    g_test_add_func("/gateway/rules/facts-of-the-ticket", test_facts_of_the_ticket);
    g_test_add_func("/gateway/rules/error-drops-actions", test_error);
    g_test_add_func("/gateway/rules/refusal", test_refusal);
    g_test_add_func("/gateway/rules/no-acknowledgement", test_no_acknowledgement);
    g_test_add_func("/gateway/rules/trace-of-tests", test_trace_of_tests);
    g_test_add_func("/gateway/rules/duplicates-are-not-asked", test_duplicates_are_not_asked);
    g_test_add_func("/gateway/rules/correlate", test_correlate);
    g_test_add_func("/gateway/rules/correlate-before-tag", test_correlate_before_tag);
    g_test_add_func("/gateway/rules/during", test_during);
    g_test_add_func("/gateway/rules/target", test_target);
    g_test_add_func("/gateway/rules/unknown-target", test_unknown_target);
    g_test_add_func("/gateway/rules/too-many-rounds", test_too_many_rounds);
    g_test_add_func("/gateway/rules/files", test_files);
    g_test_add_func("/gateway/rules/absent-commands", test_absent_commands);
    return g_test_run();
}
