/*
 * commands-private.h - the commands and tests, one file each
 */
#pragma once

#include "sieve/definition-private.h"

extern const Definition cmd_require, cmd_if, cmd_elsif, cmd_else, cmd_stop;
extern const Definition cmd_keep, cmd_discard, cmd_fileinto, cmd_redirect;
extern const Definition cmd_set, cmd_setflag, cmd_addflag, cmd_removeflag, cmd_error, cmd_debug_log;
extern const Definition cmd_addheader, cmd_deleteheader;
extern const Definition cmd_foreverypart, cmd_break, cmd_extracttext;
extern const Definition cmd_include, cmd_return, cmd_global;

extern const Definition tst_address, tst_allof, tst_anyof, tst_envelope, tst_exists, tst_false, tst_header, tst_not, tst_size,
    tst_string, tst_true;
extern const Definition tst_hasflag, tst_ihave, tst_environment, tst_date, tst_currentdate, tst_body;

/* Whether "ihave" with this capability holds (tst-ihave.c). */
gboolean ihave_holds(const Checker *checker, const char *name);

extern const Definition cmd_test, cmd_test_fail, cmd_test_set;

extern const Definition cmd_reject, cmd_ereject, cmd_vacation, cmd_notify;
extern const Definition tst_valid_notify_method, tst_notify_method_capability, tst_duplicate, tst_spamtest, tst_virustest,
    tst_valid_ext_list, tst_mailboxexists;

/* vnd.mailgw.ticket */
extern const Definition cmd_priority, cmd_assign, cmd_target, cmd_field, cmd_requester, cmd_move, cmd_close, cmd_correlate,
    cmd_note, cmd_acknowledge;
extern const Definition tst_fact, tst_during;

/* vnd.dovecot.testsuite; cmd_test_message is a test, too. */
extern const Definition cmd_test_result_reset, cmd_test_result_print, cmd_test_message, cmd_test_mailbox_create,
    cmd_test_mailbox_delete, cmd_test_config_set, cmd_test_config_unset, cmd_test_config_reload, cmd_test_binary_save,
    cmd_test_binary_load;
extern const Definition tst_test_script_compile, tst_test_script_run, tst_test_multiscript, tst_test_error,
    tst_test_result_action, tst_test_result_argument, tst_test_result_execute;
