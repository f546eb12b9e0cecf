/*
 * check.h - what is odd about the templates of an installation, though each of them compiles
 */
#pragma once

#include "template/set.h"

/*
 * Appends what it finds, file by file. Errors: a key that nothing fills, a part that is nowhere, a mail that cannot be filled. Warnings: a mail
 * that a language of the set does not have while another has it, a subject or lines longer than mail programs show.
 */
void template_check(const TemplateSet *set, GPtrArray *problems);
