#include "message/readable-leaf-private.h"

#include "base/text.h"

#include <string.h>

/* Who has written a mail has written more than this sentence; who has not, has not written much around it. */
#define MAX_PLACEHOLDER 1200

/* As mailers word it, in lower case, blanks folded. A part of the sentence that nothing else says. */
static const char *const phrases[] = {
    "not support html", "doesn't support html", "does not display html", "cannot display html", "can't display html", "unable to display html",
    "not html-capable", "not html capable", "not html enabled", "not html-enabled", "html is disabled", "html email client", "html-capable",
    "html compatible e", "html-compatible", "html enabled e", "html-enabled", "html capable e", "html version of this", "html mail reader",
    "view this email in html", "view this message in html", "to view this message, please use an html", "html format only",
    "this is an html message", "this is an html email", "this is an html e-mail", "this message is in html", "this email is in html",
    "message contains html", "email contains html", "this message contains no plain text", "no plain text version", "no text version",
    "there is no text part", "text version is not available", "plain text version is not available", "not support viewing html",
    "does not support multipart", "does not support mime", "is not mime-compliant", "mime compatible", "mime-compatible", "mime compliant",
    "switch to html", "enable html", "see the html part", "see html part", "view the html part", "use an html viewer", "view html version",
    "unterstützt kein html", "keine html", "kein html", "html-format angezeigt", "nicht in html", "als html-mail", "html-ansicht",
    "html-darstellung", "html nicht darstellen", "html-e-mails nicht", "html-fähig", "nur als html", "im html-format",
    "ne prend pas en charge le html", "ne supporte pas le html", "ne supporte pas l'html", "au format html", "version html", "messages html",
    "no soporta html", "no admite html", "no soporta mensajes html", "en formato html", "no puede mostrar html", "versión html",
    "non supporta html", "non supporta l'html", "non supporta il formato html", "in formato html", "versione html",
    "não suporta html", "não suporta o formato html", "em formato html", "versão html", "não oferece suporte a html",
    "ondersteunt geen html", "html-weergave", "in html-formaat", "geen html",
    "nie obsługuje html", "nie obsługuje formatu html", "w formacie html", "wersja html", "nie wyświetla html",
    "не поддерживает html", "в формате html", "html-версию", "html версию", "не отображает html", "не може відобразити html",
    "не підтримує html", "у форматі html", "не падтрымлівае html", "у фармаце html",
    "δεν υποστηρίζει html", "σε μορφή html", "δεν υποστηρίζει την εμφάνιση html", "μορφής html",
    "stöder inte html", "understøtter ikke html", "støtter ikke html", "ei tue html", "i html-format", "html-muodossa",
    "nepodporuje html", "ve formátu html", "vo formáte html", "nem támogatja a html", "html formátum", "nu suportă html", "în format html",
    "ne podržava html", "u html formatu", "html desteklemiyor", "html biçiminde", "html formatında", "html görüntüle",
    "htmlメール", "html形式", "html に対応して", "htmlに対応して", "不支持html", "html格式", "html 格式", "不支援html", "html을 지원", "html 형식",
    "תומך ב-html", "לא תומכת ב-html", "لا يدعم html", "بتنسيق html",
    "part of this message is in html", "email client is unable to", "your email client cannot read", "your email client can't",
    "your email program cannot", "your mail program cannot", "your e-mail program does not support",
};

gboolean
placeholder_is(const char *text)
{
    g_autofree char *lower = NULL;
    GString *folded;
    gboolean found = FALSE;

    if (strnlen(text, MAX_PLACEHOLDER + 1) > MAX_PLACEHOLDER)
        return FALSE;
    lower = text_lower(text);
    folded = g_string_new(NULL);
    for (const char *p = lower; *p != '\0'; p++) {
        if (!g_ascii_isspace(*p))
            g_string_append_c(folded, *p);
        else if (folded->len > 0 && folded->str[folded->len - 1] != ' ')
            g_string_append_c(folded, ' ');
    }
    for (gsize i = 0; i < G_N_ELEMENTS(phrases) && !found; i++)
        found = strstr(folded->str, phrases[i]) != NULL;
    g_string_free(folded, TRUE);
    return found;
}
