/*
 * comparators-private.h - the comparators, one file each (RFC 4790)
 */
#pragma once

#include "sieve/definition-private.h"

extern const Comparator cmp_octet, cmp_ascii_casemap, cmp_ascii_numeric, cmp_unicode_casemap;

/* Octet by octet, the shorter first where one begins the other: the order of texts that were folded. */
int compare_octets(const char *a, gsize a_length, const char *b, gsize b_length);
