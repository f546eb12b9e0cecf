/*
 * digest-private.h - what calendars (Calendar *) and policies (Policy *) come to, as targets_digest() tells it
 */
#pragma once

#include "targets/policy.h"

char *digest_of(const GPtrArray *calendars, const GPtrArray *policies);
