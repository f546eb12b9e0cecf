/*
 * values.h - the sections of a configuration as plain values
 *
 * Programs read a Config; what a module needs of it, it is given as one of these. So a module may include this header, and never
 * config.h.
 */
#pragma once

#include <glib.h>

#include "config/hours.h"

typedef enum { TELL_AGENTS_NONE, TELL_AGENTS_NEW, TELL_AGENTS_ALL } TellAgents;
typedef enum { CLOSED_REOPEN, CLOSED_NEW, CLOSED_REJECT } ClosedPolicy;
typedef enum { BARE_NEWLINE_DEFAULT, BARE_NEWLINE_KEEP, BARE_NEWLINE_REJECT } BareNewline;
typedef enum { UNAUTHENTICATED_PLAIN, UNAUTHENTICATED_NONE } Unauthenticated;
typedef enum { SEVERAL_QUEUES_EACH, SEVERAL_QUEUES_FIRST } SeveralQueues;
typedef enum { IMAP_OPTION_TLS, IMAP_OPTION_STARTTLS, IMAP_OPTION_PLAINTEXT } ImapSecurityOption;
typedef enum { IMAP_ALLOW_PLAINTEXT_NO, IMAP_ALLOW_PLAINTEXT_LOOPBACK } ImapAllowPlaintext;
typedef enum {
    IMAP_OPTION_AUTO, IMAP_OPTION_PLAIN, IMAP_OPTION_LOGIN, IMAP_OPTION_XOAUTH2, IMAP_OPTION_OAUTHBEARER
} ImapMechanismOption;
typedef enum { IMAP_AFTER_KEYWORD, IMAP_AFTER_SEEN, IMAP_AFTER_MOVE, IMAP_AFTER_DELETE, IMAP_AFTER_NOTHING } ImapAfterAction;
typedef enum { IMAP_IMPORT_ALL, IMAP_IMPORT_SINCE, IMAP_IMPORT_FROM_NOW } ImapImportKind;
typedef enum { IMAP_NEWEST_FIRST, IMAP_OLDEST_FIRST } ImapOrder;

/* When agents are told by mail that a response is nearly or really overdue. */
typedef enum { NOTICES_OPEN_HOURS, NOTICES_ALWAYS, NOTICES_NEVER } TargetNotices;

typedef enum { OAUTH_REFRESH_TOKEN, OAUTH_CLIENT_CREDENTIALS } OAuthGrant;

/* "3/h": at most `count` in `seconds`; a token bucket of that size that fills in that time. */
typedef struct {
    gint64 count;
    gint64 seconds;
} Rate;

typedef struct {
    char *embedded;        /* absolute directory of the private server, or NULL                     */
    char *url;             /* libpq connection URI, or NULL; exactly one of the two is needed        */
                           /* (a password in it is refused if everybody may read the file)           */
    char *bin;             /* directory of initdb and postgres; NULL: as built                       */
} DatabaseConfig;

typedef struct {
    char  *name;           /* stands in subject tags: "[Northwind #1042]"; no control, "[", "]", "#" */
    char  *host;           /* domain of our Message-IDs, EHLO and X-Loop; default: the first queue's domain, else localhost */
    char  *user;           /* unprivileged user to run as when started by root; NULL: see program   */
    gint64 workers;        /* worker processes */
    gint64 lease_seconds;  /* 1..30            */
    gint64 token_life_seconds;
    gboolean subaddressing; /* support+token@ reaches us */
    char  *authserv_id;    /* RFC 8601: whose Authentication-Results are believed; NULL: nobody's   */
    char **old_tags;       /* names whose bare tags "[#n]" or "[Name #n]" still count; NULL-terminated, may be empty */
    SeveralQueues several_queues;
    char  *log_level;
} GatewayConfig;

typedef struct {
    char  *name;           /* "" for a plain [lmtp] */
    char  *socket;         /* absolute path of a Unix socket, or NULL */
    gint64 socket_mode;    /* octal in the file; default 0660 */
    char  *listen;         /* HOST:PORT, loopback only unless allow is set; or NULL */
    char **allow;          /* IP addresses or ADDRESS/BITS that may connect to `listen` besides loopback, or NULL */
    BareNewline bare_newline;
    gint64 connections;    /* at once */
} LmtpConfig;

/* What is done to a mail of a mailbox once it is stored. */
typedef struct {
    ImapAfterAction action;
    char           *folder;         /* of IMAP_AFTER_MOVE; else NULL */
} ImapAfter;

