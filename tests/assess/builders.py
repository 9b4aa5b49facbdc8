"""Small records for tests of the judgement: only what a test names differs from the default."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from govkit.assess.assessing import assess
from govkit.assess.question import Question
from govkit.errors import Place, Problem
from govkit.model.assessment import Assessment, BarSet, Check
from govkit.model.catalog import Catalog, Requirement, Source
from govkit.model.control import Control, Criterion
from govkit.model.evidence import DatasetRef, Evidence, Measurement, Reading, SampleScores
from govkit.model.project import FrameworkUse, Organisation, Policy, Project, Release, System
from govkit.model.risk import RiskScale
from govkit.yaml_lines import load_yaml

AS_OF = datetime(2026, 11, 20, 12, tzinfo=UTC)
SCALE_FILE = Path(__file__).resolve().parents[2] / "templates" / "project" / "risk-scale.yaml"
SCALE = RiskScale.model_validate(load_yaml(SCALE_FILE.read_bytes(), "risk-scale.yaml").value)
DATA = DatasetRef(id="test-set", sha256="d" * 64)


def criterion(**changes: Any) -> Criterion:
    base: dict[str, Any] = {"id": "score", "title": "Score", "measure": "m/score"}
    return Criterion.model_validate({**base, **changes})


def control(ident: str = "C-1", *criteria: Criterion, **changes: Any) -> Control:
    base: dict[str, Any] = {"id": ident, "title": f"Control {ident}", "theme": "test", "summary": "What is done."}
    return Control.model_validate({**base, "criteria": criteria, **changes})


def measurement(value: float | None = 0.9, **changes: Any) -> Measurement:
    base: dict[str, Any] = {
        "measure": "m/score",
        "value": value,
        "unit": "proportion",
        "higher_is_better": True,
        "dataset": DATA,
        "at": AS_OF - timedelta(days=10),
    }
    return Measurement.model_validate({**base, **changes})


def counted(successes: int, n: int, **changes: Any) -> Measurement:
    return measurement(successes / n, successes=successes, n=n, n_basis="items", **changes)


def samples(scores: dict[str, float], **changes: Any) -> SampleScores:
    binary = set(scores.values()) <= {0, 1}
    return SampleScores.model_validate({"measure": "m/score", "binary": binary, "scores": scores, **changes})


def evidence(*measurements: Measurement, path: str = "results.json", **changes: Any) -> Evidence:
    reading: dict[str, Any] = {
        "format": "test", "collector": "test", "collector_version": "1", "status": "complete",
        "measurements": measurements,
    }  # fmt: skip
    of_reading = ("status", "samples", "model", "warnings", "flags", "config", "method", "tool")
    reading |= {key: changes.pop(key) for key in of_reading if key in changes}
    base: dict[str, Any] = {
        "path": path,
        "sha256": hashlib.sha256(path.encode()).hexdigest(),
        "size": 10,
        "release": "2.0",
        "reading": Reading.model_validate(reading),
    }
    return Evidence.model_validate({**base, **changes})


def later(found: Evidence, **changes: Any) -> Evidence:
    """The same file with other values."""
    assert found.reading is not None
    return found.model_copy(update={"reading": found.reading.model_copy(update=changes)})


def unreadable(path: str = "broken.json", **changes: Any) -> Evidence:
    problem = Problem(Place(path), "unreadable-evidence", "cut off in the middle", "write it again")
    base: dict[str, Any] = {"path": path, "sha256": "e" * 64, "size": 1, "release": "2.0", "problem": problem}
    return Evidence.model_validate({**base, "expected": ("*",), **changes})


RELEASES = (Release(version="1.0", system="s"), Release(version="2.0", system="s", baseline="1.0"))


def catalog(**changes: Any) -> Catalog:
    items = (
        Requirement(id="R 1", kind="category", title="Group", summary="A group."),
        Requirement(id="R 1.1", kind="subcategory", parent="R 1", title="First", summary="First."),
        Requirement(id="R 1.2", kind="subcategory", parent="R 1", title="Second", summary="Second."),
    )
    base: dict[str, Any] = {
        "id": "std", "title": "Standard", "publisher": "Nobody", "edition": "1", "published": "2026-01-01",
        "as_of": "2026-01-01", "licence": "none", "status": "test", "sources": (Source(id="S1", ref="here"),),
        "counts": {}, "requirements": items,
    }  # fmt: skip
    return Catalog.model_validate({**base, **changes})


def project(*controls: Control, **changes: Any) -> Project:
    system = System(id="s", name="System", kind="classifier", purpose="Tests.", owner="A")
    base: dict[str, Any] = {
        "organisation": Organisation(name="Org"),
        "systems": (system,),
        "frameworks": (),
        "policy": Policy(),
        "scale": SCALE,
        "controls": controls,
        "releases": RELEASES,
    }
    return Project.model_validate({**base, **changes})


def question(
    made: Project, *found: Evidence, release: str = "2.0", bars: dict[str, BarSet] | None = None, **changes: Any
) -> Question:
    chosen = made.release(release)
    assert chosen is not None
    return Question(
        project=made,
        catalogs={"std": catalog()},
        catalog_digests={"std": "c" * 64},
        evidence=found,
        release=chosen,
        as_of=changes.pop("as_of", AS_OF),
        govkit="0",
        bars=bars or {},
        **changes,
    )


def assessed(made: Project, *found: Evidence, **changes: Any) -> Assessment:
    return assess(question(made, *found, **changes))


def check(wanted: Criterion, *found: Evidence, policy: Policy | None = None, **changes: Any) -> Check:
    """One criterion judged on its own."""
    made = project(control("C-1", wanted), policy=policy or Policy())
    return assessed(made, *found, **changes).checks[0]


def in_scope(gate: bool = True) -> tuple[FrameworkUse, ...]:
    return (FrameworkUse(id="std", gate=gate),)
