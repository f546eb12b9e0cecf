/*
 * decision.c - the ownership of decisions, effects and traces
 */
#include "ticket/decision.h"

static const char *const kind_names[] = {
    [EFFECT_TICKET] = "ticket", [EFFECT_ARTICLE] = "article", [EFFECT_PARTICIPANT] = "participant",
    [EFFECT_STATUS] = "status", [EFFECT_MERGE] = "merge",     [EFFECT_LINK] = "link",
    [EFFECT_EVENT] = "event",   [EFFECT_TAKE] = "take",       [EFFECT_MAIL] = "mail",
    [EFFECT_RETURNED] = "returned", [EFFECT_PERSON] = "person", [EFFECT_IMAGES] = "images",
    [EFFECT_CHANGE] = "change", [EFFECT_NOTE] = "note",
    [EFFECT_SEEN] = "seen",
};
G_STATIC_ASSERT(G_N_ELEMENTS(kind_names) == N_EFFECTS);

const char *
effect_kind_name(EffectKind kind)
{
    g_assert((gsize) kind < G_N_ELEMENTS(kind_names));
    return kind_names[kind];
}

const char *
change_kind_name(ChangeKind what)
{
    static const char *const names[] = {
        [CHANGE_QUEUE] = "queue", [CHANGE_PRIORITY] = "priority", [CHANGE_ASSIGNEE] = "assignee", [CHANGE_TAG] = "tag",
        [CHANGE_FIELD] = "field", [CHANGE_CORRELATION] = "correlation", [CHANGE_TARGET] = "target",
    };

    G_STATIC_ASSERT(G_N_ELEMENTS(names) == N_CHANGES);
    g_assert((gsize) what < N_CHANGES);
    return names[what];
}

Effect *
effect_new(EffectKind kind, char *reason)
{
    Effect *effect = g_new0(Effect, 1);

    g_assert((gsize) kind < N_EFFECTS);
    effect->kind = kind;
    effect->reason = reason;
    if (kind == EFFECT_TICKET)
        effect->ticket.priority = PRIORITY_NORMAL;
    if (kind == EFFECT_ARTICLE)
        effect->article.references = g_ptr_array_new_with_free_func(g_free);
    if (kind == EFFECT_MAIL)
        effect->mail.buckets = g_ptr_array_new_with_free_func((GDestroyNotify) bucket_free);
    if (kind == EFFECT_IMAGES)
        effect->images.sha256 = g_byte_array_new();
    return effect;
}

static void
effect_ticket_clear(EffectTicket *ticket)
{
    g_free(ticket->queue);
    g_free(ticket->filed_by);
    g_free(ticket->subject);
    g_free(ticket->language);
}

static void
effect_article_clear(EffectArticle *article)
{
    g_free(article->from_name);
    g_free(article->from_address);
    g_free(article->message_id);
    g_clear_pointer(&article->references, g_ptr_array_unref);
    g_free(article->subject);
    g_free(article->text);
    g_free(article->class_name);
    g_free(article->spans);
    g_free(article->attachments);
}

static void
effect_mail_clear(EffectMail *mail)
{
    g_free(mail->kind);
    g_free(mail->envelope_sender);
    g_free(mail->recipient);
    g_free(mail->message_id);
    g_clear_pointer(&mail->bytes, g_bytes_unref);
    g_clear_pointer(&mail->buckets, g_ptr_array_unref);
}

void
effect_free(Effect *effect)
{
    if (effect == NULL)
        return;
    g_free(effect->reason);
    switch (effect->kind) {
    case EFFECT_TICKET:
        effect_ticket_clear(&effect->ticket);
        break;
    case EFFECT_ARTICLE:
        effect_article_clear(&effect->article);
        break;
    case EFFECT_MAIL:
        effect_mail_clear(&effect->mail);
        break;
    case EFFECT_RETURNED:
        g_free(effect->returned.address);
        g_free(effect->returned.status);
        g_free(effect->returned.text);
        break;
    case EFFECT_PERSON:
        g_free(effect->person.language);
        break;
    case EFFECT_IMAGES:
        g_byte_array_unref(effect->images.sha256);
        break;
    case EFFECT_CHANGE:
        g_free(effect->change.name);
        g_free(effect->change.value);
        break;
    case EFFECT_SEEN:
        g_free(effect->seen.key);
        break;
    case EFFECT_NOTE:
    case EFFECT_PARTICIPANT:
    case EFFECT_STATUS:
    case EFFECT_MERGE:
    case EFFECT_LINK:
    case EFFECT_EVENT:
    case EFFECT_TAKE:
    case N_EFFECTS:
        g_free(effect->small.text);
        break;
    }
    g_free(effect);
}

