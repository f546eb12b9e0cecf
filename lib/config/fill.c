/*
 * fill.c - from sections and keys to a Config, by the table of options
 */
#include "config/config-private.h"
#include "base/address.h"
#include "base/text.h"
#include "config/host-private.h"
#include "config/values-private.h"

#include <string.h>

/* What a person wrote, as it may stand in a message. */
static char *
shown(const char *text)
{
    g_autofree char *cut = text_cut(text, 60);
    g_autofree char *escaped = text_escape(cut);

    return g_strconcat(escaped, strlen(cut) < strlen(text) ? "..." : NULL, NULL);
}

static const char *
nearest_section(const char *word)
{
    g_autofree const char **names = g_new0(const char *, n_option_sections + 1);

    for (gsize i = 0; i < n_option_sections; i++)
        names[i] = option_sections[i].name;
    return text_nearest(word, names);
}

static const char *
nearest_key(const char *section, const char *key)
{
    g_autofree const char **keys = g_new0(const char *, n_options + 1);
    gsize n_keys = 0;

    for (gsize i = 0; i < n_options; i++)
        if (strcmp(options[i].section, section) == 0)
            keys[n_keys++] = options[i].key;
    return text_nearest(key, keys);
}

static const char *
section_with_key(const char *key)
{
    for (gsize i = 0; i < n_options; i++)
        if (strcmp(options[i].key, key) == 0)
            return options[i].section;
    return NULL;
}

static void
unknown_key(const ReaderSection *section, const ReaderEntry *entry, Mistakes *mistakes)
{
    g_autofree char *key = shown(entry->key);
    const char *nearest = nearest_key(section->word, entry->key);
    const char *elsewhere = section_with_key(entry->key);

    if (nearest != NULL)
        mistakes_add(mistakes, entry->key_at, "unknown key \"%s\" in %s; did you mean \"%s\"?", key, section->title,
                     nearest);
    else if (elsewhere != NULL)
        mistakes_add(mistakes, entry->key_at, "unknown key \"%s\" in %s; it belongs to [%s]", key, section->title,
                     elsewhere);
    else
        mistakes_add(mistakes, entry->key_at, "unknown key \"%s\" in %s", key, section->title);
}

static void
wrong_value(const Option *option, const ReaderEntry *entry, ValueResult result, Mistakes *mistakes)
{
    g_autofree char *value = shown(entry->value->str);
    g_autofree char *expected = value_expected(option, result, entry->value->str);

    if (entry->value->len == 0)
        mistakes_add(mistakes, entry->value_at, "no value for %s: expected %s", option->key, expected);
    else
        mistakes_add(mistakes, entry->value_at, "wrong value \"%s\" for %s: expected %s", value, option->key,
                     expected);
}

static void
fill_section(const Config *config, ReaderSection *section, Mistakes *mistakes)
{
    for (guint i = 0; i < section->entries->len; i++) {
        const ReaderEntry *entry = section->entries->pdata[i];
        const Option *option = option_find(section->word, entry->key);
        ValueResult result;

        if (option == NULL) {
            unknown_key(section, entry, mistakes);
            section->broken = TRUE;
            continue;
        }
        /* The second of two was complained about, and is not read. */
        if (reader_entry(section, entry->key) != entry)
            continue;
        result = value_parse(option, config->directory, entry->value->str, section->values);
        if (result != VALUE_OK) {
            wrong_value(option, entry, result, mistakes);
            section->broken = TRUE;
        }
    }
}

static void
unknown_section(const ReaderSection *section, Mistakes *mistakes)
{
    const char *nearest = nearest_section(section->word);
    g_autofree char *name = section->name == NULL ? g_strdup("") : shown(section->name);

    if (nearest == NULL)
        mistakes_add(mistakes, section->at, "unknown section %s", section->title);
    else
        mistakes_add(mistakes, section->at, "unknown section %s; did you mean [%s%s%s]?", section->title, nearest,
                     *name == '\0' ? "" : " ", name);
}

