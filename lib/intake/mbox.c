#include "intake/mbox-private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

/* A "From " line is a line of its own; a longer one is text. */
#define FROM_LINE_MAX 1024

typedef struct {
    const char     *path;
    gsize           max_bytes;
    MailboxFileEach each;
    gpointer        data;
    gint64          number;        /* of the message that is being read; 0 before the first */
    gboolean        stopped;

    char           *sender;
    GByteArray     *bytes;
    gboolean        too_large;
    gboolean        line_start;    /* the next piece begins a line */
    char            blank[3];      /* an empty line held back: the last one belongs to the mbox, not to the message */
    gsize           blank_length;
} Mbox;

gboolean
mbox_is_mbox(int fd)
{
    char begin[5];

    return pread(fd, begin, sizeof begin, 0) == sizeof begin && memcmp(begin, "From ", sizeof begin) == 0;
}

static void
keep(Mbox *mbox, const char *bytes, gsize length)
{
    if (mbox->each == NULL || mbox->too_large)
        return;
    if (length > mbox->max_bytes - mbox->bytes->len) {
        mbox->too_large = TRUE;
        g_byte_array_set_size(mbox->bytes, 0);
        return;
    }
    g_byte_array_append(mbox->bytes, (const guint8 *) bytes, (guint) length);
}

/* Hands on the message that has been read so far, whole or with what went wrong. */
static void
emit(Mbox *mbox, GError *failure)
{
    g_autofree char    *path = NULL;
    g_autoptr(GError)   error = failure;
    g_autoptr(GBytes)   bytes = NULL;
    MailboxFileMessage  message = { 0 };

    if (mbox->number == 0 || mbox->each == NULL || mbox->stopped)
        return;
    path = g_strdup_printf("%s#%" G_GINT64_FORMAT, mbox->path, mbox->number);
    if (error == NULL && mbox->too_large)
        g_set_error(&error, MAILGW_ERROR, MAILGW_ERROR_LIMIT, "cannot take message %s: it has more than %zu bytes", path,
                    mbox->max_bytes);
    if (error == NULL)
        bytes = g_bytes_new(mbox->bytes->data, mbox->bytes->len);
    message = (MailboxFileMessage) { path, mbox->sender, bytes, error };
    mbox->stopped = !mbox->each(&message, mbox->data);
}

/* "From sender Thu Jan  1 00:00:00 1970" */
static void
begin_message(Mbox *mbox, const char *line, gsize length)
{
    const char *sender = line + strlen("From ");
    gsize       left = length - strlen("From ");
    gsize       end = 0;

    while (left > 0 && *sender == ' ') {
        sender++;
        left--;
    }
    while (end < left && !g_ascii_isspace(sender[end]))
        end++;
    g_free(mbox->sender);
    mbox->sender = end > 0 && g_utf8_validate(sender, (gssize) end, NULL) ? g_strndup(sender, end) : NULL;
    g_byte_array_set_size(mbox->bytes, 0);
    mbox->too_large = FALSE;
    mbox->number++;
}

static gboolean
is_empty_line(const char *line, gsize length)
{
    return (length == 1 && line[0] == '\n') || (length == 2 && line[0] == '\r' && line[1] == '\n');
}

/* ">From ", ">>From ": one ">" was put there by whoever wrote the mbox (mboxrd). */
static gboolean
is_quoted_from(const char *line, gsize length)
{
    gsize quotes = 0;

    while (quotes < length && line[quotes] == '>')
        quotes++;
    return quotes > 0 && length - quotes >= 5 && memcmp(line + quotes, "From ", 5) == 0;
}

/* The beginning of a line, mostly all of it. */
static void
take_line(Mbox *mbox, const char *line, gsize length)
{
    gboolean after_blank = mbox->blank_length > 0;

    if (mbox->number == 0
        || (after_blank && length >= 5 && length <= FROM_LINE_MAX && memcmp(line, "From ", 5) == 0)) {
        emit(mbox, NULL);
        mbox->blank_length = 0;
        begin_message(mbox, line, length);
        return;
    }
    keep(mbox, mbox->blank, mbox->blank_length);
    mbox->blank_length = 0;
    if (is_empty_line(line, length)) {
        memcpy(mbox->blank, line, length);
        mbox->blank_length = length;
    } else if (is_quoted_from(line, length)) {
        keep(mbox, line + 1, length - 1);
    } else {
        keep(mbox, line, length);
    }
}

/* Uses up all whole lines, and at the end or where a line fills the buffer also a part of one. Returns the bytes used. */
static gsize
take_pieces(Mbox *mbox, const char *buffer, gsize length, gboolean at_end)
{
    gsize used = 0;

    while (used < length && !mbox->stopped) {
        const char *lf = memchr(buffer + used, '\n', length - used);
        gsize       piece = lf != NULL ? (gsize) (lf - buffer) + 1 - used : length - used;

        if (lf == NULL && !at_end && piece < MBOX_PIECE)
            break;
        if (mbox->line_start)
            take_line(mbox, buffer + used, piece);
        else
            keep(mbox, buffer + used, piece);
        mbox->line_start = lf != NULL;
        used += piece;
    }
    return used;
}

/* FALSE at the end and on an error, which errno_out then tells. */
static gboolean
fill(int fd, char *buffer, gsize *length, int *errno_out)
{
    ssize_t n;

    do
        n = read(fd, buffer + *length, 2 * MBOX_PIECE - *length);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        *errno_out = errno;
    else
        *length += (gsize) n;
    return n > 0;
}

void
mbox_read(int fd, const char *path, gsize max_bytes, MailboxFileEach each, gpointer data, gint64 *count_out,
          gboolean *stopped_out)
{
    g_autofree char *buffer = g_malloc(2 * MBOX_PIECE);
    gsize            length = 0;
    gboolean         more = TRUE;
    int              failed = 0;
    GError          *error = NULL;
    Mbox             mbox = { .path = path, .max_bytes = max_bytes, .each = each, .data = data, .line_start = TRUE,
                              .bytes = g_byte_array_new() };

    while (more && !mbox.stopped) {
        gsize used;

        more = fill(fd, buffer, &length, &failed);
        used = take_pieces(&mbox, buffer, length, !more);
        memmove(buffer, buffer + used, length - used);
        length -= used;
    }
    if (failed != 0)
        error_from_errno(&error, failed, "read \"%s\"", path);
    emit(&mbox, error);
    *count_out += mbox.number;
    *stopped_out = mbox.stopped;
    g_free(mbox.sender);
    g_byte_array_unref(mbox.bytes);
}
