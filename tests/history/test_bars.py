from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from govkit.history.bars import bars_of
from govkit.history.repository import History
from govkit.model.assessment import BarSet
from govkit.model.control import Control, Criterion
from govkit.model.project import Release
from tests.history.conftest import GRACE, Workshop


def control(ident: str, *criteria: str) -> Control:
    made = tuple(Criterion(id=name, title=name, measure="a/b", at_least=0.5) for name in criteria)
    return Control(id=ident, title=ident, theme="x", summary="x", criteria=made)


PERF = control("GK-PERF-01", "score")
DATA = control("GK-DATA-01", "fields-filled")


def use(bar: str, more: str = "") -> str:
    return f"use:\n  - id: GK-PERF-01\n    criteria:\n      score: {{{bar}, reason: ours}}\n{more}"


def bars(workshop: Workshop, baseline: str | None = None, *controls: Control) -> dict[str, BarSet]:
    history = History.open(workshop.folder)
    release = Release(version="1", system="s", tag=baseline) if baseline else None
    return bars_of(history, "controls.yaml", controls or (PERF,), release)


def score(workshop: Workshop, baseline: str | None = None) -> BarSet:
    return bars(workshop, baseline)["GK-PERF-01/score"]


def test_a_bar_was_set_by_the_commit_that_gave_it_its_value(workshop: Workshop) -> None:
    workshop.commit({"controls.yaml": use("at_least: 0.7")})
    second = workshop.commit({"controls.yaml": use("at_least: 0.68")}, author=GRACE)
    workshop.commit({"controls.yaml": use("at_least: 0.68", "  - GK-DATA-01\n")})
    found = score(workshop)
    assert (found.commit, found.by, found.moved_since) == (second, "Grace Hopper", None)
    assert found.at is not None
    assert f"{found.at:%Y-%m-%d %H:%M}" == "2026-03-01 02:00"


@pytest.mark.parametrize(
    "same",
    ["at_least: 0.70", "at_least: .7", "at_least: 7e-1", "at_least: 0.7, title: New words", "source: x, at_least: 0.7"],
)
def test_other_words_for_the_same_bar_do_not_move_it(workshop: Workshop, same: str) -> None:
    first = workshop.commit({"controls.yaml": use("at_least: 0.7")})
    workshop.commit({"controls.yaml": "# a comment\n" + use(same)})
    assert score(workshop).commit == first


@pytest.mark.parametrize(
    "other",
    [
        "at_least: 0.7, min_n: 5",
        "at_most: 0.7",
        "at_least: 0.7, measure: a/other",
        "at_least: 0.7, where: {slice: all}",
        "at_least: 0.7, confidence: 0.9",
        "at_least: 0.7, severity: advisory",
        "at_least: 0.7000001",
        "between: [0.7, 1]",
        "reported: true",
    ],
)
def test_whatever_makes_a_check_another_one_moves_the_bar(workshop: Workshop, other: str) -> None:
    workshop.commit({"controls.yaml": use("at_least: 0.7")})
    second = workshop.commit({"controls.yaml": use(other)})
    assert score(workshop).commit == second


def test_a_bar_moved_and_moved_back_was_set_when_it_came_back(workshop: Workshop) -> None:
    workshop.commit({"controls.yaml": use("at_least: 0.7")})
    workshop.git("tag", "v1")
    workshop.commit({"controls.yaml": use("at_least: 0.5")})
    third = workshop.commit({"controls.yaml": use("at_least: 0.7")})
    found = score(workshop, "v1")
    assert (found.commit, found.moved_since) == (third, None)


def test_the_catalogs_bar_was_set_when_the_control_came_into_use(workshop: Workshop) -> None:
    workshop.commit({"controls.yaml": "use: [GK-DATA-01]\n"})
    second = workshop.commit({"controls.yaml": "use: [GK-DATA-01, GK-PERF-01]\n"})
    workshop.commit({"controls.yaml": "use:\n  - GK-DATA-01\n  - {id: GK-PERF-01, owner: Dr A}\n"})
    assert score(workshop).commit == second


def test_a_control_taken_out_and_put_back_starts_again(workshop: Workshop) -> None:
    workshop.commit({"controls.yaml": "use: [GK-PERF-01]\n"})
    workshop.commit({"controls.yaml": "use: [GK-DATA-01]\n"})
    third = workshop.commit({"controls.yaml": "use: [GK-PERF-01]\n"})
    assert score(workshop).commit == third


