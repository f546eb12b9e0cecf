/*
 * facts.h - what the store knows about one message, and what was asked
 *
 * A FactsRequest is made from a Message and its envelope; the store answers a batch of them in one round trip; decide reads the answer.
 * Facts are values: the same Facts and the same Message give the same Decision, today and in a replay.
 */
#pragma once

#include "ticket/ticket.h"

typedef struct {
    gint64     inbound;          /* the row asked about: it is no duplicate of itself; 0: none (explain)   */
    gint64     raw;              /* its bytes: another row of the same raw is the same content elsewhere   */
    GByteArray *elsewhere_keys;  /* content keys (32 bytes each) the same mail has in the other queues     */
    char      *sender;           /* canonical address of the From, NULL if there is none                  */
    char      *sender_name;
    char      *sender_domain;
    char      *queue;            /* name */
    guint8     content_key[32];
    gboolean   content_key_expires;   /* neither Message-ID nor Date: the key holds for an hour            */
    char      *message_id;       /* its own; NULL if none                                                  */
    GPtrArray *references;       /* char *: In-Reply-To, then References newest first; no duplicates       */
    GArray    *token_tickets;    /* gint64: references of tickets that valid tokens name                    */
    gint64     tag_ticket;       /* of the subject's tag; 0 if there is none                               */
    GPtrArray *buckets;          /* Bucket *: every token bucket the decision may look at                  */
    char      *envelope;         /* canonical envelope sender: where an answer may go instead; NULL         */
    gint64     bounce_outbox;    /* mail of ours that the bounce address it came to names; 0: none         */
    char      *original_id;      /* Message-ID of ours, proven, of the mail it returns; NULL               */
    GByteArray *images;          /* SHA-256 (32 bytes each) of its inline images                           */
    char      *help_language;    /* of help_text                                                           */
    char      *help_text;        /* what help articles are looked for by; NULL: none are wanted            */
    gboolean   wants_open;       /* the sender is proved, and is told of his open tickets                   */
    gint64     solved_article;   /* the help article that its link says has solved it; 0: none             */
} FactsRequest;

/* A token bucket: holds `count`, fills in `seconds`. */
typedef struct {
    char  *key;                  /* "ack:person:anna@example.com:h" */
    gint64 count;
    gint64 seconds;
    double tokens;               /* filled in by the store: what it holds now */
} Bucket;

/* A ticket that something in the message points at. Merged tickets are replaced by their target. */
typedef struct {
    gint64         reference;
    gint64         merged_from;          /* the reference that was named, if it was merged; else 0  */
    char          *queue;
    TicketStatus   status;
    char          *subject;
    gint64         requester;            /* person id */
    gint64         changed_at;           /* when it was resolved or closed; 0 while open            */
    gboolean       sender_takes_part;    /* requester or participant                                */
    gboolean       sender_is_requester;
    gboolean       same_organisation;    /* the sender's organisation is the requester's (both known) */
    gboolean       has_agent_reply;
    char          *priority, *assignee, *requester_address, *language, *target;   /* or NULL */
    GPtrArray     *tags;                 /* char * */
    GHashTable    *fields;               /* name -> char * */
    gint64         articles;
    gint64         created_at, updated_at;
} FactTicket;

/* A Message-ID that the store has met before, and in which ticket. */
typedef struct {
    char    *message_id;
    gint64   ticket;                     /* after merging */
    gboolean seen;                       /* a mail with this id was filed; else only referred to */
    gboolean ours;                       /* we sent it                                            */
    gboolean automatic;                  /* we sent it, and it was automatic                      */
} FactReference;

/* A mail of ours that a report is about. */
typedef struct {
    gint64 id;                           /* of the outbox row; 0: none                            */
    char  *kind;                         /* "acknowledgement", "reply", "refusal", "notice"       */
    gint64 ticket;                       /* after merging; 0: none                                */
    char  *recipient;
    gint64 person;                       /* whose address that is; 0: nobody's                    */
    char  *state;                        /* "sent", "bounced", ...                                */
} FactMail;

/* A help article that answers what the message says, as far as its words tell. */
typedef struct {
    gint64 id;
    gint64 score;                        /* in thousandths                                        */
    char  *path, *title;
    char  *url;                          /* or NULL                                               */
    char  *summary;                      /* how it begins                                         */
} FactHelp;

/* A ticket of the sender that is not closed. */
typedef struct {
    gint64 reference;
    gint64 created_at;
    char  *subject;
} FactOpen;

