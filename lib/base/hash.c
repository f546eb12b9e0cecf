/*
 * hash.c - digests and random bytes by GnuTLS; base32
 *
 * None of these can fail for a reason that the caller could react to: if GnuTLS has no SHA-256 or no random bytes, going
 * on would be worse than stopping.
 */
#include "base/hash.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

struct Sha256 {
    gnutls_hash_hd_t handle;
};

Sha256 *
sha256_new(void)
{
    Sha256 *hash = g_new0(Sha256, 1);
    int status = gnutls_hash_init(&hash->handle, GNUTLS_DIG_SHA256);

    g_assert(status == 0);
    return hash;
}

void
sha256_update(Sha256 *hash, const void *bytes, gsize length)
{
    int status = length > 0 ? gnutls_hash(hash->handle, bytes, length) : 0;

    g_assert(status == 0);
}

void
sha256_finish(Sha256 *hash, guint8 digest_out[HASH_SHA256_BYTES])
{
    gnutls_hash_deinit(hash->handle, digest_out);
    g_free(hash);
}

void
sha256_free(Sha256 *hash)
{
    if (hash == NULL)
        return;
    gnutls_hash_deinit(hash->handle, NULL);
    g_free(hash);
}

void
hash_sha256(const void *bytes, gsize length, guint8 digest_out[HASH_SHA256_BYTES])
{
    int status = gnutls_hash_fast(GNUTLS_DIG_SHA256, length > 0 ? bytes : "", length, digest_out);

    g_assert(status == 0);
}

void
hash_hmac_sha256(const guint8 *key, gsize key_length, const void *bytes, gsize length,
                 guint8 mac_out[HASH_SHA256_BYTES])
{
    int status = gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, key_length, length > 0 ? bytes : "", length, mac_out);

    g_assert(status == 0);
}

char *
hash_hex(const guint8 *bytes, gsize length)
{
    static const char digits[] = "0123456789abcdef";
    char *hex = g_malloc(2 * length + 1);

    for (gsize i = 0; i < length; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
    hex[2 * length] = '\0';
    return hex;
}

gint64
hash_key64(const void *bytes, gsize length)
{
    guint8 digest[HASH_SHA256_BYTES];
    guint64 first;

    hash_sha256(bytes, length, digest);
    memcpy(&first, digest, sizeof first);
    return (gint64) GUINT64_FROM_BE(first);
}

void
hash_random(guint8 *bytes_out, gsize length)
{
    int status = gnutls_rnd(GNUTLS_RND_KEY, bytes_out, length);

    g_assert(status == 0);
}

gboolean
hash_equal(const void *a, const void *b, gsize length)
{
    return gnutls_memcmp(a, b, length) == 0;
}

char *
base32_encode(const guint8 *bytes, gsize length)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
    GString *text = g_string_sized_new(length * 8 / 5 + 2);
    guint32 bits = 0;
    guint n_bits = 0;

    for (gsize i = 0; i < length; i++) {
        bits = bits << 8 | bytes[i];
        for (n_bits += 8; n_bits >= 5; n_bits -= 5)
            g_string_append_c(text, digits[bits >> (n_bits - 5) & 31]);
        bits &= (1u << n_bits) - 1;
    }
    if (n_bits > 0)
        g_string_append_c(text, digits[bits << (5 - n_bits) & 31]);
    return g_string_free(text, FALSE);
}

static int
base32_digit(char c)
{
    if (g_ascii_isalpha(c))
        return g_ascii_tolower(c) - 'a';
    return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

gboolean
base32_decode(const char *text, gsize text_length, guint8 *bytes_out, gsize *length_inout)
{
    guint32 bits = 0;
    guint n_bits = 0;
    gsize length = 0;

    for (gsize i = 0; i < text_length; i++) {
        int digit = base32_digit(text[i]);

        if (digit < 0)
            return FALSE;
        bits = bits << 5 | (guint32) digit;
        n_bits += 5;
        if (n_bits < 8)
            continue;
        if (length == *length_inout)
            return FALSE;
        n_bits -= 8;
        bytes_out[length++] = (guint8) (bits >> n_bits);
        bits &= (1u << n_bits) - 1;
    }
    /* What is left over is zero and shorter than a digit, or a second text would stand for the same bytes. */
    if (n_bits >= 5 || bits != 0)
        return FALSE;
    *length_inout = length;
    return TRUE;
}
