/* When an automatic answer is written, to whom, and which bytes of a stranger's it may hold: none (RFC 3834). */
#include "gateway-desk.h"
#include "tap.h"

#define DEFAULT_SENDER "anna@client.example.net"

typedef struct {
    const char *rule;
    const char *envelope;             /* NULL: the default; "-": unknown */
    const char *fields;
    const char *expected;             /* recipient, or "none: " and the beginning of why */
} Case;

#define PASSED "Authentication-Results: mx.example.com; dmarc=pass header.from=client.example.net\n"
#define FAILED "Authentication-Results: mx.example.com; dmarc=fail header.from=client.example.net\n"
#define FORGED "Authentication-Results: mx.evil.example; dmarc=pass header.from=client.example.net\n"

static const Case silences[] = {
    { "ordinary-mail-is-answered", NULL, "", DEFAULT_SENDER },
    { "null-envelope-sender", "", "", "none: null envelope sender" },
    { "null-envelope-sender-of-pipe", "MAILER-DAEMON", "", "none: null envelope sender" },
    { "null-return-path", "-", "Return-Path: <>\n", "none: " },
    { "null-return-path-under-an-envelope", NULL, "Return-Path: <>\n", "none: null Return-Path" },
    { "missing-return-path-goes-to-from", "-", "", DEFAULT_SENDER },
    { "no-address-in-from", NULL, "From: undisclosed:;\n", "none: no From address" },
    { "unusable-address-in-from", NULL, "From: \"anna\" <anna>\n", "none: " },
    { "two-from-fields", NULL, "From: a@client.example.net\nFrom: b@client.example.net\n", "none: 2 From fields" },
    { "own-address", "billing@example.com", "From: billing@example.com\n", "none: it would go to an address of ours" },
    { "own-address-with-detail", "support+x@example.com", "From: support+x@example.com\n",
      "none: it would go to an address of ours" },
    { "own-address-in-capitals", "SUPPORT@EXAMPLE.COM", "From: SUPPORT@EXAMPLE.COM\n",
      "none: it would go to an address of ours" },
    { "not-named-in-any-field", NULL, "To: undisclosed-recipients:;\n", "none: our address is in none of" },
    { "named-in-cc", NULL, "To: else@example.org\nCc: support@example.com\n", DEFAULT_SENDER },
    { "named-in-resent-to", NULL, "To: else@example.org\nResent-To: support@example.com\n", DEFAULT_SENDER },
    { "named-with-detail", NULL, "To: support+x@example.com\n", DEFAULT_SENDER },
    { "authentication-failed", NULL, FAILED, "none: the sender failed authentication" },
    { "somebody-elses-verdict-is-no-verdict", NULL, FORGED, DEFAULT_SENDER },
    { "auto-submitted", NULL, "Auto-Submitted: auto-generated\n", "none: Auto-Submitted: auto-generated" },
    { "auto-submitted-in-capitals", NULL, "AUTO-SUBMITTED: AUTO-REPLIED; x=y\n", "none: Auto-Submitted: auto-replied" },
    { "auto-submitted-of-tomorrow", NULL, "Auto-Submitted: auto-imagined\n", "none: Auto-Submitted" },
    { "auto-submitted-no-is-a-person", NULL, "Auto-Submitted: No (really)\n", DEFAULT_SENDER },
    { "auto-submitted-any-instance", NULL, "Auto-Submitted: no\nAuto-Submitted: auto-replied\n", "none: Auto-Submitted" },
    { "precedence-bulk", NULL, "Precedence: Bulk\n", "none: Precedence" },
    { "precedence-first-class", NULL, "Precedence: first-class\n", DEFAULT_SENDER },
    { "list-id", NULL, "List-Id: <l.example.net>\n", "none: List-Id" },
    { "list-unsubscribe", NULL, "List-Unsubscribe: <mailto:u@example.net>\n", "none: List-Unsubscribe" },
    { "response-suppress-all", NULL, "X-Auto-Response-Suppress: DR, all\n", "none: X-Auto-Response-Suppress" },
    { "response-suppress-oof", NULL, "X-Auto-Response-Suppress: OOF\n", "none: X-Auto-Response-Suppress" },
    { "response-suppress-reports-only", NULL, "X-Auto-Response-Suppress: DR, RN, NRN, NDR\n", DEFAULT_SENDER },
    { "our-own-loop-mark", NULL, "X-Loop: desk.example.com\n", "none: X-Loop" },
    { "somebody-elses-loop-mark", NULL, "X-Loop: other.example.com\n", DEFAULT_SENDER },
    { "no-reply-sender", NULL, "From: no-reply@client.example.net\n", "none: sender no-reply@client.example.net" },
    { "owner-of-a-list", "owner-l@client.example.net", "", "none: sender owner-l@client.example.net" },
    { "bounces-envelope", "l-bounces@client.example.net", "", "none: " },
    { "spam", NULL, "X-Spam-Flag: YES\n", "none: X-Spam-Flag" },
};

