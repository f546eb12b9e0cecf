#!/usr/bin/python3
"""figures.py - how well mail that nobody here wrote is understood

Each score_<set>.py beside this file compares what `mailgw parse --json` says of a set of the corpora with the truth that came with it,
and yields figures. `make corpora` prints them all; test_figures.py asks each for its least value.

    from figures import Figure, parse_bytes, parse_files

    def figures(corpora):
        yield Figure(name, good, total, at_least, misses)
"""

import dataclasses
import importlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = pathlib.Path(os.environ.get("MAILGW_SOURCE", HERE.parent.parent))
BUILD = pathlib.Path(os.environ.get("MAILGW_BUILD", SOURCE))
MAILGW = BUILD / "mailgw" / "mailgw"
CORPORA = pathlib.Path(os.environ.get("MAILGW_CORPORA", SOURCE / ".." / "shared" / "corpora"))

# Files of one call: enough to forget the start of the program, few enough for a command line.
FILES_PER_CALL = 500


@dataclasses.dataclass
class Figure:
    name: str
    good: int
    total: int
    at_least: float                                          # 0..1; 0: shown, not asked for
    misses: list = dataclasses.field(default_factory=list)   # a line each: what missed, and why

    @property
    def share(self):
        return self.good / self.total if self.total else 0.0

    @property
    def holds(self):
        return self.total > 0 and self.share >= self.at_least


def _parse(paths, cwd=None):
    run = subprocess.run([MAILGW, "parse", "--json", *paths], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         timeout=600)
    objects = [json.loads(line) for line in run.stdout.splitlines()]
    if len(objects) != len(paths):
        raise RuntimeError(f"{len(paths)} files, {len(objects)} answers: {run.stderr.decode(errors='replace')[-500:]}")
    return objects


def parse_files(paths):
    """What is understood of each file, in order."""
    paths = list(paths)
    return [one for i in range(0, len(paths), FILES_PER_CALL) for one in _parse(paths[i:i + FILES_PER_CALL])]


def parse_bytes(messages):
    """The same for messages that stand in no file."""
    messages = list(messages)
    found = []
    for i in range(0, len(messages), FILES_PER_CALL):
        part = messages[i:i + FILES_PER_CALL]
        with tempfile.TemporaryDirectory() as folder:
            names = [f"{n}.eml" for n in range(len(part))]
            for name, message in zip(names, part):
                (pathlib.Path(folder) / name).write_bytes(message)
            found += _parse(names, cwd=folder)
    return found


def fold(text):
    """Text with every run of white space as one blank."""
    return " ".join((text or "").split())


def scorers():
    return sorted(path.stem for path in HERE.glob("score_*.py"))


def figures_of(scorer, corpora=CORPORA):
    if str(HERE) not in sys.path:
        sys.path.insert(0, str(HERE))
    return list(importlib.import_module(scorer).figures(pathlib.Path(corpora)))


def main(arguments):
    """figures.py [-v] [SET...]: the table; -v with what missed."""
    verbose = "-v" in arguments
    chosen = [f"score_{name}" for name in arguments if name != "-v"] or scorers()
    missed = 0
    if not CORPORA.is_dir():
        print(f"no corpora ({CORPORA})")
        return 0
    print(f"{'figure':<64} {'good':>6} {'of':>6} {'share':>8} {'at least':>9}")
    for scorer in chosen:
        for figure in figures_of(scorer):
            least = f"{100 * figure.at_least:.0f} %" if figure.at_least else "-"
            word = "" if figure.holds else "  MISSED"
            missed += not figure.holds
            print(f"{figure.name:<64} {figure.good:>6} {figure.total:>6} {100 * figure.share:>6.1f} % {least:>9}{word}")
            for line in figure.misses if verbose else ():
                print(f"    {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    # Scorers import this file by its name; so there is one Figure, not one of __main__ beside it.
    sys.path.insert(0, str(HERE))
    import figures
    sys.exit(figures.main(sys.argv[1:]))
