/*
 * html-text-private.h - HTML as text a person can read
 *
 * By libxml2's push parser and handlers of our own: its tree loses everything below depth 256.  Paragraphs, lists, table rows and links
 * (`text <url>`) are kept, quoted blocks begin with "> ", what is hidden or is no text (style, script) is dropped.  Linear in the length; nothing is
 * fetched, nothing executed.
 */
#pragma once

#include <glib.h>

char *html_to_text(const char *html);   /* at most LIMIT_TEXT bytes */