static const Case recipients[] = {
    { "the-same-domain-goes-to-from", "bounce-me-not@client.example.net", "From: anna@client.example.net\n", "none: " },
    { "the-same-organisation-goes-to-from", "x7@mail.client.example.net", "From: anna@client.example.net\n",
      "anna@client.example.net" },
    { "another-organisation-goes-to-the-envelope", "x7@sender.example.org", "From: anna@client.example.net\n",
      "x7@sender.example.org" },
    { "a-public-suffix-is-no-organisation", "x7@other.co.uk", "From: anna@victim.co.uk\n", "x7@other.co.uk" },
    { "dmarc-pass-goes-to-from", "x7@sender.example.org", PASSED "From: anna@client.example.net\n",
      "anna@client.example.net" },
    { "reply-to-is-never-asked", NULL, "Reply-To: victim@example.org\n", DEFAULT_SENDER },
    { "sender-field-is-never-asked", NULL, "Sender: victim@example.org\n", DEFAULT_SENDER },
    { "an-envelope-sender-that-is-no-address", "x y@sender.example.org", "", "none: " },
    { "an-envelope-sender-that-is-ours", "support@example.com", "From: anna@client.example.net\n",
      "none: it would go to an address of ours" },
    { "an-envelope-sender-nobody-reads", "noreply@sender.example.org", "", "none: sender noreply@sender.example.org" },
};

static void
assert_answer(const Desk *desk, const char *expected)
{
    const Effect *mail = desk_effect(desk, EFFECT_MAIL, 0);

    if (g_str_has_prefix(expected, "none: ")) {
        g_assert_null(mail);
        if (!g_str_has_prefix(desk->decision->acknowledgement, expected))
            g_error("expected \"%s\", it says \"%s\"", expected, desk->decision->acknowledgement);
        return;
    }
    g_assert_cmpstr(desk->decision->acknowledgement, ==, "mail");
    g_assert_cmpint(desk_count(desk, EFFECT_MAIL), ==, 1);
    g_assert_cmpstr(mail->mail.recipient, ==, expected);
    g_assert_cmpstr(mail->mail.envelope_sender, ==, "");
    g_assert_true(mail_is_canonical(g_bytes_get_data(mail->mail.bytes, NULL), g_bytes_get_size(mail->mail.bytes)));
}

static void
test_case(gconstpointer data)
{
    const Case *row = data;
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail(row->fields);

    if (row->envelope != NULL)
        desk->arrival.sender = g_str_equal(row->envelope, "-") ? NULL : row->envelope;
    desk_decide(desk, mail);
    g_assert_cmpint(desk->decision->ticket, ==, NEW);      /* silence costs nobody a ticket */
    assert_answer(desk, row->expected);
}

/* ---- what the installation and the store have to say --------------------------------------------------------- */

static void
assert_silent(Desk *desk, const char *fields, const char *expected)
{
    g_autofree char *mail = desk_mail(fields);

    desk_decide(desk, mail);
    g_assert_cmpint(desk->decision->outcome, ==, OUTCOME_TICKET);
    assert_answer(desk, expected);
}

