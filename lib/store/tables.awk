# tables.awk - makes C tables of the SQL in schema/ (POSIX awk)
#
#   awk -v make=queries-header -f tables.awk schema/queries/*.sql    the enum of the statements
#   awk -v make=queries        -f tables.awk schema/queries/*.sql    their texts, in the same order
#   awk -v make=migrations     -f tables.awk schema/embedded.sql schema/[0-9]*.sql
#
# A file of statements is a list of
#
#   -- name: outbox_lease
#   -- $1 int: how many            (lines that are only comments are left out)
#   -- result: binary              (optional: rows come in binary format)
#   UPDATE ...;                    (one statement; it ends with a semicolon at the end of a line)
#
# What is wrong is named with file and line, and fails the build.

function fail_at(where, what) {
    printf "%s: %s\n", where, what | "cat 1>&2"
    failed = 1
    exit 1
}

function fail(what) {
    fail_at(FILENAME ":" FNR, what)
}

function quote(line) {
    gsub(/[\\"]/, "\\\\&", line)   # "\\\\&" is a backslash and what was matched
    gsub(/\t/, "\\t", line)
    return "    \"" line "\\n\"\n"
}

# A semicolon inside a quoted text ends nothing.
function bare(line) {
    gsub(/'[^']*'/, "''", line)
    sub(/--.*$/, "", line)
    sub(/[ \t]+$/, "", line)
    return line
}

function end_of_statement() {
    if (count > 0 && !complete[count])
        fail_at(seen[name[count]], "statement '" name[count] "' has no text, or no semicolon at its end")
}

function begin_statement(word) {
    end_of_statement()
    if (word !~ /^[a-z][a-z0-9_]*$/)
        fail("a statement's name is made of a-z, 0-9 and _, not '" word "'")
    if (word in seen)
        fail("statement '" word "' stands in " seen[word] " already")
    seen[word] = FILENAME ":" FNR
    count++
    name[count] = word
    text[count] = ""
    binary[count] = "FALSE"
    complete[count] = 0
}

function query_line(line, code) {
    code = bare(line)
    if (code ~ /^[ \t]*$/)
        return
    if (count == 0 || seen_in[count] != FILENAME)
        fail("a statement without a name: write '-- name: WHAT' above it")
    if (complete[count])
        fail("a second statement under the name '" name[count] "'")
    text[count] = text[count] quote(line)
    if (code ~ /;$/) {
        complete[count] = 1
        sub(/;$/, "", code)
    }
    if (code ~ /;/)
        fail("a second statement under the name '" name[count] "'")
}

function begin_migration(base, number) {
    base = FILENAME
    sub(/^.*\//, "", base)
    sub(/\.sql$/, "", base)
    count++
    name[count] = base
    text[count] = ""
    if (base == "embedded")
        return
    number = substr(base, 1, 4)
    if (base !~ /^[0-9][0-9][0-9][0-9]-[a-z0-9-]+$/)
        fail("a migration is named NNNN-what.sql")
    if (number + 0 != ++migrations)
        fail("migration " migrations " is missing: numbers go up by one")
}

FNR == 1 && make != "migrations" { end_of_statement() }
FNR == 1 && make == "migrations" { begin_migration() }

make == "migrations" { text[count] = text[count] quote($0); next }

/^-- name:/     { begin_statement($3); seen_in[count] = FILENAME; next }
/^-- result:/ {
    if (count == 0 || $3 != "binary" || NF != 3)
        fail("a result can be 'binary', and stands below the name of its statement")
    binary[count] = "TRUE"
    next
}
{ query_line($0) }

function print_header(i) {
    print "/* Made by tables.awk from schema/queries; do not edit. */"
    print "#pragma once\n\n#include <glib.h>\n\ntypedef enum {"
    for (i = 1; i <= count; i++)
        print "    QUERY_" toupper(name[i]) ","
    print "    N_QUERIES\n} QueryId;\n"
    print "typedef struct {\n    const char *name;\n    const char *sql;\n    gboolean    binary;\n} Query;\n"
    print "extern const Query query_table[N_QUERIES];"
}

function print_queries(i) {
    print "/* Made by tables.awk from schema/queries; do not edit. */"
    print "#include \"store/queries-table.h\"\n\nconst Query query_table[N_QUERIES] = {"
    for (i = 1; i <= count; i++)
        printf "{ \"%s\",\n%s    , %s },\n", name[i], text[i], binary[i]
    print "};"
}

function print_migrations(i) {
    print "/* Made by tables.awk from schema; do not edit. */"
    print "#include \"store/migrations-table.h\"\n"
    for (i = 1; i <= count; i++)
        if (name[i] == "embedded")
            printf "const char embedded_sql[] =\n%s;\n\n", text[i]
    print "const Migration migration_table[] = {"
    for (i = 1; i <= count; i++)
        if (name[i] != "embedded")
            printf "{ %d, \"%s\",\n%s},\n", substr(name[i], 1, 4) + 0, name[i], text[i]
    print "};\n\nconst int n_migrations = G_N_ELEMENTS(migration_table);"
}

END {
    if (failed)
        exit 1
    if (make == "queries-header") {
        end_of_statement()
        print_header()
    } else if (make == "queries") {
        end_of_statement()
        print_queries()
    } else
        print_migrations()
}
