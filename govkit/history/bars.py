"""When each bar was set, by whom, and whether it moved since the baseline release.

A bar is what a project writes about a criterion, words aside. A criterion it says nothing about has the catalog's bar,
which counts as set when the control came into use. What the catalog's bar is, depends on the version of govkit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from govkit.errors import InputError
from govkit.files import finite, read_bytes
from govkit.history.commits import clean
from govkit.history.repository import History, Version
from govkit.history.versions import content_at
from govkit.model.assessment import BarSet
from govkit.model.control import Control, Criterion
from govkit.model.project import Release
from govkit.yaml_lines import load_yaml

Bar = tuple[tuple[str, str], ...]
"""Keys of a criterion and their values, spelled one way."""

# Only words: changing one makes no check stricter or milder.
_WORDS = ("id", "title", "source", "reason")
_SKEW = timedelta(days=1)
"""How far clocks may differ before it is told. Source: govkit judgement; a time zone set wrong is less than a day."""
_UNSET = "no bar of the project's own: the catalog's"
_PHRASES = {"at_least": "at least", "at_most": "at most", "between": "between", "equals": "equal to"}


def bars_of(
    history: History, controls_file: str, controls: Iterable[Control], baseline: Release | None = None
) -> dict[str, BarSet]:
    """`CONTROL/criterion` to the commit that gave the bar its present value; what cannot be known is left out.

    Versions of the file that are no YAML are passed over, and named in the history's problems.
    """
    wanted = {control.id: [criterion.id for criterion in control.criteria] for control in controls}
    return followed(history, controls_file, lambda content, name: _bars(content, name, wanted), baseline)


Reader = Callable[[bytes | None, str], dict[str, Bar] | None]
"""The bars of one version of a file, shown by that name; None when it cannot be read."""


def followed(
    history: History, file: str, read: Reader, baseline: Release | None = None, *, unset: str = _UNSET
) -> dict[str, BarSet]:
    """Every bar the file holds now to the commit that gave it its value; what cannot be known is left out.

    `unset` says in words what holds where the file says nothing.
    """
    now = _present(history, file, read)
    if not history.available or now is None:
        return {}
    versions = history.versions(file)
    states = {v.commit: read(v.content, f"{file}@{v.commit[:12]}") for v in versions}
    for version in versions:
        if states[version.commit] is None:
            what = f"{file} as of commit {version.commit[:12]} cannot be read and was passed over"
            history.add_problem("broken-version", what, "nothing to do: later versions count")
    before = _before(history, baseline, versions, file, read)
    found, dates = {}, _Dates(history)
    for key, bar in now.items():
        setter = _setter(key, bar, versions, states)
        moved = _phrase(before[key], unset) if key in before and before[key] != bar else None
        if setter is None:
            found[key] = BarSet(moved_since=moved)
        elif setter.commit not in history.shallow:
            found[key] = BarSet(commit=setter.commit, at=dates.of(setter), by=setter.author, moved_since=moved)
    return found


class _Dates:
    """When versions were committed, each asked once; a commit cannot be older than what it was made from."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._known: dict[str, datetime | None] = {}

    def of(self, version: Version) -> datetime | None:
        """The date of its commit, or a later one that a commit before it bears, which is then told."""
        if version.commit not in self._known:
            stated, least = version.committed, self._history.not_before(version.commit)
            if stated is not None and least is not None and least - stated > _SKEW:
                what = f"commit {version.commit[:12]} says {stated:%Y-%m-%d}, and was made from one of {least:%Y-%m-%d}"
                self._history.add_problem("commit-dates", what, "ask who made it; the later date counts for bars")
            self._known[version.commit] = max((at for at in (stated, least) if at is not None), default=None)
        return self._known[version.commit]


def _present(history: History, file: str, read: Reader) -> dict[str, Bar] | None:
    try:
        content = read_bytes(history.root / file, shown=file)
    except InputError:
        return None
    return read(content, file)


