#include <string.h>

#include "base/limits.h"
#include "sieve/commands-private.h"
#include "sieve/testsuite-private.h"

/*
 * RFC 7352, 3: duplicate [":handle" <handle: string>] [":header" <header-name: string> / ":uniqueid" <value: string>]
 *                        [":seconds" <timeout: number>] [":last"]
 *
 * ":value" is what Pigeonhole called ":uniqueid" before the RFC (vnd.dovecot.duplicate).
 *
 * Without ":header" and ":uniqueid" the Message-ID tells messages apart. A message that lacks what is asked for is no duplicate. What
 * was seen comes as a fact; where it was not looked up it is a need.
 */
enum { TAG_HANDLE = 1, TAG_HEADER = 2, TAG_UNIQUEID = 4, TAG_SECONDS = 8, TAG_LAST = 16 };
enum { SLOT_HANDLE, SLOT_HEADER, SLOT_UNIQUEID, SLOT_SECONDS };

static const TagDefinition tags[] = {
    { "handle", NULL, TAG_HANDLE, 0, VALUE_STRING, SLOT_HANDLE },
    { "header", NULL, TAG_HEADER, TAG_UNIQUEID, VALUE_STRING, SLOT_HEADER },
    { "uniqueid", NULL, TAG_UNIQUEID, TAG_HEADER, VALUE_STRING, SLOT_UNIQUEID },
    { "value", "vnd.dovecot.duplicate", TAG_UNIQUEID, TAG_HEADER, VALUE_STRING, SLOT_UNIQUEID },
    { "seconds", NULL, TAG_SECONDS, 0, VALUE_NUMBER, SLOT_SECONDS },
    { "last", NULL, TAG_LAST, 0, VALUE_NONE, 0 },
    { .name = NULL },
};

/* What tells this message from others; NULL if it has nothing of it. */
static char *
unique_id(Run *run, const Call *call)
{
    g_autofree char *header = run_text_dup(run, &call->slots[SLOT_HEADER], 0);
    const GPtrArray *fields;

    if (call->flags & TAG_UNIQUEID)
        return run_text_dup(run, &call->slots[SLOT_UNIQUEID], 0);
    fields = mail_fields(run->mail, header != NULL ? header : "message-id");
    return fields->len > 0 ? g_strdup(((MailField *) fields->pdata[0])->value) : NULL;
}

/* A stranger chooses how long an id is; the key is not. */
static char *
key_of(Run *run, const Call *call, const char *id)
{
    g_autofree char *handle = run_text_dup(run, &call->slots[SLOT_HANDLE], 0);
    g_autofree char *whole = g_strdup_printf("%s\n%s", handle != NULL ? handle : "", id);

    return strlen(whole) <= LIMIT_SIEVE_DUPLICATE_KEY ? g_steal_pointer(&whole)
                                                      : g_compute_checksum_for_string(G_CHECKSUM_SHA256, whole, -1);
}

static SieveNeed *
need_new(const Call *call, const char *key)
{
    SieveNeed *wanted = g_new0(SieveNeed, 1);

    wanted->kind = SIEVE_NEED_DUPLICATE;
    wanted->key = g_strdup(key);
    wanted->last = (call->flags & TAG_LAST) != 0;
    wanted->seconds = LIMIT_SIEVE_DUPLICATE_DAYS * 86400;
    if (call->flags & TAG_SECONDS)
        wanted->seconds = (gint64) MIN(call->slots[SLOT_SECONDS].number, LIMIT_SIEVE_PERIOD_DAYS * 86400u);
    return wanted;
}

/* Each key once. Of several tests for one the longest memory counts. */
static void
add(GPtrArray *to, SieveNeed *wanted)
{
    for (guint i = 0; i < to->len; i++) {
        SieveNeed *there = to->pdata[i];

        if (there->kind != SIEVE_NEED_DUPLICATE || strcmp(there->key, wanted->key) != 0)
            continue;
        there->seconds = MAX(there->seconds, wanted->seconds);
        there->last = there->last || wanted->last;
        sieve_need_free(wanted);
        return;
    }
    g_ptr_array_add(to, wanted);
}

static RunOutcome
test_duplicate(Run *run, const Call *call, gboolean *holds_out)
{
    g_autofree char *id = unique_id(run, call);
    g_autofree char *key = id != NULL ? key_of(run, call, id) : NULL;
    GHashTable *known = run->input->facts != NULL ? run->input->facts->duplicates : NULL;
    SieveNeed *wanted;
    gint state;

    if (key == NULL)
        return RUN_NEXT;
    run_note_value(run, id, strlen(id));
    if (run->testsuite != NULL) {
        *holds_out = testsuite_is_duplicate(run->testsuite, key);
        return RUN_NEXT;
    }
    state = known != NULL ? GPOINTER_TO_INT(g_hash_table_lookup(known, key)) : 0;
    wanted = need_new(call, key);
    if (state == 0) {
        if (run->result->needs->len >= LIMIT_SIEVE_NEEDS) {
            sieve_need_free(wanted);
            return run_fail(run, "more than %d questions", LIMIT_SIEVE_NEEDS);
        }
        add(run->result->needs, wanted);
        return RUN_NEXT;
    }
    *holds_out = wanted->seen = state == 1;
    add(run->result->duplicates, wanted);
    return RUN_NEXT;
}

const Definition tst_duplicate = { .name = "duplicate", .extension = "duplicate", .tags = tags, .test = test_duplicate };
