/*
 * classify-private.h - human or machine, by the signs in header and parts (RFC 3834, RFC 2369, RFC 2919, RFC 3464, RFC 8098, RFC 5965)
 *
 * The first sign in the order of classify.c decides, and class_reason names it. Signs in a subject or text are not used.
 */
#pragma once

#include "message/message.h"

void message_classify(Message *message);

/* Authentication-Results (RFC 8601), believed only if the topmost of all instances bears the authserv-id. */
void message_authenticate(Message *message, const char *authserv_id);