def test_a_criterion_removed_and_used_again_starts_again(workshop: Workshop) -> None:
    workshop.commit({"controls.yaml": "use: [GK-PERF-01]\n"})
    workshop.commit({"controls.yaml": "use:\n  - {id: GK-PERF-01, remove: [score], reason: later}\n"})
    assert bars(workshop) == {}
    third = workshop.commit({"controls.yaml": "use: [GK-PERF-01]\n"})
    assert score(workshop).commit == third


def test_a_bar_of_an_own_control(workshop: Workshop) -> None:
    own = (
        "own:\n  - id: ORG-01\n    title: T\n    criteria:\n      - {id: score, title: S, measure: a/b, at_least: %s}\n"
    )
    workshop.commit({"controls.yaml": own % 0.9})
    workshop.git("tag", "v1")
    second = workshop.commit({"controls.yaml": own % 0.8})
    found = bars(workshop, "v1", control("ORG-01", "score"))["ORG-01/score"]
    assert (found.commit, found.moved_since) == (second, "at least 0.9; measure a/b")


def test_a_bar_that_moved_since_the_baseline_names_the_one_before(workshop: Workshop) -> None:
    workshop.commit({"controls.yaml": use("at_least: 0.7, where: {slice: all}, min_n: 100")})
    workshop.git("tag", "v1")
    workshop.commit({"controls.yaml": use("at_least: 0.68")})
    assert score(workshop, "v1").moved_since == 'at least 0.7; min_n 100; where {"slice": "all"}'
    workshop.git("tag", "v2")
    assert score(workshop, "v2").moved_since is None
    assert score(workshop, "no-such-tag").moved_since is None


def test_leaving_the_catalogs_bar_is_a_move(workshop: Workshop) -> None:
    workshop.commit({"controls.yaml": "use: [GK-PERF-01]\n"})
    workshop.git("tag", "v1")
    workshop.commit({"controls.yaml": use("at_least: 0.1")})
    assert score(workshop, "v1").moved_since == "no bar of the project's own: the catalog's"


def test_a_bar_not_committed_has_no_commit(workshop: Workshop) -> None:
    workshop.commit({"controls.yaml": use("at_least: 0.7")})
    workshop.git("tag", "v1")
    workshop.write({"controls.yaml": use("at_least: 0.6", "  - GK-DATA-01\n")})
    found = bars(workshop, "v1", PERF, DATA)
    assert found["GK-PERF-01/score"] == BarSet(moved_since="at least 0.7")
    assert found["GK-DATA-01/fields-filled"] == BarSet()


def test_an_edit_elsewhere_in_the_file_leaves_a_bars_commit(workshop: Workshop) -> None:
    first = workshop.commit({"controls.yaml": use("at_least: 0.7")})
    workshop.write({"controls.yaml": use("at_least: 0.7", "  - GK-DATA-01\n")})
    assert score(workshop).commit == first


def test_a_broken_version_is_passed_over_and_named(workshop: Workshop) -> None:
    first = workshop.commit({"controls.yaml": use("at_least: 0.7")})
    broken = workshop.commit({"controls.yaml": "use: [\n"})
    workshop.commit({"controls.yaml": use("at_least: 0.7")})
    history = History.open(workshop.folder)
    assert bars_of(history, "controls.yaml", [PERF])["GK-PERF-01/score"].commit == first
    assert [(p.ident, broken[:12] in p.what) for p in history.problems] == [("broken-version", True)]


def test_a_file_that_is_no_controls_file_was_no_bar(workshop: Workshop) -> None:
    workshop.commit({"controls.yaml": "- just\n- a list\n"})
    workshop.commit({"controls.yaml": "use: {GK-PERF-01: yes}\nown: 7\n"})
    third = workshop.commit({"controls.yaml": use("at_least: 0.7")})
    assert score(workshop).commit == third


def test_moving_the_file_does_not_move_the_bars(workshop: Workshop) -> None:
    first = workshop.commit({"governance.yaml": use("at_least: 0.7", "  - GK-DATA-01\n")})
    workshop.git("tag", "v1")
    workshop.commit({"controls.yaml": use("at_least: 0.7", "  - GK-DATA-01\n"), "governance.yaml": None})
    assert score(workshop, "v1").commit == first
    workshop.commit({"controls.yaml": use("at_least: 0.6", "  - GK-DATA-01\n")})
    assert score(workshop, "v1").moved_since == "at least 0.7"


