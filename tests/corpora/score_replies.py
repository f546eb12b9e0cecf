"""What the person wrote now: email-reply-trimmer in 14 languages, and the sets of four other libraries.

email-reply-trimmer: `reply` equals `trimmed` after white space is folded; a forward that follows the person's text is one span, and what
stands above it is `before`.

The other sets come without truth. What the person wrote stands in them where no mail program wrote, so `reply` must begin with the first
line of the mail that is neither quoted nor an attribution, and hold no quoted line.
"""

import pathlib
import re

from figures import Figure, fold, parse_bytes

HEADER = (b"From: Person <person@example.com>\r\nTo: desk@example.com\r\nSubject: Re: question\r\nMIME-Version: 1.0\r\n"
          b"Message-ID: <1@example.com>\r\nDate: Mon, 1 Feb 2016 10:00:00 +0000\r\n"
          b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
PRIMARY = "email-reply-trimmer"
SECONDARY = ("reply-github", "reply-zapier", "reply-crisp", "reply-willdurand")
MARK = re.compile(r"^\s*>")
INTRODUCES = re.compile(r"^(On|Le|Am|El|Il)\b.*\d.*:?$")


def parse(paths):
    return parse_bytes([HEADER + path.read_bytes() for path in paths])


def reasons():
    """The differences that stay: SET/FILE: reason."""
    lines = (pathlib.Path(__file__).parent / "replies.differences").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines if ": " in line and not line.startswith("#"))


def miss(path, what):
    name = f"{path.parent.parent.name if path.parent.name == 'emails' else path.parent.name}/{path.name}"
    return f"{name}: {reasons().get(name, what)}"


def text_of(message, kinds):
    return "".join(message["text"][span["start"]:span["end"]] for span in message["spans"] if span["kind"] in kinds)


def trimmed(corpora):
    paths = sorted((corpora / PRIMARY / "emails").glob("*.txt"))
    misses = []
    for path, message in zip(paths, parse(paths)):
        wanted = fold((corpora / PRIMARY / "trimmed" / path.name).read_text())
        if fold(message["reply"]) != wanted:
            misses.append(miss(path, f"reply is {fold(message['reply'])[:60]!r}, not {wanted[:60]!r}"))
    return Figure(f"{PRIMARY}: reply", len(paths) - len(misses), len(paths), 0.92, misses)


def forwards(corpora):
    """before is what the person wrote above; nothing of embedded may be in the reply, all of it must still be in the text."""
    paths = [corpora / PRIMARY / "emails" / path.name for path in sorted((corpora / PRIMARY / "before").glob("*.txt"))]
    misses = []
    for path, message in zip(paths, parse(paths)):
        before = fold((corpora / PRIMARY / "before" / path.name).read_text())
        embedded = fold((corpora / PRIMARY / "embedded" / path.name).read_text())
        reply = fold(message["reply"])
        folded = fold(text_of(message, ("forward", "quote", "attribution", "disclaimer")))
        if not before.startswith(reply) or not reply or embedded not in fold(message["text"]) or embedded[-40:] not in folded:
            misses.append(miss(path, f"reply is {reply[:60]!r}, above stands {before[:60]!r}"))
    return Figure(f"{PRIMARY}: above a forward", len(paths) - len(misses), len(paths), 0.92, misses)


def nothing_lost(corpora):
    paths = sorted((corpora / PRIMARY / "emails").glob("*.txt"))
    paths += [path for name in SECONDARY for path in sorted((corpora / name).glob("*.txt"))]
    misses = [miss(path, "the spans do not make up the text") for path, message in zip(paths, parse(paths))
              if "".join(message["text"][s["start"]:s["end"]] for s in message["spans"]) != message["text"]]
    return Figure("replies: spans make up the text", len(paths) - len(misses), len(paths), 1.0, misses)


def first_line(text):
    """The first line that the person wrote."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        below = [other for other in lines[number + 1:number + 4] if other.strip()]
        if not line.strip() or MARK.match(line) or (INTRODUCES.match(line) and below and MARK.match(below[0])):
            continue
        return fold(line)
    return ""


def secondary(corpora, name):
    paths = sorted((corpora / name).glob("*.txt"))
    misses = []
    for path, message in zip(paths, parse(paths)):
        quoted = [line for line in message["reply"].splitlines() if MARK.match(line)]
        if quoted:
            misses.append(miss(path, f"holds {quoted[0][:60]!r}"))
        elif not fold(message["reply"]).startswith(first_line(path.read_text())):
            misses.append(miss(path, f"begins with {fold(message['reply'])[:60]!r}"))
    return Figure(f"{name}: reply", len(paths) - len(misses), len(paths), 0.95, misses)


def figures(corpora):
    yield trimmed(corpora)
    yield forwards(corpora)
    for name in SECONDARY:
        yield secondary(corpora, name)
    yield nothing_lost(corpora)
