"""Library files of CISO Assistant: a framework with its requirement nodes, and sets of mappings between frameworks.

Format: YAML, `urn:PACKAGER:risk:library:REF` with `objects`. Older libraries hold one `framework` and one
`requirement_mapping_set`, newer ones lists under `frameworks` and `requirement_mapping_sets`; both are read. Source:
tools/README.md and backend/library of intuitem/ciso-assistant-community, read for the names of keys only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.errors import InputError, Problem
from govkit.importing.asked import Asked, option
from govkit.importing.ciso_mappings import mappings_of
from govkit.importing.cleaning import ident, items, one_line, prose, slug
from govkit.importing.drafting import Draft, Head, dropping, refuse
from govkit.importing.sniffed import Sniffed
from govkit.importing.source import Source
from govkit.model.catalog import Catalog
from govkit.model.imported import Imported
from govkit.validation import unknown
from govkit.yaml_lines import Path

TITLE = "CISO Assistant library"
ASSESSABLE, GROUP = "requirement", "section"
"""Level names given to nodes; the format knows depths, and no names for them."""

NOT_KEPT = {
    "threats": "govkit keeps no threats in a catalog",
    "reference_controls": "controls of the other tool are not controls of your organisation",
    "questions": "govkit asks for evidence, not for answers",
    "question": "govkit asks for evidence, not for answers",
    "translations": "a catalog has one language",
    "weight": "govkit makes no scores",
    "min_score": "govkit makes no scores",
    "max_score": "govkit makes no scores",
    "scores_definition": "govkit makes no scores",
}
"""Keys of nodes and frameworks that are left out, and why."""

KEPT = ("annotation", "importance")
"""Keys of nodes that are kept as properties."""

OBJECTS = {"framework", "frameworks", "requirement_mapping_set", "requirement_mapping_sets"}


class Part(NamedTuple):
    """A framework or a mapping set."""

    spot: Path
    item: dict[str, Any]


def sniff(source: Source, asked: Asked) -> Sniffed | None:  # noqa: ARG001  (every format is asked alike)
    """A library has a URN of its own and a mapping of objects."""
    value = source.value
    if not isinstance(value, dict) or not isinstance(value.get("objects"), dict):
        return None
    if not str(value.get("urn", "")).startswith("urn:"):
        return None
    return Sniffed("ciso-assistant", _version(value), "has `urn` and `objects`")


def read(source: Source, asked: Asked) -> Imported:
    """The framework as a catalog, the mapping sets as mappings; raises InputError with every Problem."""
    library: dict[str, Any] = source.value if isinstance(source.value, dict) else {}
    objects = library.get("objects")
    objects = objects if isinstance(objects, dict) else {}
    frameworks, sets = _parts(source, asked, objects)
    dropped = Counter(
        {key: len(value) for key, value in objects.items() if key not in OBJECTS and isinstance(value, list)}
    )
    catalog, doubts = None, list[str]()
    if frameworks:
        spot, framework = frameworks[0]
        catalog, doubts = _catalog(source, asked, library, framework, spot, dropped)
        asked = asked.knowing(catalog, str(framework.get("urn")))
    mapped = mappings_of(source, asked, sets, library)
    reasons, losses = {**NOT_KEPT, **mapped.reasons}, {**dropped, **mapped.dropped}
    return Imported(
        file=source.file,
        format=TITLE,
        format_version=_version(library),
        catalog=catalog,
        mappings=mapped.mappings,
        ids="The `ref_id` of a node if no other has it, else the last part of its URN, which else is an alias.",
        dropped=tuple(
            dropping(name.replace("_", " "), number, reasons.get(name, "govkit has no place for it"))
            for name, number in sorted(losses.items())
            if number
        ),
        doubts=(*doubts, *mapped.doubts),
    )


def _version(library: dict[str, Any]) -> str | None:
    return str(library["version"])[:200] if library.get("version") is not None else None


def _parts(source: Source, asked: Asked, objects: dict[str, Any]) -> tuple[list[Part], list[Part]]:
    """The framework, if there is one, and the mapping sets; of several parts those that `--only` names."""
    found = {name: list(_objects(objects, name)) for name in ("framework", "requirement_mapping_set")}
    if not any(found.values()):
        held = ", ".join(sorted(map(str, objects))) or "nothing"
        fix = "import a library that has a framework or mappings"
        what = f"the library holds neither a framework nor mappings, but {held}"
        raise InputError([Problem(source.place("objects"), "empty-catalog", what, fix)])
    names = [str(item.get("ref_id") or item.get("urn")) for parts in found.values() for _, item in parts]
    if asked.only is not None:
        for name, parts in found.items():
            found[name] = [part for part in parts if asked.only in (part.item.get("ref_id"), part.item.get("urn"))]
        if not any(found.values()):
            raise InputError([unknown(asked.only, names, option("only"), "part", f"the file holds {', '.join(names)}")])
    frameworks, sets = found.values()
    if len(frameworks) > 1:
        what = f"holds {len(frameworks)} frameworks: {', '.join(names[: len(frameworks)])}"
        fix = f"a catalog is one of them: `--only {names[0]}`"
        raise InputError([Problem(source.place("objects"), "several-parts", what, fix)])
    return frameworks, sets


def _objects(objects: dict[str, Any], name: str) -> Iterator[Part]:
    """The objects of one sort, in both spellings."""
    for key in (name, f"{name}s"):
        value = objects.get(key)
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(item, dict):
                yield Part(("objects", key, *([index] if isinstance(value, list) else [])), item)


def _catalog(
    source: Source, asked: Asked, library: dict[str, Any], framework: dict[str, Any], spot: Path, dropped: Counter[str]
) -> tuple[Catalog, list[str]]:
    draft, ids = Draft(source), _ids(source, framework, spot)
    nodes = framework.get("requirement_nodes")
    for index, node in enumerate(nodes if isinstance(nodes, list) else ()):
        if isinstance(node, dict):
            _node(source, draft, (*spot, "requirement_nodes", index), node, ids)
            dropped.update(key for key in NOT_KEPT if node.get(key))
    dropped.update(key for key in NOT_KEPT if framework.get(key) not in (None, [], {}))
    date = library.get("publication_date")
    head = Head(
        id=slug(str(framework.get("ref_id") or library.get("ref_id") or "")) or None,
        title=one_line(str(framework.get("name") or library.get("name") or "")) or None,
        publisher=one_line(str(library.get("provider") or "")) or None,
        edition=f"library version {_version(library)}" if _version(library) else None,
        published=str(date) if date else None,
        as_of=str(date) if date else None,
        licence=prose(library.get("copyright")),
        judged=(ASSESSABLE,),
        notes=tuple(note for note in (prose(framework.get("description")),) if note),
    )
    return draft.finish(head, asked, _version(library)), list(_doubts(draft))


def _ids(source: Source, framework: dict[str, Any], spot: Path) -> dict[str, str]:
    """URN in lower case, as the format compares them, to the id of the node here; raises InputError."""
    problems: list[Problem] = []
    nodes = framework.get("requirement_nodes")
    if nodes is not None and not isinstance(nodes, list):
        fix = "get the file again"
        raise InputError([Problem(source.place(*spot, "requirement_nodes"), "bad-value", "should be a list", fix)])
    refs = Counter(ident(node.get("ref_id") or "") for node in nodes or () if isinstance(node, dict))
    found: dict[str, str] = {}
    for index, node in enumerate(nodes or ()):
        where = source.place(*spot, "requirement_nodes", index)
        urn = str(node.get("urn") or "").lower() if isinstance(node, dict) else ""
        if not urn:
            what = "a requirement node without a `urn`"
            problems.append(
                Problem(where, "missing-entry", what, "every node of a library has one; get the file again")
            )
            continue
        if urn in found:
            problems.append(Problem(where, "duplicate-id", f"the URN {urn!r} stands twice", "keep one"))
        ref = ident(node.get("ref_id") or "")
        found[urn] = ref if ref and refs[ref] == 1 else urn.rpartition(":")[2]
    refuse(problems)
    return found


def _node(source: Source, draft: Draft, spot: Path, node: dict[str, Any], ids: dict[str, str]) -> None:
    urn, where = str(node["urn"]).lower(), source.place(*spot)
    above, tail = node.get("parent_urn"), urn.rpartition(":")[2]
    parent = ids.get(str(above).lower()) if above else None
    if above and parent is None:
        listing = "`parent_urn` names a node of the same framework"
        draft.problems.append(unknown(str(above)[:200], ids, source.place(*spot, "parent_urn"), "requirement", listing))
    groups = node.get("implementation_groups")
    named = [*((key, node.get(key)) for key in KEPT), *(("implementation-group", name) for name in items(groups))]
    draft.add(
        where,
        id=ids[urn],
        kind=ASSESSABLE if node.get("assessable") is True else GROUP,
        title=node.get("name"),
        text=node.get("description"),
        parent=parent,
        aliases=[tail] if tail.casefold() != ids[urn].casefold() else [],
        expected_evidence=tuple(items(node.get("typical_evidence"))),
        props=tuple({"name": key, "value": text} for key, value in named if (text := prose(value))),
    )


def _doubts(draft: Draft) -> Iterator[str]:
    yield from draft.doubts()
    above = {made.parent for made in draft.requirements()}
    above_others = [made.id for made in draft.requirements() if made.kind == ASSESSABLE and made.id in above]
    if above_others:
        shown = ", ".join(above_others[:5]) + (" and more" if len(above_others) > 5 else "")
        yield f"Assessable entries above others: {len(above_others)} ({shown}); govkit judges only the lowest ones."
