/* What is opened inside a part: winmail.dat, its RTF, and signed data of S/MIME; all of them, whatever the bytes look like. */
#include "check.h"

#include "message/cms-private.h"
#include "message/rtf-private.h"
#include "message/tnef-private.h"
#include "message/unpack-private.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length);

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *argc, G_GNUC_UNUSED char ***argv)
{
    message_init();
    return 0;
}

static void
check_files(const GPtrArray *files)
{
    for (guint i = 0; files != NULL && i < files->len; i++) {
        const UnpackedFile *file = files->pdata[i];

        check_text_or_null(file->type);
        check_text_or_null(file->charset);
        check_text_or_null(file->filename);
        check_text_or_null(file->content_id);
        g_assert(file->content != NULL);
    }
}

static void
check_rtf(const guint8 *bytes, gsize length)
{
    g_autoptr(GByteArray) unpacked = rtf_decompress(bytes, length);
    gboolean html = FALSE;
    g_autofree char *plain = rtf_read(bytes, length, &html);

    check_text(plain);
    if (unpacked != NULL) {
        g_autofree char *text = rtf_read(unpacked->data, unpacked->len, &html);

        check_text(text);
    }
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length)
{
    const char *why = NULL;
    g_autoptr(GPtrArray) files = tnef_unpack(bytes, length, &why);
    g_autoptr(GByteArray) content = NULL;

    check_files(files);
    check_text_or_null(why);
    check_rtf(bytes, length);
    g_assert((gsize) cms_read(bytes, length, &content) <= CMS_OTHER);
    return 0;
}
