"""Mail that nobody here wrote: each file of the corpora that is a message goes in, and has exactly one outcome."""

import collections
import re


FIELD = re.compile(rb"(?:[!-9;-~]+[ \t]*:|From |>From )", re.I)
NO_MAIL = (".xml", ".json", ".sieve", ".svtest", ".ref", ".yml", ".html", ".dict", ".tsv", ".md", ".bin", ".qp", ".script")
# Folders of a corpus whose files are expectations, texts or code.
NO_MAIL_FOLDERS = {"truth", "lingua-sample", "mustache-spec", "pigeonhole", "stalwart-sieve-rfc", "email-reply-trimmer",
                   "reply-github", "reply-zapier", "reply-crisp", "reply-willdurand"}


def is_message(path):
    """It begins like a header: a field's name and a colon, or an mbox's line."""
    with open(path, "rb") as file:
        begin = file.read(4096).lstrip(b"\xef\xbb\xbf\r\n")
    return FIELD.match(begin) is not None


def messages_of(corpora):
    """(files of one message, mbox files)"""
    single, boxes = [], []
    for path in sorted(corpora.rglob("*")):
        relative = path.relative_to(corpora)
        if not path.is_file() or relative.parts[0] in NO_MAIL_FOLDERS or path.name.endswith(NO_MAIL):
            continue
        if path.name in ("README.md", "COPYING", "LICENSE") or not is_message(path):
            continue
        if relative.parts[0] == "imaptest-threads" and path.suffix != ".mbox":
            continue   # the script that goes with the mailbox
        with open(path, "rb") as file:
            (boxes if file.read(5) == b"From " else single).append(path)
    return single, boxes


def messages_in(path):
    """A line "From " begins a message at the top of an mbox and after an empty line."""
    return len(re.findall(rb"(?:\A|\r?\n\r?\n)From ", path.read_bytes()))


def test_every_message_of_the_corpora_has_one_outcome(gateway, corpora):
    single, boxes = messages_of(corpora)
    count = len(single) + sum(map(messages_in, boxes))
    assert len(single) + len(boxes) > 700, "the corpora are not what they were"
    gateway.raise_limits()
    gateway.run("import", "--quiet", "--to", gateway.address, *single, *boxes, timeout=600)
    taken = len(gateway.inbound())
    assert taken == count, f"{count} messages in {len(single)} files and {len(boxes)} mboxes, {taken} taken"

    gateway.run("serve", "--role", "worker", "--role", "courier", "--until-idle", timeout=900)
    outcomes = collections.Counter(row["outcome"] for row in gateway.inbound())
    assert set(outcomes) <= {"ticket", "report", "duplicate", "quarantined"}
    assert gateway.outbox() == [], "an import that is quiet has sent mail"
    unreasonable = [row for row in gateway.inbound() if row["outcome"] == "quarantined"]
    assert unreasonable == [], [(row["id"], row["reason"]) for row in unreasonable]
    gateway.audit()
    print(dict(outcomes))
