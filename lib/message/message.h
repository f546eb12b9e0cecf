/*
 * message.h - a message (RFC 5322) as it was understood
 *
 * message_parse() is pure and cannot fail: whatever the bytes are, there is a Message; what could not be understood stands in its warnings. A
 * message beyond the limits of preflight.h comes back with `not_parsed` set: what its header safely says, no parts, and a text
 * that tells so. All text is valid UTF-8 without NUL. Ids stand without angle brackets, absent values are NULL or empty arrays,
 * domains are lower-case ASCII.
 *
 * A Message travels from the parse child to the worker as a record (record.h), so it is plain data and owns everything.
 */
#pragma once

#include <glib.h>

typedef enum {
    CLASS_HUMAN, CLASS_AUTO_REPLY, CLASS_AUTO_GENERATED, CLASS_BOUNCE, CLASS_DISPOSITION, CLASS_ABUSE_REPORT,
    CLASS_LIST, CLASS_BULK, N_MESSAGE_CLASSES
} MessageClass;

const char *message_class_name(MessageClass class_);     /* "auto-reply", ... */

/* What a piece of the text is; see spans-private.h for how it is found. */
typedef enum {
    SPAN_REPLY, SPAN_QUOTE, SPAN_ATTRIBUTION, SPAN_SIGNATURE, SPAN_DISCLAIMER, SPAN_FORWARD, N_SPAN_KINDS
} SpanKind;

const char *span_kind_name(SpanKind kind);               /* "attribution", ... */

typedef struct {
    SpanKind kind;
    guint32  start, end;    /* octets of the text, on borders of characters; end is not part of it */
} MessageSpan;

typedef struct {
    char *name;        /* decoded display name or NULL */
    char *address;     /* as written, domain lower-case ASCII; may be no valid address (warning) */
} MessageAddress;

typedef struct {
    char *name;        /* as written */
    char *value;       /* unfolded and decoded */
} MessageHeader;

typedef struct {
    char  *part;       /* MIME path, "1.2"; "1" for a message that is not multipart */
    char  *type;       /* "text/plain"; lower-case, as labelled */
    char  *detected_type; /* by content, where the label says application/octet-stream or nothing; or NULL */
    char  *charset;    /* or NULL */
    char  *disposition;
    char  *filename;   /* cleaned label, or NULL */
    gboolean name_is_ours; /* the mail gives the part no name: an embedded message goes by its subject */
    char  *content_id;
    gint64 size_bytes; /* decoded; -1 for a multipart */
    guint8 sha256[32];
    gboolean leaf;
    gboolean attachment;  /* not the text or HTML that `text` was made of */
    guint    depth;       /* 0: the message itself; its parts are those that follow and stand deeper */
    GPtrArray *headers;   /* MessageHeader *, decoded; NULL unless MessageOptions.details */
    char    *content;     /* as text; NULL unless MessageOptions.details */
    char    *plain;       /* of HTML: as a person reads it; NULL unless MessageOptions.details */
    gboolean unpacked;    /* no part of the message: out of a winmail.dat, whose path begins this one's */
    gboolean is_inline;   /* shown inside the text (Content-ID, disposition inline) */
} MessagePart;

typedef struct {
    char *address, *action, *status, *diagnostic;
} ReportRecipient;

typedef struct {
    char      *kind;                  /* "delivery-status", "disposition-notification", "feedback-report" */
    char      *original_message_id;
    GPtrArray *recipients;            /* ReportRecipient * */
} MessageReport;

typedef struct {
    char *authserv_id, *spf, *dkim, *dmarc;
} MessageAuthentication;

typedef struct {
    char      *message_id;
    GPtrArray *in_reply_to;           /* char * */
    GPtrArray *references;            /* char *, oldest first, LIMIT_REFERENCES at most */
    gboolean   has_date;
    gint64     date;                  /* microseconds UTC          */
    int        date_offset_minutes;
    gboolean   date_offset_unknown;   /* -0000                     */
    GPtrArray *from, *reply_to, *to, *cc, *bcc, *resent_to, *resent_cc, *resent_bcc;   /* MessageAddress * (never NULL) */
    guint      from_fields;           /* number of From fields: more than one is no identity */
    MessageAddress *sender;
    char      *return_path;           /* topmost; "" is the null path, NULL: the field is missing */
    char      *subject;
    GPtrArray *headers;               /* MessageHeader *, in order */
    guint      received_count;

    MessageClass class_;
    char      *class_reason;          /* the header or part that decided */
    MessageReport *report;            /* or NULL */
    MessageReport *returned;          /* while the message is parsed: what messages inside it tell, for report.c; else NULL */

    char      *protection;            /* "pgp-signed", "pgp-encrypted", "smime-signed", "smime-encrypted", or NULL */
    char      *language;              /* of what the person wrote now: "el", or NULL */
    char      *language_source;       /* what told it: "text" or "Content-Language"; NULL with language */
    gboolean   charset_guessed;
    char      *html;                  /* or NULL */
    char      *text;                  /* whole body, LF line ends; never NULL */
    GArray    *spans;                 /* MessageSpan: cover the text, in order */
    char      *reply;                 /* what the person wrote now, as spans_reply() says; never NULL */
    GPtrArray *parts;                 /* MessagePart *, in order of the walk */
    MessageAuthentication *authentication;   /* or NULL: no trusted Authentication-Results */
    GPtrArray *warnings;              /* char * */
    gboolean   not_parsed;
    gboolean   details;               /* parts keep headers and content */
    guint8     content_key[32];       /* see content-key.h; for the queue of MessageOptions */
} Message;

typedef struct {
    const char *queue;                /* name, for the content key; "" where there is none */
    const char *authserv_id;          /* whose Authentication-Results are believed; NULL: nobody's */
    const char *default_charset;      /* of text that names none and is no UTF-8; NULL: windows-1252 */
    gboolean    details;              /* keep headers and content of each part, for rules that ask for them */
} MessageOptions;

/* Once per process, before the first parse; loads what parsing wants from files (character sets), so that a sandbox may follow. */
void     message_init(void);
/* options may be NULL: nothing of a queue, nothing kept for rules. */
Message *message_parse(const guint8 *bytes, gsize length, const MessageOptions *options);
/* What the fields of a header say, and nothing of what follows from them: no class, no content key, no text. Some times as fast. */
Message *message_parse_header(const guint8 *bytes, gsize length);
Message *message_new(void);
void     message_free(Message *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Message, message_free)

/* A date as Date and Received hold it (RFC 5322, 3.3, and what is found instead); FALSE if it is none. */
gboolean message_parse_date(const char *text, gint64 *time_out);

/* The n-th field of that name (0 is the topmost), case-insensitively; NULL if there is none. */
const char *message_header(const Message *message, const char *name, guint n);

MessageAddress  *message_address_new(const char *name, const char *address);
void             message_address_free(MessageAddress *address);
void             message_header_free(MessageHeader *header);
void             message_part_free(MessagePart *part);
void             message_report_free(MessageReport *report);
void             message_authentication_free(MessageAuthentication *authentication);
void             report_recipient_free(ReportRecipient *recipient);
