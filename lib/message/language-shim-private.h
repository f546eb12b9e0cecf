/*
 * language-shim-private.h - libcld2 (C++) as one C function
 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/* The code of libcld2 for plain UTF-8 text ("el", "zh-Hant", "un": unknown), static; reliable_out is 1 where libcld2 stands by it. */
const char *language_guess(const char *text, int length, int *reliable_out);

#ifdef __cplusplus
}
#endif
