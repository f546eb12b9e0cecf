"""Some weeks of a desk, gone through in seconds; `make check-year` goes through a year of 50,000 tickets."""

import sys

import pytest

import harness

sys.path.insert(0, str(harness.SOURCE / "tests" / "targets"))


def test_each_warning_and_breach_once_as_the_counter_says():
    pytest.importorskip("counter", reason="no python3-dateutil")
    import simulation

    text, wrong, told = simulation.simulate(tickets=150, days=18, minutes=1, seed=6, say=lambda text: None)
    assert wrong == [], text
    assert min(told["warned"], told["breached"]) > 100 and told["withdrawn"] > 0, text
