"""score_charset.py - text in the character sets of the world, against the same text in UTF-8

Where a set holds NAME.CHARSET.EXT and NAME.utf-8.EXT, the first is sent in each transfer encoding, labelled with that set and with
other names of it, and read without any label too; the second is what has to come out. Sentences of lingua-sample, written in the sets that
their languages were written in before UTF-8, are sent without a label: what a guess is worth.
"""

import base64
import quopri

from figures import Figure, fold, parse_bytes, parse_files

SETS = ("gmime", "thunderbird", "mimekit", "zbateson")

# Further names that mail has for a set.
ALIASES = {
    "iso-8859-5": ["ISO_8859-5:1988", "cyrillic"],
    "koi8-r": ["KOI8R", "cskoi8r"],
    "cp1251": ["windows-1251", "win-1251", "x-cp1251"],
    "cp1252": ["windows-1252", "iso-8859-1", "latin1"],
    "iso-8859-1": ["latin1", "windows-1252"],
    "big5": ["Big5-HKSCS", "csBig5", "cp950"],
    "gb2312": ["GBK", "gb18030", "cp936"],
    "shift-jis": ["Shift_JIS", "x-sjis", "windows-31J"],
    "iso-2022-jp": ["csISO2022JP"],
    "euc-kr": ["ks_c_5601-1987", "windows-949"],
}

# What devices and old programs write in; Python's names.
BEFORE_UTF8 = {
    "el": ["iso-8859-7", "cp1253"], "ru": ["koi8-r", "cp1251", "iso-8859-5", "cp866"], "uk": ["koi8-u", "cp1251"], "be": ["cp1251"],
    "bg": ["cp1251"], "pl": ["iso-8859-2", "cp1250"], "cs": ["iso-8859-2", "cp1250"], "de": ["cp1252"], "fr": ["cp1252"],
    "ja": ["cp932", "euc_jp", "iso-2022-jp"], "zh": ["gbk"], "ko": ["euc-kr"], "he": ["iso-8859-8"], "ar": ["cp1256"], "th": ["tis-620"],
}
ENOUGH_HIGH_BYTES = 10


def mail(body, charset=None, encoding="8bit"):
    label = f"; charset={charset}" if charset else ""
    coded = {"8bit": lambda b: b, "base64": base64.encodebytes, "quoted-printable": quopri.encodestring}[encoding](body)
    return (f"From: a@x.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain{label}\r\n"
            f"Content-Transfer-Encoding: {encoding}\r\n\r\n").encode() + coded


def expressible(text, charset):
    """The text as the set can write it: of the Chinese twin, Japanese characters that Big5 lacks were left out."""
    return text.encode(charset, "ignore").decode(charset)


def pairs(corpora):
    """(file, charset, text) of each file that has a twin in UTF-8."""
    for folder in SETS:
        for twin in sorted((corpora / folder).rglob("*.utf-8.*")):
            stem, extension = twin.name.split(".utf-8.", 1)
            for path in sorted(twin.parent.glob(f"{stem}.*.{extension}")):
                charset = path.name[len(stem) + 1:-len(extension) - 1]
                if path != twin:
                    yield path, charset, expressible(twin.read_text("utf-8"), charset)


def pair_figure(corpora):
    names, mails, texts = [], [], []
    for path, charset, text in pairs(corpora):
        body = path.read_bytes()
        ways = [(label, encoding) for label in [charset] + ALIASES.get(charset, []) for encoding in ("8bit", "base64", "quoted-printable")]
        for label, encoding in ways + [(None, "8bit"), (None, "base64")]:
            names.append(f"{path.relative_to(corpora)} as {label or 'nothing'}, {encoding}")
            mails.append(mail(body, label, encoding))
            texts.append(text)
    found = parse_bytes(mails)
    misses = [name for name, one, text in zip(names, found, texts) if fold(one["text"]) != fold(text)]
    return Figure("charset pairs", len(names) - len(misses), len(names), 1.0, misses)


def decoded_figure(corpora):
    """The mails of the same sets: where a part names its set, its text has no U+FFFD and nothing was guessed."""
    files = [path for folder in SETS for path in sorted((corpora / folder).rglob("*.eml"))]
    misses = [f"{path.relative_to(corpora)}: {one['warnings']}" for path, one in zip(files, parse_files(files))
              if "\N{REPLACEMENT CHARACTER}" in one["text"] and one["charset_guessed"]]
    return Figure("charset: mails of these sets decode", len(files) - len(misses), len(files), 1.0, misses)


def sentences(corpora):
    for language, charsets in BEFORE_UTF8.items():
        for line in (corpora / "lingua-sample" / f"{language}.txt").read_text("utf-8").splitlines():
            for charset in charsets:
                try:
                    body = line.encode(charset)
                except UnicodeEncodeError:
                    continue
                if charset.startswith("iso-2022") or sum(byte > 127 for byte in body) >= ENOUGH_HIGH_BYTES:
                    yield f"{language} in {charset}: {line[:40]}", mail(body), line


def guess_figure(corpora):
    names, mails, texts = zip(*sentences(corpora))
    found = parse_bytes(mails)
    # The same sign has two numbers, for Japanese and Chinese sets of Windows and of the standards.
    same = str.maketrans("\N{FULLWIDTH TILDE}\N{EM DASH}\N{FULLWIDTH HYPHEN-MINUS}", "\N{WAVE DASH}\N{HORIZONTAL BAR}\N{MINUS SIGN}")
    misses = [name for name, one, text in zip(names, found, texts)
              if fold(one["text"]).translate(same) != fold(text).translate(same)]
    return Figure("charset: sentences without a label", len(names) - len(misses), len(names), 0.97, misses)


def figures(corpora):
    yield pair_figure(corpora)
    yield decoded_figure(corpora)
    yield guess_figure(corpora)