static void
test_configuration(void)
{
    g_autoptr(Desk) desk = desk_new();

    assert_silent(desk, "", DEFAULT_SENDER);
    desk->arrival.quiet = TRUE;
    assert_silent(desk, "", "none: imported quietly");
    desk->arrival.quiet = FALSE;
    desk->arrival.received_at = DESK_NOW - G_GINT64_CONSTANT(86401) * G_USEC_PER_SEC;
    assert_silent(desk, "", "none: it arrived too long ago");
    desk->arrival.received_at = DESK_NOW - G_GINT64_CONSTANT(86399) * G_USEC_PER_SEC;
    assert_silent(desk, "", DEFAULT_SENDER);
    desk->support.acknowledge = FALSE;
    assert_silent(desk, "", "none: the queue does not acknowledge");
    desk->support.acknowledge = TRUE;
    desk->arrival.queue = "gone";
    assert_silent(desk, "", "none: the queue does not acknowledge");
}

static void
test_unauthenticated_none(void)
{
    g_autoptr(Desk) desk = desk_new();

    desk->acknowledge.unauthenticated = UNAUTHENTICATED_NONE;
    assert_silent(desk, "", "none: the sender is not authenticated");
    assert_silent(desk, FORGED, "none: the sender is not authenticated");
    assert_silent(desk, PASSED, DEFAULT_SENDER);
    desk->arrival.auth_user = "anna";
    assert_silent(desk, "", DEFAULT_SENDER);
}

/* Who writes has an address that works, as far as anybody knows; if not, the next bounce says so. */
static void
test_bouncing_sender(void)
{
    g_autoptr(Desk) desk = desk_new();
    const Effect *person;

    desk->facts->person_is_bouncing = TRUE;
    assert_silent(desk, "", DEFAULT_SENDER);
    person = desk_effect(desk, EFFECT_PERSON, 0);
    g_assert_cmpint(person->person.person, ==, SENDER);
    g_assert_cmpint(person->person.mail, ==, PERSON_WRITES);
    g_assert_true(desk_has_event(desk, "not-bouncing"));
}

/* Neither a machine's mail nor a forged one says that a person reads the address. */
static void
test_bouncing_stays(void)
{
    static const char *const fields[] = { "Auto-Submitted: auto-replied\n", "List-Id: <l.example.net>\n", FAILED };

    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        g_autoptr(Desk) desk = desk_new();

        desk->facts->person_is_bouncing = TRUE;
        assert_silent(desk, fields[i], "none: ");
        g_assert_cmpint(desk_count(desk, EFFECT_PERSON), ==, 0);
    }
}

/* Where the answer would go to the envelope sender, that address is asked about: no mail came *from* it. */
static void
test_bouncing_envelope(void)
{
    g_autoptr(Desk) desk = desk_new();

    desk->facts->envelope_is_bouncing = TRUE;
    desk->arrival.sender = "petra@other.example.org";
    assert_silent(desk, "", "none: mail to petra@other.example.org bounces");
    desk->arrival.sender = "anna@client.example.net";
    assert_silent(desk, "", DEFAULT_SENDER);
}

static const char *
envelope_sender_of_answer(Desk *desk)
{
    g_autofree char *mail = desk_mail("");

    desk_decide(desk, mail);
    return desk_effect(desk, EFFECT_MAIL, 0)->mail.envelope_sender;
}

static void
test_bounces_come_back(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *token = token_format_bounce(desk->keys, 9);
    g_autofree char *verp = g_strdup_printf("%s@b.example.com", token);
    g_autofree char *detail = g_strdup_printf("support+%s@example.com", token);

    desk->acknowledge.envelope_sender = (char *) ENVELOPE_SENDER_BOUNCES;
    g_assert_cmpstr(envelope_sender_of_answer(desk), ==, "");
    g_assert_cmpint(desk_effect(desk, EFFECT_MAIL, 0)->mail.outbox, ==, 0);
    desk->settings.subaddressing = TRUE;
    g_assert_cmpstr(envelope_sender_of_answer(desk), ==, detail);
    g_assert_cmpint(desk_effect(desk, EFFECT_MAIL, 0)->mail.outbox, ==, 9);
    desk->settings.bounce_domain = "b.example.com";
    g_assert_cmpstr(envelope_sender_of_answer(desk), ==, verp);
}

