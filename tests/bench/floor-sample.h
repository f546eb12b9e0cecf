/*
 * floor-sample.h - what the product wrote for some mails, to be written again by the floor
 */
#pragma once

#include <glib.h>
#include <libpq-fe.h>

/* The values of one mail's rows that the floor takes over as they are; text, bytes in octets. */
typedef struct {
    const char *queue, *reason, *subject, *from_name, *text, *class_name, *event_kind, *event_detail, *facts, *decided,
               *acknowledgement, *outbox_kind, *outbox_sender, *bytes;
    int         bytes_length;
} FloorSample;

/* GPtrArray of FloorSample, at most 256. Exits with a message if the product has worked no mail yet. */
GPtrArray *floor_samples_read(PGconn *connection);
