/*
 * zone.c - reading TZif
 */
#include "targets/zone.h"

#include <string.h>

#include "base/io.h"
#include "targets/civil.h"
#include "targets/zone-private.h"

#define ZONE_DIRECTORY  "/usr/share/zoneinfo"
#define ZONE_FILE_BYTES (256 * 1024)       /* the largest of tzdata has 4 KiB */
#define HEADER_BYTES    44

/* ---- the table ---------------------------------------------------------------------------------------------- */

static Zone *
zone_new(const char *name)
{
    Zone *zone = g_new0(Zone, 1);

    zone->ref_count = 1;
    zone->name = g_strdup(name);
    zone->periods = g_array_new(FALSE, FALSE, sizeof(ZonePeriod));
    return zone;
}

Zone *
zone_ref(Zone *zone)
{
    g_atomic_int_inc(&zone->ref_count);
    return zone;
}

void
zone_unref(Zone *zone)
{
    if (zone == NULL || !g_atomic_int_dec_and_test(&zone->ref_count))
        return;
    g_array_unref(zone->periods);
    g_free(zone->name);
    g_free(zone);
}

static const ZonePeriod *
period(const Zone *zone, gsize i)
{
    return &g_array_index(zone->periods, ZonePeriod, i);
}

void
zone_append(Zone *zone, gint64 from, gint64 offset)
{
    ZonePeriod next = { from, offset };

    while (zone->periods->len > 0 && period(zone, zone->periods->len - 1)->from >= from)
        g_array_set_size(zone->periods, zone->periods->len - 1);
    if (zone->periods->len == 0)
        next.from = G_MININT64;
    else if (period(zone, zone->periods->len - 1)->offset == offset)
        return;
    g_array_append_val(zone->periods, next);
}

/* ---- the file ----------------------------------------------------------------------------------------------- */

typedef struct {
    const guint8 *at, *end;
} Reader;

static const guint8 *
take(Reader *reader, gsize length)
{
    const guint8 *at = reader->at;

    if (length > (gsize) (reader->end - reader->at))
        return NULL;
    reader->at += length;
    return at;
}

static guint32
read_u32(const guint8 *at)
{
    return (guint32) at[0] << 24 | (guint32) at[1] << 16 | (guint32) at[2] << 8 | at[3];
}

static gint64
read_i64(const guint8 *at)
{
    return (gint64) ((guint64) read_u32(at) << 32 | read_u32(at + 4));
}

typedef struct {
    int    version;
    gsize  ut, standard, leaps, times, types, characters;
} Header;

static gboolean
read_header(Reader *reader, Header *header)
{
    const guint8 *at = take(reader, HEADER_BYTES);

    if (at == NULL || memcmp(at, "TZif", 4) != 0)
        return FALSE;
    header->version = at[4];
    header->ut = read_u32(at + 20);
    header->standard = read_u32(at + 24);
    header->leaps = read_u32(at + 28);
    header->times = read_u32(at + 32);
    header->types = read_u32(at + 36);
    header->characters = read_u32(at + 40);
    return header->types > 0 && header->types <= 256;
}

/* The first block holds 32-bit times, for readers of an earlier century. */
static gboolean
skip_block(Reader *reader, const Header *header)
{
    return take(reader, header->times * 5 + header->types * 6 + header->characters + header->leaps * 8 + header->standard
                            + header->ut) != NULL;
}

static gboolean
read_block(Reader *reader, const Header *header, Zone *zone, gint64 *last_out)
{
    const guint8 *times = take(reader, header->times * 8);
    const guint8 *indexes = take(reader, header->times);
    const guint8 *types = take(reader, header->types * 6);

    if (times == NULL || indexes == NULL || types == NULL
        || take(reader, header->characters + header->leaps * 12 + header->standard + header->ut) == NULL)
        return FALSE;
    for (gsize i = 0; i < header->types; i++)
        if (ABS((gint64) (gint32) read_u32(types + i * 6)) > ZONE_OFFSET_MAX)
            return FALSE;
    /* RFC 9636, 3.2: before the first transition the first type is in force. */
    zone_append(zone, G_MININT64, (gint32) read_u32(types));
    for (gsize i = 0; i < header->times; i++) {
        gint64 at = read_i64(times + i * 8);

        if (indexes[i] >= header->types || (i > 0 && at <= read_i64(times + (i - 1) * 8)))
            return FALSE;
        zone_append(zone, at, (gint32) read_u32(types + (gsize) indexes[i] * 6));
        *last_out = at;
    }
    return TRUE;
}

