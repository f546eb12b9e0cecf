/*
 * json.h - JSON values are jansson's; this adds their ownership to GLib's and one way to print them
 *
 * jansson checks UTF-8 and bounds the depth of what it reads. Everything that is printed leaves here with C0, DEL, C1 and
 * bidi controls as \uNNNN, so that JSON on a terminal is as harmless as a table.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdio.h>

typedef json_t Json;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, json_decref)

json_t *json_text(const char *text);                /* null for NULL; bad UTF-8 is sanitised        */
json_t *json_time(gint64 time);                     /* RFC 3339 in UTC, null for 0                  */
char   *json_format(const json_t *value, gboolean indent);
void    json_print(const json_t *value, FILE *to);  /* indented, with a final newline               */
