/*
 * charset-table-private.h - the character sets that mail is written in, by every name it uses for them
 *
 * The labels are those of the WHATWG Encoding Standard, which say what a label means in practice (iso-8859-1 is windows-1252, gb2312 is
 * gb18030), the names and aliases of IANA, and what mail programs invented. They are compared without regard to case and
 * without what is no letter and no digit: "ISO_8859-1", "iso 8859-1" and "iso88591" are one label.
 */
#pragma once

#include <glib.h>
#include <iconv.h>

typedef enum {
    CHARSET_EIGHT_BIT,      /* ASCII and more: its bytes are hardly ever UTF-8 by accident              */
    CHARSET_ASCII,          /* says nothing about bytes above 127                                       */
    CHARSET_UTF8,
    CHARSET_SEVEN_BIT,      /* shifts or escapes: looks like ASCII, so the label is asked first         */
    CHARSET_WIDE,           /* units of 16 or 32 bits                                                   */
    CHARSET_NO_ASCII,       /* EBCDIC: letters have other numbers, so the label is asked first          */
    CHARSET_UNKNOWN         /* a label that says that nobody knows: "unknown-8bit", "x-user-defined"    */
} CharsetKind;

typedef struct {
    const char *name;       /* as the standard or IANA has it, lower case; for people */
    const char *iconv_name; /* NULL where no converter is needed */
    CharsetKind kind;
    const char *labels;     /* squeezed, separated by blanks */
} Charset;

/* Opens every converter; they stay open, so that no file is needed later. */
void           charset_table_init(void);
/* NULL: no set of that name. The label may come with blanks, quotes, or a language behind "*" (RFC 2231). */
const Charset *charset_find(const char *label);
/* (iconv_t) -1 where the C library does not know the set, or none is needed. */
iconv_t        charset_converter(const Charset *charset);
/*
 * The set of Windows that an ISO set is taken for where bytes 128..159 occur: ISO has controls there that no text uses, Windows has quotes and
 * letters. The same set if there is none.
 */
const Charset *charset_windows_twin(const Charset *charset);
/* Whether its characters above 127 begin with a lead byte: the sets of China, Japan and Korea. */
gboolean       charset_is_double_byte(const Charset *charset);
