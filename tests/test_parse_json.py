"""Strict JSON: the values the standard library reads, the line of every fault, nothing ambiguous."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.files import parse_json

NUMBERS = st.integers() | st.floats(allow_nan=False)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=30,
)


BLANKS = b" " * 2_000
"""Makes a text long enough to be read the quick way first."""


def fault(content: bytes | str) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  (the text is what the test asks for)
        parse_json(content)
    return str(caught.value)


def same(one: Any, other: Any) -> bool:
    """Equal with equal types all the way down: 1 is not 1.0, nor True."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float):
        return one.hex() == other.hex() or (math.isnan(one) and math.isnan(other))
    return bool(one == other)


@given(value=VALUES, ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
def test_every_value_comes_back_as_it_was(value: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert same(parse_json(text), value)
    assert same(parse_json(text.encode()), value)
    assert same(parse_json(text.encode() + BLANKS), value)


@given(number=st.floats(allow_nan=False, allow_infinity=False), digits=st.integers(1, 40))
def test_numbers_of_any_length_are_rounded_as_python_rounds_them(number: float, digits: int) -> None:
    text = f"{number:.{digits}e}"
    assert same(parse_json(text), float(text))
    assert same(parse_json(f"[{text}]".encode() + BLANKS), [float(text)])


@given(content=st.binary(max_size=40) | st.text('{}[]",:\\ tnu0123456789.eE+-aN\n', max_size=30).map(str.encode))
def test_what_is_read_the_standard_library_reads_alike(content: bytes) -> None:
    try:
        value = parse_json(content)
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011  (every fault is one)
            parse_json(content + BLANKS)
        return
    assert same(value, json.loads(content.decode("utf-8-sig")))
    assert same(value, parse_json(content + BLANKS))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1, column 1"),
        ('{\n "a": 1\n "b": 2}', "line 3, column 2"),
        ("[1,]", "line 1, column 4: trailing comma"),
        ("[1] x", "line 1, column 5: trailing characters"),
        ('{"a":\n\n  tru}', "line 3, column 6: a word that is not true, false or null"),
        ('["a\nb"]', "line break or control character"),
        ("['a']", "line 1, column 2: a value is expected here"),
        ("01", "line 1, column 2"),
        ("[1.]", "line 1, column 4"),
        (r'"\ud800"', "half of a character pair"),
        (r'"\ud800x"', "half of a character pair"),
        ("\ufeff{}", "line 1, column 1"),
    ],
)
def test_a_fault_is_said_with_its_line(text: str, said: str) -> None:
    assert said in fault(text)


@pytest.mark.parametrize("text", ['{"a": 1,\n "a": 2}', '{"a": 1,\n "\\u0061": 1}', '[{"b": {"a": 1,\n"a": 1}}]'])
def test_a_key_that_stands_twice_is_refused(text: str) -> None:
    assert "the key 'a' occurs twice in one object, at line 2" in fault(text)
    assert "the key 'a' occurs twice in one object, at line 2" in fault(text.encode() + BLANKS)


PAIRS = st.lists(st.tuples(st.text('ab"\\:{ ', max_size=2), VALUES), max_size=5)


@given(pairs=PAIRS, around=VALUES, ascii_only=st.booleans(), numbered=st.booleans())
def test_no_text_hides_a_key_that_stands_twice(
    pairs: list[tuple[str, Any]], around: Any, ascii_only: bool, numbered: bool
) -> None:
    keys = [json.dumps(key.replace('"', "\x01") if numbered else key).replace(r"\u0001", r"\u0022") for key, _ in pairs]
    values = [json.dumps(value, ensure_ascii=ascii_only) for _, value in pairs]
    inner = ",".join(f"{key}:{value}" for key, value in zip(keys, values, strict=True))
    text = f"[{json.dumps(around)}, {{{inner}}}]".encode()
    if len(pairs) == len({key for key, _ in pairs}):
        assert same(parse_json(text + BLANKS), [around, dict(pairs)])
    else:
        assert "occurs twice" in fault(text + BLANKS)


def test_marks_written_as_numbers_fill_no_gap() -> None:
    assert "occurs twice" in fault(b'{"a": "\\u0022\\u0022", "b": 1, "b": 2}' + BLANKS)


def test_depth_is_bounded() -> None:
    assert parse_json("[" * 200 + "]" * 200)
    assert parse_json(b"[" * 200 + b"]" * 200 + BLANKS)
    assert fault(b"[" * 202 + b"]" * 202 + BLANKS).startswith("nested too deep")
    for opening in ("[", '{"a":'):
        assert fault(opening * 202).startswith("nested too deep")
        assert fault(opening * 1_000_000).startswith("nested too deep")


def test_bytes_that_are_not_utf8_are_named() -> None:
    for content in (b'"\xff"', b'"\xed\xa0\x80"', b'["a", \xff]', "ä".encode("latin-1")):
        assert fault(content).startswith("not UTF-8 text (byte ")
    assert "character pair" in fault('"\ud800"')


def test_a_byte_order_mark_in_front_is_passed_over() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_numbers_that_end_nowhere_come_back_as_such() -> None:
    numbers = parse_json("[NaN, Infinity, -Infinity, 1e999, -1e999]")
    assert math.isnan(numbers[0])
    assert numbers[1:] == [math.inf, -math.inf, math.inf, -math.inf]
    assert parse_json("9" * 4000) == int("9" * 4000)
    for number in (2**63, 2**64, -(2**63) - 1, 10**19, 10**18, -(10**18)):
        assert same(parse_json(f"[{number}]".encode() + BLANKS), [number])
        assert same(parse_json(str(number).encode() + BLANKS), number)
    assert "out of range" in fault("9" * 5000)
