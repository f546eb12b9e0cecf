#define _GNU_SOURCE   /* memmem() */
#include "message/content-type-private.h"

#include <string.h>

/* A file of this kind has these octets at this place. */
typedef struct {
    gsize       offset;
    const char *magic;
    gsize       magic_length;
    const char *type;
} Magic;

#define AT(offset, magic, type) { offset, magic, sizeof(magic) - 1, type }

/* In order: where two fit, the longer stands first. None of these begins a text by accident. */
static const Magic magics[] = {
    AT(0, "%PDF-", "application/pdf"),
    AT(0, "\x89PNG\r\n\x1a\n", "image/png"),
    AT(0, "\xff\xd8\xff", "image/jpeg"),
    AT(0, "GIF87a", "image/gif"),
    AT(0, "GIF89a", "image/gif"),
    AT(0, "II*\0", "image/tiff"),
    AT(0, "MM\0*", "image/tiff"),
    AT(0, "\0\0\1\0", "image/vnd.microsoft.icon"),
    AT(0, "8BPS\0", "image/vnd.adobe.photoshop"),
    AT(0, "\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    AT(0, "\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    AT(0, "\xd7\xcd\xc6\x9a", "image/wmf"),
    AT(40, " EMF\0\0", "image/emf"),
    AT(0, "AT&TFORM", "image/vnd.djvu"),
    AT(0, "AC10", "image/vnd.dwg"),
    AT(0, "{\\rtf", "application/rtf"),
    AT(0, "%!PS", "application/postscript"),
    AT(0, "\x1f\x8b\x08", "application/gzip"),
    AT(0, "BZh", "application/x-bzip2"),
    AT(0, "\xfd" "7zXZ\0", "application/x-xz"),
    AT(0, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    AT(0, "Rar!\x1a\x07", "application/vnd.rar"),
    AT(0, "\x28\xb5\x2f\xfd", "application/zstd"),
    AT(0, "\x04\x22\x4d\x18", "application/x-lz4"),
    AT(0, "\x1f\x9d", "application/x-compress"),
    AT(0, "MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
    AT(7, "**ACE**", "application/x-ace-compressed"),
    AT(2, "-lh5-", "application/x-lzh-compressed"),
    AT(257, "ustar", "application/x-tar"),
    AT(32769, "CD001", "application/x-iso9660-image"),
    AT(0, "!<arch>\ndebian", "application/vnd.debian.binary-package"),
    AT(0, "\xed\xab\xee\xdb", "application/x-rpm"),
    AT(0, "\x7f" "ELF", "application/x-executable"),
    AT(0, "\xce\xfa\xed\xfe", "application/x-mach-binary"),
    AT(0, "\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    AT(0, "\xca\xfe\xba\xbe\0\0\0", "application/java-vm"),
    AT(0, "L\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut"),
    AT(0, "ITSF\3\0\0\0", "application/vnd.ms-htmlhelp"),
    AT(0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "application/onenote"),
    AT(0, "!BDN", "application/vnd.ms-outlook-pst"),
    AT(0, "\x78\x9f\x3e\x22", "application/ms-tnef"),
    AT(0, "SQLite format 3\0", "application/vnd.sqlite3"),
    AT(4, "Standard Jet DB", "application/x-msaccess"),
    AT(4, "Standard ACE DB", "application/x-msaccess"),
    AT(0, "ID3", "audio/mpeg"),
    AT(0, "fLaC\0", "audio/flac"),
    AT(0, "#!AMR", "audio/amr"),
    AT(0, "MThd\0\0\0\6", "audio/midi"),
    AT(0, "FLV\1", "video/x-flv"),
    AT(0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    AT(0, "\0\0\1\xba", "video/mpeg"),
    AT(0, "\0\0\1\xb3", "video/mpeg"),
    AT(0, "CWS", "application/x-shockwave-flash"),
    AT(0, "wOFF", "font/woff"),
    AT(0, "wOF2", "font/woff2"),
    AT(0, "OTTO\0", "font/otf"),
    AT(0, "\0\1\0\0\0", "font/ttf"),
    AT(8, "WEBP", "image/webp"),
    AT(8, "WAVE", "audio/wav"),
    AT(8, "AVI ", "video/x-msvideo"),
    AT(0, "OggS\0", "audio/ogg"),
};

/* Two octets only: asked when the bytes are no text. */
static const Magic weak_magics[] = {
    AT(0, "MZ", "application/x-dosexec"),
    AT(0, "BM", "image/bmp"),
    AT(0, "\xff\xfb", "audio/mpeg"),
    AT(0, "\xff\xf3", "audio/mpeg"),
    AT(0, "\xff\xf2", "audio/mpeg"),
    AT(0, "\xff\xf1", "audio/aac"),
    AT(0, "\xff\xf9", "audio/aac"),
};

/* ISO base media (ISO/IEC 14496-12, 4.3): the brand says who wrote it and so what is inside. */
static const Magic brands[] = {
    AT(8, "heic", "image/heic"), AT(8, "heix", "image/heic"), AT(8, "heim", "image/heic"), AT(8, "heis", "image/heic"),
    AT(8, "hevc", "image/heic-sequence"), AT(8, "mif1", "image/heif"), AT(8, "msf1", "image/heif-sequence"),
    AT(8, "avif", "image/avif"), AT(8, "avis", "image/avif"), AT(8, "qt  ", "video/quicktime"),
    AT(8, "M4A ", "audio/mp4"), AT(8, "M4B ", "audio/mp4"), AT(8, "3gp", "video/3gpp"), AT(8, "3g2", "video/3gpp2"),
    AT(4, "ftyp", "video/mp4"),
};

static gboolean
stands_at(const guint8 *bytes, gsize length, gsize offset, const char *magic, gsize magic_length)
{
    return length >= offset + magic_length && memcmp(bytes + offset, magic, magic_length) == 0;
}

static const char *
look_up(const Magic *table, gsize entries, const guint8 *bytes, gsize length)
{
    for (gsize i = 0; i < entries; i++) {
        if (stands_at(bytes, length, table[i].offset, table[i].magic, table[i].magic_length))
            return table[i].type;
    }
    return NULL;
}

static gboolean
holds(const guint8 *bytes, gsize length, gsize within, const char *word)
{
    return memmem(bytes, MIN(length, within), word, strlen(word)) != NULL;
}

/* CMS (RFC 5652) in DER or BER: a SEQUENCE that begins with an OID of PKCS #7. */
static const char *
cms_type(const guint8 *bytes, gsize length)
{
    static const char oid[] = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07";

    if (length < 32 || bytes[0] != 0x30 || memmem(bytes + 2, 14, oid, sizeof oid - 1) == NULL)
        return NULL;
    return "application/pkcs7-mime";
}

const char *
content_type_detect(const guint8 *bytes, gsize length)
{
    const char *type = NULL;

    if (length == 0)
        return NULL;
    if (stands_at(bytes, length, 0, "PK\3\4", 4) || stands_at(bytes, length, 0, "PK\5\6", 4))
        return content_type_of_zip(bytes, length);
    if (stands_at(bytes, length, 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8))
        return content_type_of_ole(bytes, length);
    if (stands_at(bytes, length, 4, "ftyp", 4))
        return look_up(brands, G_N_ELEMENTS(brands), bytes, length);
    if (stands_at(bytes, length, 0, "\x1a\x45\xdf\xa3", 4))
        return holds(bytes, length, 64, "webm") ? "video/webm" : "video/x-matroska";
    type = look_up(magics, G_N_ELEMENTS(magics), bytes, length);
    if (type != NULL && strcmp(type, "audio/ogg") == 0 && holds(bytes, length, 128, "theora"))
        return "video/ogg";
    if (type == NULL)
        type = content_type_of_text(bytes, length);
    if (type == NULL)
        type = cms_type(bytes, length);
    if (type == NULL)
        type = look_up(weak_magics, G_N_ELEMENTS(weak_magics), bytes, length);
    return type;
}

gboolean
content_type_is_vague(const char *type)
{
    static const char *const vague[] = {
        "application/octet-stream", "application/octetstream", "application/octet", "application/x-octet-stream",
        "application/x-octetstream", "binary/octet-stream", "application/binary", "application/x-binary",
        "application/unknown", "application/x-unknown", "application/x-unknown-content-type", "unknown/unknown",
        "application/download", "application/x-download", "application/force-download", "application/x-force-download",
        "application/*", "*/*", "application/data", "application/file", "application/x-file", "application/attachment",
        "application/x-msdownload", "application/save-as",
    };
    const char *slash = type != NULL ? strchr(type, '/') : NULL;

    if (slash == NULL || slash == type || slash[1] == '\0' || strpbrk(type, " \t,;=<>@\"") != NULL)
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(vague); i++) {
        if (strcmp(type, vague[i]) == 0)
            return TRUE;
    }
    return FALSE;
}
