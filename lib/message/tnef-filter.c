#include <string.h>

#include "base/limits.h"
#include "message/tnef-private.h"

#define SIGNATURE      0x223e9f78u
#define HEADER         9u          /* level, id, size */
#define CHECKSUM       2u
#define MAX_ATTRIBUTES 20000u
#define MAX_PROPERTIES 5000u       /* of one block */

/* What libytnef 2.0 takes at most; more, and it gives up the whole stream. */
#define KEPT           1000u           /* properties of one block */
#define LARGEST_VALUE  (512u * 1024)   /* octets of a property */

#define MULTIPLE 0x1000u
#define OBJECT   0x000du
#define UNICODE  0x001fu

enum { OF_MESSAGE = 1, OF_ATTACHMENT = 2 };

/* The attributes that are passed on; each once for the message or for its attachment. */
static const struct {
    guint32 id;
    guint8  level;
    gboolean properties;    /* a block of MAPI properties */
    guint32 largest;        /* octets that libytnef takes; 0: any number */
} wanted_attributes[] = {
    { 0x0002800c, OF_MESSAGE, FALSE, 100000 },      /* attBody */
    { 0x00069003, OF_MESSAGE, TRUE, 0 },            /* attMsgProps */
    { 0x00069007, OF_MESSAGE, FALSE, 0 },           /* attOemCodepage */
    { 0x00069002, OF_ATTACHMENT, FALSE, 0 },        /* attAttachRendData: an attachment begins */
    { 0x00018010, OF_ATTACHMENT, FALSE, 100 },      /* attAttachTitle: the long name is a property */
    { 0x0006800f, OF_ATTACHMENT, FALSE, 0 },        /* attAttachData */
    { 0x00069005, OF_ATTACHMENT, TRUE, 0 },         /* attAttachment */
};
#define ATTRIBUTE_RENDERING 3

static const guint16 wanted_properties[] = {
    0x1000, 0x1009, 0x1013, 0x3fde,                     /* body, compressed RTF, HTML, its code page */
    0x3001, 0x3701, 0x3704, 0x3707, 0x370e, 0x3712,     /* of an attachment: names, data, type, Content-ID */
};

typedef struct {
    const guint8 *p, *end;
    gboolean      failed;
} Cursor;

typedef struct {
    GByteArray *out;
    guint       attachments;
    guint       seen;          /* a bit for each of wanted_attributes: met, in this attachment */
    const char *why;
} Filter;

static gsize
left(const Cursor *cursor)
{
    return (gsize) (cursor->end - cursor->p);
}

/* The next octets, which are there; an empty place at the end where they are not. */
static const guint8 *
take(Cursor *cursor, gsize length)
{
    static const guint8 none[16];
    const guint8 *at = cursor->p;

    if (cursor->failed || length > left(cursor)) {
        cursor->failed = TRUE;
        return none;
    }
    cursor->p += length;
    return at;
}

static guint32
take_u32(Cursor *cursor)
{
    const guint8 *at = take(cursor, 4);

    return at[0] | (guint32) at[1] << 8 | (guint32) at[2] << 16 | (guint32) at[3] << 24;
}

/* The fill to a multiple of four; some leave it out at the end of a block. */
static void
take_padding(Cursor *cursor, guint32 length)
{
    (void) take(cursor, MIN((4 - length % 4) % 4, left(cursor)));
}

static void
put_u32(GByteArray *to, guint32 value)
{
    const guint8 octets[] = { (guint8) value, (guint8) (value >> 8), (guint8) (value >> 16), (guint8) (value >> 24) };

    g_byte_array_append(to, octets, sizeof octets);
}

static void
put_attribute(GByteArray *to, guint8 level, guint32 id, const guint8 *data, gsize length)
{
    guint16 sum = 0;
    guint8 checksum[CHECKSUM];

    for (gsize i = 0; i < length; i++)
        sum = (guint16) (sum + data[i]);
    checksum[0] = (guint8) sum;
    checksum[1] = (guint8) (sum >> 8);
    g_byte_array_append(to, &level, 1);
    put_u32(to, id);
    put_u32(to, (guint32) length);
    g_byte_array_append(to, data, (guint) length);
    g_byte_array_append(to, checksum, sizeof checksum);
}

