"""What a risk register leads to: controls in use, catalog entries, systems, the scale. Yields Problems."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from govkit.catalogs.loading import Library
from govkit.errors import Problem
from govkit.model.risk import Acceptance, Risk, RiskScale
from govkit.validation import unknown
from govkit.yaml_lines import Document
from govkit.yaml_lines import Path as Spot


class Around(NamedTuple):
    """What a register may refer to."""

    library: Library
    controls: Collection[str]
    """In use."""
    systems: Collection[str]
    releases: Collection[str]
    scale: RiskScale | None


def risk_problems(risk: Risk, document: Document, spot: Spot, around: Around) -> Iterator[Problem]:
    """What is wrong with the links of one risk."""
    for index, reduction in enumerate(risk.controls):
        if reduction.control in around.controls:
            continue
        place = document.place((*spot, "controls", index, "control"))
        if reduction.control in around.library.controls():
            fix = "put it under `use:` in controls.yaml, or take it out here"
            what = f"the risk counts on {reduction.control}, which this project does not use"
            yield Problem(place, "control-not-used", what, fix)
        else:
            yield unknown(reduction.control, around.controls, place, "control", "see controls.yaml")
    for index, name in enumerate(risk.related):
        if around.library.requirement(name) is None:
            place = document.place((*spot, "related", index))
            yield unknown(name, around.library.full_ids(), place, "requirement", "`govkit show` lists the catalogs")
    for name in risk.systems:
        if name not in around.systems:
            yield unknown(name, around.systems, document.place((*spot, "systems")), "system", "see govkit.yaml")
    scale = around.scale
    if scale and (risk.likelihood > len(scale.likelihood) or risk.impact > len(scale.impact)):
        size = f"{len(scale.likelihood)} by {len(scale.impact)}"
        what = f"{risk.id} has a likelihood or impact beyond the scale ({size})"
        yield Problem(document.place(spot), "bad-value", what, "stay within `scale:`")


def acceptance_problems(
    acceptance: Acceptance, document: Document, spot: Spot, risks: Collection[str], around: Around
) -> Iterator[Problem]:
    """What is wrong with the links of one acceptance."""
    if acceptance.risk not in risks:
        place = document.place((*spot, "risk"))
        yield unknown(acceptance.risk, risks, place, "risk", "`govkit risk list` shows them all")
    if acceptance.release not in around.releases:
        place = document.place((*spot, "release"))
        listing = f"releases: {', '.join(around.releases)}"
        yield unknown(acceptance.release, around.releases, place, "release", listing)
