#include <string.h>

#include "mail-fixture.h"
#include "message/cms-private.h"
#include "message/part-content.h"
#include "tap.h"

static const MessagePart *
part(const Message *message, const char *path)
{
    for (guint i = 0; i < message->parts->len; i++) {
        const MessagePart *one = message->parts->pdata[i];

        if (strcmp(one->part, path) == 0 && one->leaf)
            return one;
    }
    g_error("no part %s", path);
}

static guint
count_attachments(const Message *message)
{
    guint count = 0;

    for (guint i = 0; i < message->parts->len; i++)
        count += ((const MessagePart *) message->parts->pdata[i])->attachment ? 1 : 0;
    return count;
}

/* RFC 8551, 3.5.2: what was signed stands inside, in DER or in pieces of indefinite length. */
static void
test_opaque(gconstpointer data)
{
    g_autoptr(Message) message = mail_fixture_parse(data);

    g_assert_cmpstr(message->protection, ==, "smime-signed");
    g_assert_cmpstr(message->text, ==, "Guten Tag,\ndie Bestätigung liegt bei.");
    g_assert_false(part(message, "1")->attachment);
    g_assert_cmpstr(part(message, "1.2")->filename, ==, "zahlen.csv");
    g_assert_true(part(message, "1.2")->attachment);
    g_assert_true(part(message, "1.2")->unpacked);
    g_assert_cmpuint(count_attachments(message), ==, 1);
    g_assert_cmpuint(message->warnings->len, ==, 0);
}

static void
test_clear(void)
{
    g_autoptr(Message) message = mail_fixture_parse("smime-signed-clear.eml");

    g_assert_cmpstr(message->protection, ==, "smime-signed");
    g_assert_cmpstr(message->text, ==, "Guten Tag,\ndie Bestätigung liegt bei.");
    g_assert_cmpstr(part(message, "2")->filename, ==, "smime.p7s");
    g_assert_true(part(message, "2")->attachment);
}

static void
test_encrypted(void)
{
    g_autoptr(Message) message = mail_fixture_parse("smime-encrypted.eml");

    g_assert_cmpstr(message->protection, ==, "smime-encrypted");
    g_assert_cmpstr(message->text, ==, "This message is encrypted (S/MIME). The original is kept.");
    g_assert_true(part(message, "1")->attachment);
}

static void
assert_protection(const char *mail, const char *protection)
{
    g_autoptr(Message) message = mail_text_parse(mail);

    g_assert_cmpstr(message->protection, ==, protection);
}

static void
test_pgp_mime(void)
{
    g_autoptr(Message) message = mail_fixture_parse("pgp-encrypted.eml");

    g_assert_cmpstr(message->protection, ==, "pgp-encrypted");
    g_assert_cmpstr(message->text, ==, "This message is encrypted (PGP). The original is kept.");
    g_assert_true(part(message, "2")->attachment);
    assert_protection("Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b\n\n--b\n\nx\n--b\n"
                      "Content-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN PGP SIGNATURE-----\n--b--\n",
                      "pgp-signed");
    assert_protection("Content-Type: multipart/signed; micalg=pgp-sha256; boundary=b\n\n--b\n\nx\n--b--\n", "pgp-signed");
    assert_protection("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n"
                      "--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n--b--\n",
                      "pgp-encrypted");
}

static void
test_inline_pgp(void)
{
    g_autoptr(Message) message = mail_text_parse("Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n"
                                                 "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n");

    g_assert_cmpstr(message->protection, ==, "pgp-signed");
    g_assert_nonnull(strstr(message->text, "\nHello\n"));
    assert_protection("Subject: x\n\nHi\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n", "pgp-encrypted");
    assert_protection("Subject: x\n\n> -----BEGIN PGP MESSAGE-----\n", NULL);
    assert_protection("Subject: x\n\nnothing\n", NULL);
}

/* What somebody forwarded was protected once; this mail is not. */
static void
test_embedded(void)
{
    assert_protection("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee\n--b\nContent-Type: message/rfc822\n\n"
                      "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=i\n\n--i\n\nx\n--i--\n--b--\n",
                      NULL);
}

/* Cut anywhere or changed anywhere, the walk ends inside its bytes. */
static void
test_hostile(void)
{
    static const char *const names[] = { "smime-signed-opaque.eml", "smime-signed-opaque-indefinite.eml" };

    for (gsize n = 0; n < G_N_ELEMENTS(names); n++) {
        gsize length, size;
        g_autofree char *mail = mail_fixture_bytes(names[n], &length);
        g_autoptr(GBytes) cms = message_part_content((const guint8 *) mail, length, "1", NULL, NULL);
        const guint8 *bytes = g_bytes_get_data(cms, &size);

        for (gsize i = 0; i < size; i++) {
            static const guint8 values[] = { 0, 0x24, 0x30, 0x80, 0x84, 0xff };
            g_autofree guint8 *cut = g_memdup2(bytes, i);
            GByteArray *content;

            (void) cms_read(cut, i, &content);
            g_clear_pointer(&content, g_byte_array_unref);
            for (gsize k = 0; k < sizeof values; k++) {
                g_autofree guint8 *changed = g_memdup2(bytes, size);

                changed[i] = values[k];
                (void) cms_read(changed, size, &content);
                g_clear_pointer(&content, g_byte_array_unref);
            }
        }
    }
}

/* A million opened elements: no recursion, no quadratic walk. */
static void
test_deep(void)
{
    static const guint8 begin[] = { 0x30, 0x80, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02, 0xa0, 0x80,
                                    0x30, 0x80, 0x02, 0x01, 0x01 };
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    GByteArray *content;

    g_byte_array_append(bytes, begin, sizeof begin);
    for (guint i = 0; i < 1000000; i++)
        g_byte_array_append(bytes, (const guint8 *) "\x31\x80", 2);
    g_assert_cmpint(cms_read(bytes->data, bytes->len, &content), ==, CMS_SIGNED);
    g_assert_null(content);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_data_func("/protection/smime/signed-in-one-piece", "smime-signed-opaque.eml", test_opaque);
    g_test_add_data_func("/protection/smime/signed-in-pieces", "smime-signed-opaque-indefinite.eml", test_opaque);
    g_test_add_func("/protection/smime/signed-in-the-clear", test_clear);
    g_test_add_func("/protection/smime/encrypted-says-so", test_encrypted);
    g_test_add_func("/protection/pgp/mime", test_pgp_mime);
    g_test_add_func("/protection/pgp/armour-in-the-text", test_inline_pgp);
    g_test_add_func("/protection/forwarded-is-not-ours", test_embedded);
    g_test_add_func("/protection/cms/cut-or-changed-anywhere", test_hostile);
    g_test_add_func("/protection/cms/elements-without-end", test_deep);
    return g_test_run();
}