/* Which of the mails that lie in a folder at the first contact are taken. */
typedef struct {
    ImapImportKind kind;
    gint64         since;           /* of IMAP_IMPORT_SINCE: microseconds UTC */
} ImapImport;

typedef struct {
    char  *name;
    char  *host;
    gint64 port;                    /* 0: 993 for tls, else 143 */
    ImapSecurityOption security;
    ImapAllowPlaintext allow_plaintext;
    char  *ca_file;                 /* NULL: the system's certificates */
    char  *pin;                     /* SHA-256 of the server's public key, 64 lower-case hexadecimal digits; NULL: none */
    char  *user;
    char  *password_file;
    ImapMechanismOption mechanism;
    OAuthGrant oauth_grant;
    char  *oauth_token_url;
    char  *oauth_device_url;        /* or NULL */
    char  *oauth_client_id;
    char  *oauth_secret_file;       /* or NULL */
    char  *oauth_scope;             /* or NULL */
    char  *oauth_ca_file;           /* NULL: the system's certificates */
    char **oauth_allow;             /* networks besides the public ones, or NULL */
    char **folders;                 /* UTF-8, as a person writes them; at least one */
    char  *queue;                   /* of mail that names no address of ours */
    ImapAfter after;
    char  *keyword;
    ImapImport import;
    ImapOrder order;
    gint64 quiet_until;             /* mail that came before is taken silently; 0: none */
    gint64 poll_seconds;
    gboolean idle;
    gint64 batch;                   /* mails of one commit, at most */
    gint64 timeout_seconds;         /* for connecting, and for every command */
} ImapConfig;

typedef struct {
    char  *transport;      /* smtp://HOST[:PORT], smtps://HOST[:PORT], maildir:DIR (absolute here) */
    gboolean starttls;     /* for smtp://; default yes except to loopback */
    char  *user;
    char  *password_file;
    char  *ca_file;
    char  *bounce_domain;  /* VERP: b+<id>.<mac>@DOMAIN */
    gint64 timeout_seconds;         /* a whole transfer */
    gint64 reply_life_seconds;      /* an agent's mail is tried this long: 3d */
    gint64 automatic_life_seconds;  /* an automatic one: 4h                  */
} SmtpConfig;

/* What one of several names of the house changes in the mail of its queues. */
typedef struct {
    char  *name;
    char  *display_name;   /* in the place of the installation's; or NULL                       */
    char  *from;           /* the name beside the address in From; NULL: display_name           */
    char  *tag;            /* stands in subject tags; NULL: the installation's name             */
    char  *language;       /* of its queues that name none; or NULL                             */
    char  *templates;      /* "acme": a mail acme-acknowledge stands in the place of acknowledge; or NULL */
} BrandConfig;

typedef struct {
    char  *name;
    char  *address;        /* canonical; mail of the desk comes from it */
    char **aliases;        /* further addresses of the desk, canonical, or NULL; mail to one is acknowledged like mail to `address` */
    char  *display_name;   /* of the desk, for From; NULL: the installation's name */
    char  *language;       /* of tickets whose mail does not tell: "el", "zh-Hant"; or NULL */
    ClosedPolicy closed;
    gint64 reopen_days;
    gint64 retention_seconds;    /* originals older than this are deleted by purge; 0: kept */
    gboolean acknowledge;  /* new tickets, and what the next four say besides */
    gboolean acknowledge_follow_up, acknowledge_reopened, acknowledge_closed, acknowledge_refused;
    char  *charset;        /* of text that names none */
    char  *brand;          /* a [brand NAME] of the file; or NULL */
    const BrandConfig *of_brand;   /* that one; or NULL */
    char  *target;         /* the policy of its tickets, a [target NAME] of the file; or NULL */
    TellAgents tell_agents;  /* of new tickets, or of all mail */
    char **agents;         /* addresses that are told when a response is nearly or really overdue; or NULL */
    WorkingTime close_after;           /* resolved tickets close then; not given, like those below: never       */
    WorkingTime remind_after;          /* the customer of a pending ticket is reminded then, once                */
    WorkingTime close_pending_after;   /* and the ticket closes then: from the reminder on, if there is to be one */
    WorkingTime survey;                /* a ticket's customer is asked then how it went, once; from its end on   */
} QueueConfig;

