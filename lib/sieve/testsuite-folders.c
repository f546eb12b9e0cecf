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

static VirtualMail *
mail_new(MailView *view, const char *from, const char *to)
{
    VirtualMail *mail = g_new0(VirtualMail, 1);

    mail->mail = view;
    mail->from = g_strdup(from);
    mail->to = g_strdup(to);
    return mail;
}

void
testsuite_store(Run *run, const char *folder)
{
    Testsuite *testsuite = run_testsuite(run);

    g_ptr_array_add(testsuite_folder(testsuite, folder, TRUE),
                    mail_new(mail_view_copy(run->mail), testsuite->input.envelope_from, testsuite->input.envelope_to));
}

void
testsuite_send(Run *run, MailView *mail, const char *from, const char *to)
{
    g_ptr_array_add(run_testsuite(run)->sent, mail_new(mail, from, to));
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
    testsuite_set_envelope(testsuite, &testsuite->input.envelope_from, mail->from != NULL ? mail->from : "");
    testsuite_set_envelope(testsuite, &testsuite->input.envelope_to, mail->to != NULL ? mail->to : "");
    testsuite->input.envelope_orig_to = NULL;
    testsuite->input.envelope_auth = NULL;
    return TRUE;
}
