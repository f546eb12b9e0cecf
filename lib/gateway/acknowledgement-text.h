/*
 * acknowledgement-text.h - the words of our automatic mails: one built-in English text for each kind
 *
 * Templates, languages and the promise plug in here: values in, subject and text out.
 */
#pragma once

#include <glib.h>

typedef struct {
    const char *installation;
    const char *queue;
    gint64      reference;    /* 0: no ticket (a refusal)                                             */
    const char *token;        /* for the token line, or NULL                                          */
    const char *reason;       /* of a refusal, as a rule gives it; NULL: the ticket it answers is closed */
    const char *subject;      /* of the sender; NULL unless he is authenticated (A25)                 */
    const char *words;        /* of a rule, instead of ours; or NULL                                  */
    const char *own_subject;  /* of a rule; or NULL                                                   */
    gboolean    is_entity;    /* its words are a MIME entity, to which nothing is added               */
    const char *person;       /* his name; NULL unless he is authenticated, or where he gave none     */
} AcknowledgementValues;

/* kind: "acknowledgement" or "refusal". */
void acknowledgement_text(const char *kind, const AcknowledgementValues *values, char **subject_out, char **text_out);
