/*
 * markup.h - HTML and SVG, into which somebody's text gets only as text
 *
 * Good for the content of elements and for attributes in double quotes, and for nothing else: no text of somebody's stands in a script, a style or an address.
 */
#pragma once

#include <glib.h>

/* What could be read as markup is escaped; what could drive a terminal or turn the order of letters around (text_char_is_unsafe()) is shown as U+FFFD. */
void markup_text(GString *page, const char *text);
/* A constant of our own, as it is. */
void markup_raw(GString *page, const char *markup);
/* The same with values in it: of strings, only what cannot hold somebody's text. */
void markup_format(GString *page, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* A coordinate with at most one decimal, and never with a comma. */
void markup_number(GString *page, const char *attribute, double number);
