/*
 * rule-times-private.h - how long each rule of a run took
 *
 * The clock is read where one rule ends and another begins. Rules that chains.c passes over are not run and take no time; what the passing over costs is nobody's.
 */
#pragma once

#include "sieve/script-private.h"
#include "sieve/sieve.h"

typedef struct RuleTimes RuleTimes;

RuleTimes *rule_times_new(void);
/* What runs from here on is that rule; NULL: none. */
void       rule_times_enter(RuleTimes *times, const Rule *rule);
/* Appends SieveRuleTime * in the order in which the rules ran first, and frees times. */
void       rule_times_end(RuleTimes *times, GPtrArray *list);
