/*
 * target-commands.h - the subcommands of target that have a file of their own
 */
#pragma once

#include "cli.h"

int cmd_target_due(Cli *cli, int argc, char **argv);
int cmd_target_recompute(Cli *cli, int argc, char **argv);
