#include "message/charset-table-private.h"

#include <string.h>

/* Longer than every label of the table; what is longer is none. */
#define MAX_LABEL 63

#define NO_CONVERTER ((iconv_t) -1)

static const Charset charsets[] = {
    { "utf-8", NULL, CHARSET_UTF8, "utf8 unicode11utf8 unicode20utf8 unicodeutf8 xunicode20utf8 utf8n utf8mb4 utf8sig cputf8 cp65001" },
    { "us-ascii", NULL, CHARSET_ASCII,
      "usascii ascii ansix341968 ansix341986 isoir6 iso646us iso646irv iso646irv1991 us ibm367 cp367 csascii 7bit "
      "ascii7bit usascii7bit 646 cp20127" },
    { "unknown-8bit", NULL, CHARSET_UNKNOWN,
      "unknown8bit csunknown8bit xunknown unknown unknown7bit xunknown8bit xuserdefined userdefined 8bit binary none null default "
      "unspecified usdefault charset undefined xansi ansi" },

    { "windows-1252", "CP1252", CHARSET_EIGHT_BIT,
      "windows1252 cp1252 xcp1252 iso88591 iso885911987 isoir100 latin1 l1 csisolatin1 ibm819 cp819 8859 iso8859 88591 latin iso8859us "
      "isolatin1 xiso88591 iso88591windows30latin1 iso88591windows31latin1 cswindows30latin1 cswindows31latin1 cswindows1252 xansi1252 "
      "iso88591windows1252 cp28591 westerniso westernwindows latin1windows windowslatin1" },
    { "iso-8859-2", "ISO-8859-2", CHARSET_EIGHT_BIT,
      "iso88592 iso885921987 isoir101 latin2 l2 csisolatin2 isolatin2 88592 xiso88592 iso88592windowslatin2 cswindows31latin2 cp28592" },
    { "iso-8859-3", "ISO-8859-3", CHARSET_EIGHT_BIT,
      "iso88593 iso885931988 isoir109 latin3 l3 csisolatin3 isolatin3 88593 cp28593" },
    { "iso-8859-4", "ISO-8859-4", CHARSET_EIGHT_BIT,
      "iso88594 iso885941988 isoir110 latin4 l4 csisolatin4 isolatin4 88594 cp28594" },
    { "iso-8859-5", "ISO-8859-5", CHARSET_EIGHT_BIT,
      "iso88595 iso885951988 isoir144 cyrillic csisolatincyrillic 88595 cp28595" },
    { "iso-8859-6", "ISO-8859-6", CHARSET_EIGHT_BIT,
      "iso88596 iso885961987 isoir127 arabic csisolatinarabic ecma114 asmo708 iso88596e iso88596i csiso88596e csiso88596i 88596 cp28596" },
    { "iso-8859-7", "ISO-8859-7", CHARSET_EIGHT_BIT,
      "iso88597 iso885971987 iso885972003 isoir126 greek greek8 suneugreek csisolatingreek ecma118 elot928 88597 xiso88597 cp28597" },
    { "iso-8859-8", "ISO-8859-8", CHARSET_EIGHT_BIT,
      "iso88598 iso885981988 isoir138 hebrew visual iso88598e csiso88598e csisolatinhebrew 88598 cp28598 iso88598i csiso88598i logical "
      "cp38598" },
    { "windows-1254", "CP1254", CHARSET_EIGHT_BIT,
      "windows1254 cp1254 xcp1254 iso88599 iso885991989 isoir148 latin5 l5 csisolatin5 isolatin5 88599 iso88599windowslatin5 "
      "cswindows31latin5 cswindows1254 cp28599" },
    { "iso-8859-10", "ISO-8859-10", CHARSET_EIGHT_BIT, "iso885910 iso8859101992 isoir157 latin6 l6 csisolatin6 isolatin6 885910" },
    { "windows-874", "CP874", CHARSET_EIGHT_BIT,
      "windows874 cp874 dos874 iso885911 iso8859112001 tis620 tis6200 tis62025290 tis62025330 isoir166 thai xthai 885911 ibm874 "
      "cswindows874 cstis620 cp28601 isothai" },
    { "iso-8859-13", "ISO-8859-13", CHARSET_EIGHT_BIT, "iso885913 isoir179 latin7 l7 baltic csiso885913 885913 cp28603" },
    { "iso-8859-14", "ISO-8859-14", CHARSET_EIGHT_BIT,
      "iso885914 iso8859141998 isoir199 latin8 l8 isoceltic csiso885914 885914 cp28604" },
    { "iso-8859-15", "ISO-8859-15", CHARSET_EIGHT_BIT,
      "iso885915 iso8859151998 isoir203 latin9 l9 latin0 csisolatin9 csiso885915 885915 xiso885915 cp28605 iso885915euro" },
    { "iso-8859-16", "ISO-8859-16", CHARSET_EIGHT_BIT, "iso885916 iso8859162001 isoir226 latin10 l10 csiso885916 885916" },

    { "windows-1250", "CP1250", CHARSET_EIGHT_BIT, "windows1250 cp1250 xcp1250 cswindows1250 centraleuropeanwindows" },
    { "windows-1251", "CP1251", CHARSET_EIGHT_BIT, "windows1251 cp1251 xcp1251 cswindows1251 cyrillicwindows wincyr" },
    { "windows-1253", "CP1253", CHARSET_EIGHT_BIT, "windows1253 cp1253 xcp1253 cswindows1253 greekwindows" },
    { "windows-1255", "CP1255", CHARSET_EIGHT_BIT, "windows1255 cp1255 xcp1255 cswindows1255 hebrewwindows" },
    { "windows-1256", "CP1256", CHARSET_EIGHT_BIT, "windows1256 cp1256 xcp1256 cswindows1256 arabicwindows" },
    { "windows-1257", "CP1257", CHARSET_EIGHT_BIT, "windows1257 cp1257 xcp1257 cswindows1257 balticwindows winbaltrim" },
    { "windows-1258", "CP1258", CHARSET_EIGHT_BIT, "windows1258 cp1258 xcp1258 cswindows1258 vietnamesewindows" },

    { "koi8-r", "KOI8-R", CHARSET_EIGHT_BIT, "koi8r cskoi8r koi koi8 cp20866 ruskoi8 relcomkoi8 koi8rnet" },
    { "koi8-u", "KOI8-RU", CHARSET_EIGHT_BIT, "koi8u koi8ru cskoi8u cp21866" },
    { "koi8-t", "KOI8-T", CHARSET_EIGHT_BIT, "koi8t" },
    { "iso-ir-111", "ECMA-CYRILLIC", CHARSET_EIGHT_BIT, "isoir111 ecmacyrillic koi8e csiso111ecmacyrillic" },
    { "ptcp154", "PT154", CHARSET_EIGHT_BIT, "ptcp154 csptcp154 pt154 cp154 cyrillicasian kz1048 rk1048 strk10482002 cskz1048" },

    { "ibm437", "CP437", CHARSET_EIGHT_BIT, "ibm437 cp437 437 cspc8codepage437 dosunitedstates" },
    { "ibm737", "CP737", CHARSET_EIGHT_BIT, "ibm737 cp737 737 dosgreek" },
    { "ibm775", "CP775", CHARSET_EIGHT_BIT, "ibm775 cp775 775 cspc775baltic dosbaltic" },
    { "ibm850", "CP850", CHARSET_EIGHT_BIT, "ibm850 cp850 850 cspc850multilingual doslatin1 cp858 ibm858 ibm00858 ccsid00858 850euro" },
    { "ibm852", "CP852", CHARSET_EIGHT_BIT, "ibm852 cp852 852 cspcp852 doslatin2" },
    { "ibm855", "CP855", CHARSET_EIGHT_BIT, "ibm855 cp855 855 csibm855" },
    { "ibm857", "CP857", CHARSET_EIGHT_BIT, "ibm857 cp857 857 csibm857 dosturkish" },
    { "ibm860", "CP860", CHARSET_EIGHT_BIT, "ibm860 cp860 860 csibm860 dosportuguese" },
    { "ibm861", "CP861", CHARSET_EIGHT_BIT, "ibm861 cp861 861 cpis csibm861 dosicelandic" },
    { "ibm862", "CP862", CHARSET_EIGHT_BIT, "ibm862 cp862 862 cspc862latinhebrew dos862 doshebrew" },
    { "ibm863", "CP863", CHARSET_EIGHT_BIT, "ibm863 cp863 863 csibm863" },
    { "ibm864", "CP864", CHARSET_EIGHT_BIT, "ibm864 cp864 csibm864 dosarabic" },
    { "ibm865", "CP865", CHARSET_EIGHT_BIT, "ibm865 cp865 865 csibm865 dosnordic" },
    { "ibm866", "CP866", CHARSET_EIGHT_BIT, "ibm866 cp866 866 csibm866 dosrussian alternativnyj altcyr" },
    { "ibm869", "CP869", CHARSET_EIGHT_BIT, "ibm869 cp869 869 cpgr csibm869" },
    { "cp1125", "CP1125", CHARSET_EIGHT_BIT, "cp1125 ibm1125 ruscii cp866u" },

    { "macintosh", "MACINTOSH", CHARSET_EIGHT_BIT, "macintosh mac macroman xmacroman csmacintosh applemacroman cp10000" },
    { "x-mac-cyrillic", "MAC-UK", CHARSET_EIGHT_BIT, "xmaccyrillic maccyrillic xmacukrainian macukrainian cp10007 cp10017" },
    { "x-mac-ce", "MAC-CENTRALEUROPE", CHARSET_EIGHT_BIT,
      "xmacce macce xmaccentraleurroman macceltraleurope maccentraleurope maccentraleuropean maclatin2 cp10029" },
    { "x-mac-icelandic", "MAC-IS", CHARSET_EIGHT_BIT, "xmacicelandic macis maciceland cp10079" },

    { "armscii-8", "ARMSCII-8", CHARSET_EIGHT_BIT, "armscii8" },
    { "georgian-ps", "GEORGIAN-PS", CHARSET_EIGHT_BIT, "georgianps" },
    { "georgian-academy", "GEORGIAN-ACADEMY", CHARSET_EIGHT_BIT, "georgianacademy" },
    { "tcvn", "TCVN", CHARSET_EIGHT_BIT, "tcvn tcvn5712 tcvn57121 tcvn571211993 xviettcvn5712" },
    { "viscii", "VISCII", CHARSET_EIGHT_BIT, "viscii csviscii viscii111 xviscii" },
    { "hp-roman8", "HP-ROMAN8", CHARSET_EIGHT_BIT, "hproman8 roman8 r8 cshproman8" },

    { "gb18030", "GB18030", CHARSET_EIGHT_BIT,
      "gb18030 csgb18030 gb2312 csgb2312 gb231280 gb23121980 chinese csiso58gb231280 isoir58 gbk xgbk csgbk cp936 ms936 windows936 cngb "
      "euccn xeuccn eucgb2312 eucgb2312cn gb cngb231280 xgb2312 gb180302000 gb180302005 gbk2k cp54936 cp51936 cp20936" },
    { "hz-gb-2312", "GB18030", CHARSET_SEVEN_BIT, "hzgb2312 hz hzgb cshzgb2312 cp52936" },
    { "big5", "BIG5-HKSCS", CHARSET_EIGHT_BIT,
      "big5 big5hkscs cnbig5 csbig5 xxbig5 xbig5 big5tw bigfive big5et big5eten cp950 ms950 windows950 big5hk cp951 csbig5hkscs big5hkscs2004" },
    { "euc-tw", "EUC-TW", CHARSET_EIGHT_BIT, "euctw xeuctw cneuctw cp51950" },
    { "iso-2022-cn", "ISO-2022-CN-EXT", CHARSET_SEVEN_BIT, "iso2022cn csiso2022cn iso2022cnext csiso2022cnext" },
    { "shift_jis", "CP932", CHARSET_EIGHT_BIT,
      "shiftjis sjis xsjis mskanji csshiftjis windows31j cswindows31j ms932 cp932 windows932 shiftjisx0213 shiftjis2004 sjisx0213 xmscp932 "
      "cp943 ibm943 sjiswin mssjis pck" },
    { "euc-jp", "EUC-JP-MS", CHARSET_EIGHT_BIT,
      "eucjp xeucjp xeuc eucjpms ujis cseucpkdfmtjapanese eucjpwin extendedunixcodepackedformatforjapanese cp51932 cp20932 eucjisx0213 "
      "eucjis2004 cp33722" },
    { "iso-2022-jp", "EUC-JP-MS", CHARSET_SEVEN_BIT,
      "iso2022jp csiso2022jp iso2022jp1 iso2022jpms jis jis7 cp50220 cp50221 cp50222 iso2022 junet iso2022jpext" },
    { "iso-2022-jp-2", "ISO-2022-JP-2", CHARSET_SEVEN_BIT, "iso2022jp2 csiso2022jp2" },
    { "iso-2022-jp-3", "ISO-2022-JP-3", CHARSET_SEVEN_BIT, "iso2022jp3 csiso2022jp3 iso2022jp2004" },
    { "euc-kr", "CP949", CHARSET_EIGHT_BIT,
      "euckr cseuckr ksc56011987 ksc56011989 ksc5601 ksc56011992 ksc5601cp949 korean csksc56011987 isoir149 windows949 cp949 ms949 uhc "
      "xwindows949 xeuckr ks5601 ksx1001 ksx10011992 ksx10011998 xksc56011987 ksc wansung cp51949 cp20949 unifiedhangul" },
    { "johab", "JOHAB", CHARSET_EIGHT_BIT, "johab cp1361 ms1361 windows1361 ksc5601johab" },
    { "iso-2022-kr", "CP949", CHARSET_SEVEN_BIT, "iso2022kr csiso2022kr cp50225" },

    { "utf-7", "UTF-7", CHARSET_SEVEN_BIT, "utf7 csutf7 unicode11utf7 csunicode11utf7 xunicode20utf7 unicode20utf7 cp65000" },
    { "utf-16le", "UTF-16LE", CHARSET_WIDE,
      "utf16le utf16 csutf16 csutf16le unicode csunicode iso10646ucs2 ucs2 ucs2le unicodelittle utf16lesig unicodefeff cp1200 xutf16le" },
    { "utf-16be", "UTF-16BE", CHARSET_WIDE, "utf16be csutf16be ucs2be unicodebig unicodefffe cp1201 xutf16be" },
    { "utf-32le", "UTF-32LE", CHARSET_WIDE, "utf32le utf32 csutf32 csutf32le ucs4 ucs4le iso10646ucs4 cp12000" },
    { "utf-32be", "UTF-32BE", CHARSET_WIDE, "utf32be csutf32be ucs4be cp12001" },

    { "ibm037", "IBM037", CHARSET_NO_ASCII, "ibm037 cp037 ebcdiccpus ebcdiccpca ebcdiccpwt ebcdiccpnl csibm037 ibm1140 cp1140" },
    { "ibm273", "IBM273", CHARSET_NO_ASCII, "ibm273 cp273 csibm273 ibm1141 cp1141 ebcdicde" },
    { "ibm500", "IBM500", CHARSET_NO_ASCII, "ibm500 cp500 ebcdiccpbe ebcdiccpch csibm500 ibm1148 cp1148" },
    { "ibm1047", "IBM1047", CHARSET_NO_ASCII, "ibm1047 cp1047 csibm1047" },
};

