#include "intake/lmtp-command-private.h"

#include <string.h>

#include "base/address.h"
#include "base/text.h"

static gboolean
refuse(LmtpRefusal *refusal_out, int code, const char *text)
{
    *refusal_out = (LmtpRefusal) { code, text };
    return FALSE;
}

static gboolean
is_ascii(const char *text)
{
    return g_str_is_ascii(text);
}

/* The ">" that closes a path: one inside a quoted local part is text. NULL if there is none. */
static const char *
end_of_path(const char *path)
{
    gboolean quoted = FALSE;

    for (const char *p = path; *p != '\0'; p++) {
        if (quoted && *p == '\\' && p[1] != '\0')
            p++;
        else if (*p == '"')
            quoted = !quoted;
        else if (*p == '>' && !quoted)
            return p;
    }
    return NULL;
}

/* "@relay.example,@b.example:user@c.example" -> the last part (RFC 5321, 4.1.1.3 and appendix C: ignored). */
static const char *
skip_source_route(const char *path)
{
    gboolean in_literal = FALSE;

    if (path[0] != '@')
        return path;
    for (const char *p = path; *p != '\0'; p++) {
        if (*p == '[' || *p == ']')
            in_literal = *p == '[';
        else if (*p == ':' && !in_literal)
            return p + 1;
    }
    return path;
}

/* Splits "FROM:<path> parameters". The path comes without brackets and without a source route. */
static gboolean
split_path(const char *arguments, const char *word, char **path_out, const char **parameters_out)
{
    gsize       word_length = strlen(word);
    const char *end;

    if (g_ascii_strncasecmp(arguments, word, word_length) != 0 || arguments[word_length] != '<')
        return FALSE;
    arguments += word_length + 1;
    end = end_of_path(arguments);
    if (end == NULL || (end[1] != '\0' && end[1] != ' '))
        return FALSE;
    {
        g_autofree char *path = g_strndup(arguments, (gsize) (end - arguments));

        *path_out = g_strdup(skip_source_route(path));
    }
    *parameters_out = end + 1;
    return TRUE;
}

/* RFC 4954, 8, and RFC 3461, 4: "+" and two upper-case hexadecimal digits stand for an octet. */
static char *
decode_xtext(const char *text)
{
    g_autoptr(GString) decoded = g_string_new(NULL);

    for (; *text != '\0'; text++) {
        if (*text == '+') {
            if (!g_ascii_isxdigit(text[1]) || !g_ascii_isxdigit(text[2]))
                return NULL;
            g_string_append_c(decoded, (char) (g_ascii_xdigit_value(text[1]) * 16 + g_ascii_xdigit_value(text[2])));
            text += 2;
        } else if (*text < 33 || *text > 126 || *text == '=') {
            return NULL;
        } else {
            g_string_append_c(decoded, *text);
        }
    }
    if (decoded->len == 0 || decoded->len > 254 || strlen(decoded->str) != decoded->len
        || text_has_control(decoded->str) || !g_utf8_validate(decoded->str, -1, NULL))
        return NULL;
    return g_string_free(g_steal_pointer(&decoded), FALSE);
}

/* Decimal digits of any number; what does not fit is G_MAXINT64, which is over every limit. */
static gboolean
parse_octets(const char *digits, gsize length, gint64 *value_out)
{
    gint64 value = 0;

    if (length == 0)
        return FALSE;
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isdigit(digits[i]))
            return FALSE;
        value = value > (G_MAXINT64 - 9) / 10 ? G_MAXINT64 : value * 10 + (digits[i] - '0');
    }
    *value_out = value;
    return TRUE;
}

static gboolean
take_size(LmtpMailCommand *mail, const char *value, gint64 max_bytes, LmtpRefusal *refusal_out)
{
    if (value == NULL || !parse_octets(value, strlen(value), &mail->size))
        return refuse(refusal_out, 501, "5.5.4 bad SIZE");
    if (mail->size > max_bytes)
        return refuse(refusal_out, 552, "5.3.4 message too large");
    return TRUE;
}

static gboolean
take_body(LmtpMailCommand *mail, const char *value, gint64 max_bytes, LmtpRefusal *refusal_out)
{
    (void) mail;
    (void) max_bytes;
    if (value == NULL || (g_ascii_strcasecmp(value, "7BIT") != 0 && g_ascii_strcasecmp(value, "8BITMIME") != 0))
        return refuse(refusal_out, 501, "5.5.4 bad BODY");
    return TRUE;
}

static gboolean
take_smtputf8(LmtpMailCommand *mail, const char *value, gint64 max_bytes, LmtpRefusal *refusal_out)
{
    (void) max_bytes;
    if (value != NULL)
        return refuse(refusal_out, 501, "5.5.4 SMTPUTF8 takes no value");
    mail->utf8 = TRUE;
    return TRUE;
}

static gboolean
take_auth(LmtpMailCommand *mail, const char *value, gint64 max_bytes, LmtpRefusal *refusal_out)
{
    (void) max_bytes;
    if (value != NULL && strcmp(value, "<>") == 0)
        return TRUE;
    mail->auth_user = value != NULL ? decode_xtext(value) : NULL;
    if (mail->auth_user == NULL)
        return refuse(refusal_out, 501, "5.5.4 bad AUTH");
    return TRUE;
}

