"""Write each result as tests/summary reads it, to the file that MAILGW_RESULTS names."""

import os
import re

_results = None


def pytest_configure(config):
    global _results
    path = os.environ.get("MAILGW_RESULTS")
    if path and not hasattr(config, "workerinput"):  # pytest-xdist's workers tell the process that started them
        _results = open(path, "w", buffering=1, encoding="utf-8")


def _write(word, name, reason=None):
    if _results is not None:
        text = f":test-result: {word} {name}"
        if reason is not None:
            text += " # SKIP " + " ".join(reason.split())
        _results.write(text + "\n")


def _skip_reason(report):
    """pytest keeps (file, line, "Skipped: reason") for a skip, and the text of the exception for the rest."""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return re.sub(r"^Skipped: ", "", text)


def pytest_runtest_logreport(report):
    if hasattr(report, "wasxfail"):
        if report.when == "call":
            _write("XFAIL" if report.skipped else "XPASS", report.nodeid)
    elif report.failed:
        word = "FAIL" if report.when == "call" else "ERROR"
        _write(word, report.nodeid + ("" if report.when == "call" else f" ({report.when})"))
    elif report.skipped:
        _write("SKIP", report.nodeid, _skip_reason(report))
    elif report.when == "call":
        _write("PASS", report.nodeid)


def pytest_collectreport(report):
    if report.failed:
        _write("ERROR", (report.nodeid or "collection") + " (collection)")
    elif report.skipped:
        _write("SKIP", report.nodeid, _skip_reason(report))
