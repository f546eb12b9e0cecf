/*
 * decide-private.h - the parts of a decision, one file each
 */
#pragma once

#include "gateway/decide.h"

/* What becomes of the message as a whole, by the rules. */
typedef enum { FATE_KEEP, FATE_DISCARD, FATE_REJECT, FATE_REDIRECT } Fate;

/* A redirect: the mail that it is, or why it is none. */
typedef struct {
    const SieveAction *action;
    Effect            *mail;          /* EFFECT_MAIL; NULL: not passed on, or taken over by the decision */
    char              *why_not;
} Passing;

typedef struct {
    SieveResult       *result;
    Fate               fate;
    const SieveAction *cause;         /* of a fate other than to keep                */
    const SieveAction *filed;         /* the fileinto that names the queue, or NULL  */
    const SieveAction *silence;       /* acknowledge :none, or NULL                  */
    const SieveAction *vacation;      /* whose words the answer has, or NULL         */
    GPtrArray         *passings;      /* Passing *: one for each redirect            */
    const SieveAction *answer;        /* acknowledge :template, or NULL              */
    char              *error;         /* the rules failed: they want nothing, and the ticket tells so */
} Ruling;

/* Everything decide() was given, and the decision as it grows. */
typedef struct {
    const Message        *message;
    const Arrival        *arrival;
    const Prepared       *prepared;
    const Facts          *facts;
    const DecideSettings *settings;
    const QueueConfig    *queue;
    gint64                now;
    const DecideIds      *ids;
    ThreadMatch          *match;
    Ruling               *ruling;     /* what the rules want; NULL: there are none, or they were not asked */
    const Facts          *requester;  /* of the person whom a rule named; NULL: the sender is it */
    const char           *requester_address;
    const TargetNotice   *notice;     /* the rules run on a target, not on a message; else NULL */
    Decision             *decision;
    guint                 n_ids, n_outbox;    /* Message-IDs made, numbers of outbox rows taken */
} Deciding;

/* Whether it is about another mail, and no conversation. */
gboolean decide_is_report(const Message *message);
/* An image that is shown inside the text: these are remembered, so that a signature's logo is known the next time. */
gboolean decide_is_inline_image(const MessagePart *part);

/*
 * decide-report.c: bounces, receipts, abuse reports: joined to what they are about, never a conversation. FALSE: an abuse report about no mail of
 * ours, which is mail like any other.
 */
gboolean decide_report(Deciding *d);

/* decide-ticket.c: which ticket gets the message, in which state, with which effects. Returns the ticket's reference. */
void decide_new_ticket(Deciding *d, const char *reason);
void decide_join(Deciding *d, const FactTicket *ticket, const char *reason);
void decide_follow_up(Deciding *d, const FactTicket *ticket, const char *reason);
void decide_article(Deciding *d, gint64 ticket, char *reason);
/* decide-solved.c: mail by the link of a help article. FALSE: it is none, or for somebody else; the mail is then like any other. */
gboolean decide_solved(Deciding *d);
/* decide-rated.c: the same for the link of a survey. */
gboolean decide_rated(Deciding *d);
/* decide-link.c: why a link that was given to that person is none for this mail; NULL: it holds. Then: the mail belongs to that ticket. */
const char *decide_link_why_not(const Deciding *d, const FactTicket *ticket, gint64 person);
void        decide_link_take(Deciding *d, const FactTicket *ticket, gint64 person);
/* Whether a mail that came by a link says more than the link wrote. */
gboolean    decide_says_more(const Message *message);
/*
 * decide-agents.c: the agents of the queue are told by mail, if the queue wants that: of a new ticket (ticket NULL) or a follow-up, after the rules; and that an answer of ours to
 * that address came back.
 */
void decide_tell_agents(Deciding *d, gint64 reference, const FactTicket *ticket);
void decide_tell_of_bounce(Deciding *d, const char *address, const char *said);
/* decide-person.c: what the mail teaches about its sender. */
void decide_person(Deciding *d, gint64 ticket);
/* The language of a new ticket: what the mail is written in, else what its sender wrote in before, else the queue's; NULL if none is known. */
const char *decide_language(const Deciding *d);

/*
 * decide-rules.c: runs the script on the message, which would join ticket or make a new one (NULL). d->ruling and its trace; or d->decision->needs.
 */
void decide_rules(Deciding *d, const FactTicket *ticket);
void ruling_free(Ruling *ruling);
/* "rule 'vip', main.sieve:12" */
char *ruling_place(const SieveAction *action);
/*
 * decide-rules-needs.c: runs the script with what is known; values: of `fact`. What has to be asked about a correlation key: whether an open ticket bears it in
 * the queue that a new one would be filed into. All that has to be asked goes to d->decision->needs. What came now is remembered for `duplicate`.
 */
SieveResult *decide_run_script(const Deciding *d, SieveInput *input, GHashTable *values);
FactNeed    *decide_correlation(const Deciding *d, const SieveAction *action);
void         decide_collect_needs(Deciding *d, const FactTicket *ticket);
void         decide_remember(Deciding *d);

/* decide-requester.c: what has to be asked about the requester whom a rule names, or NULL; then who it is, once that is known. */
FactNeed    *decide_requester_need(const Deciding *d);
void         decide_set_requester(Deciding *d);
/* What is known of whoever the ticket is for: the sender, if no rule says otherwise. */
const Facts *decide_facts_of_requester(const Deciding *d);
/* Why that action names no requester, or NULL. */
const char  *decide_why_no_requester(const Deciding *d, const SieveAction *action);
/* Why an answer to the requester would be one to an address that anybody may have written into a form; NULL: the form is trusted. */
const char  *decide_why_no_trusted_form(const Deciding *d);

