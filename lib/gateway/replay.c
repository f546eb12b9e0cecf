/*
 * replay.c - the readers of a replay, and what they report
 */
#include "gateway/replay.h"

#include <errno.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/json.h"
#include "gateway/replay-private.h"

typedef struct {
    pid_t    pid;
    int      input;            /* its output; -1: it has said its last word */
    GString *line;             /* the frame that is not complete yet        */
    gboolean ended;
} Reader;

typedef struct {
    const ReplaySettings *settings;
    const ReplaySink     *sink;
    ReplayTotals         *totals;
    GArray               *later;       /* ReplayLater */
    gint64                done;
} Replay;

void
replay_totals_clear(ReplayTotals *totals)
{
    history_count_clear(&totals->count);
    g_clear_pointer(&totals->fates, g_hash_table_unref);
}

/* ---- frames ------------------------------------------------------------------------------------------------- */

static gint64
number(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static void
take_later(Replay *replay, const json_t *frame)
{
    const json_t *entry;
    gsize i;

    json_array_foreach(json_object_get(frame, "later"), i, entry) {
        ReplayLater later = { json_integer_value(json_array_get(entry, 0)), json_integer_value(json_array_get(entry, 1)) };

        g_array_append_val(replay->later, later);
    }
}

static void
take_fates(Replay *replay, const json_t *frame)
{
    const char *name;
    json_t *counts;

    json_object_foreach(json_object_get(frame, "fates"), name, counts) {
        ReplayFate *fate = g_hash_table_lookup(replay->totals->fates, name);

        if (fate == NULL) {
            fate = g_new0(ReplayFate, 1);
            g_hash_table_insert(replay->totals->fates, g_strdup(name), fate);
        }
        fate->was += number(counts, "was");
        fate->would += number(counts, "would");
    }
}

static void
take_frame(Replay *replay, const json_t *frame)
{
    const json_t *differences = json_object_get(frame, "differences"), *mail;
    ReplayTotals *totals = replay->totals;
    gsize i;

    totals->different += (gint64) json_array_size(differences);
    totals->same += number(frame, "same");
    totals->failed += number(frame, "failed");
    totals->unreadable += number(frame, "unreadable");
    totals->assumed += number(frame, "assumed");
    take_later(replay, frame);
    take_fates(replay, frame);
    json_array_foreach(differences, i, mail)
        replay->sink->difference(replay->sink->data, mail);
    replay->done += number(frame, "mails");
    if (replay->sink->progress != NULL)
        replay->sink->progress(replay->sink->data, replay->done, totals->count.replayed, totals->different);
}

/* FALSE: it says that it failed. */
static gboolean
take_line(Replay *replay, Reader *reader, const char *line, GError **error)
{
    g_autoptr(Json) frame = json_loads(line, 0, NULL);
    const char *problem = json_string_value(json_object_get(frame, "error"));

    if (problem != NULL) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "%s", problem);
        return FALSE;
    }
    if (json_is_true(json_object_get(frame, "end")))
        reader->ended = TRUE;
    else
        take_frame(replay, frame);
    return TRUE;
}

static gboolean
take_lines(Replay *replay, Reader *reader, GError **error)
{
    char *end;

    while ((end = memchr(reader->line->str, '\n', reader->line->len)) != NULL) {
        gsize length = (gsize) (end - reader->line->str);

        *end = '\0';
        if (!take_line(replay, reader, reader->line->str, error))
            return FALSE;
        g_string_erase(reader->line, 0, (gssize) length + 1);
    }
    return TRUE;
}

static gboolean
read_from(Replay *replay, Reader *reader, GError **error)
{
    char bytes[65536];
    gssize n = read(reader->input, bytes, sizeof bytes);

    if (n < 0 && errno == EINTR)
        return TRUE;
    if (n > 0) {
        g_string_append_len(reader->line, bytes, n);
        return take_lines(replay, reader, error);
    }
    io_close(&reader->input);
    if (!reader->ended)
        g_set_error_literal(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "could not finish: a process of the replay died");
    return reader->ended;
}

/* ---- processes ---------------------------------------------------------------------------------------------- */

