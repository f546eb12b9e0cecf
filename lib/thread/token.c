#include "thread/token.h"

#include "base/hash.h"

#include <string.h>

#define MAC_DIGITS   26                       /* base32 of TOKEN_MAC_BYTES */
#define KEY_IDS      32
#define FIND_BUDGET  64                       /* MACs that one text may cost us: a stranger wrote it */

static const char base32_digits[] = "abcdefghijklmnopqrstuvwxyz234567";

static const char purpose_letters[N_TOKEN_PURPOSES] = {
    [TOKEN_CUSTOMER] = 'c', [TOKEN_AUTOMATIC] = 'a', [TOKEN_AGENT] = 'g', [TOKEN_BOUNCE] = 'b',
    [TOKEN_SOLVED] = 's', [TOKEN_RATED] = 'r',
};

/* What the text of a token says, before anything is proved. */
typedef struct {
    gint64 reference;
    gint64 person;
    gint64 said;                              /* of a link: its third number; else 0 */
    guint  key_id;
    char   mac[MAC_DIGITS];                   /* lower case */
} Claim;

static void
wipe_key(gpointer key)
{
    explicit_bzero(key, sizeof(TokenKey));
}

TokenKeys *
token_keys_new(void)
{
    TokenKeys *keys = g_new0(TokenKeys, 1);

    /* Room for every id from the start: an array that grows would leave secrets behind in freed memory. */
    keys->keys = g_array_sized_new(FALSE, TRUE, sizeof(TokenKey), KEY_IDS);
    g_array_set_clear_func(keys->keys, wipe_key);
    return keys;
}

void
token_keys_free(TokenKeys *keys)
{
    if (keys == NULL)
        return;
    g_array_unref(keys->keys);
    g_free(keys);
}

void
token_keys_add(TokenKeys *keys, guint id, const guint8 secret[TOKEN_KEY_BYTES], gint64 proves_until)
{
    TokenKey key = { .id = id, .proves_until = proves_until };

    g_assert(id < KEY_IDS);
    memcpy(key.secret, secret, TOKEN_KEY_BYTES);
    g_array_append_val(keys->keys, key);
    wipe_key(&key);
}

static const TokenKey *
signing_key(const TokenKeys *keys)
{
    for (guint i = 0; i < keys->keys->len; i++) {
        const TokenKey *key = &g_array_index(keys->keys, TokenKey, i);

        if (key->proves_until == 0)
            return key;
    }
    return NULL;
}

static void
put_int64(guint8 *to, gint64 value)
{
    guint64 bits = GUINT64_TO_BE((guint64) value);

    memcpy(to, &bits, sizeof bits);
}

/* The key's id is part of what is signed, so that a MAC cannot be moved to another key's name. said: of links only. */
static char *
mac_of(const TokenKey *key, const Token *token, gint64 said)
{
    guint8 input[2 + 8 + 8 + 1 + 8];
    gsize length = token->purpose == TOKEN_SOLVED || token->purpose == TOKEN_RATED ? sizeof input : sizeof input - 8;
    guint8 mac[HASH_SHA256_BYTES];

    input[0] = (guint8) purpose_letters[token->purpose];
    input[1] = 0;
    put_int64(input + 2, token->reference);
    put_int64(input + 10, token->person);
    input[18] = (guint8) key->id;
    put_int64(input + 19, said);
    hash_hmac_sha256(key->secret, TOKEN_KEY_BYTES, input, length, mac);
    return base32_encode(mac, TOKEN_MAC_BYTES);
}

char *
token_format(const TokenKeys *keys, const Token *token)
{
    const TokenKey *key = signing_key(keys);
    g_autofree char *mac = NULL;

    g_assert(key != NULL);
    g_assert(token->reference > 0 && token->person >= 0 && token->purpose < TOKEN_BOUNCE);
    mac = mac_of(key, token, 0);
    return g_strdup_printf("t%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT ".%c%s", token->reference, token->person,
                           base32_digits[key->id], mac);
}

char *
token_format_bounce(const TokenKeys *keys, gint64 outbox)
{
    const Token token = { .reference = outbox, .person = 0, .purpose = TOKEN_BOUNCE };
    const TokenKey *key = signing_key(keys);
    g_autofree char *mac = NULL;

    g_assert(key != NULL && outbox > 0);
    mac = mac_of(key, &token, 0);
    return g_strdup_printf("b%" G_GINT64_FORMAT ".%c%s", outbox, base32_digits[key->id], mac);
}

