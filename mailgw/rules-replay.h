/*
 * rules-replay.h - rules replay, which is long enough for a file of its own
 */
#pragma once

#include "cli.h"

int cmd_rules_replay(Cli *cli, int argc, char **argv);
