/*
 * options.h - the one table of options
 */
#pragma once

#include <glib.h>

typedef enum {
    OPTION_TEXT,            /* char *; of `choices` only, where there are some; at most max octets      */
    OPTION_TAG,             /* char *: a name that can stand in a subject tag                           */
    OPTION_TAG_LIST,        /* char **, NULL-terminated; separated by commas                            */
    OPTION_TIMEZONE,        /* char *: IANA name                                                        */
    OPTION_BOOL,            /* gboolean                                                                 */
    OPTION_INT,             /* gint64, as all numbers                                                   */
    OPTION_OCTAL,
    OPTION_DURATION,
    OPTION_SIZE,
    OPTION_RATE,            /* Rate; a key that ends in -hour or -day takes a bare number               */
    OPTION_PATH,            /* char *, absolute                                                         */
    OPTION_DATABASE_URL,    /* char *: libpq connection URI                                             */
    OPTION_DOMAIN,          /* char *, lower-case ASCII                                                 */
    OPTION_LISTEN,          /* char *: HOST:PORT                                                        */
    OPTION_NETWORK_LIST,    /* char **: IP addresses or ADDRESS/BITS                                    */
    OPTION_ADDRESS,         /* char *, canonical                                                        */
    OPTION_ADDRESS_LIST,    /* char **                                                                  */
    OPTION_CHOICE,          /* an enum                                                                  */
    OPTION_TRANSPORT,       /* char *: smtp://HOST[:PORT], smtps://HOST[:PORT], maildir:DIR             */
    OPTION_ENVELOPE_SENDER, /* char *: an address, or "" for "<>"                                       */
    OPTION_HOURS,           /* GArray * of HourSpan: a week                                             */
    OPTION_DAY_HOURS,       /* GArray * of HourSpan: any day                                            */
    OPTION_WORKING_TIME,    /* WorkingTime; choices: the word for none                                  */
    OPTION_PERCENT,         /* gint64; 0 is not said                                                    */
    OPTION_NAME,            /* char *: of a section                                                     */
    OPTION_HTTPS_URL,       /* char *                                                                   */
    OPTION_SECRET_URL,      /* char *: the same, but only its host is shown                             */
    OPTION_FILE_LIST,       /* char **: as they are named, separated by commas                          */
    OPTION_FOLDER_LIST,     /* char **: names of IMAP folders, separated by commas                      */
    OPTION_KEYWORD,         /* char *: an IMAP flag that is a keyword                                   */
    OPTION_PIN,             /* char *: SHA-256 of a public key in lower-case hexadecimal digits         */
    OPTION_AFTER,           /* ImapAfter                                                                */
    OPTION_IMPORT,          /* ImapImport                                                               */
    OPTION_MOMENT,          /* gint64: microseconds UTC                                                 */
    N_OPTION_TYPES
} OptionType;

typedef struct {
    const char *section;    /* "queue"                                                      */
    const char *key;
    OptionType  type;
    gsize       offset;     /* in the section's struct                                      */
    const char *fallback;   /* as it would stand in the file; NULL: none                    */
    gint64      min, max;   /* of numbers, seconds, bytes; for OPTION_RATE of the count     */
    const char *choices;    /* of OPTION_CHOICE: "reopen|new|reject", in the enum's order   */
    const char *meaning;    /* one line for the manual and the commented example            */
} Option;

typedef struct {
    const char *name;
    gboolean    named;      /* "[queue support]"        */
    gboolean    name_optional;  /* "[lmtp]" or "[lmtp x]" */
    const char *meaning;
} OptionSection;

extern const Option        options[];
extern const gsize         n_options;
extern const OptionSection option_sections[];
extern const gsize         n_option_sections;

/* An option of one priority ("urgent.calendar"): the manual tells of it under PRIORITY, and it is printed only where it is set. */
gboolean option_is_of_priority(const Option *option);

/* NULL if there is none. */
const OptionSection *option_section_find(const char *name);
const Option        *option_find(const char *section, const char *key);
