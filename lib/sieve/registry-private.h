/*
 * registry-private.h - everything the language has, by name
 */
#pragma once

#include "sieve/definition-private.h"

typedef struct {
    const char *name;
    gboolean    testsuite;         /* only where .svtest files are read */
    const char *implies;           /* another extension that comes with it; or NULL */
} Extension;

const Extension  *registry_extension(const char *name);
const Definition *registry_command(const char *name, gboolean testsuite);
const Definition *registry_test(const char *name, gboolean testsuite);
const Comparator *registry_comparator(const char *name);
const MatchType  *registry_match_type(const char *name);

/* NULL-terminated lists of names, static: for hints. */
const char *const *registry_command_names(gboolean testsuite);
const char *const *registry_test_names(gboolean testsuite);
const char *const *registry_extension_names(void);
const char *const *registry_comparator_names(void);
