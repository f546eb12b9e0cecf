/*
 * one-address-private.h - arguments that are one address
 */
#pragma once

#include "sieve/checker-private.h"

/* The bare address of "Name <address>"; NULL if there is not exactly one that SMTP takes. */
char *one_address(const char *text);
/* FALSE if the value is constant and no address (told). */
gboolean one_address_check(Checker *checker, const Value *value);
