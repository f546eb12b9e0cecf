/*
 * values-private.h - values of options: from the file's text into the struct's member, and back
 */
#pragma once

#include "config/options.h"

typedef enum { VALUE_OK, VALUE_MALFORMED, VALUE_OUT_OF_RANGE } ValueResult;

/* Reads text into the option's member of values; a path is taken beside directory. Left untouched unless VALUE_OK. */
ValueResult value_parse(const Option *option, const char *directory, const char *text, gpointer values);
/* "a duration such as 60s, 5m, 4h, 2d": what should have stood there. */
char *value_expected(const Option *option, ValueResult result, const char *text);
/* As it stands in the file, without what is secret; NULL if the member is not set. */
char *value_format(const Option *option, gconstpointer values);
void  value_clear(const Option *option, gpointer values);

/*
 * What a type of option knows. member points at the member in the section's struct; parse leaves it alone on failure.
 */
typedef struct {
    ValueResult (*parse)(const Option *option, const char *directory, const char *text, gpointer member);
    char       *(*format)(const Option *option, gconstpointer member);
    void        (*clear)(gpointer member);      /* NULL: nothing is owned */
    const char  *expected;
    char       *(*explain)(const char *text);   /* what is wrong with a malformed one; NULL: nothing better than `expected` can be said */
} ValueType;

/* values-number.c */
extern const ValueType value_type_bool, value_type_int, value_type_octal, value_type_duration, value_type_size,
    value_type_rate, value_type_choice;
/* values-text.c */
extern const ValueType value_type_text, value_type_path, value_type_tag, value_type_tag_list, value_type_timezone;
/* values-network.c */
extern const ValueType value_type_database_url, value_type_domain, value_type_listen, value_type_network_list,
    value_type_address, value_type_address_list, value_type_transport, value_type_envelope_sender,
    value_type_https_url, value_type_secret_url;
/* values-targets.c */
extern const ValueType value_type_hours, value_type_day_hours, value_type_working_time, value_type_percent, value_type_name,
    value_type_file_list;
/* values-imap.c */
extern const ValueType value_type_folder_list, value_type_keyword, value_type_pin, value_type_after, value_type_import,
    value_type_moment;

/* For the types' own files: gives a char * or char ** member a new content, and the common ways to print and to clear. */
void  value_set_text(gpointer member, char *text /* taken */);
void  value_set_list(gpointer member, char **list /* taken */);
char *value_format_text(const Option *option, gconstpointer member);
char *value_format_list(const Option *option, gconstpointer member);
void  value_clear_text(gpointer member);
void  value_clear_list(gpointer member);

/* Seconds that the end of a key names ("per-sender-hour": 3600), or 0. */
gint64 value_period_of_key(const char *key);
