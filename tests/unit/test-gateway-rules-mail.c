/* Rules that send mail: redirect, notify, vacation; when they do, what goes out, and why not. */
#include "gateway-rules-desk.h"
#include "tap.h"

#include <string.h>

static const EffectMail *
mail_of_kind(const Desk *desk, const char *kind, guint n)
{
    const Effect *effect;

    for (guint i = 0; (effect = desk_effect(desk, EFFECT_MAIL, i)) != NULL; i++)
        if (g_str_equal(effect->mail.kind, kind) && n-- == 0)
            return &effect->mail;
    return NULL;
}

static char *
text_of(const EffectMail *mail)
{
    g_assert_nonnull(mail);
    return g_strndup(g_bytes_get_data(mail->bytes, NULL), g_bytes_get_size(mail->bytes));
}

static void
assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        g_error("\"%s\" is not in:\n%s", part, text);
}

/* ---- redirect ----------------------------------------------------------------------------------------------- */

typedef struct {
    const char *name, *script, *more;       /* header lines of the mail */
    Outcome     outcome;
    guint       passed;
    const char *why_not;                    /* of the first that is not passed on; or NULL */
} RedirectCase;

static const RedirectCase redirects[] = {
    { "4-alone-makes-no-ticket", "redirect \"ops@example.org\";", "", OUTCOME_REDIRECTED, 1, NULL },
    { "4-a-copy-keeps", "redirect :copy \"ops@example.org\";", "", OUTCOME_TICKET, 1, NULL },
    { "4-a-keep-keeps", "redirect \"ops@example.org\"; keep;", "", OUTCOME_TICKET, 1, NULL },
    { "4-a-fileinto-keeps", "redirect \"ops@example.org\"; fileinto \"billing\";", "", OUTCOME_TICKET, 1, NULL },
    { "a-copy-and-a-discard", "redirect :copy \"ops@example.org\"; discard;", "", OUTCOME_REDIRECTED, 1, NULL },
    { "two-goals", "redirect \"ops@example.org\"; redirect \"dev@example.org\";", "", OUTCOME_REDIRECTED, 2, NULL },
    { "three-are-one-too-many", "redirect \"ops@example.org\"; redirect \"dev@example.org\"; redirect \"c@example.org\";", "",
      OUTCOME_REDIRECTED, 2, "at most 2" },
    { "one-goal-once", "redirect \"ops@example.org\"; redirect \"OPS@example.org\";", "", OUTCOME_REDIRECTED, 1, "an earlier line" },
    { "to-us", "redirect \"billing@example.com\";", "", OUTCOME_TICKET, 0, "an address of ours" },
    { "to-us-with-a-detail", "redirect \"billing+x@example.com\";", "", OUTCOME_TICKET, 0, "an address of ours" },
    { "to-us-is-not-discarded", "redirect \"billing@example.com\"; discard;", "", OUTCOME_TICKET, 0, "an address of ours" },
    { "back-to-the-sender", "redirect \"anna@client.example.net\";", "", OUTCOME_TICKET, 0, "comes from there" },
    { "back-to-the-sender-with-a-detail", "redirect \"anna+b7.xyz@client.example.net\";", "", OUTCOME_TICKET, 0, "comes from there" },
    { "that-we-passed-on", "redirect \"ops@example.org\";", "X-Loop: desk.example.com\n", OUTCOME_TICKET, 0, "passed on by us" },
    { "that-we-passed-on-and-X-Loop-is-lost", "redirect \"ops@example.org\";", "Resent-Message-ID: <abc@desk.example.com>\n", OUTCOME_TICKET, 0,
      "passed on by us" },
    { "that-others-passed-on", "redirect \"ops@example.org\";", "X-Loop: other.example.com\nResent-Message-ID: <abc@other.example.com>\n",
      OUTCOME_REDIRECTED, 1, NULL },
    { "that-was-there", "redirect \"ops@example.org\";", "Delivered-To: x@example.org\nDelivered-To: ops@example.org\n", OUTCOME_TICKET, 0,
      "was there before" },
    { "an-automatic-reply", "redirect \"ops@example.org\";", "Auto-Submitted: auto-replied\n", OUTCOME_TICKET, 0, "automatic reply" },
    { "an-alarm", "redirect \"ops@example.org\";", "Auto-Submitted: auto-generated\n", OUTCOME_REDIRECTED, 1, NULL },
    { "mail-of-a-list", "redirect \"ops@example.org\";", "List-Id: <l.example.net>\n", OUTCOME_REDIRECTED, 1, NULL },
};

