/* Rules that notify webhooks: when they do, what is posted, and why not. */
#include "gateway-rules-desk.h"
#include "tap.h"

#include <string.h>

#include "base/json.h"

static const EffectMail *
call(const Desk *desk, guint n)
{
    const Effect *effect;

    for (guint i = 0; (effect = desk_effect(desk, EFFECT_MAIL, i)) != NULL; i++)
        if (g_str_equal(effect->mail.kind, "webhook") && n-- == 0)
            return &effect->mail;
    return NULL;
}

static json_t *
body_of(const EffectMail *mail)
{
    json_t *body;

    g_assert_nonnull(mail);
    body = json_loadb(g_bytes_get_data(mail->bytes, NULL), g_bytes_get_size(mail->bytes), 0, NULL);
    g_assert_nonnull(body);
    return body;
}

static const char *
text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void
test_body(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("notify :importance \"1\" :options [\"room=ops\", \"x=\"] :message \"disk full\" \"webhook:pager\";", &rules);
    g_autofree char *mail = desk_mail("");
    g_autoptr(Json) body = NULL;
    const json_t *of_mail, *options;
    const EffectMail *effect;

    desk_decide(desk, mail);
    effect = call(desk, 0);
    body = body_of(effect);
    of_mail = json_object_get(body, "mail");
    options = json_object_get(body, "options");
    g_assert_cmpstr(effect->recipient, ==, "pager");
    g_assert_cmpint(effect->ticket, ==, NEW);
    g_assert_cmpint(effect->expires, ==, DESK_NOW + DESK_DAY);
    g_assert_cmpuint(effect->buckets->len, ==, 1);
    g_assert_cmpstr(((Bucket *) effect->buckets->pdata[0])->key, ==, "webhook:pager:h");
    g_assert_cmpstr(text_at(body, "id"), ==, effect->message_id);
    g_assert_cmpstr(text_at(body, "event"), ==, "notify");
    g_assert_cmpstr(text_at(body, "webhook"), ==, "pager");
    g_assert_cmpstr(text_at(body, "message"), ==, "disk full");
    g_assert_cmpint(json_integer_value(json_object_get(body, "importance")), ==, 1);
    g_assert_cmpuint(json_object_size(options), ==, 2);
    g_assert_cmpstr(text_at(options, "room"), ==, "ops");
    g_assert_cmpstr(text_at(options, "x"), ==, "");
    g_assert_cmpint(json_integer_value(json_object_get(body, "ticket")), ==, NEW);
    g_assert_true(json_is_true(json_object_get(body, "new")));
    g_assert_cmpstr(text_at(body, "queue"), ==, "support");
    g_assert_cmpstr(text_at(of_mail, "message_id"), ==, "m1@client.example.net");
    g_assert_cmpstr(text_at(of_mail, "from"), ==, "anna@client.example.net");
    g_assert_cmpstr(text_at(of_mail, "from_name"), ==, "Anna Kos");
    g_assert_cmpstr(text_at(of_mail, "subject"), ==, "Printer");
    g_assert_cmpstr(text_at(of_mail, "class"), ==, "human");
    g_assert_cmpstr(text_at(of_mail, "date"), ==, "2023-11-14T22:13:00Z");
}

static const struct Case {
    const char *name, *script, *more;
    guint       told;
    const char *message, *why_not;      /* of the first; or NULL */
} cases[] = {
    { "without-words-the-subject", "notify \"webhook:pager\";", "", 1, "Printer", NULL },
    { "of-automatic-mail", "notify \"webhook:pager\";", "Auto-Submitted: auto-generated\n", 1, "Printer", NULL },
    { "on-a-message-that-is-discarded", "notify \"webhook:pager\"; discard;", "", 1, "Printer", NULL },
    { "line-ends-stay-inside-the-value", "notify :message \"a\r\nb\" \"webhook:pager\";", "", 1, "a\r\nb", NULL },
    { "a-name-put-together-that-is-none", "set \"n\" \"pagre\"; notify \"webhook:${n}\";", "", 0, NULL, "no such webhook" },
    { "eight-at-most",
      "notify \"webhook:pager\"; notify \"webhook:pager\"; notify \"webhook:pager\"; notify \"webhook:pager\"; notify \"webhook:pager\";"
      "notify \"webhook:pager\"; notify \"webhook:pager\"; notify \"webhook:pager\"; notify \"webhook:pager\";",
      "", 8, NULL, "no more notifications" },
};

static void
test_case(gconstpointer data)
{
    const struct Case *one = data;
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules(one->script, &rules);
    g_autofree char *mail = desk_mail(one->more);
    guint told = 0;

    desk_decide(desk, mail);
    while (call(desk, told) != NULL)
        told++;
    g_assert_cmpuint(told, ==, one->told);
    if (one->message != NULL) {
        g_autoptr(Json) body = body_of(call(desk, 0));

        g_assert_cmpstr(text_at(body, "message"), ==, one->message);
    }
    if (one->why_not != NULL)
        assert_not_applied(desk, "notify", one->why_not);
}

/* Two notifications of one mail are two: each has an id of its own. */
static void
test_ids(void)
{
    g_autoptr(Rules) rules = NULL;
    g_autoptr(Desk) desk = desk_with_rules("notify \"webhook:pager\"; notify \"webhook:pager\";", &rules);
    g_autofree char *mail = desk_mail("");

    desk_decide(desk, mail);
    g_assert_nonnull(call(desk, 1));
    g_assert_cmpstr(call(desk, 0)->message_id, !=, call(desk, 1)->message_id);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    g_test_add_func("/gateway/rules/webhook-body", test_body);
    g_test_add_func("/gateway/rules/webhook-ids", test_ids);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = g_strconcat("/gateway/rules/webhook/", cases[i].name, NULL);

        g_test_add_data_func(name, &cases[i], test_case);
    }
    return g_test_run();
}
