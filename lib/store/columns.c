/*
 * columns.c - arrays in the format of array_recv(): a header, then each element with its length before it
 */
#include <config.h>

#include "store/columns-private.h"

#include <limits.h>
#include <string.h>

/* Number of dimensions, whether there are NULLs, the elements' type, then size and lower bound of the one dimension. */
enum { HEADER_DIMENSIONS = 0, HEADER_NULLS = 4, HEADER_TYPE = 8, HEADER_SIZE = 12, HEADER_LOWER = 16, HEADER_LENGTH = 20,
       HEADER_LENGTH_EMPTY = 12 };

/* 2000-01-01, which PostgreSQL counts from; the beginning of the year 1 and the end of 9999. Microseconds since 1970. */
#define POSTGRES_EPOCH (G_GINT64_CONSTANT(946684800) * G_USEC_PER_SEC)
#define FIRST_TIME     (G_GINT64_CONSTANT(-62135596800) * G_USEC_PER_SEC)
#define LAST_TIME      (G_GINT64_CONSTANT(253402300800) * G_USEC_PER_SEC - 1)

typedef struct {
    char        letter;
    GByteArray *array;
    guint32     count;
    gboolean    has_null;
} Column;

struct Columns {
    guint  n;
    guint  next;        /* the column that the next value belongs to */
    Column columns[];
};

/* As pg_type numbers them; these never change. */
static guint32
type_of(char letter)
{
    switch (letter) {
    case 'i': return 20;
    case 't': return 25;
    case 'b': return 17;
    case 'd': return 701;
    case 'z': return 1184;
    default:
        g_assert(letter == 'f');
        return 16;
    }
}

static void
put_u32(GByteArray *array, guint32 value)
{
    guint32 bytes = GUINT32_TO_BE(value);

    g_byte_array_append(array, (const guint8 *) &bytes, sizeof bytes);
}

static void
set_u32(GByteArray *array, guint offset, guint32 value)
{
    guint32 bytes = GUINT32_TO_BE(value);

    memcpy(array->data + offset, &bytes, sizeof bytes);
}

Columns *
columns_new(const char *types)
{
    gsize n = strlen(types);
    Columns *columns = g_malloc0(sizeof(Columns) + n * sizeof(Column));

    columns->n = (guint) n;
    for (gsize i = 0; i < n; i++) {
        Column *column = &columns->columns[i];

        column->letter = types[i];
        column->array = g_byte_array_new();
        g_byte_array_set_size(column->array, HEADER_LENGTH);
        set_u32(column->array, HEADER_TYPE, type_of(types[i]));
        set_u32(column->array, HEADER_LOWER, 1);
    }
    return columns;
}

void
columns_free(Columns *columns)
{
    if (columns == NULL)
        return;
    for (guint i = 0; i < columns->n; i++)
        g_byte_array_unref(columns->columns[i].array);
    g_free(columns);
}

static Column *
next_column(Columns *columns)
{
    Column *column = &columns->columns[columns->next];

    columns->next = (columns->next + 1) % columns->n;
    column->count++;
    return column;
}

static void
add(Columns *columns, char letter, const void *bytes, gsize length)
{
    Column *column = next_column(columns);

    g_assert(column->letter == letter && length <= INT_MAX);
    put_u32(column->array, (guint32) length);
    g_byte_array_append(column->array, bytes, (guint) length);
}

static void
add_null(Columns *columns, char letter)
{
    Column *column = next_column(columns);

    g_assert(column->letter == letter);
    column->has_null = TRUE;
    put_u32(column->array, G_MAXUINT32);
}

void
columns_int(Columns *columns, gint64 value)
{
    gint64 bytes = GINT64_TO_BE(value);

    add(columns, 'i', &bytes, sizeof bytes);
}

void
columns_int_or_null(Columns *columns, gint64 value)
{
    if (value == 0)
        add_null(columns, 'i');
    else
        columns_int(columns, value);
}

void
columns_text(Columns *columns, const char *text)
{
    if (text == NULL)
        add_null(columns, 't');
    else
        add(columns, 't', text, strlen(text));
}

void
columns_bytes(Columns *columns, const void *bytes, gsize length)
{
    add(columns, 'b', length > 0 ? bytes : "", length);
}

void
columns_double(Columns *columns, double value)
{
    guint64 bits;

    memcpy(&bits, &value, sizeof bits);
    bits = GUINT64_TO_BE(bits);
    add(columns, 'd', &bits, sizeof bits);
}

void
columns_bool(Columns *columns, gboolean value)
{
    guint8 byte = value ? 1 : 0;

    add(columns, 'f', &byte, sizeof byte);
}

/* As params_time() has it. */
void
columns_time(Columns *columns, gint64 time)
{
    gboolean is_one = time != 0 && time >= FIRST_TIME && time <= LAST_TIME;
    gint64 bytes = is_one ? GINT64_TO_BE(time - POSTGRES_EPOCH) : 0;

    if (is_one)
        add(columns, 'z', &bytes, sizeof bytes);
    else
        add_null(columns, 'z');
}

gsize
columns_count(const Columns *columns)
{
    g_assert(columns->next == 0);
    return columns->columns[0].count;
}

void
columns_bind_one(Columns *columns, guint number, Params *params)
{
    Column *column = &columns->columns[number];

    g_assert(columns->next == 0 && number < columns->n);
    set_u32(column->array, HEADER_DIMENSIONS, column->count > 0 ? 1 : 0);
    set_u32(column->array, HEADER_NULLS, column->has_null ? 1 : 0);
    set_u32(column->array, HEADER_SIZE, column->count);
    params_bytes(params, column->array->data, column->count > 0 ? column->array->len : HEADER_LENGTH_EMPTY);
}

void
columns_bind(Columns *columns, Params *params)
{
    for (guint i = 0; i < columns->n; i++)
        columns_bind_one(columns, i, params);
}
