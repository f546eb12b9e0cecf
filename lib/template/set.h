/*
 * set.h - all templates of an installation: ours, and those of the organisation that stand in their place
 *
 * A file is LANGUAGE/NAME.mustache: the text of a mail whose first lines are headers ("Subject: ..."), then an empty line. NAME.html.mustache
 * beside it is the same mail as HTML, without headers. A file without a Subject is a part that others name ({{>part}}, {{<layout}}); parts of
 * an HTML file are HTML files. What we ship is compiled into the program; a file of the organisation's folder replaces ours of the same name.
 *
 * A language is looked for as "el-GR", then "el", then as the default the caller gives, then "en"; parts as well. A set is constant once it is
 * loaded: who starts workers loads it, and they share it.
 */
#pragma once

#include "template/template.h"

typedef struct TemplateSet TemplateSet;

/* folder: of the organisation; NULL, or one that is not there: only what we ship. NULL with CONFIG and every problem, one a line. */
TemplateSet *template_set_load(const char *folder, GError **error);
/* The same, and all problems, also those that let it be used. NULL where there is an error among them. */
TemplateSet *template_set_read(const char *folder, gboolean shipped, GPtrArray *problems);
void         template_set_free(TemplateSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TemplateSet, template_set_free)

/* SHA-256 over name and text of each file, in hexadecimal. */
const char *template_set_digest(const TemplateSet *set);
/* The names of mails (const char * as keys): what `acknowledge :template` may name. */
GHashTable *template_set_names(const TemplateSet *set);
/* char *, sorted: languages that have a file. */
GPtrArray  *template_set_languages(const TemplateSet *set);
/* Whether the name has a mail in that language itself, without falling back. */
gboolean    template_set_has(const TemplateSet *set, const char *language, const char *name);

/* The language that a mail of that name would be written in; both may be NULL. NULL: no language has such a mail. */
const char *template_set_language(const TemplateSet *set, const char *name, const char *language, const char *fallback);

typedef struct {
    char *language;       /* it is written in: "el" */
    char *subject;        /* one line */
    char *text;
    char *html;           /* NULL: there is none */
} TemplateMail;

/*
 * Fills the mail of that name; the key "language" is set to what was found. language and fallback may be NULL. The HTML is used only if it comes from where the text does: an organisation that
 * writes its own text has not written our HTML. NOT_FOUND if no language has such a mail, LIMIT as template_render().
 */
gboolean template_set_render(const TemplateSet *set, const char *name, const char *language, const char *fallback,
                             TemplateValue *values, TemplateMail *mail_out, GError **error);
void     template_mail_clear(TemplateMail *mail);

/* One file, for those who look at all of them. */
typedef struct {
    const char     *path;          /* "el/acknowledge.mustache"          */
    const char     *language, *name;
    gboolean        html, own;     /* own: of the organisation           */
    const char     *source;        /* as it was read                     */
    const Template *header, *body; /* header NULL: a part, or HTML       */
} TemplateFile;

/* In the order of their paths. */
GPtrArray *template_set_files(const TemplateSet *set);         /* const TemplateFile * */
/* What {{>name}} means in a file of that language; NULL: nothing. */
const TemplateFile *template_set_part(const TemplateSet *set, const char *language, const char *name, gboolean html);
/* Ours of that path, as we ship it; NULL if there is none. */
const char *template_shipped_text(const char *path);
