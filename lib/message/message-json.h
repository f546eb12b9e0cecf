/*
 * message-json.h - a Message as the object that `mailgw parse --json` prints (the keys are a contract: only ever added to)
 */
#pragma once

#include "base/json.h"
#include "message/message.h"

json_t *message_to_json(const Message *message, const char *file);

/* The list "attachments"; is_repeated (may be NULL) tells of each whether its sender has sent it before. */
typedef gboolean (*MessagePartTest)(const MessagePart *part, gpointer data);
json_t *message_attachments_to_json(const Message *message, MessagePartTest is_repeated, gpointer data);

/* Spans as `parse --json` prints them and an article keeps them: [{"kind", "start", "end"}] in code points of the text. */
json_t *message_spans_to_json(const char *text, const GArray *spans);
/* The way back: MessageSpan in octets; what does not fit the text is left out. */
GArray *message_spans_from_json(const char *text, const json_t *spans);
/* What a person wrote in a text that was kept with its spans (Message.reply). */
char   *message_reply_of_spans(const char *text, const GArray *spans, gboolean human);
