/*
 * encoded-words-private.h - encoded words in header values (RFC 2047), with the usual sins
 *
 * Not GMime's decoder: 3.2.13 drops everything after a base64 word that ends in padding when another one follows, which is how most long
 * subjects are written.  Neighbours in one character set are joined before they are converted, because characters are
 * cut between words, and so is base64; blanks and quotes around or inside words, and a missing end, are forgiven.
 */
#pragma once

/* Decoded; bytes that are not UTF-8 outside of words are taken as windows-1252. */
char *encoded_words_decode(const char *raw);
/* The same value for a parser of structure: each run of words as one word in UTF-8 and Q, everything else as it was but UTF-8. */
char *encoded_words_simplify(const char *raw);
