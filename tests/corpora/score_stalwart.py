"""score_stalwart.py - headers, addresses, dates, texts and attachments as stalwart's mail-parser reads them

Each message has a JSON beside it. Every value of it that our contract can say is one field of the figure:

- each field of the message's header, in order: its name and its decoded value (white space folded);
- From, To, ... : the whole list of names and addresses;  Date: the time and the offset;  ids: as they stand without brackets;
- the tree: number, order and type of all parts;  for each leaf its charset, disposition, Content-ID and file name;
- for each leaf that the oracle does not read as text: the size of its decoded bytes;
- for each leaf that it reads as text: the text, which `text` or `html` has to hold, or whose decoded bytes are hashed in `parts`.

Two figures. In the first everything is equal character by character, and the n-th part is compared with the n-th part, so that one part more or
less also costs the fields of those behind it. The second differs in one point: where the oracle has U+FFFD it could not read a byte, and our contract
says that such bytes are read by the character set of the text; there any one character will do.
"""

import hashlib
import json
import pathlib
import re

from figures import Figure, fold, parse_files

ADDRESS_KEYS = {"from": "from", "to": "to", "cc": "cc", "bcc": "bcc", "reply_to": "reply_to", "sender": "sender"}
UNREADABLE = "theirs is U+FFFD, ours is read by the character set of the text"
ID_KEYS = {"message_id": "message_id", "in_reply_to": "in_reply_to", "references": "references"}


def field_name(header):
    name = header["name"]
    return name["other"].lower() if isinstance(name, dict) else name.replace("_", "-")


def addresses(value):
    """[(name, address)], groups flattened."""
    if "List" in value:
        found = value["List"]
    else:
        found = [one for group in value["Group"] for one in group["addresses"]]
    return [(fold(one.get("name")) or None, tidy(one.get("address"))) for one in found or []]


def tidy(address):
    """The domain in lower case, as our contract has it; IDN as ASCII."""
    if not address or "@" not in address:
        return address or ""
    local, domain = address.rsplit("@", 1)
    try:
        domain = domain.encode("idna").decode() if not domain.isascii() else domain
    except UnicodeError:
        pass
    return f"{local}@{domain.lower()}"


def ours_addresses(value):
    found = value if isinstance(value, list) else [value] if value else []
    return [(fold(one["name"]) or None, one["address"]) for one in found]


def date(value):
    sign = "-" if value["tz_before_gmt"] else "+"
    if value["year"] == 0:
        return None
    return (f"{value['year']:04}-{value['month']:02}-{value['day']:02}T{value['hour']:02}:{value['minute']:02}:"
            f"{value['second']:02}{sign}{value['tz_hour']:02}:{value['tz_minute']:02}")


def ids(value):
    kind, found = next(iter(value.items())) if isinstance(value, dict) else ("Empty", None)
    return [found] if kind == "Text" else found if kind == "TextList" else []


def header_fields(oracle, ours):
    """The names in order, then the decoded values of those that the oracle keeps as text, then what our keys say."""
    headers = oracle["parts"][0]["headers"]
    yield "header names", [field_name(h) for h in headers], [h["name"].lower() for h in ours["headers"]]
    last = {}
    values = {}
    for number, header in enumerate(headers):
        value = header["value"]
        name = field_name(header)
        last[name] = value
        if isinstance(value, dict) and "Text" in value and name not in ("message-id", "in-reply-to", "references"):
            found = ours["headers"][number]["value"] if number < len(ours["headers"]) else None
            wanted = fold(value["Text"])
            if name in ("content-transfer-encoding", "content-id"):
                found = (found or "").strip("<>")
                wanted = wanted.strip("<>")
            if name == "return-path":
                found = (found or "").strip("<>")
            values[f"header {number} {name}"] = (wanted, fold(found))
    for what, (wanted, found) in values.items():
        yield what, wanted, found
    for name, value in last.items():
        key = name.replace("-", "_")
        if key in ADDRESS_KEYS:
            wanted = addresses(value["Address"]) if isinstance(value, dict) else []
            yield key, wanted, ours_addresses(ours[key])
        elif key in ID_KEYS:
            found = ours[key]
            yield key, ids(value), found if isinstance(found, list) else [found] if found else []
        elif key == "subject":
            yield key, fold(value["Text"]) if isinstance(value, dict) else "", fold(ours["subject"])
        elif key == "date":
            yield key, date(value["DateTime"]) if isinstance(value, dict) else None, normal_date(ours["date"])


def normal_date(text):
    if text is None:
        return None
    text = text.replace("Z", "+00:00")
    return text[:19] + (text[-6:] if text[-6:] != "-00:00" else "+00:00")


def attribute(header, wanted):
    for one in (header or {}).get("attributes") or []:
        if one["name"].lower() == wanted:
            return one["value"]
    return None


def content_type(part, default):
    """Type, subtype of a part, as RFC 2045, 5.2 and RFC 2046, 5.1.5 give it where it has none."""
    found = None
    for header in part["headers"]:
        if header["name"] == "content_type" and isinstance(header["value"], dict):
            found = header["value"]["ContentType"]
    if found is None or not found.get("c_type") or not found.get("c_subtype"):
        return default, found
    return f"{found['c_type']}/{found['c_subtype']}".lower(), found


