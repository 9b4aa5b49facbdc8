"""A mapping looked up again in its file and in its two catalogs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from govkit.catalogs.loading import Library
from govkit.catalogs.reading import Origin
from govkit.model.catalog import Mapping
from govkit.model.framework_check import Looked, listed


def mapping_looked(mapping: Mapping, origin: Origin, library: Library) -> Iterator[Looked]:
    """Numbers, ends, gaps, readings and reviewers."""
    pairs = [item for item in origin.document.value.get("pairs") or () if isinstance(item, dict)]
    yield _counts(pairs, origin.document.value.get("counts") or {})
    twice = [
        f"{a} > {b}" for (a, b), n in Counter((str(p["source"]), str(p["target"])) for p in pairs).items() if n > 1
    ]
    yield Looked("every pair stands once", "broken" if twice else "holds", listed(twice) or f"{len(pairs)} pairs")
    for side in ("source", "target"):
        yield from _side(mapping, pairs, side, library)
    words = Counter(pair.relationship for pair in mapping.pairs)
    yield Looked("every pair says how the two stand to each other", "holds", _numbers(words))
    yield _readings(mapping)
    weak = Counter(pair.confidence for pair in mapping.pairs)
    silent = weak.pop(None, 0)
    found = "; ".join(filter(None, (_numbers(weak), f"{silent} without" if silent else "")))
    yield Looked("every pair says how sure it is", "not-said" if silent else "holds", found)
    reviewed = listed(mapping.reviewed_by) or "nobody"
    yield Looked("somebody reviewed it", "holds" if mapping.reviewed_by else "not-said", reviewed)


def _counts(pairs: list[dict[str, Any]], stated: dict[str, Any]) -> Looked:
    counted = {
        "pairs": len(pairs),
        "source_ids": len({str(pair["source"]) for pair in pairs}),
        "target_ids": len({str(pair["target"]) for pair in pairs}),
        "low_confidence": sum(pair.get("confidence") == "low" for pair in pairs),
    }
    wrong = [
        f"{name}: stated {number}, found {counted.get(name)}"
        for name, number in stated.items()
        if number != counted.get(name)
    ]
    said = "{pairs} pairs of {source_ids} source ids with {target_ids} target ids".format(**counted)
    return Looked("counts stated are counts found", "broken" if wrong else "holds", "; ".join(wrong) or said)


def _side(
    mapping: Mapping, pairs: list[dict[str, Any]], side: Literal["source", "target"], library: Library
) -> Iterator[Looked]:
    name = str(getattr(mapping, side))
    catalog = library.catalogs[name]
    ids = {requirement.id for requirement in catalog.requirements}
    named = {str(pair[side]) for pair in pairs}
    dangling = sorted(named - ids)
    found = f"not in {name}: {listed(dangling)}" if dangling else f"all {len(named)} are in {name}"
    yield Looked(f"ids on the {side} side are there", "broken" if dangling else "holds", found)
    paired = {str(pair[side]) for pair in pairs if pair.get("relationship") != "none"}
    gaps = [leaf.id for leaf in catalog.leaves() if leaf.id not in paired]
    total = len(catalog.leaves())
    stated = mapping.gaps.get(side)
    found = f"{len(gaps)} of {total} judged ids have no pair{': ' + listed(gaps) if gaps else ''}"
    if stated is None:
        yield Looked(f"gaps on the {side} side are stated", "not-said", found)
    else:
        yield Looked(f"gaps on the {side} side are stated", "holds" if set(stated) == set(gaps) else "broken", found)


def _readings(mapping: Mapping) -> Looked:
    """How often the source document was read, pair by pair. Readings of one document are not independent."""
    readings = Counter(pair.agreement for pair in mapping.pairs if pair.agreement is not None)
    silent = len(mapping.pairs) - readings.total()
    said = [f"{count} in {number} reading{'s' * (number > 1)}" for number, count in sorted(readings.items())]
    found = ", ".join([*said, *([f"{silent} not said"] if silent else [])])
    return Looked("every pair says in how many readings it was seen", "not-said" if silent else "holds", found)


def _numbers(counted: Counter[Any]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counted.most_common())
