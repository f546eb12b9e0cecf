/*
 * replay-reader.c - a process of a replay: its share of the mails, one frame for each batch
 *
 * A frame is one line of JSON: {"mails": how many are done, "later": [[at, inbound], ...], "differences": [...], "same": n, ...}. The last one says "end", or "error" with
 * the reason; a reader whose output ends without either has died.
 */
#include <sys/prctl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/json.h"
#include "base/limits.h"
#include "gateway/replay-private.h"
#include "gateway/worker.h"

/* Enough to share a round trip, few enough that progress moves and memory stays small. */
#define TURN_ROWS  32
#define TURN_BYTES (8 * 1024 * 1024)

/* ---- frames ------------------------------------------------------------------------------------------------- */

typedef struct {
    json_t *frame;
    json_t *differences, *later, *fates;
} Frame;

static void
frame_begin(Frame *frame)
{
    frame->frame = json_object();
    frame->differences = json_array();
    frame->later = json_array();
    frame->fates = json_object();
    json_object_set_new(frame->frame, "differences", frame->differences);
    json_object_set_new(frame->frame, "later", frame->later);
    json_object_set_new(frame->frame, "fates", frame->fates);
}

static void
count(json_t *object, const char *key)
{
    json_object_set_new(object, key, json_integer(json_integer_value(json_object_get(object, key)) + 1));
}

/* "fates": {"discarded": {"was": 3, "would": 4}} */
static void
count_fate(json_t *fates, const char *fate, const char *side)
{
    json_t *counts = json_object_get(fates, fate);

    if (counts == NULL) {
        counts = json_object();
        json_object_set_new(fates, fate, counts);
    }
    count(counts, side);
}

static void
frame_add(Frame *frame, const HistoryRow *history, const ReplayedMail *mail)
{
    switch (mail->how) {
    case REPLAYED_LATER:
        json_array_append_new(frame->later, json_pack("[I, I]", (json_int_t) mail->decided_at, (json_int_t) history->row->id));
        return;
    case REPLAYED_UNREADABLE:
        count(frame->frame, "unreadable");
        break;
    case REPLAYED_DIFFERENT:
        json_array_append(frame->differences, mail->mail);
        break;
    case REPLAYED_SAME:
        count(frame->frame, "same");
        break;
    }
    count(frame->frame, "mails");
    if (mail->failed)
        count(frame->frame, "failed");
    if (mail->assumed)
        count(frame->frame, "assumed");
    if (mail->was != NULL) {
        count_fate(frame->fates, mail->was, "was");
        count_fate(frame->fates, mail->would, "would");
    }
}

static gboolean
send_line(int output, json_t *value, GError **error)
{
    g_autofree char *text = json_dumps(value, JSON_COMPACT);
    g_autofree char *line = g_strconcat(text, "\n", NULL);

    json_decref(value);
    return io_write_all(output, line, strlen(line), error);
}

/* ---- the mails ---------------------------------------------------------------------------------------------- */

static gboolean
replay_rows(const Replayer *replayer, const GPtrArray *rows, int output, GError **error)
{
    Frame frame;

    frame_begin(&frame);
    for (guint i = 0; i < rows->len; i++) {
        g_auto(ReplayedMail) mail = { 0 };

        if (!replay_mail(replayer, rows->pdata[i], &mail, error)) {
            json_decref(frame.frame);
            return FALSE;
        }
        frame_add(&frame, rows->pdata[i], &mail);
    }
    return send_line(output, frame.frame, error);
}

static gboolean
replay_share(const ReplayTask *task, const Replayer *replayer, GError **error)
{
    HistoryTurn turn = { task->first - 1, task->last, task->readers, task->reader, TURN_ROWS, TURN_BYTES };

    while (TRUE) {
        g_autoptr(GPtrArray) rows = NULL;

        if (!store_history(replayer->store, &task->settings->scope, &turn, &rows, error))
            return FALSE;
        if (rows->len == 0)
            return TRUE;
        turn.after = ((const HistoryRow *) rows->pdata[rows->len - 1])->row->id;
        if (!replay_rows(replayer, rows, task->output, error))
            return FALSE;
    }
}

/* Retention may have taken one of them meanwhile. */
static gboolean
replay_in_order(const ReplayTask *task, const Replayer *replayer, GError **error)
{
    for (guint i = 0; i < task->in_order->len; i++) {
        gint64 id = g_array_index(task->in_order, ReplayLater, i).inbound;
        const HistoryTurn turn = { id - 1, id, 1, 0, 1, TURN_BYTES };
        g_autoptr(GPtrArray) rows = NULL;

        if (!store_history(replayer->store, &task->settings->scope, &turn, &rows, error)
            || !replay_rows(replayer, rows, task->output, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- the process -------------------------------------------------------------------------------------------- */

/* Keys of tokens are no reader's business: they are fetched by the worker's role, in a connection that does nothing else. */
static TokenKeys *
fetch_keys(const ReplaySettings *settings, GError **error)
{
    StoreSettings store = settings->store;
    g_autoptr(Store) worker = NULL;

    store.role = STORE_WORKER;
    store.name = "replay keys";
    worker = store_open(&store, error);
    return worker != NULL ? load_token_keys(worker, settings->token_life_seconds, error) : NULL;
}

static gboolean
replay_task(const ReplayTask *task, GError **error)
{
    g_autoptr(Parser) parser = parser_start(error);
    g_autoptr(TokenKeys) keys = parser != NULL ? fetch_keys(task->settings, error) : NULL;
    DecideSettings decide = task->settings->decide;
    StoreSettings settings = task->settings->store;
    g_autoptr(Store) store = NULL;
    Replayer replayer = { &decide, NULL, parser, NULL };
    gboolean done;

    if (keys == NULL)
        return FALSE;
    settings.role = STORE_READER;
    settings.name = "replay";
    store = store_open(&settings, error);
    if (store == NULL)
        return FALSE;
    decide.keys = keys;
    replayer.store = store;
    replayer.world = task->in_order != NULL ? replay_world_new() : NULL;
    done = task->in_order != NULL ? replay_in_order(task, &replayer, error) : replay_share(task, &replayer, error);
    replay_world_free(replayer.world);
    return done;
}

void
replay_reader_run(const ReplayTask *task)
{
    g_autoptr(GError) error = NULL;

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    message_init();
    if (replay_task(task, &error))
        send_line(task->output, json_pack("{s:b}", "end", 1), NULL);
    else
        send_line(task->output, json_pack("{s:s}", "error", error->message), NULL);
    _exit(0);
}
