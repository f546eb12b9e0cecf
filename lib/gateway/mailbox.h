/*
 * mailbox.h - the books of an IMAP account: its mail into inbound rows, in one transaction with how far its folders are read
 *
 * One process on all hosts reads an account: the one whose session holds the account's lock. The same session writes, so that who loses
 * the lock can write no more.
 */
#pragma once

#include "gateway/accept.h"
#include "intake/imap-books.h"

typedef struct {
    const ImapConfig     *config;
    const AcceptSettings *ours;
    const char           *queue;      /* of mail that names no address of ours */
} MailboxSettings;

typedef struct Mailbox Mailbox;

/* Connects by itself. Everything is borrowed. May be used from several threads. */
Mailbox  *mailbox_new(const Role *role, const MailboxSettings *settings);
void      mailbox_free(Mailbox *mailbox);
ImapBooks mailbox_books(Mailbox *mailbox);
/* Whoever waits is told of what was stored; returns ms until it wants to be called again, or -1. */
int       mailbox_tick(Mailbox *mailbox);
/* Counts the calls of the books: while it grows, the source does something. */
guint     mailbox_uses(const Mailbox *mailbox);

/* "imap:desk/INBOX;UIDVALIDITY=7/;UID=20", as an IMAP URL would name it (RFC 5092). */
char *mailbox_delivery_key(const char *account, const char *folder, gint64 uidvalidity, gint64 generation, gint64 uid);