static gboolean
read_footer(Reader *reader, Zone *zone, gint64 last)
{
    const guint8 *start = take(reader, 1), *line_end;
    g_autofree char *rule = NULL;

    if (start == NULL || *start != '\n')
        return FALSE;
    line_end = memchr(reader->at, '\n', (gsize) (reader->end - reader->at));
    if (line_end == NULL)
        return FALSE;
    rule = g_strndup((const char *) reader->at, (gsize) (line_end - reader->at));
    /* Without a rule the last transition is in force for ever. */
    return *rule == '\0' || zone_append_rule(zone, rule, last);
}

Zone *
zone_read(const char *name, const guint8 *bytes, gsize length, GError **error)
{
    g_autoptr(Zone) zone = zone_new(name);
    Reader reader = { bytes, bytes + length };
    Header header;
    const char *wrong = NULL;
    gint64 last = G_MININT64;

    if (!read_header(&reader, &header))
        wrong = "it is no time zone file";
    else if (header.version < '2')
        wrong = "it is of the first version of its format, whose times end in 2038";
    else if (!skip_block(&reader, &header) || !read_header(&reader, &header))
        wrong = "it is cut off";
    else if (header.leaps > 0)
        wrong = "it counts leap seconds, which no clock here does";
    else if (!read_block(&reader, &header, zone, &last) || !read_footer(&reader, zone, last))
        wrong = "it is damaged";
    if (wrong == NULL)
        return g_steal_pointer(&zone);
    g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_INVALID, "cannot use the file of time zone \"%s\": %s", name, wrong);
    return NULL;
}

/* A name, and no way out of the directory. */
static gboolean
is_name(const char *name)
{
    return g_ascii_isalpha(*name) && strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") == strlen(name);
}

Zone *
zone_load(const char *name, GError **error)
{
    const char *directory = g_getenv("TZDIR");
    g_autofree char *path = g_build_filename(directory != NULL ? directory : ZONE_DIRECTORY, name, NULL);
    g_autoptr(GBytes) bytes = NULL;

    if (!is_name(name) || !g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_NOT_FOUND, "there is no time zone \"%s\" (is the package tzdata installed?)",
                    name);
        return NULL;
    }
    bytes = io_read_file(path, ZONE_FILE_BYTES, error);
    if (bytes == NULL)
        return NULL;
    return zone_read(name, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), error);
}

/* Names come from what is kept of customers: there are some 600 that are good. */
#define MOST_KEPT 1024

const Zone *
zone_find(const char *name)
{
    static GMutex lock;
    static GHashTable *kept;
    Zone *zone = NULL;

    g_mutex_lock(&lock);
    if (kept == NULL)
        kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (!g_hash_table_lookup_extended(kept, name, NULL, (gpointer *) &zone) && g_hash_table_size(kept) < MOST_KEPT) {
        zone = zone_load(name, NULL);
        g_hash_table_insert(kept, g_strdup(name), zone);
    }
    g_mutex_unlock(&lock);
    return zone;
}

/* ---- questions ---------------------------------------------------------------------------------------------- */

const char *
zone_name(const Zone *zone)
{
    return zone->name;
}

gsize
zone_periods(const Zone *zone)
{
    return zone->periods->len;
}

gint64
zone_period(const Zone *zone, gsize i, gint64 *from_out, gint64 *to_out)
{
    *from_out = period(zone, i)->from;
    *to_out = i + 1 < zone->periods->len ? period(zone, i + 1)->from : G_MAXINT64;
    return period(zone, i)->offset;
}

static gsize
period_at(const Zone *zone, gint64 moment)
{
    gsize low = 0, high = zone->periods->len;

    while (high - low > 1) {
        gsize middle = (low + high) / 2;

        if (period(zone, middle)->from <= moment)
            low = middle;
        else
            high = middle;
    }
    return low;
}

gint64
zone_offset(const Zone *zone, gint64 moment)
{
    return period(zone, period_at(zone, moment))->offset;
}

gint64
zone_local(const Zone *zone, gint64 moment)
{
    return moment + zone_offset(zone, moment);
}

gint64
zone_moment(const Zone *zone, gint64 local)
{
    gsize first = period_at(zone, local - 2 * SECONDS_PER_DAY);

    for (gsize i = first;; i++) {
        gint64 from, to;
        gint64 moment = local - zone_period(zone, i, &from, &to);

        /* Beyond its end and yet before the next one's beginning is what the clock never shows. */
        if (moment < to || local - period(zone, i + 1)->offset < to)
            return moment;
    }
}
