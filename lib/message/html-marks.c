#include "message/html-marks-private.h"

#include <glib.h>
#include <string.h>

#include "message/html-style-private.h"

/* Longer words mark nothing. */
#define MAX_WORD 63

/*
 * Words of id, class, name and data attributes, in lower case; "*" at the end stands for anything. What ends in "signature" needs no row: most
 * programs call it so. Programs put prefixes before words of mails they answer; those are taken off first.
 */
static const struct {
    const char *word;
    HtmlMark    mark;
} marks[] = {
    /* Gmail, and the many that answer as it does */
    { "gmail_quote", MARK_REPLY_BLOCK },
    { "gmail_quote_container", MARK_REPLY_BLOCK },
    { "gmail_attr", MARK_ATTRIBUTION },
    { "gmail_signature_prefix", MARK_SIGNATURE },
    { "inbox-gmail_quote", MARK_REPLY_BLOCK },
    /* Outlook on the web, mobile, for Mac; Hotmail */
    { "divrplyfwdmsg", MARK_REST_HEADER },
    { "appendonsend", MARK_REST },
    { "stopspelling", MARK_REST },
    { "outlookmessageheader", MARK_REST_HEADER },
    { "olk_src_body_section", MARK_QUOTE },
    { "mail-editor-reference-message-container", MARK_QUOTE },
    { "mail-editor-reference-message", MARK_QUOTE },
    { "ms-outlook-mobile-reference-message", MARK_QUOTE },
    { "ms-outlook-mobile-body-separator-line", MARK_REST },
    { "replybody", MARK_QUOTE },
    { "physicaladdress", MARK_SIGNATURE },
    /* Apple Mail */
    { "applemailsignature", MARK_SIGNATURE },
    { "linebreakatbeginningofsignature", MARK_NEXT_SIGNATURE },
    { "webkit-indent-blockquote", MARK_INDENT },
    /* Thunderbird */
    { "moz-cite-prefix", MARK_ATTRIBUTION },
    { "moz-forward-container", MARK_QUOTE },
    /* Yahoo */
    { "yahoo_quoted*", MARK_QUOTE },
    { "yahoo-quoted*", MARK_QUOTE },
    { "ymail_android_signature*", MARK_SIGNATURE },
    { "ymail_ios_signature*", MARK_SIGNATURE },
    { "yqt*", MARK_QUOTE },
    /* Proton, Zoho, Zimbra, Tutanota, Fastmail, Hey */
    { "protonmail_quote", MARK_REPLY_BLOCK },
    { "protonmail_signature_block*", MARK_SIGNATURE },
    { "zmail_extra", MARK_REPLY_BLOCK },
    { "x_zmail_extra", MARK_REPLY_BLOCK },
    { "__quoted_text__", MARK_QUOTE },
    { "__headers__", MARK_ATTRIBUTION },
    { "__sig_pre__", MARK_SIGNATURE },
    { "__sig_post__", MARK_SIGNATURE },
    { "__divider__", MARK_REST },
    { "tutanota_quote", MARK_QUOTE },
    /* Spark, Airmail, eM Client, Front, Missive, Superhuman, Polymail, Mailspring, Canary, Newton, AquaMail, BlueMail, K-9 */
    { "messagereplysection", MARK_REPLY_BLOCK },
    { "messagesignaturesection", MARK_SIGNATURE },
    { "bloop_sign*", MARK_SIGNATURE },
    { "bloop_original_html", MARK_QUOTE },
    { "front-blockquote", MARK_QUOTE },
    { "missive_quote", MARK_REPLY_BLOCK },
    { "sh-quoted-content", MARK_QUOTE },
    { "polymail_quote", MARK_QUOTE },
    { "gmail_quote_attribution", MARK_ATTRIBUTION },
    { "cm_quote", MARK_QUOTE },
    { "canary_quote", MARK_QUOTE },
    { "cm_signature", MARK_SIGNATURE },
    { "cm_footer", MARK_SIGNATURE },
    { "cm_replyforward_header", MARK_ATTRIBUTION },
    { "aqm-original-body", MARK_QUOTE },
    { "aqm-original-line-1", MARK_ATTRIBUTION },
    { "aqm-quote", MARK_QUOTE },
    { "replyheader", MARK_ATTRIBUTION },
    { "reply-header", MARK_ATTRIBUTION },
    { "quote-header", MARK_ATTRIBUTION },
    { "quoted-text", MARK_QUOTE },
    { "quoted_text", MARK_QUOTE },
    { "quotedtext", MARK_QUOTE },
    { "email_quote", MARK_QUOTE },
    { "mail-quote", MARK_QUOTE },
    { "mail_quote", MARK_QUOTE },
    { "mailquote", MARK_QUOTE },
    { "k9mail-signature", MARK_SIGNATURE },
    { "hs_reply", MARK_QUOTE },
    { "freshdesk_quote", MARK_QUOTE },
    { "reply-intro", MARK_ATTRIBUTION },
    { "originalmessage", MARK_QUOTE },
    { "original-message", MARK_QUOTE },
    { "original_message", MARK_QUOTE },
    { "previousmessage", MARK_QUOTE },
    { "sig", MARK_SIGNATURE },
    { "_rc_sig", MARK_SIGNATURE },
    { "-x-evo-signature-wrapper", MARK_SIGNATURE },
    { "-x-evo-attribution", MARK_ATTRIBUTION },
    { "data-evo-attribution", MARK_ATTRIBUTION },
    /* Samsung, Xiaomi, LG, HTC, Huawei, Nine */
    { "quoted_header_editor", MARK_ATTRIBUTION },
    { "quoted_body_editor", MARK_QUOTE },
    { "quoted_text_header", MARK_ATTRIBUTION },
    { "quotedreply", MARK_QUOTE },
    { "htc_header", MARK_REST_HEADER },
    { "lge_quoted", MARK_QUOTE },
    { "nine_replied_separator", MARK_REST },
    /* QQ, Foxmail, NetEase, Alibaba, Sina */
    { "fmoriginalcontent", MARK_QUOTE },
    { "isreplycontent", MARK_QUOTE },
    { "isforwardcontent", MARK_QUOTE },
    { "ntes-mailmaster-quote", MARK_QUOTE },
    { "ntes_mailmaster_quote", MARK_QUOTE },
    { "mail_quote_*", MARK_QUOTE },
    { "__aliyun_previous_quote", MARK_QUOTE },
    { "__aliyun_signature_wrap", MARK_SIGNATURE },
    { "alimail-quote*", MARK_QUOTE },
    { "qmquote", MARK_QUOTE },
    { "xm_quote*", MARK_QUOTE },
    { "lark-mail-quote*", MARK_QUOTE },
    { "history-quote-wrapper*", MARK_QUOTE },
    { "lark-mail-signature*", MARK_SIGNATURE },
    /* GMX, WEB.DE, T-Online, Orange, Mail.ru, Yandex, Seznam, Onet, WP */
    { "quote", MARK_QUOTE },
    { "mail-re-body", MARK_QUOTE },
    { "mr_read__reply*", MARK_QUOTE },
    { "nh_extra", MARK_QUOTE },
    { "onet_quote", MARK_QUOTE },
    { "wp-quote*", MARK_QUOTE },
};

