#include "message/tnef-private.h"

#include <config.h>

#include "message/unpack-private.h"

#ifdef HAVE_YTNEF

#include <stdio.h>
#include <string.h>
#include <ytnef.h>

#include "base/text.h"
#include "message/charset-private.h"
#include "message/filename-private.h"
#include "message/rtf-private.h"

/* Properties by number ([MS-OXPROPS]). */
enum {
    PROPERTY_BODY = 0x1000, PROPERTY_RTF = 0x1009, PROPERTY_HTML = 0x1013, PROPERTY_HTML_PAGE = 0x3fde,
    PROPERTY_NAME = 0x3001, PROPERTY_DATA = 0x3701, PROPERTY_FILENAME = 0x3704, PROPERTY_LONG_FILENAME = 0x3707,
    PROPERTY_TYPE = 0x370e, PROPERTY_CONTENT_ID = 0x3712,
};
#define OBJECT_ID 16u     /* octets before an embedded object: what it is */

static char *
page_text(const guint8 *bytes, gsize length, guint page)
{
    g_autofree char *name = page == 65001 ? g_strdup("utf-8") : page >= 932 && page <= 950 ? g_strdup_printf("cp%u", page)
                          : g_strdup_printf("windows-%u", page != 0 ? page : 1252);
    gboolean guessed = FALSE;
    gsize used = strnlen((const char *) bytes, length);

    return charset_to_utf8(bytes, used, name, &guessed);
}

static char *
wide_text(const guint8 *bytes, gsize length)
{
    gboolean guessed = FALSE;

    while (length >= 2 && bytes[length - 1] == 0 && bytes[length - 2] == 0)
        length -= 2;
    return charset_to_utf8(bytes, length & ~(gsize) 1, "utf-16le", &guessed);
}

static const variableLength *
property(const MAPIProps *properties, guint number, guint type)
{
    for (guint i = 0; i < properties->count; i++) {
        const MAPIProperty *one = &properties->properties[i];

        if (one->id == (number << 16 | type) && one->count == 1 && one->data->data != NULL && one->data->size > 0)
            return one->data;
    }
    return NULL;
}

static char *
property_text(const MAPIProps *properties, guint number, guint page)
{
    const variableLength *wide = property(properties, number, TNEF_CHARACTERS_16);
    const variableLength *narrow = property(properties, number, TNEF_CHARACTERS_8);

    if (wide != NULL)
        return wide_text(wide->data, (gsize) wide->size);
    return narrow != NULL ? page_text(narrow->data, (gsize) narrow->size, page) : NULL;
}

static char *
clean_property(const Attachment *attachment, guint number, guint page)
{
    g_autofree char *name = property_text(&attachment->MAPI, number, page);

    return name != NULL ? filename_clean(name) : NULL;
}

/* The long name; what an embedded mail is called; the short name of DOS times. */
static char *
file_name(const Attachment *attachment, guint page)
{
    gboolean object = property(&attachment->MAPI, PROPERTY_DATA, TNEF_CHARACTERS_16) != NULL;
    char *name = clean_property(attachment, PROPERTY_LONG_FILENAME, page);

    if (name == NULL && object)
        name = clean_property(attachment, PROPERTY_NAME, page);
    if (name == NULL && attachment->Title.data != NULL) {
        g_autofree char *title = page_text(attachment->Title.data, (gsize) attachment->Title.size, page);

        name = filename_clean(title);
    }
    if (name == NULL)
        name = clean_property(attachment, PROPERTY_FILENAME, page);
    return name != NULL ? name : clean_property(attachment, PROPERTY_NAME, page);
}

/* "type/subtype" in lower case, or NULL: what stands there is no more to be trusted than any label. */
static char *
file_type(const Attachment *attachment, guint page)
{
    g_autofree char *label = property_text(&attachment->MAPI, PROPERTY_TYPE, page);
    g_autofree char *lower = label != NULL ? g_ascii_strdown(label, -1) : NULL;

    if (lower == NULL || strlen(lower) > 100 || strchr(lower, '/') == NULL ||
        lower[strspn(lower, "abcdefghijklmnopqrstuvwxyz0123456789/.+-_")] != '\0')
        return NULL;
    return g_steal_pointer(&lower);
}

static char *
content_id(const Attachment *attachment, guint page)
{
    g_autofree char *raw = property_text(&attachment->MAPI, PROPERTY_CONTENT_ID, page);
    g_autofree char *id = raw != NULL ? text_cut(g_strstrip(raw), 998) : NULL;

    return id != NULL && *id != '\0' && !text_has_control(id) ? g_steal_pointer(&id) : NULL;
}

