"""Tests that Evidently ran: how many of them passed, and each by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from govkit.collectors import evidently_drift as drift
from govkit.collectors.evidently_entries import entry
from govkit.collectors.evidently_metrics import conditions
from govkit.collectors.values import fields, name, pointer, section
from govkit.files import finite
from govkit.model.evidence import Measurement

STATUSES = frozenset({"SUCCESS", "FAIL", "WARNING", "ERROR", "SKIPPED"})
"""Source: evidently/legacy/tests/base_test.py, read at 0.7.23."""

_DECIDED = {"SUCCESS": 1.0, "FAIL": 0.0, "WARNING": 0.0}
"""What a status counts as. A warning is a failure of a test that was marked as not critical."""

_CONDITIONS = ("gt", "gte", "lt", "lte", "eq", "not_eq", "is_in", "not_in")


class Outcome(NamedTuple):
    """One test: its status in Evidently's words, what it is about, and where it stands."""

    status: str | None
    about: dict[str, str]
    place: str


def outcomes(placed: Iterable[tuple[str, Any]]) -> list[Outcome]:
    """The tests of a file; texts that name values are left out."""
    return [Outcome(name(fields(raw).get("status"), 40), _about(fields(raw)), place) for place, raw in placed]


def _about(test: dict[str, Any]) -> dict[str, str]:
    params = section(section(test, "metric_config"), "params")
    if params:
        tested = entry(params, None, "")
        limits = section(test, "test_config")
        word = (name(limits.get("type"), 100) or name(test.get("id"), 100) or "?").rpartition(":")[2]
        limit = name(limits.get("threshold"))
        part = _part(section(test, "bound_test"))
        made = {"test": word, "metric": tested.kind, "part": part, "limit": limit}
        return {**conditions(tested.params), **{key: text for key, text in made.items() if text}}
    return _legacy_about(test)


def _part(bound: dict[str, Any]) -> str | None:
    """Which of several numbers of a metric is tested."""
    if isinstance(bound.get("is_count"), bool):
        return "count" if bound["is_count"] else "share"
    if isinstance(bound.get("is_mean"), bool):
        return "mean" if bound["is_mean"] else "deviation"
    return name(bound.get("label"), 100)


def _legacy_about(test: dict[str, Any]) -> dict[str, str]:
    parameters = section(test, "parameters")
    limits = section(parameters, "condition")
    stated = [f"{key} {limits[key]:g}" for key in _CONDITIONS if finite(limits.get(key)) is not None]
    told = {
        "test": name(test.get("name"), 100),
        "group": name(test.get("group"), 100),
        "column": name(parameters.get("column_name"), 100),
        "limit": ", ".join(stated),
    }
    return {key: text for key, text in told.items() if text}


def measurements(tests: list[Outcome]) -> Iterator[Measurement]:
    """k of n tests that came to a result, and each test as 1 or 0."""
    if not tests:
        return
    ran = [_DECIDED[one.status] for one in tests if one.status in _DECIDED]
    unclear = len(tests) - len(ran)
    warned = sum(one.status == "WARNING" for one in tests)
    said = []
    if unclear:
        said.append(f"not-evaluated: {unclear} of {len(tests)} tests came to no result, and are not among the n")
    if warned:
        said.append(f"test-warnings: {warned} tests failed with a warning only, and are counted as failed")
    yield Measurement(
        measure="evidently/tests/passed",
        value=sum(ran) / len(ran) if ran else None,
        unit="proportion",
        higher_is_better=True,
        n=len(ran),
        n_basis="entries",
        successes=int(sum(ran)) if ran else None,
        errors=unclear,
        planned=len(tests),
        place=pointer("tests"),
        warnings=(*said, *(() if ran else ("nothing-to-count: no test came to a result",))),
    )
    for one in tests:
        decided = _DECIDED.get(one.status or "")
        doubt = f"not-evaluated: the test ended as {one.status or 'nothing'}, which is no result"
        yield Measurement(
            measure="evidently/tests/met",
            value=decided,
            unit="count",
            higher_is_better=True,
            conditions=one.about,
            place=f"{one.place}/status",
            warnings=() if decided is not None else (doubt,),
        )


def legacy_drift(document: dict[str, Any]) -> Iterator[Measurement]:
    """Drift that tests of Evidently up to 0.6 found, each column once; the scores are rounded there."""
    seen: set[tuple[str, str]] = set()
    whole = False
    rounded = ("rounded: test suites give drift scores rounded to three digits",)
    for index, raw in enumerate(document["tests"]):
        parameters, place = section(fields(raw), "parameters"), pointer("tests", index, "parameters")
        columns = drift.group(parameters)
        found = [
            ({"column_name": key, **about}, f"{place}{pointer('features', key)}") for key, about in columns.items()
        ]
        if "score" in parameters and "stattest" in parameters:
            found.append((parameters, place))
        flags = [about.get("detected") for about in columns.values()]
        if flags and not whole and all(isinstance(flag, bool) for flag in flags):
            whole, drifted = True, sum(map(bool, flags))
            yield drift.columns(drifted, drifted / len(flags), len(flags), {}, f"{place}/features")
        for about, where in found:
            key = (str(about.get("column_name")), str(about.get("stattest")))
            if key not in seen:
                seen.add(key)
                yield from drift.stated(about, where, rounded)


def tests_of(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Place and result of every test in a list."""
    for index, test in enumerate(document["tests"]):
        yield pointer("tests", index), test