def test_a_file_deleted_and_written_again_starts_again(workshop: Workshop) -> None:
    workshop.commit({"controls.yaml": use("at_least: 0.7"), "a": "1"})
    workshop.commit({"controls.yaml": None})
    third = workshop.commit({"controls.yaml": use("at_least: 0.7")})
    assert score(workshop).commit == third


def test_a_bar_set_on_a_branch_is_its_authors_and_not_the_mergers(workshop: Workshop) -> None:
    workshop.commit({"controls.yaml": use("at_least: 0.7"), "x": "0"})
    workshop.git("checkout", "--quiet", "-b", "side")
    side = workshop.commit({"controls.yaml": use("at_least: 0.8")}, author=GRACE)
    workshop.git("checkout", "--quiet", "main")
    workshop.commit({"controls.yaml": "# a comment at the very top\n\n\n" + use("at_least: 0.7")})
    workshop.merge("side", "merge", "Zed <zed@clinic.example>")
    found = score(workshop)
    assert (found.commit, found.by) == (side, "Grace Hopper")


def test_the_line_a_branch_did_not_touch_keeps_its_commit(workshop: Workshop) -> None:
    filler = "".join(f"# {number}\n" for number in range(20))
    first = workshop.commit({"controls.yaml": use("at_least: 0.7", filler)})
    workshop.git("checkout", "--quiet", "-b", "side")
    workshop.commit({"controls.yaml": use("at_least: 0.7", filler + "# end\n")}, author=GRACE)
    workshop.git("checkout", "--quiet", "main")
    workshop.commit({"controls.yaml": "# start\n" + use("at_least: 0.7", filler)})
    workshop.merge("side", "merge")
    assert score(workshop).commit == first


def test_a_bar_older_than_a_shallow_clone_is_left_out(workshop: Workshop, cloned: Callable[..., Path]) -> None:
    workshop.commit({"controls.yaml": use("at_least: 0.7")})
    workshop.commit({"x": "1"})
    newest = workshop.commit({"controls.yaml": use("at_least: 0.7", "  - GK-DATA-01\n")})
    history = History.open(cloned("--depth", "2"))
    found = bars_of(history, "controls.yaml", [PERF, DATA])
    assert list(found) == ["GK-DATA-01/fields-filled"]
    assert found["GK-DATA-01/fields-filled"].commit == newest


def test_without_git_or_without_the_file_nothing_is_said(workshop: Workshop, tmp_path: Path) -> None:
    workshop.commit({"x": "1"})
    assert bars(workshop) == {}
    (tmp_path / "controls.yaml").write_text(use("at_least: 0.7"))
    assert bars_of(History.open(tmp_path), "controls.yaml", [PERF]) == {}


def test_a_huge_old_version_is_passed_over(workshop: Workshop) -> None:
    first = workshop.commit({"controls.yaml": use("at_least: 0.7")})
    workshop.commit({"controls.yaml": use("at_least: 0.7") + "#" * 6_000_000})
    workshop.commit({"controls.yaml": use("at_least: 0.7")})
    history = History.open(workshop.folder)
    assert bars_of(history, "controls.yaml", [PERF])["GK-PERF-01/score"].commit == first
    assert "version-unreadable" in [problem.ident for problem in history.problems]


def calls(work: Callable[[], object]) -> int:
    """How many functions a piece of work calls: its length, told without a clock."""
    counted = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


def test_the_work_grows_with_versions_and_controls_and_no_faster(workshop: Workshop) -> None:
    names = [f"GK-PERF-{number:02}" for number in range(60)]

    def work(controls: int) -> int:
        history, asked = History.open(workshop.folder), [control(name, "score") for name in names[:controls]]
        found: list[object] = []
        taken = calls(lambda: found.append(bars_of(history, "controls.yaml", asked)))
        assert [len(bars) for bars in found if isinstance(bars, dict)] == [controls]
        return taken

    versions: dict[int, int] = {}
    for version in range(1, 17):
        entries = "".join(
            f"  - id: {name}\n    criteria:\n      score: {{at_least: 0.{version:02}, reason: r}}\n" for name in names
        )
        workshop.commit({"controls.yaml": f"use:\n{entries}"})
        if version in (1, 4, 8, 16):  # the first time, modules are still imported
            versions[version] = work(60)
    assert versions[8] < 2.2 * versions[4]
    assert versions[16] < 2.2 * versions[8]
    assert versions[16] < 2.2 * work(30)
