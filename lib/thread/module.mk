# thread: tokens; which ticket a message belongs to
noinst_LIBRARIES += lib/thread/libthread.a
lib_thread_libthread_a_SOURCES = \
	lib/thread/token.c lib/thread/token.h

LINK_THREAD = lib/thread/libthread.a $(LINK_MESSAGE_ONLY) $(LINK_TICKET)
