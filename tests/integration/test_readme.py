"""Every command of the README is run, in order and in one shell, or stands here with the reason why a test cannot run it.

A command is an indented line that begins with "$ "; a backslash at its end continues it, and what stands behind three blanks
explains it.  The snippets for mail servers are compared with the files in etc/, which are what is tested.
"""

import os
import re
import shutil
import signal
import subprocess

import pytest

import harness

README = (harness.SOURCE / "README").read_text(encoding="utf-8")
ETC = harness.SOURCE / "etc"

# First words of commands that are not run here, and why.
NOT_RUN = {
    "./autogen.sh --deps demo": "installs packages; its last step, mailgw/mailgw demo, is run",
    "./autogen.sh --deps check": "it is how this test came to run",
    "systemd-sysusers": "changes the machine",
    "systemctl": "changes the machine",
    "postmap": "changes the machine",
    "postfix reload": "changes the machine",
    "mailgw imap test support": "needs a server: test_imap.py has one",
}

# What a person does between two commands, who reads what the first one prints.
AFTERWARDS = {
    "mailgw serve &": "serve=$!; until mailgw status >/dev/null 2>&1; do sleep 0.1; done",
    "mailgw-deliver": "until mailgw ticket show 1 >/dev/null 2>&1; do sleep 0.1; done",
    "mailgw reload": "until mailgw status >/dev/null 2>&1; do sleep 0.1; done",
    "createdb": "export MAILGW_CONFIG=$PWD/own.conf",
    "mailgw db status": "export MAILGW_CONFIG=$PWD/desk/mailgw.conf",
}


def commands():
    joined = re.sub(r"\\\n\s*", " ", README)
    return [line.split("   ")[0].rstrip() for line in re.findall(r"^[ \t]+\$ (.+)$", joined, re.MULTILINE)]


def of_table(table, command):
    return next((value for words, value in table.items() if command == words or command.startswith(words + " ")), None)


def section(title):
    return re.search(rf"^{title}\n(.*?)(?=^[A-Z][A-Z ]+$|\Z)", README, re.MULTILINE | re.DOTALL).group(1)


@pytest.fixture
def directory():
    path = harness.make_directory("mgr")
    yield path
    if "MAILGW_KEEP" not in os.environ:
        shutil.rmtree(path, ignore_errors=True)


def script_of(run):
    lines = ["set -e", "trap 'kill $serve 2>/dev/null' EXIT"]
    for command in run:
        lines += [f"echo {'$ ' + command!r} >&2", command, of_table(AFTERWARDS, command) or ":"]
    return "\n".join(lines) + "\n"


def own_configuration(directory):
    """That of the README, with the queue of `init`; the server's socket is the one of this test."""
    snippet = re.search(r"^    \[database\]\n    url = .*\n", README, re.MULTILINE).group(0).replace("    ", "")
    return snippet.replace("/var/run/postgresql", str(directory / "desk" / "run")) + (
        "[queue support]\naddress = support@example.com\n[smtp]\ntransport = maildir:sent\n")


def stop(directory):
    """What the README leaves running: the embedded database."""
    environment = os.environ | {"MAILGW_CONFIG": str(directory / "desk" / "mailgw.conf")}
    subprocess.run([str(harness.MAILGW), "db", "stop"], env=environment, capture_output=True, timeout=60, check=False)


