"""What a user installs holds what the program reads at run time."""

from __future__ import annotations

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

from govkit.oscal.schemas import FILES
from tests.test_docs import ROOT

SCHEMAS = {f"govkit/oscal/schemas/{name}" for name in (*FILES.values(), "SOURCE.md")}


@pytest.mark.parametrize("builder", [WheelBuilder, SdistBuilder])
def test_the_schemas_of_oscal_are_inside(builder: type[WheelBuilder | SdistBuilder]) -> None:
    inside = {file.distribution_path for file in builder(str(ROOT)).recurse_included_files()}
    assert inside >= SCHEMAS
    assert "govkit/cli/entry.py" in inside
