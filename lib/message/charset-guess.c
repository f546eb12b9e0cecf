#include "message/charset-guess-private.h"

#include <uchardet.h>

/* Of what uchardet looks at; more does not make it surer, only slower. */
#define SAMPLE 16384

/* Measured with sentences of 30 languages: from ten on it is right (but for twins, see charset_windows_twin()), below it is not for Latin letters. */
#define ENOUGH_HIGH_BYTES 10
#define FEW_HIGH_BYTES    6

/* High bytes that stand beside another one: nearly all in Greek, Cyrillic or Chinese text, hardly any in German or Polish. */
static gsize
count_neighbours(const guint8 *bytes, gsize length)
{
    gsize count = 0;

    for (gsize i = 0; i < length; i++) {
        if (bytes[i] >= 0x80 && ((i > 0 && bytes[i - 1] >= 0x80) || (i + 1 < length && bytes[i + 1] >= 0x80)))
            count++;
    }
    return count;
}

static const Charset *
ask_uchardet(const guint8 *bytes, gsize length)
{
    uchardet_t detector = uchardet_new();
    const Charset *found = NULL;

    if (uchardet_handle_data(detector, (const char *) bytes, MIN(length, SAMPLE)) == 0) {
        uchardet_data_end(detector);
        found = charset_find(uchardet_get_charset(detector));
    }
    uchardet_delete(detector);
    /* They differ in line drawing only, where KOI8-U has the letters of Ukrainian and Belarusian; uchardet does not tell them apart. */
    if (found == charset_find("koi8-r"))
        found = charset_find("koi8-u");
    return found != NULL && found->kind == CHARSET_EIGHT_BIT ? found : NULL;
}

const Charset *
charset_guess(const guint8 *bytes, gsize length, gsize high)
{
    if (high < FEW_HIGH_BYTES)
        return NULL;
    if (high < ENOUGH_HIGH_BYTES && count_neighbours(bytes, length) * 10 < high * 8)
        return NULL;
    return ask_uchardet(bytes, length);
}
