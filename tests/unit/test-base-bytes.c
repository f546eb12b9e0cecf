/*
 * test-base-bytes.c - digests, base32, and records from strangers
 */
#include "base/buffer.h"
#include "base/hash.h"
#include "tap.h"

#include <string.h>

static void
test_sha256(void)
{
    /* FIPS 180-2, appendix B */
    static const char expected[] = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
    static const char message[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    guint8 whole[HASH_SHA256_BYTES], pieces[HASH_SHA256_BYTES];
    Sha256 *hash = sha256_new();
    g_autoptr(Sha256) unfinished = sha256_new();
    g_autofree char *hex = NULL;

    hash_sha256(message, strlen(message), whole);
    sha256_update(hash, message, 10);
    sha256_update(hash, NULL, 0);
    sha256_update(hash, message + 10, strlen(message) - 10);
    sha256_finish(hash, pieces);
    sha256_update(unfinished, "x", 1);
    hex = hash_hex(whole, sizeof whole);
    g_assert_cmpstr(hex, ==, expected);
    g_assert_cmpmem(whole, sizeof whole, pieces, sizeof pieces);
    /* the first 8 octets of SHA-256 of nothing: e3b0c44298fc1c14 */
    g_assert_cmpint(hash_key64(NULL, 0), ==, (gint64) G_GUINT64_CONSTANT(0xe3b0c44298fc1c14));
}

static void
test_hmac(void)
{
    /* RFC 4231, test case 2 */
    static const char expected[] = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    guint8 mac[HASH_SHA256_BYTES];
    g_autofree char *hex = NULL;

    hash_hmac_sha256((const guint8 *) "Jefe", 4, "what do ya want for nothing?", 28, mac);
    hex = hash_hex(mac, sizeof mac);
    g_assert_cmpstr(hex, ==, expected);
}

static void
test_random_and_equal(void)
{
    guint8 a[32] = { 0 }, b[32] = { 0 };

    g_assert_true(hash_equal(a, b, sizeof a));
    hash_random(a, sizeof a);
    hash_random(b, sizeof b);
    g_assert_false(hash_equal(a, b, sizeof a));
    memcpy(b, a, sizeof a);
    b[31] ^= 1;
    g_assert_false(hash_equal(a, b, sizeof a));
    g_assert_true(hash_equal(a, b, 31));
}

static void
test_base32_vectors(void)
{
    /* RFC 4648, section 10, without padding */
    static const char *const vectors[][2] = {
        { "", "" }, { "f", "my" }, { "fo", "mzxq" }, { "foo", "mzxw6" }, { "foob", "mzxw6yq" },
        { "fooba", "mzxw6ytb" }, { "foobar", "mzxw6ytboi" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(vectors); i++) {
        g_autofree char *text = base32_encode((const guint8 *) vectors[i][0], strlen(vectors[i][0]));
        g_autofree char *upper = g_ascii_strup(text, -1);
        guint8 bytes[16];
        gsize length = sizeof bytes;

        g_assert_cmpstr(text, ==, vectors[i][1]);
        g_assert_true(base32_decode(upper, strlen(upper), bytes, &length));
        g_assert_cmpmem(bytes, (int) length, vectors[i][0], (int) strlen(vectors[i][0]));
    }
}

static void
test_base32_round_trip(void)
{
    for (gsize length = 0; length < 100; length++) {
        guint8 bytes[100], back[100];
        g_autofree char *text = NULL;
        gsize back_length = length;

        hash_random(bytes, length);
        text = base32_encode(bytes, length);
        g_assert_true(base32_decode(text, strlen(text), back, &back_length));
        g_assert_cmpmem(back, (int) back_length, bytes, (int) length);
        if (length > 0) {
            back_length = length - 1;
            g_assert_false(base32_decode(text, strlen(text), back, &back_length));
            g_assert_cmpuint(back_length, ==, length - 1);
        }
    }
}

/* A second spelling of a token would be a second key of one ticket. */
static void
test_base32_one_text_for_each_value(void)
{
    static const char *const refused[] = { "m", "mz1q", "mz q", "mzxq=", "mzxq\n", "mzxr", "mzx", "mzxw6y", "m\xc3\xa9", "0", "8" };

    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        guint8 bytes[16];
        gsize length = sizeof bytes;

        g_assert_false(base32_decode(refused[i], strlen(refused[i]), bytes, &length));
    }
    g_assert_false(base32_decode("my\0y", 4, (guint8[4]) { 0 }, (gsize[1]) { 4 }));
}

static GByteArray *
record(void)
{
    GByteArray *bytes = g_byte_array_new();

    buffer_put_u8(bytes, 0xfe);
    buffer_put_u32(bytes, 0x01020304);
    buffer_put_i64(bytes, G_MININT64);
    buffer_put_text(bytes, "naïve");
    buffer_put_text(bytes, NULL);
    buffer_put_text(bytes, "");
    buffer_put_bytes(bytes, "xyz", 3);
    return bytes;
}

static void
test_record_round_trip(void)
{
    g_autoptr(GByteArray) bytes = record();
    BufferReader reader;
    char raw[3];
    g_autofree char *text = NULL;
    g_autofree char *empty = NULL;

    buffer_reader_init(&reader, bytes->data, bytes->len);
    g_assert_cmpuint(buffer_get_u8(&reader), ==, 0xfe);
    g_assert_cmpuint(buffer_get_u32(&reader), ==, 0x01020304);
    g_assert_cmpint(buffer_get_i64(&reader), ==, G_MININT64);
    text = buffer_get_text(&reader);
    g_assert_cmpstr(text, ==, "naïve");
    g_assert_null(buffer_get_text(&reader));
    g_assert_false(reader.failed);
    empty = buffer_get_text(&reader);
    g_assert_cmpstr(empty, ==, "");
    g_assert_cmpuint(buffer_left(&reader), ==, 3);
    g_assert_true(buffer_get_bytes(&reader, raw, 3));
    g_assert_cmpmem(raw, 3, "xyz", 3);
    g_assert_false(reader.failed);
}

static void
test_record_cut_anywhere_fails_and_stays_failed(void)
{
    g_autoptr(GByteArray) whole = record();

    for (guint length = 0; length < whole->len; length++) {
        g_autofree guint8 *cut = g_memdup2(whole->data, length); /* its own block: ASan sees a read past the end */
        BufferReader reader;
        char raw[3];

        buffer_reader_init(&reader, cut, length);
        buffer_get_u8(&reader);
        buffer_get_u32(&reader);
        buffer_get_i64(&reader);
        for (int i = 0; i < 3; i++)
            g_free(buffer_get_text(&reader));
        g_assert_false(buffer_get_bytes(&reader, raw, 3));
        g_assert_true(reader.failed);
        g_assert_cmpuint(buffer_get_u8(&reader), ==, 0);
        g_assert_cmpint(buffer_get_i64(&reader), ==, 0);
    }
}

static void
test_record_text_is_checked(void)
{
    static const struct {
        const char *bytes;
        gsize length;
    } cases[] = {
        { "\0\0\0\2\xc3(", 6 }, { "\0\0\0\3a\0b", 7 }, { "\0\0\0\2\xc0\x80", 6 }, { "\xff\xff\xff\xfe" "a", 5 },
        { "\0\0\0\5abcd", 8 }, { "\0\0\0", 3 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        BufferReader reader;

        buffer_reader_init(&reader, cases[i].bytes, cases[i].length);
        g_assert_null(buffer_get_text(&reader));
        g_assert_true(reader.failed);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/hash/sha256", test_sha256);
    g_test_add_func("/hash/hmac", test_hmac);
    g_test_add_func("/hash/random-and-equal", test_random_and_equal);
    g_test_add_func("/base32/vectors", test_base32_vectors);
    g_test_add_func("/base32/round-trip", test_base32_round_trip);
    g_test_add_func("/base32/one-text-for-each-value", test_base32_one_text_for_each_value);
    g_test_add_func("/buffer/round-trip", test_record_round_trip);
    g_test_add_func("/buffer/cut-anywhere-fails-and-stays-failed", test_record_cut_anywhere_fails_and_stays_failed);
    g_test_add_func("/buffer/text-is-checked", test_record_text_is_checked);
    return g_test_run();
}