/* What only the rules can ask for, because what they ask about comes out of them. */
typedef enum {
    NEED_AGENT,            /* the agent of that name                                             */
    NEED_CORRELATED,       /* the open ticket of a queue with that correlation key               */
    NEED_LISTED,           /* 1: the address or domain is on that list, which the store keeps    */
    NEED_SEEN,             /* 1: that key was seen, and is remembered still                      */
    NEED_PERSON,           /* the person of that address, and what else is known of him          */
    N_NEEDS
} FactNeedKind;

typedef struct {
    FactNeedKind  kind;
    char         *text;
    char         *queue;                 /* of NEED_CORRELATED; of NEED_LISTED the list; else NULL */
    FactsRequest *request;               /* of NEED_PERSON: what is asked of him as of a sender; else NULL */
} FactNeed;

typedef struct Facts {
    gint64     person;                   /* of the sender; 0 if unknown (explain only) or no From */
    gboolean   person_is_bouncing;
    char      *person_language;          /* or NULL */
    gboolean   envelope_is_bouncing;     /* mail to the envelope sender comes back                */
    gboolean   sender_is_agent;
    gint64     duplicate_of;             /* inbound id that holds the content key; 0 if none      */
    gint64     elsewhere;                /* a ticket in another queue with the same content; 0    */
    gboolean   elsewhere_acknowledged;
    gint64     newest_open;              /* the sender's newest open ticket in this queue; 0      */
    GPtrArray *tickets;                  /* FactTicket *    */
    GPtrArray *references;               /* FactReference * */
    GPtrArray *buckets;                  /* Bucket *: with tokens filled in */
    FactMail   mail;                     /* what a report is about          */
    char      *organisation;             /* of the sender, or NULL              */
    char      *tier, *number;            /* of the customer: his own, else his organisation's; or NULL */
    GPtrArray *tags;                     /* char *: his own and his organisation's; or NULL      */
    GHashTable *fields;                  /* name -> char *: his own win; or NULL                 */
    gint64     open_tickets;             /* of the sender, in all queues; at most 1000 are counted */
    GHashTable *answers;                 /* key of a FactNeed -> gint64 *: its number, 0: there is none */
    GHashTable *persons;                 /* text of a NEED_PERSON -> Facts * as of that sender           */
    guint      rounds;                   /* how often needs were answered       */
    GByteArray *seen_images;             /* those of the request's that came from this sender before */
    GPtrArray *help_articles;            /* FactHelp *: what may be suggested, the best first        */
    gint64     usual_seconds;            /* working time that a first answer in this queue usually takes; 0: not known */
    GPtrArray *open_before;              /* FactOpen *: the sender's newest open tickets, if they were asked for */
    char      *solved_path;              /* of the request's solved_article, if it is still there    */
} Facts;

FactsRequest *facts_request_new(void);
void          facts_request_free(FactsRequest *request);
Facts        *facts_new(void);
void          facts_free(Facts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FactsRequest, facts_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Facts, facts_free)

Bucket *bucket_new(char *key /* taken */, gint64 count, gint64 seconds);
void    bucket_free(Bucket *bucket);
void    fact_ticket_free(FactTicket *ticket);
void    fact_help_free(FactHelp *help);
void    fact_open_free(FactOpen *open);
void    fact_reference_free(FactReference *reference);

FactNeed *fact_need_new(FactNeedKind kind, const char *text, const char *queue);
void      fact_need_free(FactNeed *need);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FactNeed, fact_need_free)
/* "agent", "correlated": what the keys of its answers begin with. */
const char *fact_need_kind_name(FactNeedKind kind);
/* "agent:anna", "correlated:support:nagios/db1": as answers are kept. Those of NEED_PERSON are kept under "person:ADDRESS", besides persons. */
char     *fact_need_key(const FactNeed *need);
void      facts_answer(Facts *facts, const FactNeed *need, gint64 number);
/* person: taken. */
void      facts_answer_person(Facts *facts, const FactNeed *need, Facts *person);
const Facts *facts_person(const Facts *facts, const char *address);      /* canonical; NULL: he was not asked about */
/* FALSE: it was not asked yet. */
gboolean  facts_find_answer(const Facts *facts, const FactNeed *need, gint64 *number_out);

gboolean          facts_image_was_seen(const Facts *facts, const guint8 sha256[32]);
const FactTicket *facts_ticket(const Facts *facts, gint64 reference);   /* NULL if it is not among them; also by merged_from */
const Bucket     *facts_bucket(const Facts *facts, const char *key);
