#include "mails.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MESSAGE_ID_WIDTH 48
#define DATE_WIDTH       31        /* "Mon, 03 Mar 2025 08:06:29 +0000" */

static G_NORETURN void
die(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

/* Where the value of a field begins, after "\nName:"; NULL if the header has none. */
static char *
find_field(GString *mail, const char *name)
{
    char *body = strstr(mail->str, "\r\n\r\n");
    g_autofree char *start = g_strdup_printf("\n%s:", name);
    char *field = strstr(mail->str, start);

    return field != NULL && (body == NULL || field < body) ? field + strlen(start) : NULL;
}

/* Replaces a field's value, folded lines included, and tells where it stands now. */
static gsize
set_field(GString *mail, const char *name, const char *value)
{
    char *old = find_field(mail, name);
    char *end;
    gsize at;

    if (old == NULL) {
        g_autofree char *line = g_strdup_printf("%s: \r\n", name);

        g_string_prepend(mail, line);
        at = strlen(name) + 2;
    } else {
        at = (gsize) (old - mail->str);
        for (end = old; (end = strstr(end, "\r\n")) != NULL && (end[2] == ' ' || end[2] == '\t');)
            end += 2;
        if (end == NULL)
            return 0;
        g_string_erase(mail, (gssize) at, end - old);
        g_string_insert_c(mail, (gssize) at++, ' ');
    }
    g_string_insert(mail, (gssize) at, value);
    return at;
}

static char *
angle_address(GString *mail, const char *name)
{
    char *value = find_field(mail, name);
    char *end = value != NULL ? strstr(value, "\r\n") : NULL;
    g_autofree char *line = end != NULL ? g_strndup(value, (gsize) (end - value)) : NULL;
    char *open = line != NULL ? strrchr(line, '<') : NULL;
    char *close = open != NULL ? strchr(open, '>') : NULL;

    return close != NULL && close > open + 1 ? g_strndup(open + 1, (gsize) (close - open - 1)) : NULL;
}

static GString *
with_crlf(const char *text, gsize length)
{
    GString *mail = g_string_sized_new(length + length / 32);

    for (gsize i = 0; i < length; i++) {
        if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))
            g_string_append_c(mail, '\r');
        g_string_append_c(mail, text[i]);
    }
    return mail;
}

static BenchMail *
mail_new(const char *text, gsize length)
{
    GString *mail = with_crlf(text, length);
    g_autofree char *id = g_strnfill(MESSAGE_ID_WIDTH, 'x');
    g_autofree char *bracketed = g_strdup_printf("<%s>", id);
    g_autofree char *date = g_strnfill(DATE_WIDTH, 'x');
    BenchMail *result = g_new0(BenchMail, 1);

    result->sender = angle_address(mail, "Return-Path");
    if (result->sender == NULL)
        result->sender = angle_address(mail, "From");
    set_field(mail, "Message-ID", bracketed);
    set_field(mail, "Date", date);
    result->message_id_at = (gsize) (strstr(mail->str, bracketed) - mail->str) + 1;
    result->date_at = (gsize) (find_field(mail, "Date") - mail->str) + 1;
    result->head_length = MAX(result->message_id_at + MESSAGE_ID_WIDTH, result->date_at + DATE_WIDTH);
    result->length = mail->len;
    result->bytes = g_string_free(mail, FALSE);
    return result;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
bench_mails_read(const char *directory)
{
    GPtrArray *mails = g_ptr_array_new();
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) listing = g_dir_open(directory, 0, NULL);
    const char *name;

    while (listing != NULL && (name = g_dir_read_name(listing)) != NULL)
        if (g_str_has_suffix(name, ".eml"))
            g_ptr_array_add(names, g_build_filename(directory, name, NULL));
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *text = NULL;
        gsize length;
        BenchMail *mail;

        if (!g_file_get_contents(g_ptr_array_index(names, i), &text, &length, NULL))
            die(g_ptr_array_index(names, i), "cannot be read");
        mail = mail_new(text, length);
        if (mail->head_length <= BENCH_HEAD_MAX && mail->sender != NULL)
            g_ptr_array_add(mails, mail);
    }
    if (mails->len == 0)
        die(directory, "there are no mails here (*.eml)");
    return mails;
}

void
bench_mail_head(const BenchMail *mail, guint32 run, guint32 number, char *head_out)
{
    static const time_t first_date = 1740988800;        /* 2025-03-03 08:00:00 UTC */
    time_t when = first_date + (time_t) run * 1000000 + number;
    char id[MESSAGE_ID_WIDTH + 1], date[DATE_WIDTH + 1];
    struct tm parts;

    gmtime_r(&when, &parts);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &parts);
    g_snprintf(id, sizeof id, "%010u.%010u.%05u@bench.example", number, (unsigned) when, run % 100000);
    memcpy(head_out, mail->bytes, mail->head_length);
    memset(head_out + mail->message_id_at, 'x', MESSAGE_ID_WIDTH);
    memcpy(head_out + mail->message_id_at + MESSAGE_ID_WIDTH - strlen(id), id, strlen(id));
    memcpy(head_out + mail->date_at, date, DATE_WIDTH);
}
