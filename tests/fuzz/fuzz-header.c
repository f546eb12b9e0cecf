/* Header values: addresses, dates, ids and encoded words. */
#include "check.h"

#include "message/encoded-words-private.h"
#include "message/header-reader-private.h"
#include "message/preflight.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length);

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *argc, G_GNUC_UNUSED char ***argv)
{
    message_init();
    return 0;
}

static void
check_one_line(const char *text)
{
    check_text(text);
    for (const char *p = text; *p != '\0'; p++)
        g_assert((guchar) *p >= ' ' && *p != 0x7f);
}

static void
check_value(const char *raw)
{
    g_autofree char *decoded = header_decode(raw);
    g_autofree char *words = encoded_words_decode(raw);
    g_autofree char *simple = encoded_words_simplify(raw);
    g_autofree char *tidy = header_address_tidy(decoded);
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    guint bad = 0;
    gint64 time = 0;

    check_one_line(decoded);
    check_text(simple);
    check_text(tidy);
    g_assert(words != NULL);
    header_ids(decoded, ids, &bad);
    for (guint i = 0; i < ids->len; i++)
        check_text(ids->pdata[i]);
    message_parse_date(raw, &time);
}

/* As in the product, no header comes to GMime's address parser that the pre-flight does not let through. */
int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length)
{
    g_autofree char *raw = check_string(bytes, length);
    g_autoptr(Message) message = message_new();
    Preflight preflight;
    FieldScanner scanner;

    check_value(raw);
    preflight_scan(bytes, length, &preflight);
    if (preflight.fit) {
        field_scanner_init(&scanner, bytes, length);
        header_read(message, &scanner);
        check_header(message);
    }
    preflight_clear(&preflight);
    return 0;
}
