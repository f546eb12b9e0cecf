# what an administrator copies from: a commented configuration, a systemd unit, snippets for mail servers
examplesdir = $(docdir)/examples
dist_examples_DATA = \
	etc/exim4.example \
	etc/mailgw.conf.example \
	etc/postfix-master.cf.example

systemdsystemunitdir = $(prefix)/lib/systemd/system
systemdsystemunit_DATA = etc/mailgw.service
CLEANFILES += etc/mailgw.service

sysusersdir = $(prefix)/lib/sysusers.d
dist_sysusers_DATA = etc/mailgw.sysusers.conf

# The path of the programs is known only here.
etc/mailgw.service: etc/mailgw.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) etc && sed 's,@bindir@,$(bindir),g' $(srcdir)/etc/mailgw.service.in >$@.tmp && mv $@.tmp $@

EXTRA_DIST += etc/mailgw.service.in
