#include "message/cms-private.h"

#include <string.h>

enum {
    TAG_END = 0x00, TAG_OCTETS = 0x04, TAG_OID = 0x06, TAG_OCTETS_CONSTRUCTED = 0x24, TAG_SEQUENCE = 0x30, TAG_CONTENT = 0xa0,
    CONSTRUCTED = 0x20,
};

typedef struct {
    const guint8 *p, *end;
    gboolean      failed;
} Ber;

typedef struct {
    guint8        tag;
    const guint8 *begin;
    gsize         length;
    gboolean      indefinite;    /* ends with an end-of-contents of its own (X.690, 8.1.5); length is then what is left */
} Element;

typedef struct {
    const char *oid;
    gsize       length;
    CmsKind     kind;
} Type;

#define OID(octets, kind) { octets, sizeof(octets) - 1, kind }

/* RFC 5652, 14; RFC 5083 (authEnvelopedData). */
static const Type types[] = {
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", CMS_SIGNED),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", CMS_ENCRYPTED),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06", CMS_ENCRYPTED),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17", CMS_ENCRYPTED),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", CMS_OTHER),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x05", CMS_OTHER),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x02", CMS_OTHER),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09", CMS_OTHER),
};

static gsize
left(const Ber *ber)
{
    return (gsize) (ber->end - ber->p);
}

static Element
fail(Ber *ber)
{
    static const Element none = { TAG_END, (const guint8 *) "", 0, FALSE };

    ber->failed = TRUE;
    return none;
}

/* Tag and length; the cursor then stands at the content. Tags of more than one octet do not occur where this looks. */
static Element
next_header(Ber *ber)
{
    Element element = { .length = 0 };
    guint octets;

    if (ber->failed || left(ber) < 2 || (ber->p[0] & 0x1f) == 0x1f)
        return fail(ber);
    element.tag = *ber->p++;
    octets = *ber->p++;
    element.indefinite = octets == 0x80 && (element.tag & CONSTRUCTED) != 0;
    if (octets < 0x80) {
        element.length = octets;
    } else if (!element.indefinite) {
        octets &= 0x7f;
        if (octets == 0 || octets > 4 || octets > left(ber))
            return fail(ber);
        for (; octets > 0; octets--)
            element.length = element.length << 8 | *ber->p++;
    }
    if (element.length > left(ber))
        return fail(ber);
    element.begin = ber->p;
    if (element.indefinite)
        element.length = left(ber);
    return element;
}

/* Over the content of the element whose header was just read. */
static void
skip_content(Ber *ber, const Element *element)
{
    guint open = 1;

    if (!element->indefinite) {
        ber->p += element->length;
        return;
    }
    while (open > 0 && !ber->failed) {
        Element inner = next_header(ber);

        if (inner.indefinite)
            open++;
        else if (inner.tag == TAG_END && inner.length == 0)
            open--;
        else
            ber->p += inner.length;
    }
}

static void
skip(Ber *ber)
{
    Element element = next_header(ber);

    if (!ber->failed)
        skip_content(ber, &element);
}

static Element
enter(Ber *ber, guint8 tag)
{
    Element element = next_header(ber);

    if (element.tag != tag)
        return fail(ber);
    return element;
}

static CmsKind
kind_of(const Element *oid)
{
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        if (types[i].length == oid->length && memcmp(types[i].oid, oid->begin, oid->length) == 0)
            return types[i].kind;
    }
    return CMS_NONE;
}

/* An OCTET STRING in one piece or in pieces of pieces (X.690, 8.7.3): however they nest, the octets stand in order. */
static GByteArray *
gather(Ber *ber)
{
    GByteArray *octets = g_byte_array_new();
    Element string = next_header(ber);
    const guint8 *end = string.begin + string.length;
    guint open = string.indefinite ? 1 : 0;

    if (string.tag == TAG_OCTETS) {
        g_byte_array_append(octets, string.begin, (guint) string.length);
        return octets;
    }
    if (string.tag != TAG_OCTETS_CONSTRUCTED)
        ber->failed = TRUE;
    while (!ber->failed && ber->p < end && (open > 0 || !string.indefinite)) {
        Element piece = next_header(ber);

        if (piece.tag == TAG_OCTETS) {
            g_byte_array_append(octets, piece.begin, (guint) piece.length);
            ber->p += piece.length;
        } else if (piece.tag == TAG_OCTETS_CONSTRUCTED) {
            open += piece.indefinite ? 1 : 0;
        } else if (piece.tag == TAG_END && open > 0) {
            open--;
        } else {
            ber->failed = TRUE;
        }
    }
    if (ber->failed)
        g_clear_pointer(&octets, g_byte_array_unref);
    return octets;
}

/* SignedData: version, digestAlgorithms, encapContentInfo { eContentType, [0] eContent OPTIONAL }, ... (RFC 5652, 5.1). */
static GByteArray *
signed_content(Ber *ber)
{
    Element info, content;

    (void) enter(ber, TAG_SEQUENCE);
    skip(ber);
    skip(ber);
    info = enter(ber, TAG_SEQUENCE);
    skip(ber);
    if (ber->failed || (!info.indefinite && ber->p >= info.begin + info.length))
        return NULL;
    content = next_header(ber);
    return content.tag == TAG_CONTENT ? gather(ber) : NULL;
}

CmsKind
cms_read(const guint8 *bytes, gsize length, GByteArray **content_out)
{
    Ber ber = { bytes, bytes, FALSE };
    CmsKind kind;
    Element oid;

    if (content_out != NULL)
        *content_out = NULL;
    if (length == 0)
        return CMS_NONE;
    ber.end += length;
    (void) enter(&ber, TAG_SEQUENCE);
    oid = enter(&ber, TAG_OID);
    kind = ber.failed ? CMS_NONE : kind_of(&oid);
    if (kind != CMS_SIGNED || content_out == NULL)
        return kind;
    ber.p += oid.length;
    (void) enter(&ber, TAG_CONTENT);
    *content_out = signed_content(&ber);
    return kind;
}