/* "x_", "m_-123", "gmail-": what programs put before the words of the mail they answer. */
static const char *
without_prefixes(const char *word)
{
    for (;;) {
        const char *digits = NULL;

        if (g_str_has_prefix(word, "x_")) {
            word += 2;
        } else if (g_str_has_prefix(word, "gmail-")) {
            word += strlen("gmail-");
        } else if (g_str_has_prefix(word, "m_")) {
            digits = word + 2 + (word[2] == '-' ? 1 : 0);
            if (!g_ascii_isdigit(*digits))
                return word;
            word = digits + strspn(digits, "0123456789");
        } else {
            return word;
        }
    }
}

static gboolean
matches(const char *word, const char *row)
{
    gsize length = strlen(row);

    if (row[length - 1] == '*')
        return strncmp(word, row, length - 1) == 0;
    return strcmp(word, row) == 0;
}

static HtmlMark
mark_of_word(const char *word)
{
    word = without_prefixes(word);
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (*word == marks[i].word[0] && matches(word, marks[i].word))
            return marks[i].mark;
    }
    return g_str_has_suffix(word, "signature") ? MARK_SIGNATURE : MARK_NONE;
}

static HtmlMark
mark_of_words(const char *p)
{
    HtmlMark mark = MARK_NONE;

    while (*p != '\0' && mark == MARK_NONE) {
        gsize length = strcspn(p, " \t\r\n");
        char word[MAX_WORD + 1];

        if (length > 0 && length <= MAX_WORD) {
            for (gsize i = 0; i < length; i++)
                word[i] = g_ascii_tolower(p[i]);
            word[length] = '\0';
            mark = mark_of_word(word);
        }
        p += length;
        p += strspn(p, " \t\r\n");
    }
    return mark;
}

HtmlMark
html_mark(const xmlChar **attributes)
{
    static const char *const named[] = { "class", "id", "name", "data-marker", "data-smartmail" };
    HtmlMark mark = MARK_NONE;

    if (attributes == NULL)
        return MARK_NONE;
    for (gsize i = 0; i < G_N_ELEMENTS(named) && mark == MARK_NONE; i++) {
        const char *value = html_attribute(attributes, named[i]);

        if (value != NULL)
            mark = mark_of_words(value);
    }
    return mark;
}
