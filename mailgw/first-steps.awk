# first-steps.awk - makes a C table of the files in etc/first-steps (POSIX awk)
#
#   awk -f first-steps.awk etc/first-steps/rules/main.sieve ...

function quote(line) {
    gsub(/[\\"]/, "\\\\&", line)   # "\\\\&" is a backslash and what was matched
    gsub(/\t/, "\\t", line)
    gsub(/\?/, "\\?", line)        # no trigraphs
    return "    \"" line "\\n\"\n"
}

BEGIN {
    print "/* Made by first-steps.awk from etc/first-steps; do not edit. */"
    print "#include \"first-steps.h\"\n"
    print "const FirstStep first_steps[] = {"
}
FNR == 1 {
    path = FILENAME
    sub(/^(.*\/)?first-steps\//, "", path)
    printf "%s{ \"%s\",\n", (NR > 1 ? "},\n" : ""), path
}
{ printf "%s", quote($0) }
END {
    if (NR > 0)
        print "},"
    print "};\n\nconst gsize n_first_steps = G_N_ELEMENTS(first_steps);"
}
