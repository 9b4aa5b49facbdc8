"""Numbers in everyday words, for readers without statistics."""

from __future__ import annotations

import pytest

from govkit.model.assessment import Check
from govkit.model.control import Criterion
from govkit.model.evidence import Interval
from govkit.report.numbers import bar_words, day, file_size, moment, quantity
from govkit.report.views.plain import plain_words
from govkit.report.words import said
from tests.report.sample import AS_OF


def check(value: float | None, interval: tuple[float, float] | None = None, **given: object) -> Check:
    bounds = Interval(low=interval[0], high=interval[1], level=0.95, method="Wilson") if interval else None
    facts = {
        "control": "C-1", "criterion": "x", "title": "Right answers", "severity": "gate", "outcome": "met",
        "reason": "bar-cleared", "explanation": "It is so.", "measure": "m", "of": "value", "bar": "at least 0.6",
        "unit": "proportion", "value": value, "interval": bounds,
    }  # fmt: skip
    return Check.model_validate(facts | given)


def bar(**given: object) -> Criterion:
    return Criterion.model_validate({"id": "x", "title": "Right answers", "measure": "m", **given})


@pytest.mark.parametrize(
    ("judged", "criterion", "words"),
    [
        (
            check(0.704, (0.683, 0.724)),
            bar(at_least=0.6),
            ("about 70 of 100", "between 68 and 72", "at least 60 of 100"),
        ),
        (check(0.7), bar(at_least=0.6), ("70 of 100", "", "at least 60 of 100")),
        (check(0.049, (0.046, 0.052)), bar(at_most=0.05), ("49 of 1,000", "between 46 and 52", "at most 50 of 1,000")),
        (check(0.0004), bar(at_most=0.001), ("4 of 10,000", "", "at most 10 of 10,000")),
        (check(0.0), bar(equals=0), ("0 of 100", "", "exactly 0 of 100")),
        (check(184, unit="ms"), bar(at_most=300), ("184 milliseconds", "", "at most 300 milliseconds")),
        (check(0.02, of="gap"), bar(at_most=0.05, of="gap", across="g"), ("2 in 100", "", "at most 5 in 100")),
        (
            check(-0.004, (-0.02, 0.012), of="change"),
            bar(at_least=-0.01, of="change"),
            ("0.4 in 100 less", "between 2 in 100 less and 1.2 in 100 more", "at most 1 in 100 less"),
        ),
        (check(0.0, of="change"), bar(at_least=-0.01, of="change"), ("no change", "", "at most 1 in 100 less")),
        (
            check(0.3, of="relative_change"),
            bar(at_most=0.2, of="relative_change"),
            ("30 % more", "", "at most 20 % more"),
        ),
        (check(0.9, unit="ratio"), bar(between=(0.8, 1.25)), ("0.9", "", "between 0.8 and 1.25")),
    ],
)
def test_values_in_words(judged: Check, criterion: Criterion, words: tuple[str, str, str]) -> None:
    assert plain_words(judged, criterion) == words


def test_no_value_no_words() -> None:
    assert plain_words(check(None), bar(at_least=0.6)) is None
    assert plain_words(check(0.7), None) is None


def test_a_value_on_the_wrong_side_never_reads_as_the_bar() -> None:
    """0.5997 misses 0.6: counted by the hundred, both would be 60."""
    words = plain_words(check(0.5997), bar(at_least=0.6))
    assert words
    assert words.value == "5,997 of 10,000"
    assert words.wanted == "at least 6,000 of 10,000"


@pytest.mark.parametrize(
    ("value", "unit", "of", "shown"),
    [
        (0.8058, "proportion", "value", "80.58 %"),
        (0.0125, "proportion", "change", "+1.25 percentage points"),
        (0.02, None, "gap", "0.02"),
        (0.29, "percent", "gap", "0.29 percentage points"),
        (12345.0, "count", "value", "12,345"),
        (0.00034, "index", "value", "0.00034"),
        (3.0, "tokens-per-s", "value", "3 tokens/s"),
        (0.2, "currency", "relative_change", "+20 %"),
        (0.9467, "proportion", "ratio", "0.947"),
        (123456.7, "ms", "value", "123,457 ms"),
    ],
)
def test_quantities(value: float, unit: str | None, of: str, shown: str) -> None:
    assert quantity(value, unit, of) == shown


def test_bars_have_their_unit_and_fall_back_to_the_assessment() -> None:
    assert bar_words(check(0.7), bar(at_least=0.6)) == "at least 60 %"
    assert bar_words(check(0.7), bar(reported=True)) == "known and reported"
    assert bar_words(check(0.7), None) == "at least 0.6"


def test_dates_do_not_follow_the_locale() -> None:
    assert day(AS_OF) == "20 Nov 2026"
    assert moment(AS_OF) == "20 Nov 2026, 16:00 UTC"
    assert day(None) == ""


def test_sizes() -> None:
    assert [file_size(n) for n in (912, 14_200, 3_100_000)] == ["912 B", "14.2 kB", "3.1 MB"]


def test_a_warning_keeps_the_meaning_of_its_token() -> None:
    assert said("missing-fields: keywords, publisher") == "Missing fields: keywords, publisher"
    assert said("the file says nothing: really") == "The file says nothing: really"
    assert said("odd") == "Odd"
