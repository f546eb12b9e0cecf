/*
 * message-json.h - a Message as the object that `mailgw parse --json` prints (the keys are a contract: only ever added to)
 */
#pragma once

#include "base/json.h"
#include "message/message.h"

json_t *message_to_json(const Message *message, const char *file);
