/*
 * token.h - the signed name of a ticket that we give to one person
 *
 *     t1042.77.a7q3...        "t" reference "." person "." key-id (one base32 digit) MAC (26 base32 digits)
 *
 * The MAC is HMAC-SHA-256 cut to 128 bits over purpose, ticket, person and key-id. A token of purpose
 * TOKEN_AUTOMATIC stands in our automatic mails, so that an answer to one is known wherever its token survives:
 * in the recipient, in a Message-ID, or in the body. A retired key still proves tokens until its life is over.
 */
#pragma once

#include <glib.h>

#define TOKEN_KEY_BYTES 32
#define TOKEN_MAC_BYTES 16

typedef enum { TOKEN_CUSTOMER, TOKEN_AUTOMATIC, TOKEN_AGENT, TOKEN_BOUNCE, TOKEN_SOLVED, TOKEN_RATED, N_TOKEN_PURPOSES } TokenPurpose;

typedef struct {
    guint  id;                         /* 0..31 */
    guint8 secret[TOKEN_KEY_BYTES];
    gint64 proves_until;               /* a retired key's end (microseconds UTC); 0: in use */
} TokenKey;

typedef struct {
    GArray *keys;                      /* TokenKey; the first with proves_until 0 signs */
} TokenKeys;

typedef struct {
    gint64       reference;            /* of the ticket; of TOKEN_BOUNCE: the outbox row */
    gint64       person;
    TokenPurpose purpose;
} Token;

TokenKeys *token_keys_new(void);
void       token_keys_free(TokenKeys *keys);          /* wipes them */
void       token_keys_add(TokenKeys *keys, guint id, const guint8 secret[TOKEN_KEY_BYTES], gint64 proves_until);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TokenKeys, token_keys_free)

/* Of the purposes CUSTOMER, AUTOMATIC and AGENT; there must be a key in use. */
char *token_format(const TokenKeys *keys, const Token *token);

/*
 * Reads a token that text begins with (case-insensitively) and proves it against every key of its key-id for
 * the purposes CUSTOMER, AUTOMATIC and AGENT; end_out (may be NULL) gets the first octet after it, which is no
 * base32 digit. FALSE if there is none or the MAC is wrong (compared in constant time).
 */
gboolean token_parse(const TokenKeys *keys, const char *text, gint64 now, Token *token_out, const char **end_out);
/*
 * The first valid token in text, from the top, that no letter, digit or dot stands directly before. Linear in
 * the length of text, and a stranger's text costs 64 MACs at most: what stands behind that many false tokens is
 * not found.
 */
gboolean token_find(const TokenKeys *keys, const char *text, gint64 now, Token *token_out);

/* Envelope sender of a mail whose bounces we want to know: "b<outbox id>.<key-id MAC>". */
char    *token_format_bounce(const TokenKeys *keys, gint64 outbox);
/* Whether length octets of text are spelled like one, proven or not. */
gboolean token_is_bounce(const char *text, gsize length);
gboolean token_parse_bounce(const TokenKeys *keys, const char *text, gint64 now, gint64 *outbox_out);

/* What the link of a help article says: "s<ticket>.<person>.<article>.<key-id MAC>". It closes a ticket and is good for nothing else. */
typedef struct {
    gint64 reference;
    gint64 person;                     /* whom the ticket is for */
    gint64 article;                    /* that solved it         */
} SolvedToken;

char    *token_format_solved(const TokenKeys *keys, const SolvedToken *token);
/* The first valid one in text, as token_find(). */
gboolean token_find_solved(const TokenKeys *keys, const char *text, gint64 now, SolvedToken *token_out);

/* What a link of a survey says: "r<ticket>.<person>.<rating>.<key-id MAC>". It rates a ticket and is good for nothing else. */
typedef struct {
    gint64 reference;
    gint64 person;                     /* who is asked                               */
    gint64 rating;                     /* as lib/ticket numbers them; 1 is the least */
} RatedToken;

char    *token_format_rated(const TokenKeys *keys, const RatedToken *token);
gboolean token_find_rated(const TokenKeys *keys, const char *text, gint64 now, RatedToken *token_out);