Effect *
decision_add(Decision *decision, EffectKind kind, char *reason)
{
    Effect *effect = effect_new(kind, reason);

    g_ptr_array_add(decision->effects, effect);
    return effect;
}

static void
rule_hit_free(gpointer data)
{
    RuleHit *hit = data;

    g_free(hit->file);
    g_free(hit->rule);
    g_free(hit);
}

void
decision_hit(Decision *decision, const char *file, const char *rule, gboolean failed)
{
    RuleHit *hit;

    for (guint i = 0; i < decision->hits->len; i++) {
        hit = g_ptr_array_index(decision->hits, i);
        if (hit->failed == failed && g_str_equal(hit->file, file) && g_str_equal(hit->rule, rule))
            return;
    }
    hit = g_new0(RuleHit, 1);
    hit->file = g_strdup(file);
    hit->rule = g_strdup(rule);
    hit->failed = failed;
    g_ptr_array_add(decision->hits, hit);
}

static void
rule_time_free(gpointer data)
{
    RuleTime *time = data;

    g_free(time->file);
    g_free(time->rule);
    g_free(time);
}

void
decision_time(Decision *decision, const char *file, const char *rule, gint64 nanoseconds)
{
    RuleTime *time = g_new0(RuleTime, 1);

    time->file = g_strdup(file);
    time->rule = g_strdup(rule);
    time->nanoseconds = nanoseconds;
    g_ptr_array_add(decision->times, time);
}

Decision *
decision_new(void)
{
    Decision *decision = g_new0(Decision, 1);

    decision->effects = g_ptr_array_new_with_free_func((GDestroyNotify) effect_free);
    decision->trace = trace_new();
    decision->hits = g_ptr_array_new_with_free_func(rule_hit_free);
    decision->times = g_ptr_array_new_with_free_func(rule_time_free);
    decision->needs = g_ptr_array_new_with_free_func((GDestroyNotify) fact_need_free);
    return decision;
}

void
decision_free(Decision *decision)
{
    if (decision == NULL)
        return;
    g_free(decision->reason);
    g_free(decision->rules_error);
    g_free(decision->acknowledgement);
    g_ptr_array_unref(decision->effects);
    trace_free(decision->trace);
    g_ptr_array_unref(decision->hits);
    g_ptr_array_unref(decision->times);
    g_ptr_array_unref(decision->needs);
    g_free(decision);
}

static void
trace_line_free(TraceLine *line)
{
    g_free(line->step);
    g_free(line->text);
    g_free(line->test);
    g_free(line);
}

Trace *
trace_new(void)
{
    Trace *trace = g_new0(Trace, 1);

    trace->lines = g_ptr_array_new_with_free_func((GDestroyNotify) trace_line_free);
    return trace;
}

void
trace_free(Trace *trace)
{
    if (trace == NULL)
        return;
    g_ptr_array_unref(trace->lines);
    g_free(trace);
}

void
trace_add(Trace *trace, const char *step, gboolean held, const char *format, ...)
{
    TraceLine *line = g_new0(TraceLine, 1);
    va_list arguments;

    line->step = g_strdup(step);
    line->held = held;
    va_start(arguments, format);
    line->text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_ptr_array_add(trace->lines, line);
}

void
trace_add_test(Trace *trace, const char *step, gboolean held, const char *test, gboolean compares, const char *value)
{
    TraceLine *line;

    trace_add(trace, step, held, "%s", value != NULL ? value : "");
    line = g_ptr_array_index(trace->lines, trace->lines->len - 1);
    line->test = g_strdup(test);
    line->compares = compares;
    line->found = value != NULL;
}
