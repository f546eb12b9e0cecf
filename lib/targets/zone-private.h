/*
 * zone-private.h - a zone as it grows while it is read
 */
#pragma once

#include "targets/zone.h"

typedef struct {
    gint64 from;
    gint64 offset;
} ZonePeriod;

struct Zone {
    int     ref_count;
    char   *name;
    GArray *periods;           /* ZonePeriod; no two neighbours have one offset */
};

/* No clock is further from UTC: RFC 9636, 3.2 recommends these bounds. */
#define ZONE_OFFSET_MAX (26 * 3600)

/* A period follows the last one. One that begins no later replaces what it covers. */
void zone_append(Zone *zone, gint64 from, gint64 offset);

/*
 * zone-rule.c: the rule for all time behind last, the last transition of the file, such as "EET-2EEST,M3.5.0/3,M10.5.0/4" (POSIX TZ, with the
 * extensions of RFC 9636, 3.3.2), worked out until 2100. FALSE if it is none.
 */
gboolean zone_append_rule(Zone *zone, const char *rule, gint64 last);