/* Working hours. What lib/targets says of it names the line. */
typedef struct {
    char    *name;
    char    *timezone;     /* IANA name; NULL: UTC                                                      */
    gboolean always;       /* open day and night; then there are no hours, holidays or extra days       */
    GArray  *hours;        /* HourSpan, by day and beginning; or NULL                                   */
    char   **holidays;     /* iCalendar files as they are named, or NULL                                */
    char   **extra_days;   /* iCalendar files: days on which work is done though the week says no; or NULL */
    GArray  *extra_hours;  /* HourSpan of such a day (day is 0), or NULL                                */
    gint64   day_seconds;  /* what "1d" means; 0: not said                                              */
    guint    line, holidays_line, extra_line;   /* where it stands in the file                          */
} CalendarConfig;

/* What one priority is owed, or all of them; what is not said is that of all priorities. */
typedef struct {
    char       *calendar;
    WorkingTime first_response, next_response, resolution;
    gint64      warn_percent;      /* of the working time; 0: not said */
} TargetTerms;

/* In the order of TicketPriority: low, normal, high, urgent. */
#define TARGET_PRIORITIES 4

typedef struct {
    char       *name;
    TargetTerms all;
    TargetTerms of_priority[TARGET_PRIORITIES];
    TargetNotices notices;
    guint       for_priority;      /* 0: none; else 1 + TicketPriority: of those tickets, where nothing else names a policy */
    guint       line;
} TargetConfig;

typedef struct {
    gint64 message_size;            /* bytes */
    Rate   tickets_per_sender;      /* above: further mail is folded into the sender's newest open ticket */
    Rate   tickets_per_domain;
    Rate   reopen_per_hour, reopen_per_day;   /* per ticket */
    Rate   agent_mails_hour;        /* that tell agents of mail, in all */
    gint64 waiting;                 /* inbound rows waiting above which LMTP answers 451 */
} LimitsConfig;

typedef struct {
    char  *on_message;              /* the script that every message is put to, as the file names it; NULL: none */
    char  *on_target;               /* the script that is run when a response is nearly or really overdue; NULL: none */
    char  *timezone;                /* in which rules tell the time; NULL: UTC */
    gint64 redirects;               /* to how many addresses one message may be passed on; 0: a script with redirect does not compile */
    Rate   redirects_hour, redirects_sender_hour;    /* in all, and of one sender's mail */
    Rate   notifications_hour;      /* mails that `notify` sends, in all */
} RulesConfig;

#define ENVELOPE_SENDER_BOUNCES "bounces"

typedef struct {
    Unauthenticated unauthenticated;
    char *envelope_sender;          /* "" is the null path, ENVELOPE_SENDER_BOUNCES an address of its own for each mail */
    Rate  per_sender_hour, per_sender_day, per_domain_hour, per_ticket_hour, total_hour;
    char **trusted_forms;           /* senders, canonical, whose mail is acknowledged to the requester a rule names; or NULL */
    gint64 max_age_seconds;         /* older arrivals (IMAP) are not acknowledged */
} AcknowledgeConfig;

typedef struct {
    char  *name;
    char  *url;                     /* https://... */
    char  *secret_file;
    char  *ca_file;                 /* NULL: the system's certificates */
    char **allow;                   /* networks besides the public ones, or NULL */
    gint64 timeout_seconds;         /* of a request */
    gint64 life_seconds;            /* a notification is tried this long */
    Rate   per_hour;
} WebhookConfig;

typedef struct {
    gint64 outbox_seconds;          /* bytes of mail that was sent; 0: kept */
    gint64 decision_seconds;
    gint64 batch;                   /* rows per transaction of purge */
} RetentionConfig;

/*
 * The queue (of QueueConfig *) that receives mail for an address: its address or an alias, with "+detail" allowed where subaddressing is on;
 * detail_out (may be NULL) gets the detail or NULL. NULL if it is none of these.
 */
const QueueConfig *queues_find_address(const GPtrArray *queues, gboolean subaddressing, const char *address,
                                       char **detail_out);
const QueueConfig *queues_find_name(const GPtrArray *queues, const char *name);
/* How mail of the queue calls the house, itself in From, and tickets in subjects: as its brand says, else by the installation's name. */
const char *queue_installation_name(const QueueConfig *queue, const char *installation);
const char *queue_from_name(const QueueConfig *queue, const char *installation);
const char *queue_tag(const QueueConfig *queue, const char *installation);
const WebhookConfig *webhooks_find_name(const GPtrArray *webhooks, const char *name);

/* Where a file that a configuration names stands: beside the configuration, else in its folder of that kind ("calendars"). */
char *config_find_file(const char *directory, const char *folder, const char *name);
