#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "sieve/checker-private.h"
#include "sieve/commands-private.h"
#include "sieve/field-names-private.h"
#include "sieve/match-private.h"
#include "sieve/run-private.h"

/*
 * RFC 5293, 4: addheader [":last"] <field-name: string> <value: string>
 *           5: deleteheader [":index" <fieldno: number> [":last"]] [COMPARATOR] [MATCH-TYPE]
 *                   <field-name: string> [<value-patterns: string-list>]
 *
 * On the message that later tests see and that is passed on; what is stored is never changed. Fields that say where a mail came
 * from stay: Received and Auto-Submitted cannot be deleted (RFC 5293, 6), nor can those be added that we believe.
 */
enum { TAG_LAST = 1, TAG_INDEX = 2 };
enum { SLOT_INDEX };

static const TagDefinition add_tags[] = { { "last", NULL, TAG_LAST, 0, VALUE_NONE, 0 }, { .name = NULL } };
static const TagDefinition delete_tags[] = {
    { "last", NULL, TAG_LAST, 0, VALUE_NONE, 0 },
    { "index", NULL, TAG_INDEX, 0, VALUE_NUMBER, SLOT_INDEX },
    { .name = NULL },
};
static const PositionalDefinition add_positionals[] = {
    { "field name", VALUE_STRING, FALSE },
    { "value", VALUE_STRING, FALSE },
    { .what = NULL },
};
static const PositionalDefinition delete_positionals[] = {
    { "field name", VALUE_STRING, FALSE },
    { "value patterns", VALUE_STRINGS, TRUE },
    { .what = NULL },
};
static const char *const kept_fields[] = { "received", "auto-submitted", NULL };

static gboolean
check_name(Checker *checker, const Value *value)
{
    const char *name = value_constant(value, 0);

    if (name == NULL || field_name_is_valid(name))
        return TRUE;
    sieve_error(checker->problems, value->place, NULL, "'%s' is no name of a header field", name);
    return FALSE;
}

/* White space is folded into blanks: a line end in a value would begin another field. Other control characters have no business there. */
static gboolean
is_value(const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (((guchar) *p < ' ' && strchr("\t\r\n", *p) == NULL) || *p == 0x7f)
            return FALSE;
    }
    return TRUE;
}

static gsize
field_limit(GHashTable *settings)
{
    const char *setting = settings != NULL ? g_hash_table_lookup(settings, "sieve_editheader_max_header_size") : NULL;
    guint64 limit;

    if (setting != NULL && g_ascii_string_to_unsigned(setting, 10, 1, LIMIT_SIEVE_FIELD, &limit, NULL))
        return limit;
    return LIMIT_SIEVE_FIELD;
}

static gboolean
check_add(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    const char *text = value_constant(&call->positionals[1], 0);

    if (!check_name(checker, &call->positionals[0]))
        return FALSE;
    if (text != NULL && !is_value(text)) {
        sieve_error(checker->problems, call->positionals[1].place, NULL,
                    "the value '%s' is invalid: it holds control characters", text);
        return FALSE;
    }
    if (text == NULL || strlen(text) <= field_limit(checker->host->settings))
        return TRUE;
    sieve_error(checker->problems, call->positionals[1].place, NULL, "a field has at most %" G_GSIZE_FORMAT " octets",
                field_limit(checker->host->settings));
    return FALSE;
}

static gboolean
check_delete(Checker *checker, G_GNUC_UNUSED const Node *node, Call *call)
{
    if ((call->flags & TAG_LAST) && !(call->flags & TAG_INDEX)) {
        sieve_error(checker->problems, call->place, NULL, "':last' stands only beside ':index'");
        return FALSE;
    }
    if ((call->flags & TAG_INDEX) && call->slots[SLOT_INDEX].number == 0) {
        sieve_error(checker->problems, call->slots[SLOT_INDEX].place, NULL, "':index' counts from 1");
        return FALSE;
    }
    return check_name(checker, &call->positionals[0]);
}

static RunOutcome
run_addheader(Run *run, const Call *call)
{
    g_autofree char *name = run_text_dup(run, &call->positionals[0], 0);
    g_autofree char *text = run_text_dup(run, &call->positionals[1], 0);
    g_autofree char *value = text_fold_space(text);

    if (!field_name_is_valid(name))
        return run_fail(run, "addheader: '%s' is no name of a header field", name);
    if (run->edits++ >= LIMIT_SIEVE_EDITS)
        return run_fail(run, "addheader: more than %d fields", LIMIT_SIEVE_EDITS);
    if (!is_value(text))
        return run_fail(run, "addheader: the value '%s' is invalid: it holds control characters", text);
    if (strlen(value) > field_limit(run->input->settings))
        return run_fail(run, "addheader: the field '%s' has more than %" G_GSIZE_FORMAT " octets", name,
                        field_limit(run->input->settings));
    if (run->protects_field != NULL && run->protects_field(run, name, FALSE))
        run_warn(run, "addheader: the field '%s' is not added", name);
    else
        mail_add_field(run->mail, name, value, (call->flags & TAG_LAST) != 0);
    return RUN_NEXT;
}

static gboolean
value_matches(Run *run, const Call *call, const MailField *field, RunOutcome *outcome)
{
    Matching matching;
    gboolean holds;

    if (!call->positionals[1].given)
        return TRUE;
    matching_begin(&matching, run, call, &call->positionals[1]);
    matching_value(&matching, field->value, strlen(field->value));
    *outcome = matching_end(&matching, &holds);
    return holds;
}

static RunOutcome
run_deleteheader(Run *run, const Call *call)
{
    g_autofree char *name = run_text_dup(run, &call->positionals[0], 0);
    g_autofree char *lower = g_ascii_strdown(name, -1);
    const GPtrArray *fields = mail_fields(run->mail, name);
    g_autoptr(GPtrArray) doomed = g_ptr_array_new();
    guint64 index = call->slots[SLOT_INDEX].number;
    RunOutcome outcome = RUN_NEXT;

    if (g_strv_contains(kept_fields, lower) || (run->protects_field != NULL && run->protects_field(run, name, TRUE))) {
        run_warn(run, "deleteheader: the field '%s' stays", name);
        return RUN_NEXT;
    }
    for (guint i = 0; i < fields->len && outcome == RUN_NEXT; i++) {
        gboolean chosen = index == 0 || (call->flags & TAG_LAST ? i + index == fields->len : i + 1 == index);

        if (chosen && value_matches(run, call, fields->pdata[i], &outcome))
            g_ptr_array_add(doomed, fields->pdata[i]);
    }
    for (guint i = 0; i < doomed->len; i++)
        mail_delete_field(run->mail, doomed->pdata[i]);
    return outcome;
}

const Definition cmd_addheader = {
    .name = "addheader", .extension = "editheader", .tags = add_tags, .positionals = add_positionals, .check = check_add,
    .run = run_addheader,
};
const Definition cmd_deleteheader = {
    .name = "deleteheader", .extension = "editheader", .uses = USES_MATCH, .tags = delete_tags,
    .positionals = delete_positionals, .check = check_delete, .run = run_deleteheader,
};
