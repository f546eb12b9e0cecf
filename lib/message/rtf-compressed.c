#include <string.h>

#include "base/limits.h"
#include "message/rtf-private.h"

#define HEADER      16u
#define COMPRESSED  0x75465a4cu    /* "LZFu" */
#define PLAIN       0x414c454du    /* "MELA" */
#define DICTIONARY  4096u
#define MOST        (4u * LIMIT_TEXT)

/* What the dictionary holds at the begin ([MS-OXRTFCP] 2.1.2.1). */
static const char preset[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArial"
    "Times New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

typedef struct {
    guint8      ring[DICTIONARY];
    guint       at;
    GByteArray *out;
} Window;

static guint32
get_u32(const guint8 *bytes)
{
    return bytes[0] | (guint32) bytes[1] << 8 | (guint32) bytes[2] << 16 | (guint32) bytes[3] << 24;
}

static void
emit(Window *window, guint8 octet)
{
    window->ring[window->at] = octet;
    window->at = (window->at + 1) % DICTIONARY;
    g_byte_array_append(window->out, &octet, 1);
}

/* A reference: 12 bits of place, 4 bits of length. One to the place of writing ends the stream. */
static gboolean
copy_reference(Window *window, const guint8 *token)
{
    guint from = (guint) token[0] << 4 | token[1] >> 4;
    guint count = (token[1] & 0x0fu) + 2;

    if (from == window->at)
        return FALSE;
    for (guint i = 0; i < count; i++)
        emit(window, window->ring[(from + i) % DICTIONARY]);
    return TRUE;
}

static void
expand(Window *window, const guint8 *p, const guint8 *end)
{
    while (p < end && window->out->len < MOST) {
        guint8 control = *p++;

        for (guint bit = 0; bit < 8; bit++, control >>= 1) {
            gsize wants = (control & 1) != 0 ? 2 : 1;

            if ((gsize) (end - p) < wants || (wants == 2 && !copy_reference(window, p)))
                return;
            if (wants == 1)
                emit(window, *p);
            p += wants;
        }
    }
}

GByteArray *
rtf_decompress(const guint8 *bytes, gsize length)
{
    Window window = { .at = sizeof preset - 1 };
    guint32 kind;

    if (length <= HEADER)
        return NULL;
    kind = get_u32(bytes + 8);
    if (kind != COMPRESSED && kind != PLAIN)
        return NULL;
    window.out = g_byte_array_new();
    memcpy(window.ring, preset, sizeof preset - 1);
    if (kind == PLAIN)
        g_byte_array_append(window.out, bytes + HEADER, (guint) MIN(length - HEADER, MOST));
    else
        expand(&window, bytes + HEADER, bytes + length);
    return window.out;
}
