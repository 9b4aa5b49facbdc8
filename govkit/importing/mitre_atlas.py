"""MITRE ATLAS: tactics, techniques and mitigations, in the format of 2026 and in the one before.

Format 6.0.0 (`format-version`): maps of objects by id, and `relationships` by source and type. Formats 4.0 to 5.6:
lists inside `matrices`. Source: README.md, dist/README.md and data of mitre-atlas/atlas-data; the key `specializes`
besides `subtechnique-of`, as the frozen dist/ATLAS.yaml has it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from govkit.errors import Problem
from govkit.importing.asked import Asked
from govkit.importing.cleaning import ident, items, one_line, prose, slug
from govkit.importing.drafting import Draft, Head, dropping, refuse
from govkit.importing.sniffed import Sniffed
from govkit.importing.source import Source
from govkit.model.imported import Imported
from govkit.yaml_lines import Path

TITLE = "MITRE ATLAS YAML"
PUBLISHER = "The MITRE Corporation"
LICENCE = "Apache License 2.0. Copyright The MITRE Corporation; ATLAS is a trademark of The MITRE Corporation."
"""Source: LICENSE of mitre-atlas/atlas-data."""

FORMATS = ("6.",)
SORTS = ("tactic", "technique", "mitigation")
JUDGED = ("mitigation",)
"""What an organisation does. Tactics and techniques are what adversaries do: shown, and nobody must fulfil them."""

KEPT = {
    "maturity": ("maturity",),
    "platform": ("platforms",),
    "category": ("categories", "category"),
    "lifecycle-phase": ("lifecycle-phases", "ml-lifecycle", "ML-lifecycle"),
}
"""Name of a property to the keys it has had over the formats."""


class Thing(NamedTuple):
    """A tactic, technique or mitigation, and what it is tied to."""

    spot: Path
    sort: str
    body: dict[str, Any]
    tactics: tuple[str, ...]
    above: str | None
    """The technique a sub-technique belongs to."""
    against: tuple[str, ...]
    """Techniques a mitigation counters."""


class Data(NamedTuple):
    """One release."""

    format: str
    version: str | None
    title: str | None
    dates: tuple[str, ...]
    """When objects were last changed."""
    things: tuple[Thing, ...]
    dropped: Counter[str]


def sniff(source: Source, asked: Asked) -> Sniffed | None:  # noqa: ARG001  (every format is asked alike)
    """Format 6 says its version; older files have the id ATLAS and matrices."""
    value = source.value
    if not isinstance(value, dict):
        return None
    if "format-version" in value and isinstance(value.get("techniques"), dict):
        return Sniffed("mitre-atlas", str(value["format-version"]), "has `format-version` and a map of techniques")
    if value.get("id") == "ATLAS" and isinstance(value.get("matrices"), list):
        return Sniffed("mitre-atlas", str(value.get("version")), "has the id ATLAS and `matrices`")
    return None


def read(source: Source, asked: Asked) -> Imported:
    """The release as a catalog; raises InputError with every Problem."""
    value: dict[str, Any] = source.value if isinstance(source.value, dict) else {}
    draft = Draft(source)
    data = _current(source, value, draft) if "format-version" in value else _legacy(value)
    for thing in data.things:
        _add(source, draft, thing)
    newest = max(data.dates, default=None)
    head = Head(
        id=slug(f"mitre-atlas-{data.version}") if data.version else None,
        title=data.title,
        publisher=PUBLISHER,
        edition=data.version,
        published=newest,
        as_of=newest,
        licence=LICENCE,
        judged=JUDGED,
    )
    catalog = draft.finish(head, asked, data.format)
    why = {
        "case studies": "govkit keeps no incidents of others",
        "uses of mitigations": "how a mitigation counters a technique; which technique it counters is kept",
        "references": "links to literature",
        "descriptions of relationships": "which objects are tied is kept",
    }
    return Imported(
        file=source.file,
        format=TITLE,
        format_version=data.format,
        catalog=catalog,
        ids="As MITRE writes them: AML.TA0002, AML.T0051, AML.T0051.001, AML.M0015.",
        dropped=tuple(dropping(name, n, why[name]) for name, n in sorted(data.dropped.items()) if n),
        doubts=(*_doubts(data), *draft.doubts()),
    )


def _doubts(data: Data) -> tuple[str, ...]:
    found = ["Only mitigations are judged; `--set judged=mitigation,technique,sub-technique` judges threats as well."]
    if data.dates:
        found.append(
            "The file states no day of publication; the newest day on which an entry was changed stands for it."
        )
    return tuple(found)


def _add(source: Source, draft: Draft, thing: Thing) -> None:
    body, where = thing.body, source.place(*thing.spot)
    first = thing.tactics[0] if thing.tactics and thing.above is None else None
    related = [name for name in (*thing.tactics, *thing.against) if name != first]
    draft.add(
        where,
        id=ident(body.get("id") or thing.spot[-1]),
        kind="sub-technique" if thing.above is not None else thing.sort,
        title=body.get("name"),
        text=body.get("description"),
        parent=thing.above or first,
        related=tuple(dict.fromkeys(related)),
        props=tuple(_props(body)),
    )


def _props(body: dict[str, Any]) -> Iterator[dict[str, str]]:
    for name, keys in KEPT.items():
        for key in keys:
            for text in items(body.get(key)):
                yield {"name": name, "value": text}
    attack = body.get("attack-reference") or body.get("ATT&CK-reference")
    if isinstance(attack, dict) and attack.get("id"):
        yield {"name": "attack-reference", "value": str(attack["id"])}


def _current(source: Source, value: dict[str, Any], draft: Draft) -> Data:
    version = str(value["format-version"])
    if not version.startswith(FORMATS):
        what = f"format version {version[:40]} of ATLAS is not known here"
        fix = "import a file of format 6, or of a release before 2026.05; docs/importing.md says which are read"
        refuse([Problem(source.place("format-version"), "unknown-version", what, fix)])
    links = value.get("relationships")
    links = links if isinstance(links, dict) else {}
    dropped = Counter({"case studies": _many(value.get("case-studies"))})
    things: list[Thing] = []
    for sort in SORTS:
        group = value.get(f"{sort}s")
        for id, body in group.items() if isinstance(group, dict) else ():
            spot: Path = (f"{sort}s", id)
            if not isinstance(body, dict) or body.get("id", id) != id:
                what, fix = f"the entry {id!r} should be an object with that id", "get the file again"
                draft.problems.append(Problem(source.place(*spot), "bad-value", what, fix))
                continue
            tied = {name: list(_targets(links.get(id), name)) for name in ("achieves", "specializes", "mitigates")}
            dropped["references"] += _many(body.get("references"))
            dropped["uses of mitigations"] += _described(links.get(id), "mitigates")
            dropped["descriptions of relationships"] += _described(links.get(id), "achieves", "specializes")
            above = tied["specializes"][0] if tied["specializes"] else None
            things.append(Thing(spot, sort, body, tuple(tied["achieves"]), above, tuple(tied["mitigates"])))
    collection = value.get("collection")
    collection = collection if isinstance(collection, dict) else {}
    order = {name: rank for rank, name in enumerate(_sequence(links))}
    things.sort(key=lambda thing: (SORTS.index(thing.sort), order.get(str(thing.spot[-1]), len(order))))
    return Data(
        version,
        str(collection["version"]) if collection.get("version") else None,
        one_line(" ".join(str(collection[key]) for key in ("name", "description") if collection.get(key))) or None,
        tuple(filter(None, (str(collection.get("modified-date") or ""),))),
        tuple(things),
        dropped,
    )


def _many(value: Any) -> int:
    return len(value) if isinstance(value, list | dict) else 0


def _edges(links: Any, names: Iterable[str]) -> Iterator[dict[str, Any]]:
    for name in names:
        listed = links.get(name) if isinstance(links, dict) else None
        yield from (edge for edge in listed or () if isinstance(edge, dict)) if isinstance(listed, list) else ()


def _targets(links: Any, name: str) -> Iterator[str]:
    for edge in _edges(links, [name]):
        yield str(edge.get("target"))


def _described(links: Any, *names: str) -> int:
    return sum(1 for edge in _edges(links, names) if edge.get("description"))


def _sequence(links: dict[str, Any]) -> list[str]:
    """Tactics in the order of the matrix."""
    edges = [edge for found in links.values() for edge in _edges(found, ["sequences"])]
    numbered = [(edge.get("position"), index, str(edge.get("target"))) for index, edge in enumerate(edges)]
    key = [(position if isinstance(position, int) else index, index, name) for position, index, name in numbered]
    return [name for _, _, name in sorted(key)]


def _legacy(value: dict[str, Any]) -> Data:
    things: list[Thing] = []
    dropped = Counter({"case studies": _many(value.get("case-studies"))})
    matrices = value.get("matrices")
    for number, matrix in enumerate(matrices if isinstance(matrices, list) else ()):
        for sort in SORTS:
            listed = matrix.get(f"{sort}s") if isinstance(matrix, dict) else None
            for index, body in enumerate(listed if isinstance(listed, list) else ()):
                if not isinstance(body, dict):
                    continue
                listed_uses = body.get("techniques")
                uses = [use for use in listed_uses if isinstance(use, dict)] if isinstance(listed_uses, list) else []
                dropped["uses of mitigations"] += sum(1 for use in uses if use.get("use"))
                dropped["references"] += _many(body.get("references"))
                above = body.get("subtechnique-of") or body.get("specializes")
                things.append(
                    Thing(
                        ("matrices", number, f"{sort}s", index),
                        sort,
                        body,
                        tuple(items(body.get("tactics"))),
                        str(above) if above else None,
                        tuple(str(use.get("id")) for use in uses),
                    )
                )
    dates = tuple(str(thing.body["modified_date"]) for thing in things if thing.body.get("modified_date"))
    version = str(value["version"]) if value.get("version") is not None else None
    return Data(version or "legacy", version, prose(value.get("name")), dates, tuple(things), dropped)
