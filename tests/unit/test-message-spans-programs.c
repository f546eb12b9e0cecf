/* What single programs write above the mail they repeat, and people's own words that look like it. */
#include <string.h>

#include "message/spans-private.h"
#include "tap.h"

static const struct {
    const char *name, *text, *reply;
} cases[] = {
    { "zoho-attribution-between-strokes",
      "Works.\n\n\n---- On Tue, 03 May 2022 09:41:00 +0200 Desk <help@desk.example> wrote ----\n\n\nHello\n", "Works." },
    { "zoho-attribution-above-a-quote",
      "Works.\n\n---- On Tue, 03 May 2022 09:41:00 +0200 help@desk.example wrote ---\n> Hello\n", "Works." },
    { "notes-name-between-strokes-above-fields",
      "Works.\n\n-----Desk <help@desk.example> wrote: -----\n\nTo: Ada <ada@customer.example>\nFrom: Desk <help@desk.example>\n"
      "Date: 05/03/2022 09:41AM\nSubject: Printer\n\nHello\n", "Works." },
    { "notes-name-and-date-above-fields",
      "Works.\n\n\nDesk Support <help@desk.example>\n05/03/2022 09:41 AM\n\n        To:     Ada Miller/Customer\n        cc:\n"
      "        Subject:        Re: Printer\n\n\nHello\n", "Works." },
    { "groupwise-between-marks", "Works.\n\n>>> Desk <help@desk.example> 5/3/2022 9:41 AM >>>\nHello\nplease restart\n", "Works." },
    { "groupwise-wrapped-above-a-quote",
      "Geht.\n\n>>> Desk <help@desk.example> schrieb am Dienstag, 3. Mai 2022 um 09:41 in Nachricht\n<ABC@desk.example>:\n> Hallo\n",
      "Geht." },
    { "yahoo-mail-behind-the-attribution",
      "Works.\n\n  On Tue, May 3, 2022 at 9:41 AM, Desk<help@desk.example> wrote:   Hello Ada,\nplease restart.\n", "Works." },
    { "outlook-link-in-any-language", "Ja\n\nOutlook f\u00fcr Android<https://aka.ms/x> anschaffen\n", "Ja" },
    { "link-in-brackets-with-blanks", "OK\n\nSent via Superhuman ( https://sprh.example/?vip=a@customer.example )\n", "OK" },
    { "wrapped-end-of-a-quoted-line",
      "Works.\n\nOn 3 May 2022 09:41, Desk <help@desk.example> wrote:\n"
      "> This is a line that the mail program of the desk has wrapped at the\nend of it\n> so that words stand alone.\n", "Works." },
    { "answer-below-a-long-question-stays",
      "On 3 May 2022 09:41, Desk <help@desk.example> wrote:\n"
      "> Which of the two printers on the second floor is the one that prints?\nthe left one\n> Is it on?\nYes.\n",
      "the left one\nYes." },
    { "sentence-with-dates-stays",
      "On 3 May 2022 at 09:41 I wrote to you about the printer. You said:\n\"we will send someone\". Nobody came. On 5 May your "
      "colleague wrote:\nwe are sorry. What now?",
      "On 3 May 2022 at 09:41 I wrote to you about the printer. You said:\n\"we will send someone\". Nobody came. On 5 May your "
      "colleague wrote:\nwe are sorry. What now?" },
    { "form-with-a-day-and-no-address-stays",
      "Name: Ada Miller\nFrom: Berlin\nTo: Hamburg\nDate: 3 May 2022\nSubject: Booking\n\nPlease book this trip.",
      "Name: Ada Miller\nFrom: Berlin\nTo: Hamburg\nDate: 3 May 2022\nSubject: Booking\n\nPlease book this trip." },
    { "settings-in-small-letters-stay",
      "host: x\nfrom: a@b.example\nto: c@d.example\nsubject: test\ndate: 2022-05-03 09:41\n\nIs this right?",
      "host: x\nfrom: a@b.example\nto: c@d.example\nsubject: test\ndate: 2022-05-03 09:41\n\nIs this right?" },
    { "outlook-in-latvian",
      "J\u0101.\n\nNo: Desk <help@desk.example>\nNos\u016bt\u012bts: otrdiena, 2022. gada 3. maijs 09:41\nKam: Ada\n"
      "T\u0113ma: Printeris\n\nSveiki\n", "J\u0101." },
    { "notice-above-the-small-print", "Works.\n\nIMPORTANT: The contents of this email are confidential.\n", "Works." },
    { "notice-in-portuguese",
      "Funciona.\n\nAVISO: Esta mensagem \u00e9 confidencial e destina-se ao destinat\u00e1rio.\n", "Funciona." },
    { "notice-that-is-a-question-stays", "IMPORTANT: the contents of the box are broken. Who pays?",
      "IMPORTANT: the contents of the box are broken. Who pays?" },
    { "prompts-of-python-stay", "Look:\n\n>>> import os\n>>> os.getcwd()\n'/home/ada'\n\nWhy?",
      "Look:\n\n>>> import os\n>>> os.getcwd()\n'/home/ada'\n\nWhy?" },
};

static void
test_case(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(MessageSpan));
    g_autoptr(GArray) spans = g_array_new(FALSE, FALSE, sizeof(MessageSpan));
    g_autofree char *reply = NULL;
    g_autofree char *folded = NULL;
    g_auto(GStrv) lines = NULL;

    spans_find(cases[i].text, none, spans);
    reply = spans_reply(cases[i].text, spans, TRUE);
    lines = g_regex_split_simple("\\n+", reply, 0, 0);
    folded = g_strjoinv("\n", lines);
    if (strstr(cases[i].reply, "\n\n") != NULL)
        g_assert_cmpstr(reply, ==, cases[i].reply);
    else
        g_assert_cmpstr(folded, ==, cases[i].reply);
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/spans/program/", cases[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_case);
    }
    return g_test_run();
}