static iconv_t     converters[G_N_ELEMENTS(charsets)];
static GHashTable *by_label;     /* squeezed label -> Charset */

static void
add_labels(const Charset *charset)
{
    char **labels = g_strsplit(charset->labels, " ", -1);

    for (gsize i = 0; labels[i] != NULL; i++) {
        gboolean is_new = g_hash_table_insert(by_label, labels[i], (gpointer) charset);

        g_assert(is_new);
    }
    /* The strings belong to the table of labels now. */
    g_free(labels);
}

void
charset_table_init(void)
{
    if (by_label != NULL)
        return;
    by_label = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(charsets); i++) {
        converters[i] = charsets[i].iconv_name != NULL ? iconv_open("UTF-8", charsets[i].iconv_name) : NO_CONVERTER;
        if (charsets[i].iconv_name == NULL || converters[i] != NO_CONVERTER)
            add_labels(&charsets[i]);
    }
}

/* Letters and digits in lower case; FALSE if there are none or too many. */
static gboolean
squeeze(const char *label, gsize length, char squeezed_out[MAX_LABEL + 1])
{
    gsize to = 0;

    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isalnum(label[i]))
            continue;
        if (to == MAX_LABEL)
            return FALSE;
        squeezed_out[to++] = g_ascii_tolower(label[i]);
    }
    squeezed_out[to] = '\0';
    return to > 0;
}

