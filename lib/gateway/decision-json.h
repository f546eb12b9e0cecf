/*
 * decision-json.h - what was decided, as the values that are stored with a row and printed by explain
 */
#pragma once

#include "base/json.h"
#include "message/message.h"
#include "ticket/decision.h"

/* {"outcome", "reason", "ticket", "class", "acknowledgement", "trace": [{"step","held","text"}], "effects": [{"effect","reason",...}]} */
json_t *decision_to_json(const Decision *decision, const Message *message);