/* An answer to an address that is there for bounces is never answered, whatever it looks like: no loop goes through it. */
static void
test_to_bounces(void)
{
    g_autoptr(Desk) desk = desk_new();

    desk->settings.bounce_domain = "b.example.com";
    desk->arrival.recipient = "b9.daaaaaaaaaaaaaaaaaaaaaaaaaa@b.example.com";
    assert_silent(desk, "", "none: it came to an address for bounces");
}

/* Brake b: whatever survives of an automatic mail of ours is enough, even where it leads to no ticket any more. */
static void
test_answers_to_our_automatic_mail(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *token = desk_token(desk, 17, SENDER, TOKEN_AUTOMATIC);
    g_autofree char *id = g_strdup_printf("In-Reply-To: <%s.x@desk.example.com>\n", token);
    g_autofree char *references = g_strdup_printf("References: <a@x> <%s.x@desk.example.com> <b@x>\n", token);
    g_autofree char *recipient = g_strdup_printf("support+%s@example.com", token);
    g_autofree char *quoted = g_strdup_printf("From: anna@client.example.net\nTo: support@example.com\n"
                                              "Subject: Re: Auto\n\n> Hello,\n> Ref: %s\n", token);

    assert_silent(desk, id, "none: it answers an automatic mail of ours");
    assert_silent(desk, references, "none: it answers an automatic mail of ours");
    desk_decide(desk, quoted);
    assert_answer(desk, "none: it answers an automatic mail of ours");
    desk->arrival.recipient = recipient;
    assert_silent(desk, "", "none: it answers an automatic mail of ours");
}

static void
test_known_automatic_reference(void)
{
    g_autoptr(Desk) desk = desk_new();

    desk_add_reference(desk, "auto@desk.example.com", 17, TRUE);
    assert_silent(desk, "In-Reply-To: <auto@desk.example.com>\n", "none: it answers an automatic mail of ours");
}

static void
test_follow_up(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail("Subject: [Northwind #17] more\n");

    desk_add_ticket(desk, 17, TICKET_OPEN, TRUE);
    desk_decide(desk, mail);
    assert_answer(desk, "none: follow-up");
}

