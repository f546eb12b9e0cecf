"""Each figure over the corpora has its least value (see figures.py)."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import figures  # noqa: E402


@pytest.mark.parametrize("scorer", figures.scorers())
def test_figures_hold(corpora, scorer):
    found = figures.figures_of(scorer, corpora)
    assert found, "no figure"
    for figure in found:
        print(f"{figure.name}: {figure.good} of {figure.total}, {100 * figure.share:.1f} %, at least {100 * figure.at_least:.0f} %")
    below = [f"{figure.name}: {figure.good} of {figure.total}: " + "; ".join(figure.misses[:20])
             for figure in found if not figure.holds]
    assert below == []
