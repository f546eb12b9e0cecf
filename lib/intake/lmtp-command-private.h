/*
 * lmtp-command-private.h - the arguments of MAIL and RCPT (RFC 5321, 4.1.2; RFC 1870, 4954, 6152, 6531)
 *
 * Pure: text in, values or the refusal out.
 */
#pragma once

#include <glib.h>

/* What the peer is told instead of 250. text begins with the enhanced status code (RFC 2034). */
typedef struct {
    int         code;
    const char *text;
} LmtpRefusal;

typedef struct {
    char    *sender;          /* "" is the null path */
    char    *auth_user;       /* AUTH=, decoded; NULL if absent or "<>" */
    gint64   size;            /* SIZE=, or 0 */
    gboolean utf8;            /* SMTPUTF8 */
    gboolean sender_unknown;  /* XSENDER=UNKNOWN */
} LmtpMailCommand;

/* arguments is what follows "MAIL ". A refused command leaves nothing in mail_out. */
gboolean lmtp_command_parse_mail(const char *arguments, gint64 max_bytes, LmtpMailCommand *mail_out,
                                 LmtpRefusal *refusal_out);
void     lmtp_command_mail_clear(LmtpMailCommand *mail);

/* arguments is what follows "RCPT ". utf8: the transaction is an SMTPUTF8 one. */
gboolean lmtp_command_parse_rcpt(const char *arguments, gboolean utf8, char **recipient_out, LmtpRefusal *refusal_out);

/* What follows "BDAT ". Refused is what leaves in doubt how many octets follow. */
gboolean lmtp_command_parse_bdat(const char *arguments, gint64 *size_out, gboolean *last_out);
