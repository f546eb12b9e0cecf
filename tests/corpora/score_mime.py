"""score_mime.py - the tree of parts, their names and decoded bytes, as mime4j and mime-tools have them

mime4j: X_decoded.xml beside X.msg holds the tree, each leaf naming the file of its decoded bytes.  Fields: the types in the order of the
walk (containers too), the text of Subject, and for each leaf its file name and the hash of its bytes.  Line ends of text are ours as in the message,
theirs as in a file: either kind is taken, and for text that is not encoded the last one.

mime-tools: X.ref holds for each part (Part_1_2) its type, charset, disposition, file name and decoded size.
"""

import email.header
import hashlib
import pathlib
import re
import xml.etree.ElementTree as ElementTree

from figures import Figure, fold, parse_files
from score_stalwart import differences, last_component, shorten


def header_values(element):
    """{name: first value} of a <header>, as mime4j takes it."""
    found = {}
    for field in element.findall("header/field"):
        name, colon, value = (field.text or "").strip().partition(":")
        if colon:
            found.setdefault(name.strip().lower(), " ".join(value.split()))
    return found


def parameter(value, name):
    match = re.search(r';\s*%s\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;]*)' % name, value or "", re.IGNORECASE)
    return re.sub(r"\\(.)", r"\1", match.group(1).strip('"')) if match else None


def decoded(value):
    """As the standard library of Python decodes encoded words."""
    try:
        pieces = email.header.decode_header(value)
        return fold("".join(piece if isinstance(piece, str) else piece.decode(charset or "ascii") for piece, charset in pieces))
    except (LookupError, UnicodeError, ValueError):
        return None


def mime4j_type(headers, default):
    match = re.match(r"([\w.+-]+/[\w.+-]+)", headers.get("content-type", ""))
    return match.group(1).lower() if match else default


def mime4j_tree(message):
    """[(type, headers, file or None)] in the order of the walk."""
    found = []
    stack = [(message, "text/plain")]
    while stack:
        element, default = stack.pop()
        headers = header_values(element)
        kind = mime4j_type(headers, default)
        leaf = element.find("text-body")
        if leaf is None:
            leaf = element.find("binary-body")
        found.append((kind, headers, leaf.get("name") if leaf is not None else None))
        inner = element.find("message")
        if inner is not None:
            stack.append((inner, "text/plain"))
        multipart = element.find("multipart")
        if multipart is not None:
            inside = "message/rfc822" if kind == "multipart/digest" else "text/plain"
            stack += [(child, inside) for child in reversed(multipart.findall("body-part"))]
    return found


def byte_forms(data, text):
    """The hashes that the same bytes may have."""
    forms = {data}
    if text:
        lf = data.replace(b"\r\n", b"\n")
        forms |= {lf, lf.replace(b"\n", b"\r\n")}
        # The line end before a boundary belongs to the boundary, the one at the end of a message to the text: files differ there.
        forms |= {form + end for form in (lf, lf.replace(b"\n", b"\r\n")) for end in (b"\n", b"\r\n")}
    return {hashlib.sha256(form).hexdigest() for form in forms}


def mime4j_fields(path, ours):
    tree = mime4j_tree(ElementTree.parse(path.with_name(path.stem + "_decoded.xml")).getroot())
    found = ours["parts"]
    yield "part tree", [kind for kind, _, _ in tree], [part["type"] for part in found]
    subject = tree[0][1].get("subject")
    if subject and decoded(subject) is not None:
        yield "subject", decoded(subject), fold(ours["subject"])
    for number, (kind, headers, leaf) in enumerate(tree):
        part = found[number] if len(found) == len(tree) else None
        name = parameter(headers.get("content-disposition"), "filename") or parameter(headers.get("content-type"), "name")
        if name:
            yield f"part {number} filename", last_component(decoded(name) or name), part and part["filename"]
        if leaf:
            data = path.with_name(leaf).read_bytes()
            forms = byte_forms(data, kind.startswith("text/"))
            ok = part is not None and part["sha256"] in forms
            yield f"part {number} bytes", f"{len(data)} octets", f"{len(data)} octets" if ok else f"{part and part['size']} other"


def read_ref(path):
    """The entries of a .ref, which is Perl."""
    found = {}
    inside = None
    for line in path.read_text(encoding="latin-1").splitlines():
        match = re.match(r'\s*"(\w+)" => \{', line)
        if match:
            inside = found.setdefault(match.group(1), {})
            continue
        match = re.match(r'\s*"?(\w+)"? => (?:"((?:[^"\\]|\\.)*)"|(\d+))', line)
        if match and inside is not None:
            value = match.group(2) if match.group(2) is not None else match.group(3)
            inside[match.group(1)] = re.sub(r"\\(.)", r"\1", value)
    return found


def mime_tools_order(entries):
    parts = [name for name in entries if name.startswith("Part_")]
    return sorted(parts, key=lambda name: [int(one) for one in name.split("_")[1:]])


def mime_tools_fields(path, ours):
    entries = read_ref(path.with_suffix(".ref"))
    message = entries.get("Msg", {})
    if "Type" not in message:
        return
    order = ["Msg"] + mime_tools_order(entries)
    found = ours["parts"]
    yield "part tree", [entries[name]["Type"].lower() for name in order], [part["type"] for part in found]
    if "Subject" in message:
        yield "subject", fold(message["Subject"]), fold(ours["subject"])
    for number, name in enumerate(order):
        part = found[number] if len(found) == len(order) else {}
        entry = entries[name]
        for theirs, key in (("Charset", "charset"), ("Disposition", "disposition")):
            if theirs in entry and not (name == "Msg" and len(order) > 1):
                yield f"{name} {key}", entry[theirs].lower(), part.get(key)
        if "Filename" in entry:
            yield f"{name} filename", last_component(entry["Filename"]), part.get("filename")
        if "Size" in entry and not entry["Type"].startswith("message/"):
            yield f"{name} size", int(entry["Size"]), part.get("size")


def figures(corpora):
    known = differences(pathlib.Path(__file__).with_name("mime.differences"))
    java = sorted(path for path in (corpora / "mime4j").rglob("*.msg")
                  if path.with_name(path.stem + "_decoded.xml").exists())
    perl = sorted(path for path in (corpora / "mime-tools").glob("*.msg") if path.with_suffix(".ref").exists())
    good = total = 0
    misses = []
    for path, fields, ours in [(path, mime4j_fields, ours) for path, ours in zip(java, parse_files(java))] + \
                              [(path, mime_tools_fields, ours) for path, ours in zip(perl, parse_files(perl))]:
        for what, wanted, found in fields(path, ours):
            total += 1
            good += wanted == found
            if wanted != found:
                name = f"{'mime4j' if fields is mime4j_fields else 'mime-tools'}/{path.stem}"
                reason = known.get((name, what), "NOT EXPLAINED")
                misses.append(f"{name} {what}: {shorten(found)}, theirs {shorten(wanted)}: {reason}")
    yield Figure("mime4j and mime-tools: tree, names, leaf bytes", good, total, 0.95, misses)