/* Ours: mailgw-deliver was given no sender and found no Return-Path, which is not the same as the null path. */
static gboolean
take_xsender(LmtpMailCommand *mail, const char *value, gint64 max_bytes, LmtpRefusal *refusal_out)
{
    (void) max_bytes;
    if (value == NULL || g_ascii_strcasecmp(value, "UNKNOWN") != 0 || mail->sender[0] != '\0')
        return refuse(refusal_out, 501, "5.5.4 bad XSENDER");
    mail->sender_unknown = TRUE;
    return TRUE;
}

static const struct {
    const char *keyword;
    gboolean (*take)(LmtpMailCommand *mail, const char *value, gint64 max_bytes, LmtpRefusal *refusal_out);
} parameters[] = {
    { "SIZE", take_size },          /* RFC 1870          */
    { "BODY", take_body },          /* RFC 6152          */
    { "SMTPUTF8", take_smtputf8 },  /* RFC 6531, 3.4     */
    { "AUTH", take_auth },          /* RFC 4954, 5       */
    { "XSENDER", take_xsender },
};

static gboolean
take_parameter(LmtpMailCommand *mail, char *parameter, guint *seen, gint64 max_bytes, LmtpRefusal *refusal_out)
{
    char *value = strchr(parameter, '=');

    if (value != NULL)
        *value++ = '\0';
    for (gsize i = 0; i < G_N_ELEMENTS(parameters); i++) {
        if (g_ascii_strcasecmp(parameter, parameters[i].keyword) != 0)
            continue;
        if (*seen & 1u << i)
            return refuse(refusal_out, 501, "5.5.4 parameter given twice");
        *seen |= 1u << i;
        return parameters[i].take(mail, value, max_bytes, refusal_out);
    }
    return refuse(refusal_out, 555, "5.5.4 parameter not recognised");
}

static gboolean
parse_mail(const char *arguments, gint64 max_bytes, LmtpMailCommand *mail, LmtpRefusal *refusal_out)
{
    const char     *text = NULL;
    guint           seen = 0;
    g_auto(GStrv)   words = NULL;

    if (!split_path(arguments, "FROM:", &mail->sender, &text))
        return refuse(refusal_out, 501, "5.5.4 syntax: MAIL FROM:<address>");
    words = g_strsplit(text, " ", -1);
    for (char **word = words; *word != NULL; word++)
        if (**word != '\0' && !take_parameter(mail, *word, &seen, max_bytes, refusal_out))
            return FALSE;
    if (mail->sender[0] == '\0')
        return TRUE;
    if (!address_is_valid(mail->sender))
        return refuse(refusal_out, 501, "5.1.7 bad sender address syntax");
    if (!mail->utf8 && !is_ascii(mail->sender))
        return refuse(refusal_out, 553, "5.6.7 a non-ASCII sender needs SMTPUTF8");
    return TRUE;
}

gboolean
lmtp_command_parse_mail(const char *arguments, gint64 max_bytes, LmtpMailCommand *mail_out, LmtpRefusal *refusal_out)
{
    LmtpMailCommand mail = { 0 };

    if (!parse_mail(arguments, max_bytes, &mail, refusal_out)) {
        lmtp_command_mail_clear(&mail);
        return FALSE;
    }
    *mail_out = mail;
    return TRUE;
}

void
lmtp_command_mail_clear(LmtpMailCommand *mail)
{
    g_clear_pointer(&mail->sender, g_free);
    g_clear_pointer(&mail->auth_user, g_free);
}

gboolean
lmtp_command_parse_rcpt(const char *arguments, gboolean utf8, char **recipient_out, LmtpRefusal *refusal_out)
{
    const char      *text = NULL;
    g_autofree char *recipient = NULL;

    if (!split_path(arguments, "TO:", &recipient, &text))
        return refuse(refusal_out, 501, "5.5.4 syntax: RCPT TO:<address>");
    if (text[strspn(text, " ")] != '\0')
        return refuse(refusal_out, 555, "5.5.4 parameter not recognised");
    /* RFC 5321, 4.1.1.3: "postmaster" is the one recipient that needs no domain. */
    if (g_ascii_strcasecmp(recipient, "postmaster") != 0 && !address_is_valid(recipient))
        return refuse(refusal_out, 501, "5.1.3 bad recipient address syntax");
    if (!utf8 && !is_ascii(recipient))
        return refuse(refusal_out, 553, "5.6.7 a non-ASCII recipient needs SMTPUTF8");
    *recipient_out = g_steal_pointer(&recipient);
    return TRUE;
}

gboolean
lmtp_command_parse_bdat(const char *arguments, gint64 *size_out, gboolean *last_out)
{
    gsize       digits = strspn(arguments, "0123456789");
    const char *rest = arguments + digits;

    if (*rest != '\0' && g_ascii_strcasecmp(rest, " LAST") != 0)
        return FALSE;
    if (!parse_octets(arguments, digits, size_out))
        return FALSE;
    *last_out = *rest != '\0';
    return TRUE;
}
