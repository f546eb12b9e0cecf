#include <string.h>

#include "message/language-private.h"

#include "base/text.h"

/* The languages of Slavs who write Cyrillic: near enough for statistics to take one for another, but each with letters of its own. */
typedef struct {
    const char *code;
    const char *letters;
    const char *own;      /* of these languages it alone has them */
    const char *words;    /* small ones that hardly a sentence does without */
} Alphabet;

#define SIGN_WORDS 200   /* of a text that are looked at */
#define ENOUGH     2          /* signs of a language, where statistics say nothing */

static const Alphabet alphabets[] = {
    { "be", "абвгдеёжзійклмнопрстуўфхцчшыьэюя", "ў",
      "і не на што у ў з як але гэта да па за ад для пра мы вы я ён яна яны мяне вас вам нам "
      "быў была было калі вельмі ёсць няма толькі можна пры ці дзе які якая таксама трэба" },
    { "uk", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "їєґ",
      "і й не на що у в з із як але це до по за від для про ми ви я він вона вони мене вас вам "
      "нам був була було коли дуже є немає тільки можна при чи де який яка також треба та" },
    { "ru", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "ыэ",
      "и не на что в с как но это до по за от для о мы вы я он она они меня вас вам нам был "
      "была было когда очень есть нет только можно при или где который которая также надо же "
      "все его их из к у бы так если перед то" },
    { "sr", "абвгдђежзијклљмнњопрстћуфхцчџш", "ђћ",
      "и не на што у с са као али је то до по за од ми ви ја он она они мене вас вам нам био "
      "била било када врло има нема само може при или где који која такође треба да се су" },
    { "mk", "абвгдѓежзѕијклљмнњопрстќуфхцчџш", "ѓќѕ",
      "и не на што во со како но е тоа до по за од ми вие јас тој таа тие мене вас вам нам беше "
      "кога многу има нема само може при или каде кој која исто треба да се сум ги го" },
    { "bg", "абвгдежзийклмнопрстуфхцчшщъьюя", "",
      "и не на че във в с със като но е това до по за от ние вие аз той тя те мен вас вам нас "
      "беше бил била кога много има няма само може при или къде който която също трябва да се "
      "съм са ли" },
};

#define OTHER_LETTER ((guint64) 1 << 63)

/* A bit for each small letter from U+0430 to U+045F, one for U+0491; all others share one. */
static guint64
letter_bit(gunichar c)
{
    c = g_unichar_tolower(c);
    if (c >= 0x0430 && c <= 0x045f)
        return (guint64) 1 << (c - 0x0430);
    if (c == 0x0491)
        return (guint64) 1 << 48;
    return c >= 0x0400 && c <= 0x052f ? OTHER_LETTER : 0;
}

static guint64
letters_of(const char *text)
{
    guint64 letters = 0;

    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
        letters |= letter_bit(g_utf8_get_char(p));
    return letters;
}

static gboolean
fits(const Alphabet *alphabet, guint64 letters)
{
    return (letters & ~letters_of(alphabet->letters)) == 0;
}

static const Alphabet *
alphabet_of(const char *code)
{
    for (gsize i = 0; i < G_N_ELEMENTS(alphabets); i++) {
        if (code != NULL && strcmp(alphabets[i].code, code) == 0)
            return &alphabets[i];
    }
    return NULL;
}

/* Words of another script are names and terms, as long as they are fewer. */
static gboolean
is_mostly_cyrillic(const char *text)
{
    gsize cyrillic = 0;
    gsize others = 0;

    for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        if (letter_bit(c) != 0)
            cyrillic++;
        else if (g_unichar_isalpha(c))
            others++;
    }
    return cyrillic > others;
}

static gboolean
has_word(const char *words, const char *word, gsize length)
{
    for (const char *p = strstr(words, word); p != NULL; p = strstr(p + length, word)) {
        if ((p == words || p[-1] == ' ') && (p[length] == ' ' || p[length] == '\0'))
            return TRUE;
    }
    return FALSE;
}

/* How many of the words are small ones of that language, and one more for a letter of its own. */
static guint
count_signs(const Alphabet *alphabet, char **words, guint64 letters)
{
    guint signs = (letters & letters_of(alphabet->own)) != 0 ? 1 : 0;

    for (gsize i = 0; words[i] != NULL; i++) {
        if (*words[i] != '\0' && has_word(alphabet->words, words[i], strlen(words[i])))
            signs++;
    }
    return signs;
}

/* The one with the most signs; NULL where two have as many. */
static const char *
by_signs(const char *text, guint64 letters)
{
    g_autofree char *lower = text_lower(text);
    g_auto(GStrv) words = g_strsplit_set(lower, " ,.;:!?\"()", SIGN_WORDS);
    const char *code = NULL;
    guint most = ENOUGH - 1;

    for (gsize i = 0; i < G_N_ELEMENTS(alphabets); i++) {
        guint signs = fits(&alphabets[i], letters) ? count_signs(&alphabets[i], words, letters) : 0;

        if (signs > most) {
            most = signs;
            code = alphabets[i].code;
        } else if (signs == most) {
            code = NULL;
        }
    }
    return code;
}

const char *
language_check_letters(const char *text, const char *guess)
{
    const Alphabet *guessed = alphabet_of(guess);
    guint64 letters = letters_of(text);

    if ((guess != NULL && guessed == NULL) || !is_mostly_cyrillic(text))
        return guess;
    if (guess == NULL)
        return by_signs(text, letters);
    for (gsize i = 0; i < G_N_ELEMENTS(alphabets) && !fits(guessed, letters); i++) {
        if (fits(&alphabets[i], letters) && (letters & letters_of(alphabets[i].own)) != 0)
            return alphabets[i].code;
    }
    return guess;
}