/* The octets of one value of a type that has always the same; 0 where the type says so itself, or is none. */
static guint
fixed_size(guint32 type)
{
    static const struct { guint16 type; guint8 octets; } sizes[] = {
        { 0x0002, 4 }, { 0x0003, 4 }, { 0x0004, 4 }, { 0x0005, 8 }, { 0x0006, 8 }, { 0x0007, 8 }, { 0x000a, 4 },
        { 0x000b, 4 }, { 0x0014, 8 }, { 0x0040, 8 }, { 0x0048, 16 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        if (sizes[i].type == type)
            return sizes[i].octets;
    }
    return 0;
}

static gboolean
has_size(guint32 type)
{
    return type == TNEF_CHARACTERS_8 || type == UNICODE || type == OBJECT || type == TNEF_BINARY;
}

/* The name of a property that has one instead of a number. */
static void
skip_name(Cursor *cursor)
{
    guint32 kind, length;

    (void) take(cursor, 16);
    kind = take_u32(cursor);
    length = take_u32(cursor);
    if (kind == 1) {
        (void) take(cursor, length);
        take_padding(cursor, length);
    } else if (kind > 1) {
        cursor->failed = TRUE;
    }
}

static gboolean
is_wanted_property(guint32 tag)
{
    for (gsize i = 0; i < G_N_ELEMENTS(wanted_properties); i++) {
        if (wanted_properties[i] == tag >> 16)
            return TRUE;
    }
    return FALSE;
}

static void
keep_sized(GByteArray *to, guint32 tag, const guint8 *value, guint32 length)
{
    static const guint8 fill[4];
    guint32 type = (tag & 0xffff) == UNICODE ? TNEF_CHARACTERS_16 : tag & 0xffff;

    put_u32(to, (tag & 0xffff0000u) | type);
    put_u32(to, 1);
    put_u32(to, length);
    g_byte_array_append(to, value, length);
    g_byte_array_append(to, fill, (4 - length % 4) % 4);
}

/* One property; TRUE if it was kept. What has several values is of no use here. */
static gboolean
filter_property(Filter *filter, Cursor *cursor, GByteArray *to)
{
    guint32 tag = take_u32(cursor);
    guint32 type = tag & 0xffff & ~MULTIPLE;
    gboolean named = tag >= 0x80000000u;
    guint32 count = 1;
    gboolean kept = FALSE;
    guint fixed = fixed_size(type);

    if (named)
        skip_name(cursor);
    if (has_size(type) || (tag & MULTIPLE) != 0)
        count = take_u32(cursor);
    if (!has_size(type) && fixed == 0)
        cursor->failed = TRUE;
    for (guint32 i = 0; i < count && !cursor->failed; i++) {
        guint32 length = has_size(type) ? take_u32(cursor) : fixed;
        const guint8 *value = take(cursor, length);
        gboolean keep = !cursor->failed && !named && count == 1 && (tag & MULTIPLE) == 0 && is_wanted_property(tag);

        take_padding(cursor, length);
        if (!keep || length == 0)
            continue;
        if (length > LARGEST_VALUE) {
            filter->why = "a property is too large for libytnef";
            continue;
        }
        if (has_size(type)) {
            keep_sized(to, tag, value, length);
        } else {
            put_u32(to, tag);
            g_byte_array_append(to, value, fixed);
        }
        kept = TRUE;
    }
    return kept;
}

static void
filter_properties(Filter *filter, guint8 level, guint32 id, const guint8 *data, gsize length)
{
    g_autoptr(GByteArray) block = g_byte_array_new();
    Cursor cursor = { data, data + length, FALSE };
    guint32 count = take_u32(&cursor);
    guint32 kept = 0;

    put_u32(block, 0);
    for (guint32 i = 0; i < count && i < MAX_PROPERTIES && kept < KEPT && !cursor.failed && left(&cursor) > 0; i++)
        kept += filter_property(filter, &cursor, block) ? 1 : 0;
    if (cursor.failed)
        filter->why = "its properties are damaged";
    if (kept == 0)
        return;
    block->data[0] = (guint8) kept;
    block->data[1] = (guint8) (kept >> 8);
    put_attribute(filter->out, level, id, block->data, block->len);
}

/* What the attribute itself says (an icon's place in the text) is of no use; that it comes is what tells attachments apart. */
static gboolean
begin_attachment(Filter *filter)
{
    static const guint8 rendering[14];

    if (filter->attachments >= LIMIT_TNEF_FILES) {
        filter->why = "it holds too many files";
        return FALSE;
    }
    filter->attachments++;
    /* What was met of the message stays met. */
    filter->seen &= (1u << ATTRIBUTE_RENDERING) - 1;
    put_attribute(filter->out, OF_ATTACHMENT, wanted_attributes[ATTRIBUTE_RENDERING].id, rendering, sizeof rendering);
    return TRUE;
}

/* A name that is cut costs nothing; a text that is cut is said to be. */
static gsize
allowed(Filter *filter, guint attribute, gsize length)
{
    guint32 largest = wanted_attributes[attribute].largest;

    if (largest == 0 || length <= largest)
        return length;
    if (wanted_attributes[attribute].level == OF_MESSAGE)
        filter->why = "its text is too long for libytnef";
    return largest;
}

static gboolean
filter_attribute(Filter *filter, guint8 level, guint32 id, const guint8 *data, gsize length)
{
    for (guint i = 0; i < G_N_ELEMENTS(wanted_attributes); i++) {
        if (wanted_attributes[i].id != id || wanted_attributes[i].level != level)
            continue;
        if (i == ATTRIBUTE_RENDERING)
            return begin_attachment(filter);
        if (length == 0 || (filter->seen & 1u << i) != 0 || (level == OF_ATTACHMENT && filter->attachments == 0))
            return TRUE;
        filter->seen |= 1u << i;
        if (wanted_attributes[i].properties)
            filter_properties(filter, level, id, data, length);
        else
            put_attribute(filter->out, level, id, data, allowed(filter, i, length));
    }
    return TRUE;
}

gboolean
tnef_is_stream(const guint8 *bytes, gsize length)
{
    Cursor cursor = { bytes, bytes, FALSE };

    if (length < 6)
        return FALSE;
    cursor.end += length;
    return take_u32(&cursor) == SIGNATURE;
}

/* TRUE: the stream was walked to its end, or to where its limits are. Less than the shortest attribute is left by some gateways. */
static gboolean
filter_stream(Filter *filter, Cursor *cursor)
{
    for (guint n = 0; left(cursor) > HEADER + CHECKSUM; n++) {
        guint8 level = *take(cursor, 1);
        guint32 id = take_u32(cursor);
        guint32 length = take_u32(cursor);
        const guint8 *data = take(cursor, length);

        (void) take(cursor, MIN(CHECKSUM, left(cursor)));
        if (cursor->failed || (level != OF_MESSAGE && level != OF_ATTACHMENT)) {
            filter->why = "it is damaged";
            return FALSE;
        }
        if (n >= MAX_ATTRIBUTES) {
            filter->why = "it has too many attributes";
            return FALSE;
        }
        if (!filter_attribute(filter, level, id, data, length))
            return TRUE;
    }
    return TRUE;
}

GByteArray *
tnef_filter(const guint8 *bytes, gsize length, const char **why_out)
{
    Cursor cursor = { bytes, bytes, FALSE };
    Filter filter = { .why = NULL };
    gboolean sound;

    if (!tnef_is_stream(bytes, length) || length > LIMIT_TNEF_BYTES) {
        *why_out = length > LIMIT_TNEF_BYTES ? "it is too large" : "it is no TNEF stream";
        return NULL;
    }
    cursor.end += length;
    filter.out = g_byte_array_sized_new((guint) length / 2);
    g_byte_array_append(filter.out, take(&cursor, 6), 6);
    sound = filter_stream(&filter, &cursor);
    if (filter.why != NULL)
        *why_out = filter.why;
    if (!sound)
        g_clear_pointer(&filter.out, g_byte_array_unref);
    return filter.out;
}
