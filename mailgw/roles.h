/*
 * roles.h - the processes of `mailgw serve`: what each builds and runs
 *
 * A role is forked by the supervisor, opens its own connection, and shares nothing with the others but the database.
 */
#pragma once

#include "config/config.h"
#include "gateway/rules.h"

typedef enum { ROLE_LMTP, ROLE_IMAP, ROLE_WORKER, ROLE_CLOCK, ROLE_COURIER, N_ROLES } RoleKind;

const char *role_kind_name(RoleKind kind);
gboolean    role_kind_parse(const char *name, RoleKind *kind_out);
/* Whether the configuration asks for it, and how many processes of it. */
int         role_kind_wanted(const Config *config, RoleKind kind);

typedef struct {
    Config  *config;
    const Targets *targets;
    const Rules *rules;        /* or NULL */
    const Rules *target_rules; /* those of the clock; or NULL */
    const TemplateSet *templates;
    RoleKind kind;
    int      number;           /* 1, 2, ... */
    gboolean until_idle;
} RoleProcess;

/* In a process of its own: tells the store that an account is not read any more (ROLE_IMAP), because its process keeps dying. */
void role_process_suspended(const RoleProcess *process);

/* In the new process: runs the role and returns its exit status: 0 stopped or idle, 1 failed, 78 (EX_CONFIG) a restart cannot help. */
int role_process_run(const RoleProcess *process);
