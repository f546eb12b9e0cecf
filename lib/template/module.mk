# template: Mustache, the data a template sees, sets of templates in several languages
noinst_LIBRARIES += lib/template/libtemplate.a
lib_template_libtemplate_a_SOURCES = \
	lib/template/check.c lib/template/check.h \
	lib/template/context.c lib/template/context.h \
	lib/template/layout.c \
	lib/template/lexer.c \
	lib/template/parser.c \
	lib/template/problem.c lib/template/problem.h \
	lib/template/program.c lib/template/program-private.h \
	lib/template/render.c \
	lib/template/set.c lib/template/set.h lib/template/set-private.h \
	lib/template/set-file.c \
	lib/template/set-folder.c \
	lib/template/shipped-private.h \
	lib/template/template.h lib/template/token-private.h \
	lib/template/value-json.c lib/template/value-json.h \
	lib/template/value.c lib/template/value.h lib/template/value-private.h

nodist_lib_template_libtemplate_a_SOURCES = lib/template/shipped.c

LINK_TEMPLATE_ONLY = lib/template/libtemplate.a
LINK_TEMPLATE = $(LINK_TEMPLATE_ONLY) $(LINK_BASE)

# A template that lies in templates/ but not in the list stops the build: a new one touches its folder, which the table depends on.
lib/template/shipped.c: lib/template/shipped.awk $(TEMPLATES) $(srcdir)/templates
	$(AM_V_GEN)$(MKDIR_P) lib/template && (cd $(srcdir) && \
	    for file in templates/*/*.mustache; do \
	        case ' $(TEMPLATES) ' in *" $$file "*) ;; *) echo "$$file: not in templates/module.mk" >&2; exit 1 ;; esac; \
	    done && $(AWK) -f lib/template/shipped.awk $(TEMPLATES)) > $@-t && mv $@-t $@
CLEANFILES += lib/template/shipped.c
EXTRA_DIST += lib/template/shipped.awk
