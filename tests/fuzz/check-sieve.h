/*
 * check-sieve.h - what must hold of every script and every run of one
 */
#pragma once

#include "check.h"
#include "sieve/sieve.h"

/* Compiles; NULL comes with an error, and each problem has a place and text. The script "self" is the source itself. */
SieveScript *check_sieve_compile(const char *source, gsize length);
/* An error has no actions and keeps; texts of actions are UTF-8; limits hold. */
void check_sieve_result(const SieveResult *result);
/* The same actions in the same order. */
void check_sieve_same(const SieveResult *a, const SieveResult *b);
