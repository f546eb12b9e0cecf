/*
 * floor.c - the fastest honest way to write what the product writes
 *
 *     floor SAMPLE-DATABASE DATABASE DIRECTORY N CONNECTIONS RUN each|last
 *
 * For each mail one transaction in one pipeline: every row that the product leaves behind for a new ticket with an acknowledgement, in its final
 * state, with prepared statements and binary bytes. Nothing is parsed, looked up, leased or decided: texts and JSON are those of mails that
 * the product has worked (SAMPLE-DATABASE). N connections, one process each.
 *
 * Token buckets: a mail leaves one new row and changes six that others change too. "each": in each transaction, as the rule book says, which
 * makes connections wait for each other's commit; "last": only the new row, which is the stricter yardstick.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "floor-sample.h"
#include "mails.h"

#define MAX_PARAMS 16

typedef struct {
    PGconn      *connection;
    int          n;
    const char  *values[MAX_PARAMS];
    int          lengths[MAX_PARAMS], formats[MAX_PARAMS];
} Statement;

typedef struct {
    const char *name, *sql;
} Prepared;

/* Ids are given, not drawn, so that no statement has to wait for the result of another. */
static const Prepared prepared[] = {
    { "raw", "INSERT INTO mailgw.raw (id, received_at, bytes) OVERRIDING SYSTEM VALUE VALUES ($1, now(), $2)" },
    { "ticket", "INSERT INTO mailgw.ticket (reference, queue, subject, requester, language, priority, placeholder)"
                " VALUES ($1, $2, $3, (SELECT id FROM mailgw.person WHERE address = $4), NULL, 'normal', false)" },
    { "participant", "INSERT INTO mailgw.participant (ticket, person, how)"
                     " VALUES ($1, (SELECT id FROM mailgw.person WHERE address = $2), 'requester')" },
    { "inbound", "INSERT INTO mailgw.inbound (id, raw, raw_received_at, received_at, source, sender, recipient, queue,"
                 " attempts, outcome, reason, ticket, done_at) OVERRIDING SYSTEM VALUE"
                 " VALUES ($1, $1, now(), now(), 'lmtp:main', $2, 'support@example.com', $3, 1, 'ticket', $4, $1, now())" },
    { "content_key", "INSERT INTO mailgw.content_key (key, inbound) VALUES ($1, $2)" },
    { "article", "INSERT INTO mailgw.article (id, ticket, inbound, kind, author, from_name, from_address, message_id,"
                 " subject, text, class, sent_date) OVERRIDING SYSTEM VALUE"
                 " VALUES ($1, $1, $1, 'message', (SELECT id FROM mailgw.person WHERE address = $2), $3, $2, $4, $5, $6, $7,"
                 " now())" },
    { "message_ref", "INSERT INTO mailgw.message_ref (message_id, ticket, seen, ours, automatic)"
                     " VALUES ($1, $3, true, false, false), ($2, $3, true, true, true)" },
    { "event", "INSERT INTO mailgw.event (id, ticket, inbound, actor, kind, detail) OVERRIDING SYSTEM VALUE"
               " VALUES ($1, $1, $1, 'worker', $2, $3)" },
    { "decision", "INSERT INTO mailgw.decision (inbound, facts, decided, acknowledgement) VALUES ($1, $2, $3, $4)" },
    { "outbox", "INSERT INTO mailgw.outbox (id, kind, automatic, ticket, inbound, envelope_sender, recipient, message_id,"
                " bytes, expires_at) OVERRIDING SYSTEM VALUE"
                " VALUES ($1, $2, true, $1, $1, $3, $4, $5, $6, now() + interval '4 hours')" },
    { "counter", "INSERT INTO mailgw.counter (key, tokens) VALUES ('ack:ticket:' || $1 || ':h', 999999)" },
    { "counters", "INSERT INTO mailgw.counter AS c (key, tokens)"
                  " SELECT k.key, 1000000 FROM (VALUES ('ack:domain:' || $2 || ':h'), ('ack:person:' || $1 || ':d'),"
                  " ('ack:person:' || $1 || ':h'), ('ack:total:h'), ('tickets:domain:' || $2), ('tickets:person:' || $1))"
                  " AS k (key) ON CONFLICT (key) DO UPDATE SET tokens = c.tokens - 1, at = clock_timestamp()" },
};

static G_NORETURN void
die(PGconn *connection, const char *what)
{
    fprintf(stderr, "floor: %s: %s\n", what, PQerrorMessage(connection));
    exit(1);
}

