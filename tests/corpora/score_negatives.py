"""Mail of people and lists: none of it may be called a bounce or an automatic mail

The sets are named in the corpora's README. Which mails truly carry a machine's sign in their header (Auto-Submitted, a report) is
listed in negatives.differences with that sign: those are no negatives.
"""

import pathlib

from figures import Figure, parse_bytes, parse_files

MACHINE = ("bounce", "auto-reply", "auto-generated")
WHOLE_MAILS = ("notmuch-default", "redmine", "rt")
# Ordinary mail of other sets, among which a machine's is rare enough to be listed.
FURTHER = ("freescout", "mikel-mail", "mimekit", "webklex", "zbateson", "thunderbird", "stalwart-mail-parser")
BARE = ("email-reply-trimmer/emails", "reply-github", "reply-zapier", "reply-crisp", "reply-willdurand")
HEADER = (b"From: Anna <anna@customer.example>\r\nTo: support@example.com\r\nSubject: Re: my order\r\n"
          b"Date: Mon, 2 Nov 2026 09:00:00 +0100\r\nMessage-ID: <wrapped@customer.example>\r\n"
          b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")


def exceptions():
    """{set/file: sign} of the mails that are a machine's."""
    path = pathlib.Path(__file__).parent / "negatives.differences"
    lines = [line.strip() for line in path.read_text().splitlines()] if path.exists() else []
    return dict(line.split(": ", 1) for line in lines if line and not line.startswith("#"))


def looks_like_mail(path):
    """A header field at the begin: these folders hold keys, parts and expected outputs too."""
    with open(path, "rb") as file:
        first = file.readline(998)
    return first.startswith(b"From ") or (b":" in first and b" " not in first.split(b":")[0])


def compare(name, labels, found, at_least):
    known = exceptions()
    negatives = [(label, one) for label, one in zip(labels, found) if label not in known]
    misses = [f"{label}: {one['class']} ({one['class_reason']})" for label, one in negatives if one["class"] in MACHINE]
    return Figure(f"negatives: {name}", len(negatives) - len(misses), len(negatives), at_least, misses)


def figures(corpora):
    for sets, name in ((WHOLE_MAILS, "notmuch-default, redmine, rt"), (FURTHER, "ordinary mail of the other sets")):
        paths = [path for one in sets for path in sorted((corpora / one).rglob("*"))
                 if path.is_file() and looks_like_mail(path)]
        yield compare(name, [str(path.relative_to(corpora)) for path in paths], parse_files(paths), 1.0)
    paths = [path for one in BARE for path in sorted((corpora / one).glob("*"))]
    yield compare("replies, wrapped as mail", [str(path.relative_to(corpora)) for path in paths],
                  parse_bytes(HEADER + path.read_bytes() for path in paths), 1.0)
