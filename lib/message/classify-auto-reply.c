/*
 * Automatic replies. What programs write in fields is enough by itself; the subject that a mail program gives an absence note in its
 * language needs a second sign, because a person may write the same words.
 */
#include <string.h>

#include "message/classify-private.h"
#include "base/text.h"
#include "message/message-private.h"
#include "message/silence.h"

/* How subjects of automatic replies begin; in lower case. A reply to one begins with "Re:" and is a person's. */
static const char *const subjects[] = {
    /* English */
    "automatic reply",
    "auto reply",
    "auto-reply",
    "autoreply",
    "automated reply",
    "auto response",
    "auto-response",
    "autoresponse",
    "autorespons",
    "automatic response",
    "automated response",
    "auto responder",
    "autoresponder",
    "auto:",
    "out of office",
    "out-of-office",
    "out of the office",
    "ooo:",
    "away from my mail",
    "away from the office",
    "vacation",
    "on vacation",
    "on leave",
    "on holiday",
    "annual leave",
    "maternity leave",
    "parental leave",
    "i am away",
    "i'm away",
    "i am out of",
    "i'm out of",
    "i am on",
    "currently out",
    "absence note",
    "holiday message",
    "vacation reply",
    "vacation response",
    "[auto-reply]",
    "[autoreply]",
    "[auto reply]",
    "[auto]",
    "yahoo! auto response",
    /* German */
    "automatische antwort",
    "autoantwort",
    "auto-antwort",
    "abwesenheit",
    "abwesenheitsnotiz",
    "abwesend",
    "außer haus",
    "nicht im büro",
    "im urlaub",
    "urlaub",
    "automatische rückantwort",
    "automatische eingangsbestätigung",
    "abwesenheitsassistent",
    "ich bin nicht im büro",
    "ich bin im urlaub",
    /* French */
    "réponse automatique",
    "reponse automatique",
    "absence du bureau",
    "absent du bureau",
    "message d'absence",
    "message automatique",
    "absence :",
    "absence:",
    "en congé",
    "en vacances",
    "notification d'absence",
    /* Spanish, Catalan, Galician, Portuguese, Italian, Romanian */
    "respuesta automática",
    "respuesta automatica",
    "fuera de la oficina",
    "fuera de oficina",
    "autorespuesta",
    "autorrespuesta",
    "ausente",
    "de vacaciones",
    "resposta automàtica",
    "fora de l'oficina",
    "resposta automática",
    "resposta automatica",
    "ausência temporária",
    "fora do escritório",
    "ausente do escritório",
    "de férias",
    "risposta automatica",
    "fuori sede",
    "fuori ufficio",
    "assenza dall'ufficio",
    "assente",
    "in ferie",
    "risponditore automatico",
    "răspuns automat",
    "raspuns automat",
    "în afara biroului",
    /* Dutch, Scandinavian, Finnish, Estonian, Latvian, Lithuanian */
    "automatisch antwoord",
    "afwezigheidsbericht",
    "afwezig",
    "niet aanwezig",
    "afwezigheidsassistent",
    "autosvar",
    "automatiskt svar",
    "automatisk svar",
    "frånvaro",
    "frånvarande",
    "ute från kontoret",
    "ikke til stede",
    "ikke på kontoret",
    "fravær",
    "ikke til stede på kontoret",
    "er på ferie",
    "på semester",
    "sjálfvirkt svar",
    "automaattinen vastaus",
    "poissa",
    "poissaoloilmoitus",
    "lomalla",
    "automaatne vastus",
    "automātiska atbilde",
    "automātiskā atbilde",
    "automatinis atsakymas",
    "automatinis atsakas",
    /* Polish, Czech, Slovak, Hungarian, Slovene, Croatian, Serbian, Turkish */
    "odpowiedź automatyczna",
    "automatyczna odpowiedź",
    "autoodpowiedź",
    "poza biurem",
    "nieobecność",
    "jestem na urlopie",
    "urlop",
    "automatická odpověď",
    "automaticka odpoved",
    "mimo kancelář",
    "automatická odpoveď",
    "mimo kancelárie",
    "automatikus válasz",
    "házon kívül",
    "automatikus üzenet",
    "samodejni odgovor",
    "odsoten",
    "odsotna",
    "automatski odgovor",
    "izvan ureda",
    "аутоматски одговор",
    "otomatik yanıt",
    "otomatik cevap",
    "ofis dışında",
    /* Russian, Ukrainian, Belarusian, Bulgarian, Macedonian, Greek */
    "автоответ",
    "автоматический ответ",
    "автоматическое сообщение",
    "автоматическое уведомление",
    "вне офиса",
    "нет на рабочем месте",
    "отсутствую",
    "я в отпуске",
    "в отпуске",
    "отпуск",
    "автовідповідь",
    "автоматична відповідь",
    "поза офісом",
    "відпустка",
    "аўтаадказ",
    "аўтаматычны адказ",
    "автоматичен отговор",
    "извън офиса",
    "автоматски одговор",
    "αυτόματη απάντηση",
    "αυτοματη απαντηση",
    "εκτός γραφείου",
    "απουσία",
    "σε άδεια",
    "απουσιάζω",
    /* Japanese, Chinese, Korean, Vietnamese, Thai, Indonesian, Hebrew, Arabic, Persian */
    "自動返信",
    "自動応答",
    "不在通知",
    "不在のお知らせ",
    "自動応答メール",
    "自动回复",
    "自動回覆",
    "自動回复",
    "外出",
    "休假",
    "不在办公室",
    "不在辦公室",
    "자동 회신",
    "자동 응답",
    "자동회신",
    "부재중",
    "trả lời tự động",
    "ตอบกลับอัตโนมัติ",
    "การตอบกลับอัตโนมัติ",
    "balasan otomatis",
    "balasan automatik",
    "di luar kantor",
    "תגובה אוטומטית",
    "מענה אוטומטי",
    "מחוץ למשרד",
    "رد تلقائي",
    "رد آلي",
    "خارج المكتب",
    "پاسخ خودکار",
};

