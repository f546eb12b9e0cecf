#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "deliver-private.h"

/* Up to here the mail is sent behind its envelope without waiting; a larger one only once the envelope was taken. */
#define PIPELINE_MAX (256 * 1024)
#define REPLY_LINE   1024

enum { OFFER_CHUNKING = 1, OFFER_SIZE = 2, OFFER_SMTPUTF8 = 4, OFFER_XSENDER = 8, OFFER_PIPELINING = 16 };

typedef struct {
    int    fd;
    char   buffer[8192];
    size_t start, end;
} Peer;

typedef struct {
    int  code;                   /* 0: no answer that can be understood */
    char text[REPLY_LINE];       /* of its last line */
} Reply;

typedef struct {
    const DeliverJob *job;
    Peer              peer;
    unsigned          offers;
    DeliverStatus    *status;    /* the worst so far */
} Talk;

/* --- what the answers mean ---------------------------------------------------------------------------------------- */

void
deliver_status_set(DeliverStatus *status, int exit_code, const char *format, ...)
{
    va_list arguments;

    status->exit_code = exit_code;
    va_start(arguments, format);
    vsnprintf(status->text, sizeof status->text, format, arguments);
    va_end(arguments);
    for (char *c = status->text; *c != '\0'; c++)
        if ((unsigned char) *c < ' ' || *c == 0x7f)
            *c = '?';
}

/* Length of "5.1.1" at the start of text, with the class of code; 0 if it is something else. */
static size_t
enhanced_length(const char *text, int code)
{
    size_t subject, detail;

    if (text[0] != '0' + code / 100 || text[1] != '.')
        return 0;
    subject = strspn(text + 2, "0123456789");
    if (subject == 0 || subject > 3 || text[2 + subject] != '.')
        return 0;
    detail = strspn(text + 3 + subject, "0123456789");
    if (detail == 0 || detail > 3)
        return 0;
    return 3 + subject + detail;
}

static bool
begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static int
exit_code_of(int code, const char *enhanced, bool about_recipient)
{
    if (code / 100 == 2)
        return DELIVER_OK;
    if (code / 100 != 5)
        return DELIVER_TEMPFAIL;
    if (begins(enhanced, "5.3.4") || begins(enhanced, "5.2.3"))
        return DELIVER_TOO_LARGE;
    return about_recipient && begins(enhanced, "5.1.") ? DELIVER_NO_USER : DELIVER_REFUSED;
}

/* Doubt weighs more than a refusal, a refusal more than success. */
static int
weight(int exit_code)
{
    return exit_code == DELIVER_TEMPFAIL ? 2 : exit_code != DELIVER_OK;
}

/* For replies without an enhanced status code. */
static const char *
enhanced_fallback(int code, bool to_rcpt)
{
    if (code == 550 && to_rcpt)
        return "5.1.1";
    if (code == 552)
        return "5.3.4";
    return code / 100 == 2 ? "2.0.0" : code / 100 == 4 ? "4.3.0" : "5.3.0";
}

/*
 * Notes an answer about address (NULL: about all). Postfix believes the status code of the text before the exit code, so
 * one whose class is not the reply's is replaced.
 */
static void
note(Talk *talk, const Reply *reply, const char *address, bool to_rcpt)
{
    char        enhanced[16];
    const char *text = reply->text;
    int         code = reply->code / 100 == 2 || reply->code / 100 == 5 ? reply->code : 450;
    size_t      length = enhanced_length(text, code);
    int         exit_code;

    if (length > 0) {
        snprintf(enhanced, sizeof enhanced, "%.*s", (int) length, text);
        text += length + strspn(text + length, " ");
    } else {
        snprintf(enhanced, sizeof enhanced, "%s", enhanced_fallback(code, to_rcpt));
    }
    if (reply->code == 0)
        text = "the mail gateway broke off, try again later";
    exit_code = exit_code_of(code, enhanced, address != NULL);
    if (talk->status->exit_code >= 0 && weight(exit_code) <= weight(talk->status->exit_code))
        return;
    if (address != NULL)
        deliver_status_set(talk->status, exit_code, "%s <%s>: %s", enhanced, address, text);
    else
        deliver_status_set(talk->status, exit_code, "%s %s", enhanced, text);
}

/* --- the connection ----------------------------------------------------------------------------------------------- */

