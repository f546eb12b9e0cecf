/*
 * migrations-table.h - the files of schema/ that change the schema, built into the program by tables.awk
 */
#pragma once

#include <glib.h>

typedef struct {
    int         number;
    const char *name;         /* "0001-tables" */
    const char *sql;
} Migration;

extern const Migration migration_table[];   /* in order, numbers 1, 2, 3, ... */
extern const int n_migrations;

extern const char embedded_sql[];           /* schema/embedded.sql: one statement a line */
