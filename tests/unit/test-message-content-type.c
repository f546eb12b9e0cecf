#include <string.h>

#include "mail-fixture.h"
#include "message/content-type-private.h"
#include "tap.h"

#define BYTES(text) (const guint8 *) (text), sizeof(text) - 1

static void
assert_type(const guint8 *bytes, gsize length, const char *type)
{
    /* In a block of its own size, so that the sanitizer sees every octet too far. */
    g_autofree guint8 *copy = g_memdup2(bytes, length);

    g_assert_cmpstr(content_type_detect(copy, length), ==, type);
}

static void
test_magic(void)
{
    assert_type(BYTES("%PDF-1.7\n"), "application/pdf");
    assert_type(BYTES("\x89PNG\r\n\x1a\n...."), "image/png");
    assert_type(BYTES("\xff\xd8\xff\xe0..JFIF"), "image/jpeg");
    assert_type(BYTES("GIF89a\1\0\1\0"), "image/gif");
    assert_type(BYTES("RIFF\0\0\0\0WEBPVP8 "), "image/webp");
    assert_type(BYTES("RIFF\0\0\0\0WAVEfmt "), "audio/wav");
    assert_type(BYTES("II*\0\x08\0\0\0"), "image/tiff");
    assert_type(BYTES("\0\0\0\x18" "ftypheic\0\0\0\0mif1"), "image/heic");
    assert_type(BYTES("\0\0\0\x18" "ftypisom\0\0\0\0"), "video/mp4");
    assert_type(BYTES("\x1f\x8b\x08\0\0\0"), "application/gzip");
    assert_type(BYTES("BZh91AY&SY"), "application/x-bzip2");
    assert_type(BYTES("7z\xbc\xaf\x27\x1c\0\4"), "application/x-7z-compressed");
    assert_type(BYTES("Rar!\x1a\x07\1\0"), "application/vnd.rar");
    assert_type(BYTES("{\\rtf1\\ansi x}"), "application/rtf");
    assert_type(BYTES("SQLite format 3\0\x10\0"), "application/vnd.sqlite3");
    assert_type(BYTES("OggS\0\2\0\0OpusHead"), "audio/ogg");
    assert_type(BYTES("OggS\0\2\0\0\x80theora"), "video/ogg");
    assert_type(BYTES("ID3\3\0\0"), "audio/mpeg");
    assert_type(BYTES("\xff\xfb\x90\0\0\0"), "audio/mpeg");
    assert_type(BYTES("\x7f" "ELF\2\1\1\0"), "application/x-executable");
    assert_type(BYTES("MZ\x90\0\3\0\0\0"), "application/x-dosexec");
    assert_type(BYTES("BM\x36\0\0\0\0\0"), "image/bmp");
    assert_type(BYTES("\x78\x9f\x3e\x22\1\0"), "application/ms-tnef");
    assert_type(BYTES("\x30\x82\1\0\6\x09\x2a\x86\x48\x86\xf7\x0d\1\7\2\xa0\x82\1\0\x30\0\0\0\0\0\0\0\0\0\0\0\0\0"),
                "application/pkcs7-mime");
}

static void
test_tar(void)
{
    guint8 block[512] = "name";

    memcpy(block + 257, "ustar", 5);
    assert_type(block, sizeof block, "application/x-tar");
    assert_type(block, 260, NULL);
}

static void
test_text(void)
{
    assert_type(BYTES("just words\r\n"), "text/plain");
    assert_type(BYTES("\xef\xbb\xbf\xce\xb1\xce\xb2"), "text/plain");
    assert_type(BYTES("\xff\xfe" "a\0b\0"), "text/plain");
    assert_type(BYTES("BM is a name, and MZ too"), "text/plain");
    assert_type(BYTES("  <!DOCTYPE HTML><title>x"), "text/html");
    assert_type(BYTES("<?xml version='1.0'?><!-- x --><svg/>"), "image/svg+xml");
    assert_type(BYTES("<?xml version='1.0'?><invoice/>"), "application/xml");
    assert_type(BYTES("BEGIN:VCARD\r\nVERSION:3.0"), "text/vcard");
    assert_type(BYTES("BEGIN:VCALENDAR\r\n"), "text/calendar");
    assert_type(BYTES("Received: by x\r\n with y\r\nSubject: z\r\n\r\n"), "message/rfc822");
    assert_type(BYTES("From a@b Mon Jan\nDate: x\nTo: y\n"), "message/rfc822");
    assert_type(BYTES("Subject: alone\n\nDate: not a field\n"), "text/plain");
    assert_type(BYTES("From "), "text/plain");
    assert_type(BYTES("-----BEGIN PGP SIGNATURE-----\n"), "application/pgp-signature");
    assert_type(BYTES(" "), "text/plain");
}

static void
test_nothing(void)
{
    assert_type(BYTES(""), NULL);
    assert_type(BYTES("\0\1\2\3\4"), NULL);
    assert_type(BYTES("caf\xe9 au lait"), NULL);
    assert_type(BYTES("P"), "text/plain");
}

static void
add_u16(GByteArray *to, guint value)
{
    const guint8 bytes[] = { (guint8) value, (guint8) (value >> 8) };

    g_byte_array_append(to, bytes, sizeof bytes);
}

