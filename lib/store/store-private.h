/*
 * store-private.h - parameters, pipelines and rows, for the files of this folder
 *
 * A Params holds the bound values of one statement, in order; it borrows text and bytes until the statement was sent. Arrays are sent as
 * text in PostgreSQL's array syntax, made by the params_* functions (each element quoted), and cast by the statement ($1::bigint[]).
 *
 * A pipeline sends many statements and reads their results after one round trip:
 *
 *     store_pipeline_begin(store);
 *     store_pipeline_add(store, QUERY_A, &a); store_pipeline_add(store, QUERY_B, &b);
 *     results = store_pipeline_run(store, &error);       one PGresult per statement, or NULL with the first error
 *
 * While adding, the socket is kept from filling up both ways (libpq's non-blocking mode), so a batch may be of any size.
 */
#pragma once

#include <libpq-fe.h>

#include "store/store.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PGresult, PQclear)

#define PARAMS_MAX 24

typedef struct {
    int         n;
    const char *values[PARAMS_MAX];
    int         lengths[PARAMS_MAX];
    int         formats[PARAMS_MAX];
    char       *owned[PARAMS_MAX];
} Params;

void params_init(Params *params);
void params_clear(Params *params);
void params_text(Params *params, const char *text);                       /* NULL is SQL's */
void params_int(Params *params, gint64 value);
void params_int_or_null(Params *params, gint64 value);                     /* 0 is NULL */
void params_bool(Params *params, gboolean value);
void params_bytes(Params *params, const void *bytes, gsize length);        /* bytea, binary */
void params_time(Params *params, gint64 time);                            /* microseconds UTC; 0 is NULL */
void params_int_array(Params *params, const gint64 *values, gsize n);
void params_text_array(Params *params, const char *const *values, gsize n);   /* NULL elements are NULL */
void params_bytes_array(Params *params, const guint8 *values, gsize size, gsize n);   /* n values of size bytes each, bytea[] */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Params, params_clear)

/* One statement now. NULL with error. Results are text format, but where the statement's table entry says binary. */
PGresult *store_run(Store *store, QueryId query, const Params *params, GError **error);

void     store_pipeline_begin(Store *store);
void     store_pipeline_add(Store *store, QueryId query, const Params *params);
gsize    store_pipeline_count(const Store *store);
/* PGresult * each, in order; NULL with the first error (the pipeline is then drained, or
   the connection gone; a transaction in it is broken: roll back). */
GPtrArray *store_pipeline_run(Store *store, GError **error);

gint64      row_int64(const PGresult *rows, int row, int column);          /* 0 for NULL */
gboolean    row_bool(const PGresult *rows, int row, int column);
gint64      row_time(const PGresult *rows, int row, int column);           /* timestamptz selected as microseconds: (extract(epoch from x) * 1000000)::bigint */
const char *row_text(const PGresult *rows, int row, int column);           /* NULL for NULL */
char       *row_dup(const PGresult *rows, int row, int column);
json_t     *rows_to_json(const PGresult *rows);                            /* as store_query_json() has them */
GBytes     *row_bytes(const PGresult *rows, int row, int column);          /* bytea, from text or binary result format; NULL for NULL */

PGconn *store_connection(Store *store);

/*
 * Below: between the files that make up the connection itself.
 */

#define STORE_CHANNELS 2

typedef struct {
    const char *name;
    QueryId     listen;
    gboolean    is_listening;
    gboolean    notify_waits;
    gint64      notified_at;      /* monotonic; 0: never */
} StoreChannel;

struct Store {
    PGconn      *connection;
    char        *url;
    char        *socket_dir;
    StoreRole    role;
    char        *name;
    gboolean     standby;
    StoreChannel channels[STORE_CHANNELS];
    char        *announced_role;  /* NULL: none */
    int          announced_number;
    GArray      *pipeline;        /* QueryId of what was sent */
    GError      *pipeline_error;  /* of adding; told by store_pipeline_run() */
    gboolean     alone_first;     /* whose turn it was last in store_lease() */
};

typedef struct {
    const char *statement;        /* statement_timeout, "60s"; "0" is none */
    const char *lock;
} ConnectTimeouts;

/* A connection whose session is set up (role, search_path, time-outs) and whose server keeps what it commits. */
PGconn *connect_open(const StoreSettings *settings, const ConnectTimeouts *timeouts, GError **error);

/* Sets the error that the SQLSTATE stands for (see store.h): "could not WHAT: what the server said". result may be NULL. */
void sql_error(GError **error, const PGconn *connection, const PGresult *result, const char *what);
/* TRUE if the statement succeeded. A COMMIT that the server turned into ROLLBACK did not. */
gboolean sql_succeeded(const PGconn *connection, QueryId query, const PGresult *result, GError **error);

void     channels_init(Store *store);
gboolean channels_restore(Store *store, GError **error);   /* LISTEN and announce again, after a new connection */
