/*
 * limits.h - what a stranger can make large, and how large it may get
 *
 * The admin's own limits (size of a message, rates) are options; these are the fences behind them. Each has its reason.
 */
#pragma once

/* Sizes of a message. 25 MiB is what the large providers take; 64 MiB is what one bytea parameter may cost in memory. */
#define LIMIT_MESSAGE_DEFAULT      (25 * 1024 * 1024)
#define LIMIT_MESSAGE_HARD         (64 * 1024 * 1024)

/* Headers. A field costs about ten times its size while it is read. */
#define LIMIT_HEADER_BLOCK         (1024 * 1024)
#define LIMIT_HEADER_FIELD         (64 * 1024)
#define LIMIT_HEADER_COUNT         1000
#define LIMIT_ADDRESSES_PER_FIELD  256
#define LIMIT_ADDRESS_COLONS       500     /* outside quotes, in one address field: nested groups */
#define LIMIT_REFERENCES           50      /* the first and the last 49 are kept (RFC 5322, 3.6.4) */
#define LIMIT_MESSAGE_ID           998     /* one line of RFC 5322                                */

/* MIME. A part needs five bytes to be there, and a kilobyte to be described. */
#define LIMIT_MIME_DEPTH           50
#define LIMIT_MIME_PARTS           1000
#define LIMIT_BOUNDARY_LENGTH      2048    /* RFC 2046 says 70, Postfix takes 2,048                */
#define LIMIT_MIME_PARAMETERS      64      /* RFC 2231 continuations, CVE-2026-27859              */
#define LIMIT_TNEF_BYTES           (32 * 1024 * 1024)   /* a winmail.dat that is opened: it costs its size three times */
#define LIMIT_TNEF_FILES           200
#define LIMIT_FILENAME             255     /* octets of a file's name after cleaning              */
#define LIMIT_TEXT                 (1024 * 1024)   /* text of one article, the rest stays in the original */

#define LIMIT_DETAIL               (256 * 1024)    /* octets of one part that rules see           */
#define LIMIT_DETAILS              (2 * 1024 * 1024)       /* of all parts of a message               */
#define LIMIT_SPANS                1000    /* of one text: quote and answer in turn                */
#define LIMIT_LANGUAGE_SAMPLE      (4 * 1024)      /* octets a language is told by: a page and more */

/* LMTP (RFC 2033, RFC 5321, 4.5.3.1). */
#define LIMIT_COMMAND_LINE         4096
#define LIMIT_RECIPIENTS           100
#define LIMIT_MAILS_PER_SESSION    100
#define LIMIT_SESSION_ERRORS       10
#define LIMIT_LINE_OUT             998

/* IMAP. libetpan's parser recurses, allocates and waits as the server says; these stand before it (RFC 9051 knows no limits). */
#define LIMIT_IMAP_DEPTH           100     /* parentheses in one answer: about 500 octets of stack each */
#define LIMIT_IMAP_LINE            (64 * 1024)     /* octets of an answer outside its literals     */
#define LIMIT_IMAP_LITERAL         (1024 * 1024)   /* octets of a literal that is no body          */
#define LIMIT_IMAP_ANSWER          (4 * 1024 * 1024)       /* octets of one command's answers, bodies and plans apart */
#define LIMIT_IMAP_ROW             512     /* octets of one message's row of a plan               */
#define LIMIT_IMAP_FOLDERS         10000
#define LIMIT_IMAP_UIDS            500     /* of one command: a line that every server takes      */
#define LIMIT_IMAP_ROWS            500     /* of a plan, handed over at once                      */
#define LIMIT_IMAP_ARGUMENT        2000    /* octets of a name of a folder, a user                */
#define LIMIT_IMAP_MEMORY          (512 * 1024 * 1024)     /* of an account's process: a mail is held twice for a moment */
#define LIMIT_IMAP_SPIN_SECONDS    60      /* of CPU without a word to the store: the process is lost */
#define LIMIT_IMAP_SECRET          (16 * 1024)     /* octets: tokens with many claims are long    */

/* The parse child. 512 MiB is twice what any message within the limits above needs. */
#define LIMIT_PARSE_MEMORY         (512 * 1024 * 1024)
#define LIMIT_PARSE_CPU_SECONDS    10
#define LIMIT_PARSE_WALL_SECONDS   15      /* less than a lease by default: a slow mail does not lose its neighbours' */
#define LIMIT_PARSE_MESSAGES       100     /* per child: recycles leaks                           */
#define LIMIT_PARSE_RECORD         (16 * 1024 * 1024)

#define LIMIT_IMAGES_PER_MAIL      16      /* inline images that are looked up for one mail       */
#define LIMIT_IMAGES_PER_PERSON    200     /* that are remembered of one sender                   */
#define LIMIT_REPORT_TEXT          500     /* octets of a diagnostic that are kept                */

#define LIMIT_RECEIVED             50      /* hops; more: quarantine, no acknowledgement          */
#define LIMIT_ATTEMPTS             3       /* alone; then quarantine                              */
#define LIMIT_LEASE_SECONDS        30
#define LIMIT_CONVERSATION_KEYS    6       /* advisory locks taken for one mail                   */
#define LIMIT_TOKEN_LOCAL_PART     64      /* RFC 5321, 4.5.3.1.1                                 */

