/*
 * settings.h - the values of the configuration that deciding needs; the program fills it in
 *
 * Plain borrowed values: whoever made it keeps the Config alive.
 */
#pragma once

#include "config/values.h"
#include "gateway/rules.h"
#include "template/set.h"
#include "thread/token.h"

/* What an automatic answer says, whether or not one may be sent: for `template preview`. */
typedef struct {
    const char  *language;         /* in the place of the sender's; or NULL                  */
    char        *template;         /* filled in; NULL: no automatic mail is thought of       */
    TemplateMail mail;
    char        *error;            /* why it could not be written                            */
} AcknowledgePreview;

typedef struct {
    const char              *name;         /* of the installation: stands in tags                        */
    const char              *host;         /* domain of our Message-IDs, and our X-Loop                  */
    const char *const       *old_tags;
    const char              *authserv_id;
    const GPtrArray         *queues;       /* QueueConfig *                                              */
    const LimitsConfig      *limits;
    const AcknowledgeConfig *acknowledge;
    SeveralQueues            several_queues;
    gboolean                 subaddressing;
    const char              *bounce_domain;
    gint64                   automatic_life_seconds;
    gint64                   reply_life_seconds;     /* and of mail that is passed on */
    const TokenKeys         *keys;
    const Rules             *rules;        /* NULL: none                                                 */
    const RulesConfig       *rules_config; /* their limits                                               */
    const Targets           *targets;      /* calendars and policies; NULL: none                         */
    const TemplateSet       *templates;    /* what automatic mails say                                   */
    const GPtrArray         *webhooks;     /* WebhookConfig *                                            */
    const char              *timezone;     /* of the desk, for rules; NULL: UTC                          */
    AcknowledgePreview      *preview;      /* NULL: not asked for                                        */
    gboolean                 trace_tests;  /* explain: every test of the rules is told                   */
} DecideSettings;

/* Whether an address is one of ours: a queue's address or alias, with or without "+detail"; or where bounces of ours go. */
gboolean settings_is_own_address(const DecideSettings *settings, const char *address);

/*
 * The queue that takes mail for a recipient, or NULL if it is none of ours. Mail to an address for bounces is taken for any queue: which mail
 * of ours it is about is told by the address. Its proof is for the decision: who only takes mail holds no keys.
 */
const QueueConfig *settings_queue_of(const GPtrArray *queues, gboolean subaddressing, const char *bounce_domain, const char *recipient);

/* The template of that name, or what the queue's brand has in its place. NULL: NULL. */
const char *settings_template(const DecideSettings *settings, const QueueConfig *queue, const char *name);

/* The mail of ours (its outbox row) that a bounce address proves to be about, or 0. */
gint64 settings_bounced_mail(const DecideSettings *settings, const char *recipient, gint64 now);
gboolean settings_is_bounce_domain(const char *bounce_domain, const char *recipient);

/* Where the bounces of a mail of ours shall go so that they are known: VERP, or an address of the queue; NULL where there is neither. */
char *settings_bounce_address(const DecideSettings *settings, const QueueConfig *queue, gint64 outbox);

/* "support+DETAIL@example.com", or NULL where subaddressing is off, detail is NULL, or it would be too long (RFC 5321, 4.5.3.1.1). */
char *settings_subaddress(const DecideSettings *settings, const QueueConfig *queue, const char *detail);
