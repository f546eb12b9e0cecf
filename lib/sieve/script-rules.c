#include "sieve/script-private.h"

void
sieve_rule_free(SieveRule *rule)
{
    if (rule == NULL)
        return;
    g_free(rule->file);
    g_free(rule->name);
    g_free(rule);
}

static void
add_rules(const SieveScript *script, GPtrArray *rules)
{
    for (guint i = 0; i < script->rules->len; i++) {
        const Rule *rule = script->rules->pdata[i];
        SieveRule *copy = g_new0(SieveRule, 1);

        copy->file = g_strdup(script->file);
        copy->name = g_strdup(rule->name);
        copy->line = rule->place.line;
        g_ptr_array_add(rules, copy);
    }
    for (guint i = 0; i < script->included->len; i++)
        add_rules(script->included->pdata[i], rules);
}

GPtrArray *
sieve_script_rules(const SieveScript *script)
{
    GPtrArray *rules = g_ptr_array_new_with_free_func((GDestroyNotify) sieve_rule_free);

    add_rules(script, rules);
    return rules;
}
