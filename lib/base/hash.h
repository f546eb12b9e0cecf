/*
 * hash.h - digests, MACs, random bytes (GnuTLS), base32
 */
#pragma once

#include <glib.h>

#define HASH_SHA256_BYTES 32

typedef struct Sha256 Sha256;
Sha256 *sha256_new(void);
void    sha256_update(Sha256 *hash, const void *bytes, gsize length);
void    sha256_finish(Sha256 *hash, guint8 digest_out[HASH_SHA256_BYTES]);   /* also frees it */
void    sha256_free(Sha256 *hash);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sha256, sha256_free)

void  hash_sha256(const void *bytes, gsize length, guint8 digest_out[HASH_SHA256_BYTES]);
void  hash_hmac_sha256(const guint8 *key, gsize key_length, const void *bytes, gsize length,
                       guint8 mac_out[HASH_SHA256_BYTES]);
char *hash_hex(const guint8 *bytes, gsize length);
/* A well-mixed 64-bit value of the bytes (first 8 of SHA-256, big-endian): keys of advisory locks. */
gint64 hash_key64(const void *bytes, gsize length);

void     hash_random(guint8 *bytes_out, gsize length);
gboolean hash_equal(const void *a, const void *b, gsize length);   /* in constant time */

/*
 * RFC 4648 base32, lower-case, without padding; read case-insensitively. decode returns FALSE on any other character, on left-over
 * bits that no encoder writes, and if the bytes are more than *length_inout.
 */
char    *base32_encode(const guint8 *bytes, gsize length);
gboolean base32_decode(const char *text, gsize text_length, guint8 *bytes_out, gsize *length_inout);
