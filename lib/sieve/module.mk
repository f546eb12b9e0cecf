# sieve: the rule language (PCRE2)
noinst_LIBRARIES += lib/sieve/libsieve.a
lib_sieve_libsieve_a_CPPFLAGS = $(AM_CPPFLAGS) $(PCRE2_CFLAGS)
lib_sieve_libsieve_a_SOURCES = \
	lib/sieve/address-part-private.h \
	lib/sieve/address-part.c \
	lib/sieve/checker-arguments.c \
	lib/sieve/checker-match.c \
	lib/sieve/checker-private.h \
	lib/sieve/checker-variables.c \
	lib/sieve/checker.c \
	lib/sieve/cmd-discard.c \
	lib/sieve/cmd-fileinto.c \
	lib/sieve/cmd-flags.c \
	lib/sieve/cmd-if.c \
	lib/sieve/cmd-include.c \
	lib/sieve/cmd-keep.c \
	lib/sieve/cmd-redirect.c \
	lib/sieve/cmd-require.c \
	lib/sieve/cmd-set.c \
	lib/sieve/cmd-stop.c \
	lib/sieve/cmd-test-set.c \
	lib/sieve/cmd-test.c \
	lib/sieve/cmp-ascii-casemap.c \
	lib/sieve/cmp-ascii-numeric.c \
	lib/sieve/cmp-octet.c \
	lib/sieve/cmp-unicode-casemap.c \
	lib/sieve/commands-private.h \
	lib/sieve/comparators-private.h \
	lib/sieve/definition-private.h \
	lib/sieve/field-names-private.h \
	lib/sieve/field-names.c \
	lib/sieve/flags-private.h \
	lib/sieve/flags.c \
	lib/sieve/lexer-private.h \
	lib/sieve/lexer.c \
	lib/sieve/mail-view-private.h \
	lib/sieve/mail-view.c \
	lib/sieve/match-private.h \
	lib/sieve/match-types-private.h \
	lib/sieve/match.c \
	lib/sieve/mcht-contains.c \
	lib/sieve/mcht-count.c \
	lib/sieve/mcht-is.c \
	lib/sieve/mcht-matches.c \
	lib/sieve/mcht-value.c \
	lib/sieve/modifiers-private.h \
	lib/sieve/modifiers.c \
	lib/sieve/names-private.h \
	lib/sieve/names.c \
	lib/sieve/problem-private.h \
	lib/sieve/problem.c \
	lib/sieve/registry-private.h \
	lib/sieve/registry.c \
	lib/sieve/run-private.h \
	lib/sieve/run.c \
	lib/sieve/script-private.h \
	lib/sieve/sieve.h \
	lib/sieve/string-private.h \
	lib/sieve/string.c \
	lib/sieve/syntax-private.h \
	lib/sieve/syntax.c \
	lib/sieve/testsuite-private.h \
	lib/sieve/testsuite.c \
	lib/sieve/testsuite.h \
	lib/sieve/tst-address.c \
	lib/sieve/tst-envelope.c \
	lib/sieve/tst-environment.c \
	lib/sieve/tst-exists.c \
	lib/sieve/tst-hasflag.c \
	lib/sieve/tst-header.c \
	lib/sieve/tst-ihave.c \
	lib/sieve/tst-logic.c \
	lib/sieve/tst-size.c \
	lib/sieve/tst-string.c

LINK_SIEVE = lib/sieve/libsieve.a $(PCRE2_LIBS) $(LINK_MESSAGE_ONLY) $(LINK_TICKET)
