/*
 * imap-client.h - one connection to an IMAP server (RFC 3501, RFC 9051), in blocking calls of which each one ends
 *
 * The server is a stranger. Its answers pass a guard before libetpan parses them: nesting, lines, literals and numbers have limits, only what
 * was asked for gets through, and what the parser cannot take although it is valid (answers of extensions, items of other vendors) is left
 * out. Nothing is asked for but UID, RFC822.SIZE, INTERNALDATE, FLAGS, and bodies by BODY.PEEK, so reading marks nothing as read.
 *
 * Every call returns by its deadline, however the server behaves, and soon after cancel_fd became readable. Names of folders are UTF-8 on
 * this side. Strings with control characters (folder, flag, user, secret) are INVALID and never reach the wire.
 *
 * When a call fails, imap_client_fault() says what went wrong, for callers that must react to it; the GError says it for people and what
 * to do in general:
 *
 *     TEMPORARY   connect again later           CONFIG    somebody must change something (trust, login, missing extension)
 *     NOT_FOUND   no such folder                LIMIT     the server sent more than it may; the same command will fail again
 *     INVALID     an argument, or the server does not speak IMAP
 *
 * After a refusal (a tagged NO) and after a wrong argument the client goes on; after anything else it is dead: imap_client_is_alive() is FALSE,
 * every further call fails at once with the first fault, and the caller frees it and makes a new one. A session is never resynchronised.
 *
 * A client belongs to one thread. libetpan stays inside this folder.
 */
#pragma once

#include "base/error.h"

typedef enum {
    IMAP_SECURITY_TLS,                  /* from the first byte: port 993 (RFC 8314) */
    IMAP_SECURITY_STARTTLS,             /* demanded: PREAUTH, a refusal, and bytes sent in advance end the connection */
    IMAP_SECURITY_PLAINTEXT_LOOPBACK,   /* for tests: refused unless the address connected to is loopback */
} ImapSecurity;

typedef enum {
    IMAP_MECHANISM_PASSWORD,            /* SASL PLAIN where offered, else LOGIN */
    IMAP_MECHANISM_LOGIN,               /* the command; refused where LOGINDISABLED is announced */
    IMAP_MECHANISM_PLAIN,               /* RFC 4616 */
    IMAP_MECHANISM_TOKEN,               /* OAUTHBEARER where offered, else XOAUTH2 */
    IMAP_MECHANISM_XOAUTH2,             /* Google, Microsoft */
    IMAP_MECHANISM_OAUTHBEARER,         /* RFC 7628 */
} ImapMechanism;

/* Everything is borrowed, and must outlive imap_client_connect() only. Zero numbers stand for the default in brackets. */
typedef struct {
    const char        *host;            /* name (A-labels) or address; the certificate is checked against it, and it is sent as SNI */
    guint16            port;            /* [993 with TLS, else 143] */
    ImapSecurity       security;
    const char        *ca_file;         /* PEM, in place of the system's authorities; NULL: those of the system */
    const char *const *pins;            /* SHA-256 of the server's public key (SubjectPublicKeyInfo), 64 hexadecimal digits each,
                                           NULL-terminated; one that fits replaces chain, name and dates. NULL: no pins */
    ImapMechanism      mechanism;
    const char        *user;
    const char        *secret;          /* password or access token */

    guint              connect_seconds;   /* [30] name, TCP over all addresses, TLS, greeting and login together */
    guint              command_seconds;   /* [60] one command that carries no bodies */
    guint              transfer_seconds;  /* [300] one command that carries bodies or a plan */
    guint              stall_seconds;     /* [60] without one byte, within the deadlines above */
    gint64             message_bytes;     /* [LIMIT_MESSAGE_HARD] the longest body literal; the server's word is not taken for it */
} ImapEndpoint;

typedef struct ImapClient ImapClient;