static void
test_redirect(gconstpointer data)
{
    const RedirectCase *one = data;
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules(one->script, &rules);
    g_autofree char *mail = desk_mail(one->more);
    const Decision *decision;
    guint passed = 0;

    desk->settings.subaddressing = TRUE;
    decision = desk_decide(desk, mail);
    g_assert_cmpint(decision->outcome, ==, one->outcome);
    for (const EffectMail *each; (each = mail_of_kind(desk, "redirect", passed)) != NULL; passed++) {
        g_autofree char *text = text_of(each);

        /* A bounce comes back to us, under the number of this mail. */
        g_assert_true(g_str_has_prefix(each->envelope_sender, "support+b"));
        g_assert_cmpint(each->outbox, ==, 9 + passed);
        g_assert_cmpint(each->ticket, ==, one->outcome == OUTCOME_TICKET ? NEW : 0);
        assert_has(text, "X-Loop: desk.example.com\r\n");
        assert_has(text, "Message-ID: <m1@client.example.net>\r\n");
        g_assert_true(g_str_has_suffix(text, "\r\n\r\nHello, it does not work.\r\n"));
    }
    g_assert_cmpint(passed, ==, one->passed);
    if (one->why_not != NULL)
        assert_not_applied(desk, "redirect", one->why_not);
    if (one->outcome == OUTCOME_REDIRECTED) {
        g_assert_cmpint(desk_count(desk, EFFECT_TICKET) + desk_count(desk, EFFECT_ARTICLE), ==, 0);
        g_assert_true(g_str_has_prefix(decision->acknowledgement, "none: passed on"));
        g_assert_true(g_str_has_prefix(decision->reason, "passed on to ops@example.org by main.sieve:2"));
        /* Nothing keeps a copy: tokens are taken, and decide no more. */
        g_assert_true(desk_takes(desk, "redirect:total") && desk_takes(desk, "redirect:person:anna@client.example.net"));
    }
}

static void
test_redirect_arrivals(void)
{
    static const struct { const char *what; gboolean quiet; const char *recipient, *fill, *why_not; } cases[] = {
        { "import --quiet", TRUE, NULL, NULL, "imported quietly" },
        { "the hour's total", FALSE, NULL, "redirect:total", "bucket redirect:total:h is empty" },
        { "the sender's hour", FALSE, NULL, "redirect:person:", "bucket redirect:person:anna@client.example.net:h is empty" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Rules) rules = NULL;
        g_autoptr(Desk) desk = desk_with_rules("redirect \"ops@example.org\";", &rules);
        g_autofree char *mail = desk_mail("");

        g_test_message("%s", cases[i].what);
        desk->arrival.quiet = cases[i].quiet;
        if (cases[i].fill != NULL)
            desk_fill(desk, cases[i].fill, 0.4);
        g_assert_cmpint(desk_decide(desk, mail)->outcome, ==, OUTCOME_TICKET);
        g_assert_null(mail_of_kind(desk, "redirect", 0));
        assert_not_applied(desk, "redirect", cases[i].why_not);
    }
}

/* One token for two goals passes on to one. */
static void
test_redirect_last_token(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("redirect \"ops@example.org\"; redirect \"dev@example.org\";", &rules);
    g_autofree char *mail = desk_mail("");

    desk_fill(desk, "redirect:total", 1.5);
    g_assert_cmpint(desk_decide(desk, mail)->outcome, ==, OUTCOME_REDIRECTED);
    g_assert_nonnull(mail_of_kind(desk, "redirect", 0));
    g_assert_null(mail_of_kind(desk, "redirect", 1));
}