/* Fields of automatic replies alone, with the word they must begin with; NULL: whatever they say but "no". */
static const struct {
    const char *name, *word;
} fields[] = {
    { "X-Autoreply", NULL },          { "X-Auto-Reply", NULL },         { "X-Autorespond", NULL },
    { "X-Autoresponder", NULL },      { "X-Mail-Autoreply", NULL },     { "X-Autoreply-From", NULL },
    { "X-AutoReply-To", NULL },       { "X-Auto-Reply-From", NULL },    { "X-Vacation", NULL },
    { "X-Vacation-Message", NULL },   { "X-Apple-Action", "vacation" }, { "X-Autogenerated", "reply" },
    { "Preference", "auto_reply" },   { "Precedence", "auto_reply" },   { "Precedence", "auto-reply" },
    { "X-Precedence", "auto_reply" }, { "X-Precedence", "auto-reply" }, { "Delivered-To", "autoresponder" },
    { "X-Mailer", "vacation" },       { "X-Mailer", "autoresponder" },
};

/* What makes an automatic reply of a mail whose subject looks like one. */
static const char *const second_fields[] = {
    "X-Auto-Response-Suppress",
    "X-MS-Exchange-Inbox-Rules-Loop",
    "X-MS-Exchange-Generated-Message-Source",
    "Auto-Submitted",
    "Precedence",
    "X-Precedence",
    "X-Loop",
    "X-Amazon-Auto-Reply",
    "X-Autogenerated",
    "X-Zendesk-From-Account-Id",
};

char *
auto_reply_field(const Message *message)
{
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        const char *value;

        for (guint n = 0; (value = message_header(message, fields[i].name, n)) != NULL; n++) {
            g_autofree char *word = header_first_word(value);

            if (fields[i].word != NULL && strcmp(word, fields[i].word) == 0)
                return g_strdup_printf("%s: %s", fields[i].name, word);
            if (fields[i].word == NULL && strcmp(word, "no") != 0)
                return g_strdup(fields[i].name);
        }
    }
    return NULL;
}

/* Behind a name: "Ada Byron is out of the office (returning 9 May)". */
static const char *const absences[] = {
    "is out of the office", "is out of office", "is away from the office", "is on vacation", "is on leave", "is on annual leave",
    "ist nicht im büro", "ist außer haus", "ist im urlaub", "ist abwesend", "est absent", "est en congé", "está ausente",
    "è fuori ufficio", "è assente", "is afwezig", "jest poza biurem", "jest nieobecn", "είναι εκτός γραφείου",
};

typedef enum { SUBJECT_NONE, SUBJECT_BEGINS, SUBJECT_IS } SubjectSign;

/* A program sets the other mail's subject behind a colon, or writes nothing more; a sentence goes on: "Out of office does not work". */
static SubjectSign
subject_sign(const Message *message)
{
    g_autofree char *lower = text_lower(message->subject != NULL ? message->subject : "");
    const char *begin = lower + strspn(lower, " \t\"*");
    SubjectSign sign = SUBJECT_NONE;

    for (gsize i = 0; i < G_N_ELEMENTS(subjects) && sign != SUBJECT_IS; i++) {
        const char *rest = begin + strlen(subjects[i]);

        if (!g_str_has_prefix(begin, subjects[i]))
            continue;
        sign = SUBJECT_BEGINS;
        /* A word alone ("Urlaub") is a subject of people as well. */
        if (rest[-1] == ':' || rest[-1] == ']' || strchr(rest, ':') != NULL ||
            (strpbrk(subjects[i], " -") != NULL && rest[strspn(rest, " .!)\"*")] == '\0'))
            sign = SUBJECT_IS;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(absences) && sign == SUBJECT_NONE; i++) {
        if (strstr(lower, absences[i]) != NULL)
            sign = SUBJECT_BEGINS;
    }
    return sign;
}

/* answered: what answers a mail is a sign as well; people's answers do too. */
static const char *
second_sign(const Message *message, gboolean answered)
{
    const MessageAddress *from = message->from->len > 0 ? message->from->pdata[0] : NULL;
    g_autofree char *silent = from != NULL ? address_silence(from->address) : NULL;

    if (message->return_path != NULL && *message->return_path == '\0')
        return "Return-Path: <>";
    for (gsize i = 0; i < G_N_ELEMENTS(second_fields); i++) {
        const char *value = message_header(message, second_fields[i], 0);
        g_autofree char *word = value != NULL ? header_first_word(value) : NULL;

        if (word != NULL && strcmp(word, "no") != 0)
            return second_fields[i];
    }
    if (answered && message->in_reply_to->len > 0)
        return "In-Reply-To";
    return silent != NULL ? "From: nobody's address" : NULL;
}

const char *
auto_reply_second_sign(const Message *message)
{
    SubjectSign sign = subject_sign(message);

    return sign != SUBJECT_NONE ? second_sign(message, sign == SUBJECT_IS) : NULL;
}
