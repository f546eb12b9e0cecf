/*
 * clock-letter.h - automatic mail to the customers of tickets at which nothing happens
 */
#pragma once

#include "gateway/clock-role.h"

typedef struct ClockLetters ClockLetters;

/* One kind of it. */
typedef struct {
    const char *template;
    const char *kind;                  /* of the outbox                                             */
    const char *reason;                /* why it is sent                                            */
    const char *sent, *withheld;       /* events of the history                                     */
    const char *without_answer;        /* "no answer reached the customer, so there is nothing ..." */
    /* What its template may know besides the ticket. */
    void      (*set_values)(const ClockLetters *letters, const RestingTicket *ticket, const char *language, TemplateValue *values);
} ClockLetter;

/* To the customers of one queue. */
struct ClockLetters {
    const DecideSettings *settings;
    const QueueConfig    *queue;
    const Calendar       *calendar;    /* NULL: all time counts */
    gint64                now;
    const ClockLetter    *letter;
};

/* Inside the transaction that marked the tickets (RestingTicket *). */
gboolean clock_letters_send(Store *store, const ClockLetters *letters, const GPtrArray *tickets, GError **error);

extern const ClockLetter clock_reminder, clock_survey;