/* What answers our bounce address at the goal must not go there again. */
static void
test_redirect_to_bounces(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("redirect \"ops@example.org\";", &rules);
    g_autofree char *mail = desk_mail("");

    desk->settings.bounce_domain = "bounce.example.com";
    desk->arrival.recipient = "b9.x@bounce.example.com";
    g_assert_cmpint(desk_decide(desk, mail)->outcome, ==, OUTCOME_TICKET);
    assert_not_applied(desk, "redirect", "an address for bounces");
}

static void
test_redirect_sender(void)
{
    static const struct { const char *from; gboolean subaddressing; const char *expected; } cases[] = {
        { "", TRUE, "" },                         /* the null path stays it */
        { "anna@client.example.net", FALSE, "support@example.com" },
        { NULL, FALSE, "support@example.com" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Rules) rules = NULL;
        g_autoptr(Desk) desk = desk_with_rules("redirect \"ops@example.org\";", &rules);
        g_autofree char *mail = desk_mail("Auto-Submitted: auto-generated\n");

        desk->arrival.sender = cases[i].from;
        desk->settings.subaddressing = cases[i].subaddressing;
        g_assert_cmpint(desk_decide(desk, mail)->outcome, ==, OUTCOME_REDIRECTED);
        g_assert_cmpstr(mail_of_kind(desk, "redirect", 0)->envelope_sender, ==, cases[i].expected);
    }
}

/* Rule 5: only a copy, of what joins a ticket. */
static void
test_redirect_on_a_follow_up(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("redirect \"ops@example.org\"; redirect :copy \"dev@example.org\";", &rules);
    g_autofree char *mail = desk_mail("In-Reply-To: <ours@desk.example.com>\n");

    desk_add_ticket(desk, 17, TICKET_OPEN, TRUE);
    desk_add_reference(desk, "ours@desk.example.com", 17, FALSE);
    desk_decide(desk, mail);
    g_assert_cmpint(desk->decision->outcome, ==, OUTCOME_TICKET);
    g_assert_cmpint(desk->decision->ticket, ==, 17);
    g_assert_cmpstr(mail_of_kind(desk, "redirect", 0)->recipient, ==, "dev@example.org");
    assert_not_applied(desk, "redirect", "follow-up: only redirect :copy");
}

/* RFC 5293: what was edited before is what goes out, and what is stored is the original. */
static void
test_redirect_edited(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("addheader \"X-Team\" \"ops\"; deleteheader \"X-Secret\"; redirect :copy \"ops@example.org\";\n"
                                           "addheader :last \"X-Late\" \"1\"; deleteheader :index 2 \"X-Twice\"; redirect :copy \"dev@example.org\";",
                                           &rules);
    g_autofree char *mail = desk_mail("X-Secret: a\n b\nX-Twice: 1\nX-Twice: 2\nX-SECRET: c\n");
    g_autofree char *first = NULL, *second = NULL;

    desk_decide(desk, mail);
    first = text_of(mail_of_kind(desk, "redirect", 0));
    second = text_of(mail_of_kind(desk, "redirect", 1));
    assert_has(first, ">\r\nX-Team: ops\r\nX-Twice: 1\r\nX-Twice: 2\r\nMessage-ID:");
    g_assert_null(strstr(first, "X-Late"));
    assert_has(second, ">\r\nX-Team: ops\r\nX-Twice: 1\r\nMessage-ID:");
    assert_has(second, "\r\nX-Late: 1\r\n\r\nHello");
}

/* ---- notify ------------------------------------------------------------------------------------------------- */

