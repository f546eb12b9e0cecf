/*
 * content-key.h - the key under which the same content is the same mail
 *
 * SHA-256 over the unfolded values of From, Sender, Reply-To, To, Cc, Subject, Date, Message-ID, In-Reply-To, References,
 * Resent-*, MIME-Version and Content-* in the order they stand in, then the body with CRLF line ends and without trailing empty lines, then the
 * queue's name. Trace fields are left out, so that one mail that came by pipe and by IMAP is one.
 */
#pragma once

#include <glib.h>

/* Reads the bytes with a scanner of its own, not with GMime: never fails, linear. has_identity_out (may be NULL): Message-ID or Date is there. */
void content_key(const guint8 *bytes, gsize length, const char *queue, guint8 key_out[32], gboolean *has_identity_out);