static bool
send_parts(Peer *peer, struct iovec *parts, size_t count)
{
    while (count > 0) {
        struct msghdr message = { .msg_iov = parts, .msg_iovlen = count };
        ssize_t       n = sendmsg(peer->fd, &message, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        while (count > 0 && (size_t) n >= parts->iov_len) {
            n -= (ssize_t) parts->iov_len;
            parts++;
            count--;
        }
        if (count > 0) {
            parts->iov_base = (char *) parts->iov_base + n;
            parts->iov_len -= (size_t) n;
        }
    }
    return true;
}

/* One line without its line end, cut to REPLY_LINE. FALSE when the daemon is gone. */
static bool
read_line(Peer *peer, char line[REPLY_LINE])
{
    size_t length = 0;

    for (;;) {
        ssize_t n;

        while (peer->start < peer->end) {
            char c = peer->buffer[peer->start++];

            if (c == '\n') {
                line[length] = '\0';
                return true;
            }
            if (c != '\r' && length < REPLY_LINE - 1)
                line[length++] = c;
        }
        n = recv(peer->fd, peer->buffer, sizeof peer->buffer, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        peer->start = 0;
        peer->end = (size_t) n;
    }
}

static bool
is_reply_line(const char *line)
{
    return line[0] >= '2' && line[0] <= '5' && strspn(line, "0123456789") == 3
           && (line[3] == ' ' || line[3] == '-' || line[3] == '\0');
}

static void
note_offer(Talk *talk, const char *keyword)
{
    static const struct {
        const char *keyword;
        unsigned    offer;
    } table[] = { { "CHUNKING", OFFER_CHUNKING }, { "SIZE", OFFER_SIZE }, { "SMTPUTF8", OFFER_SMTPUTF8 },
                  { "XSENDER", OFFER_XSENDER }, { "PIPELINING", OFFER_PIPELINING } };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (strncasecmp(keyword, table[i].keyword, strlen(table[i].keyword)) == 0)
            talk->offers |= table[i].offer;
}

/* Code 0 when there is no answer, or none that can be understood. */
static void
read_reply(Talk *talk, Reply *reply)
{
    char line[REPLY_LINE];
    int  code = 0;

    reply->code = 0;
    reply->text[0] = '\0';
    do {
        if (!read_line(&talk->peer, line) || !is_reply_line(line))
            return;
        if (code != 0 && code != atoi(line))
            return;
        code = atoi(line);
        note_offer(talk, line[3] == '\0' ? "" : line + 4);
    } while (line[3] == '-');
    reply->code = code;
    snprintf(reply->text, sizeof reply->text, "%s", line[3] == '\0' ? "" : line + 4);
}

static bool
connect_to(Talk *talk)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const char        *path = talk->job->socket_path;

    if (strlen(path) >= sizeof address.sun_path) {
        deliver_status_set(talk->status, DELIVER_TEMPFAIL, "4.3.5 the path of the socket is too long: %s", path);
        return false;
    }
    memcpy(address.sun_path, path, strlen(path));
    talk->peer.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (talk->peer.fd < 0 || connect(talk->peer.fd, (const struct sockaddr *) &address, sizeof address) != 0) {
        deliver_status_set(talk->status, DELIVER_TEMPFAIL, "4.3.0 could not connect to %s: %s", path, strerror(errno));
        return false;
    }
    return true;
}

/* --- the conversation --------------------------------------------------------------------------------------------- */

static bool
is_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char) *text > 0x7e)
            return false;
    return true;
}

static bool
needs_utf8(const DeliverJob *job)
{
    for (size_t i = 0; i < job->n_recipients; i++)
        if (!is_ascii(job->recipients[i]))
            return true;
    return job->sender != NULL && !is_ascii(job->sender);
}

/* RFC 3461, 4: xtext */
static void
write_xtext(FILE *to, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char) *text;

        if (c < 33 || c > 126 || c == '+' || c == '=')
            fprintf(to, "+%02X", c);
        else
            fputc(c, to);
    }
}

