"""sisimai: bounces, feedback and vacation replies of about 85 mail systems, with the truth of that library

Counted per recipient of the truth. Statuses 5.0.9xx and 4.0.9xx are inventions of theirs: only their first digit counts. Differences
that stay are listed, with their reason, in sisimai.differences; they count as misses all the same.
"""

import collections
import csv
import re

from figures import Figure, parse_files

INVENTED = re.compile(r"[45]\.0\.9\d\d$")
KEPT_EQUAL = ("class", "report", "message_id", "from", "subject", "text")
# What may have no report: a vacation reply has no recipient that failed.
CLASSES = {"vacation": "auto-reply", "feedback": "abuse-report"}


def read_truth(corpora):
    truth = collections.OrderedDict()
    with open(corpora / "truth" / "sisimai.shared.tsv", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            truth.setdefault(row["file"], []).append(row)
    return truth


def statuses_of(found):
    return [one["status"] or "-" for one in (found["report"] or {"recipients": []})["recipients"]]


def compare_statuses(name, rows, found):
    """(good, total, misses) of the first digit, and of the whole status."""
    digit = [0, 0, []]
    whole = [0, 0, []]
    has = statuses_of(found)
    for row in rows:
        if row["status"] == "-":
            continue
        number = int(row["nth_recipient"]) - 1
        status = has[number] if number < len(has) else "none"
        pairs = [(digit, row["status"][0], status[0])]
        if not INVENTED.match(row["status"]):
            pairs.append((whole, row["status"], status))
        for count, wanted, got in pairs:
            count[1] += 1
            count[0] += wanted == got
            if wanted != got:
                count[2].append(f"{name} {row['nth_recipient']}: {status}, truth {row['status']} {row['reason']}")
    return digit, whole


def twins(corpora):
    """The files in other line endings that have their LF twin here: what is understood of them must be the same."""
    pairs = [(corpora / "sisimai" / "bsd" / path.name, path)
             for folder in ("dos", "mac") for path in sorted((corpora / "sisimai-newlines" / folder).glob("*.eml"))
             if (corpora / "sisimai" / "bsd" / path.name).exists()]
    # Of those without, the two other ones are compared with each other.
    pairs += [(path, corpora / "sisimai-newlines" / "mac" / path.name)
              for path in sorted((corpora / "sisimai-newlines" / "dos").glob("*.eml"))
              if not (corpora / "sisimai" / "bsd" / path.name).exists()]
    found = parse_files(path for pair in pairs for path in pair)
    misses = []
    for n, (_, path) in enumerate(pairs):
        one, other = found[2 * n], found[2 * n + 1]
        differ = [key for key in KEPT_EQUAL if one[key] != other[key]]
        if differ:
            misses.append(f"{path.parent.name}/{path.name}: {', '.join(differ)}")
    return Figure("sisimai: twins in other line endings are the same", len(pairs) - len(misses), len(pairs), 1.0, misses)


def figures(corpora):
    truth = read_truth(corpora)
    paths = sorted((corpora / "sisimai" / "bsd").glob("*.eml"))
    kinds, counts = [0, []], [0, []]
    digits, wholes = [0, 0, []], [0, 0, []]
    for path, found in zip(paths, parse_files(paths)):
        rows = truth.get(path.name, [])
        wanted = CLASSES.get(rows[0]["reason"], "bounce") if rows else None
        # Of a few the truth file says nothing: they are reports of some kind all the same.
        if found["class"] == wanted or (wanted is None and found["class"] in ("bounce", "abuse-report", "auto-reply")):
            kinds[0] += 1
        else:
            kinds[1].append(f"{path.name}: {found['class']} ({found['class_reason']}), truth {wanted or 'a report'}")
        for total, one in zip((digits, wholes), compare_statuses(path.name, rows, found)):
            total[0] += one[0]
            total[1] += one[1]
            total[2] += one[2]
        if rows and wanted == "bounce":
            has = len(statuses_of(found))
            counts[0] += has == len(rows)
            if has != len(rows):
                counts[1].append(f"{path.name}: {has} recipients, truth {len(rows)}")
    reports = counts[0] + len(counts[1])
    yield Figure("sisimai: kind of report", kinds[0], len(paths), 0.99, kinds[1])
    yield Figure("sisimai: first digit of the status", *digits[:2], 0.95, digits[2])
    yield Figure("sisimai: whole status", *wholes[:2], 0.75, wholes[2])
    yield Figure("sisimai: number of recipients", counts[0], reports, 0.9, counts[1])
    yield twins(corpora)
