"""The project's files at the commit of the baseline release, read leniently: what cannot be read asks for nothing."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from govkit.errors import InputError
from govkit.files import inside, read_bytes
from govkit.history.bars import top_level
from govkit.history.repository import History
from govkit.history.versions import content_at
from govkit.model.asked import AskedBefore
from govkit.model.base import Name
from govkit.model.control import Control
from govkit.model.project import Release
from govkit.model.risk import rating

_FILES = {"controls": "controls.yaml", "risks": "risks.yaml", "statement": "soa.yaml"}


def asked_before(
    history: History, main_file: str, baseline: Release, offered: Mapping[str, Control]
) -> AskedBefore | None:
    """What the files asked for at the commit of the baseline release; None when git cannot tell.

    Of a shipped control this is what today's catalog has, less what was taken out, plus what was added.
    """
    commit = history.release_commit(baseline) if history.available else None
    if commit is None:
        return None
    for place in dict.fromkeys(version.place for version in reversed(history.versions(main_file))):
        main = top_level(content_at(history, commit, [place]), place)
        if main is not None:
            folder = posixpath.dirname(place)
            return _asked(main, _Folder(history, commit, folder, _mapping(main.get("files"))), baseline.system, offered)
    return None


class _Folder:
    """The project's folder at a commit."""

    def __init__(self, history: History, commit: str, folder: str, names: Mapping[str, Any]) -> None:
        self._history, self._commit, self._folder, self._names = history, commit, folder, names

    def file(self, part: str) -> dict[str, Any] | None:
        """One of its files; None when it is not there or cannot be read."""
        return self._at(str(self._names.get(part, _FILES[part])))

    def rewritten(self, names: Iterable[Any]) -> Iterator[str]:
        """Those of these files, each once, that are still there and say something else now; comments say nothing."""
        for name in sorted({name for name in names if isinstance(name, str) and name}):
            before = self._at(name)
            try:
                now = top_level(read_bytes(inside(self._history.root, name), shown=name), name)
            except InputError:
                continue
            if before is not None and before != now:
                yield name

    def _at(self, name: str) -> dict[str, Any] | None:
        path = posixpath.normpath(posixpath.join(self._folder, name))
        return top_level(content_at(self._history, self._commit, [path]), name)


def _asked(main: Mapping[str, Any], folder: _Folder, system: str, offered: Mapping[str, Control]) -> AskedBefore:
    mine = next((item for item in _entries(main.get("systems")) if str(item.get("id")) == system), {})
    kind, controls = _text(mine.get("kind")), folder.file("controls")
    risks = list(_risks(folder.file("risks") or {}, system))
    lines = _entries((folder.file("statement") or {}).get("lines"))
    return AskedBefore(
        checks=tuple(_shipped(offered, kind) if controls is None else _checks(controls, offered, kind)),
        risks=tuple(str(risk.get("id")) for risk in risks),
        ratings={str(risk.get("id")): _rating(risk) for risk in risks},
        frameworks=tuple(_frameworks(main)),
        excluded=tuple(str(line.get("requirement")) for line in lines if line.get("necessary") is False),
        governed=tuple(str(glob) for glob in _list(main.get("governed"))),
        mappings=tuple(folder.rewritten(item.get("mapping") for item in _entries(main.get("evidence")))),
        kind=kind,
        tier=_text(mine.get("tier")) or "limited",
        appetite=_text(_mapping(main.get("scale")).get("appetite")),
    )


def _frameworks(main: Mapping[str, Any]) -> Iterator[str]:
    for entry in _list(main.get("frameworks")):
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, dict) and entry.get("gate") is not False:
            yield str(entry.get("id"))


def _risks(listing: Mapping[str, Any], system: str) -> Iterator[dict[str, Any]]:
    for risk in _entries(listing.get("risks")):
        about = [str(name) for name in _list(risk.get("systems"))]
        if risk.get("status") != "closed" and (not about or system in about):
            yield risk


def _rating(risk: Mapping[str, Any]) -> str:
    moves = _entries(risk.get("controls"))
    reductions = ((str(move.get("control")), str(move.get("reduces")), str(move.get("steps"))) for move in moves)
    return rating(str(risk.get("likelihood")), str(risk.get("impact")), reductions)


def _fits(applies_to: Any, kind: str | None) -> bool:
    return not applies_to or kind is None or kind in applies_to


def _shipped(offered: Mapping[str, Control], kind: str | None) -> Iterator[str]:
    """Without a file of controls every shipped one that fits the kind is in use."""
    for control in offered.values():
        if _fits(control.applies_to, kind):
            yield from (f"{control.id}/{criterion.id}" for criterion in control.criteria)


def _checks(listing: Mapping[str, Any], offered: Mapping[str, Control], kind: str | None) -> Iterator[str]:
    for given in _list(listing.get("use")):
        entry = _mapping(given)
        control = offered.get(given if isinstance(given, str) else str(entry.get("id")))
        if control is None or not _fits(control.applies_to, kind):
            continue
        names = dict.fromkeys((*(criterion.id for criterion in control.criteria), *_named(entry.get("criteria"))))
        removed = _list(entry.get("remove"))
        yield from (f"{control.id}/{name}" for name in names if name not in removed)
    for entry in _entries(listing.get("own")):
        if _fits(_list(entry.get("applies_to")), kind):
            yield from (f"{entry.get('id')}/{name}" for name in _named(entry.get("criteria")))


def _named(criteria: Any) -> tuple[str, ...]:
    """Ids of criteria, written as `id: {...}` or as a list."""
    if isinstance(criteria, dict):
        return tuple(str(name) for name in criteria)
    return tuple(str(item["id"]) for item in _entries(criteria) if "id" in item)


def _text(value: Any) -> Name | None:
    return value if isinstance(value, str) and value else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _entries(value: Any) -> list[dict[str, Any]]:
    return [item for item in _list(value) if isinstance(item, dict)]


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
