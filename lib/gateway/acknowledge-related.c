/*
 * acknowledge-related.c - what the sender wrote about the same matter before, and is not closed
 *
 * The same matter is the same subject, or one that shares three quarters of its words with it, two at least, and every number: "order 1234" is not "order 1235". Only a sender who is
 * proved is told: the subjects are his own, and so must the mailbox be (A25). Agents see the tickets linked.
 */
#include <string.h>

#include "base/text.h"
#include "gateway/decide-private.h"

#define SHOWN         3
#define SUBJECT_WIDTH 80

/* Words of a letter or two are found everywhere; numbers never are. */
static GHashTable *
words_of(const char *subject)
{
    GHashTable *words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *folded = g_utf8_casefold(subject, -1);
    const char *p = folded;

    while (*p != '\0') {
        const char *begin = p;
        glong letters = 0;
        gboolean number = FALSE;

        for (; g_unichar_isalnum(g_utf8_get_char(p)) || g_unichar_ismark(g_utf8_get_char(p)); p = g_utf8_next_char(p)) {
            letters++;
            number = number || g_unichar_isdigit(g_utf8_get_char(p));
        }
        if (letters > 2 || number)
            g_hash_table_add(words, g_strndup(begin, (gsize) (p - begin)));
        if (p == begin)
            p = g_utf8_next_char(p);
    }
    return words;
}

static gboolean
has_digit(const char *word)
{
    return strpbrk(word, "0123456789") != NULL;
}

/* How many of its words the other has; FALSE: a number is not among them. */
static gboolean
count_shared(GHashTable *words, GHashTable *other, guint *shared_out)
{
    GHashTableIter each;
    gpointer word;

    *shared_out = 0;
    g_hash_table_iter_init(&each, words);
    while (g_hash_table_iter_next(&each, &word, NULL)) {
        if (g_hash_table_contains(other, word))
            (*shared_out)++;
        else if (has_digit(word))
            return FALSE;
    }
    return TRUE;
}

gboolean
related_is_same_matter(const char *one, const char *other)
{
    g_autoptr(GHashTable) words = words_of(one), others = words_of(other);
    guint n = g_hash_table_size(words), m = g_hash_table_size(others), shared, back;

    if (n == 0 || m == 0 || !count_shared(words, others, &shared) || !count_shared(others, words, &back))
        return FALSE;
    return (shared == n && shared == m) || (shared >= 2 && shared * 4 >= 3 * MAX(n, m));
}

/* Numbers grow: when a mail is decided again, for a preview or by other rules, its own ticket is there, and perhaps later ones. */
static gboolean
is_told(const Deciding *d, const FactOpen *open)
{
    return open->reference < d->ids->reference && d->prepared->thread->subject != NULL && related_is_same_matter(d->prepared->thread->subject, open->subject);
}

void
decide_link_same_matter(Deciding *d, gint64 ticket)
{
    for (guint i = 0; i < d->facts->open_before->len; i++) {
        const FactOpen *open = g_ptr_array_index(d->facts->open_before, i);
        Effect *effect;

        if (!is_told(d, open) || open->reference == ticket)
            continue;
        effect = decision_add(d->decision, EFFECT_LINK, g_strdup("perhaps the same matter: its requester wrote about this before"));
        effect->small.ticket = ticket;
        effect->small.other = open->reference;
        trace_add(d->decision->trace, "same matter", TRUE, "#%" G_GINT64_FORMAT " of the sender is open, and has a subject like this one", open->reference);
    }
}

void
acknowledge_set_related(const Deciding *d, const char *language, TemplateValue *values)
{
    TemplateValue *list = template_list();
    guint n = 0;

    for (guint i = 0; i < d->facts->open_before->len && n < SHOWN; i++) {
        const FactOpen *open = g_ptr_array_index(d->facts->open_before, i);
        g_autofree char *reference = g_strdup_printf("%" G_GINT64_FORMAT, open->reference);
        g_autofree char *tag = g_strdup_printf("[%s #%s]", queue_tag(d->queue, d->settings->name), reference);
        g_autofree char *folded = text_fold_space(open->subject), *subject = text_cut(folded, SUBJECT_WIDTH);
        g_autofree char *day = promise_tell_day(d, language, open->created_at);
        TemplateValue *ticket;

        if (!is_told(d, open))
            continue;
        ticket = template_object();
        template_set_text(ticket, "reference", reference);
        template_set_text(ticket, "tag", tag);
        template_set_text(ticket, "subject", subject);
        template_set_text(ticket, "day", day);
        template_list_add(list, ticket);
        n++;
    }
    if (n > 0)
        template_set(values, "related.tickets", list);
    else
        template_value_free(list);
}
