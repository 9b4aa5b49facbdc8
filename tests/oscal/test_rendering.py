"""Documents as JSON and YAML."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.oscal.documents import parse_document
from govkit.oscal.rendering import rendered

TEXT = st.text(st.characters(exclude_categories=("Cs",)))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b-c", "d"]), inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize("form", ["json", "yaml"])
@given(value=VALUES)
def test_any_document_reads_back_as_it_was(form: Any, value: Any) -> None:
    document = {"catalog": {"uuid": value, "list": [value, "x"]}}
    assert parse_document(rendered(document, form), "d").whole == document


def test_in_yaml_dates_and_versions_stand_in_quotes() -> None:
    text = rendered({"catalog": {"last-modified": "2026-01-01T00:00:00Z", "version": "1.10"}}, "yaml").decode()
    assert '  last-modified: "2026-01-01T00:00:00Z"\n  version: "1.10"\n' in text
