"""ground.py - where everything stands, and how to wait for it."""

import contextlib
import os
import pathlib
import socket
import tempfile
import time

SOURCE = pathlib.Path(os.environ.get("MAILGW_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("MAILGW_BUILD", SOURCE))
MAILGW = BUILD / "mailgw" / "mailgw"
DELIVER = BUILD / "mailgw" / "mailgw-deliver"
PYTHON = "/usr/bin/python3"

IS_ROOT = os.geteuid() == 0


def wait_for(what, condition, timeout=30, interval=0.02):
    """The first true value of condition(); AssertionError "waited N s for WHAT" if there is none in time."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise AssertionError(f"waited {timeout} s for {what}")
        time.sleep(interval)
        interval = min(interval * 1.5, 0.5)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_directory(prefix="mgw"):
    """A directory below /tmp that the unprivileged user of the product may enter."""
    path = pathlib.Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))
    path.chmod(0o755)
    return path


def is_alive(pid):
    """Whether it runs; a zombie does not."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            return stat.read().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except (FileNotFoundError, ProcessLookupError):
        return False


def descendants(pid):
    """Process ids below pid, parents before children."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                with open(f"/proc/{entry}/stat", "rb") as stat:
                    parent = int(stat.read().rpartition(b")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry))
    found, waiting = [], [pid]
    while waiting:
        below = children.get(waiting.pop(0), [])
        found += below
        waiting += below
    return found
