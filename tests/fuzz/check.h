/*
 * check.h - what must hold of every message, whatever the bytes were
 *
 * Each claim is an assertion: libFuzzer keeps the bytes that break one. The claims are those of the headers in lib/message.
 */
#pragma once

#include "message/message.h"

/* Valid UTF-8 (so it holds no NUL either, which a C string cannot tell). */
void check_text(const char *text);
/* The same, or NULL. */
void check_text_or_null(const char *text);
/* Cover the text in order, on borders of its characters; neighbours differ in kind; LIMIT_SPANS at most. */
void check_spans(const char *text, const GArray *spans);
/* A header alone, without parts and text. */
void check_header(const Message *message);
/* NULL is none. */
void check_report(const MessageReport *report);
/* Everything above, its limits, its JSON, and that its record comes back as it was. */
void check_message(const Message *message);

/* The input as a C string; free with g_free(). */
char *check_string(const guint8 *bytes, gsize length);
