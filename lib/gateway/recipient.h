/*
 * recipient.h - which address of ours a mail without an envelope was sent to
 *
 * What the caller names; else the topmost Delivered-To, X-Original-To or Envelope-To that is ours; else the first address of ours in To, Cc, Resent-To,
 * Resent-Cc.
 */
#pragma once

#include "gateway/accept.h"
#include "message/message.h"

/*
 * queue_out: the queue's name (belongs to the settings), NULL if the mail names no address of ours; recipient_out: the address (yours).
 * received_out (may be NULL): the time of the topmost Received field, else of Date, else 0.
 */
void recipient_find(const AcceptSettings *ours, GBytes *bytes, const char *to, const char **queue_out, char **recipient_out,
                    gint64 *received_out);
/* The same for a message that was parsed already. */
void recipient_find_parsed(const AcceptSettings *ours, const Message *message, const char *to, const char **queue_out,
                           char **recipient_out);
/* The header alone: a body of 25 MiB is not looked at. */
Message *recipient_parse_header(GBytes *bytes);
