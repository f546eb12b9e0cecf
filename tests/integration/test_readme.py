"""Every command of the README is run, or stands here with the reason why a test cannot run it.

A command is an indented line that begins with "$ "; a backslash at its end continues it.
"""

import os
import re
import subprocess

import pytest

import harness

README = (harness.SOURCE / "README").read_text(encoding="utf-8")

# First words of commands that are not run here, and why.
NOT_RUN = {
    "./autogen.sh": "it is how this test came to run",
    "git clone": "needs the network",
    "sudo": "changes the machine",
    "apt": "changes the machine",
    "apt-get": "changes the machine",
    "systemctl": "changes the machine",
    "postfix reload": "changes the machine",
    "postmap": "changes the machine",
    "make check": "it is how this test came to run",
    "make bench": "takes minutes; it has a test of its own",
    "make install": "changes the machine",
    "mailgw serve": "runs until it is stopped; test_pipe_and_lmtp starts it",
    "createdb": "wants a server of the reader's own",
    "createuser": "wants a server of the reader's own",
}


def commands():
    joined = re.sub(r"\\\n\s*", " ", README)
    return re.findall(r"^[ \t]+\$ (.+)$", joined, re.MULTILINE)


def reason_not_to_run(command):
    plain = re.sub(r"^(\S*/)?mailgw/(?=mailgw\b)", "", command)
    for words, reason in NOT_RUN.items():
        if plain == words or plain.startswith(words + " "):
            return reason
    return None


def test_readme_has_commands():
    assert len(commands()) >= 5
    assert any(command.startswith("./autogen.sh --deps demo") for command in commands())
    assert any(command.startswith("./autogen.sh --deps check") for command in commands())


def test_commands_run(shared_gateway, tmp_path):
    """In order, in one shell's place: a later command may need what an earlier one has made."""
    (tmp_path / "mailgw").symlink_to(harness.BUILD / "mailgw")
    shared_gateway.serve()
    ran = 0
    for command in commands():
        if reason_not_to_run(command):
            continue
        done = subprocess.run(["/bin/sh", "-ec", command], cwd=tmp_path, env=shared_gateway.environment(), timeout=180,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"
        ran += 1
    assert ran > 0


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\b(?:doc|etc|lib|schema|tests|mailgw)/[\w./-]*\w", README))))
def test_paths_exist(path):
    """A file that the README sends the reader to is there, in the source or in the build."""
    assert os.path.exists(harness.SOURCE / path) or os.path.exists(harness.BUILD / path)