/* Templates. A mail of ours is a page of text; data comes from our own tables, or from the file of somebody who tries a template. */
#define LIMIT_TEMPLATE_SOURCE      (256 * 1024)
#define LIMIT_TEMPLATE_OUTPUT      (64 * 1024)
#define LIMIT_TEMPLATE_NESTING     50      /* sections in sections of one file                    */
#define LIMIT_TEMPLATE_DEPTH       200     /* sections, partials and blocks inside each other while it is filled */
#define LIMIT_TEMPLATE_STEPS       200000  /* tags that one rendering goes through: lists in lists multiply */
#define LIMIT_TEMPLATE_DATA        100     /* objects in objects                                  */
#define LIMIT_TEMPLATE_PROBLEMS    50      /* told of one file                                    */
#define LIMIT_TEMPLATE_SUBJECT     120     /* characters that a check lets pass                   */
#define LIMIT_TEMPLATE_LINE        200     /* of a text: what is longer than a line is broken as it leaves (RFC 3676) */
#define LIMIT_TEMPLATE_FILES       1000    /* of one folder                                       */

/* Help articles. The desk writes them; a mail is looked at for what it says first. */
#define LIMIT_HELP_FILE            (256 * 1024)
#define LIMIT_HELP_ARTICLES        10000   /* of one folder; measured with 2,000 of a language    */
#define LIMIT_HELP_LINE            500     /* octets of a title, an address, the tags             */
#define LIMIT_HELP_SUMMARY         200     /* octets that stand for an article without an address */
#define LIMIT_HELP_QUESTION        2000    /* octets of subject and text: what is wanted stands at the beginning */

/* Rules (RFC 5229, 6; RFC 5228, 2.10.5). */
#define LIMIT_RULES_LIST           (4 * 1024 * 1024)       /* octets of a list that rules look into */
#define LIMIT_NEED_ROUNDS          2       /* questions to the store that one message may cause   */
#define LIMIT_NOTE                 (16 * 1024)     /* octets of a note, of a field               */
#define LIMIT_TICKET_VALUE         1024    /* octets of a field's value, a tag, a correlation key */
#define LIMIT_SIEVE_SCRIPT         (256 * 1024)
#define LIMIT_SIEVE_NESTING        16
#define LIMIT_SIEVE_PROBLEMS       100     /* told of one compilation, or one run                 */
#define LIMIT_SIEVE_VARIABLES      255
#define LIMIT_SIEVE_VARIABLE       4096    /* octets of one                                       */
#define LIMIT_SIEVE_STRING         (64 * 1024)     /* octets of a string with variables           */
#define LIMIT_SIEVE_MATCHES        33      /* ${0} to ${32}                                       */
#define LIMIT_SIEVE_ACTIONS        32
#define LIMIT_SIEVE_FLAGS          32
#define LIMIT_SIEVE_CPU            500000  /* microseconds of one run                             */
#define LIMIT_SIEVE_UNWATCHED      (1024 * 1024)   /* work (run_spend()) between two looks at the clock */
#define LIMIT_SIEVE_EDITS          100     /* fields that one run adds                            */
#define LIMIT_SIEVE_CHAIN_FIELDS   256     /* fields that one chain of tests is indexed by        */
#define LIMIT_SIEVE_STEPS          1000000 /* of one run: no script loops, but includes multiply  */
#define LIMIT_SIEVE_TRACE          10000   /* tests explained                                     */
#define LIMIT_SIEVE_TRACE_VALUE    200     /* octets of a value shown                             */
#define LIMIT_SIEVE_INCLUDE_DEPTH  5
#define LIMIT_SIEVE_INCLUDES       50
#define LIMIT_SIEVE_FIELD          2048    /* octets of a field that a rule adds                  */
#define LIMIT_SIEVE_SUBJECT        (64 * 1024)     /* octets a regular expression looks at         */
#define LIMIT_SIEVE_PATTERN        4096
#define LIMIT_SIEVE_PATTERN_NESTING 50
#define LIMIT_SIEVE_MATCH          100000  /* PCRE2: steps, depth, KiB of heap                    */
#define LIMIT_SIEVE_MATCH_DEPTH    1000
#define LIMIT_SIEVE_MATCH_HEAP     4096
#define LIMIT_SIEVE_SHORT_CHAIN    8       /* tests in a row that are not worth an index          */
#define LIMIT_SIEVE_LOOPS          4       /* foreverypart in foreverypart; RFC 5703, 3 wants as many */
#define LIMIT_SIEVE_VACATION_DAYS  7       /* without ":days" (RFC 5230, 4.1)                     */
#define LIMIT_SIEVE_DUPLICATE_DAYS 7       /* without ":seconds" (RFC 7352, 3.3)                  */
#define LIMIT_SIEVE_PERIOD_DAYS    365     /* longest memory of an answer or of a message         */
#define LIMIT_SIEVE_DUPLICATE_KEY  255     /* octets; longer ones are hashed                      */
#define LIMIT_SIEVE_NEEDS          1000    /* members of lists, and duplicates, that one run asks for */
#define LIMIT_SIEVE_FIELD_NAME     64      /* octets of the name of a ticket's field              */
#define LIMIT_REDIRECTS            2       /* of one message: each is a mail to a stranger's order */
#define LIMIT_REDIRECT_RECEIVED    25      /* hops; mail that went through more is not passed on  */
#define LIMIT_NOTIFICATIONS        8       /* mails that one message causes by notify             */
#define LIMIT_MAILS                (1 + LIMIT_REDIRECTS + LIMIT_NOTIFICATIONS)     /* of one decision */
#define LIMIT_SIEVE_NOTIFY_RECIPIENTS 8    /* of one notification                                 */

/* Answers of HTTPS servers: an OAuth token has some KiB. */
#define LIMIT_HTTP_ANSWER          (64 * 1024)
#define LIMIT_HTTP_HEADERS         (64 * 1024)
