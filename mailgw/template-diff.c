/*
 * template-diff.c - two versions of a template, line by line
 */
#include "base/text.h"
#include "template-commands.h"

/* A table of so many lines on both sides is small; longer files are shown as a whole. */
#define MAX_LINES 1000

static void
print_line_of(char sign, const char *line)
{
    g_autofree char *escaped = text_escape_body(line);

    printf("%c%s\n", sign, escaped);
}

/* Lengths of the longest common subsequence of what follows line i of ours and k of theirs. */
static guint *
common_lengths(char **ours, guint n_ours, char **own, guint n_own)
{
    guint *lengths = g_new0(guint, (gsize) (n_ours + 1) * (n_own + 1));

    for (guint i = n_ours; i-- > 0;) {
        for (guint k = n_own; k-- > 0;) {
            guint *at = &lengths[i * (n_own + 1) + k];

            if (g_str_equal(ours[i], own[k]))
                *at = lengths[(i + 1) * (n_own + 1) + k + 1] + 1;
            else
                *at = MAX(lengths[(i + 1) * (n_own + 1) + k], lengths[i * (n_own + 1) + k + 1]);
        }
    }
    return lengths;
}

void
template_print_difference(const char *path, const char *ours, const char *own)
{
    g_auto(GStrv) left = g_strsplit(ours != NULL ? ours : "", "\n", MAX_LINES), right = g_strsplit(own, "\n", MAX_LINES);
    guint n_left = ours != NULL ? g_strv_length(left) : 0, n_right = g_strv_length(right), i = 0, k = 0;
    g_autofree guint *lengths = NULL;

    /* What stands behind the last line end is no line. */
    n_left -= n_left > 0 && *left[n_left - 1] == '\0';
    n_right -= n_right > 0 && *right[n_right - 1] == '\0';
    lengths = common_lengths(left, n_left, right, n_right);
    printf("--- %s (shipped)\n+++ %s\n", ours != NULL ? path : "nothing", path);
    while (i < n_left || k < n_right) {
        const guint *at = &lengths[i * (n_right + 1) + k];

        if (i < n_left && k < n_right && g_str_equal(left[i], right[k])) {
            print_line_of(' ', left[i++]);
            k++;
        } else if (i < n_left && (k == n_right || at[n_right + 1] >= at[1])) {
            print_line_of('-', left[i++]);
        } else {
            print_line_of('+', right[k++]);
        }
    }
}
