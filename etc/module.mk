# what an administrator copies from: a commented configuration, a systemd unit, snippets for mail servers
examplesdir = $(docdir)/examples
dist_examples_DATA = \
	etc/exim4.example \
	etc/mailgw.conf.example \
	etc/postfix-master.cf.example

rulesdir = $(examplesdir)/rules
dist_rules_DATA = \
	etc/rules/abuse.sieve \
	etc/rules/abuse.svtest \
	etc/rules/billing.sieve \
	etc/rules/billing.svtest \
	etc/rules/contact-forms.sieve \
	etc/rules/contact-forms.svtest \
	etc/rules/dns.sieve \
	etc/rules/dns.svtest \
	etc/rules/languages.sieve \
	etc/rules/languages.svtest \
	etc/rules/lists/vip \
	etc/rules/main.sieve \
	etc/rules/monitoring.sieve \
	etc/rules/monitoring.svtest \
	etc/rules/out-of-hours.sieve \
	etc/rules/out-of-hours.svtest \
	etc/rules/spam.sieve \
	etc/rules/spam.svtest \
	etc/rules/vip.sieve \
	etc/rules/vip.svtest

systemdsystemunitdir = $(prefix)/lib/systemd/system
systemdsystemunit_DATA = etc/mailgw.service
CLEANFILES += etc/mailgw.service

sysusersdir = $(prefix)/lib/sysusers.d
dist_sysusers_DATA = etc/mailgw.sysusers.conf

# The path of the programs is known only here.
etc/mailgw.service: etc/mailgw.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) etc && sed 's,@bindir@,$(bindir),g' $(srcdir)/etc/mailgw.service.in >$@.tmp && mv $@.tmp $@

EXTRA_DIST += etc/mailgw.service.in
