/*
 * mail-link.h - links in our mails that say one thing of a ticket: a mailto: (RFC 6068) with a signed token
 *
 * They need no server of ours but the one that takes mail. The token is in the address, or in the subject where addresses take no detail; a body is never asked for it, since whoever
 * answers our mail quotes every link of it.
 */
#pragma once

#include "gateway/settings.h"

typedef struct {
    const QueueConfig *queue;
    gint64             ticket;
    const char        *token;
    const char        *title;          /* of the subject that the link fills in */
    const char        *words;          /* of the body                           */
} MailLink;

/* For the text: a mail that is empty. */
char *mail_link_brief(const DecideSettings *settings, const MailLink *link);
/* For HTML: subject and words are filled in. */
char *mail_link_filled(const DecideSettings *settings, const MailLink *link);
