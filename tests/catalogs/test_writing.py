"""What is written is read back the same, whatever stands in it, and a person can read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field

from govkit.catalogs.gathering import CATALOG, MAPPING
from govkit.catalogs.reading import Origin, Shape, from_yaml
from govkit.catalogs.writing import WIDTH, dump
from govkit.errors import Problem
from govkit.files import shipped
from govkit.model.base import Record, Text
from govkit.model.catalog import Catalog, Mapping
from govkit.model.overlay import Overlay
from govkit.yaml_lines import load_yaml


class Inner(Record):
    p: Text = "d"
    q: tuple[Text, ...] = ()
    r: dict[Text, Text] = Field(default_factory=dict)


class Outer(Record):
    always: int
    a: Text = "d"
    b: tuple[Text, ...] = ()
    c: dict[str, Text] = Field(default_factory=dict)
    d: dict[str, float] = Field(default_factory=dict)
    e: tuple[Inner, ...] = ()
    f: bool | None = None


AWKWARD = [
    *("no", "~", "null", "1.0", "0x1f", "0o7", "1e3", "007", "2020-01-01", "---", "...", "<<", "y", "=", "+", "?", "-"),
    *("%a", "&a", "*a", "!a", "a:", "#a", "'a", '"a', "a\\", "{a:b}", "[a]", "|", ">", "`a", "@a"),
    *("- a", "a: b", "a #b", "a\n", "\na", "a\n\nb", " a", "a ", "a\tb", "a\r\nb", "x\n  y\nz", "a \nb", "a, b", "? a"),
    *("\x85", "\u2028", "\ufeff", "\xa0a", "MEASURE 2.3", "LLM01:2026"),
    *("word " * 60 + "end", "word " * 60 + "a: # end", "x" * 300),
]
TEXTS = (
    st.sampled_from(AWKWARD)
    | st.text(min_size=1, max_size=40)
    | st.text(alphabet=" \n\t:#-'\"{}[],&*!|>%@`aé1.\x85\u2028\ufeff\xa0", min_size=1, max_size=150)
)
INNER = st.builds(Inner, p=TEXTS, q=st.lists(TEXTS, max_size=3).map(tuple), r=st.dictionaries(TEXTS, TEXTS, max_size=3))
OUTER = st.builds(
    Outer,
    always=st.integers(),
    a=TEXTS,
    b=st.lists(TEXTS, max_size=4).map(tuple),
    c=st.dictionaries(TEXTS, TEXTS, max_size=3),
    d=st.dictionaries(TEXTS, st.floats(allow_nan=False, allow_infinity=False), max_size=3),
    e=st.lists(INNER, max_size=3).map(tuple),
    f=st.none() | st.booleans(),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=OUTER)
def test_what_is_written_is_read_back_the_same(made: Outer) -> None:
    content = dump(made)
    back = Outer.model_validate(load_yaml(content, "x.yaml").value)
    assert back == made
    assert dump(back) == content


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_words_come_back_as_they_were(text: str) -> None:
    made = Outer(always=1, a=text, b=(text,), c={text: text}, e=(Inner(p=text, r={text: text}),))
    assert Outer.model_validate(load_yaml(dump(made), "x.yaml").value) == made


SHIPPED: list[tuple[Path, Shape[Catalog] | Shape[Mapping]]] = [
    *((path, CATALOG) for path in sorted(shipped("frameworks").glob("*/catalog.yaml"))),
    *((path, MAPPING) for path in sorted(shipped("frameworks").glob("mappings/*.yaml"))),
]


@pytest.mark.parametrize(("path", "shape"), SHIPPED, ids=[f"{path.parent.name}/{path.stem}" for path, _ in SHIPPED])
def test_every_shipped_catalog_survives_being_written(path: Path, shape: Shape[Catalog]) -> None:
    problems: list[Problem] = []
    made = from_yaml(Origin(path.name, path.read_bytes()), shape, problems).record
    assert made is not None
    again = dump(made)
    assert from_yaml(Origin(path.name, again), shape, problems).record == made
    assert problems == []
    longest = max(again.decode().splitlines(), key=len)
    assert len(longest) <= WIDTH or " " not in longest.strip(" -"), longest


def test_the_form_is_one_that_people_write() -> None:
    overlay = Overlay(
        catalog="iso-42001-2023",
        source="Our copy, bought 2026-01-02",
        licence="One reader",
        texts={
            "A.2.2": "word " * 30 + "end",
            "6.1": "First line\n\n- a point\n  more of it",
            "6.2": "no",
            "A.3.2": "Ends: 1.0",
        },
    )
    assert (
        dump(overlay, "Made for a test\n\nby hand")
        == (
            "# Made for a test\n"
            "#\n"
            "# by hand\n"
            "catalog: iso-42001-2023\n"
            "source: Our copy, bought 2026-01-02\n"
            "licence: One reader\n"
            "texts:\n"
            "  A.2.2: >-\n"
            f"    {' '.join(['word'] * 23)}\n"
            f"    {' '.join(['word'] * 7)} end\n"
            '  "6.1": |-\n'
            "    First line\n"
            "\n"
            "    - a point\n"
            "      more of it\n"
            '  "6.2": "no"\n'
            '  A.3.2: "Ends: 1.0"\n'
        ).encode()
    )