static void
test_notify(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("notify :importance \"1\" :message \"disk full\" \"mailto:ops@example.org,dev@example.org?body=Look%20there.\";",
                                           &rules);
    g_autofree char *mail = desk_mail("");
    g_autofree char *text = NULL;
    const EffectMail *second;

    desk_decide(desk, mail);
    text = text_of(mail_of_kind(desk, "notification", 0));
    assert_has(text, "From: \"Northwind\" <support@example.com>\r\n");
    assert_has(text, "To: <ops@example.org>\r\n");
    assert_has(text, "Subject: disk full\r\n");
    assert_has(text, "Auto-Submitted: auto-notified\r\n");
    assert_has(text, "X-Loop: desk.example.com\r\n");
    assert_has(text, "Importance: high\r\n");
    assert_has(text, "\r\n\r\nLook there.\r\n");
    second = mail_of_kind(desk, "notification", 1);
    g_assert_cmpstr(second->recipient, ==, "dev@example.org");
    g_assert_cmpstr(second->message_id, !=, mail_of_kind(desk, "notification", 0)->message_id);
    g_assert_cmpstr(second->envelope_sender, ==, "");
    g_assert_cmpint(second->ticket, ==, NEW);
    g_assert_cmpstr(((Bucket *) second->buckets->pdata[0])->key, ==, "notify:total:h");
    /* The acknowledgement is another matter. */
    g_assert_cmpstr(desk->decision->acknowledgement, ==, "mail");
}

typedef struct {
    const char *name, *script, *more;
    guint       told;
    const char *text, *why_not;      /* in the first of them; or NULL */
} NotifyCase;

static const NotifyCase notifications[] = {
    { "from-an-address-of-ours", "notify :from \"billing@example.com\" \"mailto:ops@example.org\";", "", 1, "<billing@example.com>", NULL },
    { "from-a-stranger-is-from-us", "notify :from \"boss@example.org\" \"mailto:ops@example.org\";", "", 1, "<support@example.com>", NULL },
    { "without-words-it-says-what-came", "notify \"mailto:ops@example.org\";", "", 1, "Subject: Printer\r\nTicket:  #1042\r\n", NULL },
    { "on-a-message-that-is-discarded", "notify \"mailto:ops@example.org\"; discard;", "", 1, "Subject: Printer", NULL },
    { "to-us", "notify \"mailto:billing@example.com\";", "", 0, NULL, "an address of ours" },
    { "to-us-and-others", "notify \"mailto:billing@example.com,ops@example.org\";", "", 1, "<ops@example.org>", NULL },
    { "of-its-own-mail", "notify \"mailto:anna@client.example.net\";", "", 0, NULL, "comes from there" },
    { "of-its-own-mail-with-a-detail", "notify \"mailto:Anna+b7@client.example.net\";", "", 0, NULL, "comes from there" },
    { "of-its-own-mail-and-others", "notify \"mailto:anna@client.example.net,ops@example.org\";", "", 1, "<ops@example.org>", NULL },
    { "of-automatic-mail", "notify \"mailto:ops@example.org\";", "Auto-Submitted: auto-notified\n", 0, NULL, "automatic itself" },
    { "of-mail-of-ours", "notify \"mailto:ops@example.org\";", "X-Loop: desk.example.com\n", 0, NULL, "passed on by us" },
    { "eight-at-most",
      "notify \"mailto:a@x.example,b@x.example,c@x.example,d@x.example,e@x.example\"; notify \"mailto:a@x.example,b@x.example,c@x.example,d@x.example\";",
      "", 8, NULL, NULL },
    { "a-line-end-in-the-subject", "set \"s\" \"a\r\nBcc: x@y.example\"; notify :message \"${s}\" \"mailto:ops@example.org\";", "", 1,
      "Subject: a Bcc: x@y.example\r\n", NULL },
};

static void
test_notification(gconstpointer data)
{
    const NotifyCase *one = data;
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules(one->script, &rules);
    g_autofree char *mail = desk_mail(one->more);
    guint told = 0;

    desk_decide(desk, mail);
    while (mail_of_kind(desk, "notification", told) != NULL)
        told++;
    g_assert_cmpint(told, ==, one->told);
    if (one->text != NULL) {
        g_autofree char *text = text_of(mail_of_kind(desk, "notification", 0));

        assert_has(text, one->text);
    }
    if (one->why_not != NULL)
        assert_not_applied(desk, "notify", one->why_not);
}

/* ---- vacation ----------------------------------------------------------------------------------------------- */