def environment_of(directory):
    """Programs are those that `make install` of the README puts below DESTDIR; createuser finds the embedded server."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAILGW_", "PG", "MAKE", "MFLAGS"))}
    environment |= {"DESTDIR": str(directory / "root"), "LC_ALL": "C.UTF-8", "PGHOST": str(directory / "desk" / "run"),
                    "PGUSER": "mailgw_owner",
                    "PATH": f"{directory}/root/usr/local/bin:{harness.BUILD / 'mailgw'}:{os.environ['PATH']}"}
    return environment


def test_readme_has_commands():
    assert len(commands()) >= 15
    assert any(command.startswith("./autogen.sh --deps demo") for command in commands())
    assert any(command.startswith("./autogen.sh --deps check") for command in commands())


def test_readme_fits_a_terminal():
    assert [line for line in README.splitlines() if len(line) > 80 or "\t" in line] == []


def test_commands_run(directory):
    (directory / "mailgw").symlink_to(harness.BUILD / "mailgw")
    (directory / "tests").symlink_to(harness.SOURCE / "tests")
    (directory / "own.conf").write_text(own_configuration(directory))
    run = [command for command in commands() if of_table(NOT_RUN, command) is None]
    run = [f"make -C {harness.BUILD} install >/dev/null" if command == "make install" else command for command in run]
    shell = subprocess.Popen(["/bin/sh", "-c", script_of(run)], cwd=directory, env=environment_of(directory),
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             start_new_session=True)
    try:
        printed, _ = shell.communicate(timeout=300)
    except subprocess.TimeoutExpired:
        os.killpg(shell.pid, signal.SIGKILL)
        raise AssertionError(shell.communicate()[0]) from None
    finally:
        stop(directory)
    assert shell.returncode == 0, printed
    assert "all mail accounted for" in printed
    migrated = re.search(r"^\$ mailgw db migrate\n(\d+) migrations applied$", printed, re.MULTILINE)
    assert migrated and int(migrated.group(1)) > 0, "the own server's schema is made there\n" + printed
    assert (directory / "root/usr/local/bin/mailgw").exists()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"(?<![\w/.-])(?:doc|etc|lib|schema|tests|mailgw)/[\w./-]*\w", README))))
def test_paths_exist(path):
    """A file that the README sends the reader to is there, in the source or in the build."""
    assert os.path.exists(harness.SOURCE / path) or os.path.exists(harness.BUILD / path)


# --- the snippets for mail servers -----------------------------------------------------------------------------------

def words(text):
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("title, name", [("BESIDE POSTFIX", "postfix-master.cf.example"), ("BESIDE EXIM", "exim4.example")])
def test_snippets_are_those_of_etc(title, name):
    """Each indented line stands in the example as well, in a comment or not; Exim's is not run here: exim4-daemon-light and
    Postfix, which the stories need, exclude each other in Debian.  It was tried by hand with Exim 4.96."""
    example = words(re.sub(r"^#", "", (ETC / name).read_text(encoding="utf-8"), flags=re.MULTILINE))
    snippet = [line for line in section(title).splitlines() if re.match(r" {4}\s*[^\s$]", line)]
    assert len(snippet) > 3
    for line in words("\n".join(snippet)):
        assert line in example or line.replace("lmtp:inet:127.0.0.1:2424", "mailgw-lmtp:unix:/run/mailgw/lmtp.sock") in example


def postconf(directory, *args):
    return subprocess.run(["/usr/sbin/postconf", "-c", str(directory), *args], capture_output=True, text=True, timeout=30,
                          check=False)


def test_postfix_understands_the_example(tmp_path):
    if not os.access("/usr/sbin/postconf", os.X_OK):
        pytest.skip("no Postfix")
    shutil.copy(ETC / "postfix-master.cf.example", tmp_path / "master.cf")
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\nmailgw_destination_recipient_limit = 1\n")
    services = postconf(tmp_path, "-M").stdout
    assert re.search(r"^mailgw +unix .* pipe flags=Rq user=mailgw null_sender= argv=/usr/bin/mailgw-deliver -f \$\{sender\}",
                     " ".join(services.split()).replace(" mailgw-lmtp", "\nmailgw-lmtp"))
    assert re.search(r"^mailgw-lmtp +unix +- +- +n ", services, re.MULTILINE)
    # A parameter that belongs to no service is warned of.
    limit = postconf(tmp_path, "-n")
    assert "mailgw_destination_recipient_limit = 1" in limit.stdout and limit.stderr == ""


def test_unit_is_closed_off(tmp_path):
    """Where systemd is installed it judges: 1.2 of 10, where smaller is better, is what the network costs."""
    source = (ETC / "mailgw.service.in").read_text(encoding="utf-8")
    settings = [line for line in source.splitlines() if line and line[0] not in "#["]
    assert [line for line in settings if not re.match(r"[A-Z][A-Za-z]+=", line)] == []
    assert {"Type=notify", "WatchdogSec=60", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="} <= set(settings)
    if shutil.which("systemd-analyze") is None:
        return
    unit = tmp_path / "mailgw.service"
    unit.write_text(source.replace("@bindir@", "/usr/bin"))
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=15", str(unit)], capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert "Unknown" not in done.stderr, done.stderr
