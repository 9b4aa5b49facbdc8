"""Giskard 3: results of a suite of scenarios, as `SuiteResult.to_hub_format()` and `model_dump_json()` write them.

Format: giskard-checks 1.0.6, `checks/core/result.py`. Scenarios are judged again by their checks: Giskard calls one
without any check passed. Conversations are not kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.grouped import Grouped
from govkit.collectors.values import count, fields, item_key, listing, name, section
from govkit.model.evidence import Flag, Measurement, SampleScores

_COUNTS = ("passed_count", "failed_count", "errored_count", "skipped_count")
_WORST_FIRST = ("error", "fail", "skip", "pass")
PLAIN = frozenset(
    (
        "all_of",
        "any_of",
        "equals",
        "fn",
        "greater_than",
        "greater_than_equals",
        "json_valid",
        "less_than",
        "less_than_equals",
        "not",
        "not_equals",
        "readability",
        "regex_matching",
        "rego_policy",
        "string_matching",
    )
)
"""Kinds of check that ask no model of their own. Source: giskard-checks 1.0.6, `checks/builtin/`."""

MOST_SLICES = 500
"""Tags and kinds of check kept. Source: govkit judgement."""

_DEEPEST = 8
UNASSERTED = "unasserted"


def suite_of(document: Any) -> dict[str, Any] | None:
    """The suite in a document: the document itself, the one in results by group, or one of a single scenario."""
    found = fields(document)
    if {"suite_result", "groups"} <= found.keys():
        found = section(found, "suite_result")
    if _is_scenario(found):
        return {"results": [found]}
    rows = found.get("results")
    if not isinstance(rows, list) or not found.keys() >= set(_COUNTS):
        return None
    return found if all(map(_is_scenario, rows[:20])) else None


def _is_scenario(row: Any) -> bool:
    return (
        isinstance(row, dict) and isinstance(row.get("steps"), list) and {"scenario_name", "final_trace"} <= row.keys()
    )


class _Judge(NamedTuple):
    by_model: bool
    models: frozenset[str]


class _Rate:
    """Outcomes of scenarios, or of checks."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.items = Grouped()
        self.judges: list[_Judge] = []

    def add(self, outcome: str, key: str, group: str, judge: _Judge) -> None:
        self.outcomes[outcome] += 1
        if outcome in ("pass", "fail"):
            self.items.add(key, float(outcome == "pass"), group)
            self.judges = list({*self.judges, judge})


