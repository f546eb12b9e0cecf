/*
 * columns-private.h - many rows as the array parameters of one statement
 *
 * A statement over a batch takes one array per column. Columns collects the rows and hands the arrays over in PostgreSQL's binary array
 * format: nothing is quoted, escaped or parsed again, which is what most of the time would go into when texts are long.
 *
 *     columns = columns_new("it");             one letter per column: i bigint, t text, b bytea, d float8, f boolean, z timestamptz
 *     columns_int(columns, 17); columns_text(columns, "x");
 *     columns_int(columns, 18); columns_text(columns, NULL);          values come row by row, from left to right
 *     columns_bind(columns, &params);
 */
#pragma once

#include "store/store-private.h"

typedef struct Columns Columns;

Columns *columns_new(const char *types);
void     columns_free(Columns *columns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Columns, columns_free)

void columns_int(Columns *columns, gint64 value);
void columns_int_or_null(Columns *columns, gint64 value);                     /* 0 is NULL */
void columns_text(Columns *columns, const char *text);                        /* NULL is SQL's */
void columns_bytes(Columns *columns, const void *bytes, gsize length);
void columns_double(Columns *columns, double value);
void columns_time(Columns *columns, gint64 time);                             /* microseconds UTC; 0, and what no year from 1 to 9999 has, is NULL */
void columns_bool(Columns *columns, gboolean value);

gsize columns_count(const Columns *columns);   /* whole rows */

/* Appends every column to params, which borrow them. No value may be added afterwards. */
void columns_bind(Columns *columns, Params *params);
/* The same for one of them. */
void columns_bind_one(Columns *columns, guint column, Params *params);
