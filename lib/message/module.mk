# message: parse and compose mail; classify; content key (GMime, libxml2, libpsl)
noinst_LIBRARIES += lib/message/libmessage.a
lib_message_libmessage_a_CPPFLAGS = $(AM_CPPFLAGS) $(GMIME_CFLAGS) $(XML_CFLAGS) $(PSL_CFLAGS)
lib_message_libmessage_a_SOURCES = \
	lib/message/alignment.c lib/message/alignment.h \
	lib/message/canonical.c \
	lib/message/compose.c lib/message/compose.h \
	lib/message/content-key.c lib/message/content-key.h \
	lib/message/field-scanner.c lib/message/field-scanner-private.h \
	lib/message/header-words.c \
	lib/message/header-writer.c lib/message/header-writer-private.h \
	lib/message/message.c lib/message/message.h lib/message/message-private.h \
	lib/message/record.c lib/message/record.h \
	lib/message/silence.c lib/message/silence.h \
	lib/message/silence-address.c

LINK_MESSAGE_ONLY = lib/message/libmessage.a $(GMIME_LIBS) $(XML_LIBS) $(PSL_LIBS)
LINK_MESSAGE = $(LINK_MESSAGE_ONLY) $(LINK_BASE)
