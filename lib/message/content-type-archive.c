#include "message/content-type-private.h"

#include <string.h>

#define MAX_ENTRIES 4096     /* of a directory that are looked at */
#define ZIP_END     22       /* octets of the end record without its comment (APPNOTE 4.3.16) */
#define ZIP_ENTRY   46       /* of an entry of the central directory (4.3.12) */
#define ZIP_LOCAL   30       /* of the header before a file (4.3.7) */

typedef struct {
    const char *name;      /* of an entry; one that ends in "/" stands for what is in that folder */
    const char *type;
} EntryType;

/* The first line that fits any entry decides, so what is special stands before what is general. */
static const EntryType zip_types[] = {
    { "word/vbaProject.bin", "application/vnd.ms-word.document.macroEnabled.12" },
    { "xl/vbaProject.bin", "application/vnd.ms-excel.sheet.macroEnabled.12" },
    { "ppt/vbaProject.bin", "application/vnd.ms-powerpoint.presentation.macroEnabled.12" },
    { "xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.12" },
    { "word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
    { "xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
    { "ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
    { "visio/", "application/vnd.ms-visio.drawing" },
    { "AndroidManifest.xml", "application/vnd.android.package-archive" },
    { "META-INF/MANIFEST.MF", "application/java-archive" },
    { "doc.kml", "application/vnd.google-earth.kmz" },
};

/* The content of the entry "mimetype" (ODF 1.2, part 3, 3.3; EPUB OCF), which stands first and is not compressed. */
static const char *const stated_types[] = {
    "application/vnd.oasis.opendocument.text-template", "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet-template", "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation-template", "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.graphics", "application/vnd.oasis.opendocument.formula",
    "application/epub+zip",
};

static const EntryType ole_types[] = {
    { "WordDocument", "application/msword" },
    { "Workbook", "application/vnd.ms-excel" },
    { "Book", "application/vnd.ms-excel" },
    { "PowerPoint Document", "application/vnd.ms-powerpoint" },
    { "VisioDocument", "application/vnd.visio" },
    { "__properties_version1.0", "application/vnd.ms-outlook" },
    { "__nameid_version1.0", "application/vnd.ms-outlook" },
    { "EncryptedPackage", "application/x-ole-encrypted-package" },
    { "Quill", "application/x-mspublisher" },
};

static guint16
get_u16(const guint8 *bytes)
{
    return (guint16) (bytes[0] | bytes[1] << 8);
}

static guint32
get_u32(const guint8 *bytes)
{
    return get_u16(bytes) | (guint32) get_u16(bytes + 2) << 16;
}

static void
note_zip_entry(const guint8 *name, gsize length, gsize *best)
{
    for (gsize i = 0; i < *best; i++) {
        gsize known = strlen(zip_types[i].name);
        gboolean folder = zip_types[i].name[known - 1] == '/';

        if ((folder ? length > known : length == known) && memcmp(name, zip_types[i].name, known) == 0)
            *best = i;
    }
}

static const char *
stated_type(const guint8 *bytes, gsize length)
{
    const guint8 *content = bytes + ZIP_LOCAL + 8;

    if (length < ZIP_LOCAL + 8 || get_u16(bytes + 26) != 8 || get_u16(bytes + 28) != 0 ||
        memcmp(bytes + ZIP_LOCAL, "mimetype", 8) != 0)
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(stated_types); i++) {
        gsize known = strlen(stated_types[i]);

        if (length - ZIP_LOCAL - 8 >= known && memcmp(content, stated_types[i], known) == 0)
            return stated_types[i];
    }
    return NULL;
}

/* Where the central directory begins, by the record at the end of the file; length if there is none. */
static gsize
zip_directory(const guint8 *bytes, gsize length)
{
    gsize least = length > ZIP_END + G_MAXUINT16 ? length - ZIP_END - G_MAXUINT16 : 0;

    for (gsize at = length >= ZIP_END ? length - ZIP_END + 1 : 0; at > least; at--) {
        const guint8 *record = bytes + at - 1;

        if (record[0] == 'P' && memcmp(record, "PK\5\6", 4) == 0)
            return MIN(get_u32(record + 16), length);
    }
    return length;
}

const char *
content_type_of_zip(const guint8 *bytes, gsize length)
{
    const char *stated = stated_type(bytes, length);
    gsize at = zip_directory(bytes, length);
    gsize best = G_N_ELEMENTS(zip_types);

    if (stated != NULL)
        return stated;
    for (guint i = 0; i < MAX_ENTRIES && length - at >= ZIP_ENTRY && memcmp(bytes + at, "PK\1\2", 4) == 0; i++) {
        gsize name = get_u16(bytes + at + 28);
        gsize entry = ZIP_ENTRY + name + get_u16(bytes + at + 30) + get_u16(bytes + at + 32);

        if (entry > length - at)
            break;
        note_zip_entry(bytes + at + ZIP_ENTRY, name, &best);
        at += entry;
    }
    /* Cut off, or with its directory elsewhere: the first file says something too. */
    if (best == G_N_ELEMENTS(zip_types) && length > ZIP_LOCAL && get_u16(bytes + 26) <= length - ZIP_LOCAL)
        note_zip_entry(bytes + ZIP_LOCAL, get_u16(bytes + 26), &best);
    return best < G_N_ELEMENTS(zip_types) ? zip_types[best].type : "application/zip";
}

/* A name in the directory of an OLE file: UTF-16 little-endian, its length in octets with the final NUL ([MS-CFB] 2.6.1). */
static const char *
ole_entry_type(const guint8 *entry)
{
    gsize length = get_u16(entry + 64) / 2u;
    char name[33];

    if (length == 0 || length > 32)
        return NULL;
    for (gsize i = 0; i < length; i++)
        name[i] = entry[2 * i + 1] == 0 ? (char) entry[2 * i] : '?';
    name[length] = '\0';
    for (gsize i = 0; i < G_N_ELEMENTS(ole_types); i++) {
        if (strcmp(name, ole_types[i].name) == 0)
            return ole_types[i].type;
    }
    return NULL;
}

/* The sector after this one, by the allocation table, whose own first 109 sectors stand in the header ([MS-CFB] 2.3). */
static guint32
ole_next(const guint8 *bytes, gsize length, guint32 sector, gsize size)
{
    gsize slot = sector / (size / 4);
    guint64 at;

    if (slot >= 109)
        return G_MAXUINT32;
    at = ((guint64) get_u32(bytes + 76 + 4 * slot) + 1) * size + 4 * (sector % (size / 4));
    return at + 4 <= length ? get_u32(bytes + at) : G_MAXUINT32;
}

const char *
content_type_of_ole(const guint8 *bytes, gsize length)
{
    gsize size;
    guint32 sector;

    if (length < 512)
        return "application/x-ole-storage";
    size = get_u16(bytes + 30) == 12 ? 4096 : 512;
    sector = get_u32(bytes + 48);
    for (guint i = 0; i < MAX_ENTRIES / 4; i++) {
        guint64 at = ((guint64) sector + 1) * size;

        if (at + size > length)
            break;
        for (gsize entry = 0; entry < size; entry += 128) {
            const char *type = ole_entry_type(bytes + at + entry);

            if (type != NULL)
                return type;
        }
        sector = ole_next(bytes, length, sector, size);
    }
    return "application/x-ole-storage";
}
