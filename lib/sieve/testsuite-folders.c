#include "sieve/testsuite-private.h"

#include <string.h>

void
virtual_mail_free(gpointer data)
{
    VirtualMail *mail = data;

    mail_view_free(mail->mail);
    g_free(mail->from);
    g_free(mail->to);
    g_free(mail);
}

/* INBOX is one folder, whatever its case (RFC 3501, 5.1). */
static const char *
canonical(const char *name)
{
    return g_ascii_strcasecmp(name, "INBOX") == 0 ? "INBOX" : name;
}

GPtrArray *
testsuite_folder(Testsuite *testsuite, const char *name, gboolean create)
{
    GPtrArray *folder = g_hash_table_lookup(testsuite->folders, canonical(name));

    if (folder == NULL && create) {
        folder = g_ptr_array_new_with_free_func(virtual_mail_free);
        g_hash_table_insert(testsuite->folders, g_strdup(canonical(name)), folder);
    }
    return folder;
}

void
testsuite_snapshot(Run *run, const SieveAction *action)
{
    g_hash_table_insert(run_testsuite(run)->snapshots, (gpointer) action, mail_view_copy(run->mail));
}

MailView *
testsuite_mail_of(Run *run, const SieveAction *action)
{
    const MailView *snapshot = action != NULL ? g_hash_table_lookup(run_testsuite(run)->snapshots, action) : NULL;

    return mail_view_copy(snapshot != NULL ? snapshot : run->mail);
}

static VirtualMail *
mail_new(MailView *view, const char *raw, gsize raw_length, const char *from, const char *to)
{
    VirtualMail *mail = g_new0(VirtualMail, 1);

    mail->mail = view;
    mail->raw = raw;
    mail->raw_length = raw_length;
    mail->from = g_strdup(from);
    mail->to = g_strdup(to);
    return mail;
}

void
testsuite_store(Run *run, const SieveAction *action, const char *folder)
{
    Testsuite *testsuite = run_testsuite(run);
    const SieveInput *input = &testsuite->input;

    g_ptr_array_add(testsuite_folder(testsuite, folder, TRUE),
                    mail_new(testsuite_mail_of(run, action), input->raw, input->raw_length, input->envelope_from,
                             input->envelope_to));
}

void
testsuite_send(Run *run, MailView *mail, const char *raw, gsize raw_length, const char *from, const char *to)
{
    g_ptr_array_add(run_testsuite(run)->sent, mail_new(mail, raw, raw_length, from, to));
}

gboolean
testsuite_show(Run *run, const GPtrArray *mails, guint64 n)
{
    Testsuite *testsuite = run_testsuite(run);
    const VirtualMail *mail;

    if (mails == NULL || n >= mails->len)
        return FALSE;
    mail = mails->pdata[n];
    mail_view_free(run->mail);
    run->mail = mail_view_copy(mail->mail);
    testsuite->input.message = mail_view_message(mail->mail);
    testsuite->input.raw = mail->raw;
    testsuite->input.raw_length = mail->raw_length;
    testsuite_set_envelope(testsuite, &testsuite->input.envelope_from, mail->from != NULL ? mail->from : "");
    testsuite_set_envelope(testsuite, &testsuite->input.envelope_to, mail->to != NULL ? mail->to : "");
    testsuite->input.envelope_orig_to = NULL;
    testsuite->input.envelope_auth = NULL;
    return TRUE;
}