/* Each kind has its switch and its template, and the queue's main switch stands above all. */
static void
test_kinds(void)
{
    static const struct { TicketStatus status; ClosedPolicy policy; const char *says; } kinds[] = {
        { TICKET_OPEN, CLOSED_REOPEN, "We have added your message" },
        { TICKET_CLOSED, CLOSED_REOPEN, "is open again" },
        { TICKET_CLOSED, CLOSED_NEW, "is closed" },
        { TICKET_CLOSED, CLOSED_REJECT, "not accepted" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autoptr(Desk) desk = desk_new();
        gboolean *switches[] = { &desk->support.acknowledge_follow_up, &desk->support.acknowledge_reopened, &desk->support.acknowledge_closed,
                                 &desk->support.acknowledge_refused };
        g_autofree char *mail = desk_mail("Subject: [Northwind #17] more\n"), *text = NULL;

        desk_add_ticket(desk, 17, kinds[i].status, TRUE);
        desk->support.closed = kinds[i].policy;
        *switches[i] = TRUE;
        desk_decide(desk, mail);
        assert_answer(desk, DEFAULT_SENDER);
        text = g_strndup(g_bytes_get_data(desk_effect(desk, EFFECT_MAIL, 0)->mail.bytes, NULL), g_bytes_get_size(desk_effect(desk, EFFECT_MAIL, 0)->mail.bytes));
        g_assert_nonnull(strstr(text, kinds[i].says));
        *switches[i] = FALSE;
        desk_decide(desk, mail);
        assert_answer(desk, "none: ");
        *switches[i] = TRUE;
        desk->support.acknowledge = FALSE;
        desk_decide(desk, mail);
        assert_answer(desk, "none: the queue does not acknowledge");
    }
}

/* A refusal is an automatic answer like any other, and stays unsent where one may not be sent. */
static void
test_refusal(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail("Subject: [Northwind #17] more\n");
    g_autofree char *suppressed = desk_mail("Subject: [Northwind #17] more\nX-Auto-Response-Suppress: All\n");

    desk_add_ticket(desk, 17, TICKET_CLOSED, TRUE);
    desk->support.closed = CLOSED_REJECT;
    desk_decide(desk, mail);
    g_assert_cmpint(desk->decision->outcome, ==, OUTCOME_REFUSED);
    assert_answer(desk, DEFAULT_SENDER);
    desk_decide(desk, suppressed);
    g_assert_cmpint(desk->decision->outcome, ==, OUTCOME_REFUSED);
    assert_answer(desk, "none: X-Auto-Response-Suppress");
}

/* ---- the mail itself ----------------------------------------------------------------------------------------- */

static char *
answer_text(const Desk *desk)
{
    const Effect *mail = desk_effect(desk, EFFECT_MAIL, 0);

    g_assert_nonnull(mail);
    return g_strndup(g_bytes_get_data(mail->mail.bytes, NULL), g_bytes_get_size(mail->mail.bytes));
}

static Message *
answer_message(const Desk *desk)
{
    g_autofree char *text = answer_text(desk);
    const MessageOptions options = { .queue = "" };

    return message_parse((const guint8 *) text, strlen(text), &options);
}

#define HOSTILE "Subject: FREEMONEY\nFrom: FREEMONEY <anna@client.example.net>\n" \
                "X-FREEMONEY: FREEMONEY\nComments: FREEMONEY\nReply-To: FREEMONEY <x@client.example.net>\n"

static void
test_no_stranger_words(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *head = desk_mail(HOSTILE);
    g_autofree char *mail = g_strconcat(head, "FREEMONEY\n", NULL);
    g_autofree char *text = NULL;

    desk_decide(desk, mail);
    text = answer_text(desk);
    g_assert_null(strstr(text, "FREEMONEY"));
    g_assert_null(strstr(text, "RlJFRU1PTkVZ"));      /* nor in base64 */
    g_assert_nonnull(strstr(text, "1042"));
}

static void
test_words_of_a_proven_sender(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail(PASSED "From: Anna Kos <anna@client.example.net>\n");
    g_autoptr(Message) answer = NULL;

    desk_decide(desk, mail);
    answer = answer_message(desk);
    g_assert_nonnull(strstr(answer->subject, "Printer"));
    g_assert_nonnull(strstr(answer->text, "Anna Kos"));
    g_assert_null(strstr(answer->text, "it does not work"));       /* the body never */
}

static void
test_headers(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *mail = desk_mail("");
    g_autofree char *token = desk_token(desk, NEW, SENDER, TOKEN_AUTOMATIC);
    g_autoptr(Message) answer = NULL;
    const Effect *effect;

    desk_decide(desk, mail);
    effect = desk_effect(desk, EFFECT_MAIL, 0);
    answer = answer_message(desk);
    g_assert_cmpstr(message_header(answer, "Auto-Submitted", 0), ==, "auto-replied");
    g_assert_cmpstr(message_header(answer, "X-Auto-Response-Suppress", 0), ==, "All");
    g_assert_cmpstr(message_header(answer, "X-Loop", 0), ==, "desk.example.com");
    g_assert_cmpstr(answer->message_id, ==, effect->mail.message_id);
    g_assert_true(g_str_has_prefix(answer->message_id, token));
    g_assert_true(g_str_has_suffix(answer->message_id, "@desk.example.com"));
    g_assert_cmpuint(answer->in_reply_to->len, ==, 1);
    g_assert_cmpstr(g_ptr_array_index(answer->in_reply_to, 0), ==, "m1@client.example.net");
    g_assert_cmpstr(g_ptr_array_index(answer->references, 0), ==, "m1@client.example.net");
    g_assert_cmpuint(answer->to->len, ==, 1);
    g_assert_cmpuint(answer->cc->len + answer->bcc->len, ==, 0);
    g_assert_cmpuint(answer->from_fields, ==, 1);
    g_assert_cmpstr(((MessageAddress *) g_ptr_array_index(answer->from, 0))->address, ==, "support@example.com");
    g_assert_cmpint(answer->date, ==, DESK_NOW);
    g_assert_nonnull(strstr(answer->subject, "[Northwind #1042]"));
    g_assert_nonnull(strstr(answer->text, token));
    /* Our own mail would silence us. */
    g_assert_cmpint(answer->class_, ==, CLASS_AUTO_REPLY);
    g_assert_cmpint(effect->mail.expires, ==, DESK_NOW + G_GINT64_CONSTANT(14400) * G_USEC_PER_SEC);
}

static void
test_message_id_that_cannot_be_echoed(void)
{
    g_autofree char *local = g_strnfill(240, 'x');
    g_autofree char *longer = g_strdup_printf("<%s@client.example.net>", local);
    const char *const ids[] = { longer, "<a b@client.example.net>", "<\"FREEMONEY now\"@client.example.net>", "<noat>" };

    for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
        g_autoptr(Desk) desk = desk_new();
        g_autofree char *mail = g_strdup_printf("Message-ID: %s\nFrom: anna@client.example.net\n"
                                                "To: support@example.com\n\nHello\n", ids[i]);
        g_autoptr(Message) answer = NULL;

        desk_decide(desk, mail);
        answer = answer_message(desk);
        g_assert_null(message_header(answer, "In-Reply-To", 0));
        g_assert_null(message_header(answer, "References", 0));
    }
}