def last_value(part, name, kind):
    found = None
    for header in part["headers"]:
        if header["name"] == name and isinstance(header["value"], dict):
            found = header["value"].get(kind)
    return found


def flatten(message, default="text/plain"):
    """The parts in the order of a walk: dicts of what can be compared."""
    found = []

    def visit(number, kind):
        part = message["parts"][number]
        kind, header = content_type(part, kind)
        body = part["body"]
        (sort, value), = body.items()
        disposition = last_value(part, "content_disposition", "ContentType")
        name = attribute(disposition, "filename") or attribute(header, "name")
        found.append({"type": kind, "sort": sort, "value": value, "charset": attribute(header, "charset"),
                      "disposition": (disposition or {}).get("c_type"), "filename": name,
                      "content_id": last_value(part, "content_id", "Text")})
        if sort == "Multipart":
            for child in value:
                visit(child, "message/rfc822" if kind == "multipart/digest" else "text/plain")
        elif sort == "Message":
            found.extend(flatten(value))

    if message["parts"]:
        visit(0, default)
    return found


def last_component(name):
    """What filename-private.h makes of a name: the last component, without what a file system cannot keep."""
    return re.sub('[:*?"<>|]', "_", fold(name.replace("\\", "/").rsplit("/", 1)[-1])) if name else None


def hashes(value, charset):
    """The hashes that the decoded bytes of a text may have: in its own charset, with either line end."""
    found = set()
    for name in (charset or "utf-8", "utf-8", "windows-1252"):
        try:
            for text in (value, value.replace("\r\n", "\n"), value.replace("\r\n", "\n").replace("\n", "\r\n")):
                found.add(hashlib.sha256(text.encode(name)).hexdigest())
        except (LookupError, UnicodeError):
            pass
    return found


def text_is_there(part, one, ours):
    """Whether our text or HTML holds it, or the leaf has just these bytes."""
    wanted = fold(part["value"])
    if one and one["sha256"] in hashes(part["value"], part["charset"]):
        return True
    if part["sort"] == "Html":
        return wanted == fold(ours["html"])
    return wanted in fold(ours["text"]) and (wanted != "" or bool(one and one["size"] == 0))


def text_instead(wanted, one, ours):
    """The text we have, where it is as long; else what is known of the part."""
    found = fold(ours["text"])
    return found if len(found) == len(wanted) else f"text of {one and one['size']} octets"


def same(wanted, found):
    """Equal, but for the characters that the oracle could not read."""
    if isinstance(wanted, str) and isinstance(found, str):
        return len(wanted) == len(found) and all(one in ("\ufffd", other) for one, other in zip(wanted, found))
    if isinstance(wanted, (list, tuple)) and isinstance(found, (list, tuple)):
        return len(wanted) == len(found) and all(same(one, other) for one, other in zip(wanted, found))
    return wanted == found


def part_fields(oracle, ours):
    wanted = flatten(oracle)
    found = ours["parts"]
    yield "part tree", [part["type"] for part in wanted], [part["type"] for part in found]
    attached = {one["part"]: one for one in ours["attachments"]}
    for number, part in enumerate(wanted):
        one = found[number] if number < len(found) else None
        label = f"part {number}"
        for key in ("charset", "disposition"):
            if part[key]:
                yield f"{label} {key}", part[key].lower(), one and one[key]
        if part["filename"] or one and one["filename"]:
            yield f"{label} filename", last_component(part["filename"]), one and one["filename"]
        if part["content_id"] and one and one["part"] in attached:
            yield f"{label} content id", part["content_id"], attached[one["part"]]["content_id"]
        if part["sort"] in ("Binary", "InlineBinary"):
            yield f"{label} size", len(part["value"]), one and one["size"]
        elif part["sort"] in ("Text", "Html"):
            wanted = fold(part["value"])
            yield f"{label} text", wanted, wanted if text_is_there(part, one, ours) else text_instead(wanted, one, ours)


def differences(path):
    """File and field of what stays different, each with its reason."""
    known = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, what, reason = (column.strip() for column in line.split("|", 2))
            known[name, what] = reason
    return known


def shorten(value):
    text = repr(value)
    return text if len(text) < 150 else text[:147] + "..."


def figures(corpora):
    folder = corpora / "stalwart-mail-parser" / "eml"
    paths = sorted(folder.glob("*/*.eml"))
    known = differences(pathlib.Path(__file__).with_name("stalwart.differences"))
    exact = readable = total = 0
    misses = []
    for path, ours in zip(paths, parse_files(paths)):
        name = f"{path.parent.name}/{path.stem}"
        oracle = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        for fields in (header_fields, part_fields):
            for what, wanted, found in fields(oracle, ours):
                total += 1
                exact += wanted == found
                readable += same(wanted, found)
                if wanted != found:
                    reason = known.get((name, what), UNREADABLE if same(wanted, found) else "NOT EXPLAINED")
                    misses.append(f"{name} {what}: {shorten(found)}, theirs {shorten(wanted)}: {reason}")
    yield Figure("stalwart-mail-parser: fields equal, to the character", exact, total, 0.96, misses)
    yield Figure("stalwart-mail-parser: fields equal to its JSON", readable, total, 0.97,
                 [miss for miss in misses if not miss.endswith(UNREADABLE)])
