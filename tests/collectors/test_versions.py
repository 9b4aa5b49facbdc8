"""A kept reading is trusted by the version of its collector, so the table must tell the truth."""

from __future__ import annotations

import importlib

import pytest

from govkit.collectors.registry import BUILTIN, VERSIONS


@pytest.mark.parametrize("name", sorted(BUILTIN))
def test_the_table_agrees_with_the_module(name: str) -> None:
    module = importlib.import_module(BUILTIN[name])
    assert name == module.FORMAT
    assert VERSIONS[name] == module.VERSION
