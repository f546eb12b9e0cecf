#define _GNU_SOURCE   /* memmem() */
#include "message/content-type-private.h"

#include <string.h>

#define SAMPLE (16 * 1024)

typedef struct {
    const char *begin;    /* compared without case */
    const char *type;
} Opening;

static const Opening openings[] = {
    { "<!doctype html", "text/html" },
    { "<html", "text/html" },
    { "<head", "text/html" },
    { "<body", "text/html" },
    { "<script", "text/html" },
    { "<svg", "image/svg+xml" },
    { "<!doctype svg", "image/svg+xml" },
    { "begin:vcard", "text/vcard" },
    { "begin:vcalendar", "text/calendar" },
    { "-----begin pgp signature-----", "application/pgp-signature" },
    { "-----begin pgp message-----", "application/pgp-encrypted" },
    { "-----begin pgp public key block-----", "application/pgp-keys" },
    { "-----begin certificate-----", "application/x-pem-file" },
    { "-----begin pkcs7-----", "application/pkcs7-mime" },
};

/* Fields that begin a mail; two of them make one. */
static const char *const mail_fields[] = {
    "Return-Path", "Received", "Delivered-To", "X-Original-To", "From", "To", "Cc", "Date", "Subject", "Message-ID",
    "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Reply-To", "Sender", "DKIM-Signature", "References",
    "In-Reply-To", "ARC-Seal", "Authentication-Results", "Received-SPF", "X-Received", "Importance",
};

static gboolean
has_prefix(const char *text, gsize length, const char *prefix)
{
    gsize prefix_length = strlen(prefix);

    return length >= prefix_length && g_ascii_strncasecmp(text, prefix, prefix_length) == 0;
}

static gboolean
is_mail_field(const char *line, gsize length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(mail_fields); i++) {
        gsize name = strlen(mail_fields[i]);

        if (length > name && line[name] == ':' && g_ascii_strncasecmp(line, mail_fields[i], name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The first line is a field of mail, and another one follows before the header ends. */
static gboolean
is_mail(const char *text, gsize length)
{
    const char *end = text + length;
    guint fields = 0;

    if (has_prefix(text, length, "From "))
        text = (const char *) memchr(text, '\n', length);
    else if (!is_mail_field(text, length))
        return FALSE;
    while (text != NULL && text < end && fields < 2) {
        if (*text == '\n' && ++text == end)
            break;
        if (*text == '\n' || *text == '\r')
            break;
        if (is_mail_field(text, (gsize) (end - text)))
            fields++;
        text = memchr(text, '\n', (gsize) (end - text));
    }
    return fields >= 2;
}

/* UTF-8 without controls; a character that the sample cuts is no mistake. */
static gboolean
is_text(const char *text, gsize length, gboolean whole)
{
    const char *bad;

    for (gsize i = 0; i < length; i++) {
        guint8 c = (guint8) text[i];

        if ((c < 0x20 && strchr("\t\n\r\f\033", c) == NULL) || c == 0 || c == 0x7f)
            return FALSE;
    }
    return g_utf8_validate_len(text, length, &bad) || (!whole && bad + 4 > text + length);
}

static const char *
xml_type(const char *text, gsize length)
{
    gsize look = MIN(length, 2048);

    if (memmem(text, look, "<svg", 4) != NULL)
        return "image/svg+xml";
    return memmem(text, look, "<html", 5) != NULL ? "application/xhtml+xml" : "application/xml";
}

const char *
content_type_of_text(const guint8 *bytes, gsize length)
{
    const char *text = (const char *) bytes;
    gsize used = MIN(length, SAMPLE);

    if (length >= 4 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0))
        return length % 2 == 0 ? "text/plain" : NULL;
    if (!is_text(text, used, used == length))
        return NULL;
    if (has_prefix(text, used, "\xef\xbb\xbf")) {
        text += 3;
        used -= 3;
    }
    while (used > 0 && g_ascii_isspace(*text)) {
        text++;
        used--;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(openings); i++) {
        if (has_prefix(text, used, openings[i].begin))
            return openings[i].type;
    }
    if (has_prefix(text, used, "<?xml"))
        return xml_type(text, used);
    return is_mail(text, used) ? "message/rfc822" : "text/plain";
}
