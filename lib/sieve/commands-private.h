/*
 * commands-private.h - the commands and tests, one file each
 */
#pragma once

#include "sieve/definition-private.h"

extern const Definition cmd_require, cmd_if, cmd_elsif, cmd_else, cmd_stop;
extern const Definition cmd_keep, cmd_discard, cmd_fileinto, cmd_redirect;
extern const Definition cmd_set, cmd_setflag, cmd_addflag, cmd_removeflag, cmd_error;
extern const Definition cmd_addheader, cmd_deleteheader;
extern const Definition cmd_foreverypart, cmd_break, cmd_extracttext;
extern const Definition cmd_include, cmd_return, cmd_global;

extern const Definition tst_address, tst_allof, tst_anyof, tst_envelope, tst_exists, tst_false, tst_header, tst_not, tst_size,
    tst_string, tst_true;
extern const Definition tst_hasflag, tst_ihave, tst_environment, tst_date, tst_currentdate, tst_body;

/* Whether "ihave" with this capability holds (tst-ihave.c). */
gboolean ihave_holds(const Checker *checker, const char *name);

extern const Definition cmd_test, cmd_test_fail, cmd_test_set;