typedef enum {
    IMAP_FAULT_NONE,
    IMAP_FAULT_ARGUMENT,      /* a string with control characters, or too long; alive */
    IMAP_FAULT_NAME,          /* the host's name could not be resolved */
    IMAP_FAULT_CONNECT,       /* no address answered, or the network broke: also end of file in the middle of an answer */
    IMAP_FAULT_TIMEOUT,       /* a deadline passed, or the server stalled */
    IMAP_FAULT_TRUST,         /* certificate: authority, name, dates, pin; or PREAUTH, injection, no STARTTLS. No secret was sent */
    IMAP_FAULT_TLS,           /* handshake or record failed otherwise: version, cipher, broken record */
    IMAP_FAULT_LOGIN,         /* user, password or token refused, or the mechanism is not offered: trying again does not help */
    IMAP_FAULT_TOKEN,         /* the token was refused as expired or invalid: imap_client_challenge() */
    IMAP_FAULT_BYE,           /* the server says good-bye, or "not now" ([UNAVAILABLE], [INUSE], too many...) to the login, or with BAD */
    IMAP_FAULT_QUOTA,         /* [OVERQUOTA] in a refusal of a command; alive */
    IMAP_FAULT_REFUSED,       /* tagged NO otherwise: alive */
    IMAP_FAULT_UNSUPPORTED,   /* the server lacks what this would need (UIDPLUS, MOVE): alive, nothing was sent */
    IMAP_FAULT_PROTOCOL,      /* not IMAP: imap_client_offending_line() */
    IMAP_FAULT_LIMIT,         /* more than the budget: nesting, line, literal, bytes of one command */
    IMAP_FAULT_STOPPED,       /* a callback said so: dead, because the rest of the answer was not read */
    IMAP_FAULT_CANCELLED,     /* cancel_fd became readable: dead */
} ImapFault;

/* cancel_fd: an eventfd or pipe, borrowed, never read from; readable means: stop now. -1 is none. */
ImapClient *imap_client_new(int cancel_fd);
/* Closes the connection without a word (see imap_client_logout()). */
void        imap_client_free(ImapClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImapClient, imap_client_free)

/*
 * Connects, encrypts, checks the server, asks for capabilities and logs in. Once per client. The secret is sent over a connection whose
 * server was checked, or over loopback where the endpoint says so, never otherwise.
 */
gboolean imap_client_connect(ImapClient *client, const ImapEndpoint *endpoint, GError **error);
/* The same without logging in, for "does it answer, and is it whom we mean". Capabilities are those before the login. */
gboolean imap_client_probe(ImapClient *client, const ImapEndpoint *endpoint, GError **error);

gboolean    imap_client_is_alive(const ImapClient *client);
ImapFault   imap_client_fault(const ImapClient *client);        /* of the last failed call; NONE if none failed */
const char *imap_fault_name(ImapFault fault);                   /* one word for the log: "trust" */
/* Borrowed until the next call; each may be NULL. All are UTF-8 and hold neither the secret nor what encodes it. */
const char *imap_client_server_text(const ImapClient *client);  /* last tagged answer or BYE: "[AUTHENTICATIONFAILED] no" */
const char *imap_client_challenge(const ImapClient *client);    /* the JSON with which a token was refused (RFC 7628, 3.2.2) */
const char *imap_client_offending_line(const ImapClient *client);   /* beginning of the line that was no IMAP */
const char *imap_client_address(const ImapClient *client);      /* "192.0.2.1:993", once connected */
const char *imap_client_tls(const ImapClient *client);          /* "TLS1.3 AES-256-GCM", NULL in plain text */

