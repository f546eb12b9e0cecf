// The one place where libcld2's C++ is met: everything it takes and gives passes through language_guess().
#include <cstdio>

#include <cld2/public/compact_lang_det.h>

#include "message/language-shim-private.h"

const char *
language_guess(const char *text, int length, int *reliable_out)
{
    bool reliable = false;
    const CLD2::Language language = CLD2::DetectLanguage(text, length, true, &reliable);

    *reliable_out = reliable ? 1 : 0;
    return CLD2::LanguageCode(language);
}
