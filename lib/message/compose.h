/*
 * compose.h - write a mail of ours
 *
 * One writer for every header: names from a fixed table, values refused if they hold CR, LF, NUL or other controls, encoded (RFC 2047,
 * UTF-8) and folded; ids only from tokens that fit the strict grammar. The result is canonical: CRLF everywhere, no bare CR
 * or LF, no line over 998 octets, ends in CRLF; so nothing of it can end a DATA early (A6, A7, A22 of our attack list).
 * Nothing is ever re-serialised from incoming mail.
 */
#pragma once

#include <glib.h>

typedef enum { MAIL_HUMAN, MAIL_AUTO_REPLIED, MAIL_AUTO_GENERATED, MAIL_AUTO_NOTIFIED } MailAutomatic;

typedef struct {
    const char *from_name, *from_address;
    const char *to_name, *to_address;      /* name may be NULL */
    const char *reply_to;                  /* address or NULL */
    const char *subject;
    const char *message_id;                /* without angle brackets */
    const char *in_reply_to;               /* NULL: none; left out if it does not fit message_id_is_strict() */
    const GPtrArray *references;           /* char *, oldest first, or NULL; the first and the last 49 are written, unfit ones left out */
    gint64      date;                      /* microseconds UTC */
    MailAutomatic automatic;               /* not HUMAN: Auto-Submitted, X-Auto-Response-Suppress: All, X-Loop */
    const char *loop_id;                   /* for X-Loop */
    int         importance;                /* 1 high, 3 low (RFC 5435, 3.3); else nothing is said of it */
    const char *text;                      /* LF line ends, UTF-8; it leaves as format=flowed (RFC 3676) */
    gboolean    is_entity;                 /* the text is a MIME entity: Content- fields of its own, an empty line, a body */
    const char *html;                      /* the same as HTML, an alternative to the text; or NULL */
} MailDraft;

/* INVALID names the field that cannot be written. */
GBytes *compose_mail(const MailDraft *draft, GError **error);

/* [!-;=?-~]{1,250} "@" [...]{1,250}, and at most 250 octets in all: may be echoed in In-Reply-To and References. */
gboolean message_id_is_strict(const char *id);

/* Whether bytes are canonical as described above; couriers ask before they send. */
gboolean mail_is_canonical(const guint8 *bytes, gsize length);
/* Any bytes made canonical: every CR, LF and CRLF becomes CRLF, lines over 998 are broken, NUL is dropped. For copies of incoming mail. */
GBytes  *mail_canonicalise(const guint8 *bytes, gsize length);
