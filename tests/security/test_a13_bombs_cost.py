"""A13, A14, A35: no bomb costs more than 256 MiB beside its own bytes or 5 seconds, and each is a mail that a person can read."""

import json
import subprocess

import pytest

from bombs import BOMBS
from harness import MAILGW, PYTHON

MOST_MEMORY = 256 * 1024 * 1024
MOST_SECONDS = 5

# Linux counts what a process had before exec() into its peak, so the one that starts the parser must be small itself.
MEASURE = """
import os, sys
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
print(usage.ru_maxrss * 1024, usage.ru_utime + usage.ru_stime, os.waitstatus_to_exitcode(status), file=sys.stderr)
"""


def parse(path):
    """What `mailgw parse` makes of the file, its peak of memory, and its CPU time."""
    run = subprocess.run([PYTHON, "-I", "-S", "-c", MEASURE, MAILGW, "parse", "--json", path], capture_output=True, timeout=120)
    memory, seconds, code = run.stderr.split()[-3:]
    assert int(code) == 0, run.stderr
    return json.loads(run.stdout), int(memory), float(seconds)


@pytest.fixture(scope="module")
def baseline(tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "small.eml"
    path.write_bytes(b"From: a@client.example.net\r\nSubject: s\r\n\r\nHello\r\n")
    return parse(path)[1]


@pytest.mark.parametrize("name", BOMBS)
def test_cost(tmp_path, baseline, record_property, name):
    bomb = BOMBS[name]()
    path = tmp_path / "bomb.eml"
    path.write_bytes(bomb)
    message, memory, seconds = parse(path)
    beside = max(0, memory - baseline - len(bomb))
    not_parsed = any(warning.startswith("not parsed: ") for warning in message["warnings"])
    print(f"\n{name}: {len(bomb) / 2**20:.1f} MiB, {beside / 2**20:.1f} MiB beside it, {seconds:.2f} s"
          f"{', not parsed' if not_parsed else ''}")
    assert beside < MOST_MEMORY
    assert seconds < MOST_SECONDS
    # What stands before the bomb is there to read, or the reason why nothing is.
    assert message["subject"] or not_parsed
    assert not not_parsed or "could not be parsed" in message["text"]
