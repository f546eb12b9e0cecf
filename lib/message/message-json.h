/*
 * message-json.h - a Message as the object that `mailgw parse --json` prints (the keys are a contract: only ever added to)
 */
#pragma once

#include "base/json.h"
#include "message/message.h"

json_t *message_to_json(const Message *message, const char *file);

/* Spans as `parse --json` prints them and an article keeps them: [{"kind", "start", "end"}] in code points of the text. */
json_t *message_spans_to_json(const char *text, const GArray *spans);
