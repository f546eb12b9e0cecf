/*
 * address.c - checking addresses and making keys of them
 */
#include "base/address.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <string.h>

/* RFC 5321, 4.5.3.1: octets of a path without its brackets, of a local part, of a domain. */
#define ADDRESS_BYTES    254
#define LOCAL_PART_BYTES 64
#define DOMAIN_BYTES     255
#define LABEL_BYTES      63

/* Longer than any address that can be delivered to, and short enough to stand in an index of the database. */
#define CANONICAL_BYTES  512

const char *
address_domain(const char *address)
{
    const char *at = strrchr(address, '@');

    return at == NULL || at[1] == '\0' ? NULL : at + 1;
}

/* --- domains --- */

/* RFC 5321, 4.1.3: "[192.0.2.1]" and "[IPv6:2001:db8::1]". */
static char *
literal_ascii(const char *domain)
{
    g_autofree char *inside = NULL;
    gsize length = strlen(domain);
    guint8 bytes[16];

    if (length < 3 || length > DOMAIN_BYTES || domain[length - 1] != ']')
        return NULL;
    inside = g_ascii_strdown(domain + 1, (gssize) length - 2);
    if (g_str_has_prefix(inside, "ipv6:") ? inet_pton(AF_INET6, inside + 5, bytes) != 1
                                          : inet_pton(AF_INET, inside, bytes) != 1)
        return NULL;
    return g_strconcat("[", inside, "]", NULL);
}

/* Letters, digits and hyphens, and the underscore, which stands in names of real hosts though RFC 1123 forbids it. */
static gboolean
ascii_domain_is_valid(const char *domain)
{
    gsize label = 0;

    for (const char *next = domain; *next != '\0'; next++) {
        if (*next == '.') {
            if (label == 0 || next[-1] == '-')
                return FALSE;
            label = 0;
            continue;
        }
        if (!g_ascii_isalnum(*next) && *next != '_' && (*next != '-' || label == 0))
            return FALSE;
        if (++label > LABEL_BYTES)
            return FALSE;
    }
    return label > 0 && domain[strlen(domain) - 1] != '-';
}

char *
address_domain_ascii(const char *domain)
{
    g_autofree char *ascii = NULL;
    gsize length = strnlen(domain, 4 * DOMAIN_BYTES);

    if (*domain == '[')
        return literal_ascii(domain);
    if (length == 0 || length == 4 * DOMAIN_BYTES)
        return NULL;
    if (g_str_is_ascii(domain)) {
        ascii = g_ascii_strdown(domain, (gssize) length);
    } else {
        guint8 *looked_up = NULL;

        if (!g_utf8_validate(domain, -1, NULL)
            || idn2_lookup_u8((const guint8 *) domain, &looked_up, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL)
                   != IDN2_OK)
            return NULL;
        ascii = g_ascii_strdown((const char *) looked_up, -1);
        idn2_free(looked_up);
    }
    /* "example.com." is the same domain, spelled with the root. */
    length = strlen(ascii);
    if (length > 1 && ascii[length - 1] == '.')
        ascii[--length] = '\0';
    return length <= DOMAIN_BYTES && ascii_domain_is_valid(ascii) ? g_steal_pointer(&ascii) : NULL;
}

/* --- an address as an argument of SMTP --- */

/* RFC 5322, 3.2.3, and RFC 6531, 3.3: atext with UTF-8. */
static gboolean
is_atext(gunichar c)
{
    if (c < 0x80)
        return g_ascii_isalnum((char) c) || strchr("!#$%&'*+-/=?^_`{|}~", (int) c) != NULL;
    return !text_char_is_unsafe(c) && !g_unichar_isspace(c);
}

static gboolean
is_dot_atom(const char *start, const char *end)
{
    gboolean after_dot = TRUE;

    for (const char *next = start; next < end; next = g_utf8_next_char(next)) {
        gunichar c = g_utf8_get_char(next);

        if (c == '.' ? after_dot : c == '\0' || !is_atext(c))
            return FALSE;
        after_dot = c == '.';
    }
    return !after_dot;
}

/* RFC 5321, 4.1.2: a backslash takes the next printable character, a bare quote ends the string. */
static gboolean
is_quoted_string(const char *start, const char *end)
{
    if (end - start < 2 || *start != '"' || end[-1] != '"')
        return FALSE;
    for (const char *next = start + 1; next < end - 1; next = g_utf8_next_char(next)) {
        if (*next == '"' || text_char_is_unsafe(g_utf8_get_char(next)))
            return FALSE;
        if (*next == '\\') {
            next++;
            if (next == end - 1 || (guint8) *next >= 0x80 || text_char_is_unsafe((guint8) *next))
                return FALSE;
        }
    }
    return TRUE;
}

