#include "thread/tag-private.h"

#include <string.h>

#define MAX_PREFIX 40          /* octets before the colon: twice the longest of the table */

/*
 * What mail programs put before the subject of an answer or of a forwarded mail, folded as g_utf8_casefold()
 * does it. Left out is what may as well begin a subject: Outlook's Italian "R:" and "I:" ("R: which version do
 * you have?"), and its Russian "HA:" in Latin letters, which is high availability to the customers of a
 * provider.
 */
static const char *const prefixes[] = {
    "re", "fw", "fwd",                                             /* English, and most others       */
    "aw", "wg",                                                    /* German                         */
    "antw", "doorst",                                              /* Dutch                          */
    "sv", "vs", "vb", "vl", "fs",                                  /* Nordic languages               */
    "ré", "tr",                                                    /* French                         */
    "rif",                                                         /* Italian                        */
    "res", "enc",                                                  /* Portuguese                     */
    "rv",                                                          /* Spanish                        */
    "odp", "pd",                                                   /* Polish, Czech, Slovak          */
    "odg", "одг",                                                  /* Serbian, Croatian, Slovenian   */
    "vá", "továbbítás",                                            /* Hungarian                      */
    "răs", "redir",                                                /* Romanian                       */
    "ats", "atb", "pārs",                                          /* Lithuanian, Latvian            */
    "yml",                                                         /* Welsh (its answer is "atb")    */
    "ynt", "i\xcc\x87lt", "ilt",                                   /* Turkish                        */
    "απ", "απάντηση", "σχετ", "πρθ", "προωθ",                      /* Greek                          */
    "отв", "ответ", "на", "пересл",                                /* Russian                        */
    "адк", "адказ",                                                /* Belarusian                     */
    "відп", "відповідь",                                           /* Ukrainian                      */
    "отг",                                                         /* Bulgarian                      */
    "bls", "trs",                                                  /* Malay, Indonesian              */
    "trả lời", "chuyển tiếp",                                      /* Vietnamese                     */
    "回复", "回覆", "答复", "答覆", "转发", "轉寄", "轉發",        /* Chinese                        */
    "返信", "転送", "회신", "전달",                                /* Japanese, Korean               */
    "رد", "إعادة توجيه", "השב", "תגובה", "הועבר",                  /* Arabic, Hebrew                 */
};

static gboolean
is_prefix(const char *word)
{
    for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (strcmp(word, prefixes[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Octets of a colon at text, ASCII or as Chinese input methods write it; else 0. */
static gsize
colon_length(const char *text)
{
    static const char wide_colon[] = "\xef\xbc\x9a";

    if (*text == ':')
        return 1;
    return g_str_has_prefix(text, wide_colon) ? strlen(wide_colon) : 0;
}

static gsize
blank_length(const char *text)
{
    const char *p = text;

    while (g_unichar_isspace(g_utf8_get_char(p)))
        p = g_utf8_next_char(p);
    return (gsize) (p - text);
}

/* Cuts a counter off: "Re[2]", "Re(2)", "Re^2". A bare number stays: "RE 4711:" is a German invoice. */
static void
cut_counter(char *word)
{
    gsize length = strlen(word);
    char closing = length > 0 ? word[length - 1] : '\0';
    char opening = closing == ']' ? '[' : closing == ')' ? '(' : '^';
    gsize end = opening == '^' ? length : length - 1;
    gsize start = end;

    while (start > 0 && g_ascii_isdigit(word[start - 1]))
        start--;
    if (start > 0 && start < end && word[start - 1] == opening)
        word[start - 1] = '\0';
}

static gsize
one_prefix(const char *text)
{
    g_autofree char *word = NULL;
    g_autofree char *composed = NULL;
    g_autofree char *folded = NULL;
    gsize length = 0;

    while (length < MAX_PREFIX && text[length] != '\0' && colon_length(text + length) == 0)
        length++;
    if (colon_length(text + length) == 0)
        return 0;
    word = g_strndup(text, length);
    g_strchomp(word);
    cut_counter(word);
    g_strchomp(word);
    composed = g_utf8_normalize(word, -1, G_NORMALIZE_NFC);
    if (composed == NULL)
        return 0;
    folded = g_utf8_casefold(composed, -1);
    if (!is_prefix(folded))
        return 0;
    length += colon_length(text + length);
    return length + blank_length(text + length);
}

gsize
prefix_length(const char *text)
{
    gsize length = 0;
    gsize next;

    while ((next = one_prefix(text + length)) > 0)
        length += next;
    return length;
}
