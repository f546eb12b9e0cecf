#include <libpsl.h>
#include <libxml/parser.h>
#include <string.h>

#include "base/address.h"
#include "message/body-private.h"
#include "message/charset-private.h"
#include "message/classify-private.h"
#include "message/content-key.h"
#include "message/header-reader-private.h"
#include "message/language-private.h"
#include "message/message.h"
#include "message/message-bytes-private.h"
#include "message/message-private.h"
#include "message/preflight.h"
#include "message/protection-private.h"
#include "message/spans-private.h"

/* What its header says, and a text that tells a person where the rest is. */
static void
leave_unparsed(Message *message, const char *reason)
{
    message->not_parsed = TRUE;
    message_warn(message, "not parsed: %s", reason);
    g_clear_pointer(&message->html, g_free);
    g_clear_pointer(&message->report, message_report_free);
    g_free(message->text);
    g_array_set_size(message->spans, 0);
    message->text = g_strdup_printf("This message could not be parsed: %s. The original is kept.", reason);
}

static void
read_header_only(Message *message, const Preflight *preflight)
{
    FieldScanner scanner;
    gsize length = 0;
    const guint8 *bytes = preflight->header != NULL ? g_bytes_get_data(preflight->header, &length) : NULL;

    if (bytes != NULL) {
        field_scanner_init(&scanner, bytes, length);
        header_read(message, &scanner);
    }
    leave_unparsed(message, preflight->reason);
}

static void
read_message(Message *message, const guint8 *bytes, gsize length, const MessageOptions *options)
{
    const guint8 *begin = message_bytes_skip_mbox_line(bytes, length);
    g_autofree char *reason = NULL;
    FieldScanner scanner;

    length -= (gsize) (begin - bytes);
    field_scanner_init(&scanner, begin, length);
    header_read(message, &scanner);
    reason = body_read(message, begin, length, options);
    if (reason != NULL)
        leave_unparsed(message, reason);
}

/* By what the person wrote now; a quote is in the language of whoever is quoted, and some texts are our own words. */
static void
tell_language(Message *message)
{
    gboolean ours = message->not_parsed || protection_hides_text(message);
    const char *told = ours ? NULL : language_detect(message->reply, strlen(message->reply));
    const char *field = message_header(message, "Content-Language", 0);

    if (told != NULL)
        message->language = g_strdup(told);
    else if (field != NULL)
        message->language = language_from_field(field);
    if (message->language != NULL)
        message->language_source = g_strdup(told != NULL ? "text" : "Content-Language");
}

Message *
message_parse(const guint8 *bytes, gsize length, const MessageOptions *options)
{
    static const MessageOptions no_options = { .queue = "" };
    Message *message = message_new();
    g_autofree guint8 *copy = NULL;
    Preflight preflight;

    if (options == NULL)
        options = &no_options;
    message_init();
    message->details = options->details;
    content_key(bytes, length, options->queue, message->content_key, NULL);
    copy = message_bytes_with_lf(bytes, length);
    if (copy != NULL)
        bytes = copy;
    preflight_scan(bytes, length, &preflight);
    if (preflight.fit)
        read_message(message, bytes, length, options);
    else
        read_header_only(message, &preflight);
    preflight_clear(&preflight);
    message_classify(message);
    message_authenticate(message, options->authserv_id);
    g_free(message->reply);
    message->reply = spans_reply(message->text, message->spans, message->class_ == CLASS_HUMAN);
    tell_language(message);
    return message;
}

Message *
message_parse_header(const guint8 *bytes, gsize length)
{
    Message *message = message_new();
    g_autofree guint8 *copy = message_bytes_with_lf(bytes, length);
    const guint8 *all = copy != NULL ? copy : bytes;
    const guint8 *begin = message_bytes_skip_mbox_line(all, length);
    FieldScanner scanner;
    Preflight preflight;

    message_init();
    preflight_scan(all, length, &preflight);
    length -= (gsize) (begin - all);
    if (preflight.header != NULL)
        begin = g_bytes_get_data(preflight.header, &length);
    field_scanner_init(&scanner, begin, length);
    header_read(message, &scanner);
    preflight_clear(&preflight);
    return message;
}

/* One of each kind that makes a library load or build something when it is first met. */
static const char warm_up[] =
    "From: =?utf-8?B?zpHOvc69zrE=?= <a@b\303\274cher.example>, Gruppe: x@example.com;\n"
    "Date: Sun, 22 Nov 2026 10:00:00 +0200\n"
    "Subject: =?koi8-r?B?8NLJ18XU?= gr\374n\n"
    "MIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=b\n"
    "\n"
    "--b\nContent-Type: text/plain; charset=windows-1251\nContent-Transfer-Encoding: quoted-printable\n\n=CF=F0\n"
    "--b\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\nPHA+eDwvcD4=\n"
    "--b\nContent-Type: message/rfc822\n\nSubject: x\n\ny\n"
    "--b\nContent-Type: application/pdf; name*=utf-8''%C3%A4.pdf\n\nx\n--b--\n";

void
message_init(void)
{
    static gboolean done = FALSE;
    static const MessageOptions options = { .queue = "" };

    if (done)
        return;
    done = TRUE;
    xmlInitParser();
    charset_init();
    (void) psl_builtin();
    message_free(message_parse((const guint8 *) warm_up, sizeof warm_up - 1, &options));
}
