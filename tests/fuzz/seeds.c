/*
 * seeds.c - the mails of tests/mail in the form that each fuzz target reads
 *
 *     seeds DIRECTORY FILE...
 *
 * writes DIRECTORY/TARGET/NAME: the mail itself, its header, its record, the text and HTML it was understood to have, and the
 * decoded bytes of its parts.
 */
#include <config.h>
#include <stdlib.h>
#include <string.h>

#include "message/field-scanner-private.h"
#include "message/message.h"
#include "message/part-content.h"
#include "message/record.h"

static const char *directory;

static void
write_seed(const char *target, const char *name, const void *bytes, gsize length)
{
    g_autofree char *folder = g_build_filename(directory, target, NULL);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GError) error = NULL;

    if (g_mkdir_with_parents(folder, 0700) != 0 || !g_file_set_contents(path, bytes, (gssize) length, &error))
        g_error("cannot write %s: %s", path, error != NULL ? error->message : "no directory");
}

/* With something before it that the target takes its choice from. */
static void
write_choice(const char *target, const char *name, const char *choice, gsize choice_length, const char *bytes, gsize length)
{
    g_autoptr(GByteArray) seed = g_byte_array_new();

    g_byte_array_append(seed, (const guint8 *) choice, (guint) choice_length);
    g_byte_array_append(seed, (const guint8 *) bytes, (guint) length);
    write_seed(target, name, seed->data, seed->len);
}

/* The decoded bytes of each part, for what reads parts. */
static void
write_parts(const char *name, const guint8 *mail, gsize length, const Message *message)
{
    static const char choices[] = { (char) 0x80, (char) 0x81, (char) 0x82, (char) 0x83 };

    for (guint i = 0; i < message->parts->len; i++) {
        const MessagePart *part = message->parts->pdata[i];
        g_autofree char *numbered = g_strdup_printf("%s.%u", name, i);
        g_autoptr(GBytes) content = part->leaf ? message_part_content(mail, length, part->part, NULL, NULL) : NULL;
        const char *bytes;
        gsize size;

        if (content == NULL)
            continue;
        bytes = g_bytes_get_data(content, &size);
        write_choice("report", numbered, &choices[i % sizeof choices], 1, bytes, size);
        write_choice("charset", numbered, "windows-1251\n", 13, bytes, size);
        write_choice("flowed", numbered, &choices[i % sizeof choices], 1, bytes, size);
        write_seed("unpack", numbered, bytes, size);
    }
}

static void
write_understood(const char *name, const guint8 *bytes, gsize length)
{
    static const MessageOptions options = { .queue = "support", .authserv_id = "mx.example.com" };
    g_autoptr(Message) message = message_parse(bytes, length, &options);
    g_autoptr(GByteArray) record = g_byte_array_new();

    message_record_write(message, record);
    write_seed("record", name, record->data, record->len);
    /* With its NUL and two hints behind it. */
    write_choice("spans", name, message->text, strlen(message->text), "\0\1\2\3\4", 5);
    write_parts(name, bytes, length, message);
    if (message->html != NULL)
        write_seed("html", name, message->html, strlen(message->html));
}

int
main(int argc, char **argv)
{
    static const char *const whole[] = { "message", "preflight", "class" };

    message_init();
    directory = argc > 1 ? argv[1] : ".";
    for (int i = 2; i < argc; i++) {
        g_autofree char *bytes = NULL, *name = g_path_get_basename(argv[i]);
        gsize length;
        FieldScanner scanner;
        RawField field;

        if (!g_file_get_contents(argv[i], &bytes, &length, NULL))
            g_error("cannot read %s", argv[i]);
        for (gsize k = 0; k < G_N_ELEMENTS(whole); k++)
            write_seed(whole[k], name, bytes, length);
        field_scanner_init(&scanner, (const guint8 *) bytes, length);
        while (field_scanner_next(&scanner, &field))
            continue;
        write_seed("header", name, bytes, (gsize) ((const char *) scanner.next - bytes));
        write_understood(name, (const guint8 *) bytes, length);
    }
    return EXIT_SUCCESS;
}
