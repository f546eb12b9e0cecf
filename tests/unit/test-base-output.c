/*
 * test-base-output.c - what is printed: JSON and log lines
 */
#include <config.h>

#include "base/io.h"
#include "base/json.h"
#include "base/log.h"
#include "tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
test_json_is_harmless_and_readable(void)
{
    g_autoptr(Json) value = json_object();
    g_autofree char *line = NULL;
    g_autofree char *lines = NULL;
    g_autoptr(Json) back = NULL;

    json_object_set_new(value, "s", json_text("\x1b[2J\x7f\xc2\x9b\xe2\x80\xae\xe2\x80\xa8 Καλημέρα \"\\"));
    line = json_format(value, FALSE);
    g_assert_cmpstr(line, ==, "{\"s\":\"\\u001B[2J\\u007F\\u009B\\u202E\\u2028 Καλημέρα \\\"\\\\\"}");
    lines = json_format(value, TRUE);
    g_assert_true(g_str_has_prefix(lines, "{\n  \"s\": "));
    back = json_loads(line, 0, NULL);
    g_assert_true(json_equal(back, value));
}

static void
test_json_values(void)
{
    g_autoptr(Json) none = json_text(NULL);
    g_autoptr(Json) bad = json_text("a\xff");
    g_autoptr(Json) never = json_time(0);
    g_autoptr(Json) time = json_time(G_GINT64_CONSTANT(1795341600000000));
    g_autofree char *text = json_format(bad, FALSE);

    g_assert_true(json_is_null(none));
    g_assert_true(json_is_null(never));
    g_assert_cmpstr(json_string_value(time), ==, "2026-11-22T10:00:00Z");
    g_assert_cmpstr(text, ==, "\"a\xef\xbf\xbd\"");
}

/* Where nothing has to be escaped further, the form is jansson's, so that either may be compared with the other. */
static void
test_json_form(void)
{
    static const char source[] = "{\"a\":[],\"b\":{},\"c\":[1,-2,true,false,null,0.5,[\"x\",{\"y\":\"\\n\\t\\b\\f\\r\\\"\\\\/ \303\244\342\202\254\360\237\230\200"
                                 "\"}]],\"\":\"\"}";
    g_autoptr(Json) value = json_loads(source, 0, NULL);
    char *compact = json_dumps(value, JSON_COMPACT), *indented = json_dumps(value, JSON_INDENT(2));
    g_autofree char *line = json_format(value, FALSE), *lines = json_format(value, TRUE);

    g_assert_cmpstr(line, ==, source);
    g_assert_cmpstr(line, ==, compact);
    g_assert_cmpstr(lines, ==, indented);
    free(compact);
    free(indented);
}

static void
test_json_deep_input_is_refused(void)
{
    g_autofree char *deep = g_strnfill(100000, '[');
    json_t *value = json_loads(deep, 0, NULL);

    g_assert_null(value);
}

/* What log_event() writes to stderr, without the time. */
static char *
logged(LogLevel level, const char *event, const LogField *fields)
{
    char bytes[8192];
    int ends[2], kept = dup(STDERR_FILENO);
    ssize_t length;
    const char *after_time;

    g_assert_cmpint(pipe2(ends, O_NONBLOCK), ==, 0);
    g_assert_cmpint(dup2(ends[1], STDERR_FILENO), ==, STDERR_FILENO);
    log_event(level, event, fields);
    dup2(kept, STDERR_FILENO);
    length = read(ends[0], bytes, sizeof bytes - 1);
    io_close(&kept);
    io_close(&ends[0]);
    io_close(&ends[1]);
    if (length <= 0)
        return NULL;
    bytes[length] = '\0';
    /* "2026-11-22T10:00:00.123Z " */
    after_time = bytes + 25;
    g_assert_cmpint(bytes[10], ==, 'T');
    g_assert_cmpint(bytes[23], ==, 'Z');
    g_assert_cmpint(bytes[24], ==, ' ');
    return g_strdup(after_time);
}

static void
test_log_line(void)
{
    g_autofree char *line = NULL;
    g_autofree char *expected = NULL;

    log_set_role("worker");
    line = logged(LOG_LEVEL_INFO, "worked",
                  LOG_FIELDS(LOG_TEXT("mail", "<a1@x.example>"), LOG_TEXT("none", NULL), LOG_INT("ticket", 1042),
                             LOG_TEXT("subject", "a \"b\" \\c"), LOG_TEXT("empty", ""),
                             LOG_TEXT("forged", "x\nworked ticket=1")));
    expected = g_strdup_printf("worker[%d] info: worked mail=<a1@x.example> ticket=1042"
                               " subject=\"a \\\"b\\\" \\\\c\" empty=\"\" forged=\"x\\x0aworked ticket=1\"\n",
                               (int) getpid());
    g_assert_cmpstr(line, ==, expected);
}

static void
test_log_level(void)
{
    LogLevel level = LOG_LEVEL_INFO;
    g_autofree char *debug = NULL;
    g_autofree char *hidden = logged(LOG_LEVEL_DEBUG, "x", NULL);

    g_assert_null(hidden);
    g_assert_true(log_level_parse("debug", &level));
    g_assert_false(log_level_parse("loud", &level));
    log_set_level(level);
    debug = logged(LOG_LEVEL_DEBUG, "x", NULL);
    g_assert_nonnull(debug);
    log_set_level(LOG_LEVEL_INFO);
}

/* A line longer than PIPE_BUF could mix with those of other processes. */
static void
test_log_line_is_bounded(void)
{
    g_autofree char *huge = g_strnfill(1000000, '\x1b');
    g_autofree char *line = logged(LOG_LEVEL_INFO, "x", LOG_FIELDS(LOG_TEXT("a", huge), LOG_TEXT("b", huge),
                                                                   LOG_TEXT("c", huge), LOG_TEXT("d", huge)));

    g_assert_cmpuint(strlen(line), <, 4096);
    g_assert_true(g_str_has_suffix(line, "\n"));
    g_assert_true(strchr(line, '\n') == line + strlen(line) - 1);
}

static void
test_log_that_cannot_be_written(void)
{
    int kept = dup(STDERR_FILENO);

    close(STDERR_FILENO);
    log_info("nobody hears this", LOG_INT("n", 1));
    g_assert_cmpint(dup2(kept, STDERR_FILENO), ==, STDERR_FILENO);
    io_close(&kept);
}

int
main(int argc, char **argv)
{
    g_unsetenv("JOURNAL_STREAM");
    tap_init(&argc, &argv);
    g_test_add_func("/json/harmless-and-readable", test_json_is_harmless_and_readable);
    g_test_add_func("/json/values", test_json_values);
    g_test_add_func("/json/form-is-janssons", test_json_form);
    g_test_add_func("/json/deep-input-is-refused", test_json_deep_input_is_refused);
    g_test_add_func("/log/line", test_log_line);
    g_test_add_func("/log/level", test_log_level);
    g_test_add_func("/log/line-is-bounded", test_log_line_is_bounded);
    g_test_add_func("/log/cannot-be-written", test_log_that_cannot_be_written);
    return g_test_run();
}
