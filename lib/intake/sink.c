#include "intake/sink.h"

static void
free_recipient(gpointer recipient)
{
    sink_recipient_free(recipient);
}

SinkMail *
sink_mail_new(void)
{
    SinkMail *mail = g_new0(SinkMail, 1);

    mail->recipients = g_ptr_array_new_with_free_func(free_recipient);
    return mail;
}

void
sink_mail_free(SinkMail *mail)
{
    if (mail == NULL)
        return;
    g_free(mail->source);
    g_free(mail->sender);
    g_free(mail->auth_user);
    g_ptr_array_unref(mail->recipients);
    g_clear_pointer(&mail->bytes, g_bytes_unref);
    g_free(mail);
}

void
sink_recipient_free(SinkRecipient *recipient)
{
    if (recipient == NULL)
        return;
    g_free(recipient->recipient);
    g_free(recipient->queue);
    g_free(recipient);
}

void
sink_answer_clear(SinkAnswer *answer)
{
    answer->code = 0;
    g_clear_pointer(&answer->text, g_free);
}