/* "win-1251", "msdos866", "codepage 1252", "x-cp1250", "ccsid850", "1251": the number of a code page says all. */
static const Charset *
by_code_page(const char *squeezed)
{
    static const char *const prefixes[] = { "xwindows", "windows", "win", "codepage", "xcp", "cp", "ms", "msdos", "dos", "ibm", "ccsid",
                                            "xibm", "ansi", "charset", "" };

    for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        gsize length = strlen(prefixes[i]);
        const char *number = squeezed + length;
        char name[MAX_LABEL + 3];

        if (!g_str_has_prefix(squeezed, prefixes[i]) || *number == '\0' || number[strspn(number, "0123456789")] != '\0')
            continue;
        number += strspn(number, "0");
        g_snprintf(name, sizeof name, "cp%s", number);
        return g_hash_table_lookup(by_label, name);
    }
    return NULL;
}

const Charset *
charset_find(const char *label)
{
    char squeezed[MAX_LABEL + 1];
    const Charset *found = NULL;

    g_assert(by_label != NULL);
    if (label == NULL || !squeeze(label, strcspn(label, "*;,"), squeezed))
        return NULL;
    found = g_hash_table_lookup(by_label, squeezed);
    if (found == NULL)
        found = by_code_page(squeezed);
    /* "charset=utf-8" twice over, "x-" before a name that has none. */
    if (found == NULL && g_str_has_prefix(squeezed, "charset"))
        found = g_hash_table_lookup(by_label, squeezed + strlen("charset"));
    if (found == NULL && squeezed[0] == 'x')
        found = g_hash_table_lookup(by_label, squeezed + 1);
    return found;
}

