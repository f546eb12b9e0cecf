/*
 * schema.h - migrations: bring a database to the schema this program was built with
 *
 * Numbered files of schema/ are built into the program. Each runs once, in order, in one transaction with its entry in
 * mailgw.migration, under an advisory lock, so two hosts may start at once and a migration that died is simply run again.
 */
#pragma once

#include "base/error.h"

typedef struct {
    const char *url;          /* as in StoreSettings */
    const char *socket_dir;
} SchemaTarget;

/*
 * applied_out (may be NULL): how many were run. Also makes the roles (where allowed), the partitions of raw for the
 * coming months, and the first token key.
 */
gboolean schema_migrate(const SchemaTarget *target, int *applied_out, GError **error);
/* The number of the newest migration in the database (0: none) and in this program. */
gboolean schema_version(const SchemaTarget *target, int *database_out, int *program_out, GError **error);
