/* Dates of header fields: RFC 5322, 3.3 and 4.3, and what programs write instead. */
#include "base/clock.h"
#include "message/header-date-private.h"
#include "tap.h"

typedef struct {
    const char *raw;
    const char *wanted;     /* RFC 3339 with the sender's offset; NULL: no date */
} Case;

static const Case cases[] = {
    { "Wed, 17 May 2000 19:20:24 -0400", "2000-05-17T19:20:24-04:00" },
    { "17 May 2000 19:20 +0530", "2000-05-17T19:20:00+05:30" },
    { "Wed, 17 May 2000 19:20:24 +0200 (CEST)", "2000-05-17T19:20:24+02:00" },
    { "Wed,17 May 2000 19:20:24+0200", "2000-05-17T19:20:24+02:00" },
    { "Wed, 17 (day) May 2000 19 : 20 : 24 +0200", "2000-05-17T19:20:24+02:00" },
    { "Sat, 20 Nov 2021 14:22:01 -0000", "2021-11-20T14:22:01-00:00" },
    { "Sat, 20 Nov 2021 14:22:01 +0000", "2021-11-20T14:22:01+00:00" },
    /* RFC 5322, 4.3: obsolete years and zones */
    { "Wed, 17 May 00 19:20:24 EST", "2000-05-17T19:20:24-05:00" },
    { "Mon, 21 Aug 95 13:30:57 PDT", "1995-08-21T13:30:57-07:00" },
    { "21 Aug 49 13:30:57 GMT", "2049-08-21T13:30:57+00:00" },
    { "21 Aug 50 13:30:57 GMT", "1950-08-21T13:30:57+00:00" },
    { "17 May 100 19:20:24 UT", "2000-05-17T19:20:24+00:00" },
    { "Wed, 17 May 2000 19:20:24 A", "2000-05-17T19:20:24-00:00" },
    { "Wed, 17 May 2000 19:20:24 Z", "2000-05-17T19:20:24+00:00" },
    /* Pieces that are missing, and zones by name */
    { "Wed, 17 May 2000 19:20:24", "2000-05-17T19:20:24+00:00" },
    { "17 May 2000", "2000-05-17T00:00:00+00:00" },
    { "Wed, 17 May 2000 19:20:24 CEST", "2000-05-17T19:20:24+02:00" },
    { "Wed, 17 May 2000 19:20:24 MSK", "2000-05-17T19:20:24+03:00" },
    { "Wed, 17 May 2000 19:20:24 GMT+0200", "2000-05-17T19:20:24+02:00" },
    { "Wed, 17 May 2000 19:20:24 +02:00", "2000-05-17T19:20:24+02:00" },
    { "Mon, 21 Aug 95 13:30:57 -600", "1995-08-21T13:30:57-06:00" },
    { "Wed, 17 May 2000 19:20:24 +2", "2000-05-17T19:20:24+02:00" },
    { "Wed, 17 May 2000 19:20:24 +9999", "2000-05-17T19:20:24+00:00" },
    { "Wed, 17 May 2000 19:20:24 \"GMT\"", "2000-05-17T19:20:24+00:00" },
    /* Other orders */
    { "Wed May 17 19:20:24 2000", "2000-05-17T19:20:24+00:00" },
    { "Wed May 17 19:20:24 EST 2000", "2000-05-17T19:20:24-05:00" },
    { "Wed May 17 19:20:24 2000 -0400", "2000-05-17T19:20:24-04:00" },
    { "2000-05-17 19:20:24 +0200", "2000-05-17T19:20:24+02:00" },
    { "2000-05-17T19:20:24.123+02:00", "2000-05-17T19:20:24+02:00" },
    { "2000-05-17T19:20:24Z", "2000-05-17T19:20:24+00:00" },
    { "Wed, 17-May-2000 19:20:24 GMT", "2000-05-17T19:20:24+00:00" },
    { "Wed, 17 May 2000 19.20.24 +0200", "2000-05-17T19:20:24+02:00" },
    { "Wed, 17 May 2000 7:20:24 PM +0200", "2000-05-17T19:20:24+02:00" },
    { "17 May 2000 12:20 AM", "2000-05-17T00:20:00+00:00" },
    { "5/17/2000 7:20 PM", "2000-05-17T19:20:00+00:00" },
    { "Mi, 17 Mai 2000 19:20:24 +0200", "2000-05-17T19:20:24+02:00" },
    { "Tue, 7 Apr 2026 10:00:t <jane", "2026-04-07T10:00:00-00:00" },
    { "Sat, 31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:59+00:00" },
    { "Fri, 31 Dec 9999 23:59:59 -1200", "9999-12-31T23:59:59-12:00" },
    /* None */
    { "", NULL }, { "yesterday", NULL }, { "Wed, 31 Feb 2000 10:00:00 +0000", NULL }, { "17 May", NULL },
    { "17 May 2000 25:00:00 +0000", NULL }, { "17 May 2000 10:61:00 +0000", NULL }, { "99999999999999999999", NULL },
    { "Wed, 17 Foo 2000 10:00:00 +0000", NULL }, { "1 Jan 0001 00:00:00 +0000", NULL }, { "((((", NULL },
    { "1 Jan 999999 00:00:00 +0000", NULL },
};

static void
test_dates(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        HeaderDate date = { 0, 0, FALSE };
        gboolean is_date = header_date_parse(cases[i].raw, &date);
        g_autofree char *found =
            is_date ? clock_format_offset(date.seconds * G_USEC_PER_SEC, date.offset_minutes, date.offset_unknown) : NULL;

        g_test_message("%s", cases[i].raw);
        g_assert_cmpstr(found, ==, cases[i].wanted);
    }
}

int
main(int argc, char **argv)
{
    tap_init(&argc, &argv);
    g_test_add_func("/message/dates/as-they-are-written", test_dates);
    return g_test_run();
}
