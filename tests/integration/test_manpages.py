"""The manual says what the program does: commands and options are compared both ways.

A command's page is doc/mailgw-COMMAND.1.  mailgw.conf(5) is compared with the table of options by the unit test
test-config-manual.
"""

import re
import shutil
import subprocess

import pytest

import harness

DOC = harness.SOURCE / "doc"
OPTION = re.compile(r"(?<![\w-])(--?[a-z][a-z-]*)\b")


def output(*args):
    return subprocess.run([str(harness.MAILGW), *args], capture_output=True, text=True, timeout=30, check=True).stdout


def commands():
    """Lines "  NAME  what it does" of `mailgw --help`."""
    if not harness.MAILGW.exists():
        return []
    return re.findall(r"^ {1,4}([a-z][a-z-]*)(?: [A-Z|a-z\[<.-][^\n]*?)?(?: {2,}|\n)\S?", output("--help"), re.MULTILINE)


def plain(source):
    """Text of a page without comments, displays and macros' escapes: "\\-\\-json" and ".Fl -json" both become "--json"."""
    text = re.sub(r'^\.\\".*\n', "", source, flags=re.MULTILINE)
    text = re.sub(r"^\.Bd .*\n(?:(?!\.Ed).*\n)*", "", text, flags=re.MULTILINE)
    text = re.sub(r"\bFl\s+(?=-?[a-z])", "-", text)
    text = text.replace(r"\-", "-").replace(r"\(hy", "-").replace(r"\&", "")
    return re.sub(r"\\f[BIRP]", "", text)


def page_of(command):
    own = DOC / f"mailgw-{command}.1"
    assert own.exists(), f"no manual: {own.name}"
    return plain(own.read_text(encoding="utf-8"))


def options_of(text):
    return {option for option in OPTION.findall(text) if len(option) == 2 or option.startswith("--")}


# Stand once, in mailgw(1), for all.
COMMON = {"--help", "--config", "--json", "-h"}


def subcommands(command):
    """Those of `mailgw ticket` and the like; none where the command has options of its own."""
    help_text = output(command, "--help")
    return re.findall(r"^ {2}([a-z]+) {2,}", help_text, re.MULTILINE) if "COMMAND ..." in help_text else []


def test_help_lists_commands():
    assert {"init", "demo", "serve", "import", "parse", "explain", "ticket", "inbound", "outbox", "status", "audit",
            "config", "db"} <= set(commands())


def test_overview_names_every_page():
    overview = (DOC / "mailgw.1").read_text(encoding="utf-8")
    assert set(commands()) == set(re.findall(r"^\.It Ic ([a-z]+)$", overview, re.MULTILINE))
    assert COMMON - {"-h"} <= options_of(plain(overview))


@pytest.mark.parametrize("command", commands())
def test_options_match(command):
    in_help = options_of(output(command, "--help"))
    for name in subcommands(command):
        in_help |= options_of(output(command, name, "--help"))
    in_page = options_of(page_of(command))
    assert in_help - in_page - COMMON == set(), "in --help, not in the manual"
    assert in_page - in_help - COMMON == set(), "in the manual, not in --help"


@pytest.mark.parametrize("command", [name for name in commands() if subcommands(name)])
def test_subcommands_match(command):
    """Each stands in the synopsis and has an entry."""
    page = (DOC / f"mailgw-{command}.1").read_text(encoding="utf-8")
    names = set(subcommands(command))
    assert names == set(re.findall(rf"^\.Nm mailgw {command} ([a-z]+)$", page, re.MULTILINE))
    assert names <= set(re.findall(r"^\.It Ic ([a-z]+)$", page, re.MULTILINE))


def test_options_of_deliver_match():
    done = subprocess.run([str(harness.DELIVER), "--help"], capture_output=True, text=True, timeout=30, check=True)
    page = plain((DOC / "mailgw-deliver.1").read_text(encoding="utf-8"))
    assert options_of(done.stdout) | {"--help"} == options_of(page)
    codes = set(re.findall(r"^\.It ([0-9]+)$", page, re.MULTILINE))
    assert codes == set(re.findall(r"\b([0-9]+) (?:stored|too|no such|refused|not now)", done.stdout))


@pytest.mark.parametrize("command", commands())
def test_summary_matches(command):
    """The line of `mailgw --help` is the page's name line."""
    summary = re.search(rf"^ +{command} +(.+)$", output("--help"), re.MULTILINE).group(1)
    page = (DOC / f"mailgw-{command}.1").read_text(encoding="utf-8")
    assert re.search(r"^\.Nd (.+)$", page, re.MULTILINE).group(1) == summary


def test_pages_are_installed():
    """Every page and nothing else stands in module.mk."""
    listed = re.findall(r"doc/([\w.-]+\.[15])\b", (DOC / "module.mk").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(path.name for path in DOC.glob("*.[1-8]"))


def test_cross_references_lead_somewhere():
    for path in DOC.glob("*.[1-8]"):
        for name, section in re.findall(r"^\.Xr (\S+) (\d)", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert (DOC / f"{name}.{section}").exists() or not name.startswith("mailgw"), f"{path.name}: {name}({section})"


@pytest.mark.parametrize("page", sorted(path.name for path in DOC.glob("*.[1-8]")))
def test_pages_are_well_formed(page):
    if shutil.which("mandoc") is None:
        pytest.skip("no mandoc")
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", str(DOC / page)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