/* MAIL and one RCPT for each recipient. The text is the caller's to free; NULL without memory. */
static char *
compose_envelope(const Talk *talk, size_t *length)
{
    const DeliverJob *job = talk->job;
    char             *text = NULL;
    FILE             *to = open_memstream(&text, length);

    if (to == NULL)
        return NULL;
    fprintf(to, "MAIL FROM:<%s>", job->sender != NULL ? job->sender : "");
    if (talk->offers & OFFER_SIZE)
        fprintf(to, " SIZE=%zu", job->length);
    if (needs_utf8(job))
        fputs(" SMTPUTF8", to);
    if (job->auth_user != NULL) {
        fputs(" AUTH=", to);
        write_xtext(to, job->auth_user);
    }
    if (job->sender == NULL && talk->offers & OFFER_XSENDER)
        fputs(" XSENDER=UNKNOWN", to);
    fputs("\r\n", to);
    for (size_t i = 0; i < job->n_recipients; i++)
        fprintf(to, "RCPT TO:<%s>\r\n", job->recipients[i]);
    if (fclose(to) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static bool
send_mail(Talk *talk, char *envelope, size_t envelope_length)
{
    char         bdat[48];
    int          length = snprintf(bdat, sizeof bdat, "BDAT %zu LAST\r\n", talk->job->length);
    struct iovec parts[] = { { envelope, envelope_length },
                             { bdat, (size_t) length },
                             { (char *) talk->job->mail, talk->job->length } };

    return send_parts(&talk->peer, parts, 3);
}

/* Reads the answers to MAIL and RCPT; accepted[i] becomes TRUE for each recipient that was taken. */
static size_t
read_envelope_replies(Talk *talk, bool *accepted)
{
    Reply  reply;
    size_t count = 0;
    bool   sender_taken;

    read_reply(talk, &reply);
    sender_taken = reply.code / 100 == 2;
    if (!sender_taken)
        note(talk, &reply, NULL, false);
    for (size_t i = 0; i < talk->job->n_recipients && reply.code != 0 && reply.code != 421; i++) {
        read_reply(talk, &reply);
        accepted[i] = sender_taken && reply.code / 100 == 2;
        count += accepted[i] ? 1 : 0;
        if (sender_taken && !accepted[i])
            note(talk, &reply, talk->job->recipients[i], true);
    }
    return count;
}

/* RFC 2033, 4.2: one answer for each recipient that was accepted. */
static void
read_final_replies(Talk *talk, const bool *accepted)
{
    Reply reply = { 0 };
    bool  gone = false;

    for (size_t i = 0; i < talk->job->n_recipients; i++) {
        if (!accepted[i])
            continue;
        if (!gone)
            read_reply(talk, &reply);
        gone = reply.code == 0 || reply.code == 421;
        note(talk, &reply, talk->job->recipients[i], false);
    }
}

static void
transfer(Talk *talk, bool *accepted)
{
    static char quit[] = "QUIT\r\n";
    size_t      length = 0;
    char       *envelope = compose_envelope(talk, &length);
    bool        at_once = talk->job->length <= PIPELINE_MAX;
    bool        sent;

    if (envelope == NULL) {
        deliver_status_set(talk->status, DELIVER_TEMPFAIL, "4.3.0 out of memory");
        return;
    }
    /* A write that fails is not the last word: the daemon may have said why before it closed. */
    sent = at_once ? send_mail(talk, envelope, length)
                   : send_parts(&talk->peer, &(struct iovec) { envelope, length }, 1);
    if (read_envelope_replies(talk, accepted) > 0) {
        if (!at_once)
            sent = send_mail(talk, envelope, 0);
        read_final_replies(talk, accepted);
    }
    free(envelope);
    if (sent)
        send_parts(&talk->peer, &(struct iovec) { quit, strlen(quit) }, 1);
}

/* Greeting and LHLO. FALSE, with the status, if the daemon is not ready or lacks what is needed. */
static bool
introduce(Talk *talk)
{
    static char lhlo[] = "LHLO localhost\r\n";
    Reply       reply;

    read_reply(talk, &reply);
    if (reply.code == 220) {
        talk->offers = 0;
        if (!send_parts(&talk->peer, &(struct iovec) { lhlo, strlen(lhlo) }, 1))
            reply.code = 0;
        else
            read_reply(talk, &reply);
    }
    if (reply.code != 250) {
        /* Nothing was said about this mail yet, so even a 5yz is no verdict on it. */
        if (reply.code / 100 != 4)
            deliver_status_set(talk->status, DELIVER_TEMPFAIL, "4.3.0 the mail gateway does not answer as it should");
        else
            note(talk, &reply, NULL, false);
        return false;
    }
    if ((talk->offers & (OFFER_CHUNKING | OFFER_PIPELINING)) != (OFFER_CHUNKING | OFFER_PIPELINING)
        || (needs_utf8(talk->job) && !(talk->offers & OFFER_SMTPUTF8))) {
        deliver_status_set(talk->status, DELIVER_TEMPFAIL, "4.3.5 what listens on %s is not mailgw", talk->job->socket_path);
        return false;
    }
    return true;
}

void
deliver_talk(const DeliverJob *job, DeliverStatus *status)
{
    Talk  talk = { .job = job, .peer = { .fd = -1 }, .status = status };
    bool *accepted = calloc(job->n_recipients, sizeof *accepted);

    status->exit_code = -1;
    if (accepted == NULL)
        deliver_status_set(status, DELIVER_TEMPFAIL, "4.3.0 out of memory");
    else if (connect_to(&talk) && introduce(&talk))
        transfer(&talk, accepted);
    if (status->exit_code < 0)
        deliver_status_set(status, DELIVER_TEMPFAIL, "4.3.0 no answer");
    free(accepted);
    if (talk.peer.fd >= 0)
        close(talk.peer.fd);
}
