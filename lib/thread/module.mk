# thread: tokens; which ticket a message belongs to
noinst_LIBRARIES += lib/thread/libthread.a
lib_thread_libthread_a_SOURCES = \
	lib/thread/conversation.c lib/thread/conversation-private.h \
	lib/thread/keys.c \
	lib/thread/prefix.c \
	lib/thread/tag.c lib/thread/tag-private.h \
	lib/thread/thread.c lib/thread/thread.h \
	lib/thread/token.c lib/thread/token.h

LINK_THREAD = lib/thread/libthread.a $(LINK_MESSAGE_ONLY) $(LINK_TICKET)
