/*
 * testsuite.h - rules that test rules: .svtest files, in the language of Pigeonhole's test suite
 *
 * A file is one script with `require "vnd.dovecot.testsuite"`, run from top to bottom: `test "name" { ... }` is a test, `test_fail "why"` ends it as
 * failed, `test_set` changes the message and its envelope. Variables and the message carry over from one test to the next.
 */
#pragma once

#include "sieve/sieve.h"

typedef struct {
    char    *name;
    guint    line;
    char    *failure;         /* why, or NULL: passed */
} TestResult;

/*
 * Compiles and runs one file. Returns TestResult * for each test; one named "compile" or "run" is added where the file cannot be compiled, or stops
 * outside of a test. host as for sieve_compile(); its testsuite need not be set.
 */
GPtrArray *testsuite_run(const char *file, const char *source, gsize length, const SieveHost *host);
