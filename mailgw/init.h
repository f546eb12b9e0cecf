/*
 * init.h - make a directory ready: configuration (kept if it is there), embedded database, schema
 */
#pragma once

#include "base/error.h"

gboolean init_directory(const char *directory, GError **error);
