"""The manual says what the program does: commands, options and the configuration's keys are compared both ways.

A command's page is doc/mailgw-COMMAND.1, or the section of that name (.Ss COMMAND or .SS COMMAND) in doc/mailgw.1.
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
    """Text of a page without its macros' escapes: "\\-\\-json" and ".Fl -json" both become "--json"."""
    text = re.sub(r'^\.\\".*\n', "", source, flags=re.MULTILINE)
    text = re.sub(r"\bFl\s+(?=-?[a-z])", "-", text)
    text = text.replace(r"\-", "-").replace(r"\(hy", "-").replace(r"\&", "")
    return re.sub(r"\\f[BIRP]", "", text)


def page_of(command):
    own = DOC / f"mailgw-{command}.1"
    if own.exists():
        return plain(own.read_text(encoding="utf-8"))
    whole = plain((DOC / "mailgw.1").read_text(encoding="utf-8"))
    section = re.search(rf'^\.S[sS] "?{re.escape(command)}\b.*\n((?:(?!\.S[sSHh]).*\n)*)', whole, re.MULTILINE)
    assert section, f"no manual: neither {own.name} nor a section in mailgw.1"
    return section.group(1)


def options_of(text):
    return {option for option in OPTION.findall(text) if len(option) == 2 or option.startswith("--")}


def test_help_lists_commands():
    assert {"init", "demo", "serve", "import", "parse", "explain", "ticket", "inbound", "outbox", "status", "audit",
            "config", "db"} <= set(commands())


@pytest.mark.parametrize("command", commands())
def test_options_match(command):
    in_help = options_of(output(command, "--help"))
    in_page = options_of(page_of(command))
    # Stand once, in mailgw(1), for all.
    common = {"--help", "--config"}
    assert "--help" in options_of(plain((DOC / "mailgw.1").read_text())), "mailgw.1 explains --help"
    assert in_help - in_page - common == set(), "in --help, not in the manual"
    assert in_page - in_help - common == set(), "in the manual, not in --help"


def test_configuration_keys_match(shared_gateway):
    """Every key of `mailgw config show` has an entry in mailgw.conf(5), and every entry is a key."""
    shown, section = set(), None
    for line in shared_gateway.run("config", "show").splitlines():
        if line.startswith("["):
            section = line[1:].split("]")[0].split()[0]
        key = re.match(r"#?\s*([a-z][a-z-]*)\s*=", line)
        if key and section:
            shown.add(key.group(1))
    page = plain((DOC / "mailgw.conf.5").read_text(encoding="utf-8"))
    entries = set(re.findall(r"^\.(?:It (?:Ic|Cm|Li|Sy)|B|BR|TP\n\.B) \"?([a-z][a-z-]*)", page, re.MULTILINE))
    assert shown, "config show prints keys"
    assert shown - entries == set(), "options without an entry"
    assert entries - shown == set(), "entries without an option"


@pytest.mark.parametrize("page", sorted(path.name for path in DOC.glob("*.[1-8]")))
def test_pages_are_well_formed(page):
    if shutil.which("mandoc") is None:
        pytest.skip("no mandoc")
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", str(DOC / page)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
