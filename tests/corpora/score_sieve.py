"""score_sieve.py - the rule language, by Pigeonhole's test suite and the examples of the RFCs

A .svtest file belongs to a group by what it uses. What is asked of a group is what our rules promise: the language whole; results in memory; of tests
that ask for the wording and number of errors, that what is wrong does not compile.
"""

import pathlib
import re
import subprocess

from figures import MAILGW, Figure

# Not ours to pass, by what a file requires or where it stands.
LEFT_OUT = [
    (r'"(mboxmetadata|servermetadata|special-use)"', "wants a mailbox store with metadata"),
    (r"test_imap_metadata_set", "wants a mailbox store with metadata"),
    (r'"vnd\.dovecot\.(?!testsuite|environment)[a-z.-]+"', "wants an extension of Dovecot's own"),
]
# Examples that ask for what the specification forbids.
DIFFERENCES = {
    "rfc3894.sieve": "redirects to \"test\", which is no address; Pigeonhole's suite asks for an error there (compile/errors/out-address)",
}
RESULTS = re.compile(r"\btest_(result_\w+|message|mailbox_\w+|multiscript)\b")
ERRORS = re.compile(r"\btest_error\b")


def left_out(path, text):
    if "failures" in path.parts:
        return "is written to fail"
    code = re.sub(r"/\*.*?\*/|#[^\n]*", "", text, flags=re.S)
    return next((why for pattern, why in LEFT_OUT if re.search(pattern, code)), None)


def group_of(text):
    if ERRORS.search(text):
        return "errors"
    return "results" if RESULTS.search(text) else "language"


def run(path):
    """(name, failure or None) of each test of a file."""
    done = subprocess.run([MAILGW, "rules", "test", path.name], cwd=path.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    found = []
    for line in done.stdout.decode(errors="replace").splitlines():
        match = re.match(r"(not )?ok \d+ - (.*)", line)
        if match:
            found.append([match[2], "" if match[1] else None])
        elif line.startswith("# ") and found and found[-1][1] == "":
            found[-1][1] = line[2:]
    if done.returncode not in (0, 1) or not found:
        found.append([f"{path.name}: run", f"exit status {done.returncode}: {done.stderr.decode(errors='replace')[-200:]}"])
    return found


def asks_for_errors(lines, failure):
    """Whether the test_fail stands in an `if` that looks at the errors, not at whether something compiled or ran."""
    match = re.match(r"line (\d+):", failure)
    for line in reversed(lines[:int(match[1])] if match else []):
        if re.search(r"\bif\b", line):
            return ERRORS.search(line) is not None
    return False


def suite(corpora):
    groups = {"language": [], "results": [], "errors": [], "left out": []}
    for path in sorted((corpora / "pigeonhole" / "tests").rglob("*.svtest*")):
        text = path.read_text(errors="replace")
        why = left_out(path, text)
        name = str(path.relative_to(corpora / "pigeonhole" / "tests"))
        if why:
            groups["left out"].append(f"{name}: left out: {why}")
            continue
        lines = text.splitlines()
        group = group_of(text)
        results = [(test, None if failure and group == "errors" and asks_for_errors(lines, failure) else failure)
                   for test, failure in run(path)]
        groups[group].append((name, results))
    return groups


def misses(files):
    return [f"{name}: {test}: {failure}" for name, results in files for test, failure in results if failure is not None]


def figure_of_tests(name, files, at_least, more=()):
    tests = [failure for _, results in files for _, failure in results]
    return Figure(name, tests.count(None), len(tests), at_least, misses(files) + list(more))


def compiles(path):
    """Whether it compiles, or fails where it requires what is not there."""
    done = subprocess.run([MAILGW, "rules", "check", path.name], cwd=path.parent, stdout=subprocess.PIPE, timeout=60)
    errors = [line for line in done.stdout.decode(errors="replace").splitlines() if ": error: " in line]
    if done.returncode == 0 or (errors and "is not known here" in errors[0]):
        return None
    return f"{path.name}: {errors[0] if errors else done.returncode}"


def figures(corpora):
    groups = suite(corpora)
    whole = [name for name, results in groups["language"] if not any(failure for _, failure in results)]
    yield Figure("sieve: files that need the language alone, whole", len(whole), len(groups["language"]), 1.0, misses(groups["language"]))
    yield figure_of_tests("sieve: tests that need sent mail and folders", groups["results"], 0.85, groups["left out"])
    yield figure_of_tests("sieve: tests of errors: what is wrong does not compile", groups["errors"], 0.85)
    for folder, name in (("stalwart-sieve-rfc", "examples of RFCs"), ("pigeonhole/examples", "examples of Pigeonhole")):
        scripts = [path for path in sorted((pathlib.Path(corpora) / folder).glob("*.sieve")) if path.name not in DIFFERENCES]
        wrong = [why for why in map(compiles, scripts) if why]
        yield Figure(f"sieve: {name} compile, or fail at require", len(scripts) - len(wrong), len(scripts), 1.0, wrong)
