# message: parse and compose mail; classify; text, spans, language (GMime, libxml2, libpsl, uchardet, libcld2, libytnef)
noinst_LIBRARIES += lib/message/libmessage.a
lib_message_libmessage_a_CPPFLAGS = $(AM_CPPFLAGS) $(GMIME_CFLAGS) $(XML_CFLAGS) $(PSL_CFLAGS) $(UCHARDET_CFLAGS) $(YTNEF_CFLAGS)
lib_message_libmessage_a_SOURCES = \
	lib/message/address-list.c lib/message/address-list-private.h \
	lib/message/alignment.c lib/message/alignment.h \
	lib/message/authentication.c \
	lib/message/body.c lib/message/body-private.h \
	lib/message/bounce.c lib/message/bounce-private.h \
	lib/message/bounce-json.c lib/message/bounce-rank.c lib/message/bounce-sign.c \
	lib/message/bounce-text.c lib/message/bounce-wording.c \
	lib/message/canonical.c \
	lib/message/charset.c lib/message/charset-private.h \
	lib/message/charset-escape.c lib/message/charset-escape-private.h \
	lib/message/charset-guess.c lib/message/charset-guess-private.h \
	lib/message/charset-table.c lib/message/charset-table-private.h \
	lib/message/classify-auto-reply.c \
	lib/message/classify.c lib/message/classify-private.h \
	lib/message/cms.c lib/message/cms-private.h \
	lib/message/compose.c lib/message/compose.h \
	lib/message/content-key.c lib/message/content-key.h \
	lib/message/content-type.c lib/message/content-type-private.h \
	lib/message/content-type-archive.c lib/message/content-type-text.c \
	lib/message/details.c lib/message/details-private.h \
	lib/message/encoded-words.c lib/message/encoded-words-private.h \
	lib/message/entity.c lib/message/entity-private.h \
	lib/message/enriched.c lib/message/enriched-private.h \
	lib/message/field-scanner.c lib/message/field-scanner-private.h \
	lib/message/filename.c lib/message/filename-private.h \
	lib/message/flowed.c lib/message/flowed-write.c lib/message/flowed-private.h \
	lib/message/header-charset.c \
	lib/message/header-date.c lib/message/header-date-private.h \
	lib/message/header-ids.c \
	lib/message/header-reader.c lib/message/header-reader-private.h \
	lib/message/header-words.c \
	lib/message/header-writer.c lib/message/header-writer-private.h \
	lib/message/html-element-private.h lib/message/html-hints.c lib/message/html-link.c lib/message/html-structure.c \
	lib/message/html-marks.c lib/message/html-marks-private.h \
	lib/message/html-scan.c lib/message/html-scan-private.h \
	lib/message/html-style.c lib/message/html-style-private.h \
	lib/message/html-tags.c lib/message/html-tags-private.h \
	lib/message/html-text.c lib/message/html-text-private.h \
	lib/message/html-writer.c lib/message/html-writer-private.h \
	lib/message/language-detect.c lib/message/language-letters.c lib/message/language-private.h \
	lib/message/language.cc lib/message/language-shim-private.h \
	lib/message/leaf.c lib/message/leaf-private.h \
	lib/message/message.c lib/message/message.h lib/message/message-private.h \
	lib/message/message-json.c lib/message/message-json.h \
	lib/message/mime-value.c lib/message/mime-value.h \
	lib/message/multipart.c lib/message/multipart-private.h \
	lib/message/message-bytes.c lib/message/message-bytes-private.h \
	lib/message/parse.c \
	lib/message/pass-on.c lib/message/pass-on.h \
	lib/message/part-content.c lib/message/part-content.h \
	lib/message/preflight.c lib/message/preflight.h \
	lib/message/placeholder.c \
	lib/message/protection.c lib/message/protection-private.h \
	lib/message/readable.c lib/message/readable-private.h \
	lib/message/readable-choose.c lib/message/readable-leaf-private.h \
	lib/message/record.c lib/message/record.h \
	lib/message/report.c lib/message/report-private.h \
	lib/message/rtf.c lib/message/rtf-compressed.c lib/message/rtf-private.h \
	lib/message/silence.c lib/message/silence.h \
	lib/message/silence-address.c \
	lib/message/spans.c lib/message/spans-private.h \
	lib/message/spans-attribution.c lib/message/spans-date.c lib/message/spans-date-private.h \
	lib/message/spans-delimiter.c lib/message/spans-program-forms.c \
	lib/message/spans-lines.c lib/message/spans-lines-private.h \
	lib/message/spans-signature.c lib/message/spans-signature-private.h \
	lib/message/spans-structure.c lib/message/spans-structure-private.h \
	lib/message/spans-words.c lib/message/spans-words-private.h \
	lib/message/status.c lib/message/status-private.h \
	lib/message/status-wording.c \
	lib/message/structure.c lib/message/structure-private.h \
	lib/message/tnef.c lib/message/tnef-filter.c lib/message/tnef-private.h \
	lib/message/transfer-encoding.c lib/message/transfer-encoding-private.h \
	lib/message/unpack.c lib/message/unpack-private.h

nodist_lib_message_libmessage_a_SOURCES = lib/message/reply-words-table.c

# What mail programs and people write around a reply, in their languages.
lib/message/reply-words-table.c: lib/message/reply-words.awk lib/message/reply-words.txt
	$(AM_V_GEN)$(MKDIR_P) lib/message && (cd $(srcdir) && LC_ALL=C $(AWK) -f lib/message/reply-words.awk \
	    lib/message/reply-words.txt) > $@-t && mv $@-t $@
CLEANFILES += lib/message/reply-words-table.c
EXTRA_DIST += lib/message/reply-words.awk lib/message/reply-words.txt

LINK_MESSAGE_ONLY = lib/message/libmessage.a $(GMIME_LIBS) $(XML_LIBS) $(PSL_LIBS) \
	$(UCHARDET_LIBS) $(CLD2_LIBS) $(YTNEF_LIBS)
LINK_MESSAGE = $(LINK_MESSAGE_ONLY) $(LINK_BASE)
EXTRA_DIST += lib/message/README