static void
add_text(GByteArray *to, const char *text)
{
    g_byte_array_append(to, (const guint8 *) text, (guint) strlen(text));
}

static void
add_zeros(GByteArray *to, guint count)
{
    g_byte_array_set_size(to, to->len + count);
    memset(to->data + to->len - count, 0, count);
}

/* An archive of empty files with these names. */
static GByteArray *
zip(const char *const *names, const char *content_of_first)
{
    GByteArray *file = g_byte_array_new();
    guint directory;

    for (gsize i = 0; names[i] != NULL; i++) {
        add_text(file, "PK\3\4");
        add_zeros(file, 22);
        add_u16(file, (guint) strlen(names[i]));
        add_u16(file, 0);
        add_text(file, names[i]);
        if (i == 0)
            add_text(file, content_of_first);
    }
    directory = file->len;
    for (gsize i = 0; names[i] != NULL; i++) {
        add_text(file, "PK\1\2");
        add_zeros(file, 24);
        add_u16(file, (guint) strlen(names[i]));
        add_zeros(file, 16);
        add_text(file, names[i]);
    }
    add_text(file, "PK\5\6");
    add_zeros(file, 12);
    add_u16(file, directory);
    add_zeros(file, 4);
    return file;
}

static void
assert_zip(const char *const *names, const char *content, const char *type)
{
    g_autoptr(GByteArray) file = zip(names, content);

    assert_type(file->data, file->len, type);
    for (guint cut = 0; cut < file->len; cut++)
        (void) content_type_detect(file->data, cut);
}

static void
test_zip(void)
{
    assert_zip((const char *const[]) { "[Content_Types].xml", "_rels/.rels", "word/document.xml", NULL }, "",
               "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    assert_zip((const char *const[]) { "[Content_Types].xml", "word/document.xml", "word/vbaProject.bin", NULL }, "",
               "application/vnd.ms-word.document.macroEnabled.12");
    assert_zip((const char *const[]) { "[Content_Types].xml", "xl/workbook.xml", NULL }, "",
               "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    assert_zip((const char *const[]) { "mimetype", "content.xml", NULL }, "application/vnd.oasis.opendocument.text",
               "application/vnd.oasis.opendocument.text");
    assert_zip((const char *const[]) { "META-INF/MANIFEST.MF", "a.class", NULL }, "", "application/java-archive");
    assert_zip((const char *const[]) { "photos/1.jpg", "wordy.txt", NULL }, "", "application/zip");
    assert_type(BYTES("PK\3\4"), "application/zip");
}

/* A file of four sectors: header, allocation table, directory in sectors 1 and 2. */
static void
test_ole(void)
{
    guint8 file[2048] = { 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1 };
    static const char name[] = "WordDocument";
    guint8 *entry = file + 1536 + 128;

    file[30] = 9;
    file[48] = 1;
    file[512 + 4] = 2;
    for (gsize i = 0; i < sizeof name; i++)
        entry[2 * i] = (guint8) name[i];
    entry[64] = 2 * sizeof name;
    assert_type(file, sizeof file, "application/msword");
    for (gsize cut = 8; cut < sizeof file; cut++)
        assert_type(file, cut, "application/x-ole-storage");
    /* A directory that goes round in circles ends. */
    file[512 + 4] = 1;
    assert_type(file, sizeof file, "application/x-ole-storage");
}

static void
test_vague(void)
{
    g_assert_true(content_type_is_vague(NULL));
    g_assert_true(content_type_is_vague("application/octet-stream"));
    g_assert_true(content_type_is_vague("pdf"));
    g_assert_true(content_type_is_vague("application/"));
    g_assert_false(content_type_is_vague("application/pdf"));
    g_assert_false(content_type_is_vague("text/plain"));
}

/* The label stays what it was; only a label that says nothing is looked behind. */
static void
test_in_a_mail(void)
{
    g_autoptr(Message) message = mail_text_parse(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n"
        "--b\nContent-Type: application/octet-stream; name=report\n\n%PDF-1.4\n"
        "--b\nContent-Type: image/png; name=x.png\n\n%PDF-1.4\n"
        "--b\nContent-Type: application/octet-stream; name=y\n\n\1\2\3\n--b--\n");
    const MessagePart *vague = message->parts->pdata[2];
    const MessagePart *wrong = message->parts->pdata[3];
    const MessagePart *unknown = message->parts->pdata[4];

    g_assert_cmpstr(vague->type, ==, "application/octet-stream");
    g_assert_cmpstr(vague->detected_type, ==, "application/pdf");
    g_assert_cmpstr(wrong->type, ==, "image/png");
    g_assert_null(wrong->detected_type);
    g_assert_null(unknown->detected_type);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/content-type/first-octets", test_magic);
    g_test_add_func("/content-type/octets-at-a-place", test_tar);
    g_test_add_func("/content-type/text-by-its-first-words", test_text);
    g_test_add_func("/content-type/what-does-not-say-is-not-guessed", test_nothing);
    g_test_add_func("/content-type/zip-by-the-names-inside", test_zip);
    g_test_add_func("/content-type/ole-by-its-directory", test_ole);
    g_test_add_func("/content-type/labels-that-say-nothing", test_vague);
    g_test_add_func("/content-type/only-a-vague-label-is-looked-behind", test_in_a_mail);
    return g_test_run();
}
