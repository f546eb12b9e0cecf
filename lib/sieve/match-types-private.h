/*
 * match-types-private.h - the match types, one file each
 */
#pragma once

#include "sieve/match-private.h"

extern const MatchType mcht_is, mcht_contains, mcht_matches, mcht_value, mcht_count, mcht_regex, mcht_list;
