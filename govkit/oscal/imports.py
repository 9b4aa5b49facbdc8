"""What a document builds on, and which catalogs that leads to in the end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from govkit.oscal.documents import Root
from govkit.oscal.following import Followed, Follower, Given
from govkit.oscal.json_lines import Path

MAX_CHAIN = 20
"""Longest chain of imports. Source: govkit judgement; results → plan → system → profile → catalog is five."""

_SINGLE: dict[Root, tuple[str, tuple[Root, ...]]] = {
    "assessment-results": ("import-ap", ("assessment-plan",)),
    "assessment-plan": ("import-ssp", ("system-security-plan",)),
    "plan-of-action-and-milestones": ("import-ssp", ("system-security-plan",)),
    "system-security-plan": ("import-profile", ("profile", "catalog")),
}
"""Root to the key of its import and what may stand at the other end. Source: OSCAL 1.2.3 JSON schemas."""

_CONTROLS: tuple[Root, ...] = ("catalog", "profile")


class Import(NamedTuple):
    """One href by which a document builds on another."""

    href: str
    path: Path
    """Of the href, below the root."""
    wanted: tuple[Root, ...]


class Catalogs(NamedTuple):
    """The catalogs that a chain of imports ends in."""

    found: tuple[Given, ...]
    why: tuple[str, ...]
    """Why some of the chain could not be followed; empty when all of it was."""


def imports(given: Given) -> Iterator[Import]:
    """The hrefs by which a document builds on others, in its order."""
    body, root = given.document.body, given.document.root
    if root in _SINGLE:
        key, wanted = _SINGLE[root]
        yield from _href(body.get(key), (key,), wanted)
    elif root == "profile":
        yield from _each(body, "imports", _CONTROLS)
    elif root == "component-definition":
        yield from _each(body, "import-component-definitions", ("component-definition",))
        for kind in ("components", "capabilities"):
            for path, component in _listed(body, kind):
                for inner, implementation in _listed(component, "control-implementations"):
                    yield from _href(implementation, (*path, *inner), _CONTROLS, "source")
    elif root == "mapping-collection":
        for path, mapping in mappings(body):
            for side in ("source-resource", "target-resource"):
                yield from _href(mapping.get(side), (*path, side), _CONTROLS)


def mappings(body: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The mappings of a collection with their paths; OSCAL lets one stand alone without a list."""
    alone = body.get("mappings")
    if isinstance(alone, dict):
        yield ("mappings",), alone
    yield from _listed(body, "mappings")


def _listed(holder: dict[str, Any], key: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    items = holder.get(key)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield (key, index), item


def _href(holder: Any, path: Path, wanted: tuple[Root, ...], key: str = "href") -> Iterator[Import]:
    href = holder.get(key) if isinstance(holder, dict) else None
    if isinstance(href, str):
        yield Import(href, (*path, key), wanted)


def _each(body: dict[str, Any], key: str, wanted: tuple[Root, ...]) -> Iterator[Import]:
    for path, item in _listed(body, key):
        yield from _href(item, path, wanted)


def followed(follower: Follower, given: Given, one: Import) -> Followed:
    """Where an import leads."""
    return follower.follow(given, one.href, partial(given.document.place, *one.path), one.wanted)


def circle(follower: Follower, given: Given) -> Import | None:
    """The import by which a document builds on itself, through whatever others."""
    todo = [(one, given, one) for one in imports(given)]
    seen = {given.key}
    while todo:
        first, home, one = todo.pop()
        end = followed(follower, home, one).given
        if end is None:
            continue
        if end.key == given.key:
            return first
        if end.key not in seen:
            seen.add(end.key)
            todo += [(first, end, inner) for inner in imports(end)]
    return None


def chain(follower: Follower, given: Given) -> tuple[tuple[Given, ...], tuple[str, ...]]:
    """Every document that one builds on, nearest first, and why some could not be followed."""
    found: dict[Any, Given] = {}
    why: dict[str, None] = {}
    todo = [given]
    while todo:
        home = todo.pop(0)
        if len(found) > MAX_CHAIN:
            why[f"more than {MAX_CHAIN} documents build on each other; the rest was not followed"] = None
            break
        for one in imports(home):
            end = followed(follower, home, one)
            if end.given is None:
                reason = end.why or "what it names is wrong"
                why[f"{home.document.path} builds on {one.href[:80]!r}: {reason}"] = None
            elif end.given.key not in found and end.given.key != given.key:
                found[end.given.key] = end.given
                todo.append(end.given)
    return tuple(found.values()), tuple(why)


def catalogs(follower: Follower, given: Given) -> Catalogs:
    """The catalogs a document rests on: itself, or those at the end of its imports."""
    if given.document.root == "catalog":
        return Catalogs((given,), ())
    below, why = chain(follower, given)
    return Catalogs(tuple(item for item in below if item.document.root == "catalog"), why)