static const Bucket *
period_of(const EffectMail *mail)
{
    const Bucket *first = mail->buckets->pdata[0];

    return g_str_has_prefix(first->key, "vacation:") ? first : NULL;
}

static void
test_vacation(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("vacation :days 3 :subject \"Closed\" :from \"billing@example.com\" \"Back on Monday.\";", &rules);
    g_autofree char *mail = desk_mail("");
    g_autofree char *text = NULL;
    const EffectMail *answer;

    desk->support.acknowledge = FALSE;      /* A rule speaks of this mail. */
    desk_decide(desk, mail);
    g_assert_cmpint(desk->decision->outcome, ==, OUTCOME_TICKET);
    g_assert_cmpstr(desk->decision->acknowledgement, ==, "mail");
    answer = mail_of_kind(desk, "acknowledgement", 0);
    text = text_of(answer);
    assert_has(text, "Subject: [Northwind #1042] Closed\r\n");
    assert_has(text, "From: \"Northwind\" <billing@example.com>\r\n");
    assert_has(text, "Auto-Submitted: auto-replied\r\n");
    assert_has(text, "\r\n\r\nBack on Monday.\r\n\r\n-- \r\n");
    assert_has(text, "Ref: t1042.77.");
    g_assert_cmpint(period_of(answer)->count, ==, 1);
    g_assert_cmpint(period_of(answer)->seconds, ==, 3 * 86400);
    g_assert_true(g_str_has_prefix(period_of(answer)->key, "vacation:anna@client.example.net:"));
}

typedef struct {
    const char *name, *script, *more;
    const char *silence;             /* what the acknowledgement says; NULL: one is sent */
    const char *text;
    gint64      seconds;             /* of the period; 0: none */
} VacationCase;

static const VacationCase vacations[] = {
    { "a-week-by-default", "vacation \"Away.\";", "", NULL, "Away.\r\n", 7 * 86400 },
    { "seconds", "vacation :seconds 1800 \"Away.\";", "", NULL, "Away.\r\n", 1800 },
    { "each-message", "vacation :seconds 0 \"Away.\";", "", NULL, "Away.\r\n", 0 },
    { "a-stranger-s-from-is-not-taken", "vacation :from \"boss@example.org\" \"Away.\";", "", NULL, "<support@example.com>", 7 * 86400 },
    { "nothing-of-an-unknown-sender-s-subject", "vacation \"Away.\";", "", NULL, "Subject: [Northwind #1042] Auto: We have your message\r\n", 7 * 86400 },
    { "lists-are-silent", "vacation \"Away.\";", "List-Id: <l.example.net>\n", "none: List-Id", NULL, 0 },
    { "automatic-mail-is-silent", "vacation \"Away.\";", "Auto-Submitted: auto-generated\n", "none: Auto-Submitted", NULL, 0 },
    { "not-to-us-is-silent", "vacation \"Away.\";", "To: other@example.org\n", "none: our address is in none of", NULL, 0 },
    { "addresses", "vacation :addresses [\"x@example.org\", \"other@example.org\"] \"Away.\";", "To: other@example.org\n", NULL, "Away.\r\n", 7 * 86400 },
    { "none-is-none", "acknowledge :none; vacation \"Away.\";", "", "none: main.sieve:2 wants none", NULL, 0 },
    { "of-what-is-discarded", "vacation \"Away.\"; discard;", "", NULL, "Subject: Auto: We have", 7 * 86400 },
    { "of-what-is-passed-on", "vacation \"Away.\"; redirect \"ops@example.org\";", "", NULL, "Away.\r\n", 7 * 86400 },
    { "mime", "vacation :mime \"Content-Type: text/html; charset=utf-8\r\nBcc: x@y.example\r\nSubject: no\r\n\r\n<p>Away.</p>\";", "", NULL,
      "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Away.</p>\r\n", 7 * 86400 },
};

