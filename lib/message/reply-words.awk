# reply-words.awk - makes a C table of reply-words.txt (POSIX awk)
#
#   awk -f reply-words.awk reply-words.txt
#
# Checks the form of each line and names what is wrong with file and line, which fails the build. The phrases go into the table as they
# stand: the program brings them and the mail to one form by one function.

function fail(what) {
    printf "%s:%d: %s\n", FILENAME, FNR, what | "cat 1>&2"
    failed = 1
    exit 1
}

function quote(text) {
    gsub(/[\\"]/, "\\\\&", text)   # "\\\\&" is a backslash and what was matched
    gsub(/\?/, "\\?", text)
    return "\"" text "\""
}

function section(line, word) {
    word = line
    sub(/^\[/, "", word)
    sub(/\]$/, "", word)
    gsub(/ /, "_", word)
    if (!(word in known))
        fail("no section is called " line)
    current = "WORDS_" toupper(word)
    places = known[word]
}

# places: the ones that a phrase of this section may have, or none.
function check_places(phrase, rest, place) {
    rest = phrase
    if (phrase ~ /^([{][^}]*[}][ ,:]*)+$/)
        fail("a phrase of places alone would be found in every line")
    while (match(rest, /[{][^}]*[}]/)) {
        place = substr(rest, RSTART + 1, RLENGTH - 2)
        if (index(" " places " ", " " place " ") == 0)
            fail("a phrase of this section has no place {" place "}")
        rest = substr(rest, RSTART + RLENGTH)
    }
    if (rest ~ /[{}]/)
        fail("a brace without its other half")
    gsub(/[}][ ,]*[{]/, "", phrase)
    if (gsub(/[{]/, "", phrase) > 2)
        fail("more than two groups of places")
}

BEGIN {
    split("field_from field_date field_to field_subject field_other field_raw original forward forward_begins " \
          "excuse reply_above disclaimer disclaimer_word banner footer closing pronoun", names, " ")
    for (i in names)
        known[names[i]] = ""
    known["attribution"] = "date who"
    known["sent_from"] = "what"
    print "/* Made by reply-words.awk from reply-words.txt; do not edit. */"
    print "#include \"message/spans-words-private.h\"\n\nconst ReplyWord reply_words[] = {"
}

/^[ \t]*(#.*)?$/ { next }
/^\[.*\]$/       { section($0); next }
!/^[a-z][a-z][a-z]?: ./ { fail("a line is LANGUAGE: PHRASE, a [section], a comment or empty") }
current == ""    { fail("a phrase above the first [section]") }
{
    phrase = $0
    sub(/^[a-z]*: /, "", phrase)
    check_places(phrase)
    printf "    { %s, %s },\n", current, quote(phrase)
}

END {
    if (failed)
        exit 1
    print "};\n\nconst guint n_reply_words = G_N_ELEMENTS(reply_words);"
}
