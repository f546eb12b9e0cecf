# unit tests of lib/courier
UNIT_TESTS += tests/unit/test-courier-maildir
tests_unit_test_courier_maildir_SOURCES = tests/unit/test-courier-maildir.c tests/unit/tap.h
tests_unit_test_courier_maildir_LDADD = $(LINK_COURIER)

UNIT_TESTS += tests/unit/test-courier-replies
tests_unit_test_courier_replies_SOURCES = tests/unit/test-courier-replies.c tests/unit/smtp-server.c tests/unit/smtp-server.h
tests_unit_test_courier_replies_LDADD = $(LINK_COURIER)

UNIT_TESTS += tests/unit/test-courier-smtp
tests_unit_test_courier_smtp_SOURCES = tests/unit/test-courier-smtp.c tests/unit/smtp-server.c tests/unit/smtp-server.h
tests_unit_test_courier_smtp_LDADD = $(LINK_COURIER)

UNIT_TESTS += tests/unit/test-courier-peer
tests_unit_test_courier_peer_SOURCES = tests/unit/test-courier-peer.c tests/unit/tap.h
tests_unit_test_courier_peer_LDADD = $(LINK_COURIER)

UNIT_TESTS += tests/unit/test-courier-webhook
tests_unit_test_courier_webhook_SOURCES = tests/unit/test-courier-webhook.c tests/unit/tap.h
tests_unit_test_courier_webhook_LDADD = $(LINK_COURIER)
