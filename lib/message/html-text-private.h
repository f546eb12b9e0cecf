/*
 * html-text-private.h - HTML as text a person can read
 *
 * By libxml2's push parser and handlers of our own: its tree loses everything below depth 256.  Paragraphs, lists, table rows and links
 * (`text <url>`) are kept, quoted blocks begin with "> ", what is hidden or is no text (style, script) is dropped.  Linear in the length; nothing is
 * fetched, nothing executed.
 *
 * What the HTML says of its own pieces is passed on as hints: quotes (blockquote, gmail_quote, Apple's cite, what stands under Outlook's
 * border), attributions and signatures that mail programs mark (html-marks.c).  The header that Outlook writes above an answered mail
 * ("From: ... Sent: ...") is an attribution; an answer between the quotes of Gmail has no hint.
 */
#pragma once

#include "message/message.h"

/*
 * Appends to `to`, which stands at the begin of a line, until it holds LIMIT_TEXT octets; html is UTF-8. hints (may be NULL): MessageSpan in octets
 * of `to`, in order, without overlap; only kinds QUOTE, ATTRIBUTION and SIGNATURE.
 */
void  html_to_text(const char *html, GString *to, GArray *hints);
/* Letters and digits that the HTML shows, more or less: to compare it with a text. */
gsize html_count_letters(const char *html);
