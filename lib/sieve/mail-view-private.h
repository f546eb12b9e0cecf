/*
 * mail-view-private.h - the message as rules see it
 *
 * Header fields by name, decoded and trimmed, and what editheader (RFC 5293) did to them; addresses; parts. What was asked once is
 * kept, so that a thousand tests on the subject decode it once. The Message itself is never changed.
 */
#pragma once

#include <glib.h>

#include "sieve/sieve.h"

typedef struct MailView MailView;

typedef struct {
    char    *name;
    char    *value;         /* decoded, unfolded, without white space around it */
    gboolean added;         /* by editheader */
    gboolean last;          /* below the others     */
    guint    number;        /* of a field of the message: its place there, from 0 */
} MailField;

typedef struct {
    char *full;             /* local part @ domain; or what stands there, if it is no address */
    char *local_part;       /* unquoted; NULL if it is no address */
    char *domain;
} MailAddress;

/* message is borrowed and must live as long. */
MailView *mail_view_new(const Message *message);
/* With the same message, and what was edited so far. */
MailView *mail_view_copy(const MailView *view);
void      mail_view_free(MailView *view);

const Message *mail_view_message(const MailView *view);
gint64         mail_view_size(const MailView *view);       /* octets (RFC 5228, 5.9) */
void           mail_view_set_size(MailView *view, gint64 size);

/* The fields of that name, topmost first (MailField *); the array is the view's, and good until the next edit. */
const GPtrArray *mail_fields(MailView *view, const char *name);
/* The addresses of all of them (MailAddress *); likewise. */
const GPtrArray *mail_addresses(MailView *view, const char *name);
/* The addresses in one field's value (MailAddress *); free with g_ptr_array_unref(). */
GPtrArray       *mail_addresses_parse(const char *value);

/* Changes whenever an edit does what it says, and for each new view. */
guint mail_view_version(const MailView *view);

/* RFC 5293. last: below all other fields. */
void mail_add_field(MailView *view, const char *name, const char *value, gboolean last);
/* Deletes the field (of this array's elements) from the message. */
void mail_delete_field(MailView *view, const MailField *field);
/* What both did until now: SieveEdit *, from top to bottom; NULL: nothing. */
GPtrArray *mail_edits(const MailView *view);
