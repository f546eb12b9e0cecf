/*
 * folded.h - a text as a person reads it: what was written now, and one line for each piece that is folded
 */
#pragma once

#include "base/json.h"

/*
 * text with its spans (as `parse --json` prints them), quote, signature and disclaimer folded: "[12 quoted lines folded]". A forward is
 * folded where something stands before it. No spans (NULL or null): the whole text. Never NULL; escape it before it is printed.
 */
char *folded_text(const char *text, const json_t *spans);
/* "1 attachment 2 logo.png image/png 4.1K, inline, sent before": a line for each, indented by two. */
void  print_attachments(const json_t *attachments);
