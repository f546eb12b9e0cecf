/*
 * spool.h - bytes that may be many
 *
 * Short ones stay on the heap. From SPOOL_MEMORY octets on they go to a memfd, which grows without being copied, and come back as a mapping of it: whoever reads
 * them from the beginning to the end gives back what is behind by spool_release(), so that little of them is resident in the process at a time. They touch no
 * disk. Where there is no memfd to be had, they stay on the heap.
 */
#pragma once

#include <glib.h>

#define SPOOL_MEMORY (1024 * 1024)
/* A good size of step for who releases as it reads. */
#define SPOOL_STEP   (256 * 1024)

typedef struct Spool Spool;

Spool  *spool_new(void);
void    spool_free(Spool *spool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Spool, spool_free)
void    spool_append(Spool *spool, const void *bytes, gsize length);
GBytes *spool_free_to_bytes(Spool *spool);

/* The first `length` octets are not needed for now: they can be read again all the same. Nothing happens to bytes that are of no spool. */
void    spool_release(GBytes *bytes, gsize length);
