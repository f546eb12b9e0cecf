/*
 * ticket-commands.h - the subcommands of `ticket` that have a file of their own
 */
#pragma once

#include "cli.h"

int ticket_show(Cli *cli, int argc, char **argv);
int ticket_priority(Cli *cli, int argc, char **argv);
int ticket_assign(Cli *cli, int argc, char **argv);
int ticket_move(Cli *cli, int argc, char **argv);
int ticket_tag(Cli *cli, int argc, char **argv);
int ticket_note(Cli *cli, int argc, char **argv);
int ticket_merge(Cli *cli, int argc, char **argv);
int ticket_attachment(Cli *cli, int argc, char **argv);

/* A ticket's articles as `ticket show --json` has them ("articles_shown"), or NULL with an error; NOT_FOUND if there is no such ticket. */
json_t *load_articles(Store *store, const char *reference, GError **error);
