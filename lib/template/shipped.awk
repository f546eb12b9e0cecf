# shipped.awk - makes a C table of the files in templates/ (POSIX awk)
#
#   cd templates && awk -f shipped.awk en/acknowledge.mustache ...

function quote(line) {
    gsub(/[\\"]/, "\\\\&", line)   # "\\\\&" is a backslash and what was matched
    gsub(/\t/, "\\t", line)
    gsub(/\?/, "\\?", line)        # no trigraphs
    return "    \"" line "\\n\"\n"
}

BEGIN {
    print "/* Made by shipped.awk from templates; do not edit. */"
    print "#include \"template/shipped-private.h\"\n"
    print "const ShippedTemplate shipped_templates[] = {"
}
FNR == 1 {
    path = FILENAME
    sub(/^(.*\/)?templates\//, "", path)
    printf "%s{ \"%s\",\n", (NR > 1 ? "},\n" : ""), path
}
{ printf "%s", quote($0) }
END {
    if (NR > 0)
        print "},"
    print "};\n\nconst gsize n_shipped_templates = G_N_ELEMENTS(shipped_templates);"
}
