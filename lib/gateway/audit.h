/*
 * audit.h - the books must balance: every check with its count
 */
#pragma once

#include "base/json.h"
#include "store/store.h"

/*
 * An array of {"check", "count", "broken", "examples"}; *sound_out is FALSE if any check found something broken. Recomputes every content key from its raw bytes,
 * so it reads the whole store: this is a tool for an operator, not for a monitor. NULL with an error if it could not be run.
 */
json_t *audit_run(Store *store, gboolean *sound_out, GError **error);