def _before(
    history: History, baseline: Release | None, versions: Sequence[Version], file: str, read: Reader
) -> dict[str, Bar]:
    """The bars as they were at the baseline release."""
    commit = history.release_commit(baseline) if baseline else None
    if commit is None:
        return {}
    names = list(dict.fromkeys(version.place for version in reversed(versions)))
    content = content_at(history, commit, names) if names else None
    return (read(content, f"{file}@{commit[:12]}") or {}) if content is not None else {}


def _setter(
    key: str, bar: Bar, versions: Sequence[Version], states: Mapping[str, Mapping[str, Bar] | None]
) -> Version | None:
    """The earliest version since which the bar is what it is now; None when the newest version has another.

    Goes from each version to one it was made from that agrees, as `git blame` does, and looks through unreadable ones.
    """
    by_commit = {version.commit: version for version in versions}
    made_from: dict[str, list[str]] = {}
    for version in versions:
        parents = [parent for parent in version.parents if parent in by_commit]
        made_from[version.commit] = [
            ident for parent in parents for ident in ([parent] if states[parent] is not None else made_from[parent])
        ]
    found = None
    tips = [versions[-1].commit] if versions else []
    nearest = [ident for tip in tips for ident in ([tip] if states[tip] is not None else made_from[tip])]
    while nearest:
        agreeing = next((ident for ident in nearest if (states[ident] or {}).get(key) == bar), None)
        if agreeing is None:
            break
        found, nearest = by_commit[agreeing], made_from[agreeing]
    return found


def top_level(content: bytes | None, name: str) -> dict[str, Any] | None:
    """What stands in one version of a YAML file; None when it cannot be read, empty when it is no mapping."""
    if content is None:
        return None
    try:
        value = load_yaml(content, name).value
    except InputError:
        return None
    return value if isinstance(value, dict) else {}


def _bars(content: bytes | None, name: str, wanted: Mapping[str, Sequence[str]]) -> dict[str, Bar] | None:
    """The wanted bars of one version of the file; None when it cannot be read."""
    listing = top_level(content, name)
    if listing is None:
        return None
    found: dict[str, Bar] = {}
    for entry in _list(listing.get("use")):
        control = entry if isinstance(entry, str) else entry.get("id") if isinstance(entry, dict) else None
        changes = _by_id(entry.get("criteria")) if isinstance(entry, dict) else {}
        removed = _list(entry.get("remove")) if isinstance(entry, dict) else []
        for criterion in wanted.get(str(control), ()):
            if criterion not in removed:
                found[f"{control}/{criterion}"] = _bar(changes.get(criterion))
    for entry in _list(listing.get("own")):
        if isinstance(entry, dict) and str(entry.get("id")) in wanted:
            found |= {f"{entry['id']}/{name}": _bar(changes) for name, changes in _by_id(entry.get("criteria")).items()}
    return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _by_id(criteria: Any) -> dict[str, Any]:
    """Criteria by id, whether they are written as `id: {...}` or as a list."""
    if isinstance(criteria, dict):
        return criteria
    return {str(item["id"]): item for item in _list(criteria) if isinstance(item, dict) and "id" in item}


def _bar(changes: Any) -> Bar:
    if not isinstance(changes, dict):
        return ()
    keys = sorted(key for key in changes if key in Criterion.model_fields and key not in _WORDS)
    return tuple((key, spelled(changes[key])) for key in keys)


def spelled(value: Any) -> str:
    """One spelling for what means the same: 0.70 and 0.7, and keys in any order."""
    if isinstance(value, dict):
        return json.dumps({key: str(item) for key, item in sorted(value.items())}, ensure_ascii=False)
    if isinstance(value, list):
        return " and ".join(spelled(item) for item in value)
    number = finite(value)
    if number is not None:
        short = f"{number:g}"
        return short if float(short) == number else repr(number)
    return str(value)


def _phrase(bar: Bar, unset: str) -> str:
    """The bar in words: `at least 0.7; measure clinic/accuracy`."""
    if not bar:
        return unset
    bars = [f"{_PHRASES[key]} {value}" for key, value in bar if key in _PHRASES]
    rest = [f"{key} {value}" for key, value in bar if key not in _PHRASES]
    return clean("; ".join((*bars, *rest)))
