/*
 * log.c - one write(2) per line, so that lines of several processes on one pipe do not mix
 */
#include "base/log.h"
#include "base/clock.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A value longer than this is cut. A line of PIPE_BUF bytes (4096 on Linux) is written to a pipe in one piece. */
#define VALUE_BYTES 512
#define LINE_BYTES  4000

static const char *const level_names[] = {
    [LOG_LEVEL_ERROR] = "error",
    [LOG_LEVEL_WARNING] = "warning",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_DEBUG] = "debug",
};

static LogLevel log_level = LOG_LEVEL_INFO;
static char log_role[32] = "mailgw";

void
log_set_role(const char *role)
{
    g_strlcpy(log_role, role, sizeof log_role);
}

void
log_set_level(LogLevel level)
{
    log_level = level;
}

gboolean
log_level_parse(const char *word, LogLevel *level_out)
{
    for (gsize i = 0; i < G_N_ELEMENTS(level_names); i++) {
        if (strcmp(word, level_names[i]) == 0) {
            *level_out = (LogLevel) i;
            return TRUE;
        }
    }
    return FALSE;
}

/* systemd.exec(5): $JOURNAL_STREAM is "device:inode" of what it connected; a child's stderr may since lead elsewhere. */
static gboolean
stderr_is_journal(void)
{
    const char *stream = g_getenv("JOURNAL_STREAM");
    g_autofree char *ours = NULL;
    struct stat status;

    if (stream == NULL || fstat(STDERR_FILENO, &status) != 0)
        return FALSE;
    ours = g_strdup_printf("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, (guint64) status.st_dev,
                           (guint64) status.st_ino);
    return strcmp(stream, ours) == 0;
}

static void
append_time(GString *line)
{
    gint64 now = clock_now();
    g_autofree char *text = clock_format_utc(now);

    /* "...:00Z" becomes "...:00.123Z " */
    g_string_append_len(line, text, (gssize) strlen(text) - 1);
    g_string_append_printf(line, ".%03dZ ", (int) (now / 1000 % 1000));
}

static void
append_value(GString *line, const char *text)
{
    g_autofree char *cut = text_cut(text, VALUE_BYTES);
    g_autofree char *escaped = text_escape(cut);

    if (*escaped != '\0' && strpbrk(escaped, " \"=") == NULL) {
        g_string_append(line, escaped);
    } else {
        g_string_append_c(line, '"');
        for (const char *next = escaped; *next != '\0'; next++) {
            if (*next == '"')
                g_string_append_c(line, '\\');
            g_string_append_c(line, *next);
        }
        g_string_append_c(line, '"');
    }
    if (strlen(cut) < strlen(text))
        g_string_append(line, "...");
}

static void
append_field(GString *line, const LogField *field)
{
    if (field->is_number) {
        g_string_append_printf(line, " %s=%" G_GINT64_FORMAT, field->key, field->number);
    } else if (field->text != NULL) {
        g_string_append_printf(line, " %s=", field->key);
        append_value(line, field->text);
    }
}

void
log_event(LogLevel level, const char *event, const LogField *fields)
{
    g_autofree char *what = NULL;
    g_autofree char *whole = NULL;
    GString *line;
    ssize_t written;
    int kept = errno;

    if (level > log_level)
        return;
    line = g_string_sized_new(256);
    if (!stderr_is_journal())
        append_time(line);
    what = text_escape(event);
    g_string_append_printf(line, "%s[%d] %s: %s", log_role, (int) getpid(), level_names[level], what);
    for (; fields != NULL && fields->key != NULL; fields++)
        append_field(line, fields);

    whole = text_cut(line->str, LINE_BYTES);
    g_string_assign(line, whole);
    g_string_append_c(line, '\n');
    do {
        written = write(STDERR_FILENO, line->str, line->len);
    } while (written < 0 && errno == EINTR);
    g_string_free(line, TRUE);
    errno = kept;
}
