/*
 * decision.h - what shall become of one message: an outcome and a list of effects, each with its reason
 *
 * Effects are plain values. The store applies them in order, in one transaction, without knowing mail; explain prints them.
 */
#pragma once

#include "ticket/facts.h"
#include "ticket/ticket.h"

typedef enum {
    EFFECT_TICKET,         /* a new ticket                                                     */
    EFFECT_ARTICLE,        /* the message becomes an article of the ticket                     */
    EFFECT_PARTICIPANT,    /* the sender takes part from now on                                */
    EFFECT_STATUS,         /* the ticket changes its state (reopened)                          */
    EFFECT_MERGE,          /* another ticket of the same conversation is merged into this one  */
    EFFECT_LINK,           /* "perhaps related"                                                */
    EFFECT_EVENT,          /* a line of history                                                */
    EFFECT_TAKE,           /* a token is taken from a bucket, whatever is left in it           */
    EFFECT_MAIL,           /* an automatic mail, if every one of its buckets has a token left  */
    EFFECT_RETURNED,       /* what a report says of a mail of ours                             */
    EFFECT_PERSON,         /* what was learnt of a person: a language, whether mail comes back */
    EFFECT_IMAGES,         /* inline images that the sender will have sent before, next time   */
    EFFECT_CHANGE,         /* something a ticket has becomes something else, as a rule wants it */
    EFFECT_NOTE,           /* an internal note on the ticket                                   */
    EFFECT_SEEN,           /* a key that rules will know as seen, for some time                */
    N_EFFECTS
} EffectKind;

const char *effect_kind_name(EffectKind kind);

typedef struct {
    gint64         reference;
    char          *queue;
    char          *filed_by;        /* the rule that chose the queue; NULL: the address did */
    char          *subject;
    gint64         requester;       /* person id; 0: nobody (no From) */
    char          *language;        /* or NULL */
    TicketPriority priority;
    gboolean       placeholder;     /* shows a quarantined mail to the agents */
} EffectTicket;

typedef struct {
    gint64     ticket;
    gint64     author;              /* person id; 0: nobody */
    char      *from_name;
    char      *from_address;
    char      *message_id;          /* NULL if it has none */
    GPtrArray *references;          /* char *: what it refers to; recorded as "referred to" */
    char      *subject;
    char      *text;
    gint64     date;                /* of its Date field; 0: none */
    gboolean   other_address;       /* joined by a token made out to somebody else */
    char      *class_name;
    char      *spans;               /* JSON array, in code points of the text; or NULL */
    char      *attachments;         /* JSON array; or NULL */
} EffectArticle;

typedef struct {
    gint64 ticket;
    gint64 other;                   /* person, or the other ticket (merged from, linked to); mail of ours of EFFECT_EVENT */
    TicketStatus status;            /* of EFFECT_STATUS */
    char  *text;                    /* event kind of EFFECT_EVENT, bucket key of EFFECT_TAKE, what EFFECT_NOTE says */
    gint64 count, seconds;          /* bucket of EFFECT_TAKE */
} EffectSmall;

typedef struct {
    char      *kind;                /* "acknowledgement", "refusal" */
    gint64     ticket;              /* 0: none (a refusal)          */
    char      *envelope_sender;     /* "" is the null path          */
    char      *recipient;
    char      *message_id;          /* without angle brackets       */
    GBytes    *bytes;               /* the mail, canonical CRLF     */
    gint64     expires;             /* no later attempt             */
    GPtrArray *buckets;             /* Bucket *: all must have a token; the first empty one is why it was withheld */
    gint64     outbox;              /* the number its row gets; 0: the next one */
} EffectMail;

typedef struct {
    gint64   outbox;
    gboolean bounced;               /* else delayed */
    char    *address, *status, *text;   /* as the report says; or NULL */
} EffectReturned;

typedef enum { PERSON_UNCHANGED, PERSON_BOUNCES, PERSON_WRITES } PersonMail;