static void
run_now(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);

    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        die(connection, sql);
    PQclear(result);
}

static PGconn *
open_database(const char *url)
{
    PGconn *connection = PQconnectdb(url);

    if (PQstatus(connection) != CONNECTION_OK)
        die(connection, "connect");
    return connection;
}

/* ---- one mail ----------------------------------------------------------------------------------------------- */

static void
bind_text(Statement *statement, const char *text)
{
    statement->values[statement->n] = text;
    statement->formats[statement->n++] = 0;
}

static void
bind_bytes(Statement *statement, const void *bytes, int length)
{
    statement->values[statement->n] = bytes;
    statement->lengths[statement->n] = length;
    statement->formats[statement->n++] = 1;
}

/* Sends it and forgets its parameters. */
static void
send_statement(Statement *statement, const char *name)
{
    if (PQsendQueryPrepared(statement->connection, name, statement->n, statement->values, statement->lengths,
                            statement->formats, 0) != 1)
        die(statement->connection, name);
    statement->n = 0;
}

static void
flush(PGconn *connection)
{
    int left;

    while ((left = PQflush(connection)) > 0) {
        struct pollfd socket = { .fd = PQsocket(connection), .events = POLLIN | POLLOUT };

        if (poll(&socket, 1, -1) > 0 && (socket.revents & POLLIN) != 0 && PQconsumeInput(connection) != 1)
            die(connection, "read");
    }
    if (left < 0)
        die(connection, "write");
}

/* Results up to the end of the transaction. */
static void
finish(PGconn *connection)
{
    gboolean synced = FALSE;

    if (PQpipelineSync(connection) != 1)
        die(connection, "sync");
    flush(connection);
    while (!synced) {
        PGresult *result = PQgetResult(connection);

        synced = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        if (result != NULL && !synced && PQresultStatus(result) != PGRES_COMMAND_OK)
            die(connection, "write a mail");
        PQclear(result);
    }
}

static void
add_parsed_rows(Statement *s, const FloorSample *sample, const char *id, const char *sender, const char *message_id,
                const char *answer_id)
{
    g_autoptr(GChecksum) hash = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 key[32];
    gsize length = sizeof key;

    g_checksum_update(hash, (const guchar *) message_id, -1);
    g_checksum_get_digest(hash, key, &length);
    bind_bytes(s, key, (int) length), bind_text(s, id), send_statement(s, "content_key");
    bind_text(s, id), bind_text(s, sender), bind_text(s, sample->from_name), bind_text(s, message_id);
    bind_text(s, sample->subject), bind_text(s, sample->text), bind_text(s, sample->class_name);
    send_statement(s, "article");
    bind_text(s, message_id), bind_text(s, answer_id), bind_text(s, id), send_statement(s, "message_ref");
    bind_text(s, id), bind_text(s, sample->event_kind), bind_text(s, sample->event_detail), send_statement(s, "event");
    bind_text(s, id), bind_text(s, sample->facts), bind_text(s, sample->decided);
    bind_text(s, sample->acknowledgement), send_statement(s, "decision");
}

static void
write_mail(PGconn *connection, const BenchMail *mail, const FloorSample *sample, const char *bytes, gint64 number,
           gboolean all_counters)
{
    Statement s = { .connection = connection };
    char id[32], message_id[64], answer_id[96];
    const char *domain = strrchr(mail->sender, '@');

    g_snprintf(id, sizeof id, "%" G_GINT64_FORMAT, number);
    g_strlcpy(message_id, bytes + mail->message_id_at, 49);
    g_snprintf(answer_id, sizeof answer_id, "t%s.ac2z45zyqckqfvmv7afcy5fvaqe.ks75xylz4lilsihyiwmhx5kxdm@example.com", id);
    bind_text(&s, id), bind_bytes(&s, bytes, (int) mail->length), send_statement(&s, "raw");
    bind_text(&s, id), bind_text(&s, sample->queue), bind_text(&s, sample->subject), bind_text(&s, mail->sender);
    send_statement(&s, "ticket");
    bind_text(&s, id), bind_text(&s, mail->sender), send_statement(&s, "participant");
    bind_text(&s, id), bind_text(&s, mail->sender), bind_text(&s, sample->queue), bind_text(&s, sample->reason);
    send_statement(&s, "inbound");
    add_parsed_rows(&s, sample, id, mail->sender, message_id, answer_id);
    bind_text(&s, id), bind_text(&s, sample->outbox_kind), bind_text(&s, sample->outbox_sender);
    bind_text(&s, mail->sender), bind_text(&s, answer_id), bind_bytes(&s, sample->bytes, sample->bytes_length);
    send_statement(&s, "outbox");
    bind_text(&s, id), send_statement(&s, "counter");
    if (all_counters) {
        bind_text(&s, mail->sender), bind_text(&s, domain != NULL ? domain + 1 : "");
        send_statement(&s, "counters");
    }
    finish(connection);
}

