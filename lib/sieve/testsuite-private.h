/*
 * testsuite-private.h - what the runner of .svtest files keeps during a run
 */
#pragma once

#include "sieve/run-private.h"
#include "sieve/testsuite.h"

typedef struct {
    GPtrArray  *results;        /* TestResult * */
    TestResult *current;        /* the test that runs, or NULL */
    SieveInput  input;          /* of the run: test_set changes it */
    const SieveHost *host;
    GPtrArray  *kept_messages;  /* Message * that were current: a run may still point into them */
    GPtrArray  *kept_texts;     /* char * likewise */
} Testsuite;

Testsuite *run_testsuite(Run *run);
TestResult *testsuite_add(Testsuite *testsuite, const char *name, guint line);
/* A new message; its envelope is taken from its header. */
void testsuite_set_message(Run *run, const char *text, gsize length);
/* member: of testsuite->input. */
void testsuite_set_envelope(Testsuite *testsuite, const char **member, const char *address);
