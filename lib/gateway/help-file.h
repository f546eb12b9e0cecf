/*
 * help-file.h - help articles as files: Markdown with front matter
 *
 *     ---
 *     title: Change the password of a mailbox
 *     language: en
 *     tags: login, webmail
 *     url: https://help.example.com/password
 *     ---
 *     Open the control panel ...
 *
 * title is a must, language too unless a default is given; tags and url may be missing. Nothing else is understood there, so that a slip of the pen is told and not
 * passed over.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

/* An object with path, language, title, url, tags, summary, body; or NULL, and what is wrong goes to problems (char *, "en/password.md:3: ..."). */
json_t *help_file_parse(const char *path, const char *bytes, gsize length, const char *default_language, GPtrArray *problems);

/* All files of a folder and the folders in it that end in .md or .markdown, in the order of their names. What is wrong with any of them goes to problems. */
json_t *help_folder_read(const char *folder, const char *default_language, GPtrArray *problems);

/* "en-GB" as "en"; NULL if it names no language. */
char *help_language(const char *text);
/* What of a mail is looked at: its subject, and the first words of what its writer says now. */
char *help_text(const char *subject, const char *reply);
