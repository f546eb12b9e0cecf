/*
 * language-private.h - which language a text is written in (libcld2)
 */
#pragma once

#include <glib.h>

/*
 * ISO 639-1 ("el"; with a script or region only where one code means several: "zh-Hant"), borrowed; NULL where the text does not tell
 * reliably. It ends with NUL. Addresses, links and digits are no evidence. Reads at most the first LIMIT_LANGUAGE_SAMPLE octets.
 */
const char *language_detect(const char *text, gsize length);
/*
 * The same by letters, where statistics (guess, or NULL) know least: between the languages of Cyrillic Slavs. A guess that the letters of the
 * text contradict gives way to the language that has all of them and one of its own; without a guess small words are counted too.
 */
const char *language_check_letters(const char *text, const char *guess);
/* The first language of a Content-Language field that is one (RFC 3282), in the same form; NULL if there is none. Free with g_free(). */
char       *language_from_field(const char *value);
