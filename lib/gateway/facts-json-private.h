/*
 * facts-json-private.h - the members of Facts and of what it is made of, by their keys
 *
 * One table serves writing and reading. Every member stands in it, those that are not stored with the key NULL: a test walks over the tables and finds a member
 * that was forgotten by the octets that it leaves.
 */
#pragma once

#include <jansson.h>

#include "ticket/facts.h"

typedef enum {
    MEMBER_INT,            /* gint64; 0 is not written                */
    MEMBER_COUNT,          /* guint; the same                         */
    MEMBER_TRUE,           /* gboolean; FALSE is not written          */
    MEMBER_TEXT,           /* char *, or NULL                         */
    MEMBER_STATUS,         /* TicketStatus                            */
    MEMBER_TEXTS,          /* GPtrArray * of char *, or NULL          */
    MEMBER_TEXT_MAP,       /* GHashTable * of char * to char *, or NULL */
    MEMBER_NUMBER_MAP,     /* GHashTable * of char * to gint64 *      */
    MEMBER_PERSONS,        /* GHashTable * of char * to Facts *        */
    MEMBER_HASHES,         /* GByteArray * of 32 octets each          */
    MEMBER_BUCKETS,        /* GPtrArray * of Bucket *: what each holds */
    MEMBER_OBJECT,         /* a struct; not written without its id    */
    MEMBER_OBJECTS,        /* GPtrArray * of structs; always written  */
    N_MEMBER_KINDS
} MemberKind;

typedef struct Shape Shape;

typedef struct {
    const char  *key;
    MemberKind   kind;
    gsize        offset;
    const Shape *shape;    /* of MEMBER_OBJECT and MEMBER_OBJECTS */
} Member;

struct Shape {
    gsize         size;
    const Member *members;
    gsize         n_members;
};

extern const Shape facts_shape;

/* The octets that a member of that kind takes in its struct. */
gsize member_size(const Member *member);
