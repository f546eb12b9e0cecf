/*
 * lists.h - `list` and `show` as every kind of row has them
 */
#pragma once

#include "cli.h"
#include "store/queries-table.h"

/* Rows of a query with these parameters, printed; LIMIT_PARAM stands for "50 or all". */
int list_rows(const Cli *cli, QueryId query, const char *const *params, int n_params, const Column *columns);
/* The same; prepare adds to each row what only the table shows. */
int list_rows_with(const Cli *cli, QueryId query, const char *const *params, int n_params, const Column *columns,
                   void (*prepare)(json_t *row));
/* One row as JSON object, or NULL (the error was printed): "there is no WHAT ID". The store is opened and closed. */
json_t *show_row(const Cli *cli, QueryId query, const char *what, const char *id);
/* Whether an option's value is NULL or one of the words: a mistyped one would show an empty list. FALSE: the usage error was printed. */
gboolean word_is_known(const char *path, const char *option, const char *word, const char *const *words);
/* A positive number from an argument like "1042" or "#1042"; 0: the usage error was printed. */
gint64 argument_id(const char *path, const char *text);
char  *id_text(gint64 id);
