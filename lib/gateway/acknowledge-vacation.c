/*
 * acknowledge-vacation.c - the words of a rule instead of the acknowledgement's (vacation, RFC 5230 and 6131)
 *
 * It is the acknowledgement in every other way: the same silences and limits, one answer to a message at most, and a token in it, so that an answer joins the ticket. The
 * period of the script is one more token bucket, of a sender and a handle, which holds one.
 */
#include "base/address.h"
#include "base/text.h"
#include "gateway/decide-private.h"

const char *
vacation_option(const SieveAction *vacation, const char *name)
{
    return vacation->options != NULL ? g_hash_table_lookup(vacation->options, name) : NULL;
}

/* RFC 5230, 4.5: further addresses by which the message may have been meant for us. */
gboolean
vacation_names(const SieveAction *vacation, const GPtrArray *addresses)
{
    for (guint i = 0; i < addresses->len; i++) {
        const MessageAddress *address = g_ptr_array_index(addresses, i);

        for (guint k = 0; vacation->words != NULL && k < vacation->words->len; k++)
            if (address_equal(address->address, g_ptr_array_index(vacation->words, k)))
                return TRUE;
    }
    return FALSE;
}

/* RFC 5230, 4.2: a sender is answered once in the period; ":seconds 0" answers each message (RFC 6131, 2). */
Bucket *
vacation_bucket(const SieveAction *vacation, const char *recipient)
{
    g_autofree char *person = address_counting_key(recipient);
    g_autofree char *handle = NULL;

    if (vacation->number == 0)
        return NULL;
    /* A handle may be long, or be put together from what a stranger wrote. */
    handle = g_compute_checksum_for_string(G_CHECKSUM_SHA256, vacation_option(vacation, "handle"), -1);
    return bucket_new(g_strdup_printf("vacation:%s:%.16s", person != NULL ? person : recipient, handle), 1, vacation->number);
}

const char *
vacation_from(const Deciding *d, const SieveAction *vacation)
{
    const char *from = vacation_option(vacation, "from-address");

    if (from == NULL || queues_find_address(d->settings->queues, TRUE, from, NULL) != NULL)
        return from != NULL ? from : d->queue->address;
    trace_add(d->decision->trace, "vacation", FALSE, "<%s> is no address of ours: the queue's stands there", from);
    return d->queue->address;
}
