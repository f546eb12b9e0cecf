/*
 * template-commands.h - the subcommands of `mailgw template` that have files of their own, and what they share
 */
#pragma once

#include <stdio.h>

#include "cli.h"
#include "template/set.h"

int cmd_template_render(Cli *cli, int argc, char **argv);
int cmd_template_preview(Cli *cli, int argc, char **argv);

/* Subject and text to standard output, the HTML into a file where one is named. The exit status. */
int template_print_mail(const TemplateMail *mail, const char *html_path);
/* The same of a mail filled with values. folder: in the place of what stands beside the configuration; or NULL. */
int template_render_mail(const Cli *cli, const char *folder, const char *name, const char *language, const char *html_path, TemplateValue *values);

void template_print_problems(const Cli *cli, const GPtrArray *problems, FILE *to);
/* Line by line, "-" before what was ours and "+" before what is the organisation's; ours may be NULL. */
void template_print_difference(const char *path, const char *ours, const char *own);
