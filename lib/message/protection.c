#include "message/protection-private.h"

#include <string.h>

#include "message/cms-private.h"
#include "message/content-type-private.h"

#define PGP_SIGNED      "pgp-signed"
#define PGP_ENCRYPTED   "pgp-encrypted"
#define SMIME_SIGNED    "smime-signed"
#define SMIME_ENCRYPTED "smime-encrypted"

static gboolean
is_encrypted(const char *protection)
{
    return protection != NULL && g_str_has_suffix(protection, "-encrypted");
}

static void
note(Message *message, const char *protection)
{
    if (message->protection != NULL && (is_encrypted(message->protection) || !is_encrypted(protection)))
        return;
    g_free(message->protection);
    message->protection = g_strdup(protection);
}

static gboolean
contains(const char *value, const char *word)
{
    g_autofree char *lower = value != NULL ? g_ascii_strdown(value, -1) : NULL;

    return lower != NULL && strstr(lower, word) != NULL;
}

/* Without a protocol, which RFC 1847 demands, the digest's name tells: PGP's begin with "pgp-" (RFC 3156, 5). */
void
protection_note_multipart(Message *message, const Entity *entity)
{
    const char *protocol = mime_value_parameter(entity->content_type, "protocol");

    if (strcmp(entity->type, "multipart/encrypted") == 0)
        note(message, contains(protocol, "pkcs7") ? SMIME_ENCRYPTED : PGP_ENCRYPTED);
    else if (strcmp(entity->type, "multipart/signed") != 0)
        return;
    else if (contains(protocol, "pgp") || contains(mime_value_parameter(entity->content_type, "micalg"), "pgp-"))
        note(message, PGP_SIGNED);
    else if (protocol == NULL || contains(protocol, "pkcs7"))
        note(message, SMIME_SIGNED);
}

gboolean
protection_is_cms(const MessagePart *part)
{
    if (strcmp(part->type, "application/pkcs7-mime") == 0 || strcmp(part->type, "application/x-pkcs7-mime") == 0)
        return TRUE;
    return content_type_is_vague(part->type) && part->filename != NULL && strlen(part->filename) > 4 &&
           g_ascii_strcasecmp(part->filename + strlen(part->filename) - 4, ".p7m") == 0;
}

static void
note_cms(Message *message, const Entity *entity, const LeafContent *content)
{
    const char *stated = mime_value_parameter(entity->content_type, "smime-type");
    CmsKind kind = cms_read(content->bytes, content->length, NULL);

    if (kind == CMS_ENCRYPTED || (kind == CMS_NONE && contains(stated, "enveloped-data")))
        note(message, SMIME_ENCRYPTED);
    else if (kind == CMS_SIGNED || (kind == CMS_NONE && contains(stated, "signed-data")))
        note(message, SMIME_SIGNED);
}

void
protection_note_leaf(Message *message, const MessagePart *part, const Entity *entity, const LeafContent *content)
{
    if (protection_is_cms(part))
        note_cms(message, entity, content);
    else if (strcmp(part->type, "application/pgp-encrypted") == 0)
        note(message, PGP_ENCRYPTED);
}

#define HIDDEN "This message is encrypted ("

gboolean
protection_hides_text(const Message *message)
{
    return is_encrypted(message->protection) && g_str_has_prefix(message->text, HIDDEN);
}

static gboolean
has_line(const char *text, const char *begin)
{
    for (const char *p = strstr(text, begin); p != NULL; p = strstr(p + 1, begin)) {
        if (p == text || p[-1] == '\n')
            return TRUE;
    }
    return FALSE;
}

void
protection_settle_text(Message *message)
{
    if (has_line(message->text, "-----BEGIN PGP MESSAGE-----"))
        note(message, PGP_ENCRYPTED);
    else if (has_line(message->text, "-----BEGIN PGP SIGNED MESSAGE-----"))
        note(message, PGP_SIGNED);
    if (!is_encrypted(message->protection) || message->text[strspn(message->text, " \t\r\n")] != '\0')
        return;
    g_free(message->text);
    message->text = g_strdup_printf(HIDDEN "%s). The original is kept.",
                                    strcmp(message->protection, PGP_ENCRYPTED) == 0 ? "PGP" : "S/MIME");
}