static void
reader_free(gpointer data)
{
    Reader *reader = data;

    io_close(&reader->input);
    if (!reader->ended)
        kill(reader->pid, SIGTERM);
    while (waitpid(reader->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    g_string_free(reader->line, TRUE);
    g_free(reader);
}

static gboolean
start(const ReplayTask *task, GPtrArray *readers, GError **error)
{
    ReplayTask own = *task;
    Reader *reader;
    int ends[2];
    pid_t pid;

    if (pipe(ends) != 0) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "could not start a process of the replay: %s", g_strerror(errno));
        return FALSE;
    }
    pid = fork();
    if (pid == 0) {
        for (guint i = 0; i < readers->len; i++)
            close(((Reader *) readers->pdata[i])->input);
        close(ends[0]);
        own.output = ends[1];
        replay_reader_run(&own);
    }
    close(ends[1]);
    if (pid < 0) {
        g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "could not start a process of the replay: %s", g_strerror(errno));
        close(ends[0]);
        return FALSE;
    }
    reader = g_new0(Reader, 1);
    reader->pid = pid;
    reader->input = ends[0];
    reader->line = g_string_new(NULL);
    g_ptr_array_add(readers, reader);
    return TRUE;
}

static gboolean
read_all(Replay *replay, GPtrArray *readers, GError **error)
{
    g_autofree struct pollfd *waiting = g_new0(struct pollfd, readers->len);
    guint open = readers->len;

    while (open > 0) {
        for (guint i = 0; i < readers->len; i++)
            waiting[i] = (struct pollfd) { .fd = ((Reader *) readers->pdata[i])->input, .events = POLLIN };
        if (poll(waiting, readers->len, -1) < 0 && errno != EINTR) {
            g_set_error(error, MAILGW_ERROR, MAILGW_ERROR_TEMPORARY, "could not wait for the replay: %s", g_strerror(errno));
            return FALSE;
        }
        for (guint i = 0; i < readers->len; i++) {
            Reader *reader = readers->pdata[i];

            if (waiting[i].fd < 0 || waiting[i].revents == 0)
                continue;
            if (!read_from(replay, reader, error))
                return FALSE;
            open -= reader->input < 0 ? 1 : 0;
        }
    }
    return TRUE;
}

static gboolean
run_readers(Replay *replay, const ReplayTask *pattern, int n, GError **error)
{
    g_autoptr(GPtrArray) readers = g_ptr_array_new_with_free_func(reader_free);
    ReplayTask task = *pattern;

    task.readers = n;
    for (task.reader = 0; task.reader < n; task.reader++)
        if (!start(&task, readers, error))
            return FALSE;
    return read_all(replay, readers, error);
}

/* ---- all of it ---------------------------------------------------------------------------------------------- */

static gboolean
count_history(const ReplaySettings *settings, HistoryCount *count_out, GError **error)
{
    StoreSettings reader = settings->store;
    g_autoptr(Store) store = NULL;

    reader.role = STORE_READER;
    reader.name = "replay";
    store = store_open(&reader, error);
    return store != NULL && store_history_count(store, &settings->scope, count_out, error);
}

static int
by_time(gconstpointer a, gconstpointer b)
{
    const ReplayLater *left = a, *right = b;

    if (left->at != right->at)
        return left->at < right->at ? -1 : 1;
    return left->inbound < right->inbound ? -1 : left->inbound > right->inbound;
}

gboolean
replay_run(const ReplaySettings *settings, const ReplaySink *sink, ReplayTotals *totals_out, GError **error)
{
    g_autoptr(GArray) later = g_array_new(FALSE, FALSE, sizeof(ReplayLater));
    Replay replay = { settings, sink, totals_out, later, 0 };
    ReplayTask task = { .settings = settings };

    *totals_out = (ReplayTotals) { .fates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free) };
    if (!count_history(settings, &totals_out->count, error))
        return FALSE;
    task.first = totals_out->count.first;
    task.last = totals_out->count.last;
    if (totals_out->count.replayed == 0)
        return TRUE;
    if (!run_readers(&replay, &task, (int) MIN(settings->jobs, totals_out->count.replayed), error))
        return FALSE;
    if (later->len == 0)
        return TRUE;
    g_array_sort(later, by_time);
    totals_out->ordered = later->len;
    task.in_order = later;
    return run_readers(&replay, &task, 1, error);
}