gboolean
address_is_valid(const char *address)
{
    gsize length = strnlen(address, ADDRESS_BYTES + 1);
    const char *domain, *at;
    g_autofree char *ascii = NULL;

    if (length > ADDRESS_BYTES || !g_utf8_validate(address, -1, NULL))
        return FALSE;
    domain = address_domain(address);
    if (domain == NULL)
        return FALSE;
    at = domain - 1;
    if (at == address || at - address > LOCAL_PART_BYTES
        || (!is_dot_atom(address, at) && !is_quoted_string(address, at)))
        return FALSE;
    ascii = address_domain_ascii(domain);
    return ascii != NULL && address[length - 1] != '.';
}

/* --- an address as a key --- */

char *
address_canonical(const char *address)
{
    const char *domain = address_domain(address);
    g_autofree char *local = NULL;
    g_autofree char *clean = NULL;
    g_autofree char *ascii = NULL;

    if (domain == NULL || domain - 1 == address || strnlen(address, CANONICAL_BYTES + 1) > CANONICAL_BYTES)
        return NULL;
    local = g_ascii_strdown(address, domain - 1 - address);
    clean = text_sanitise(local, strlen(local));
    ascii = address_domain_ascii(domain);
    if (ascii == NULL || text_has_control(clean))
        return NULL;
    return g_strconcat(clean, "@", ascii, NULL);
}

gboolean
address_equal(const char *a, const char *b)
{
    g_autofree char *canonical_a = address_canonical(a);
    g_autofree char *canonical_b = address_canonical(b);

    return canonical_a != NULL && canonical_b != NULL && strcmp(canonical_a, canonical_b) == 0;
}

gboolean
address_split_detail(const char *address, char **base_out, char **detail_out)
{
    g_autofree char *canonical = address_canonical(address);
    char *at, *plus;

    if (canonical == NULL)
        return FALSE;
    at = strrchr(canonical, '@');
    plus = memchr(canonical, '+', (gsize) (at - canonical));
    if (plus == NULL || plus == canonical || *canonical == '"') {
        *base_out = g_steal_pointer(&canonical);
        *detail_out = NULL;
        return TRUE;
    }
    *detail_out = g_strndup(plus + 1, (gsize) (at - plus - 1));
    *base_out = g_strdup_printf("%.*s%s", (int) (plus - canonical), canonical, at);
    return TRUE;
}

/* BATV: "prvs=TAG=user", older "prvs=user/TAG"; Barracuda's "btv1==TAG==user". */
static char *
without_batv(const char *canonical)
{
    const char *tag, *end;

    if (g_str_has_prefix(canonical, "prvs=")) {
        tag = canonical + 5;
        end = strpbrk(tag, "=/@");
        if (*end == '=')
            return g_strdup(end + 1);
        if (*end == '/')
            return g_strdup_printf("%.*s%s", (int) (end - tag), tag, strrchr(end, '@'));
    }
    if (g_str_has_prefix(canonical, "btv1==") && (end = strstr(canonical + 6, "==")) != NULL)
        return g_strdup(end + 2);
    return NULL;
}

/* What stands behind n more separators, or NULL. */
static const char *
skip_fields(const char *text, guint n)
{
    for (; n > 0 && text != NULL; n--) {
        text = strchr(text, '=');
        if (text != NULL)
            text++;
    }
    return text;
}

/*
 * SRS: "SRS0=HASH=TIME=DOMAIN=USER@forwarder" and, rewritten again, "SRS1=HASH=FIRST==HASH=TIME=DOMAIN=USER@second". The first
 * separator of each may be "=", "+" or "-". USER may hold "=" itself.
 */
static char *
without_srs(const char *canonical)
{
    const char *fields = NULL, *user, *at = strrchr(canonical, '@');

    if (g_str_has_prefix(canonical, "srs1")) {
        fields = skip_fields(canonical + 5, 2);
        fields = fields != NULL && strchr("=+-", *fields) != NULL ? fields + 1 : NULL;
    } else if (g_str_has_prefix(canonical, "srs0")) {
        fields = canonical + 5;
    }
    if (fields == NULL || strchr("=+-", canonical[4]) == NULL)
        return NULL;
    fields = skip_fields(fields, 2);
    user = skip_fields(fields, 1);
    if (user == NULL || user >= at)
        return NULL;
    return g_strdup_printf("%.*s@%.*s", (int) (at - user), user, (int) (user - 1 - fields), fields);
}

char *
address_counting_key(const char *address)
{
    g_autofree char *key = address_canonical(address);
    g_autofree char *detail = NULL;
    char *base = NULL;

    /* One may be wrapped in the other; the number of turns bounds what a stranger can make of it. */
    for (guint turn = 0; key != NULL && turn < 4; turn++) {
        g_autofree char *batv = without_batv(key);
        g_autofree char *srs = batv == NULL ? without_srs(key) : NULL;
        g_autofree char *inner = batv == NULL && srs == NULL ? NULL : address_canonical(batv ? batv : srs);

        if (inner == NULL)
            break;
        g_free(key);
        key = g_steal_pointer(&inner);
    }
    if (key == NULL || !address_split_detail(key, &base, &detail))
        return NULL;
    return base;
}
