/*
 * test-gateway-promise.c - by when a person answers: by whose policy, in whose time, and what is said while the desk is closed
 *
 * The desk is in Athens. What is due is worked out here by hand, from the hours on its wall.
 */
#include "base/clock.h"
#include "config/hours.h"
#include "gateway-rules-desk.h"
#include "tap.h"

#define PROVED "Authentication-Results: mx.example.com; dmarc=pass header.from=client.example.net\n"

typedef struct {
    Desk    *desk;
    Targets *targets;
    Rules   *rules;
} Office;

static Targets *
make_targets(void)
{
    g_autoptr(GArray) hours = hours_parse("Mon-Fri 09:00-17:00", NULL);
    CalendarConfig office = { .name = (char *) "office", .timezone = (char *) "Europe/Athens", .hours = hours };
    CalendarConfig always = { .name = (char *) "always", .timezone = (char *) "Europe/Athens", .always = TRUE };
    TargetConfig standard = { .name = (char *) "standard", .all = { .calendar = (char *) "office", .first_response = { TRUE, 0, 4 * 3600 } },
                              .of_priority[PRIORITY_URGENT] = { .calendar = (char *) "always", .first_response = { TRUE, 0, 1800 } } };
    TargetConfig slow = { .name = (char *) "slow", .all = { .calendar = (char *) "office", .first_response = { TRUE, 3, 0 } } };
    TargetConfig later = { .name = (char *) "later", .all = { .calendar = (char *) "office", .resolution = { TRUE, 3, 0 } } };
    g_autoptr(GPtrArray) calendars = g_ptr_array_new(), targets = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    Targets *loaded;

    g_ptr_array_add(calendars, &office);
    g_ptr_array_add(calendars, &always);
    g_ptr_array_add(targets, &standard);
    g_ptr_array_add(targets, &slow);
    g_ptr_array_add(targets, &later);
    loaded = targets_load("test.conf", "/", calendars, targets, &error);
    g_assert_no_error(error);
    return loaded;
}

static void
office_open(Office *office, gconstpointer script)
{
    office->targets = make_targets();
    office->desk = desk_with_targets(script != NULL ? script : "keep;", office->targets, &office->rules);
    office->desk->support.target = (char *) "standard";
}

static void
office_close(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    desk_free(office->desk);
    rules_free(office->rules);
    targets_free(office->targets);
}

/* The text of the acknowledgement to a mail that arrives then, with these fields. */
static char *
answer_to(Office *office, const char *arrives, const char *fields)
{
    g_autofree char *mail = desk_mail(fields);
    g_autoptr(Message) parsed = NULL;
    const Effect *effect;
    gint64 now;
    gsize length;
    const guint8 *bytes;

    g_assert_true(clock_parse(arrives, &now, NULL));
    office->desk->arrival.received_at = now;
    desk_decide_at(office->desk, mail, now);
    effect = desk_effect(office->desk, EFFECT_MAIL, 0);
    g_assert_nonnull(effect);
    bytes = g_bytes_get_data(effect->mail.bytes, &length);
    parsed = message_parse(bytes, length, NULL);
    return g_strdup(parsed->text);
}

static void
assert_says(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        g_error("\"%s\" does not stand in:\n%s", words, text);
}

static void
assert_silent_about(const char *text, const char *words)
{
    if (strstr(text, words) != NULL)
        g_error("\"%s\" stands in:\n%s", words, text);
}

/* Tuesday 10:30 and four working hours. */
static void
test_desk_zone(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    g_autofree char *text = answer_to(office, "2026-11-24T08:30:00Z", "Date: Tue, 24 Nov 2026 08:30:00 +0000\n");

    assert_says(text, "Tuesday, 24 November, 14:30 (Athens time)");
    assert_says(text, "4 working hours");
    assert_silent_about(text, "closed");
}

/* What the desk has delivered lately stands beside what it owes; of a queue that a rule chose nothing is known. */
static void
test_usual(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    g_autofree char *silent = answer_to(office, "2026-11-24T08:30:00Z", ""), *text = NULL;

    assert_silent_about(silent, "Usual");
    office->desk->facts->usual_seconds = 2 * 3600 + 700;
    text = answer_to(office, "2026-11-24T08:30:00Z", "");
    assert_says(text, "Usual response time: 2 working hours and 30 minutes.");
}

static void
test_usual_elsewhere(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    g_autofree char *text = NULL;

    office->desk->facts->usual_seconds = 7200;
    text = answer_to(office, "2026-11-24T08:30:00Z", "");
    assert_silent_about(text, "Usual");
}

