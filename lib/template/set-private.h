/*
 * set-private.h - the files of a set
 */
#pragma once

#include "template/set.h"

typedef struct {
    TemplateFile file;          /* what others see; its strings are those below */
    char        *path, *language, *name, *source;
    Template    *header, *body;
} SetFile;

struct TemplateSet {
    GHashTable *files;          /* path -> SetFile *                     */
    GPtrArray  *sorted;         /* SetFile *, by path; borrowed          */
    GHashTable *names;          /* of mails                              */
    char       *digest;
};

/* Compiles one file; problems bear its path. FALSE if it cannot be used. */
gboolean set_file_compile(SetFile *file, gsize length, GPtrArray *problems);

/* "el/acknowledge.html.mustache": FALSE if the path is no template's. */
gboolean set_split_path(const char *path, char **language_out, char **name_out, gboolean *html_out);

/* Files of the organisation's folder: LANGUAGE/NAME.mustache. What is wrong becomes a problem. */
void set_read_folder(TemplateSet *set, const char *folder, GPtrArray *problems);
/* Puts a file into the set, in the place of another of that path. */
void set_add(TemplateSet *set, const char *path, const char *text, gsize length, gboolean own, GPtrArray *problems);

/* The file of that name in the first of the languages that has it; header: it has to be a mail. NULL: none. */
const SetFile *set_find(const TemplateSet *set, const char *language, const char *fallback, const char *name, gsize length, gboolean html,
                        gboolean mail);
