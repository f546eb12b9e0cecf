/*
 * describe-private.h - a test as an admin reads it in an explanation: on one line, long lists and strings cut
 */
#pragma once

#include "sieve/definition-private.h"

/* header :contains "subject" ["licence", "license", ...]: tags in one order, defaults left out, variables as the script writes them. */
char *call_describe(const Call *call);
