#include "floor-sample.h"

#include <stdio.h>
#include <stdlib.h>

static const char sample_query[] =
    "SELECT i.queue, i.reason, a.subject, coalesce(a.from_name, ''), a.text, a.class, e.kind, e.detail, d.facts::text,"
    "       d.decided::text, d.acknowledgement, o.kind, o.envelope_sender, o.bytes"
    "  FROM mailgw.inbound i"
    "  JOIN mailgw.article a ON a.inbound = i.id"
    "  JOIN mailgw.event e ON e.inbound = i.id AND e.kind = 'created'"
    "  JOIN mailgw.decision d ON d.inbound = i.id"
    "  JOIN mailgw.outbox o ON o.inbound = i.id"
    " WHERE i.outcome = 'ticket' ORDER BY i.id LIMIT 256";

GPtrArray *
floor_samples_read(PGconn *connection)
{
    PGresult *rows = PQexecParams(connection, sample_query, 0, NULL, NULL, NULL, NULL, 1);
    GPtrArray *samples = g_ptr_array_new();

    if (PQresultStatus(rows) != PGRES_TUPLES_OK || PQntuples(rows) == 0) {
        fprintf(stderr, "floor: no worked mail to learn the rows from: %s\n", PQerrorMessage(connection));
        exit(1);
    }
    for (int i = 0; i < PQntuples(rows); i++) {
        FloorSample *sample = g_new0(FloorSample, 1);
        const char **texts[] = { &sample->queue,       &sample->reason,     &sample->subject,      &sample->from_name,
                                 &sample->text,        &sample->class_name, &sample->event_kind,   &sample->event_detail,
                                 &sample->facts,       &sample->decided,    &sample->acknowledgement,
                                 &sample->outbox_kind, &sample->outbox_sender };

        for (guint k = 0; k < G_N_ELEMENTS(texts); k++)
            *texts[k] = g_strdup(PQgetvalue(rows, i, (int) k));
        sample->bytes_length = PQgetlength(rows, i, 13);
        sample->bytes = g_memdup2(PQgetvalue(rows, i, 13), (gsize) sample->bytes_length);
        g_ptr_array_add(samples, sample);
    }
    PQclear(rows);
    return samples;
}