typedef enum {
    IMAP_CAN_IDLE        = 1 << 0,
    IMAP_CAN_MOVE        = 1 << 1,
    IMAP_CAN_UIDPLUS     = 1 << 2,
    IMAP_CAN_LITERAL_PLUS = 1 << 3,
    IMAP_CAN_SASL_IR     = 1 << 4,
    IMAP_CAN_NAMESPACE   = 1 << 5,
    IMAP_CAN_UNSELECT    = 1 << 6,
    IMAP_CAN_STARTTLS    = 1 << 7,
    IMAP_CAN_PLAIN       = 1 << 8,      /* AUTH=... */
    IMAP_CAN_XOAUTH2     = 1 << 9,
    IMAP_CAN_OAUTHBEARER = 1 << 10,
    IMAP_CAN_LOGIN       = 1 << 11,     /* no LOGINDISABLED */
    IMAP_CAN_REV1        = 1 << 12,
    IMAP_CAN_REV2        = 1 << 13,     /* IDLE, MOVE, UIDPLUS, NAMESPACE, UNSELECT, SASL-IR are part of it, and set */
} ImapCapability;

/* As announced after the login; the bits of ImapCapability. */
guint imap_client_capabilities(const ImapClient *client);
/* All of it as the server wrote it, in one line. */
const char *imap_client_capability_line(const ImapClient *client);

/* --- folders --- */

typedef struct {
    char    *name;            /* UTF-8; what is no modified UTF-7 is given as it is */
    char     delimiter;       /* '\0': flat */
    gboolean selectable;
} ImapListed;

/* All folders this user sees (LIST "" "*"): GPtrArray of ImapListed, which frees them. At most LIMIT_IMAP_FOLDERS. */
gboolean imap_client_list(ImapClient *client, GPtrArray **folders_out, GError **error);
gboolean imap_client_create_folder(ImapClient *client, const char *folder, GError **error);

typedef struct {
    guint32  uidvalidity;     /* 0: the server named none, so UIDs of it mean nothing tomorrow */
    guint32  uidnext;         /* 0: not told */
    guint32  exists;
    gboolean read_only;       /* by EXAMINE, or because the server says so */
    gboolean new_keywords;    /* PERMANENTFLAGS has \*: a keyword of ours will be kept */
    gboolean can_see;         /* PERMANENTFLAGS has \Seen; both are TRUE where no PERMANENTFLAGS came (RFC 3501, 7.1) */
    gboolean can_delete;      /* the same of \Deleted */
    char   **permanent_flags; /* as listed, NULL-terminated; NULL: none came */
} ImapFolder;

/* SELECT, or EXAMINE when read_only. folder_out: imap_folder_clear(). NOT_FOUND when it is refused as [NONEXISTENT] or unknown. */
gboolean imap_client_select(ImapClient *client, const char *folder, gboolean read_only, ImapFolder *folder_out, GError **error);
void     imap_folder_clear(ImapFolder *folder);
/* Messages in the selected folder by the latest word of the server. */
guint32  imap_client_exists(const ImapClient *client);

/* --- reading; all of it needs a selected folder --- */

typedef enum {
    IMAP_FLAG_SEEN     = 1 << 0,
    IMAP_FLAG_DELETED  = 1 << 1,
    IMAP_FLAG_DRAFT    = 1 << 2,
    IMAP_FLAG_ANSWERED = 1 << 3,
    IMAP_FLAG_FLAGGED  = 1 << 4,
    IMAP_FLAG_KEYWORD  = 1 << 5,        /* the keyword given to imap_client_plan() */
} ImapFlag;

typedef struct {
    guint32 uid;
    guint64 size;             /* octets by the server's word; 0: not told */
    gint64  internal_date;    /* microseconds since 1970-01-01 UTC; 0: not told, or no date */
    guint   flags;            /* bits of ImapFlag */
} ImapRow;

/* A piece of a plan, borrowed. FALSE: stop; the client is dead then (IMAP_FAULT_STOPPED). */
typedef gboolean (*ImapRowsFunc)(gpointer data, const ImapRow *rows, gsize n_rows);

/*
 * UID FETCH first:last (UID RFC822.SIZE INTERNALDATE FLAGS). last 0 is "*". Rows come in pieces of at most LIMIT_IMAP_ROWS, in the server's
 * order, which is nearly always ascending; UIDs outside of the range are left out (for "n:*" servers send the last message even if it is older
 * than n). keyword may be NULL; it is compared without regard to case.
 */
