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


CONFIG = """[gateway]
host = desk.example

[queue support]
address = support@example.com

[queue billing]
address = billing@example.com

[webhook pager]
url = https://pager.example.com/hook
secret-file = secret

[calendar office]
timezone = Europe/Athens
hours = Mon-Fri 09:00-18:00

[target gold]
calendar = office
first-response = 4h
"""

# What a script names, a name that is nearly right, and the one that is.
NAMES = {
    "queue": ("fileinto", 'fileinto "%s";', "bililng", "billing"),
    "queue of move": ("vnd.mailgw.ticket", 'move "%s";', "suport", "support"),
    "target": ("vnd.mailgw.ticket", 'target "%s";', "glod", "gold"),
    "calendar": ("vnd.mailgw.ticket", 'if during "%s" { keep; }', "ofice", "office"),
    "template": ("vnd.mailgw.ticket", 'acknowledge :template "%s";', "acknowlege", "acknowledge"),
    "webhook": ("enotify", 'notify "webhook:%s";', "pagr", "pager"),
    "list": ("extlists", 'if address :list "from" "%s" { keep; }', "vpi", "vip"),
}


@pytest.fixture(name="desk", scope="module")
def fixture_desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    (folder / "mailgw.conf").write_text(CONFIG)
    (folder / "secret").write_text("0123456789abcdef0123456789abcdef\n")
    (folder / "secret").chmod(0o600)
    (folder / "lists").mkdir()
    (folder / "lists" / "vip").write_text("anna@client.example.net\n")
    return folder


def check(desk, kind, name, *options):
    extension, text, _, _ = NAMES[kind]
    (desk / "one.sieve").write_text(f'require "{extension}";\n{text % name}\n')
    return rules("check", desk / "one.sieve", *options)


@pytest.mark.parametrize("kind", NAMES, ids=[kind.replace(" ", "-") for kind in NAMES])
def test_unknown_name_is_told_with_a_near_one(desk, kind):
    wrong, right = NAMES[kind][2:]
    done = check(desk, kind, wrong, "--config", desk / "mailgw.conf")
    assert re.search(rf"one\.sieve:2:\d+: (error|warning): .*'{wrong}'.*\(did you mean '{right}'\?\)", done.stdout), done.stdout
    done = check(desk, kind, right, "--config", desk / "mailgw.conf")
    assert done.returncode == 0 and "one.sieve" not in done.stdout, done.stdout


@pytest.mark.parametrize("kind", NAMES, ids=lambda kind: kind.replace(" ", "-"))
def test_without_configuration_no_name_is_doubted(desk, kind, monkeypatch):
    monkeypatch.delenv("MAILGW_CONFIG", raising=False)
    done = check(desk, kind, NAMES[kind][2])
    assert done.returncode == 0 and "one.sieve" not in done.stdout, done.stdout


def test_without_database_no_agent_is_doubted(desk):
    (desk / "one.sieve").write_text('require "vnd.mailgw.ticket";\nassign "nobody-knows";\n')
    done = rules("check", desk / "one.sieve", "--config", desk / "mailgw.conf")
    assert done.returncode == 0 and "one.sieve" not in done.stdout, done.stdout
