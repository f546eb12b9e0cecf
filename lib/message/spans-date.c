#include "message/spans-date-private.h"

#include <string.h>

static gboolean
is_digit_at(const char *text, gsize length, gsize at)
{
    return at < length && g_ascii_isdigit(text[at]);
}

/* A run of digits from `at`: its length; its value is wanted only for years. */
static gsize
digits_at(const char *text, gsize length, gsize at)
{
    gsize count = 0;

    while (is_digit_at(text, length, at + count))
        count++;
    return count;
}

static gboolean
is_year(const char *digits)
{
    static const char *const centuries[] = { "19", "20", "13", "14", "25" };   /* Gregorian, Solar Hijri, Buddhist */

    for (guint i = 0; i < G_N_ELEMENTS(centuries); i++)
        if (memcmp(digits, centuries[i], 2) == 0)
            return TRUE;
    return FALSE;
}

/* A time is 9:05, 9.05 Uhr, 9h05, 9時05; a part of a date is a year or 1/2, 1.2., 1-2. */
DateLevel
date_level(const char *text, gsize length)
{
    gboolean digit = FALSE, time = FALSE, date = FALSE;

    for (gsize at = 0; at < length;) {
        gsize count = digits_at(text, length, at), next = at + count;
        const char *rest = text + next;

        if (count == 0) {
            at++;
            continue;
        }
        digit = TRUE;
        date = date || (count == 4 && is_year(text + at));
        if (count <= 2 && next < length) {
            gboolean two = digits_at(text, length, next + 1) == 2;

            if (two && (*rest == ':' || *rest == 'h' || (*rest == '.' && (length == next + 3 || rest[3] != '.'))))
                time = TRUE;
            else if (g_str_has_prefix(rest, "時") || g_str_has_prefix(rest, "时") || g_str_has_prefix(rest, "시"))
                time = TRUE;
            else if (strchr("/.-", *rest) != NULL && is_digit_at(text, length, next + 1))
                date = TRUE;
            else if (g_str_has_prefix(rest, "月") || g_str_has_prefix(rest, "월"))
                date = TRUE;
        }
        at = next;
    }
    return time && date ? DATE_WHOLE : time || date ? DATE_PART : digit ? DATE_DIGIT : DATE_NONE;
}
