"""Great Expectations validation results: which expectations about a table hold, and how many rows break them.

Format: validation results and checkpoint results of 0.11 to 0.18 and of 1.x as JSON (files of 0.11.8 and 1.24.1), and
what `CheckpointResult.describe()` prints. Values of rows in the file (`partial_unexpected_list`) are not read.
Measures: `great-expectations/success` (k of n expectations hold), `great-expectations/met` (1 or 0 per expectation),
`great-expectations/unexpected` (k of n rows break it; empty cells do not count). Expectation, column, `mostly` and the
condition on rows are conditions. An expectation that looked at no value holds by itself, and counts for nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import When, count, fields, instant, listing, name, pointer, section
from govkit.errors import CollectorError
from govkit.files import finite
from govkit.model.evidence import DatasetRef, Measurement, Reading, ToolRef

FORMAT = "great-expectations"
VERSION = "2"


_IDLE = "nothing-to-count: an expectation holds by itself where there was no value to look at"


class Suite(NamedTuple):
    """One suite validated on one batch of data."""

    node: dict[str, Any]
    place: str
    results_key: str


def sniff(source: Source) -> Sniffed | None:
    """A validation result, or a checkpoint result that holds some."""
    suites = _suites(source.document)
    if not suites:
        return None
    one = len(suites) == 1 and suites[0].place == ""
    reason = "results with expectation_config, and statistics" if one else "a checkpoint result with such results in it"
    return Sniffed(FORMAT, 0.95, _version(suites[0].node), reason)


def _suites(document: Any) -> list[Suite]:
    """Every validation result in a document; empty when it is none."""
    if _is_result(document):
        return [Suite(document, "", "results")]
    found: list[Suite] = []
    for key, run in section(document, "run_results").items():
        inner = section(run, "validation_result")
        node, place = (
            (inner, pointer("run_results", key, "validation_result")) if inner else (run, pointer("run_results", key))
        )
        if _is_result(node):
            found.append(Suite(node, place, "results"))
    for index, node in enumerate(listing(document, "validation_results")):
        if _has_statistics(node) and "expectations" in node:
            found.append(Suite(node, pointer("validation_results", index), "expectations"))
    return found


def _has_statistics(node: Any) -> bool:
    return isinstance(node, dict) and "success" in node and "evaluated_expectations" in section(node, "statistics")


def _is_result(node: Any) -> bool:
    rows = listing(node, "results")
    typed = all(_type(fields(row)) is not None for row in rows)
    return _has_statistics(node) and isinstance(node.get("results"), list) and typed


def _config(row: dict[str, Any]) -> dict[str, Any]:
    """The configuration of an expectation; `describe()` spreads it over the row."""
    return section(row, "expectation_config") or row


def _type(row: dict[str, Any]) -> str | None:
    config = _config(row)
    return name(config.get("type") or config.get("expectation_type"))


def _version(node: dict[str, Any]) -> str | None:
    meta = section(node, "meta")
    return name(meta.get("great_expectations_version") or meta.get("great_expectations.__version__"))


def collect(source: Source) -> Reading:
    """Every expectation of every suite in the file."""
    suites = _suites(source.json_document())
    if not suites:
        fix = "save the validation result as JSON, for example `result.to_json_dict()`"
        raise CollectorError("is not a Great Expectations validation result", fix=fix)
    moments = [_moment(suite.node) for suite in suites]
    latest = max((moment.at for moment in moments if moment.at), default=None)
    measurements = [one for suite in suites for one in _measurements(suite)]
    warnings = list(dict.fromkeys(said for suite in suites for said in _said(suite)))
    return Reading(
        format=FORMAT,
        format_version=_version(suites[0].node),
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="great_expectations", version=_version(suites[0].node)),
        status="complete",
        at=latest,
        at_text=None if latest else moments[0].text,
        measurements=tuple(measurements),
        warnings=tuple(warnings),
    )


def _said(suite: Suite) -> Iterator[str]:
    """What to know about the results of a suite as a whole."""
    rows = _rows(suite)
    broken = sum(_raised(row) for row in rows)
    if broken:
        yield f"not-evaluated: {broken} expectations failed with an exception, which says nothing about the data"
    bare = sum(row.get("success") is True and _about_values(row) and not section(row, "result") for row in rows)
    if bare:
        told = f"{bare} expectations hold and were kept without counts (BOOLEAN_ONLY)"
        yield f"no-counts: {told}, so nobody can tell whether there was any value to look at"
    evaluated = count(section(suite.node, "statistics").get("evaluated_expectations"))
    if evaluated is not None and evaluated > len(rows):
        told = f"{evaluated - len(rows)} of {evaluated} expectations are not listed"
        yield f"not-listed: {told}, so nobody can tell whether they looked at any row"


def _rows(suite: Suite) -> list[dict[str, Any]]:
    return [fields(row) for row in listing(suite.node, suite.results_key)]


def _moment(node: dict[str, Any]) -> When:
    meta = section(node, "meta")
    run = instant(section(meta, "run_id").get("run_time"))
    return run if run.at or run.text else instant(meta.get("validation_time"))


def _raised(row: dict[str, Any]) -> bool:
    """Whether an expectation failed with an exception; since 1.x the information may stand per metric."""
    raised = section(row, "exception_info")
    return raised.get("raised_exception") is True or any(
        fields(one).get("raised_exception") is True for one in raised.values()
    )


def _about_values(row: dict[str, Any]) -> bool:
    """Whether an expectation asks every value: its result then has counts, unless they were left out on purpose."""
    return "_values_" in (_type(row) or "")


def _looked_at(row: dict[str, Any]) -> int | None:
    """How many values an expectation about rows was asked of; None where the result does not say.

    Empty cells are asked only whether they are empty: those two expectations state no `missing_count`.
    """
    result = section(row, "result")
    whole = count(result.get("element_count"))
    return whole - (count(result.get("missing_count")) or 0) if whole is not None else None


def _idle(row: dict[str, Any]) -> bool:
    """Whether an expectation holds only because there was no value that could have broken it."""
    looked_at_none = _looked_at(row) == 0 or section(row, "result").get("observed_value") == []
    return row.get("success") is True and not _raised(row) and looked_at_none


def _measurements(suite: Suite) -> Iterator[Measurement]:
    moment, about, stated = _moment(suite.node), _dataset(suite.node), _conditions(suite.node)
    found = [_success(suite)]
    for index, row in enumerate(_rows(suite)):
        place = suite.place + pointer(suite.results_key, index)
        found += [_met(row, place), *_unexpected(row, place)]
    for one in found:
        update = {"conditions": {**stated, **one.conditions}, "dataset": about, "at": moment.at, "at_text": moment.text}
        yield one.model_copy(update=update)


def _success(suite: Suite) -> Measurement:
    """k of n expectations, as the statistics say: a result may list only those that failed."""
    statistics = section(suite.node, "statistics")
    n, k = count(statistics.get("evaluated_expectations")), count(statistics.get("successful_expectations"))
    failing = sum(row.get("success") is False for row in _rows(suite))
    idle = sum(_idle(row) for row in _rows(suite))
    usable = n is not None and k is not None and n > 0 and k <= n
    warnings = [] if usable else ["nothing-to-count: the statistics count no expectations"]
    if n is not None and k is not None and failing > n - k:
        warnings.append(f"count-conflict: {failing} expectations failed, and the statistics say {n - k}")
        usable = False
    if usable and n is not None and k is not None and idle:
        if idle > k:
            warnings.append(f"count-conflict: {idle} listed expectations hold, and the statistics say {k}")
        else:
            warnings.append(f"{_IDLE}; {idle} such expectations are counted neither among the {k} nor the {n}")
        n, k, usable = max(n - idle, 0), k - idle, idle <= k and idle < n
    return Measurement(
        measure="great-expectations/success",
        value=k / n if usable and k is not None and n else None,
        unit="proportion",
        higher_is_better=True,
        n=n,
        n_basis="entries" if n is not None else None,
        successes=k if usable else None,
        place=suite.place + pointer("statistics"),
        warnings=tuple(warnings),
    )


def _met(row: dict[str, Any], place: str) -> Measurement:
    met, idle = row.get("success"), _idle(row)
    doubts = ["not-evaluated: the expectation failed with an exception"] if _raised(row) else []
    if idle:
        doubts.append(_IDLE)
    if not isinstance(met, bool):
        doubts.append("not-a-number: success is neither true nor false")
    return Measurement(
        measure="great-expectations/met",
        value=float(met) if isinstance(met, bool) and not _raised(row) and not idle else None,
        unit="count",
        higher_is_better=True,
        conditions=_expectation(row),
        place=f"{place}/success",
        warnings=tuple(doubts),
    )


def _unexpected(row: dict[str, Any], place: str) -> Iterator[Measurement]:
    """Rows that break an expectation about rows, among those that are not empty."""
    result = section(row, "result")
    k, n = count(result.get("unexpected_count")), _looked_at(row)
    percent = finite(result.get("unexpected_percent"))
    if k is None and percent is None:
        return
    doubts: list[str] = []
    value: float | None = None
    if k is not None and n is not None and n > 0 and k <= n:
        value = k / n
        if percent is not None and abs(percent - 100 * value) > 0.01:
            doubts.append(f"count-conflict: {k} of {n} rows is not the {percent:g} percent reported")
    elif percent is not None and 0 <= percent <= 100:
        value, k = percent / 100, None
        doubts.append("percent-converted: unexpected_percent is divided by 100")
    else:
        doubts.append("nothing-to-count: no row was looked at")
    yield Measurement(
        measure="great-expectations/unexpected",
        value=value,
        unit="proportion",
        higher_is_better=False,
        n=n if n is not None and n >= 0 else None,
        n_basis="records" if n is not None and n >= 0 else None,
        successes=k if value is not None else None,
        conditions=_expectation(row),
        place=f"{place}/result",
        warnings=tuple(doubts),
    )


def _expectation(row: dict[str, Any]) -> dict[str, str]:
    config = _config(row)
    arguments = section(config, "kwargs")
    single = [arguments.get(key) for key in ("column", "column_A", "column_B")]
    columns = [name(one, 60) for one in (*single, *listing(arguments, "column_list"))]
    mostly, only = finite(arguments.get("mostly")), arguments.get("row_condition")
    stated = {
        "expectation": _type(row),
        "column": name(", ".join(one for one in columns if one)),
        "mostly": None if mostly == 1 else name(mostly),
        "rows": name(only) or name(fields(only).get("pass_through_filter")) or ("some" if only else None),
        "severity": name(config.get("severity")),
    }
    return {word: text for word, text in stated.items() if text is not None}


def _conditions(node: dict[str, Any]) -> dict[str, str]:
    suite = name(node.get("suite_name") or section(node, "meta").get("expectation_suite_name"))
    return {"suite": suite} if suite else {}


def _dataset(node: dict[str, Any]) -> DatasetRef | None:
    meta = section(node, "meta")
    batch, older = section(meta, "active_batch_definition"), section(meta, "batch_kwargs")
    ident = name(batch.get("data_asset_name") or older.get("data_asset_name") or older.get("datasource"))
    fingerprint = name(section(meta, "batch_markers").get("pandas_data_fingerprint"))
    revision = f"pandas fingerprint {fingerprint}" if fingerprint else None
    return DatasetRef(id=ident, revision=revision) if ident else None
