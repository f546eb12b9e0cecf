#include "sieve/testsuite-private.h"

#include <string.h>

#include "base/address.h"
#include "sieve/conflicts-private.h"

const char *
testsuite_action_name(const SieveAction *action)
{
    return action->kind == SIEVE_FILEINTO ? "store" : sieve_action_name(action->kind);
}

/* The folder a message is delivered to; NULL for other actions. */
static const char *
folder_of(const SieveAction *action)
{
    if (action->kind == SIEVE_KEEP)
        return "INBOX";
    return action->kind == SIEVE_FILEINTO ? action->argument : NULL;
}

static gboolean
same_folder(const char *a, const char *b)
{
    if (g_ascii_strcasecmp(a, "INBOX") == 0)
        return g_ascii_strcasecmp(b, "INBOX") == 0;
    return strcmp(a, b) == 0;
}

/* One delivery to a folder is enough; the later flags win (RFC 5232, 5), and "keep" is what it is called if either was one. */
static gboolean
merge_delivery(SieveAction *before, SieveAction *later)
{
    const char *a = folder_of(before), *b = folder_of(later);

    if (a == NULL || b == NULL || !same_folder(a, b))
        return FALSE;
    if (later->kind == SIEVE_KEEP)
        before->kind = SIEVE_KEEP;
    if (later->words != NULL) {
        g_clear_pointer(&before->words, g_ptr_array_unref);
        before->words = g_steal_pointer(&later->words);
    }
    return TRUE;
}

static gboolean
has_address(const GPtrArray *words, const char *address)
{
    for (guint i = 0; words != NULL && i < words->len; i++) {
        if (address_equal(words->pdata[i], address))
            return TRUE;
    }
    return FALSE;
}

/* Nobody is told twice; TRUE if nobody is left to be told. */
static gboolean
merge_notification(const SieveAction *before, SieveAction *later)
{
    if (before->kind != SIEVE_NOTIFY || later->kind != SIEVE_NOTIFY || later->words == NULL)
        return FALSE;
    for (guint i = 0; i < later->words->len;) {
        if (has_address(before->words, later->words->pdata[i]))
            g_ptr_array_remove_index(later->words, i);
        else
            i++;
    }
    return later->words->len == 0;
}

/* TRUE: the later action is in the earlier one already. */
static gboolean
merge(SieveAction *before, SieveAction *later)
{
    if (before->kind == SIEVE_REDIRECT && later->kind == SIEVE_REDIRECT)
        return address_equal(before->argument, later->argument);
    return merge_delivery(before, later) || merge_notification(before, later);
}

/* RFC 5228, 2.10.3: what is asked twice is done once. */
void
testsuite_result_tidy(Run *run)
{
    GPtrArray *actions = run->result->actions;

    for (guint i = run->executed; i < actions->len;) {
        gboolean merged = FALSE;

        for (guint n = 0; n < i && !merged; n++)
            merged = merge(actions->pdata[n], actions->pdata[i]);
        if (merged)
            g_ptr_array_remove_index(actions, i);
        else
            i++;
    }
}

/* An answer that was given already makes a later one needless; one that was not given yet is in its way. */
static gboolean
is_answered(Run *run, const SieveAction *action)
{
    for (guint i = 0; conflicts_responds(action->kind) && i < run->executed; i++) {
        if (conflicts_responds(((SieveAction *) run->result->actions->pdata[i])->kind))
            return TRUE;
    }
    return FALSE;
}

gboolean
testsuite_result_add(Run *run, SieveAction *action)
{
    gboolean good = TRUE;

    if (is_answered(run, action)) {
        sieve_action_free(action);
        return TRUE;
    }
    good = conflicts_check(run, action->kind);
    g_ptr_array_add(run->result->actions, action);
    testsuite_result_tidy(run);
    return good;
}

static void
execute(Run *run, const SieveAction *action)
{
    switch (action->kind) {
    case SIEVE_KEEP: testsuite_store(run, action, "INBOX"); break;
    case SIEVE_FILEINTO: testsuite_store(run, action, action->argument); break;
    case SIEVE_REDIRECT: testsuite_redirect(run, action); break;
    case SIEVE_REJECT: testsuite_reject(run, action); break;
    case SIEVE_VACATION: testsuite_vacation(run, action); break;
    case SIEVE_NOTIFY: testsuite_notify(run, action); break;
    default: break;
    }
}

/* A folder that was not made is an error, as an unknown queue is one of the rules; NULL: all is well. */
static char *
missing_folder(Run *run, const SieveAction *action)
{
    Testsuite *testsuite = run_testsuite(run);
    const char *name = action->argument;
    GHashTable *queues = testsuite->script_host.queues;

    if (action->kind != SIEVE_FILEINTO)
        return NULL;
    if (*name == '\0' || !g_utf8_validate(name, -1, NULL) || strstr(name, "//") != NULL)
        return g_strdup_printf("failed to store into mailbox '%s': this is no name of one", name);
    if (action->number == 1 || g_ascii_strcasecmp(name, "INBOX") == 0 || testsuite_folder(testsuite, name, FALSE) != NULL ||
        (queues != NULL && g_hash_table_contains(queues, name)))
        return NULL;
    return g_strdup_printf("failed to store into mailbox '%s': it does not exist (test_mailbox_create makes it)", name);
}

static gboolean
can_execute(Run *run)
{
    for (guint i = run->executed; i < run->result->actions->len; i++) {
        char *error = missing_folder(run, run->result->actions->pdata[i]);

        if (error != NULL) {
            g_ptr_array_add(run_testsuite(run)->errors, error);
            return FALSE;
        }
    }
    return TRUE;
}

static void
remember_duplicates(Testsuite *testsuite)
{
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, testsuite->asked);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        g_hash_table_add(testsuite->seen, g_strdup(key));
    g_hash_table_remove_all(testsuite->asked);
}

/* Where one action cannot be carried out, none is, and the message is kept as it came. */
gboolean
testsuite_result_execute(Run *run)
{
    testsuite_result_tidy(run);
    if (!can_execute(run)) {
        mail_view_free(run->mail);
        run->mail = mail_view_new(run->input->message);
        mail_view_set_size(run->mail, (gint64) run->input->raw_length);
        testsuite_store(run, NULL, "INBOX");
        return FALSE;
    }
    for (; run->executed < run->result->actions->len; run->executed++)
        execute(run, run->result->actions->pdata[run->executed]);
    if (run->result->implicit_keep)
        testsuite_store(run, NULL, "INBOX");
    run->result->implicit_keep = FALSE;
    remember_duplicates(run_testsuite(run));
    return TRUE;
}

void
testsuite_result_reset(Run *run)
{
    Testsuite *testsuite = run_testsuite(run);

    g_ptr_array_set_size(run->result->actions, 0);
    g_ptr_array_set_size(testsuite->sent, 0);
    g_hash_table_remove_all(testsuite->asked);
    run->result->implicit_keep = TRUE;
    run->executed = 0;
}