/* decide-prepare.c: what is asked about a sender, or about a person who is taken for one. address: canonical. */
void decide_ask_about_person(FactsRequest *request, const char *address, const char *name, const DecideSettings *settings);
/*
 * decide-rules-ticket.c: TRUE if the rules end it here: without a ticket, in the one that bears the correlation key, or because something has
 * to be asked before. ticket: what it would join, or NULL.
 */
gboolean decide_ends_by_rules(Deciding *d, const FactTicket *ticket);
/* The rules are asked for a correlation key before a weaker sign decides. TRUE: its ticket was joined, or something has to be asked before. */
gboolean decide_ends_by_key(Deciding *d);
/* decide-rules-facts.c: what rules may ask about with `fact`. */
GHashTable *decide_rule_facts(const Deciding *d, const FactTicket *ticket);
/* decide-rules-apply.c: the queue of a new ticket, as the rules file it; NULL: as the address says. */
const char *decide_ruling_queue(const Deciding *d);
/* The effects on a ticket that got the message, and in the trace what became of every action. */
void decide_ruling_apply(Deciding *d, gint64 ticket, gboolean is_new);
/* The same where no ticket gets it. */
void decide_ruling_without_ticket(Deciding *d);

/*
 * decide-rules-redirect.c: what a redirect is on a message that would join ticket (NULL: none). To be asked before anything is filed: a message that cannot be
 * passed on is kept.
 */
Passing *decide_passing(Deciding *d, const SieveAction *action, const FactTicket *ticket);
void     passing_free(Passing *passing);
/* The effects of one; NULL, or why there are none. ticket 0: none. */
const char *decide_pass_on(Deciding *d, const SieveAction *action, gint64 ticket);
/* The token buckets of mail that is passed on. */
void     redirect_buckets(GPtrArray *buckets, const char *sender, const RulesConfig *config);
/* decide-rules-redirect.c: whether the message comes from that address, by From or by its envelope. */
gboolean decide_is_sender(const Deciding *d, const char *address);
/* decide-rules-notify.c: likewise for notify. */
const char *decide_notify(Deciding *d, const SieveAction *action, gint64 ticket);
/* decide-rules-webhook.c: by the webhook that the action names. */
const char *decide_notify_webhook(Deciding *d, const SieveAction *action, gint64 ticket);

/*
 * acknowledge.c: the automatic answer, or why there is none (decision->acknowledgement). template: what it says, unless a rule names another;
 * previous: the closed ticket whose place a new one takes; 0.
 */
void decide_acknowledgement(Deciding *d, const char *kind, const char *template, gint64 previous);
/* acknowledge-mail.c: writes it, whole but for recipient, buckets and life. FALSE if it cannot be written. */
gboolean acknowledge_compose(Deciding *d, const char *template, gint64 previous, const char *recipient, EffectMail *mail,
                             GError **error);
/* acknowledge-help.c: the help articles that were found, and the links that say that one solved it. */
void acknowledge_set_help(Deciding *d, gint64 ticket, const char *language, TemplateValue *values);
/*
 * acknowledge-related.c: the sender's open tickets about the same matter, where he is proved: told to him, and linked for the agents. The two subjects are without tag and prefixes.
 */
void     acknowledge_set_related(const Deciding *d, const char *language, TemplateValue *values);
void     decide_link_same_matter(Deciding *d, gint64 ticket);
gboolean related_is_same_matter(const char *one, const char *other);
/* What it would say, into d->settings->preview. */
void acknowledge_preview(Deciding *d, const char *template, gint64 previous);
/* The token buckets an automatic mail to this sender needs, whether or not one is sent. ticket 0: a ticket not made yet. */
void acknowledge_buckets(GPtrArray *buckets, const char *address, gint64 ticket, const AcknowledgeConfig *limits);
/* Where an automatic answer may go, or NULL with the reason (RFC 3834, 4; design: alignment by libpsl or DMARC). */
const char *acknowledge_recipient(const Deciding *d, char **why_not_out);

/*
 * acknowledge-promise.c: by when a person answers, how long that is, and when the desk opens, in that language and in the time of whoever reads it. Nothing of it without a
 * policy.
 */
void     promise_set_values(Deciding *d, const char *language, TemplateValue *values);
/* "Monday, 23 November", by the clock of whoever reads it; moment: microseconds. */
char    *promise_tell_day(const Deciding *d, const char *language, gint64 moment);
/* By the calendar of the ticket's policy; FALSE where there is none. */
gboolean promise_desk_is_closed(const Deciding *d);

/* acknowledge-vacation.c: what a vacation action changes of it. */
gboolean    vacation_names(const SieveAction *vacation, const GPtrArray *addresses);
/* Its period; NULL: none. */
Bucket     *vacation_bucket(const SieveAction *vacation, const char *recipient);
const char *vacation_from(const Deciding *d, const SieveAction *vacation);
/* "subject", "mime": as the script gives it, or NULL. */
const char *vacation_option(const SieveAction *vacation, const char *name);

/* A Message-ID of ours that no other mail of this decision has; token may be NULL. */
char *decide_message_id(Deciding *d, const char *token);
/* The envelope sender by which a bounce is known as one of this mail, and the number of the outbox row; FALSE: there is no such address. */
gboolean decide_take_bounce_address(Deciding *d, EffectMail *mail);
/* The envelope sender of automatic mail, as configured. */
void decide_automatic_sender(Deciding *d, EffectMail *mail);

/* "reopen:1042:h": the budget of reopenings of a ticket, by the hour or the day. */
char *reopen_bucket_key(gint64 ticket, char period);

typedef enum { SENDER_UNKNOWN, SENDER_PASSED, SENDER_FAILED } SenderStanding;
SenderStanding decide_sender_standing(const Message *message, const Arrival *arrival);
