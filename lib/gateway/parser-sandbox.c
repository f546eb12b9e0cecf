/*
 * parser-sandbox.c - take everything away from the parse child that parsing does not need
 *
 * What the worker had open first, then limits, then no_new_privs, then an allow-list of system calls: memory, time, and reading and
 * writing the channel and standard error. Everything else fails with EPERM instead of killing, because the C library tries things (locale files, gconv modules) that
 * it can do without.
 */
#include <config.h>

#include "gateway/parser-private.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"

static const int allowed_calls[] = {
    SCMP_SYS(read),        SCMP_SYS(readv),         SCMP_SYS(write),         SCMP_SYS(writev),
    SCMP_SYS(recvmsg),     SCMP_SYS(sendmsg),       SCMP_SYS(recvfrom),      SCMP_SYS(sendto),
    SCMP_SYS(pread64),     SCMP_SYS(lseek),         SCMP_SYS(fstat),         SCMP_SYS(newfstatat),
    SCMP_SYS(close),       SCMP_SYS(mmap),          SCMP_SYS(munmap),        SCMP_SYS(mremap),
    SCMP_SYS(madvise),     SCMP_SYS(brk),           SCMP_SYS(mprotect),      SCMP_SYS(futex),
    SCMP_SYS(getrandom),   SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),  SCMP_SYS(getrusage),
    SCMP_SYS(times),       SCMP_SYS(getpid),        SCMP_SYS(gettid),        SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(sigaltstack), SCMP_SYS(exit),
    SCMP_SYS(exit_group),  SCMP_SYS(poll),          SCMP_SYS(sched_yield),   SCMP_SYS(restart_syscall),
    SCMP_SYS(rseq),
};

static void
sandbox_fail(const char *what)
{
    log_error("parser-sandbox", LOG_TEXT("failed", what), LOG_INT("errno", errno));
    _exit(71);
}

static void
limit(__rlimit_resource_t resource, rlim_t soft, rlim_t hard, const char *what)
{
    struct rlimit value = { soft, hard };

    if (setrlimit(resource, &value) != 0)
        sandbox_fail(what);
}

/* CPU seconds this process may use in all: every message may use its share, and no more can be raised than that. */
static rlim_t
cpu_seconds_in_all(void)
{
    return (rlim_t) LIMIT_PARSE_CPU_SECONDS * (LIMIT_PARSE_MESSAGES + 1);
}

static void
allow(scmp_filter_ctx filter, int call, unsigned int n_arguments, struct scmp_arg_cmp argument)
{
    if (seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, n_arguments, &argument) != 0)
        sandbox_fail("seccomp rule");
}

static void
filter_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));

    if (filter == NULL)
        sandbox_fail("seccomp filter");
    for (gsize i = 0; i < G_N_ELEMENTS(allowed_calls); i++)
        allow(filter, allowed_calls[i], 0, SCMP_A0(SCMP_CMP_EQ, 0, 0));
    /* Its own limits and its own end (abort()), nobody else's: the worker runs as the same user. */
    allow(filter, SCMP_SYS(prlimit64), 1, SCMP_A0(SCMP_CMP_EQ, 0, 0));
    allow(filter, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t) getpid(), 0));
    if (seccomp_load(filter) != 0)
        sandbox_fail("seccomp load");
    seccomp_release(filter);
}

/* The worker's wake-up pipe, a terminal, whatever a later version has open when it forks the helper. */
static void
close_all_but(int channel)
{
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    if (channel > STDERR_FILENO + 1 && close_range(STDERR_FILENO + 1, (unsigned int) channel - 1, 0) != 0)
        sandbox_fail("close descriptors");
    if (close_range((unsigned int) channel + 1, ~0U, 0) != 0)
        sandbox_fail("close descriptors");
}

void
parser_sandbox_enter(int channel)
{
    close_all_but(channel);
    limit(RLIMIT_CORE, 0, 0, "core limit");
    limit(RLIMIT_FSIZE, 0, 0, "file size limit");
    limit(RLIMIT_NOFILE, 64, 64, "descriptor limit");
    limit(RLIMIT_CPU, cpu_seconds_in_all(), cpu_seconds_in_all(), "cpu limit");
#ifndef WITH_SANITIZERS
    limit(RLIMIT_AS, LIMIT_PARSE_MEMORY, LIMIT_PARSE_MEMORY, "memory limit");
#endif
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        sandbox_fail("prctl");
    filter_calls();
}

void
parser_sandbox_next_message(void)
{
    struct rusage used;
    struct rlimit value = { 0, cpu_seconds_in_all() };

    if (getrusage(RUSAGE_SELF, &used) != 0)
        sandbox_fail("cpu time");
    value.rlim_cur = (rlim_t) (used.ru_utime.tv_sec + used.ru_stime.tv_sec) + LIMIT_PARSE_CPU_SECONDS;
    value.rlim_cur = MIN(value.rlim_cur, value.rlim_max);
    if (setrlimit(RLIMIT_CPU, &value) != 0)
        sandbox_fail("cpu limit");
}
