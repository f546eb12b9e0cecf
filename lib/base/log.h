/*
 * log.h - one line per event: the event first, then the same keys everywhere
 *
 *     log_info("worked", LOG_TEXT("mail", id), LOG_INT("ticket", reference), LOG_INT("took_ms", ms));
 *     -> 2026-11-22T10:00:00.123Z worker[812] info: worked mail=<a1@x.example> ticket=1042 took_ms=12
 *
 * Values are escaped (text_escape); one with blanks, quotes or "=" stands in double quotes. No bodies, no secrets. A log that cannot be written
 * never stops work. error: someone must act; warning: odd, no mail at risk; info: each message taken, refused, sent.
 */
#pragma once

#include <glib.h>

typedef enum { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG } LogLevel;

typedef struct {
    const char *key;          /* NULL ends the list             */
    const char *text;         /* NULL: number is meant, or none */
    gint64      number;
    gboolean    is_number;
} LogField;

#define LOG_TEXT(k, v) ((LogField) { (k), (v), 0, FALSE })
#define LOG_INT(k, v)  ((LogField) { (k), NULL, (v), TRUE })

/* Fields with a NULL text are left out. */
void log_event(LogLevel level, const char *event, const LogField *fields);

#define LOG_FIELDS(...) ((const LogField[]) { __VA_ARGS__ __VA_OPT__(,) { NULL, NULL, 0, FALSE } })
#define log_error(event, ...)   log_event(LOG_LEVEL_ERROR, (event), LOG_FIELDS(__VA_ARGS__))
#define log_warning(event, ...) log_event(LOG_LEVEL_WARNING, (event), LOG_FIELDS(__VA_ARGS__))
#define log_info(event, ...)    log_event(LOG_LEVEL_INFO, (event), LOG_FIELDS(__VA_ARGS__))
#define log_debug(event, ...)   log_event(LOG_LEVEL_DEBUG, (event), LOG_FIELDS(__VA_ARGS__))

/* What stands before the lines of this process ("worker"), and the least important level that is written (default info). */
void log_set_role(const char *role);
void log_set_level(LogLevel level);
gboolean log_level_parse(const char *word, LogLevel *level_out);
