/*
 * alignment.h - whether two domains belong to one organisation (RFC 7489, 3.2; public suffix list by libpsl)
 */
#pragma once

#include <glib.h>

gboolean domain_same_organisation(const char *a, const char *b);   /* lower-case ASCII domains; NULL is never the same */
