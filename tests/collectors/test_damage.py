"""Every sample, damaged in many ways: no crash, no hang, and no number that changes without a word.

The draws are the same in every run; GOVKIT_FUZZ=1000 draws that many new ones for each format.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govkit.collectors import registry
from govkit.errors import CollectorError, InputError
from govkit.model.evidence import Reading
from tests.collectors.given import DATA
from tests.collectors.test_hostile_bytes import mutated_bytes, outcome, places, replaced

FUZZ = int(os.environ.get("GOVKIT_FUZZ", "0"))
DRAWS = settings(
    max_examples=FUZZ or 30,
    derandomize=not FUZZ,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
LARGEST = 64 * 1024
"""Samples above this are left to the tests of their own collector: the draws would take too long."""

NO_NUMBERS: list[Any] = [None, True, "", "N/A", float("nan"), float("inf"), [], {}]


def recognised() -> dict[str, list[Path]]:
    """Format to the sample files that are read as it."""
    found: dict[str, list[Path]] = {}
    for path in sorted(DATA.rglob("*")):
        if not path.is_file() or path.name == "README.md" or path.stat().st_size > LARGEST:
            continue
        try:
            sniffed = registry.identify(path, path.name)
        except (CollectorError, InputError):
            continue
        found.setdefault(sniffed.format, []).append(path)
    return found


SAMPLES = recognised()
FORMATS = sorted(SAMPLES)


@cache
def original(path: Path, format: str) -> Reading:
    return registry.read(path, path.name, format=format)


def document_of(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except ValueError:
        return None


def documents(format: str) -> dict[Path, Any]:
    return {path: found for path in SAMPLES[format] if isinstance(found := document_of(path), dict | list)}


def numbers(reading: Reading) -> dict[tuple[str, str], list[Any]]:
    """What a judgement may rest on, by measure and conditions."""
    found: dict[tuple[str, str], list[Any]] = {}
    for one in reading.measurements:
        key = (one.measure, json.dumps(one.conditions, sort_keys=True))
        found.setdefault(key, []).append((one.value, one.n, one.successes))
    return found


def words(reading: Reading) -> list[str]:
    said = [*reading.warnings, *reading.flags, reading.status]
    for one in reading.measurements:
        lost = [f"{word} {number}" for word, number in (("errors", one.errors), ("unscored", one.unscored))]
        said += [*one.warnings, *one.flags, *([] if one.status is None else [one.status]), *lost]
    return sorted(said)


def changed_in_silence(before: Reading, after: Reading) -> list[str]:
    """Measures whose value, count or successes became another number although nothing is said that was not before."""
    if words(before) != words(after):
        return []
    old, new = numbers(before), numbers(after)
    return [
        f"{measure} {conditions}: {old[measure, conditions]} became {found}"
        for (measure, conditions), found in new.items()
        if (measure, conditions) in old and not all(map(_kept, old[measure, conditions], found))
    ]


def _kept(before: tuple[Any, ...], after: tuple[Any, ...]) -> bool:
    """Each number is what it was, or is gone: less is known then, and nothing wrong is said."""
    return all(now is None or now == then for then, now in zip(before, after, strict=True))


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def at(value: Any, place: tuple[Any, ...]) -> Any:
    for key in place:
        value = value[key]
    return value


def numbers_in(format: str) -> list[tuple[Path, tuple[Any, ...]]]:
    """Every place of a number in a sample."""
    found = documents(format).items()
    return [(path, place) for path, one in found for place in places(one) if is_number(at(one, place))]


DOCUMENTS = [name for name in FORMATS if documents(name)]
WITH_NUMBERS = [name for name in DOCUMENTS if numbers_in(name)]


def test_every_collector_of_files_has_a_sample_here() -> None:
    written_by_people = {"document", "register", "attestation", "mapped"}
    assert set(registry.BUILTIN) - written_by_people == set(FORMATS) - written_by_people


@pytest.mark.parametrize("format", FORMATS)
def test_damaged_bytes_crash_nothing(format: str) -> None:
    originals = [path.read_bytes() for path in SAMPLES[format]]

    @DRAWS
    @given(st.sampled_from(originals).flatmap(mutated_bytes))
    def check(content: bytes) -> None:
        outcome(content, format)

    check()


@pytest.mark.parametrize("format", DOCUMENTS)
def test_a_document_cut_short_is_refused(format: str) -> None:
    contents = [path.read_bytes().rstrip() for path in documents(format)]

    @DRAWS
    @given(st.sampled_from(contents), st.floats(0, 1, exclude_max=True))
    def check(content: bytes, share: float) -> None:
        assert outcome(content[: int(share * len(content))], format) is None

    check()


@pytest.mark.parametrize("format", WITH_NUMBERS)
def test_a_number_that_is_none_changes_no_other_number_in_silence(format: str) -> None:
    found, spots = documents(format), numbers_in(format)

    @DRAWS
    @given(st.sampled_from(spots), st.sampled_from(NO_NUMBERS))
    def check(spot: tuple[Path, tuple[Any, ...]], odd: Any) -> None:
        path, place = spot
        reading = outcome(json.dumps(replaced(found[path], place, odd)).encode(), format)
        assert reading is None or changed_in_silence(original(path, format), reading) == []

    check()


@pytest.mark.parametrize("format", WITH_NUMBERS)
def test_a_number_written_as_text_stays_the_number_or_is_none(format: str) -> None:
    found, spots = documents(format), numbers_in(format)

    @DRAWS
    @given(st.sampled_from(spots))
    def check(spot: tuple[Path, tuple[Any, ...]]) -> None:
        path, place = spot
        text = repr(at(found[path], place))
        reading = outcome(json.dumps(replaced(found[path], place, text)).encode(), format)
        assert reading is None or changed_in_silence(original(path, format), reading) == []

    check()


@pytest.mark.parametrize("format", DOCUMENTS)
def test_the_order_of_keys_and_keys_nobody_knows_change_nothing(format: str) -> None:
    found = documents(format)
    spots = [(path, place) for path, one in found.items() for place in places(one) if isinstance(at(one, place), dict)]

    @DRAWS
    @given(st.sampled_from(spots), st.booleans())
    def check(spot: tuple[Path, tuple[Any, ...]], turned: bool) -> None:
        path, place = spot
        inner = at(found[path], place)
        odd = dict(reversed(inner.items())) if turned else {**inner, "govkit-test-of-unknown-keys": "x"}
        reading = outcome(json.dumps(replaced(found[path], place, odd)).encode(), format)
        assert reading is None or changed_in_silence(original(path, format), reading) == []

    check()