static void
test_vacation_case(gconstpointer data)
{
    const VacationCase *one = data;
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules(one->script, &rules);
    g_autofree char *mail = desk_mail(one->more);
    const EffectMail *answer;

    desk_decide(desk, mail);
    answer = mail_of_kind(desk, "acknowledgement", 0);
    if (one->silence != NULL) {
        g_assert_true(g_str_has_prefix(desk->decision->acknowledgement, one->silence));
        g_assert_null(answer);
    } else {
        g_autofree char *text = text_of(answer);

        assert_has(text, one->text);
        g_assert_null(strstr(text, "Bcc:"));
        g_assert_cmpint(period_of(answer) != NULL ? period_of(answer)->seconds : 0, ==, one->seconds);
    }
}

/* RFC 5230, 4.2: other words are another handle, the same handle is the same answer. */
static void
test_vacation_handles(void)
{
    static const struct { const char *a, *b; gboolean same; } cases[] = {
        { "vacation \"a\";", "vacation \"a\";", TRUE },
        { "vacation \"a\";", "vacation \"b\";", FALSE },
        { "vacation :handle \"h\" \"a\";", "vacation :handle \"h\" \"b\";", TRUE },
        { "vacation :handle \"h\" \"a\";", "vacation :handle \"i\" \"a\";", FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *keys[2] = { NULL };

        for (gsize k = 0; k < 2; k++) {
            g_autoptr(Rules) rules = NULL;
            g_autoptr(Desk) desk = desk_with_rules(k == 0 ? cases[i].a : cases[i].b, &rules);
            g_autofree char *mail = desk_mail("");

            desk_decide(desk, mail);
            keys[k] = g_strdup(period_of(mail_of_kind(desk, "acknowledgement", 0))->key);
        }
        g_assert_cmpint(g_str_equal(keys[0], keys[1]), ==, cases[i].same);
        g_free(keys[1]);
    }
}

/* Rule 5: it works on a message that joins a ticket, unless that answers an automatic mail of ours. */
static void
test_vacation_on_a_follow_up(void)
{
    for (gsize automatic = 0; automatic < 2; automatic++) {
        g_autoptr(Rules) rules = NULL;
        g_autoptr(Desk) desk = desk_with_rules("vacation \"Away.\";", &rules);
        g_autofree char *mail = desk_mail("In-Reply-To: <ours@desk.example.com>\n");

        desk_add_ticket(desk, 17, TICKET_OPEN, TRUE);
        desk_add_reference(desk, "ours@desk.example.com", 17, automatic == 1);
        desk_decide(desk, mail);
        g_assert_cmpint(desk->decision->ticket, ==, 17);
        g_assert_cmpstr(desk->decision->acknowledgement, ==, automatic ? "none: it answers an automatic mail of ours" : "mail");
    }
}

#define ADD_CASES(path, cases, function)                                                       \
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {                                           \
        g_autofree char *name = g_strdup_printf("/gateway/rules/" path "/%s", (cases)[i].name); \
                                                                                               \
        g_test_add_data_func(name, &(cases)[i], function);                                      \
    }

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    ADD_CASES("redirect", redirects, test_redirect)
    ADD_CASES("notify", notifications, test_notification)
    ADD_CASES("vacation", vacations, test_vacation_case)
    g_test_add_func("/gateway/rules/redirect-arrivals", test_redirect_arrivals);
    g_test_add_func("/gateway/rules/redirect-last-token", test_redirect_last_token);
    g_test_add_func("/gateway/rules/redirect-to-bounces", test_redirect_to_bounces);
    g_test_add_func("/gateway/rules/redirect-sender", test_redirect_sender);
    g_test_add_func("/gateway/rules/redirect-on-a-follow-up", test_redirect_on_a_follow_up);
    g_test_add_func("/gateway/rules/redirect-edited", test_redirect_edited);
    g_test_add_func("/gateway/rules/notify-mail", test_notify);
    g_test_add_func("/gateway/rules/vacation-mail", test_vacation);
    g_test_add_func("/gateway/rules/vacation-handles", test_vacation_handles);
    g_test_add_func("/gateway/rules/vacation-on-a-follow-up", test_vacation_on_a_follow_up);
    return g_test_run();
}
