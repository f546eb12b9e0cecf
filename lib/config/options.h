/*
 * options.h - the one table of options
 */
#pragma once

#include <glib.h>

typedef enum {
    OPTION_TEXT, OPTION_BOOL, OPTION_INT, OPTION_OCTAL, OPTION_DURATION, OPTION_SIZE, OPTION_RATE, OPTION_PATH,
    OPTION_ADDRESS, OPTION_ADDRESS_LIST, OPTION_TEXT_LIST, OPTION_CHOICE, OPTION_TRANSPORT, OPTION_ENVELOPE_SENDER,
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
