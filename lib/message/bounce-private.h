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
/* Whether the text names, where mail systems do, somebody it was not sent to. */
gboolean bounce_text_names_recipient(const Message *message);

/* What a line is to a reader of bounces: by tables in bounce-wording.c, of text in lower case. */
gboolean bounce_subject_tells(const char *lower);
gboolean bounce_opening_tells(const char *lower);
gboolean bounce_delay_tells(const char *lower);
gboolean bounce_line_ends_report(const char *line, gsize length);
