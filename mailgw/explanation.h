/*
 * explanation.h - a Decision for a person to read
 */
#pragma once

#include "base/json.h"

/* "queue           support": value escaped, NULL is nothing. */
void explanation_line(const char *label, const char *value);

/*
 * What was asked of the mail, what the rules tested, what they did, and what comes of it, in the order it happened. effects_heading: "what would
 * be done". What only tells how it is written down (the creation of a ticket beside the ticket, each counter of a limit) is folded; JSON has it.
 */
void explanation_print(const json_t *decided, const char *effects_heading);
