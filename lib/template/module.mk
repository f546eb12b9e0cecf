# template: Mustache, the data a template sees, sets of templates in several languages
noinst_LIBRARIES += lib/template/libtemplate.a
lib_template_libtemplate_a_SOURCES = \
	lib/template/layout.c \
	lib/template/lexer.c \
	lib/template/parser.c \
	lib/template/problem.c lib/template/problem.h \
	lib/template/program.c lib/template/program-private.h \
	lib/template/render.c \
	lib/template/template.h lib/template/token-private.h \
	lib/template/value-json.c lib/template/value-json.h \
	lib/template/value.c lib/template/value.h lib/template/value-private.h

LINK_TEMPLATE_ONLY = lib/template/libtemplate.a
LINK_TEMPLATE = $(LINK_TEMPLATE_ONLY) $(LINK_BASE)
