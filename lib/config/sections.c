/*
 * sections.c - where the values of a section live in Config
 */
#include "config/config-private.h"
#include "config/values-private.h"

#include <string.h>

/* A section that stands once is a member of Config; the others are structs in an array, with their name first. */
typedef struct {
    const char *section;
    gsize       offset;
    gsize       size;
} Layout;

static const Layout layouts[] = {
    { "database", offsetof(Config, database), 0 },
    { "gateway", offsetof(Config, gateway), 0 },
    { "lmtp", offsetof(Config, lmtp), sizeof(LmtpConfig) },
    { "imap", offsetof(Config, imap), sizeof(ImapConfig) },
    { "smtp", offsetof(Config, smtp), 0 },
    { "queue", offsetof(Config, queues), sizeof(QueueConfig) },
    { "brand", offsetof(Config, brands), sizeof(BrandConfig) },
    { "limits", offsetof(Config, limits), 0 },
    { "acknowledge", offsetof(Config, acknowledge), 0 },
    { "rules", offsetof(Config, rules), 0 },
    { "calendar", offsetof(Config, calendars), sizeof(CalendarConfig) },
    { "target", offsetof(Config, targets), sizeof(TargetConfig) },
    { "webhook", offsetof(Config, webhooks), sizeof(WebhookConfig) },
    { "retention", offsetof(Config, retention), 0 },
};
G_STATIC_ASSERT(offsetof(LmtpConfig, name) == 0);
G_STATIC_ASSERT(offsetof(ImapConfig, name) == 0);
G_STATIC_ASSERT(offsetof(QueueConfig, name) == 0);
G_STATIC_ASSERT(offsetof(BrandConfig, name) == 0);
G_STATIC_ASSERT(offsetof(CalendarConfig, name) == 0);
G_STATIC_ASSERT(offsetof(TargetConfig, name) == 0);
G_STATIC_ASSERT(offsetof(WebhookConfig, name) == 0);

static const Layout *
find_layout(const char *section)
{
    for (gsize i = 0; i < G_N_ELEMENTS(layouts); i++)
        if (strcmp(layouts[i].section, section) == 0)
            return &layouts[i];
    g_assert_not_reached();
}

static void
set_defaults(const char *section, gpointer values)
{
    for (gsize i = 0; i < n_options; i++) {
        ValueResult result;

        if (strcmp(options[i].section, section) != 0 || options[i].fallback == NULL)
            continue;
        result = value_parse(&options[i], "/", options[i].fallback, values);
        g_assert(result == VALUE_OK);
    }
}

static void
clear_values(const char *section, gpointer values)
{
    for (gsize i = 0; i < n_options; i++)
        if (strcmp(options[i].section, section) == 0)
            value_clear(&options[i], values);
}

gpointer
section_values(Config *config, const OptionSection *section)
{
    return G_STRUCT_MEMBER_P(config, find_layout(section->name)->offset);
}

GPtrArray *
section_list(const Config *config, const OptionSection *section)
{
    return G_STRUCT_MEMBER(GPtrArray *, config, find_layout(section->name)->offset);
}

gpointer
section_add(Config *config, const OptionSection *section, const char *name)
{
    gpointer values = g_malloc0(find_layout(section->name)->size);

    G_STRUCT_MEMBER(char *, values, 0) = g_strdup(name);
    set_defaults(section->name, values);
    g_ptr_array_add(section_list(config, section), values);
    return values;
}

static void
lmtp_free(gpointer values)
{
    clear_values("lmtp", values);
    g_free(((LmtpConfig *) values)->name);
    g_free(values);
}

static void
imap_free(gpointer values)
{
    clear_values("imap", values);
    g_free(((ImapConfig *) values)->name);
    g_free(values);
}

static void
queue_free(gpointer values)
{
    clear_values("queue", values);
    g_free(((QueueConfig *) values)->name);
    g_free(values);
}

static void
brand_free(gpointer values)
{
    clear_values("brand", values);
    g_free(((BrandConfig *) values)->name);
    g_free(values);
}

static void
calendar_free(gpointer values)
{
    clear_values("calendar", values);
    g_free(((CalendarConfig *) values)->name);
    g_free(values);
}

static void
target_free(gpointer values)
{
    clear_values("target", values);
    g_free(((TargetConfig *) values)->name);
    g_free(values);
}

static void
webhook_free(gpointer values)
{
    clear_values("webhook", values);
    g_free(((WebhookConfig *) values)->name);
    g_free(values);
}

void
sections_init(Config *config)
{
    config->lmtp = g_ptr_array_new_with_free_func(lmtp_free);
    config->imap = g_ptr_array_new_with_free_func(imap_free);
    config->queues = g_ptr_array_new_with_free_func(queue_free);
    config->brands = g_ptr_array_new_with_free_func(brand_free);
    config->tags = g_ptr_array_new();
    config->calendars = g_ptr_array_new_with_free_func(calendar_free);
    config->targets = g_ptr_array_new_with_free_func(target_free);
    config->webhooks = g_ptr_array_new_with_free_func(webhook_free);
    for (gsize i = 0; i < n_option_sections; i++)
        if (!option_sections[i].named)
            set_defaults(option_sections[i].name, section_values(config, &option_sections[i]));
}

void
sections_clear(Config *config)
{
    g_ptr_array_unref(config->lmtp);
    g_ptr_array_unref(config->imap);
    g_ptr_array_unref(config->queues);
    g_ptr_array_unref(config->brands);
    g_ptr_array_unref(config->tags);
    g_ptr_array_unref(config->calendars);
    g_ptr_array_unref(config->targets);
    g_ptr_array_unref(config->webhooks);
    for (gsize i = 0; i < n_option_sections; i++)
        if (!option_sections[i].named)
            clear_values(option_sections[i].name, section_values(config, &option_sections[i]));
}
