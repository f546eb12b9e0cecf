/*
 * first-steps.h - what init puts into a directory: the files of etc/first-steps, which are compiled into the program
 */
#pragma once

#include <glib.h>

typedef struct {
    const char *path;          /* below the directory: "mailgw.conf" */
    const char *text;
} FirstStep;

/* The configuration comes last: a directory that has one is complete. */
extern const FirstStep first_steps[];
extern const gsize     n_first_steps;
