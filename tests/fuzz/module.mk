# fuzz: libFuzzer over everything that reads strangers' bytes
#
#   make fuzz [FUZZ_SECONDS=600] [FUZZ_TARGETS='message spans'] [FUZZ_DIR=fuzz-build]
#
# Needs clang with its runtime (Debian: libclang-rt-14-dev), whatever this tree was configured with.
FUZZ_SECONDS = 10
FUZZ_TARGETS = charset class compose flowed header html imap message preflight record report sieve-compile sieve-run spans svtest template template-data unpack
FUZZ_DIR = fuzz-build
FUZZED = $(lib_base_libbase_a_SOURCES) $(lib_message_libmessage_a_SOURCES) $(nodist_lib_message_libmessage_a_SOURCES) \
	$(lib_ticket_libticket_a_SOURCES) $(lib_sieve_libsieve_a_SOURCES) $(lib_intake_libintake_a_SOURCES) \
	$(lib_template_libtemplate_a_SOURCES) $(nodist_lib_template_libtemplate_a_SOURCES)
FUZZ_LIBS = $(GMIME_LIBS) $(XML_LIBS) $(PSL_LIBS) $(UCHARDET_LIBS) $(CLD2_LIBS) $(YTNEF_LIBS) \
	$(GLIB_LIBS) $(GNUTLS_LIBS) $(JANSSON_LIBS) $(IDN2_LIBS) $(PCRE2_LIBS) $(ETPAN_LIBS)

fuzz: $(BUILT_SOURCES) $(nodist_lib_message_libmessage_a_SOURCES) $(nodist_lib_template_libtemplate_a_SOURCES)
	@$(MKDIR_P) '$(FUZZ_DIR)'
	@cd '$(FUZZ_DIR)' && $(MAKE) --no-print-directory -f '$(abs_top_srcdir)/tests/fuzz/fuzz.make' SOURCE='$(abs_top_srcdir)' \
	    BUILD='$(abs_top_builddir)' TARGETS='$(FUZZ_TARGETS)' LIBRARIES='$(FUZZED)' \
	    LIBS='$(FUZZ_LIBS)' \
	    CPPFLAGS='-DHAVE_CONFIG_H -DWITH_SANITIZERS -I$(abs_top_builddir) -I$(abs_top_srcdir)/lib -I$(abs_top_builddir)/lib \
	        -I$(abs_top_srcdir)/tests/fuzz $(GLIB_CFLAGS) $(GNUTLS_CFLAGS) $(JANSSON_CFLAGS) $(GMIME_CFLAGS) $(XML_CFLAGS) \
	        $(PSL_CFLAGS) $(UCHARDET_CFLAGS) $(YTNEF_CFLAGS) $(PCRE2_CFLAGS)'
	@cd '$(FUZZ_DIR)' && $(SHELL) '$(abs_top_srcdir)/tests/fuzz/run' '$(FUZZ_SECONDS)' '$(abs_top_srcdir)' $(FUZZ_TARGETS)

fuzz-list:
	@echo $(FUZZ_TARGETS)

clean-local: fuzz-clean
fuzz-clean:
	-rm -rf '$(FUZZ_DIR)'

.PHONY: fuzz fuzz-list fuzz-clean
