/*
 * entity-private.h - GMime's view of an entity (RFC 2045): a header and a body
 */
#pragma once

#include <gmime/gmime.h>

/*
 * The tree of parts over bytes that stay the caller's and must outlive it; the content of its leaves is windows of them. NULL if GMime makes
 * nothing of it. The limits of preflight.h are the caller's to check.
 */
GMimeObject *entity_parse(const guint8 *bytes, gsize length);
/* An object written out as it stood in what it was parsed from. */
GBytes      *entity_bytes(GMimeObject *object);
