/*
 * config-private.h - the steps of reading a Config
 */
#pragma once

#include "config/config.h"
#include "config/options.h"
#include "config/reader-private.h"

/* An empty Config with every default that stands in the table. */
Config *config_new(void);

/* sections.c: the structs that sections are read into. */
gpointer   section_values(Config *config, const OptionSection *section);    /* of a section that stands once */
gpointer   section_add(Config *config, const OptionSection *section, const char *name);     /* of a named one */
GPtrArray *section_list(const Config *config, const OptionSection *section);   /* all of a named one; borrowed */
void       sections_init(Config *config);
void       sections_clear(Config *config);

/* fill.c: what stands in the file, and the defaults that depend on it. */
void config_fill(Config *config, GPtrArray *sections, Mistakes *mistakes);

/* check.c: keys that need or exclude each other, addresses that stand twice. */
void config_check(const Config *config, GPtrArray *sections, Mistakes *mistakes);
/* check-imap.c: the same for one [imap NAME]. */
void config_check_imap(const Config *config, const ReaderSection *section, Mistakes *mistakes);
/* check.c: files that are named and missing. */
void config_check_files(const Config *config, GPtrArray *sections, Mistakes *mistakes);
/* check-targets.c: what is said of one section, and the files that a calendar names. */
void config_check_targets(const Config *config, const ReaderSection *section, Mistakes *mistakes);
void config_check_calendar_files(const Config *config, const ReaderSection *section, Mistakes *mistakes);