/* What a server writes that knows no zone says nothing of where its user is. */
static void
test_unknown_offset(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    g_autofree char *text = answer_to(office, "2026-11-24T08:30:00Z", "Date: Tue, 24 Nov 2026 08:30:00 -0000\n");

    assert_says(text, "14:30 (Athens time)");
}

/* An offset that no zone has is a stranger's way to write into the mail. */
static void
test_odd_offset(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    g_autofree char *text = answer_to(office, "2026-11-24T08:30:00Z", "Date: Tue, 24 Nov 2026 08:30:00 +0337\n");

    assert_says(text, "14:30 (Athens time)");
}

static void
test_same_offset(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    g_autofree char *text = answer_to(office, "2026-11-24T08:30:00Z", "Date: Tue, 24 Nov 2026 10:30:00 +0200\n");

    assert_says(text, "Tuesday, 24 November, 14:30, UTC+2");
    assert_silent_about(text, "Athens");
}

/* Friday 16:00 before the night in which the clock goes back: Monday 12:00 in Athens is 10:00Z, no longer 09:00Z. */
static void
test_clock_change(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    g_autofree char *text = answer_to(office, "2026-10-23T13:00:00Z", "Date: Fri, 23 Oct 2026 16:00:00 +0300\n");

    assert_says(text, "Monday, 26 October, 13:00, UTC+3 (our time, Athens: 12:00)");
}

/* By number the offset is right after the change; that it is the reader's then nobody knows. */
static void
test_clock_change_between(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    g_autofree char *text = answer_to(office, "2026-10-23T13:00:00Z", "Date: Fri, 23 Oct 2026 15:00:00 +0200\n");

    assert_says(text, "Monday, 26 October, 12:00, UTC+2 (our time, Athens: 12:00)");
}

static void
test_customers_zone(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    g_autofree char *text = NULL, *unknown = NULL;

    office->desk->facts->fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_insert(office->desk->facts->fields, g_strdup("timezone"), g_strdup("Asia/Kathmandu"));
    text = answer_to(office, "2026-11-24T08:30:00Z", "Date: Tue, 24 Nov 2026 10:30:00 +0200\n");
    assert_says(text, "Tuesday, 24 November, 18:15 (Kathmandu time) (our time, Athens: 14:30)");
    g_hash_table_insert(office->desk->facts->fields, g_strdup("timezone"), g_strdup("../../etc/passwd"));
    unknown = answer_to(office, "2026-11-24T08:30:00Z", "Date: Tue, 24 Nov 2026 10:30:00 +0200\n");
    assert_says(unknown, "Tuesday, 24 November, 14:30, UTC+2");
}

static void
test_closed(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    g_autofree char *text = answer_to(office, "2026-11-24T22:15:00Z", "Date: Tue, 24 Nov 2026 22:15:00 +0000\n");

    assert_says(text, "closed at the moment");
    assert_says(text, "open again on Wednesday, 25 November, 09:00 (Athens time)");
    assert_says(text, "Wednesday, 25 November, 13:00 (Athens time)");
}

static void
test_year(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    g_autofree char *text = answer_to(office, "2026-12-31T20:00:00Z", "Date: Thu, 31 Dec 2026 20:00:00 +0000\n");

    assert_says(text, "Friday, 1 January 2027, 13:00 (Athens time)");
}

/* A calendar that never closes counts hours like everybody. */
static void
test_urgent(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    g_autofree char *text = answer_to(office, "2026-11-24T22:15:00Z", "Date: Tue, 24 Nov 2026 22:15:00 +0000\n");

    assert_says(text, "Wednesday, 25 November, 00:45 (Athens time)");
    assert_says(text, "30 minutes");
    assert_silent_about(text, "working");
    assert_silent_about(text, "closed");
}

static void
test_rule(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    g_autofree char *text = answer_to(office, "2026-11-24T08:30:00Z", "Date: Tue, 24 Nov 2026 08:30:00 +0000\n");

    assert_says(text, "Friday, 27 November, 10:30 (Athens time)");
    assert_says(text, "3 working days");
}

/* The queue in which the ticket is at last. */
static void
test_moved(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    g_autofree char *text = NULL;

    office->desk->billing.target = (char *) "slow";
    text = answer_to(office, "2026-11-24T08:30:00Z", "Date: Tue, 24 Nov 2026 08:30:00 +0000\n");
    assert_says(text, "Friday, 27 November, 10:30 (Athens time)");
}

