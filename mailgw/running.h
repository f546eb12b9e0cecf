/*
 * running.h - whether a `mailgw serve` is up with this configuration, and which process to tell to reload
 *
 * A file beside the embedded database (else in /run/mailgw) that every serve holds locked as long as it lives; the one that runs all roles writes its process
 * id into it. A lock goes with its process, so a file left behind says nothing.
 */
#pragma once

#include <sys/types.h>

#include "config/config.h"

/* Says that a serve is up until this process and its children end. A file that cannot be made is a line in the log (then reload does not find us). */
void     running_announce(const Config *config, gboolean all_roles);
char    *running_path(const Config *config);
gboolean running_is_up(const Config *config);
pid_t    running_pid(const Config *config);   /* 0: none runs all roles */
