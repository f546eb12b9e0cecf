/* A script, a NUL, and the mail it runs on: with every test run and with chains, the actions are the same. */
#include <string.h>

#include "check-sieve.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length);

int
LLVMFuzzerInitialize(G_GNUC_UNUSED int *argc, G_GNUC_UNUSED char ***argv)
{
    message_init();
    return 0;
}

int
LLVMFuzzerTestOneInput(const guint8 *bytes, gsize length)
{
    static const MessageOptions options = { .queue = "support", .details = TRUE };
    const guint8 *nul = memchr(bytes, '\0', length);
    const guint8 *mail = nul != NULL ? nul + 1 : bytes + length;
    gsize mail_length = (gsize) (bytes + length - mail);
    g_autoptr(SieveScript) script = check_sieve_compile((const char *) bytes, nul != NULL ? (gsize) (nul - bytes) : length);
    g_autoptr(Message) message = NULL;
    SieveInput input = { .raw = (const char *) mail, .raw_length = mail_length, .envelope_from = "a+b@example.com",
                         .envelope_to = "support@example.net" };
    g_autoptr(SieveResult) all = NULL, chains = NULL;

    if (script == NULL)
        return 0;
    message = message_parse(mail, mail_length, &options);
    input.message = message;
    chains = sieve_run(script, &input);
    check_sieve_result(chains);
    input.trace = TRUE;
    all = sieve_run(script, &input);
    check_sieve_result(all);
    /* A pattern that a chain passed over cannot fail, and time is not the same twice. */
    if (all->error == NULL && chains->error == NULL)
        check_sieve_same(all, chains);
    return 0;
}
