/* Whom a ticket is for where a rule says so: contact forms. */
#include "gateway-rules-desk.h"
#include "tap.h"

#define CUSTOMER 88
#define RULE     "if address :matches \"reply-to\" \"*\" { requester \"${1}\"; }"
#define FORM     "From: Web <web@www.example.com>\n"
#define REPLY_TO "Reply-To: Kim Lee <kim@client.example.net>\n"

typedef struct {
    char *forms[2];
    Rules *rules;
    Desk *desk;
} Form;

static Form *
form_new(const char *script, const char *trusted)
{
    Form *form = g_new0(Form, 1);

    form->forms[0] = g_strdup(trusted);
    form->desk = desk_with_rules(script, &form->rules);
    form->desk->acknowledge.trusted_forms = trusted != NULL ? form->forms : NULL;
    form->desk->settings.authserv_id = NULL;
    form->desk->arrival.sender = "web@www.example.com";
    return form;
}

static void
form_free(Form *form)
{
    desk_free(form->desk);
    rules_free(form->rules);
    g_free(form->forms[0]);
    g_free(form);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Form, form_free)

/* What the store knows of the person who is asked for: full buckets, and what is set in facts. */
static const Decision *
decide_with(Form *form, const char *mail, Facts *facts /* taken */)
{
    const Decision *decision = desk_decide(form->desk, mail);
    const FactNeed *need;

    g_assert_cmpuint(decision->needs->len, ==, 1);
    need = g_ptr_array_index(decision->needs, 0);
    g_assert_cmpint(need->kind, ==, NEED_PERSON);
    for (guint i = 0; i < need->request->buckets->len; i++) {
        const Bucket *asked = g_ptr_array_index(need->request->buckets, i);
        Bucket *bucket = bucket_new(g_strdup(asked->key), asked->count, asked->seconds);

        bucket->tokens = facts->newest_open != 0 ? 0.0 : (double) asked->count;
        g_ptr_array_add(facts->buckets, bucket);
    }
    facts_answer_person(form->desk->facts, need, facts);
    form->desk->facts->rounds++;
    return desk_decide(form->desk, mail);
}

static Facts *
customer(void)
{
    Facts *facts = facts_new();

    facts->person = CUSTOMER;
    facts->person_language = g_strdup("el");
    return facts;
}

static void
test_ticket(void)
{
    g_autoptr(Form) form = form_new(RULE, NULL);
    g_autofree char *mail = desk_mail(FORM REPLY_TO);
    const FactNeed *need;
    gboolean held = FALSE;

    need = g_ptr_array_index(desk_decide(form->desk, mail)->needs, 0);
    g_assert_cmpstr(need->text, ==, "kim@client.example.net");
    g_assert_cmpstr(need->request->sender_name, ==, "Kim Lee");
    g_assert_true(g_str_has_prefix(((Bucket *) need->request->buckets->pdata[0])->key, "tickets:person:kim@"));
    decide_with(form, mail, customer());
    g_assert_cmpint(desk_effect(form->desk, EFFECT_TICKET, 0)->ticket.requester, ==, CUSTOMER);
    g_assert_cmpint(desk_effect(form->desk, EFFECT_ARTICLE, 0)->article.author, ==, CUSTOMER);
    g_assert_cmpstr(desk_effect(form->desk, EFFECT_ARTICLE, 0)->article.from_address, ==, "web@www.example.com");
    g_assert_true(desk_takes(form->desk, "tickets:person:kim@client.example.net"));
    g_assert_false(desk_takes(form->desk, "tickets:person:web@"));
    g_assert_cmpuint(desk_count(form->desk, EFFECT_PERSON), ==, 0);
    g_assert_cmpstr(trace_of(form->desk, "requester", &held), ==, "kim@client.example.net (main.sieve:2)");
    g_assert_true(held);
}

