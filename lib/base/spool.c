#define _GNU_SOURCE    /* memfd_create() */
#include "base/spool.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

struct Spool {
    GByteArray *memory;     /* all of it, or what has not been written yet */
    int         fd;         /* -1: all is in memory */
    gsize       written;
};

/* Only of a mapping of a file may pages be dropped: memory of other kinds would be lost with them. So these are known by their addresses. */
static GMutex mutex;
static GHashTable *mappings;

typedef struct {
    void *start;
    gsize length;
} Mapping;

static void
mapping_free(gpointer data)
{
    Mapping *mapping = data;

    g_mutex_lock(&mutex);
    g_hash_table_remove(mappings, mapping->start);
    g_mutex_unlock(&mutex);
    munmap(mapping->start, mapping->length);
    g_free(mapping);
}

static GBytes *
mapping_new(int fd, gsize length)
{
    void *start = mmap(NULL, length, PROT_READ, MAP_SHARED, fd, 0);
    Mapping *mapping;

    if (start == MAP_FAILED)
        return NULL;
    mapping = g_new0(Mapping, 1);
    *mapping = (Mapping) { start, length };
    g_mutex_lock(&mutex);
    if (mappings == NULL)
        mappings = g_hash_table_new(NULL, NULL);
    g_hash_table_add(mappings, start);
    g_mutex_unlock(&mutex);
    return g_bytes_new_with_free_func(start, length, mapping_free, mapping);
}

void
spool_release(GBytes *bytes, gsize length)
{
    gconstpointer start = g_bytes_get_data(bytes, NULL);
    gsize page = (gsize) sysconf(_SC_PAGESIZE);
    gboolean ours;

    g_mutex_lock(&mutex);
    ours = mappings != NULL && start != NULL && g_hash_table_contains(mappings, start);
    g_mutex_unlock(&mutex);
    if (ours && length >= page)
        madvise((void *) start, MIN(length, g_bytes_get_size(bytes)) / page * page, MADV_DONTNEED);
}

Spool *
spool_new(void)
{
    Spool *spool = g_new0(Spool, 1);

    spool->memory = g_byte_array_new();
    spool->fd = -1;
    return spool;
}

void
spool_free(Spool *spool)
{
    if (spool == NULL)
        return;
    if (spool->fd >= 0)
        close(spool->fd);
    g_byte_array_unref(spool->memory);
    g_free(spool);
}

/* What stands in memory goes to the file. FALSE: some of it may be there, and counts as not written. */
static gboolean
flush(Spool *spool)
{
    gsize done = 0;

    while (done < spool->memory->len) {
        ssize_t put = pwrite(spool->fd, spool->memory->data + done, spool->memory->len - done, (off_t) (spool->written + done));

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return FALSE;
        done += (gsize) put;
    }
    spool->written += done;
    g_byte_array_set_size(spool->memory, 0);
    return TRUE;
}

/* The file is of no use: what it has comes back, before what stands in memory. */
static void
take_back(Spool *spool)
{
    GByteArray *all = g_byte_array_sized_new((guint) (spool->written + spool->memory->len));
    gsize done = 0;

    g_byte_array_set_size(all, (guint) spool->written);
    while (done < spool->written) {
        ssize_t got = pread(spool->fd, all->data + done, spool->written - done, (off_t) done);

        if (got < 0 && errno == EINTR)
            continue;
        /* It was written a moment ago, and nobody else has it. */
        if (got <= 0)
            g_error("cannot read a memfd: %s", g_strerror(errno));
        done += (gsize) got;
    }
    g_byte_array_append(all, spool->memory->data, spool->memory->len);
    g_byte_array_unref(spool->memory);
    spool->memory = all;
    close(spool->fd);
    spool->fd = -1;
    spool->written = 0;
}

void
spool_append(Spool *spool, const void *bytes, gsize length)
{
    gsize before = spool->written + spool->memory->len;

    g_byte_array_append(spool->memory, bytes, (guint) length);
    if (before < SPOOL_MEMORY && before + length >= SPOOL_MEMORY) {
        spool->fd = memfd_create("mail", MFD_CLOEXEC);
        if (spool->fd >= 0 && !flush(spool))
            take_back(spool);
    } else if (spool->fd >= 0 && spool->memory->len >= SPOOL_STEP && !flush(spool)) {
        take_back(spool);
    }
}

GBytes *
spool_free_to_bytes(Spool *spool)
{
    GBytes *bytes = NULL;

    if (spool->fd >= 0 && flush(spool))
        bytes = mapping_new(spool->fd, spool->written);
    if (bytes == NULL) {
        if (spool->fd >= 0)
            take_back(spool);
        bytes = g_byte_array_free_to_bytes(spool->memory);
        spool->memory = g_byte_array_new();
    }
    spool_free(spool);
    return bytes;
}
