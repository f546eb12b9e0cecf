/*
 * mail-fixture.h - the mails of tests/mail, parsed
 */
#pragma once

#include <glib.h>

#include "message/message.h"

static inline char *
mail_fixture_bytes(const char *name, gsize *length_out)
{
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "mail", name, NULL);
    char *bytes = NULL;

    if (!g_file_get_contents(path, &bytes, length_out, NULL))
        g_error("no mail %s", path);
    return bytes;
}

static inline Message *
mail_fixture_parse(const char *name)
{
    static const MessageOptions options = { .queue = "support", .authserv_id = "mx.example.com" };
    gsize length;
    g_autofree char *bytes = mail_fixture_bytes(name, &length);

    return message_parse((const guint8 *) bytes, length, &options);
}

static inline Message *
mail_text_parse(const char *text)
{
    static const MessageOptions options = { .queue = "support", .authserv_id = "mx.example.com" };

    return message_parse((const guint8 *) text, strlen(text), &options);
}