/* An embedded object is a mail of Outlook's as TNEF, or an OLE file, behind its id. */
static GBytes *
file_content(const Attachment *attachment)
{
    const variableLength *data = property(&attachment->MAPI, PROPERTY_DATA, TNEF_BINARY);
    const variableLength *object = property(&attachment->MAPI, PROPERTY_DATA, TNEF_CHARACTERS_16);

    if (attachment->FileData.data != NULL && object == NULL)
        return g_bytes_new(attachment->FileData.data, (gsize) attachment->FileData.size);
    if (data != NULL)
        return g_bytes_new(data->data, (gsize) data->size);
    if (object != NULL && (gsize) object->size > OBJECT_ID)
        return g_bytes_new(object->data + OBJECT_ID, (gsize) object->size - OBJECT_ID);
    return g_bytes_new(NULL, 0);
}

static void
add_files(const TNEFStruct *tnef, guint page, GPtrArray *files)
{
    for (const Attachment *attachment = tnef->starting_attach.next; attachment != NULL; attachment = attachment->next) {
        UnpackedFile *file = g_new0(UnpackedFile, 1);

        file->filename = file_name(attachment, page);
        file->type = file_type(attachment, page);
        file->content_id = content_id(attachment, page);
        file->content = file_content(attachment);
        g_ptr_array_add(files, file);
    }
}

static void
add_body(GPtrArray *files, char *text, gboolean html)
{
    UnpackedFile *file = g_new0(UnpackedFile, 1);

    file->type = g_strdup(html ? "text/html" : "text/plain");
    file->charset = g_strdup("utf-8");
    file->content = g_bytes_new_take(text, strlen(text));
    file->body = TRUE;
    g_ptr_array_add(files, file);
}

static char *
rtf_body(const TNEFStruct *tnef, gboolean *html_out)
{
    const variableLength *compressed = property(&tnef->MapiProperties, PROPERTY_RTF, TNEF_BINARY);
    g_autoptr(GByteArray) rtf = compressed != NULL ? rtf_decompress(compressed->data, (gsize) compressed->size) : NULL;

    return rtf != NULL ? rtf_read(rtf->data, rtf->len, html_out) : NULL;
}

static char *
html_body(const TNEFStruct *tnef, guint page)
{
    const variableLength *html = property(&tnef->MapiProperties, PROPERTY_HTML, TNEF_BINARY);
    const variableLength *stated = property(&tnef->MapiProperties, PROPERTY_HTML_PAGE, 0x0003);

    if (html == NULL)
        return property_text(&tnef->MapiProperties, PROPERTY_HTML, page);
    if (stated != NULL && stated->size >= 4)
        page = stated->data[0] | (guint) stated->data[1] << 8;
    return page_text(html->data, (gsize) html->size, page);
}

static gboolean
is_blank(const char *text)
{
    return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

/* Plain text if there is any, as in a multipart/alternative; else HTML, stated or inside the RTF; else the RTF's text. */
static void
add_bodies(const TNEFStruct *tnef, guint page, GPtrArray *files)
{
    gboolean html = FALSE;
    char *text = property_text(&tnef->MapiProperties, PROPERTY_BODY, page);

    if (is_blank(text) && tnef->body.data != NULL) {
        g_free(text);
        text = page_text(tnef->body.data, (gsize) tnef->body.size, page);
    }
    if (is_blank(text)) {
        g_free(text);
        text = html_body(tnef, page);
        html = TRUE;
    }
    if (is_blank(text)) {
        g_free(text);
        text = rtf_body(tnef, &html);
    }
    if (is_blank(text))
        g_free(text);
    else
        add_body(files, text, html);
}

static guint
code_page(const TNEFStruct *tnef)
{
    if (tnef->CodePage.data == NULL || tnef->CodePage.size < 2)
        return 0;
    return tnef->CodePage.data[0] | (guint) tnef->CodePage.data[1] << 8;
}

GPtrArray *
tnef_unpack(const guint8 *bytes, gsize length, const char **why_out)
{
    g_autoptr(GByteArray) stream = tnef_filter(bytes, length, why_out);
    GPtrArray *files = NULL;
    TNEFStruct tnef;

    if (stream == NULL)
        return NULL;
    memset(&tnef, 0, sizeof tnef);
    TNEFInitialize(&tnef);
    if (TNEFParseMemory(stream->data, (long) stream->len, &tnef) >= 0) {
        files = g_ptr_array_new_with_free_func((GDestroyNotify) unpacked_file_free);
        add_files(&tnef, code_page(&tnef), files);
        add_bodies(&tnef, code_page(&tnef), files);
    } else {
        *why_out = "libytnef refuses it";
    }
    TNEFFree(&tnef);
    return files;
}

#else

GPtrArray *
tnef_unpack(G_GNUC_UNUSED const guint8 *bytes, G_GNUC_UNUSED gsize length, const char **why_out)
{
    *why_out = "this mailgw is built without libytnef";
    return NULL;
}

#endif