class Suite:
    """A suite, counted."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.rates: dict[tuple[str, str], _Rate] = {}
        self.notes: Counter[str] = Counter()
        rows = listing(document, "results")
        for row in rows:
            self._scenario(fields(row))
        self.stated = sum(found for key in _COUNTS if (found := count(document.get(key))) is not None)
        self.rows = len(rows)

    def _scenario(self, row: dict[str, Any]) -> None:
        checks = [fields(check) for step in listing(row, "steps") for check in listing(step, "results")]
        statuses = [_status(check.get("status")) for check in checks]
        outcome = _outcome(row, statuses)
        ran = [check for check, status in zip(checks, statuses, strict=True) if status in ("pass", "fail")]
        label = name(row.get("scenario_name")) or "unnamed"
        group = item_key(label)
        judge = _together([_judge(check) for check in ran])
        self.notes["skipped-checks"] += statuses.count("skip") if outcome in ("pass", "fail") else 0
        self.notes["repeated"] += (count(row.get("multiple_runs")) or 1) > 1
        self.notes["metrics"] += any(listing(check, "metrics") for check in checks)
        slices = [("", ""), *(("tag", tag) for raw in listing(row, "tags") if (tag := name(raw, 80)))]
        for slot in dict.fromkeys(slices):
            self._add(slot, outcome, group, group, judge)
        for check, status in zip(checks, statuses, strict=True):
            kind = name(section(check, "details").get("check_kind"), 60) or "unnamed"
            said = name(section(check, "details").get("check_name"), 120)
            self._add(("check", kind), status, item_key(label, kind, said), group, _judge(check))

    def _add(self, slot: tuple[str, str], outcome: str, key: str, group: str, judge: _Judge) -> None:
        if slot not in self.rates and len(self.rates) >= MOST_SLICES:
            self.notes["left-out"] += 1
        else:
            self.rates.setdefault(slot, _Rate()).add(outcome, key, group, judge)


def _status(raw: Any) -> str:
    word = (name(raw, 40) or "").lower()
    return word if word in _WORST_FIRST else "error"


def _outcome(row: dict[str, Any], statuses: list[str]) -> str:
    """The worst of what the checks, the steps and the scenario itself say; without a check nothing was asserted."""
    broken = ["error" for step in listing(row, "steps") if isinstance(fields(step).get("error"), dict)]
    decided = [status for status in statuses if status != "skip"] or statuses
    stated = [_status(row.get("status"))] if row.get("status") in ("error", "fail") else []
    found = [*broken, *decided, *stated]
    return min(found, key=_WORST_FIRST.index) if found else UNASSERTED


def _judge(check: dict[str, Any]) -> _Judge:
    """Whether a model decided a check, or may have, and its name."""
    details = section(check, "details")
    models: set[str] = set()
    by_model = _walk(section(details, "check_spec"), models, 0) or details.get("check_kind") not in PLAIN
    return _Judge(by_model, frozenset(models) if by_model else frozenset())


def _walk(value: Any, models: set[str], depth: int) -> bool:
    """Whether a specification names a judge anywhere in it; models it names are added."""
    if depth > _DEEPEST:
        return True
    inner = value if isinstance(value, list) else list(fields(value).values())
    named = name(fields(value).get("model"), 120)
    if named is not None:
        models.add(named)
    asks = [bool(fields(value).get(key)) for key in ("judge", "generator", "embedding_model")]
    return any([*asks, *[_walk(one, models, depth + 1) for one in inner[:100] if isinstance(one, dict | list)]])


def _together(judges: list[_Judge]) -> _Judge:
    return _Judge(any(one.by_model for one in judges), frozenset().union(*(one.models for one in judges)))


def measured(suite: Suite) -> Iterator[tuple[Measurement, SampleScores | None]]:
    """Shares of scenarios that passed, in all and by tag, and of checks by their kind; higher is better."""
    for (word, label), rate in sorted(suite.rates.items()):
        owner = f"giskard/checks/{label}/pass-rate" if word == "check" else "giskard/scenarios/pass-rate"
        measure = name(owner + ("-by-tag" if word == "tag" else "")) or "giskard"
        conditions = {"tag": label} if word == "tag" else {}
        k, n = rate.outcomes["pass"], rate.outcomes["pass"] + rate.outcomes["fail"]
        judge = _together(rate.judges)
        flags: tuple[Flag, ...] = ("judge-unvalidated",) if judge.by_model else ()
        yield (
            Measurement(
                measure=measure,
                value=k / n if n else None,
                unit="proportion",
                higher_is_better=True,
                n=n,
                n_basis="items",
                successes=k if n else None,
                clusters=rate.items.clusters,
                errors=rate.outcomes["error"],
                judge=name(", ".join(sorted(judge.models))) if judge.models else None,
                flags=flags,
                conditions=conditions,
                place="/results",
                warnings=(*_doubts(rate, judge), *rate.items.note()),
            ),
            rate.items.samples(measure, conditions, binary=True),
        )


def _doubts(rate: _Rate, judge: _Judge) -> Iterator[str]:
    total = rate.outcomes.total()
    if not rate.outcomes["pass"] + rate.outcomes["fail"]:
        yield "no-rate: nothing was decided"
    if rate.outcomes["error"]:
        yield f"failed-items: {rate.outcomes['error']} of {total} ended in an error and are not among the n"
    if rate.outcomes["skip"]:
        yield f"skipped-items: {rate.outcomes['skip']} of {total} were skipped and are not among the n"
    if rate.outcomes[UNASSERTED]:
        yield f"nothing-asserted: {rate.outcomes[UNASSERTED]} of {total} have no check; Giskard calls them passed"
    if judge.by_model:
        shown = ", ".join(sorted(judge.models)) or "not named"
        yield f"judge-model: a model decided, or may have ({name(shown)}); no interval here covers its errors"


def doubts(suite: Suite) -> Iterator[str]:
    """What is to be known of the suite as a whole."""
    notes = suite.notes
    if suite.stated > suite.rows:
        yield f"results-missing: the suite counts {suite.stated} scenarios, the file holds {suite.rows}"
    if not suite.rows:
        yield "no-measurements: the suite holds no scenario"
    if notes["repeated"]:
        yield f"repeated-runs: {notes['repeated']} scenarios were run several times; they passed if every run did"
    if notes["skipped-checks"]:
        yield f"skipped-checks: {notes['skipped-checks']} checks of scenarios that count were skipped"
    if notes["metrics"]:
        yield f"metrics-not-read: {notes['metrics']} scenarios have metrics of their checks, which are not read"
    if notes["left-out"]:
        yield f"too-many-names: {notes['left-out']} results of further tags and checks are left out"
    yield "model-unknown: Giskard's results name no system, no version and no date"
