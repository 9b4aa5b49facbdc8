"""One run in a SARIF log: which of its results are findings, at which level, and whether the analysis went through.

Source: OASIS SARIF 2.1.0: run (3.14), invocation (3.20), result (3.27), suppression (3.35), configuration (3.50).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.values import Warnings, When, count, fields, instant, listing, name, section
from govkit.model.evidence import RunStatus

LEVELS = ("error", "warning", "note", "none")
KINDS = frozenset({"fail", "pass", "open", "review", "informational", "notApplicable"})

UNDECIDED = ("open", "review")
"""Kinds of results of which the tool could not tell, or a person has yet to tell, whether they are problems."""

Counts = Counter[str]
"""How many results there are of each level, and under `findings`, `suppressed`, `absent`, `new` and of other kinds."""


class Found(NamedTuple):
    """What the results of a run come to."""

    counts: Counts
    warnings: Warnings
    compared: bool
    """Whether results say how they stand to an earlier run."""


class Ended(NamedTuple):
    """How an analysis ended, and when."""

    status: RunStatus
    warnings: Warnings
    when: When


def count_results(run: dict[str, Any]) -> Found:
    """Findings by effective level; those that are suppressed, or no longer there, are counted apart."""
    levels = _Levels(run)
    counts: Counts = Counter()
    odd: dict[str, None] = {}
    compared = False
    for raw in listing(run, "results"):
        result = fields(raw)
        state = result.get("baselineState")
        compared |= state is not None
        if state == "absent":
            counts["absent"] += 1
            continue
        if _suppressed(result):
            counts["suppressed"] += 1
            continue
        kind = result.get("kind", "fail")
        if kind not in KINDS:
            odd[f"unclear-outcome: a result has the kind {name(kind, 40)!r}, and is counted as a finding"] = None
            kind = "fail"
        if kind in UNDECIDED:
            counts["findings"] += 1
            counts["new"] += state == "new"
        if kind != "fail":
            counts[str(kind)] += 1
            continue
        level = levels.of(result)
        if level not in LEVELS:
            odd[f"unclear-outcome: a result has the level {name(level, 40)!r}, and is counted as an error"] = None
            level = "error"
        counts["findings"] += 1
        counts[level] += 1
        counts["new"] += state == "new"
    return Found(counts, tuple(odd), compared)


def _suppressed(result: dict[str, Any]) -> bool:
    """A result is suppressed when somebody suppressed it and nobody still reviews, or rejected, that."""
    suppressions = [fields(one) for one in listing(result, "suppressions")]
    return bool(suppressions) and all(one.get("status", "accepted") == "accepted" for one in suppressions)


class _Levels:
    """The level of each result: its own, else an override, else that of its rule, else warning."""

    def __init__(self, run: dict[str, Any]) -> None:
        tool = section(run, "tool")
        self._components = [section(tool, "driver"), *(fields(one) for one in listing(tool, "extensions"))]
        self._rules = [[fields(rule) for rule in listing(part, "rules")] for part in self._components]
        self._by_id: dict[str, dict[str, Any]] = {}
        for rules in self._rules:
            for rule in rules:
                if isinstance(rule.get("id"), str):
                    self._by_id.setdefault(rule["id"], rule)
        self._overrides = dict(self._overridden(run))

    def _overridden(self, run: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for invocation in listing(run, "invocations"):
            for one in listing(invocation, "ruleConfigurationOverrides"):
                ident = self._rule(section(one, "descriptor")).get("id") or section(one, "descriptor").get("id")
                level = section(one, "configuration").get("level")
                if isinstance(ident, str) and level is not None:
                    yield ident, level

    def _rule(self, reference: dict[str, Any]) -> dict[str, Any]:
        """The rule a reference leads to: by its place in the component it names, else by its id."""
        component = count(section(reference, "toolComponent").get("index"))
        index = count(reference.get("index"))
        rules = self._rules[component + 1] if component is not None and component + 1 < len(self._rules) else None
        rules = rules if rules is not None else self._rules[0]
        if index is not None and index < len(rules):
            return rules[index]
        ident = reference.get("id")
        if not isinstance(ident, str):
            return {}
        # `CA1000/1` is a sub-rule that shares the description of `CA1000`.
        return self._by_id.get(ident) or self._by_id.get(ident.rpartition("/")[0]) or {}

    def of(self, result: dict[str, Any]) -> Any:
        """The effective level of a result of kind `fail`, as far as the file gives one."""
        if result.get("level") is not None:
            return result["level"]
        reference = section(result, "rule")
        index = reference.get("index", result.get("ruleIndex"))
        rule = self._rule({**reference, "index": index, "id": reference.get("id", result.get("ruleId"))})
        ident = rule.get("id", result.get("ruleId"))
        if isinstance(ident, str) and ident in self._overrides:
            return self._overrides[ident]
        return section(rule, "defaultConfiguration").get("level", "warning")


def ended(run: dict[str, Any]) -> Ended:
    """`complete` only where every invocation says that it went through and reports no fault."""
    invocations = [fields(one) for one in listing(run, "invocations")]
    said = [one.get("executionSuccessful") for one in invocations]
    faults = sum(_faults(one) for one in invocations)
    outside = "results" in section(run, "externalPropertyFileReferences")
    status: RunStatus = "complete" if said and all(one is True for one in said) else "unknown"
    warnings: list[str] = []
    if False in said or any(one.get("processStartFailureMessage") for one in invocations):
        status = "error"
        warnings.append("failed-run: the tool says that it did not run to its end")
    elif faults:
        status = "partial"
        warnings.append(f"failed-run: the tool reports {faults} error(s) of its own; what it could not read is missing")
    if outside:
        status = "partial" if status in ("complete", "unknown") else status
        warnings.append("limited-run: results stand in another file, which is not read")
    if status == "unknown":
        warnings.append("unknown-end: nothing says that the analysis went through (executionSuccessful is missing)")
    return Ended(status, tuple(warnings), _when(run, invocations))


def _faults(invocation: dict[str, Any]) -> int:
    notices = listing(invocation, "toolExecutionNotifications") + listing(invocation, "toolConfigurationNotifications")
    return sum(fields(one).get("level") == "error" for one in notices)


def _when(run: dict[str, Any], invocations: list[dict[str, Any]]) -> When:
    """When the analysis ended, else began, else when its results were last detected."""
    for key in ("endTimeUtc", "startTimeUtc"):
        seen = [instant(one.get(key)) for one in invocations]
        if any(one.at or one.text for one in seen):
            return _latest(seen)
    results = listing(run, "results")
    return _latest([instant(section(fields(one), "provenance").get("lastDetectionTimeUtc")) for one in results])


def _latest(seen: list[When]) -> When:
    texts = [one.text for one in seen if one.text]
    moments = [one.at for one in seen if one.at]
    return When(text=max(texts)) if texts else When(at=max(moments, default=None))