/* Whose limit is reached gets no further ticket, however many others used the form. */
static void
test_limit(void)
{
    g_autoptr(Form) form = form_new(RULE, NULL);
    g_autofree char *mail = desk_mail(FORM REPLY_TO);
    Facts *facts = customer();

    facts->newest_open = 17;
    desk_fill(form->desk, "tickets:", 1000);
    decide_with(form, mail, facts);
    g_assert_cmpint(form->desk->decision->ticket, ==, 17);
    g_assert_cmpuint(desk_count(form->desk, EFFECT_TICKET), ==, 0);
}

typedef struct {
    const char *rule;
    const char *trusted;       /* form, or NULL     */
    const char *envelope;
    const char *authserv, *dmarc;
    gboolean    bounces;
    const char *silence;       /* in the reason, or NULL: acknowledged */
} AcknowledgeCase;

static const AcknowledgeCase acknowledged[] = {
    { "no-form-is-trusted", NULL, "web@www.example.com", NULL, NULL, FALSE, "none of trusted-forms" },
    { "another-form-is-trusted", "form@www.example.com", "web@www.example.com", NULL, NULL, FALSE, "none of trusted-forms" },
    { "trusted", "web@www.example.com", "web@www.example.com", NULL, NULL, FALSE, NULL },
    { "envelope-of-the-same-organisation", "web@www.example.com", "www-data@host.example.com", NULL, NULL, FALSE, NULL },
    { "envelope-of-somebody-else", "web@www.example.com", "mallory@else.example", NULL, NULL, FALSE, "envelope sender" },
    { "null-path", "web@www.example.com", "", NULL, NULL, FALSE, "null envelope sender" },
    { "authenticated", "web@www.example.com", "mallory@else.example", "mx.example.com", "pass", FALSE, NULL },
    { "authentication-failed", "web@www.example.com", "web@www.example.com", "mx.example.com", "fail", FALSE, "nothing proves" },
    { "authentication-is-known-and-missing", "web@www.example.com", "web@www.example.com", "mx.example.com", NULL, FALSE, "nothing proves" },
    { "the-requester-bounces", "web@www.example.com", "web@www.example.com", NULL, NULL, TRUE, "bounces" },
};

static void
test_acknowledged(gconstpointer data)
{
    const AcknowledgeCase *c = data;
    g_autoptr(Form) form = form_new(RULE, c->trusted);
    g_autofree char *verdict = c->dmarc != NULL ? g_strdup_printf("Authentication-Results: mx.example.com; dmarc=%s header.from=www.example.com\n", c->dmarc)
                                                : g_strdup("");
    g_autofree char *more = g_strconcat(verdict, FORM REPLY_TO, NULL), *mail = desk_mail(more);
    Facts *facts = customer();
    const Effect *effect;

    form->desk->arrival.sender = c->envelope;
    form->desk->settings.authserv_id = c->authserv;
    facts->person_is_bouncing = c->bounces;
    decide_with(form, mail, facts);
    effect = desk_effect(form->desk, EFFECT_MAIL, 0);
    if (c->silence != NULL) {
        g_assert_null(effect);
        g_assert_nonnull(strstr(form->desk->decision->acknowledgement, c->silence));
        return;
    }
    g_assert_cmpstr(form->desk->decision->acknowledgement, ==, "mail");
    g_assert_cmpstr(effect->mail.recipient, ==, "kim@client.example.net");
    g_assert_true(g_str_has_prefix(((Bucket *) effect->mail.buckets->pdata[0])->key, "ack:person:kim@client.example.net"));
}

/* Nothing that was written into the form stands in the answer, nor what would tell of the form's own mail. */
static void
test_plain_answer(void)
{
    g_autoptr(Form) form = form_new(RULE, "web@www.example.com");
    g_autofree char *mail = desk_mail(FORM REPLY_TO "Subject: Buy tyres now\n"), *text = NULL;
    const Effect *effect;

    form->desk->arrival.auth_user = "web";
    decide_with(form, mail, customer());
    effect = desk_effect(form->desk, EFFECT_MAIL, 0);
    text = g_strndup(g_bytes_get_data(effect->mail.bytes, NULL), g_bytes_get_size(effect->mail.bytes));
    g_assert_null(strstr(text, "tyres"));
    g_assert_null(strstr(text, "Kim"));
    g_assert_null(strstr(text, "m1@client.example.net"));
}