/* Each number has one spelling, so that each token has one: no sign, no leading zero. */
static gboolean
read_number(const char **text, gint64 *value_out)
{
    const char *p = *text;
    gint64 value = 0;

    if (!g_ascii_isdigit(*p) || (*p == '0' && g_ascii_isdigit(p[1])))
        return FALSE;
    for (; g_ascii_isdigit(*p); p++) {
        int digit = *p - '0';

        if (value > (G_MAXINT64 - digit) / 10)
            return FALSE;
        value = value * 10 + digit;
    }
    *text = p;
    *value_out = value;
    return TRUE;
}

static gboolean
read_char(const char **text, char lower)
{
    if (g_ascii_tolower(**text) != lower)
        return FALSE;
    (*text)++;
    return TRUE;
}

static int
base32_value(char c)
{
    char lower = g_ascii_tolower(c);

    if (lower >= 'a' && lower <= 'z')
        return lower - 'a';
    if (lower >= '2' && lower <= '7')
        return lower - '2' + 26;
    return -1;
}

/* Key id and MAC; one more digit behind them would make it a longer word, and none of ours. */
static gboolean
read_proof(const char **text, Claim *claim)
{
    const char *p = *text;
    int key_id = base32_value(*p);

    if (key_id < 0)
        return FALSE;
    claim->key_id = (guint) key_id;
    p++;
    for (int i = 0; i < MAC_DIGITS; i++, p++) {
        if (base32_value(*p) < 0)
            return FALSE;
        claim->mac[i] = g_ascii_tolower(*p);
    }
    if (base32_value(*p) >= 0)
        return FALSE;
    *text = p;
    return TRUE;
}

/*
 * Texts of MACs are compared, not their bytes: 26 digits carry two bits more than the MAC has, and only the
 * spelling that we would have written ourselves may count.
 */
static gboolean
proves(const TokenKey *key, const Claim *claim, TokenPurpose purpose)
{
    const Token token = { .reference = claim->reference, .person = claim->person, .purpose = purpose };
    g_autofree char *mac = mac_of(key, &token, claim->said);

    return hash_equal(mac, claim->mac, MAC_DIGITS);
}

static gboolean
prove(const TokenKeys *keys, const Claim *claim, gint64 now, TokenPurpose purpose, guint *budget)
{
    for (guint i = 0; i < keys->keys->len; i++) {
        const TokenKey *key = &g_array_index(keys->keys, TokenKey, i);

        if (key->id != claim->key_id || (key->proves_until != 0 && now >= key->proves_until))
            continue;
        if (*budget == 0)
            return FALSE;
        (*budget)--;
        if (proves(key, claim, purpose))
            return TRUE;
    }
    return FALSE;
}

static gboolean
parse_within(const TokenKeys *keys, const char *text, gint64 now, guint *budget, Token *token_out,
             const char **end_out)
{
    static const TokenPurpose purposes[] = { TOKEN_CUSTOMER, TOKEN_AUTOMATIC, TOKEN_AGENT };
    const char *p = text;
    Claim claim = { .said = 0 };

    if (!read_char(&p, 't') || !read_number(&p, &claim.reference) || claim.reference == 0
        || !read_char(&p, '.') || !read_number(&p, &claim.person)
        || !read_char(&p, '.') || !read_proof(&p, &claim))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(purposes); i++) {
        if (!prove(keys, &claim, now, purposes[i], budget))
            continue;
        *token_out = (Token) { claim.reference, claim.person, purposes[i] };
        if (end_out != NULL)
            *end_out = p;
        return TRUE;
    }
    return FALSE;
}

gboolean
token_parse(const TokenKeys *keys, const char *text, gint64 now, Token *token_out, const char **end_out)
{
    guint budget = G_MAXUINT;

    return parse_within(keys, text, now, &budget, token_out, end_out);
}

/* A token begins a word. What follows from "." too: the tail of a longer dotted name is not a token. */
static gboolean
may_begin(const char *text, const char *at)
{
    return at == text || !(g_ascii_isalnum(at[-1]) || at[-1] == '.');
}

