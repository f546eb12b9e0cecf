/*
 * gateway-rules-desk.h - a desk with rules
 */
#pragma once

#include "gateway-desk.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define ALL \
    "require [\"fileinto\", \"duplicate\", \"extlists\", \"copy\", \"imap4flags\", \"reject\", \"ereject\", \"enotify\", \"vacation\", \"vacation-seconds\", \"editheader\", \"variables\", \"vnd.mailgw.ticket\"];\n"

/* A desk whose rules are that script, with all extensions required before it; targets may be NULL, and outlive it. */
static inline Desk *
desk_with_targets(const char *script, const Targets *targets, Rules **rules_out)
{
    Desk *desk = desk_new();
    g_autofree char *directory = g_dir_make_tmp("mailgw-rules-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(directory, "main.sieve", NULL), *text = g_strconcat(ALL, script, NULL);
    const RulesNames names = { .config = &desk->rules_config, .queues = desk->queues, .webhooks = desk->webhooks,
                               .templates = desk->templates, .targets = targets };
    g_autoptr(GError) error = NULL;

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    *rules_out = rules_load(directory, "main.sieve", &names, &error);
    g_assert_no_error(error);
    g_unlink(path);
    g_rmdir(directory);
    desk->settings.targets = targets;
    desk->settings.rules = *rules_out;
    return desk;
}

static inline Desk *
desk_with_rules(const char *script, Rules **rules_out)
{
    return desk_with_targets(script, NULL, rules_out);
}

static inline const char *
change_of(const Desk *desk, ChangeKind what)
{
    const Effect *effect;

    for (guint i = 0; (effect = desk_effect(desk, EFFECT_CHANGE, i)) != NULL; i++)
        if (effect->change.what == what)
            return effect->change.value;
    return NULL;
}

/* What the trace says of the first action of that name; NULL: it is not there. */
static inline const char *
trace_of(const Desk *desk, const char *step, gboolean *held_out)
{
    for (guint i = 0; i < desk->decision->trace->lines->len; i++) {
        const TraceLine *line = g_ptr_array_index(desk->decision->trace->lines, i);

        if (g_str_equal(line->step, step)) {
            *held_out = line->held;
            return line->text;
        }
    }
    return NULL;
}

static inline void
assert_not_applied(const Desk *desk, const char *step, const char *why)
{
    for (guint i = 0; i < desk->decision->trace->lines->len; i++) {
        const TraceLine *line = g_ptr_array_index(desk->decision->trace->lines, i);

        if (g_str_equal(line->step, step) && !line->held && strstr(line->text, why) != NULL)
            return;
    }
    g_error("no trace says that %s was not applied: %s", step, why);
}