/* ---- the run ------------------------------------------------------------------------------------------------ */

static void
add_persons(PGconn *connection, const GPtrArray *mails)
{
    for (guint i = 0; i < mails->len; i++) {
        const BenchMail *mail = g_ptr_array_index(mails, i);
        const char *values[] = { mail->sender };

        PQclear(PQexecParams(connection, "INSERT INTO mailgw.person (address) VALUES ($1) ON CONFLICT DO NOTHING", 1, NULL,
                             values, NULL, NULL, 0));
    }
}

/* Waits at the gate until all are connected, then writes every n-th mail. */
static G_NORETURN void
writer(const char *url, const GPtrArray *mails, const GPtrArray *samples, int place, char **argv, int ready_fd, int gate_fd)
{
    gint64 n = atoi(argv[4]), run = atoi(argv[6]);
    PGconn *connection = open_database(url);
    gboolean all_counters = strcmp(argv[7], "each") == 0;
    char gate;

    for (guint i = 0; i < G_N_ELEMENTS(prepared); i++) {
        PGresult *result = PQprepare(connection, prepared[i].name, prepared[i].sql, 0, NULL);

        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            die(connection, prepared[i].name);
        PQclear(result);
    }
    if (PQenterPipelineMode(connection) != 1 || PQsetnonblocking(connection, 1) != 0)
        die(connection, "pipeline");
    if (write(ready_fd, "r", 1) != 1 || read(gate_fd, &gate, 1) != 0)
        exit(1);
    for (gint64 i = place; i < n; i += atoi(argv[5])) {
        const BenchMail *mail = g_ptr_array_index(mails, (guint) (i % mails->len));
        g_autofree char *bytes = g_memdup2(mail->bytes, mail->length + 1);

        bench_mail_head(mail, (guint32) run, (guint32) i, bytes);
        write_mail(connection, mail, g_ptr_array_index(samples, (guint) (i % samples->len)), bytes,
                   run * 100000000 + i + 1, all_counters);
    }
    PQfinish(connection);
    exit(0);
}

static double
run_writers(const GPtrArray *mails, const GPtrArray *samples, char **argv)
{
    int connections = atoi(argv[5]);
    int ready[2], gate[2];
    gint64 start;
    gboolean failed = FALSE;

    if (pipe(ready) != 0 || pipe(gate) != 0)
        exit(1);
    for (int i = 0; i < connections; i++)
        if (fork() == 0) {
            close(gate[1]);
            close(ready[0]);
            writer(argv[2], mails, samples, i, argv, ready[1], gate[0]);
        }
    close(ready[1]);
    for (int i = 0; i < connections; i++) {
        char one;

        if (read(ready[0], &one, 1) != 1)
            exit(1);
    }
    start = g_get_monotonic_time();
    close(gate[1]);
    for (int i = 0; i < connections; i++) {
        int status;

        if (wait(&status) < 0 || status != 0)
            failed = TRUE;
    }
    if (failed)
        exit(1);
    return (double) (g_get_monotonic_time() - start) / 1e6;
}

int
main(int argc, char **argv)
{
    GPtrArray *mails, *samples;
    struct rusage used;
    PGconn *connection;
    double seconds;

    if (argc != 8 || atoi(argv[4]) < 1 || atoi(argv[5]) < 1) {
        fprintf(stderr, "usage: floor SAMPLE-DATABASE DATABASE DIRECTORY N CONNECTIONS RUN each|last\n");
        return 2;
    }
    mails = bench_mails_read(argv[3]);
    connection = open_database(argv[1]);
    samples = floor_samples_read(connection);
    PQfinish(connection);
    connection = open_database(argv[2]);
    add_persons(connection, mails);
    run_now(connection, "CHECKPOINT");
    PQfinish(connection);
    seconds = run_writers(mails, samples, argv);
    getrusage(RUSAGE_CHILDREN, &used);
    printf("{\"mails\": %s, \"seconds\": %.3f, \"per_second\": %.1f, \"cpu_seconds\": %.3f}\n", argv[4], seconds,
           atoi(argv[4]) / seconds,
           (double) (used.ru_utime.tv_sec + used.ru_stime.tv_sec)
               + (double) (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
    return 0;
}
