/*
 * values-imap.c - folders, keywords, and what becomes of mail in a mailbox
 */
#include "config/values-private.h"
#include "base/clock.h"
#include "base/text.h"
#include "config/values.h"

#include <string.h>

#define FOLDER_OCTETS 255
/* Each has a connection of its own, and providers allow 10 to 20 of them to one user. */
#define FOLDERS_MOST  8
#define PIN_DIGITS    64

/* Names go to the server as they are, but for their encoding: what could end a command is no name (RFC 9051, 5.1). */
static gboolean
is_folder(const char *name)
{
    gsize length = strlen(name);

    return length > 0 && length <= FOLDER_OCTETS && g_utf8_validate(name, (gssize) length, NULL) && !text_has_control(name);
}

static ValueResult
parse_folder_list(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    g_auto(GStrv) names = g_strsplit(text, ",", -1);

    for (char **name = names; *name != NULL; name++)
        if (!is_folder(g_strstrip(*name)))
            return VALUE_MALFORMED;
    if (g_strv_length(names) > FOLDERS_MOST)
        return VALUE_MALFORMED;
    value_set_list(member, g_steal_pointer(&names));
    return VALUE_OK;
}

/* An atom without a backslash (RFC 9051, 9: flag-keyword). */
static ValueResult
parse_keyword(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    for (const char *at = text; *at != '\0'; at++)
        if (!g_ascii_isgraph(*at) || strchr("(){%*\"\\]", *at) != NULL)
            return VALUE_MALFORMED;
    value_set_text(member, g_strdup(text));
    return VALUE_OK;
}

/* "AB:CD:..." as openssl prints it, or without the colons. */
static ValueResult
parse_pin(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    g_autoptr(GString) digits = g_string_new(NULL);

    for (const char *at = text; *at != '\0'; at++) {
        if (g_ascii_isxdigit(*at))
            g_string_append_c(digits, g_ascii_tolower(*at));
        else if (*at != ':')
            return VALUE_MALFORMED;
    }
    if (digits->len != PIN_DIGITS)
        return VALUE_MALFORMED;
    value_set_text(member, g_strdup(digits->str));
    return VALUE_OK;
}

static const char *const after_words[] = { "keyword", "seen", "move", "delete", "nothing" };

static ValueResult
parse_after(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    ImapAfter *after = member;

    if (g_str_has_prefix(text, "move ")) {
        g_autofree char *folder = g_strstrip(g_strdup(text + strlen("move ")));

        if (!is_folder(folder))
            return VALUE_MALFORMED;
        after->action = IMAP_AFTER_MOVE;
        value_set_text(&after->folder, g_steal_pointer(&folder));
        return VALUE_OK;
    }
    for (guint i = 0; i < G_N_ELEMENTS(after_words); i++) {
        if (i == IMAP_AFTER_MOVE || strcmp(after_words[i], text) != 0)
            continue;
        after->action = (ImapAfterAction) i;
        value_set_text(&after->folder, NULL);
        return VALUE_OK;
    }
    return VALUE_MALFORMED;
}

static char *
format_after(G_GNUC_UNUSED const Option *option, gconstpointer member)
{
    const ImapAfter *after = member;

    return g_strconcat(after_words[after->action], after->folder != NULL ? " " : "", after->folder, NULL);
}

static void
clear_after(gpointer member)
{
    g_clear_pointer(&((ImapAfter *) member)->folder, g_free);
}

/* A day, which begins at midnight UTC, or a moment of RFC 3339. */
static gboolean
read_moment(const char *text, gint64 *moment_out)
{
    g_autofree char *whole = strlen(text) == strlen("2026-11-22") ? g_strconcat(text, "T00:00:00Z", NULL) : g_strdup(text);

    return clock_parse(whole, moment_out, NULL);
}

static char *
write_moment(gint64 moment)
{
    char *text = clock_format_utc(moment);

    if (g_str_has_suffix(text, "T00:00:00Z"))
        text[strlen("2026-11-22")] = '\0';
    return text;
}

static ValueResult
parse_moment(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    return read_moment(text, member) ? VALUE_OK : VALUE_MALFORMED;
}

static char *
format_moment(G_GNUC_UNUSED const Option *option, gconstpointer member)
{
    gint64 moment = *(const gint64 *) member;

    return moment != 0 ? write_moment(moment) : NULL;
}

static ValueResult
parse_import(G_GNUC_UNUSED const Option *option, G_GNUC_UNUSED const char *directory, const char *text, gpointer member)
{
    ImapImport *import = member;
    gint64 since = 0;

    if (g_str_has_prefix(text, "since ")) {
        g_autofree char *moment = g_strstrip(g_strdup(text + strlen("since ")));

        if (!read_moment(moment, &since))
            return VALUE_MALFORMED;
        *import = (ImapImport) { IMAP_IMPORT_SINCE, since };
    } else if (strcmp(text, "all") == 0) {
        *import = (ImapImport) { IMAP_IMPORT_ALL, 0 };
    } else if (strcmp(text, "from-now") == 0) {
        *import = (ImapImport) { IMAP_IMPORT_FROM_NOW, 0 };
    } else {
        return VALUE_MALFORMED;
    }
    return VALUE_OK;
}

static char *
format_import(G_GNUC_UNUSED const Option *option, gconstpointer member)
{
    const ImapImport *import = member;
    g_autofree char *moment = NULL;

    if (import->kind == IMAP_IMPORT_SINCE) {
        moment = write_moment(import->since);
        return g_strconcat("since ", moment, NULL);
    }
    return g_strdup(import->kind == IMAP_IMPORT_ALL ? "all" : "from-now");
}

const ValueType value_type_folder_list = { parse_folder_list, value_format_list, value_clear_list,
                                           "at most 8 names of folders such as INBOX, Support/Web, separated by commas", NULL };
const ValueType value_type_keyword = { parse_keyword, value_format_text, value_clear_text, "a keyword such as $Ticketed", NULL };
const ValueType value_type_pin = { parse_pin, value_format_text, value_clear_text,
                                   "64 hexadecimal digits: the SHA-256 of a public key", NULL };
const ValueType value_type_after = { parse_after, format_after, clear_after,
                                     "keyword, seen, move FOLDER, delete or nothing", NULL };
const ValueType value_type_import = { parse_import, format_import, NULL, "all, since 2026-01-31, or from-now", NULL };
const ValueType value_type_moment = { parse_moment, format_moment, NULL,
                                      "a day such as 2026-01-31, or a moment such as 2026-01-31T12:00:00Z", NULL };
