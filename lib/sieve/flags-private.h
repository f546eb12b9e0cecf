/*
 * flags-private.h - flags (RFC 5232): what becomes a ticket's tags
 */
#pragma once

#include "sieve/definition-private.h"

/* ":flags" of keep and fileinto. */
extern const TagDefinition flags_tags[];
#define FLAGS_TAG { "flags", "imap4flags", 1u << 31, 0, VALUE_STRINGS, CALL_SLOTS - 1 }

/* Adds the flags in text (separated by blanks) to the list, each once, whatever its case; what cannot be a flag is left out. */
void flags_add(GPtrArray *list, const char *text);
void flags_remove(GPtrArray *list, const char *text);
/* The flags an action bears: those of its ":flags", else the internal ones; NULL where the script does not require imap4flags. */
GPtrArray *flags_of_call(Run *run, const Call *call);

/* For the actions that tell which flags were left at the end: remembers where the call set those that were not there before. */
void flags_note_places(Run *run, const Call *call);
/* At the end of a run: an action for each flag that is left, behind all others. */
void flags_conclude(Run *run);