static void
test_nothing(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    static const char *const policies[] = { NULL, "later" };

    for (gsize i = 0; i < G_N_ELEMENTS(policies); i++) {
        g_autofree char *text = NULL;

        office->desk->support.target = (char *) policies[i];
        text = answer_to(office, "2026-11-24T08:30:00Z", "");
        assert_silent_about(text, " by ");
        assert_silent_about(text, "within");
        assert_silent_about(text, "Athens");
    }
}

/* Half a day in the spool: what should have been done by then is not promised. */
static void
test_late(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    g_autofree char *mail = desk_mail("");
    const Effect *effect;
    gint64 arrived, now;

    g_assert_true(clock_parse("2026-11-24T08:30:00Z", &arrived, NULL));
    now = arrived + (gint64) 5 * 3600 * G_USEC_PER_SEC;
    office->desk->arrival.received_at = arrived;
    desk_decide_at(office->desk, mail, now);
    effect = desk_effect(office->desk, EFFECT_MAIL, 0);
    g_assert_nonnull(effect);
    g_assert_null(g_strstr_len(g_bytes_get_data(effect->mail.bytes, NULL), (gssize) g_bytes_get_size(effect->mail.bytes), "Athens"));
}

static void
test_html(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    g_autofree char *text = answer_to(office, "2026-11-24T08:30:00Z", PROVED "Date: Tue, 24 Nov 2026 14:00:00 +0530\n");
    const Effect *effect = desk_effect(office->desk, EFFECT_MAIL, 0);
    g_autoptr(Message) parsed = message_parse(g_bytes_get_data(effect->mail.bytes, NULL), g_bytes_get_size(effect->mail.bytes), NULL);

    assert_says(text, "Tuesday, 24 November, 18:00, UTC+5:30 (our time, Athens: 14:30)");
    assert_says(parsed->html, "Tuesday, 24 November, 18:00, UTC+5:30 (our time, Athens: 14:30)");
    assert_says(parsed->html, "4 working hours");
}

/* The language of the text, not the sender's, where we do not write his. */
static void
test_language_of_text(Office *office, G_GNUC_UNUSED gconstpointer script)
{
    g_autofree char *mail = NULL;
    g_autoptr(Message) parsed = NULL;
    const Effect *effect;
    gint64 now;

    office->desk->support.language = (char *) "de";
    office->desk->facts->person_language = g_strdup("fi");
    mail = g_strdup("Message-ID: <m2@client.example.net>\nFrom: anna@client.example.net\nTo: support@example.com\nSubject: 1\n\n1\n");
    g_assert_true(clock_parse("2026-11-24T08:30:00Z", &now, NULL));
    office->desk->arrival.received_at = now;
    desk_decide_at(office->desk, mail, now);
    effect = desk_effect(office->desk, EFFECT_MAIL, 0);
    parsed = message_parse(g_bytes_get_data(effect->mail.bytes, NULL), g_bytes_get_size(effect->mail.bytes), NULL);
    assert_says(parsed->text, "Dienstag, 24. November, 14:30 Uhr (Ortszeit Athen)");
    assert_says(parsed->text, "4 Arbeitsstunden");
}

#define ADD(path, script, test) g_test_add("/gateway/promise/" path, Office, script, office_open, test, office_close)

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    ADD("zone/desk", NULL, test_desk_zone);
    ADD("zone/unknown-offset-is-the-desks", NULL, test_unknown_offset);
    ADD("zone/no-offset-of-any-zone", NULL, test_odd_offset);
    ADD("zone/same-offset-needs-no-desk", NULL, test_same_offset);
    ADD("zone/clock-changes-at-the-desk", NULL, test_clock_change);
    ADD("zone/clock-change-lies-between", NULL, test_clock_change_between);
    ADD("zone/customers-own", NULL, test_customers_zone);
    ADD("closed", NULL, test_closed);
    ADD("another-year", NULL, test_year);
    ADD("priority-of-a-rule", "priority \"urgent\";", test_urgent);
    ADD("usual", NULL, test_usual);
    ADD("usual-of-another-queue", "fileinto \"billing\";", test_usual_elsewhere);
    ADD("policy-of-a-rule", "target \"slow\";", test_rule);
    ADD("policy-of-the-queue-it-was-moved-to", "move \"billing\";", test_moved);
    ADD("none-without-a-policy", NULL, test_nothing);
    ADD("none-in-the-past", NULL, test_late);
    ADD("html", NULL, test_html);
    ADD("language-of-the-text", NULL, test_language_of_text);
    return g_test_run();
}
