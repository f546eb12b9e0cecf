"""Fixtures of the stories (integration) and of the attacks (security).

What they hand out is explained in integration/harness.py, which a test may import as `harness`.
"""

import os
import pathlib
import sys

import pytest

_here = pathlib.Path(__file__).parent
sys.path[:0] = [str(_here), str(_here / "integration")]

import harness  # noqa: E402

pytest_plugins = ["results"]


@pytest.fixture(scope="session", autouse=True)
def programs():
    """A story without its program is a failure, never a skip."""
    for program in (harness.MAILGW, harness.DELIVER):
        if not os.access(program, os.X_OK):
            pytest.exit(f"{program} is not built", returncode=3)


@pytest.fixture
def gateway():
    """A new installation, not yet serving."""
    gw = harness.Gateway()
    yield gw
    gw.close()


@pytest.fixture(scope="module")
def shared_gateway():
    """One installation for all tests of a file, for those that only look."""
    gw = harness.Gateway()
    yield gw
    gw.close()


@pytest.fixture
def sink():
    pytest.importorskip("aiosmtpd", reason="no aiosmtpd")
    server = harness.Sink()
    yield server
    server.close()


@pytest.fixture
def postfix():
    """make(gateway, transport="pipe"|"lmtp", ...) starts an instance."""
    if not harness.IS_ROOT:
        pytest.skip("needs root")
    if not os.access("/usr/sbin/postfix", os.X_OK):
        pytest.skip("no Postfix")
    started = []

    def make(gateway, **options):
        started.append(harness.Postfix(gateway, **options))
        return started[-1]

    yield make
    for instance in started:
        instance.close()


@pytest.fixture
def generate(tmp_path):
    """generate(count, *options, seed=, to=) -> [(record, bytes)]"""
    if harness.generator_path() is None:
        pytest.skip("no generator")
    made = []

    def run(count, *options, **more):
        made.append(tmp_path / f"mail{len(made)}")
        return harness.generate(made[-1], count, *options, **more)

    return run


@pytest.fixture
def corpora():
    if harness.corpora_path() is None:
        pytest.skip("no corpora")
    return harness.corpora_path()
