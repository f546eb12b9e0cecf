# courier: SMTP, HTTPS, webhooks and OAuth (libcurl), maildir
noinst_LIBRARIES += lib/courier/libcourier.a
lib_courier_libcourier_a_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS)
lib_courier_libcourier_a_SOURCES = \
	lib/courier/courier.c lib/courier/courier.h lib/courier/courier-private.h \
	lib/courier/easy.c lib/courier/easy-private.h \
	lib/courier/endpoint.c \
	lib/courier/http.c lib/courier/http.h \
	lib/courier/maildir.c \
	lib/courier/oauth.c lib/courier/oauth.h \
	lib/courier/peer.c lib/courier/peer-private.h \
	lib/courier/smtp.c \
	lib/courier/smtp-dialogue.c lib/courier/smtp-dialogue-private.h \
	lib/courier/smtp-outcome.c lib/courier/smtp-outcome-private.h \
	lib/courier/webhook.c lib/courier/webhook.h

LINK_COURIER_ONLY = lib/courier/libcourier.a $(CURL_LIBS)
LINK_COURIER = $(LINK_COURIER_ONLY) $(LINK_MESSAGE)