/* A form says "no-reply" of itself; what else it says of itself counts. */
static void
test_signs(void)
{
    static const struct { const char *from, *more; gboolean mailed; } cases[] = {
        { "no-reply@www.example.com", "", TRUE },
        { "no-reply@www.example.com", "Auto-Submitted: auto-generated\n", FALSE },
        { "no-reply@www.example.com", "Precedence: bulk\n", FALSE },
        { "no-reply@www.example.com", "X-Spam-Flag: YES\n", FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Form) form = form_new(RULE, cases[i].from);
        g_autofree char *more = g_strdup_printf("From: %s\n" REPLY_TO "%s", cases[i].from, cases[i].more), *mail = desk_mail(more);

        form->desk->arrival.sender = cases[i].from;
        decide_with(form, mail, customer());
        g_assert_cmpuint(desk_count(form->desk, EFFECT_MAIL), ==, cases[i].mailed ? 1 : 0);
    }
}

static void
test_refused(void)
{
    static const struct { const char *reply_to, *why; } cases[] = {
        { "support@example.com", "an address of ours" },
        { "Support+x@EXAMPLE.com", "an address of ours" },
        { "web@www.example.com", "it is the sender" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Form) form = form_new(RULE, "web@www.example.com");
        g_autofree char *more = g_strdup_printf(FORM "Reply-To: %s\n", cases[i].reply_to), *mail = desk_mail(more);

        form->desk->settings.subaddressing = TRUE;
        desk_decide(form->desk, mail);
        g_assert_cmpuint(form->desk->decision->needs->len, ==, 0);
        assert_not_applied(form->desk, "requester", cases[i].why);
        g_assert_cmpint(desk_effect(form->desk, EFFECT_TICKET, 0)->ticket.requester, ==, form->desk->facts->person);
    }
}

/* The first that can be, is. */
static void
test_several(void)
{
    g_autoptr(Form) form = form_new("requester \"support@example.com\"; requester \"kim@client.example.net\"; requester \"lee@client.example.net\";", NULL);
    g_autofree char *mail = desk_mail(FORM);

    decide_with(form, mail, customer());
    g_assert_cmpint(desk_effect(form->desk, EFFECT_TICKET, 0)->ticket.requester, ==, CUSTOMER);
    assert_not_applied(form->desk, "requester", "support@example.com (main.sieve:2): not applied: an address of ours");
    assert_not_applied(form->desk, "requester", "an earlier line named the requester");
}

/* Rule 5: a ticket that is there has its requester. */
static void
test_follow_up(void)
{
    g_autoptr(Form) form = form_new(RULE, "web@www.example.com");
    g_autofree char *mail = desk_mail(FORM REPLY_TO "In-Reply-To: <ours@desk.example.com>\n");

    desk_add_ticket(form->desk, 17, TICKET_OPEN, TRUE);
    desk_add_reference(form->desk, "ours@desk.example.com", 17, FALSE);
    desk_decide(form->desk, mail);
    g_assert_cmpuint(form->desk->decision->needs->len, ==, 0);
    g_assert_cmpint(desk_effect(form->desk, EFFECT_ARTICLE, 0)->article.author, ==, form->desk->facts->person);
    assert_not_applied(form->desk, "requester", "follow-up");
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    g_test_add_func("/gateway/requester/ticket", test_ticket);
    g_test_add_func("/gateway/requester/limit", test_limit);
    for (gsize i = 0; i < G_N_ELEMENTS(acknowledged); i++) {
        g_autofree char *path = g_strdup_printf("/gateway/requester/acknowledged/%s", acknowledged[i].rule);

        g_test_add_data_func(path, &acknowledged[i], test_acknowledged);
    }
    g_test_add_func("/gateway/requester/plain-answer", test_plain_answer);
    g_test_add_func("/gateway/requester/signs-of-a-machine", test_signs);
    g_test_add_func("/gateway/requester/refused", test_refused);
    g_test_add_func("/gateway/requester/several", test_several);
    g_test_add_func("/gateway/requester/follow-up", test_follow_up);
    return g_test_run();
}
