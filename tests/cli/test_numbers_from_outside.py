"""The numbers `govkit assess` prints, held against statsmodels and SciPy: whole projects, no function of ours.

What only computes an interval is tested where it lives; here is what lies between the rows of a file and the JSON.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from statsmodels.api import OLS
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from tests.cli.making import git, govkit, write

MAIN = """\
organisation: {name: Org}
systems:
  - {id: s, name: Sorter, kind: classifier, tier: minimal, purpose: Sorts letters., owner: Ada}
frameworks: [{id: nist-ai-rmf-1.0, gate: false}]
evidence:
  - {path: "evidence/{release}/right.jsonl", mapping: right.yaml}
  - {path: "evidence/{release}/grade.jsonl", mapping: grade.yaml}
"""
MAPPING = "format: jsonl\nstatus: complete\nsamples:\n"
ENTRY = "  - {measure: app/%s, score: /score, unit: proportion, higher_is_better: true, %s}\n"
PAIRED = "key: /item, cluster: /passage, summary: true"
SPOKEN = ENTRY % ("spoken", "by: {language: /language}")
RELEASES = "releases:\n  - {version: '1.0'}\n  - {version: '2.0', baseline: '1.0'}\n"
CRITERIA = {
    "right": "measure: app/spoken, where: {language: en}, at_least: 0.9",
    "safe": "measure: app/spoken, where: {language: en}, at_least: 0.9, safety: true",
    "change": "measure: app/right, of: change, at_least: -0.02",
    "flips": "measure: app/right, of: flips, at_most: 0.02, unit: proportion",
    "gap": "measure: app/spoken, of: gap, across: language, at_most: 0.2",
    "grade": "measure: app/grade, at_least: 0.5",
    "moved": "measure: app/grade, of: change, at_least: -0.02",
}
ITEMS, PASSAGES = 240, 12


class Rows:
    """Two releases on the same items: right or wrong, each item alone; graded, twenty items to a passage."""

    def __init__(self) -> None:
        chance = random.Random(7)
        self.language = ["en" if item % 3 else "de" for item in range(ITEMS)]
        self.passage = [item % PASSAGES for item in range(ITEMS)]
        self.before = [float(chance.random() < 0.9) for _ in range(ITEMS)]
        self.after = [score if chance.random() < 0.95 else 1 - score for score in self.before]
        self.old = [round(min(1.0, chance.random() * 0.7 + self.passage[i] / 40), 3) for i in range(ITEMS)]
        self.new = [round(min(1.0, max(0.0, score + chance.gauss(-0.01, 0.08))), 3) for score in self.old]

    def written(self, folder: Path, order: int) -> None:
        """Both releases as files, the rows in one of many orders."""
        for release, right, grade in (("1.0", self.before, self.old), ("2.0", self.after, self.new)):
            lines = list(range(ITEMS))
            random.Random(order).shuffle(lines)
            for name, scores, passage in (
                ("right", right, lambda item: f"own {item}"),
                ("grade", grade, lambda item: f"p{self.passage[item]}"),
            ):
                rows = (
                    {"item": f"i{n}", "score": scores[n], "passage": passage(n), "language": self.language[n]}
                    for n in lines
                )
                write(folder, f"evidence/{release}/{name}.jsonl", "".join(json.dumps(row) + "\n" for row in rows))


def assessed(folder: Path, rows: Rows, order: int) -> dict[str, dict[str, Any]]:
    """The checks of release 2.0 by the names of their criteria, as `govkit assess --json` prints them."""
    folder.mkdir()
    controls = "own:\n" + "".join(
        f"  - id: EX-{name}\n    title: {name}\n    theme: test\n    summary: A test.\n"
        f"    criteria: [{{id: {name}, title: {name}, {what}}}]\n"
        for name, what in CRITERIA.items()
    )
    given = {"govkit.yaml": MAIN, "controls.yaml": f"use: []\n{controls}", "releases.yaml": RELEASES}
    given |= {
        "right.yaml": MAPPING + ENTRY % ("right", PAIRED) + SPOKEN,
        "grade.yaml": MAPPING + ENTRY % ("grade", PAIRED),
    }
    for name, text in given.items():
        write(folder, name, text)
    rows.written(folder, order)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "all")
    result = govkit(folder, "assess", "2.0", "--json", "--no-record")
    assert result.exit_code in (0, 10), result.output
    return {check["criterion"]: check for check in json.loads(result.stdout)["checks"]}


@pytest.fixture(scope="module")
def rows() -> Rows:
    return Rows()


@pytest.fixture(scope="module")
def checks(rows: Rows, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return assessed(tmp_path_factory.mktemp("numbers") / "project", rows, 0)


def shown(check: dict[str, Any]) -> tuple[float, float, str]:
    return check["interval"]["low"], check["interval"]["high"], check["interval"]["method"]


def english(rows: Rows, scores: list[float], language: str = "en") -> tuple[int, int]:
    mine = [score for score, spoken in zip(scores, rows.language, strict=True) if spoken == language]
    return int(sum(mine)), len(mine)


def test_a_rate_and_an_exact_rate(rows: Rows, checks: dict[str, dict[str, Any]]) -> None:
    k, n = english(rows, rows.after)
    for name, method, called in (("right", "wilson", "Wilson"), ("safe", "beta", "Clopper-Pearson")):
        low, high = proportion_confint(k, n, 0.05, method=method)
        assert shown(checks[name]) == (pytest.approx(low), pytest.approx(high), called)
        assert (checks[name]["value"], checks[name]["n"]) == (k / n, n)


def test_a_change_item_by_item(rows: Rows, checks: dict[str, dict[str, Any]]) -> None:
    pairs = list(zip(rows.before, rows.after, strict=True))
    fell, rose = pairs.count((1, 0)), pairs.count((0, 1))
    made = checks["change"]
    assert made["value"] == pytest.approx((rose - fell) / ITEMS)
    assert made["comparison"]["method"] == "exact McNemar"
    table = [[pairs.count((1, 1)), fell], [rose, pairs.count((0, 0))]]
    assert made["comparison"]["p_value"] == pytest.approx(mcnemar(table, exact=True).pvalue)
    low, high = proportion_confint(fell, ITEMS, 0.05, method="wilson")
    assert shown(checks["flips"]) == (pytest.approx(low), pytest.approx(high), "Wilson")


def test_a_gap_of_two_languages(rows: Rows, checks: dict[str, dict[str, Any]]) -> None:
    one, other = sorted((english(rows, rows.after, name) for name in ("en", "de")), key=lambda kn: kn[0] / kn[1])
    low, high = confint_proportions_2indep(*other, *one, method="newcomb", compare="diff")
    assert shown(checks["gap"]) == (pytest.approx(max(0.0, low)), pytest.approx(high), "Newcombe, unpaired")


def robust(scores: list[float], passages: list[int]) -> tuple[float, float]:
    """Mean and half width: statsmodels' robust error times √(G/(G - 1)), never below the simple one; t of G - 1."""
    fit = OLS(scores, np.ones(len(scores))).fit(
        cov_type="cluster", cov_kwds={"groups": np.array(passages), "use_correction": False}
    )
    groups = len(set(passages))
    error = max(float(fit.bse[0]) * (groups / (groups - 1)) ** 0.5, float(stats.sem(scores)))
    return float(np.mean(scores)), float(stats.t.ppf(0.975, groups - 1)) * error


def test_grades_of_passages_and_their_change(rows: Rows, checks: dict[str, dict[str, Any]]) -> None:
    middle, half = robust(rows.new, rows.passage)
    ends = (pytest.approx(middle - half), pytest.approx(middle + half))
    assert shown(checks["grade"]) == (*ends, "clustered t, 12 groups")
    middle, half = robust([new - old for new, old in zip(rows.new, rows.old, strict=True)], rows.passage)
    ends = (pytest.approx(middle - half), pytest.approx(middle + half))
    assert shown(checks["moved"]) == (*ends, "clustered t, 12 groups, paired")
    assert checks["moved"]["comparison"]["method"] == "exact permutation of signs over 12 groups"


def test_rows_in_another_order_give_the_same_numbers(
    rows: Rows, checks: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    again = assessed(tmp_path / "again", rows, 1)
    told = ("outcome", "value", "interval", "n", "comparison", "explanation", "n_to_decide")
    assert {name: [check.get(key) for key in told] for name, check in again.items()} == {
        name: [check.get(key) for key in told] for name, check in checks.items()
    }
