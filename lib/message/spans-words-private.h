/*
 * spans-words-private.h - the phrases of reply-words.txt, and text in the form they are compared in
 *
 * That form ("folded"): lower case without accents, digits as 0-9, white space as one blank, no '*', no invisible characters, and nothing at
 * the end that is a blank or a colon. Both the phrases and the mail are brought to it, so capitals, Greek without tonos, NBSP
 * before a colon and full-width punctuation make no difference.
 */
#pragma once

#include <glib.h>

typedef enum {
    WORDS_ATTRIBUTION, WORDS_SENT_FROM,     /* with places; see words_match() */
    WORDS_FIELD_FROM, WORDS_FIELD_DATE, WORDS_FIELD_TO, WORDS_FIELD_SUBJECT, WORDS_FIELD_OTHER, WORDS_FIELD_RAW,
    WORDS_ORIGINAL, WORDS_FORWARD, WORDS_FORWARD_BEGINS, WORDS_EXCUSE, WORDS_REPLY_ABOVE,
    WORDS_DISCLAIMER, WORDS_DISCLAIMER_WORD, WORDS_BANNER, WORDS_FOOTER, WORDS_CLOSING, WORDS_PRONOUN, N_WORDS
} WordsSection;

typedef struct {
    WordsSection section;
    const char  *phrase;
} ReplyWord;

extern const ReplyWord reply_words[];
extern const guint     n_reply_words;

typedef enum { PLACE_DATE = 1, PLACE_WHO = 2, PLACE_WHAT = 4 } WordsPlace;

/* A phrase with places: up to three texts ("" where there is none) around two groups of places (0 where there is none). */
typedef struct {
    char *start, *middle, *end;
    gsize start_length, middle_length, end_length;
    guint first, second;
} WordsPattern;

/* The group of places as it stands in the text. */
typedef struct {
    const char *first, *second;
    gsize       first_length, second_length;
} WordsMatch;

/* Appends text in the folded form; `to` may hold text already, then a blank stands between. */
void words_fold(GString *to, const char *text, gsize length);
/* The folded text is a phrase of that section. */
gboolean words_is(WordsSection section, const char *folded);
/* How many octets of the folded text the longest phrase takes that it begins with; 0 if none. */
gsize words_begin(WordsSection section, const char *folded);
/* A phrase of that section stands somewhere in it. For sections that are asked about few lines. */
gboolean words_hold(WordsSection section, const char *folded);
/*
 * The n-th pattern of the section that fits the folded text, counted from *next, which is moved past it; NULL: no more.
 * That the places hold what they should is left to the caller.
 */
const WordsPattern *words_match(WordsSection section, const GString *folded, guint *next, WordsMatch *match_out);
