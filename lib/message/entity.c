#include "message/entity-private.h"

#include "message/header-reader-private.h"

static void
forget_view(gpointer view)
{
    (void) g_byte_array_free(view, FALSE);
}

GMimeObject *
entity_parse(const guint8 *bytes, gsize length)
{
    /* A view of the caller's bytes: neither GMime nor the array writes to them, and freeing the array leaves them. */
    GByteArray *view = g_byte_array_new_take((guint8 *) bytes, length);
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_byte_array(view);
    g_autoptr(GMimeParser) parser = NULL;
    GMimeObject *root;

    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
    parser = g_mime_parser_new_with_stream(stream);
    g_mime_parser_set_persist_stream(parser, TRUE);
    /* As a part, not as a message: of a message GMime would parse the address fields too, which the header reader does. */
    root = g_mime_parser_construct_part(parser, mime_options());
    if (root != NULL)
        g_object_set_data_full(G_OBJECT(root), "mailgw-view", view, forget_view);
    else
        forget_view(view);
    return root;
}

GBytes *
entity_bytes(GMimeObject *object)
{
    g_autoptr(GMimeStream) stream = g_mime_stream_mem_new();
    GByteArray *written;

    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
    (void) g_mime_object_write_to_stream(object, NULL, stream);
    written = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    return g_byte_array_free_to_bytes(written);
}
