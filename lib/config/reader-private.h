/*
 * reader-private.h - the syntax of mailgw.conf: sections, keys, values, and where each stands
 *
 * GKeyFile is not used, because it merges sections and keys that stand twice without a word. What a section or key
 * means is not known here.
 */
#pragma once

#include "config/mistakes-private.h"

#define CONFIG_FILE_BYTES (1024 * 1024)

typedef struct {
    char    *key;
    GString *value;
    Position key_at;
    Position value_at;
} ReaderEntry;

typedef struct {
    char       *word;       /* "queue"                                          */
    char       *name;       /* "support", NULL if it has none                   */
    char       *title;      /* "[queue support]", fit to be printed             */
    Position    at;
    gboolean    unreadable; /* the header is wrong: nothing below it is looked at */
    gboolean    broken;     /* a mistake was found below it                     */
    GPtrArray  *entries;    /* ReaderEntry * in the order of the file           */
    GHashTable *by_key;
    gpointer    values;     /* the struct that it was read into; NULL at first  */
} ReaderSection;

/* ReaderSection * in the order of the file; what is wrong is added to mistakes. */
GPtrArray *reader_read(const char *text, gsize length, Mistakes *mistakes);

const ReaderEntry *reader_entry(const ReaderSection *section, const char *key); /* NULL if it is not there */