gboolean imap_client_plan(ImapClient *client, guint32 first, guint32 last, const char *keyword,
                          ImapRowsFunc rows, gpointer data, GError **error);

/* One Message-ID field: its value unfolded, without white space around it, as the sender wrote it (any bytes but NUL); NULL: it has none. */
typedef gboolean (*ImapIdFunc)(gpointer data, guint32 uid, const char *message_id);
/* At most LIMIT_IMAP_UIDS uids a call, any order. UIDs that are gone are not called back. FALSE of the callback as above. */
gboolean imap_client_message_ids(ImapClient *client, const guint32 *uids, gsize n_uids,
                                 ImapIdFunc id, gpointer data, GError **error);

/* The whole message as the server holds it: message is borrowed (take a reference to keep it), not NULL; a long one is of a spool (base/spool.h). FALSE as above. */
typedef gboolean (*ImapBodyFunc)(gpointer data, guint32 uid, GBytes *message);
/*
 * UID FETCH uids (UID BODY.PEEK[]) in one command; the callback runs as each message is complete, so one message is in memory at a time. At
 * most LIMIT_IMAP_UIDS uids; batches of 50 or 8 MB are as fast as any. What is gone, or came as NIL or empty, is not called back: ask again
 * alone, and if it fails again it cannot be had. A message longer than message_bytes ends the client with IMAP_FAULT_LIMIT, so
 * take the long ones by their planned size to imap_client_partial().
 */
gboolean imap_client_bodies(ImapClient *client, const guint32 *uids, gsize n_uids,
                            ImapBodyFunc body, gpointer data, GError **error);
/* The first max_bytes of one message. message_out is NULL if it is gone; otherwise yours. */
gboolean imap_client_partial(ImapClient *client, guint32 uid, guint32 max_bytes, GBytes **message_out, GError **error);

/* --- afterwards; at most LIMIT_IMAP_UIDS uids a call; UIDs that are gone are no error --- */

/* UID STORE +FLAGS.SILENT (flag): "\\Seen", "$Ticketed". */
gboolean imap_client_add_flag(ImapClient *client, const guint32 *uids, gsize n_uids, const char *flag, GError **error);
/*
 * UID MOVE, else UID COPY, UID STORE \Deleted, UID EXPUNGE of exactly these. UNSUPPORTED (CONFIG) before anything is sent where the server has
 * neither MOVE nor UIDPLUS: EXPUNGE alone would remove what others marked. NOT_FOUND when the folder is not there ([TRYCREATE]).
 */
gboolean imap_client_move(ImapClient *client, const guint32 *uids, gsize n_uids, const char *folder, GError **error);
/* \Deleted and UID EXPUNGE; UNSUPPORTED as above without UIDPLUS. */
gboolean imap_client_delete(ImapClient *client, const guint32 *uids, gsize n_uids, GError **error);

/* --- waiting --- */

typedef enum {
    IMAP_EVENT_NONE,          /* nothing happened until the time was over: look again all the same, now and then */
    IMAP_EVENT_MAIL,          /* EXISTS grew */
    IMAP_EVENT_CHANGE,        /* expunged or flagged by somebody */
} ImapEvent;

/*
 * Waits for news of the selected folder for at most `seconds`: by IDLE (RFC 2177), begun after a NOOP that proves the connection, and renewed
 * every 9 minutes, so that a dead connection is noticed and no NAT forgets it. Where the server has no IDLE, or does not begin it within 10
 * seconds, it sleeps and sends one NOOP at the end: choose `seconds` as the poll interval. Cancelled: FALSE, as everywhere.
 */
gboolean imap_client_wait(ImapClient *client, guint seconds, ImapEvent *event_out, GError **error);
gboolean imap_client_noop(ImapClient *client, ImapEvent *event_out, GError **error);
/* Says good-bye and closes; what fails is no matter. The client is dead then. */
void     imap_client_logout(ImapClient *client);
