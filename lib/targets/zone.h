/*
 * zone.h - a time zone: what the clock on the wall shows at which moment
 *
 * Read once from the files of tzdata (TZif, RFC 9636) and worked out until 2100, the rule at the end of the file included, so that every question
 * after that is a search in a table. A zone is constant: threads and forked processes share it. GTimeZone is not used: it does not tell
 * where the clock changes, and takes names that are no zones.
 *
 * Moments are seconds since 1970-01-01 UTC; local is the same number as the clock on the wall shows it.
 */
#pragma once

#include "base/error.h"

typedef struct Zone Zone;

/* NOT_FOUND: there is no zone of that name. */
Zone *zone_load(const char *name, GError **error);
/* From the bytes of a file. INVALID. */
Zone *zone_read(const char *name, const guint8 *bytes, gsize length, GError **error);
/* That zone, kept for the life of the process: what tzdata says of a name is a constant. NULL: there is none. Borrowed. */
const Zone *zone_find(const char *name);
Zone *zone_ref(Zone *zone);
void  zone_unref(Zone *zone);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Zone, zone_unref)

const char *zone_name(const Zone *zone);
/* Seconds east of UTC. */
gint64 zone_offset(const Zone *zone, gint64 moment);
gint64 zone_local(const Zone *zone, gint64 moment);

/*
 * The moment at which the clock shows local. RFC 5545, 3.3.5: where it does so twice, the first one; where it never does, as if it had not been put
 * forward yet.
 */
gint64 zone_moment(const Zone *zone, gint64 local);

/* The stretches of time in which the offset stays the same, in order: n of them, the first from the beginning and the last to the end of time. */
gsize  zone_periods(const Zone *zone);
gint64 zone_period(const Zone *zone, gsize i, gint64 *from_out, gint64 *to_out);   /* its offset */
