/*
 * protection-private.h - whether a mail is signed or encrypted, and by what (message->protection)
 *
 * Encrypted outranks signed. Nothing is verified: it says what the sender did, not whether it holds.
 */
#pragma once

#include "message/entity-private.h"
#include "message/leaf-private.h"
#include "message/message.h"

/* multipart/signed and multipart/encrypted (RFC 1847, RFC 3156, RFC 8551). */
void protection_note_multipart(Message *message, const Entity *entity);
/* application/pkcs7-mime, and what is left of a PGP/MIME mail that a server has rebuilt. */
void protection_note_leaf(Message *message, const MessagePart *part, const Entity *entity, const LeafContent *content);
/* Whether a leaf is S/MIME in one piece, by its label or its name. */
gboolean protection_is_cms(const MessagePart *part);
/* Armour in the text (RFC 9580, 6.2); where nothing of an encrypted mail can be read, the text says so. */
void     protection_settle_text(Message *message);
/* Whether the text is that sentence of ours. */
gboolean protection_hides_text(const Message *message);
