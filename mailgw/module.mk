# programs

# The pipe client of MTAs: libc only, so that no library upgrade makes it bounce mail.
bin_PROGRAMS += mailgw/mailgw-deliver
mailgw_mailgw_deliver_SOURCES = \
	mailgw/deliver.c mailgw/deliver-private.h \
	mailgw/deliver-lmtp.c \
	mailgw/deliver-sender.c \
	mailgw/deliver-socket.c
mailgw_mailgw_deliver_LDADD =
