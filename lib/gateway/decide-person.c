/*
 * decide-person.c - what a mail teaches about the person who wrote it: a language, an address that is read, the logo of a signature
 */
#include "gateway/decide-private.h"

const char *
decide_language(const Deciding *d)
{
    if (d->message->language != NULL)
        return d->message->language;
    if (decide_facts_of_requester(d)->person_language != NULL || d->queue == NULL)
        return decide_facts_of_requester(d)->person_language;
    return d->queue->language;
}

/* Only what is told by a text of some length is remembered: a declared language is the mail program's. */
static const char *
new_language(const Deciding *d)
{
    const Message *message = d->message;

    if (message->class_ != CLASS_HUMAN || g_strcmp0(message->language_source, "text") != 0)
        return NULL;
    return g_strcmp0(message->language, d->facts->person_language) != 0 ? message->language : NULL;
}

/* Whoever writes has an address that works again, as far as anybody can tell; if not, the next bounce says so. */
static gboolean
writes_again(const Deciding *d)
{
    return d->facts->person_is_bouncing && d->message->class_ == CLASS_HUMAN;
}

/* Mail that failed authentication, that came with somebody else's token, or for somebody else, teaches nothing about the person in From. */
static gboolean
is_theirs(const Deciding *d)
{
    return d->requester == NULL && d->facts->person != 0 && (d->match == NULL || !d->match->other_address)
           && decide_sender_standing(d->message, d->arrival) != SENDER_FAILED;
}

static void
remember_images(Deciding *d)
{
    const GByteArray *images = d->prepared->request->images;
    Effect *effect;

    if (images->len == 0)
        return;
    effect = decision_add(d->decision, EFFECT_IMAGES, g_strdup("shown inside the text"));
    effect->images.person = d->facts->person;
    g_byte_array_append(effect->images.sha256, images->data, images->len);
}

void
decide_person(Deciding *d, gint64 ticket)
{
    const char *language = new_language(d);
    gboolean writes = writes_again(d);
    Effect *effect;

    if (!is_theirs(d))
        return;
    remember_images(d);
    if (language == NULL && !writes)
        return;
    effect = decision_add(d->decision, EFFECT_PERSON, g_strdup(writes ? "a mail came from this address" : "the language of the mail"));
    effect->person.person = d->facts->person;
    effect->person.language = g_strdup(language);
    effect->person.mail = writes ? PERSON_WRITES : PERSON_UNCHANGED;
    if (!writes)
        return;
    effect = decision_add(d->decision, EFFECT_EVENT, g_strdup("mail to the sender came back before; it is sent again, since a mail came from there"));
    effect->small.ticket = ticket;
    effect->small.text = g_strdup("not-bouncing");
}
