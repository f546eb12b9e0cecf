#include "message/readable-leaf-private.h"

#include <string.h>

#include "message/html-text-private.h"

/* HTML that says this much more is not the same mail with a little decoration. */
#define MUCH_MORE_LETTERS 200
#define MUCH_MORE_TIMES   4

/* The leaves of one part of a multipart/alternative. */
typedef struct {
    const char *path;            /* of its first leaf, up to path_length the part's own */
    gsize       path_length;
    gboolean    html, plain;     /* what it holds that is not blank */
    gsize       plain_letters, html_letters;
    const char *plain_text;      /* of the first leaf of plain text that says something, or NULL */
} Branch;

/* Letters and digits, without addresses of pages: they are long and say nothing. */
static gsize
count_letters(const char *text)
{
    gsize count = 0;

    for (const char *p = text; *p != '\0'; p++) {
        if (p[0] == ':' && p[1] == '/' && p[2] == '/')
            p += strcspn(p, " \t\r\n<>") - 1;
        else if (g_ascii_isalnum(*p) || (guchar) *p >= 0xc0)
            count++;
    }
    return count;
}

/* Where the part of the container that holds path is named in it ("1.2" of "1.2.1" in "1"), or 0 if path is not inside. */
static gsize
branch_length(const char *container, const char *path)
{
    gsize length = strlen(container);

    /* The outermost multipart is "0" and names no part. */
    if (strcmp(container, "0") == 0)
        return strcspn(path, ".");
    if (strncmp(path, container, length) != 0 || path[length] != '.')
        return 0;
    return length + 1 + strcspn(path + length + 1, ".");
}

static Branch *
branch_of(GArray *branches, const char *path, gsize length)
{
    Branch *last = branches->len > 0 ? &g_array_index(branches, Branch, branches->len - 1) : NULL;
    Branch branch = { .path = path, .path_length = length };

    /* Leaves of one part follow each other in the walk. */
    if (last != NULL && last->path_length == length && strncmp(last->path, path, length) == 0)
        return last;
    g_array_append_val(branches, branch);
    return &g_array_index(branches, Branch, branches->len - 1);
}

/* Counted once: alternatives may stand in each other. */
static gsize
letters_of(TextLeaf *leaf)
{
    if (leaf->letters < 0)
        leaf->letters = (gssize) (leaf->html ? html_count_letters(leaf->text) : count_letters(leaf->text));
    return (gsize) leaf->letters;
}

static void
add_leaf(Branch *branch, TextLeaf *leaf)
{
    if (leaf->html) {
        branch->html = branch->html || !leaf->blank;
        branch->html_letters += letters_of(leaf);
    } else {
        branch->plain = branch->plain || !leaf->blank;
        branch->plain_letters += letters_of(leaf);
        if (branch->plain_text == NULL && !leaf->blank)
            branch->plain_text = leaf->text;
    }
}

/* The rule of readable-private.h. */
static gboolean
html_is_better(const Branch *plain, const Branch *html)
{
    if (html->html_letters == 0)
        return FALSE;
    if (plain->plain_letters == 0 || (html->html_letters > plain->plain_letters && placeholder_is(plain->plain_text)))
        return TRUE;
    return html->html_letters >= MUCH_MORE_LETTERS && html->html_letters / MUCH_MORE_TIMES > plain->plain_letters;
}

static const Branch *
best_html(const GArray *branches)
{
    const Branch *best = NULL;

    /* The last is the richest that the sender made (RFC 2046, 5.1.4). */
    for (guint i = 0; i < branches->len; i++) {
        const Branch *branch = &g_array_index(branches, Branch, i);

        if (branch->html)
            best = branch;
    }
    return best;
}

static const Branch *
best_plain(const GArray *branches)
{
    const Branch *best = NULL;

    /* Text only, if there is one: text beside HTML in the same part is a footer, or one more alternative. */
    for (guint i = 0; i < branches->len; i++) {
        const Branch *branch = &g_array_index(branches, Branch, i);

        if (branch->plain && (best == NULL || (best->html && !branch->html)))
            best = branch;
    }
    return best;
}

static gboolean
is_in(const Branch *branch, const TextLeaf *leaf)
{
    const char *path = leaf->part->part;

    return strncmp(branch->path, path, branch->path_length) == 0 &&
           (path[branch->path_length] == '.' || path[branch->path_length] == '\0');
}

static void
choose_in(GArray *leaves, const char *container)
{
    g_autoptr(GArray) branches = g_array_new(FALSE, FALSE, sizeof(Branch));
    const Branch *plain, *html, *chosen;

    for (guint i = 0; i < leaves->len; i++) {
        TextLeaf *leaf = &g_array_index(leaves, TextLeaf, i);
        gsize length = leaf->dropped ? 0 : branch_length(container, leaf->part->part);

        if (length > 0)
            add_leaf(branch_of(branches, leaf->part->part, length), leaf);
    }
    plain = best_plain(branches);
    html = best_html(branches);
    if (branches->len < 2 || html == NULL)
        return;
    chosen = plain != NULL && plain != html && !html_is_better(plain, html) ? plain : html;
    for (guint i = 0; i < leaves->len; i++) {
        TextLeaf *leaf = &g_array_index(leaves, TextLeaf, i);

        if (branch_length(container, leaf->part->part) > 0 && !is_in(chosen, leaf))
            leaf->dropped = TRUE;
    }
}

void
readable_choose(GArray *leaves, const GPtrArray *parts)
{
    if (leaves->len < 2)
        return;
    /* A container stands before what it holds: the outermost alternative is decided first. */
    for (guint i = 0; i < parts->len; i++) {
        const MessagePart *part = parts->pdata[i];

        if (!part->leaf && strcmp(part->type, "multipart/alternative") == 0)
            choose_in(leaves, part->part);
    }
}
