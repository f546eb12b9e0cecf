/*
 * classify-private.h - human or machine, by the signs in header and parts (RFC 3834, RFC 2369, RFC 2919, RFC 3464, RFC 8098, RFC 5965)
 *
 * The first sign in the order of classify.c decides, and class_reason names it. A subject or text never decides alone: what begins like an
 * absence note or reads like a bounce is one only together with a sign in the header.
 */
#pragma once

#include "message/message.h"

void message_classify(Message *message);

/* The field that only automatic replies bear, with its word where others bear it too; or NULL. */
char *auto_reply_field(const Message *message);
/* The field that makes one of a message whose subject begins like an automatic reply's; NULL: no such subject, or no such field. */
const char *auto_reply_second_sign(const Message *message);

/* Authentication-Results (RFC 8601), believed only if the topmost of all instances bears the authserv-id. */
void message_authenticate(Message *message, const char *authserv_id);
