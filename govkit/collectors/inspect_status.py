"""Whether an Inspect run may be relied on: how it ended, what it left out, and whether it was edited afterwards."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from govkit.collectors.inspect_archive import Log
from govkit.collectors.values import count, fields, listing, name, section
from govkit.model.evidence import Flag, RunStatus

KNOWN_VERSIONS = frozenset({1, 2})
"""Source: inspect_ai/log/_log.py, `EvalLog.version`, 2 at 0.3.285."""

MOCKS = frozenset({"mockllm", "none"})
"""Providers that answer nothing real. Source: inspect_ai/model/_providers, `mockllm` and `none`, read at 0.3.285."""

MOST_LOST = 0.05
"""Share of runs that may have failed or stayed unscored before a log with several epochs counts as partial.

Source: govkit judgement; at 5 % lost, all-right and all-wrong differ by 5 points.
"""

_ENDED: dict[str, RunStatus] = {"success": "complete", "cancelled": "cancelled", "error": "error", "started": "partial"}


class Standing(NamedTuple):
    """The status, and what a reader of the result must know about the run."""

    status: RunStatus
    warnings: tuple[str, ...]
    flags: tuple[Flag, ...]


def standing(log: Log) -> Standing:
    """Status and warnings of the whole run."""
    header = log.header
    said = header.get("status") if log.finished else "started"
    status: RunStatus = _ENDED.get(said, "partial") if isinstance(said, str) else "unknown"
    if status == "complete" and fields(header.get("error")):
        status = "error"
    lost = [*_unfinished(log), *_limited(header), *_lost(header)]
    if status == "complete" and (lost or header.get("invalidated")):
        status = "partial"
    edited = [*_invalidated(header), *_edited(header), *_rescored(log)]
    mocked = _mocked(header)
    notes = [
        *_failed(said),
        *_lost_and_counted(header),
        *_stopped(log),
        *edited,
        *_unplanned(header),
        *mocked,
        *_version(header),
    ]
    if log.edits.unsearched is not None:
        notes.append(f"edits-unknown: nobody can tell whether scores were edited after the run: {log.edits.unsearched}")
    flags: dict[Flag, list[str]] = {"edited-after-run": edited, "mock-model": mocked}
    return Standing(status, (*lost, *notes), tuple(flag for flag, why in flags.items() if why))


def _unfinished(log: Log) -> list[str]:
    if log.finished and log.header.get("status") != "started":
        return []
    return [f"unfinished-run: the run did not end; it had scored {len(log.rows)} samples when the log was last written"]


def _failed(said: Any) -> list[str]:
    if said in ("success", "started"):
        return []
    return [
        f"failed-run: the log says the run ended as {name(said, 40) or 'nothing'!r}; its scores are of what was done"
    ]


def _limited(header: dict[str, Any]) -> list[str]:
    evaluated = section(header, "eval")
    config, dataset = section(evaluated, "config"), section(evaluated, "dataset")
    whole, chosen = count(dataset.get("samples")), len(listing(dataset, "sample_ids"))
    asked = [key for key in ("limit", "sample_id") if config.get(key) is not None]
    if not asked or (whole is not None and chosen >= whole):
        return []
    of = f" of {whole}" if whole is not None else ""
    return [f"limited-run: the run was limited by {' and '.join(asked)} to {chosen or 'some'}{of} samples"]


def _shares(header: dict[str, Any]) -> list[tuple[int, int, str]]:
    """Pairs of lost and planned samples, with what happened to them."""
    results = section(header, "results")
    total, completed = count(results.get("total_samples")), count(results.get("completed_samples"))
    logged = count(results.get("logged_samples"))
    found = []
    if total and completed is not None and completed < total:
        found.append((total - completed, total, "ended in an error"))
    if total and logged is not None and logged < total:
        found.append((total - logged, total, "were abandoned"))
    for score in listing(results, "scores"):
        stated = fields(score)
        scored, left = count(stated.get("scored_samples")), count(stated.get("unscored_samples"))
        if scored is not None and left:
            found.append((left, scored + left, f"were not scored by {name(stated.get('name'), 60) or 'a scorer'}"))
    return found


def epochs(header: dict[str, Any]) -> int:
    """How often every sample was run."""
    return count(section(section(header, "eval"), "config").get("epochs")) or 1


def failed_samples(header: dict[str, Any]) -> int | None:
    """Samples that ended in an error or were abandoned; None with several epochs: the log then counts runs."""
    results = section(header, "results")
    total, completed = count(results.get("total_samples")), count(results.get("completed_samples"))
    logged = count(results.get("logged_samples"))
    if epochs(header) > 1 or total is None or completed is None:
        return None
    return max(total - completed, total - logged if logged is not None else 0, 0)


def _lost(header: dict[str, Any]) -> list[str]:
    """Losses that make a run partial: with one epoch the project's policy decides, by the counts of each value."""
    return [
        f"lost-samples: {lost} of {planned} samples {how}; the score rests on the rest"
        for lost, planned, how in _shares(header)
        if epochs(header) > 1 and lost > MOST_LOST * planned
    ]


