/*
 * uid-set.h - a set of UIDs as ranges, the way IMAP writes it: "1:17,20,40:41"
 *
 * Ranges are kept in order, apart, and never touch. What stands for a mailbox of years is a few of them.
 */
#pragma once

#include <glib.h>

typedef struct UidSet UidSet;

typedef struct {
    guint32 first, last;      /* both included */
} UidRange;

UidSet  *uid_set_new(void);
void     uid_set_free(UidSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UidSet, uid_set_free)

/* NULL if text is no set; "" is the empty one. */
UidSet  *uid_set_parse(const char *text);
char    *uid_set_format(const UidSet *set);
UidSet  *uid_set_copy(const UidSet *set);

/* A range whose first is 0 or behind its last holds nothing. */
void     uid_set_add(UidSet *set, guint32 first, guint32 last);
void     uid_set_remove(UidSet *set, guint32 first, guint32 last);
void     uid_set_clear(UidSet *set);

gboolean uid_set_is_empty(const UidSet *set);
gboolean uid_set_contains(const UidSet *set, guint32 uid);
guint64  uid_set_count(const UidSet *set);
gsize    uid_set_n_ranges(const UidSet *set);
UidRange uid_set_range(const UidSet *set, gsize i);
