"""What git says about one release, as a reading like that of any other file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from govkit.files import canonical_json
from govkit.history.asking import Tag
from govkit.history.changes import ChangeSummary
from govkit.history.repository import History
from govkit.model.evidence import Measurement, Reading
from govkit.model.project import Release

FORMAT = "git"
VERSION = "1"


class ReleaseReading(NamedTuple):
    """A reading, and digest and size of the facts it was made from (as canonical JSON)."""

    reading: Reading
    sha256: str
    size: int


def release_reading(
    history: History, release: Release, baseline: Release | None, governed_paths: Iterable[str]
) -> ReleaseReading | None:
    """Counts of commits, authors and approvals since the baseline, and how the release is fixed; None without git.

    Without a baseline everything up to the release counts. What cannot be known is left out, with a warning.
    """
    if not history.available:
        return None
    governed = sorted(set(governed_paths))
    tip = history.release_commit(release)
    base = history.release_commit(baseline) if baseline else None
    tag = next((tag for tag in history.tags() if tag.name == release.tag), None)
    warnings = _warnings(release, baseline, tip, base, tag)
    summary = history.between(base, tip, governed) if tip and (base or baseline is None) else None
    if tip and summary is None and not warnings:
        warnings.append("range-unknown: the commits since the baseline are not all in this clone")
    commit = next(iter(history.log(tip, (), "--no-renames", "--max-count=1") or ()), None) if tip else None
    measurements = [*_tag_measurements(tag, tip), *_counts(summary, base, tip, governed)]
    facts: dict[str, Any] = {
        "release": release.version,
        "commit": tip,
        "baseline": base,
        "tag": tag.name if tag else None,
        "signed": tag.signed if tag else None,
        "governed_paths": governed,
        "changes": summary._asdict() if summary else None,
    }
    content = canonical_json(facts)
    reading = Reading(
        format=FORMAT,
        collector=FORMAT,
        collector_version=VERSION,
        status="complete",
        at=commit.committed if commit else None,
        method="EXAMINE",
        measurements=tuple(measurements),
        warnings=tuple(warnings),
    )
    return ReleaseReading(reading, hashlib.sha256(content).hexdigest(), len(content))


def _warnings(
    release: Release, baseline: Release | None, tip: str | None, base: str | None, tag: Tag | None
) -> list[str]:
    found = []
    if tip is None:
        named = release.commit or release.tag
        what = f"git has no commit {named!r}" if named else "the release names neither tag nor commit"
        found.append(f"release-unknown: {what}")
    if tag is not None and tip is not None and tag.commit != tip:
        found.append(f"tag-elsewhere: the tag {tag.name} stands at {tag.commit[:12]}, the release names {tip[:12]}")
    if baseline is not None and base is None:
        found.append(f"baseline-unknown: git has no commit for the baseline {baseline.version}")
    return found


def _tag_measurements(tag: Tag | None, tip: str | None) -> list[Measurement]:
    """Whether a tag fixes the release, and whether that tag carries a signature."""
    tagged = tag is not None and tag.commit == tip
    place = f"git show-ref --tags {tag.name}"[:200] if tag else ""
    found = [_measurement("git/release-tagged", int(tagged), place, higher_is_better=True)]
    if tag is not None:
        unchecked = "signature-not-verified: govkit does not hold the key against anyone; `git verify-tag` does"
        warnings = (unchecked,) if tag.signed else ()
        found.append(_measurement("git/signed-tag", int(tag.signed and tagged), place, warnings, True))
    return found


def _counts(
    summary: ChangeSummary | None, base: str | None, tip: str | None, governed: Sequence[str]
) -> list[Measurement]:
    if summary is None or tip is None:
        return []
    place = f"git log {base[:12]}..{tip[:12]}" if base else f"git log {tip[:12]}"
    found = [
        _measurement("git/commits", summary.commits, place),
        _measurement("git/authors", summary.authors, place),
        _measurement("git/approvals", summary.approvals, place, higher_is_better=True),
        _measurement("git/independent-approvals", summary.independent_approvals, place, higher_is_better=True),
    ]
    if not governed:
        # Nothing is governed: no unapproved change would be true of anything.
        return found
    listed = f"unapproved: {', '.join(ident[:12] for ident in summary.unapproved[:5])}"
    more = f" and {len(summary.unapproved) - 5} more" if len(summary.unapproved) > 5 else ""
    warnings = (listed + more,) if summary.unapproved else ()
    count, unapproved = len(summary.governed), len(summary.unapproved)
    return [
        *found,
        _measurement("git/governed-changes", count, place),
        _measurement("git/unapproved-governed-changes", unapproved, place, warnings, higher_is_better=False),
    ]


def _measurement(
    name: str, value: int, place: str, warnings: tuple[str, ...] = (), higher_is_better: bool | None = None
) -> Measurement:
    return Measurement(
        measure=name,
        value=value,
        unit="count",
        higher_is_better=higher_is_better,
        place=place,
        warnings=warnings,
    )