iconv_t
charset_converter(const Charset *charset)
{
    return converters[charset - charsets];
}

const Charset *
charset_windows_twin(const Charset *charset)
{
    static const char *const twins[][2] = {
        { "iso-8859-2", "windows-1250" },  { "iso-8859-4", "windows-1257" },  { "iso-8859-5", "windows-1251" },
        { "iso-8859-6", "windows-1256" },  { "iso-8859-7", "windows-1253" },  { "iso-8859-8", "windows-1255" },
        { "iso-8859-13", "windows-1257" }, { "iso-8859-15", "windows-1252" }, { "iso-8859-16", "windows-1250" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(twins); i++) {
        if (g_str_equal(charset->name, twins[i][0]))
            return charset_find(twins[i][1]);
    }
    return charset;
}

gboolean
charset_is_double_byte(const Charset *charset)
{
    static const char *const converters_of_pairs[] = {
        "GB18030", "BIG5-HKSCS", "EUC-TW", "CP932", "EUC-JP-MS", "CP949", "JOHAB",
    };

    for (gsize i = 0; charset->iconv_name != NULL && i < G_N_ELEMENTS(converters_of_pairs); i++) {
        if (strcmp(charset->iconv_name, converters_of_pairs[i]) == 0)
            return TRUE;
    }
    return FALSE;
}
