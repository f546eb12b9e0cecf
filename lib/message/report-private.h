/*
 * report-private.h - reports: RFC 3464 (delivery), RFC 8098 (disposition), RFC 5965 (feedback), and their twins of RFC 6533
 *
 * What a report says in fields. What it says to a person in words is read by bounce-private.h, where fields are missing.
 */
#pragma once

#include "message/message.h"

#define REPORT_MAX_RECIPIENTS 256      /* as many as a record holds */
#define REPORT_MAX_DIAGNOSTIC 1000     /* octets: a few lines of an SMTP dialogue */

/* Notes the kind of a report from its outer type ("delivery-status") or from a part that only reports have. */
void report_note_kind(Message *message, const char *report_type);
/*
 * Reads a leaf that belongs to a report, if this is one: its fields, or the header of the message it is about. What stands in a message inside
 * this one (embedded) makes no report of it, but is kept in message->returned.
 */
void report_read_part(Message *message, const char *type, const guint8 *bytes, gsize length, gboolean embedded);
/* Of a message/rfc822 part: its Message-ID and To, as far as its header is read. The first such part counts. */
void report_read_returned(Message *message, const guint8 *bytes, gsize length);
/* The same of two values, either may be NULL. */
void report_note_returned(Message *message, const char *message_id, const char *to);
/* Once all parts are read: what the report did not say itself, and the returned message tells. */
void report_take_returned(Message *message);

/* The same on a report alone: all its blocks of fields; and the Message-ID, where it has none yet. */
void report_read_fields(MessageReport *report, const guint8 *bytes, gsize length);
void report_set_original(MessageReport *report, const char *raw_message_id);
/* Adds a recipient and owns it; past the limit it is freed. */
void report_add(MessageReport *report, ReportRecipient *recipient);
/* Status of RFC 3463, where it is still missing: one found in the diagnostic, else the class of the SMTP code there. */
void report_complete_status(ReportRecipient *recipient);
