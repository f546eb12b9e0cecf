/*
 * easy-private.h - a handle of libcurl with what all our transfers have in common
 *
 * No signals, no proxy, no .netrc, nothing from the environment; TLS 1.2 at least, with chain and name checked. Options that decide about encryption are
 * set once: a handle goes on using the connections it has.
 */
#pragma once

#include <curl/curl.h>
#include <glib.h>

/* ca_file: in place of the system's certificates; NULL: those. */
CURL *easy_new(const char *ca_file);
