/*
 * deliver-private.h - the parts of mailgw-deliver: which socket, which sender, the talk with the daemon
 *
 * libc only: an MTA that cannot start its pipe command, because a library is being upgraded, bounces the mail.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define DELIVER_ADDRESS_MAX 254   /* RFC 5321, 4.5.3.1.3, less the brackets */
#define DELIVER_STATUS_MAX  512

/* sysexits.h; what Postfix and Exim make of them is why there are so few. */
enum { DELIVER_OK = 0, DELIVER_TOO_LARGE = 65, DELIVER_NO_USER = 67, DELIVER_REFUSED = 69, DELIVER_TEMPFAIL = 75 };

/* How it ended: the exit code and one line that begins with an enhanced status code of the same class (RFC 3463). */
typedef struct {
    int  exit_code;
    char text[DELIVER_STATUS_MAX];
} DeliverStatus;

__attribute__((format(printf, 3, 4))) void deliver_status_set(DeliverStatus *status, int exit_code, const char *format, ...);

/* No control characters, blanks or angle brackets, at most 254 octets: cannot end a command line early. */
bool deliver_address_is_safe(const char *address);

/*
 * The socket of the daemon: given (the option, may be NULL), $MAILGW_SOCKET, "socket =" of [lmtp] in the configuration file,
 * the default; in path. FALSE if it is too long for a socket.
 */
bool deliver_find_socket(const char *given, char *path, size_t size);

/*
 * The envelope sender: given by -f (may be NULL), else the topmost Return-Path of the mail. "" is the null path. FALSE if
 * there is none, or none that could be written in MAIL FROM.
 */
bool deliver_find_sender(const char *given, const char *mail, size_t length, char sender[DELIVER_ADDRESS_MAX + 1]);

typedef struct {
    const char  *socket_path;
    const char  *sender;          /* "" is the null path; NULL: unknown */
    const char  *auth_user;       /* or NULL */
    char *const *recipients;
    size_t       n_recipients;
    const char  *mail;
    size_t       length;
} DeliverJob;

/* Speaks LMTP (RFC 2033) with BDAT (RFC 3030). */
void deliver_talk(const DeliverJob *job, DeliverStatus *status);