def _lost_and_counted(header: dict[str, Any]) -> list[str]:
    return [
        f"lost-samples: {lost} of {planned} samples {how}; the score rests on the rest"
        for lost, planned, how in _shares(header)
        if epochs(header) == 1 or lost <= MOST_LOST * planned
    ]


def _invalidated(header: dict[str, Any]) -> list[str]:
    if not header.get("invalidated"):
        return []
    return ["edited-after-run: samples of this log were declared invalid after the run"]


def _edited(header: dict[str, Any]) -> list[str]:
    updates = listing(header, "log_updates") + listing(header, "config_updates")
    updates += listing(section(header, "eval"), "config_updates")
    if not updates:
        return []
    return [f"edited-after-run: the log was edited {len(updates)} time(s) after the run was planned"]


def _rescored(log: Log) -> list[str]:
    found = []
    if log.edits.edited:
        found.append(f"edited-after-run: somebody edited the scores of {log.edits.edited} sample(s)")
    if log.edits.late:
        found.append("edited-after-run: samples were scored after the run had ended")
    return found


def _unplanned(header: dict[str, Any]) -> list[str]:
    """Scores whose scorer is not in the plan: solvers may give such, and `score` of 0.3.110 leaves no other mark."""
    planned = {_plain(fields(one).get("name")) for one in listing(section(header, "eval"), "scorers")}
    scores = listing(section(header, "results"), "scores")
    others = {_plain(fields(one).get("scorer")) for one in scores} - planned - {""}
    if not planned or not others:
        return []
    which = ", ".join(sorted(others))[:80]
    return [
        f"scorer-unplanned: the run was planned without {which}: a solver gave these scores, or they were added later"
    ]


def _plain(scorer: Any) -> str:
    """The name without its package, and without the number that tells several of one name apart."""
    return (name(scorer, 80) or "").rsplit("/", 1)[-1].rstrip("0123456789").rstrip("-")


def _stopped(log: Log) -> list[str]:
    """Samples that came to no end of their own: what was scored is what they had done until then."""
    kinds = Counter(row.limit for row in log.rows if row.limit)
    if not kinds:
        return []
    which = ", ".join(f"{kind} {times}" for kind, times in sorted(kinds.items()))
    return [f"stopped-samples: {kinds.total()} of {len(log.rows)} samples were stopped by a limit ({which}) and scored"]


def _mocked(header: dict[str, Any]) -> list[str]:
    model = name(section(header, "eval").get("model"), 80) or ""
    if model.partition("/")[0] not in MOCKS:
        return []
    return [f"mock-model: {model!r} gives made-up answers; nothing was measured"]


def _version(header: dict[str, Any]) -> list[str]:
    version = header.get("version")
    if version is None or count(version) in KNOWN_VERSIONS:
        return []
    return [f"unknown-version: log version {name(version, 20) or 'unreadable'} is newer than the versions known here"]
