/*
 * facts-json.h - facts as they are stored with a decision, and read again to decide anew
 */
#pragma once

#include "base/json.h"
#include "ticket/facts.h"

json_t *facts_to_json(const Facts *facts);

/*
 * What was stored by this version or an earlier one: a key that is missing is a fact that was not known. What a bucket holds is told, not its size: that is the
 * configuration's. NULL with an error if it is nothing that facts_to_json() wrote.
 */
Facts *facts_from_json(const json_t *object, GError **error);
