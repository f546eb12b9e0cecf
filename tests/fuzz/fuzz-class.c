/* Class, authentication and silence, of a header and a text without parts. */
#include "check.h"

#include "base/text.h"
#include "message/classify-private.h"
#include "message/header-reader-private.h"
#include "message/preflight.h"
#include "message/silence.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length);

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *argc, G_GNUC_UNUSED char ***argv)
{
    message_init();
    return 0;
}

static void
check_authentication(const MessageAuthentication *authentication)
{
    if (authentication == NULL)
        return;
    check_text(authentication->authserv_id);
    check_text_or_null(authentication->spf);
    check_text_or_null(authentication->dkim);
    check_text_or_null(authentication->dmarc);
}

static void
classify(const guint8 *bytes, gsize length)
{
    static const char *const loop_ids[] = { "desk.example.com", NULL };
    g_autoptr(Message) message = message_new();
    g_autofree char *why = NULL;
    FieldScanner scanner;

    field_scanner_init(&scanner, bytes, length);
    header_read(message, &scanner);
    g_free(message->text);
    message->text = text_sanitise((const char *) scanner.next, (gsize) (scanner.end - scanner.next));
    message_classify(message);
    message_authenticate(message, "mx.example.com");
    g_assert((gsize) message->class_ < N_MESSAGE_CLASSES);
    g_assert(message->class_ == CLASS_HUMAN || message->class_reason != NULL);
    check_text_or_null(message->class_reason);
    check_authentication(message->authentication);
    why = message_silence(message, message->return_path, loop_ids);
    check_text_or_null(why);
}

/* As in the product, no header comes to GMime's address parser that the pre-flight does not let through. */
int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length)
{
    Preflight preflight;

    preflight_scan(bytes, length, &preflight);
    if (preflight.fit)
        classify(bytes, length);
    preflight_clear(&preflight);
    return 0;
}
