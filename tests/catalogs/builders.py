"""A small folder of catalogs that is right in every respect; tests break one thing in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from govkit.catalogs.loading import Library, load_library
from govkit.errors import InputError, Problem

CATALOG = """\
id: toy-1.0
title: Toy framework
publisher: Toy office
edition: "1.0"
published: "2020-01-31"
as_of: "2026-11-23"
licence: Public domain.
status: Current.
sources:
  - {id: S1, ref: the booklet}
counts: {chapter: 1, rule: 2}
requirements:
  - {id: T, kind: chapter, title: Toys, summary: All about toys.}
  - id: T 1
    aliases: [TY-1]
    kind: rule
    parent: T
    title: No sharp edges
    summary: Nobody is cut by a toy.
    related: [T 2]
  - {id: T 2, kind: rule, parent: T, title: No small parts, summary: Nothing can be swallowed.}
"""

SECOND = """\
id: play-2
title: Play standard
publisher: Play office
edition: "2"
published: "2021-01-31"
as_of: "2026-11-23"
licence: Public domain.
status: Current.
sources:
  - {id: S1, ref: the standard}
counts: {rule: 2}
requirements:
  - {id: P.1, kind: rule, title: Safe play, summary: Play hurts nobody.}
  - {id: P.2, kind: rule, title: Tidy play, summary: Toys are put back.}
"""

CONTROLS = """\
id: house
title: House controls
publisher: House
edition: "1"
published: "2022-01-31"
as_of: "2026-11-23"
licence: Public domain.
status: Current.
sources:
  - {id: S1, ref: the house}
counts: {control: 1}
controls:
  - id: H-EDGE-01
    title: Edges are filed
    theme: edges
    summary: Every toy is felt for edges before it leaves.
    requirements: ["toy-1.0:T 1", "play-2:P.1"]
    crosswalk_support: ["T 1>P.1"]
    criteria:
      - {id: share, title: Share of toys felt, measure: edges/felt, equals: 1, unit: proportion}
"""

KINDS = """\
documents:
  - {id: edge-report, title: Edge report, summary: What was felt., fields: [toy, edge], used_by: [H-EDGE-01]}
registers: []
"""

MEASURES = """\
measures:
  edges/felt: {means: Share of toys felt for edges., unit: proportion, used_by: [H-EDGE-01]}
"""

MAPPING = """\
id: toy-1.0__play-2
title: Toys to play
source: toy-1.0
target: play-2
style: concept
as_of: "2026-11-23"
licence: Facts.
status: Draft.
basis: published
sources:
  - {id: S1, ref: the leaflet}
counts: {pairs: 2, source_ids: 2, target_ids: 1, low_confidence: 1}
gaps: {source: [], target: [P.2]}
pairs:
  - {source: T 1, target: P.1, sources: [S1], agreement: 1, confidence: medium, note: In bold.}
  - {source: T 2, target: P.1, sources: [S1], agreement: 1, confidence: low}
"""

FILES = {
    "toy-1.0/catalog.yaml": CATALOG,
    "play-2/catalog.yaml": SECOND,
    "house/catalog.yaml": CONTROLS,
    "house/kinds.yaml": KINDS,
    "house/measures.yaml": MEASURES,
    "mappings/toy-1.0__play-2.yaml": MAPPING,
}


def write(folder: Path, **changed: str) -> Path:
    """The folder with all files; keyword `toy`, `play`, `house`, `kinds`, `measures`, `mapping` replaces one text."""
    for name, text in zip(FILES, _texts(changed), strict=True):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _texts(changed: dict[str, str]) -> list[str]:
    named = ("toy", "play", "house", "kinds", "measures", "mapping")
    assert set(changed) <= set(named)
    return [changed.get(name, text) for name, text in zip(named, FILES.values(), strict=True)]


def loaded(folder: Path, **changed: str) -> Library:
    return load_library(write(folder, **changed), "frameworks")


def problems(folder: Path, **changed: str) -> list[Problem]:
    """What the loader says of a folder with something wrong."""
    with pytest.raises(InputError) as raised:
        loaded(folder, **changed)
    return list(raised.value.problems)


def only(found: list[Problem]) -> tuple[str, int, str]:
    """Path, line and ident of the one problem there is."""
    assert len(found) == 1, found
    return found[0].where.path, found[0].where.line, found[0].ident
