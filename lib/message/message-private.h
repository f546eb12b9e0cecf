/*
 * message-private.h - what the files of this folder share while they fill a Message
 */
#pragma once

#include "message/message.h"

/* Adds a warning; past 50 they are dropped, so that no mail can make its record large with them. */
void message_warn(Message *message, const char *format, ...) G_GNUC_PRINTF(2, 3);

MessageReport *message_report_new(const char *kind);

/*
 * The first word of a structured value in lower case: comments, blanks and quotes before it skipped, ended by blank, ";", ",", "(" or the
 * end ("Auto-Submitted: (made up) Auto-Replied; owner-email=..." -> "auto-replied").  Never NULL.
 */
char    *header_first_word(const char *value);
/* Whether the comma-separated value holds the word, case-insensitively. */
gboolean header_has_word(const char *value, const char *word);
