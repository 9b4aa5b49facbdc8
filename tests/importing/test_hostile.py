"""A file in which any one value is another ends in a catalog that loads or in Problems, never in anything else."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govkit.catalogs.loading import Library
from govkit.errors import InputError
from govkit.oscal.documents import plain
from govkit.yaml_lines import load_yaml
from tests.importing import test_ciso_assistant, test_mitre_atlas
from tests.importing.builders import DATA, as_json, asked, imported
from tests.oscal import builders

HEAD = {"published": "2023-01-26", "as_of": "2026-11-23", "licence": "CC0", "rationale": "semantic"}
WANTED = asked(Library(), head=HEAD)
ODD: tuple[Any, ...] = (
    None,
    True,
    3,
    -1.5,
    "",
    "x",
    "a: b\n\u202e",
    "9" * 400,
    [],
    [3],
    [[]],
    ["x"],
    {},
    {"id": {}},
    {"x": [{}]},
)


def parsed(content: str) -> Any:
    return plain(load_yaml(content.encode(), "given.file").value)


def real(name: str) -> Any:
    return parsed((DATA / name).read_text(encoding="utf-8"))


FILES: dict[str, Any] = {
    "ciso": parsed(test_ciso_assistant.LIBRARY),
    "atlas 6": parsed(test_mitre_atlas.CURRENT),
    "atlas 4": real("mitre_atlas_4.5.2.yaml"),
    "cprt": real("nist_cprt_taxonomy.json"),
    "playbook": real("nist_playbook.json"),
    "oscal": builders.catalog(),
    "oscal mapping": builders.mapping(),
}


def paths(value: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where every node stands, the innermost included."""
    yield above
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from paths(child, (*above, key))


def changed(value: Any, path: tuple[str | int, ...], other: Any) -> Any:
    if not path:
        return other
    whole = copy.deepcopy(value)
    node = whole
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = other
    return whole


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_one_value_is_another(name: str, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(paths(FILES[name]), key=str)))
    content = as_json(changed(FILES[name], path, data.draw(st.sampled_from(ODD))))
    with contextlib.suppress(InputError):
        imported(content, WANTED)


@pytest.mark.parametrize("name", FILES)
def test_every_branch_gone_or_odd(name: str) -> None:
    """The same for every value that is no leaf, one after the other."""
    for path in paths(FILES[name]):
        node = FILES[name]
        for step in path:
            node = node[step]
        for other in (None, 3, "x", [], {}, [3], {"x": 1}) if isinstance(node, dict | list) else ():
            with contextlib.suppress(InputError):
                imported(as_json(changed(FILES[name], path, other)), WANTED)


SETS: dict[str, Any] = {
    "curie_map": {"nist-ai-rmf-1.0": "https://example.org/", "iso": "https://govkit.invalid/catalog/iso-42001-2023/"},
    "extension_definitions": [{"slot_name": "word", "property": "GOVKIT:relationship"}],
    "mapping_set_title": "Pairs",
    "mapping_set_id": "https://govkit.invalid/mapping/x",
    "mapping_date": "2026-03-04",
    "license": "mine",
    "govkit": {"catalogs": {"iso": {"catalog": "iso-42001-2023", "ids": {"1": "A.2.2"}}}, "leave_out": ["x"]},
}
COLUMNS = "subject_id\tpredicate_id\tobject_id\tmapping_justification\tpredicate_modifier\tword\tcomment\n"
ROW = ["nist-ai-rmf-1.0:GOVERN 1.1", "skos:broadMatch", "iso:1", "semapv:LexicalMatching", "", "", "A note"]
CELLS = ("", "x", ":", "iso:", "sssom:NoTermFound", "skos:exactMatch", "Not", "supports", "none", "%zz", "a|b\\")
KNOWING = asked(id="pairs", head=HEAD)


def sssom(metadata: Any, row: list[str]) -> str:
    behind = "".join(f"#{line}\n" for line in as_json(metadata).splitlines())
    return behind + COLUMNS + "\t".join(row) + "\n"


def test_the_untouched_set_is_read() -> None:
    assert [pair.target for pair in imported(sssom(SETS, ROW), KNOWING).mappings[0].pairs] == ["A.2.2"]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_one_value_of_a_mapping_set_is_another(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(paths(SETS), key=str)))
    metadata = changed(SETS, path, data.draw(st.sampled_from(ODD))) if data.draw(st.booleans()) else SETS
    row = list(ROW)
    row[data.draw(st.integers(0, len(ROW) - 1))] = data.draw(st.sampled_from(CELLS) | st.text(max_size=20))
    with contextlib.suppress(InputError):
        imported(sssom(metadata, row), KNOWING)
