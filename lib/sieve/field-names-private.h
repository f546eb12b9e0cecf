/*
 * field-names-private.h - header fields that tests name
 */
#pragma once

#include "sieve/definition-private.h"

/* RFC 5322, 2.2: printable ASCII without ":". */
gboolean field_name_is_valid(const char *name);
/* A check(): the constant names of the first argument are field names. */
gboolean field_names_check(Checker *checker, const Node *node, Call *call);