typedef struct {
    gint64     person;
    char      *language;            /* NULL: as before */
    PersonMail mail;                /* the effect's reason says why */
} EffectPerson;

typedef struct {
    gint64      person;
    GByteArray *sha256;             /* 32 bytes each */
} EffectImages;

typedef enum { CHANGE_QUEUE, CHANGE_PRIORITY, CHANGE_ASSIGNEE, CHANGE_TAG, CHANGE_FIELD, CHANGE_CORRELATION, CHANGE_TARGET,
               N_CHANGES } ChangeKind;

const char *change_kind_name(ChangeKind what);

typedef struct {
    gint64     ticket;
    ChangeKind what;
    char      *name;                /* of a field; else NULL */
    char      *value;               /* what it becomes; of CHANGE_TAG the tag that it gets */
} EffectChange;

typedef struct {
    char    *key;
    gint64   seconds;               /* that it is remembered */
    gboolean again;                 /* it was seen before, and its time begins anew; else nobody may have seen it since */
} EffectSeen;

typedef struct {
    EffectKind kind;
    char      *reason;
    union {
        EffectTicket  ticket;
        EffectArticle article;
        EffectSmall   small;
        EffectMail    mail;
        EffectReturned returned;
        EffectPerson  person;
        EffectImages  images;
        EffectChange  change;
        EffectSeen    seen;
    };
} Effect;

/* One line of the explanation: a step that was tried, and how it came out. */
typedef struct {
    char    *step;                  /* "token in recipient" */
    gboolean held;
    char    *text;                  /* what was found       */
    char    *test;                  /* of a rule, in short; NULL: it is none */
    gboolean compares;              /* that test holds values against keys, text among them */
    gboolean found;                 /* there was a value */
} TraceLine;

typedef struct {
    GPtrArray *lines;               /* TraceLine * */
} Trace;

/* A rule that did something, or failed. */
typedef struct {
    char    *file;
    char    *rule;
    gboolean failed;
} RuleHit;

/* How long a rule took on this message; measured on some messages only. */
typedef struct {
    char  *file;
    char  *rule;
    gint64 nanoseconds;
} RuleTime;

typedef struct {
    Outcome    outcome;
    char      *reason;
    gint64     ticket;              /* 0: none                                        */
    gint64     duplicate_of;        /* inbound id; 0: none                            */
    gboolean   keep_content_key;    /* the content key is to be recorded for this row */
    char      *rules_error;         /* the rules failed, and nothing they wanted is done; or NULL */
    char      *acknowledgement;     /* "mail" where an EFFECT_MAIL decides, else "none: why" */
    GPtrArray *effects;             /* Effect * in the order of application           */
    Trace     *trace;
    GPtrArray *hits;                /* RuleHit *                                      */
    GPtrArray *times;               /* RuleTime *: no part of what was decided        */
    GPtrArray *needs;               /* FactNeed *: answer these and decide again; all else means nothing then */
} Decision;

Decision *decision_new(void);
void      decision_free(Decision *decision);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Decision, decision_free)

/* Once for each rule of a file. */
void decision_hit(Decision *decision, const char *file, const char *rule, gboolean failed);

void decision_time(Decision *decision, const char *file, const char *rule, gint64 nanoseconds);

/* Appends an effect of that kind with a reason (taken); the caller fills the rest. */
Effect *decision_add(Decision *decision, EffectKind kind, char *reason);
Effect *effect_new(EffectKind kind, char *reason);
void    effect_free(Effect *effect);

Trace *trace_new(void);
void   trace_free(Trace *trace);
void   trace_add(Trace *trace, const char *step, gboolean held, const char *format, ...) G_GNUC_PRINTF(4, 5);
/* A test of the rules; value NULL: there was none to look at. */
void   trace_add_test(Trace *trace, const char *step, gboolean held, const char *test, gboolean compares, const char *value);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Trace, trace_free)
