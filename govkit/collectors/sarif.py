"""SARIF 2.1.0: findings of static analysis and scanners, by level.

Format: OASIS SARIF 2.1.0, read in its specification and in files of Trivy, Bandit, Ruff and CodeQL. Messages, code and
places of findings are not read.
Measures of every run, all counts: `sarif/<tool>/findings`, `sarif/<tool>/error`, `.../warning`, `.../note` and
`.../suppressed`; `.../none`, `.../open`, `.../review`, `.../pass`, `.../new` where a run has such results. Suppressed
results, and those that an earlier run had and this one has not, are no findings; undecided ones are, of no level.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.sarif_results import UNDECIDED, Ended, Found, count_results, ended
from govkit.collectors.source import DOCUMENT_BYTES, Sniffed, Source
from govkit.collectors.values import fields, listing, name, pointer, section
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement, Reading, RunStatus, ToolRef

FORMAT = "sarif"
VERSION = "2"

KNOWN = "2.1.0"
_VERSION = re.compile(rb'"version"\s*:\s*"(2\.[0-9][0-9A-Za-z.-]{0,30})"')

BETTER_LOWER = ("findings", "error", "warning", "note", "new")
"""The levels order by how much is wrong, so fewer are better. Of the rest the format says nothing of the kind."""

_ALWAYS = ("findings", "error", "warning", "note", "suppressed")
_WHERE_SEEN = ("none", "open", "review", "pass")


class Run(NamedTuple):
    """One run of one tool."""

    tool: ToolRef
    label: str | None
    """Tells several runs of one tool apart."""
    found: Found
    ended: Ended
    unlisted: str | None
    """What stands in place of a list of results; without one the tool did not look."""
    place: str


def sniff(source: Source) -> Sniffed | None:
    """A version that begins with 2, and runs of a tool."""
    document = source.document
    if document is None and source.size > DOCUMENT_BYTES and b'"runs"' in source.head:
        found = _VERSION.search(source.head)
        return Sniffed(FORMAT, 0.8, found[1].decode(), "a large file that begins like a SARIF log") if found else None
    version = _version(document) or _runless(document)
    return Sniffed(FORMAT, 0.95, version, "a version, and runs with tool.driver") if version else None


def _version(document: Any) -> str | None:
    runs = listing(document, "runs")
    version = fields(document).get("version")
    if not isinstance(version, str) or not version.startswith("2.") or not isinstance(document.get("runs"), list):
        return None
    named = all(section(fields(run), "tool") for run in runs)
    marked = bool(runs) or "sarif" in str(document.get("$schema", ""))[:300].lower()
    return name(version, 40) if named and marked else None


def _runless(document: Any) -> str | None:
    """The version of a log whose `runs` is null or missing: an attempt that failed. Source: SARIF 2.1.0, 3.13.4."""
    version, schema = fields(document).get("version"), str(fields(document).get("$schema", ""))[:300]
    told = isinstance(version, str) and version.startswith("2.") and "sarif" in schema.lower()
    return name(version, 40) if told and document.get("runs") is None else None


def collect(source: Source) -> Reading:
    """Every run in the log."""
    document = source.json_document()
    version = _version(document)
    if version is None and _runless(document):
        what = "is a SARIF log without runs: its writer says with it that it could not get at any"
        raise CollectorError(what, fix="run the scanner, or the query that wrote the log, again and look at its errors")
    if version is None:
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is not a SARIF log", fix=fix)
    if version.startswith("2.0"):
        fix = (
            "have the tool write SARIF 2.1.0, or convert the log with `sarif transform` of Microsoft's Sarif.Multitool"
        )
        raise CollectorError(f"is written in SARIF {version}, a draft that works differently", fix=fix)
    runs = list(_runs(document))
    elsewhere = tuple(_elsewhere(document))
    statuses: set[RunStatus] = {run.ended.status for run in runs} | ({"partial"} if elsewhere else set())
    status: RunStatus = statuses.pop() if len(statuses) == 1 else "partial" if statuses else "unknown"
    tools = {run.tool for run in runs}
    moments = [run.ended.when for run in runs]
    texts = [when.text for when in moments if when.text]
    warnings = [] if version == KNOWN else [f"unknown-version: SARIF {version} is read as {KNOWN}"]
    warnings += [] if runs else ["no-measurements: the log holds no run"]
    return Reading(
        format=FORMAT,
        format_version=version,
        collector=FORMAT,
        collector_version=VERSION,
        tool=tools.pop() if len(tools) == 1 else None,
        status=status,
        at=None if texts else max((when.at for when in moments if when.at), default=None),
        at_text=max(texts, default=None),
        config=_revisions(document),
        measurements=tuple(one for run in runs for one in _measurements(run, status)),
        warnings=(*warnings, *elsewhere, *dict.fromkeys(said for run in runs for said in run.ended.warnings)),
    )


def _runs(document: dict[str, Any]) -> Iterator[Run]:
    runs = [fields(run) for run in listing(document, "runs")]
    tools = [_tool(run) for run in runs]
    times = Counter(tool.name for tool in tools)
    labels: Counter[tuple[str, str]] = Counter()
    for index, (run, tool) in enumerate(zip(runs, tools, strict=True)):
        label = None
        if times[tool.name] > 1:
            stated = name(section(run, "automationDetails").get("id"), 120)
            label = stated.rstrip("/") if stated else f"run {index + 1}"
            labels[tool.name, label] += 1
            if labels[tool.name, label] > 1:
                label = f"{label} ({index + 1})"
        yield Run(tool, label, count_results(run), ended(run), _unlisted(run), pointer("runs", index, "results"))


def _unlisted(run: dict[str, Any]) -> str | None:
    """Source: SARIF 2.1.0, 3.14.23. Some write null where nothing was found: gosec up to 2020 (pull request 558)."""
    if isinstance(run.get("results"), list):
        return None
    if "results" not in run:
        return "the run has no list of results: the tool did not begin to look, or only tells which rules it has"
    if run["results"] is None:
        return "the results are null: the tool did not begin to look; one that found nothing writes an empty list"
    return "something else than a list stands under results"


def _tool(run: dict[str, Any]) -> ToolRef:
    driver = section(section(run, "tool"), "driver")
    version = name(driver.get("semanticVersion") or driver.get("version"), 100)
    return ToolRef(name=name(driver.get("name"), 100) or "unnamed tool", version=version)


def _revisions(document: dict[str, Any]) -> dict[str, str]:
    """The commit that was analysed, where the runs agree on one."""
    stated = [
        name(fields(one).get("revisionId"), 60)
        for run in listing(document, "runs")
        for one in listing(run, "versionControlProvenance")
    ]
    known = {text for text in stated if text}
    return {"revision": known.pop()} if len(known) == 1 else {}


def _elsewhere(document: dict[str, Any]) -> Iterator[str]:
    if any(listing(one, "results") for one in listing(document, "inlineExternalProperties")):
        yield "limited-run: results stand outside the runs (inlineExternalProperties), and are not read"


def _measurements(run: Run, whole: RunStatus) -> Iterator[Measurement]:
    counts, when = run.found.counts, run.ended.when
    words = [*_ALWAYS, *(word for word in _WHERE_SEEN if counts[word]), *(("new",) if run.found.compared else ())]
    doubt, hidden = _doubt(run), counts["suppressed"]
    told = [f"suppressed-findings: {hidden} findings are suppressed, and not among these"] if hidden else []
    if undecided := sum(counts[kind] for kind in UNDECIDED):
        text = f"undecided-results: of {undecided} results it is not decided whether they are problems: "
        told.append(f"{text}they count as findings, and have no level")
    for word in words:
        yield Measurement(
            measure=f"sarif/{run.tool.name}/{word}",
            value=None if doubt else counts[word],
            unit="count",
            higher_is_better=False if word in BETTER_LOWER else None,
            status=run.ended.status if run.ended.status != whole else None,
            conditions={"run": run.label} if run.label else {},
            at=when.at,
            at_text=when.text,
            place=run.place,
            warnings=(*([doubt] if doubt else []), *(told if word in BETTER_LOWER else []), *run.found.warnings),
        )


def _doubt(run: Run) -> str | None:
    """Why a run that found nothing shows nothing."""
    if run.unlisted:
        return f"nothing-to-count: {run.unlisted}; run it again, and look at what it says"
    if not run.found.counts and run.ended.status == "unknown":
        return "nothing-to-count: the run lists nothing, and nothing says that it went through; that is no clean result"
    return None
