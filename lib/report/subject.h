/*
 * subject.h - the form of a subject: what subjects about the same thing have in common
 */
#pragma once

#include <glib.h>

/*
 * In lower case, without accents of form (NFKC), words with a digit, an "@" or a "/" in them as "#", and punctuation as blanks: "Invoice INV-2026-0042 is due!"
 * and "invoice inv-2026-0043 is due" are "invoice # is due". Tags and reply prefixes are taken off before a subject is stored. At most 120
 * octets; a subject of which nothing is left is "(no subject)".
 */
char *subject_form(const char *subject);
