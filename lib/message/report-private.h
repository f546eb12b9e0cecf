/*
 * report-private.h - reports: RFC 3464 (delivery), RFC 8098 (disposition), RFC 5965 (feedback)
 */
#pragma once

#include "message/message.h"

/* Notes the kind of a report from its outer type ("delivery-status") or from a part that only reports have. */
void report_note_kind(Message *message, const char *report_type);
/* Reads a leaf that belongs to a report, if this is one: its fields, or the header of the message it is about. */
void report_read_part(Message *message, const char *type, const guint8 *bytes, gsize length);
/* The Message-ID of the returned message, as its field says it; the first one counts. */
void report_note_original(Message *message, const char *raw_message_id);
