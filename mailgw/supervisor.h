/*
 * supervisor.h - one process per role, restarted with back-off; holds no connection and reads no mail
 */
#pragma once

#include "roles.h"

typedef struct {
    const char *config_path;
    Config     *config;
    Targets    *targets;              /* calendars and policies */
    TemplateSet *templates;           /* compiled */
    Rules      *rules;                /* compiled, or NULL where there are none */
    Rules      *target_rules;         /* likewise: [rules] on-target */
    gboolean    chosen[N_ROLES];      /* --role; none: everything the configuration asks for */
    gboolean    any_chosen;
    gboolean    until_idle;
} SupervisorSettings;

/* Nothing starts half-configured: whether the sections are there that the chosen roles need. For a start and for a reload. */
gboolean supervisor_require(const SupervisorSettings *settings, const Config *config, GError **error);

/* Which rules are in force from now on, and what the compiler warned of. */
void supervisor_log_rules(const Rules *rules);
void supervisor_log_templates(const TemplateSet *templates);

/*
 * Whoever starts us may have signals blocked or ignored. Called before the database is started, which takes a while: a SIGHUP that
 * comes meanwhile waits, and is a reload.
 */
void supervisor_own_signals(void);

/* Runs until SIGTERM or SIGINT (or idle); returns the exit status. SIGHUP: the configuration is read, and where it is good all roles are started anew. */
int supervisor_run(SupervisorSettings *settings);