/* 64 octets is what a local part may have (RFC 5321, 4.5.3.1.1): one more, and there is no Reply-To. */
static void
test_reply_to(void)
{
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *token = desk_token(desk, NEW, SENDER, TOKEN_AUTOMATIC);
    gsize room = LIMIT_TOKEN_LOCAL_PART - strlen(token) - 1;
    g_autofree char *fits = g_strnfill(room, 's'), *too_long = g_strnfill(room + 1, 's');
    const struct { gboolean subaddressing; const char *local; gboolean expected; } rows[] = {
        { FALSE, "support", FALSE }, { TRUE, "support", TRUE }, { TRUE, fits, TRUE }, { TRUE, too_long, FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *address = g_strdup_printf("%s@example.com", rows[i].local);
        g_autofree char *expected = g_strdup_printf("%s+%s@example.com", rows[i].local, token);
        g_autofree char *named = g_strdup_printf("To: %s\n", address);
        g_autofree char *text = desk_mail(named);
        g_autoptr(Message) answer = NULL;

        desk->settings.subaddressing = rows[i].subaddressing;
        desk->support.address = address;
        desk_decide(desk, text);
        answer = answer_message(desk);
        g_assert_cmpuint(answer->reply_to->len, ==, rows[i].expected ? 1 : 0);
        if (rows[i].expected)
            g_assert_cmpstr(((MessageAddress *) g_ptr_array_index(answer->reply_to, 0))->address, ==, expected);
        desk->support.address = (char *) "support@example.com";
    }
}

/* Who is counted is who gets the mail, in whatever disguise; a person, his domain, the ticket, and all of us. */
static void
test_buckets(void)
{
    static const char *const disguises[] = {
        "anna@client.example.net", "anna+x1@client.example.net", "Anna@CLIENT.example.NET",
        "prvs=0123456789=anna@client.example.net", "SRS0=abcd=XY=client.example.net=anna@relay.client.example.net",
    };
    static const char *const keys[] = {
        "ack:person:anna@client.example.net:h", "ack:person:anna@client.example.net:d", "ack:domain:client.example.net:h",
        "ack:ticket:1042:h", "ack:total:h",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(disguises); i++) {
        g_autoptr(Desk) desk = desk_new();
        g_autofree char *mail = desk_mail("From: boss@elsewhere.example.org\n");
        const Effect *effect;

        desk->arrival.sender = disguises[i];
        desk_decide(desk, mail);
        effect = desk_effect(desk, EFFECT_MAIL, 0);
        g_assert_nonnull(effect);
        g_assert_cmpuint(effect->mail.buckets->len, ==, G_N_ELEMENTS(keys));
        for (gsize k = 0; k < G_N_ELEMENTS(keys); k++)
            g_assert_cmpstr(((Bucket *) g_ptr_array_index(effect->mail.buckets, k))->key, ==, keys[k]);
    }
}

/* A thread goes on in the sender's own client, if it is his: what a stranger refers to is his text, and is not repeated. */
static void
test_references(void)
{
    static const char fields[] = "References: <a@client.example.net> <b@client.example.net>\n";
    g_autoptr(Desk) desk = desk_new();
    g_autofree char *proved = g_strconcat(PASSED, fields, NULL), *mail = desk_mail(proved), *stranger = desk_mail(fields), *text = NULL, *bare = NULL;

    desk_decide(desk, mail);
    text = answer_text(desk);
    g_assert_nonnull(strstr(text, "References: <a@client.example.net> <b@client.example.net>\r\n <m1@client.example.net>"));
    desk_decide(desk, stranger);
    bare = answer_text(desk);
    g_assert_nonnull(strstr(bare, "References: <m1@client.example.net>\r\n"));
}

/* A name of the desk that holds what a header may not is refused by the writer, and said. */
static void
test_unwritable(void)
{
    g_autoptr(Desk) desk = desk_new();

    desk->support.display_name = (char *) "Desk\r\nBcc: victim@example.org";
    assert_silent(desk, "", "none: ");
}

static void
add_cases(const char *folder, const Case *cases, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        g_autofree char *path = g_strconcat("/gateway/acknowledge/", folder, "/", cases[i].rule, NULL);

        g_test_add_data_func(path, &cases[i], test_case);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    message_init();
    add_cases("silence", silences, G_N_ELEMENTS(silences));
    add_cases("recipient", recipients, G_N_ELEMENTS(recipients));
    g_test_add_func("/gateway/acknowledge/silence/of-the-configuration", test_configuration);
    g_test_add_func("/gateway/acknowledge/silence/unauthenticated-none", test_unauthenticated_none);
    g_test_add_func("/gateway/acknowledge/bouncing/ends-when-the-person-writes", test_bouncing_sender);
    g_test_add_func("/gateway/acknowledge/bouncing/stays-with-what-proves-nothing", test_bouncing_stays);
    g_test_add_func("/gateway/acknowledge/bouncing/no-answer-to-a-bouncing-envelope-sender", test_bouncing_envelope);
    g_test_add_func("/gateway/acknowledge/envelope-sender/bounces-come-back", test_bounces_come_back);
    g_test_add_func("/gateway/acknowledge/silence/an-address-for-bounces", test_to_bounces);
    g_test_add_func("/gateway/acknowledge/silence/answers-to-our-automatic-mail", test_answers_to_our_automatic_mail);
    g_test_add_func("/gateway/acknowledge/silence/known-automatic-reference", test_known_automatic_reference);
    g_test_add_func("/gateway/acknowledge/silence/follow-up", test_follow_up);
    g_test_add_func("/gateway/acknowledge/silence/kinds", test_kinds);
    g_test_add_func("/gateway/acknowledge/silence/refusal", test_refusal);
    g_test_add_func("/gateway/acknowledge/text/no-word-of-a-stranger", test_no_stranger_words);
    g_test_add_func("/gateway/acknowledge/text/words-of-a-proven-sender", test_words_of_a_proven_sender);
    g_test_add_func("/gateway/acknowledge/headers", test_headers);
    g_test_add_func("/gateway/acknowledge/headers/no-unfit-id-is-echoed", test_message_id_that_cannot_be_echoed);
    g_test_add_func("/gateway/acknowledge/headers/references", test_references);
    g_test_add_func("/gateway/acknowledge/headers/reply-to", test_reply_to);
    g_test_add_func("/gateway/acknowledge/buckets", test_buckets);
    g_test_add_func("/gateway/acknowledge/unwritable-is-silent", test_unwritable);
    return g_test_run();
}
