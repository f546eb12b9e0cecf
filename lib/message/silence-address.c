#include <string.h>

#include "base/text.h"
#include "message/silence.h"

/* Local parts behind which no person reads (RFC 2142, RFC 3834, 2, and what list managers and shops use). */
static const char *const whole_names[] = { "mailer-daemon", "postmaster", "listserv", "majordomo", "uucp" };
static const char *const beginnings[] = { "owner-", "bounce" };
static const char *const ends[] = { "-owner", "-request" };
static const char *const inside[] = { "-bounces" };
/* Compared after "-", "_" and "." are taken out: no-reply, no_reply, orders.noreply, do-not-reply ... */
static const char *const no_reply_names[] = { "noreply", "donotreply", "dontreply" };

static gboolean
is_no_reply(const char *local)
{
    GString *plain = g_string_new(NULL);
    gboolean found = FALSE;

    for (const char *p = local; *p != '\0'; p++) {
        if (strchr("-_.", *p) == NULL)
            g_string_append_c(plain, *p);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(no_reply_names) && !found; i++)
        found = g_str_has_prefix(plain->str, no_reply_names[i]) || g_str_has_suffix(plain->str, no_reply_names[i]);
    g_string_free(plain, TRUE);
    return found;
}

static gboolean
is_machine(const char *local)
{
    for (gsize i = 0; i < G_N_ELEMENTS(whole_names); i++) {
        if (strcmp(local, whole_names[i]) == 0)
            return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++) {
        if (g_str_has_prefix(local, beginnings[i]))
            return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
        if (g_str_has_suffix(local, ends[i]))
            return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(inside); i++) {
        if (strstr(local, inside[i]) != NULL)
            return TRUE;
    }
    return is_no_reply(local);
}

char *
address_silence(const char *address)
{
    const char *at = address != NULL ? strrchr(address, '@') : NULL;
    g_autofree char *local = NULL;
    g_autofree char *shown = NULL;
    char *plus;

    if (address == NULL)
        return NULL;
    local = at != NULL ? g_ascii_strdown(address, (gssize) (at - address)) : g_ascii_strdown(address, -1);
    plus = strchr(local, '+');
    if (plus != NULL && plus != local)
        *plus = '\0';
    if (!is_machine(local))
        return NULL;
    shown = text_cut(address, 120);
    return g_strdup_printf("sender %s", shown);
}
