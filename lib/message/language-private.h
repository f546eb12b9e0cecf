/*
 * language-private.h - which language a text is written in (libcld2)
 */
#pragma once

#include <glib.h>

/*
 * ISO 639-1 ("el"; with a script or region only where one code means several: "zh-Hant"), borrowed; NULL where the text does not tell
 * reliably. Addresses, links and digits are no evidence. Reads at most the first LIMIT_LANGUAGE_SAMPLE octets.
 */
const char *language_detect(const char *text, gsize length);
/* The first language of a Content-Language field that is one (RFC 3282), in the same form; NULL if there is none. Free with g_free(). */
char       *language_from_field(const char *value);