/*
 * Linear: a candidate is given up after at most 68 octets (numbers end by overflow), and needs an octet before
 * it that is part of no token.
 */
gboolean
token_find(const TokenKeys *keys, const char *text, gint64 now, Token *token_out)
{
    guint budget = FIND_BUDGET;

    for (const char *p = strpbrk(text, "tT"); p != NULL && budget > 0; p = strpbrk(p + 1, "tT")) {
        if (may_begin(text, p) && parse_within(keys, p, now, &budget, token_out, NULL))
            return TRUE;
    }
    return FALSE;
}

/* ---- links: they say one thing of a ticket -------------------------------------------------------------------- */

static char *
format_link(const TokenKeys *keys, const Token *signed_part, gint64 said)
{
    const TokenKey *key = signing_key(keys);
    g_autofree char *mac = NULL;

    g_assert(key != NULL);
    g_assert(signed_part->reference > 0 && signed_part->person > 0 && said > 0);
    mac = mac_of(key, signed_part, said);
    return g_strdup_printf("%c%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT ".%c%s", purpose_letters[signed_part->purpose],
                           signed_part->reference, signed_part->person, said, base32_digits[key->id], mac);
}

static gboolean
read_link(const TokenKeys *keys, const char *text, gint64 now, TokenPurpose purpose, guint *budget, Claim *claim)
{
    const char *p = text;

    return read_char(&p, purpose_letters[purpose]) && read_number(&p, &claim->reference) && claim->reference != 0
           && read_char(&p, '.') && read_number(&p, &claim->person) && claim->person != 0
           && read_char(&p, '.') && read_number(&p, &claim->said) && claim->said != 0
           && read_char(&p, '.') && read_proof(&p, claim)
           && prove(keys, claim, now, purpose, budget);
}

static gboolean
find_link(const TokenKeys *keys, const char *text, gint64 now, TokenPurpose purpose, Claim *claim)
{
    const char letter = purpose_letters[purpose], letters[] = { letter, g_ascii_toupper(letter), '\0' };
    guint budget = FIND_BUDGET;

    for (const char *p = strpbrk(text, letters); p != NULL && budget > 0; p = strpbrk(p + 1, letters)) {
        if (may_begin(text, p) && read_link(keys, p, now, purpose, &budget, claim))
            return TRUE;
    }
    return FALSE;
}

char *
token_format_solved(const TokenKeys *keys, const SolvedToken *token)
{
    return format_link(keys, &(Token) { token->reference, token->person, TOKEN_SOLVED }, token->article);
}

gboolean
token_find_solved(const TokenKeys *keys, const char *text, gint64 now, SolvedToken *token_out)
{
    Claim claim;

    if (!find_link(keys, text, now, TOKEN_SOLVED, &claim))
        return FALSE;
    *token_out = (SolvedToken) { claim.reference, claim.person, claim.said };
    return TRUE;
}

char *
token_format_rated(const TokenKeys *keys, const RatedToken *token)
{
    return format_link(keys, &(Token) { token->reference, token->person, TOKEN_RATED }, token->rating);
}

gboolean
token_find_rated(const TokenKeys *keys, const char *text, gint64 now, RatedToken *token_out)
{
    Claim claim;

    if (!find_link(keys, text, now, TOKEN_RATED, &claim))
        return FALSE;
    *token_out = (RatedToken) { claim.reference, claim.person, claim.said };
    return TRUE;
}

gboolean
token_parse_bounce(const TokenKeys *keys, const char *text, gint64 now, gint64 *outbox_out)
{
    guint budget = G_MAXUINT;
    const char *p = text;
    Claim claim = { .person = 0, .said = 0 };

    if (!read_char(&p, 'b') || !read_number(&p, &claim.reference) || claim.reference == 0
        || !read_char(&p, '.') || !read_proof(&p, &claim)
        || !prove(keys, &claim, now, TOKEN_BOUNCE, &budget))
        return FALSE;
    *outbox_out = claim.reference;
    return TRUE;
}

gboolean
token_is_bounce(const char *text, gsize length)
{
    g_autofree char *word = g_strndup(text, length);
    const char *p = word;
    Claim claim;

    return read_char(&p, 'b') && read_number(&p, &claim.reference) && claim.reference != 0 && read_char(&p, '.')
           && read_proof(&p, &claim) && *p == '\0';
}
