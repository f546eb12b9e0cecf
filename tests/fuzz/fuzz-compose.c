/*
 * A mail of ours from a stranger's values: what is written is canonical, reads back with the same header and text, and holds no field that the draft did not ask for.
 *
 * The values are lines; the first octet chooses which fields there are. What the writer refuses it refuses whole.
 */
#include "check.h"

#include <string.h>

#include "base/text.h"
#include "message/compose.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length);

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *argc, G_GNUC_UNUSED char ***argv)
{
    message_init();
    return 0;
}

/* The next value; NUL, CR and everything else but the end of a line may stand in it, as far as a C string goes. */
static char *
take_line(const guint8 **at, const guint8 *end)
{
    const guint8 *stop = memchr(*at, '\n', (gsize) (end - *at));
    char *line = g_strndup((const char *) *at, (gsize) ((stop != NULL ? stop : end) - *at));

    *at = stop != NULL ? stop + 1 : end;
    return line;
}

static void
check_once(const Message *message, const char *name, gboolean wanted)
{
    g_assert((message_header(message, name, 0) != NULL) == wanted);
    g_assert(message_header(message, name, 1) == NULL);
}

/* Every field stands once, and none is there that nobody asked for. */
static void
check_fields(const Message *message, const MailDraft *draft)
{
    static const char *const known[] = { "Date", "From", "To", "Reply-To", "Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
                                         "X-Auto-Response-Suppress", "X-Loop", "Importance", "X-Priority", "MIME-Version", "Content-Type",
                                         "Content-Transfer-Encoding" };

    for (guint i = 0; i < message->headers->len; i++) {
        const MessageHeader *header = message->headers->pdata[i];
        gboolean is_known = FALSE;

        for (gsize k = 0; k < G_N_ELEMENTS(known); k++)
            is_known = is_known || g_str_equal(known[k], header->name);
        g_assert(is_known);
    }
    check_once(message, "From", TRUE);
    check_once(message, "To", TRUE);
    check_once(message, "Subject", TRUE);
    check_once(message, "Reply-To", draft->reply_to != NULL);
    check_once(message, "In-Reply-To", message_id_is_strict(draft->in_reply_to));
    check_once(message, "Auto-Submitted", draft->automatic != MAIL_HUMAN);
    check_once(message, "X-Loop", draft->automatic != MAIL_HUMAN && draft->loop_id != NULL);
}

/* A reader takes a byte order mark for one of the encoding. */
static char *
without_marks(const char *text)
{
    g_auto(GStrv) pieces = g_strsplit(text != NULL ? text : "", "\xef\xbb\xbf", -1);

    return g_strjoinv("", pieces);
}

/* Folding may make one blank of several. */
static void
check_same_words(const char *one, const char *other)
{
    g_autofree char *bare = without_marks(one), *bare_back = without_marks(other);
    g_autofree char *folded = text_fold_space(bare), *back = text_fold_space(bare_back);

    g_strstrip(folded);
    g_strstrip(back);
    g_assert_cmpstr(folded, ==, back);
}

static void
check_values(const Message *message, const MailDraft *draft)
{
    check_same_words(draft->subject, message->subject);
    g_assert_cmpstr(message->message_id, ==, draft->message_id);
    g_assert(message->from->len == 1 && message->to->len == 1);
    g_assert(message->from_fields == 1);
    check_same_words(draft->from_name, ((MessageAddress *) message->from->pdata[0])->name);
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length)
{
    const guint8 *at = bytes + (length > 0 ? 1 : 0), *end = bytes + length;
    guint8 choice = length > 0 ? bytes[0] : 0;
    g_autofree char *from_name = take_line(&at, end), *from = take_line(&at, end), *to = take_line(&at, end), *subject = take_line(&at, end);
    g_autofree char *id = take_line(&at, end), *answered = take_line(&at, end), *loop = take_line(&at, end);
    g_autofree char *text = g_strndup((const char *) at, (gsize) (end - at));
    g_autoptr(GPtrArray) references = g_ptr_array_new();
    MailDraft draft = { .from_name = (choice & 1) != 0 ? from_name : NULL, .from_address = (choice & 2) != 0 ? from : "support@example.com",
                        .to_address = (choice & 4) != 0 ? to : "anna@client.example", .reply_to = (choice & 8) != 0 ? to : NULL, .subject = subject,
                        .message_id = (choice & 16) != 0 ? id : "t1.x@example.com", .in_reply_to = answered, .references = references,
                        .date = G_GINT64_CONSTANT(1795341600000000), .automatic = (choice & 32) != 0 ? MAIL_AUTO_REPLIED : MAIL_HUMAN,
                        .loop_id = loop, .text = text, .html = (choice & 64) != 0 ? text : NULL };
    g_autoptr(GBytes) mail = NULL;
    g_autoptr(Message) message = NULL;
    const guint8 *written;
    gsize written_length;

    g_ptr_array_add(references, answered);
    g_ptr_array_add(references, id);
    mail = compose_mail(&draft, NULL);
    if (mail == NULL)
        return 0;
    written = g_bytes_get_data(mail, &written_length);
    g_assert(mail_is_canonical(written, written_length));
    message = message_parse(written, written_length, NULL);
    g_assert(!message->not_parsed);
    check_fields(message, &draft);
    check_values(message, &draft);
    return 0;
}
