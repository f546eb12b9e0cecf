#include "database-watch.h"

#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "cli.h"
#include "identity.h"

static G_NORETURN void
start(const Embedded *embedded)
{
    g_autoptr(GError) error = NULL;
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (!embedded_restart(embedded, &error) && !embedded_was_stopped(embedded))
        log_error("database-not-started", LOG_TEXT("error", error->message));
    _exit(error == NULL ? EXIT_DONE : EXIT_FAILED);
}

void
database_watch_look(DatabaseWatch *watch, const Config *config)
{
    Embedded embedded;

    if (config->database.embedded == NULL || watch->starter != 0 || clock_monotonic() < watch->next_look)
        return;
    watch->next_look = clock_monotonic() + DATABASE_WATCH_US;
    embedded = identity_embedded(config);
    if (embedded_was_stopped(&embedded) || embedded_is_up(&embedded, NULL))
        return;
    log_warning("database-down", LOG_TEXT("directory", embedded.directory));
    watch->starter = fork();
    if (watch->starter == 0)
        start(&embedded);
    watch->starter = MAX(watch->starter, 0);
}

void
database_watch_ended(DatabaseWatch *watch, pid_t pid)
{
    if (pid == watch->starter)
        watch->starter = 0;
}
