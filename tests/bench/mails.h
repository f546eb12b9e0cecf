/*
 * mails.h - a directory of mails, each of them sent many times and never twice the same
 *
 * Message-ID and Date get values of a fixed width when the files are read, so that a send only has to overwrite them in a copy of the
 * mail's beginning; the rest of the mail is shared by all sends.
 */
#pragma once

#include <glib.h>

typedef struct {
    char *sender;            /* of Return-Path, else of From */
    char *bytes;             /* with CRLF                    */
    gsize length;
    gsize head_length;       /* the part that differs        */
    gsize message_id_at;     /* inside the angle brackets    */
    gsize date_at;
} BenchMail;

/* At least this many bytes for a head: a mail whose changing fields end later is left out. */
#define BENCH_HEAD_MAX 16384

/* All *.eml of a directory, by name. Exits with a message if there are none. */
GPtrArray *bench_mails_read(const char *directory);

/* The beginning of the number-th send: mail->head_length bytes. run tells the runs of one database apart. */
void bench_mail_head(const BenchMail *mail, guint32 run, guint32 number, char *head_out);
