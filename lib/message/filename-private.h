/*
 * filename-private.h - the name of an attachment as a label (A12 of our attack list)
 *
 * The name is never used to open a file; it is shown, and offered when a person saves the part. So: the last component only, in NFC, without
 * control, zero-width and direction characters, without leading or trailing dots and blanks, no device name of Windows, at most 255 bytes with
 * its ending kept. Normalised first, checked then.
 */
#pragma once

char *filename_clean(const char *name);   /* NULL if nothing is left */
/* The label of an embedded message that has none: its subject and ".eml". subject may be NULL. */
char *filename_of_message(const char *subject);
