/*
 * template-commands.h - the subcommands of `mailgw template` that have files of their own, and what they share
 */
#pragma once

#include <stdio.h>

#include "cli.h"
#include "template/set.h"

int cmd_template_render(Cli *cli, int argc, char **argv);
int cmd_template_preview(Cli *cli, int argc, char **argv);

void template_print_problems(const Cli *cli, const GPtrArray *problems, FILE *to);
/* Line by line, "-" before what was ours and "+" before what is the organisation's; ours may be NULL. */
void template_print_difference(const char *path, const char *ours, const char *own);
