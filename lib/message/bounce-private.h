/*
 * bounce-private.h - bounces that say in words what RFC 3464 would say in fields
 *
 * Two questions, answered apart. Is this a bounce? Only with a sign that a machine wrote it (null path, the name of a mail system, a field
 * that only such systems write) and words of a bounce at the beginning of its own text or subject: a person who quotes a bounce, or asks
 * about one, stays a person. Whom did it not reach, and why? Then the text is read, up to the returned message, for
 * addresses that stand where mail systems put them.
 */
#pragma once

#include "message/message.h"

/* What tells that this message, which is no report by its parts, is a bounce; NULL: it is none. */
char *bounce_sign(const Message *message);

/* Fills message->report, which exists, from text, header and returned message: whatever its fields left open. */
void bounce_read(Message *message);

/*
 * Reads the notices that Amazon SES sends as JSON (bounce, complaint, delivery), and makes message->report of one. FALSE: it is none.
 */
gboolean bounce_read_json(Message *message);

/* The text of a mail system, taken apart into whom and why. */
typedef struct {
    char    *address;
    GString *detail;      /* what is said of this address, white space folded */
} BounceFinding;

typedef struct {
    GPtrArray  *findings;     /* BounceFinding *, in the order of the text */
    GString    *preface;      /* what stands before the first of them */
    const char *fields;       /* where fields of RFC 3464 begin in the text, or NULL */
    const char *returned;     /* where the returned message begins in the text, or NULL */
} BounceText;

void bounce_text_read(const Message *message, BounceText *text_out);
void bounce_text_clear(BounceText *text);
/* What a line is to a reader of bounces: by tables in bounce-wording.c, of text in lower case. */
gboolean bounce_subject_tells(const char *lower);
gboolean bounce_opening_tells(const char *lower);
gboolean bounce_delay_tells(const char *lower);
gboolean bounce_line_ends_report(const char *line, gsize length);

/* Where an address stands, from what is most likely a failing recipient's place to the least. */
typedef enum {
    BOUNCE_RANK_LISTED,      /* it begins a line */
    BOUNCE_RANK_NAMED,       /* behind "RCPT TO:", "Recipient:", "550 5.1.1" */
    BOUNCE_RANK_TOLD,        /* in a sentence that tells a failure */
    BOUNCE_RANK_FIELD,       /* behind "To:" */
    BOUNCE_RANK_MENTIONED,   /* anywhere else */
    N_BOUNCE_RANKS,
    BOUNCE_RANK_NONE         /* a sender's or a helper's */
} BounceRank;

typedef struct {
    const char *begin, *end;
} BounceMention;

/* The next address at or behind from, which is no earlier one's part. FALSE: none up to end. */
gboolean bounce_next_address(const char *from, const char *end, BounceMention *mention_out);
/* By what stands before the address in its line, both in lower case; prefix is spoilt. first: no other address stands before it. */
BounceRank bounce_rank(char *prefix, const char *line, gboolean first);
gboolean bounce_line_is_beside(const char *lower);          /* it speaks of the sender, or of systems */
gboolean bounce_is_system_name(const char *lower_address);
char    *bounce_lower(const char *begin, const char *end);
/*
 * The best place where the text names somebody it was not sent to; BOUNCE_RANK_NONE: it names nobody. returned_out: a returned message
 * follows in it.
 */
BounceRank bounce_text_rank(const Message *message, gboolean *returned_out);
