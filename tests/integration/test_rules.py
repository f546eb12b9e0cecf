"""Rules are tested in their own language: every tests/rules/*.svtest passes, and the runner says so when one does not."""

import os
import pathlib
import re
import subprocess

import pytest

SOURCE = pathlib.Path(os.environ.get("MAILGW_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
MAILGW = pathlib.Path(os.environ.get("MAILGW_BUILD", SOURCE)) / "mailgw" / "mailgw"


def rules(*arguments):
    return subprocess.run([MAILGW, "rules", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)


FOLDERS = [SOURCE / "tests" / "rules", SOURCE / "etc" / "rules", SOURCE / "etc" / "first-steps" / "rules"]
FILES = sorted(path for folder in FOLDERS for path in folder.glob("*.svtest"))


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.parent.name}/{path.stem}" for path in FILES])
def test_file_passes(path):
    done = rules("test", path)
    failed = [line for line in done.stdout.splitlines() if line.startswith("not ok")]
    assert done.returncode == 0 and not failed, done.stdout
    assert done.stdout.splitlines()[-1] == f"1..{sum(line.startswith('ok') for line in done.stdout.splitlines())}"


def test_failures_are_told(tmp_path):
    script = tmp_path / "wrong.svtest"
    script.write_text('require ["vnd.dovecot.testsuite"];\ntest "one" { test_fail "on purpose"; }\ntest "two" { }\n')
    done = rules("test", script)
    assert done.returncode == 1
    assert "not ok 1" in done.stdout and "on purpose" in done.stdout and "ok 2" in done.stdout


def test_commands_of_tests_are_none_of_rules(tmp_path):
    """A rule that is live cannot set its own message."""
    script = tmp_path / "live.sieve"
    script.write_text('require "vnd.dovecot.testsuite";\ntest_set "message" "x";\n')
    done = rules("check", script)
    assert done.returncode == 1 and "not known here" in done.stdout


def test_every_fact_has_its_section():
    """What rules can ask for stands in one table, and each name of it in a test of its own."""
    names = re.findall(r'^    \{ "([a-z.-]+)", FACT_', (SOURCE / "lib" / "sieve" / "fact-names.c").read_text(), re.M)
    sections = (SOURCE / "tests" / "rules" / "ticket-facts-each.svtest").read_text()
    assert len(names) > 30
    assert [name for name in names if f'\ntest "{name}' not in sections] == []