static gboolean
is_section_name(const char *name)
{
    gsize length = strlen(name);

    return length <= 63 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

/* The section of the table that a header names, or NULL after a complaint. */
static const OptionSection *
identify(const ReaderSection *section, Mistakes *mistakes)
{
    const OptionSection *known = option_section_find(section->word);

    if (known == NULL) {
        unknown_section(section, mistakes);
        return NULL;
    }
    if (section->name != NULL && !known->named) {
        mistakes_add(mistakes, section->at, "%s: [%s] stands once and has no name", section->title, known->name);
        return NULL;
    }
    if (section->name == NULL && known->named && !known->name_optional) {
        mistakes_add(mistakes, section->at, "%s needs a name, such as [%s support]", section->title, known->name);
        return NULL;
    }
    if (section->name != NULL && !is_section_name(section->name)) {
        mistakes_add(mistakes, section->at, "the name in %s may only hold a-z, 0-9 and \"-\", 63 of them at most",
                     section->title);
        return NULL;
    }
    return known;
}

static const BrandConfig *
find_brand(const Config *config, const char *name)
{
    for (guint i = 0; name != NULL && i < config->brands->len; i++) {
        const BrandConfig *brand = config->brands->pdata[i];

        if (strcmp(brand->name, name) == 0)
            return brand;
    }
    return NULL;
}

/* An answer may bear the tag of any brand, and that of one that was. */
static void
fill_brands(Config *config)
{
    for (guint i = 0; i < config->queues->len; i++) {
        QueueConfig *queue = config->queues->pdata[i];

        queue->of_brand = find_brand(config, queue->brand);
        if (queue->language == NULL && queue->of_brand != NULL)
            queue->language = g_strdup(queue->of_brand->language);
    }
    for (char **tag = config->gateway.old_tags; tag != NULL && *tag != NULL; tag++)
        g_ptr_array_add(config->tags, *tag);
    for (guint i = 0; i < config->brands->len; i++) {
        const BrandConfig *brand = config->brands->pdata[i];

        if (brand->tag != NULL)
            g_ptr_array_add(config->tags, brand->tag);
    }
    g_ptr_array_add(config->tags, NULL);
}

/* Defaults that depend on other options. */
static void
fill_dependent(Config *config, gboolean starttls_given)
{
    const char *transport = config->smtp.transport;
    const QueueConfig *first = config->queues->len > 0 ? config->queues->pdata[0] : NULL;

    fill_brands(config);
    if (config->gateway.host == NULL)
        config->gateway.host = g_strdup(first == NULL || first->address == NULL ? "localhost"
                                                                                : address_domain(first->address));
    if (transport == NULL || !g_str_has_prefix(transport, "smtp://")) {
        config->smtp.starttls = FALSE;
    } else if (!starttls_given) {
        g_autofree char *host = NULL;
        guint port;

        config->smtp.starttls =
            !host_port_parse(transport + strlen("smtp://"), &host, &port) || !host_is_loopback(host);
    }
}

static guint
line_of(const ReaderSection *section, const char *key)
{
    const ReaderEntry *entry = reader_entry(section, key);

    return entry == NULL ? section->at.line : entry->value_at.line;
}

/* What can only be told when files and time zones were read is told with these. */
static void
keep_lines(const ReaderSection *section)
{
    if (strcmp(section->word, "calendar") == 0) {
        CalendarConfig *calendar = section->values;

        calendar->line = section->at.line;
        calendar->holidays_line = line_of(section, "holidays");
        calendar->extra_line = line_of(section, "extra-days");
    } else if (strcmp(section->word, "target") == 0) {
        ((TargetConfig *) section->values)->line = section->at.line;
    }
}

void
config_fill(Config *config, GPtrArray *sections, Mistakes *mistakes)
{
    gboolean starttls_given = FALSE;

    for (guint i = 0; i < sections->len; i++) {
        ReaderSection *section = sections->pdata[i];
        const OptionSection *known;

        /* A header that could not be read, or stands twice: what is below it would only be complained about twice. */
        if (section->unreadable)
            continue;
        known = identify(section, mistakes);
        if (known == NULL) {
            section->broken = TRUE;
            continue;
        }
        section->values = known->named
                              ? section_add(config, known, section->name == NULL ? "" : section->name)
                              : section_values(config, known);
        g_hash_table_add(config->present, g_strdup(known->name));
        fill_section(config, section, mistakes);
        keep_lines(section);
        if (strcmp(known->name, "smtp") == 0)
            starttls_given = reader_entry(section, "starttls") != NULL;
    }
    fill_dependent(config, starttls_given);
}
