#include "gateway/acknowledgement-text.h"

#include "base/limits.h"
#include "base/text.h"

/* A name or subject in running text: one line, not longer than a reader's eye wants. */
static char *
in_a_line(const char *value, gsize max_bytes)
{
    g_autofree char *folded = text_fold_space(value);

    return text_cut(folded, max_bytes);
}

static void
append_greeting(GString *text, const AcknowledgementValues *values)
{
    g_autofree char *person = values->person != NULL ? in_a_line(values->person, 80) : NULL;

    if (person != NULL && person[0] != '\0')
        g_string_append_printf(text, "Hello %s,\n\n", person);
    else
        g_string_append(text, "Hello,\n\n");
}

static void
append_signature(GString *text, const AcknowledgementValues *values)
{
    g_string_append_printf(text, "-- \n%s", values->installation);
    if (!g_str_equal(values->installation, values->queue))
        g_string_append_printf(text, ", %s", values->queue);
    g_string_append_c(text, '\n');
    if (values->token != NULL)
        g_string_append_printf(text, "Ref: %s\n", values->token);
}

/* The tag leads an answer back to its ticket. */
static char *
subject_of(const AcknowledgementValues *values, const char *subject)
{
    g_autofree char *own = values->own_subject != NULL ? in_a_line(values->own_subject, 200) : NULL;
    g_autofree char *automatic = g_strdup_printf("Auto: %s", subject != NULL && subject[0] != '\0' ? subject : "we have your message");
    const char *words = own != NULL && own[0] != '\0' ? own : automatic;

    if (values->reference == 0)
        return g_strdup(words);
    return g_strdup_printf("[%s #%" G_GINT64_FORMAT "] %s", values->installation, values->reference, words);
}

static void
acknowledgement(const AcknowledgementValues *values, char **subject_out, GString *text)
{
    g_autofree char *subject = values->subject != NULL ? in_a_line(values->subject, 200) : NULL;

    *subject_out = subject_of(values, subject);
    if (subject != NULL && subject[0] != '\0')
        g_string_append_printf(text, "your message \"%s\" has reached us.\n", subject);
    else
        g_string_append(text, "your message has reached us.\n");
    g_string_append_printf(text,
                           "It is now ticket #%" G_GINT64_FORMAT " of our %s desk, and a person will read and\n"
                           "answer it. This first answer was sent automatically.\n\n"
                           "To add something, just answer this mail: it will join your ticket.\n\n",
                           values->reference, values->queue);
}

static void
in_words_of_a_rule(const AcknowledgementValues *values, char **subject_out, GString *text)
{
    g_autofree char *subject = values->subject != NULL ? in_a_line(values->subject, 200) : NULL;
    g_autofree char *words = text_cut(values->words, LIMIT_NOTE);

    *subject_out = subject_of(values, subject);
    g_string_append(text, words);
    if (values->is_entity)
        return;
    g_string_append(text, g_str_has_suffix(words, "\n") ? "\n" : "\n\n");
    append_signature(text, values);
}

static void
refusal(const AcknowledgementValues *values, char **subject_out, GString *text)
{
    *subject_out = g_strdup("Auto: your message was not accepted");
    if (values->reason != NULL) {
        g_autofree char *reason = text_cut(values->reason, LIMIT_NOTE);

        g_string_append_printf(text, "your message was not accepted by our %s desk, and nobody has read it:\n\n%s\n\n",
                               values->queue, reason);
        return;
    }
    g_string_append_printf(text,
                           "your message answers a ticket that is closed, and our %s desk does not take\n"
                           "answers to closed tickets. Nobody has read it.\n\n"
                           "Please write a new mail to us if you still need help.\n\n",
                           values->queue);
}

void
acknowledgement_text(const char *kind, const AcknowledgementValues *values, char **subject_out, char **text_out)
{
    GString *text = g_string_new(NULL);

    if (values->words != NULL) {
        in_words_of_a_rule(values, subject_out, text);
        *text_out = g_string_free(text, FALSE);
        return;
    }
    append_greeting(text, values);
    if (g_str_equal(kind, "refusal"))
        refusal(values, subject_out, text);
    else
        acknowledgement(values, subject_out, text);
    append_signature(text, values);
    *text_out = g_string_free(text, FALSE);
}
