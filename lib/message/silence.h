/*
 * silence.h - signs in a message that forbid an automatic answer (RFC 3834, 2; RFC 2369, 2919; [MS-OXCMAIL] 2.1.3.2.20)
 *
 * What only the message and its envelope sender show. Limits, own addresses and authentication are the decision's.
 */
#pragma once

#include "message/message.h"

/*
 * Why no automatic mail may answer, as a static-form sentence ("Auto-Submitted: auto-replied"), or NULL if nothing speaks against it.
 * envelope_sender: "" is the null path, NULL unknown. loop_ids: values of X-Loop that are ours, NULL-terminated.
 */
char *message_silence(const Message *message, const char *envelope_sender, const char *const *loop_ids);
/* Auto-Submitted says anything but "no" (RFC 3834, 5). */
gboolean message_is_auto_submitted(const Message *message);
/* What we put on a mail that we pass on, or write by ourselves: an X-Loop of that host, or a Resent-Message-ID. */
gboolean message_has_loop_sign(const Message *message, const char *host);
/*
 * The same for mail that a trusted program sends with what somebody filled in: "no-reply@..." is its sender as a rule, and not whom an answer
 * would go to. Everything else that it says of itself counts.
 */
char *message_silence_of_form(const Message *message, const char *envelope_sender, const char *const *loop_ids);
/* The same for an address alone: "mailer-daemon@...", "no-reply@...", "owner-...": why mail to it is not answered, or NULL. */
char *address_silence(const char *address);
