/*
 * spawn-time.c - how long one run of a program takes, from posix_spawn() to its end
 *
 *     spawn-time N FILE PROGRAM [ARGUMENT]...         FILE is its standard input, anew for each run
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double
milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static double
run(char **argv, const char *input)
{
    posix_spawn_file_actions_t actions;
    double start = milliseconds();
    int status;
    pid_t pid;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    errno = posix_spawn(&pid, argv[0], &actions, NULL, argv, environ);
    if (errno != 0 || waitpid(pid, &status, 0) != pid) {
        perror(argv[0]);
        exit(1);
    }
    posix_spawn_file_actions_destroy(&actions);
    if (status != 0) {
        fprintf(stderr, "%s: ended with status %d\n", argv[0], status);
        exit(1);
    }
    return milliseconds() - start;
}

static int
compare(const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;

    return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
    int n = argc > 3 ? atoi(argv[1]) : 0;
    double *times;

    if (n < 1) {
        fprintf(stderr, "usage: spawn-time N FILE PROGRAM [ARGUMENT]...\n");
        return 2;
    }
    times = calloc((size_t) n, sizeof *times);
    if (times == NULL)
        return 1;
    for (int i = 0; i < n; i++)
        times[i] = run(argv + 3, argv[2]);
    qsort(times, (size_t) n, sizeof *times, compare);
    printf("{\"runs\": %d, \"ms_median\": %.3f, \"ms_p95\": %.3f}\n", n, times[n / 2], times[n * 95 / 100]);
    free(times);
    return 0;
}
