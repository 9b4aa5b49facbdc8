"""A project of realistic size and its judgement, for the tests of reports: 70 controls, some 60 files, two releases."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from govkit.assess.assessing import assess
from govkit.assess.question import Question
from govkit.catalogs.loading import Library, shipped_library
from govkit.errors import Place, Problem
from govkit.files import shipped
from govkit.model.assessment import Assessment, BarSet
from govkit.model.control import Control, Criterion
from govkit.model.evidence import DatasetRef, Evidence, Measurement, Reading, ToolRef
from govkit.model.project import (
    Applicability,
    Artefact,
    Decision,
    Declined,
    FrameworkUse,
    Organisation,
    Policy,
    Project,
    Release,
    Statement,
    System,
)
from govkit.model.risk import Acceptance, Reduction, Risk, RiskScale, Treatment
from govkit.yaml_lines import load_yaml

AS_OF = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
OLD, NEW = "2.3.0", "2.4.0"
COMMITTED = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)


class Sample(NamedTuple):
    """What a report is made from."""

    assessment: Assessment
    project: Project
    library: Library


def digest(text: str) -> str:
    """A stable digest for a made-up file."""
    return hashlib.sha256(text.encode()).hexdigest()


BARS: dict[str, dict[str, object]] = {
    "GK-PERF-01/score": {"at_least": 0.75, "unit": "proportion", "reason": "the score of the manual list in 2025"},
    "GK-ROB-04/attack-success": {"at_most": 0.1, "reason": "what the manual list allows today"},
    "GK-COST-01/p95": {"at_most": 300, "reason": "the booking desk waits no longer"},
    "GK-COST-02/cost": {"at_most": 2.5, "reason": "budget line 2026"},
    "GK-TPR-02/recovery-time": {"at_most": 240, "reason": "half a working day"},
}
DECLINED = {
    "GK-LIC-02": "The system writes no text.",
    "GK-ENV-01": "Training takes four minutes on one machine.",
    "GK-TPR-02": "No supplier is needed at run time.",
}
UNDECIDED = ("GK-HSP-01", "GK-ENV-02")
# Criteria with a result of their own; everything else clears its bar. (value, n); None leaves the evidence out.
SPECIAL: dict[str, tuple[float, int] | None] = {
    "GK-PERF-01/score": (0.806, 2400),
    "GK-ROB-02/flip-rate": (0.041, 900),
    "GK-ROB-04/attack-success": (0.132, 1200),
    "GK-CAL-01/calibration-error": (0.021, 2400),
    "GK-DATA-03/label-errors": (0.018, 1500),
    "GK-COST-01/p95": (184.0, 5000),
    "GK-COST-02/cost": (1.84, 5000),
    "GK-INC-02/overdue": (2.0, 14),
    "GK-MRV-01/approved": None,
    "GK-MRV-01/age": None,
    "GK-HUM-02/drill-success": None,
}
GROUPS = {
    "performance/score": {"slice": {"under 40": 0.812, "40 to 64": 0.815, "65 and over": 0.792}},
    "fairness/true-positive-rate": {"group": {"women": 0.781, "men": 0.774, "not stated": 0.769}},
    "fairness/false-positive-rate": {"group": {"women": 0.118, "men": 0.127, "not stated": 0.121}},
    "fairness/selection-rate": {"group": {"women": 0.243, "men": 0.251, "not stated": 0.238}},
}


def controls(library: Library) -> tuple[Control, ...]:
    """The baseline controls that fit a classifier, with the project's bars."""
    left_out = {*DECLINED, *UNDECIDED}
    found = []
    for control in library.catalogs["govkit-baseline"].controls:
        if control.id in left_out or (control.applies_to and "classifier" not in control.applies_to):
            continue
        bars = tuple(
            criterion.model_copy(update=BARS.get(f"{control.id}/{criterion.id}", {})) for criterion in control.criteria
        )
        found.append(control.model_copy(update={"criteria": bars, "owner": "A. Keller"}))
    return tuple(found)


def _passing(criterion: Criterion) -> float:
    if criterion.at_least is not None:
        return min(1.0, criterion.at_least + 0.06) if criterion.at_least <= 1 else criterion.at_least * 1.2
    if criterion.at_most is not None:
        return round(criterion.at_most * 0.4, 4)
    if criterion.between is not None:
        return round(sum(criterion.between) / 2, 4)
    return criterion.equals if criterion.equals is not None else 4.2


def _measurements(control: Control, criterion: Criterion, shift: float) -> list[Measurement]:
    key = f"{control.id}/{criterion.id}"
    direction = criterion.at_least is not None or criterion.equals == 1
    if criterion.measure in GROUPS and criterion.across:
        axis, values = next(iter(GROUPS[criterion.measure].items()))
        if criterion.across != axis:
            axis, values = criterion.across, {"own clinic": 0.808, "partner clinic": 0.781}
        return [
            Measurement(
                measure=criterion.measure, value=round(round(value * n) / n, 6), unit="proportion", n=n,
                successes=round(value * n), n_basis="items", conditions={axis: name},
                higher_is_better=criterion.measure != "fairness/false-positive-rate",
                dataset=DatasetRef(id="visits-2026-holdout", sha256=digest("holdout")), place=f"/groups/{name}",
            )
            for (name, value), n in zip(values.items(), (8200, 9100, 7400), strict=False)
        ]  # fmt: skip
    special = SPECIAL.get(key, (_passing(criterion), 800))
    if special is None or criterion.of != "value" or not criterion.has_bar():
        return []
    value, n = special
    proportion = criterion.unit == "proportion" and criterion.interval == "required"
    value = min(max(value + (shift if proportion else 0), 0), 1) if proportion else value
    return [
        Measurement(
            measure=criterion.measure, value=round(value * n) / n if proportion else value, unit=criterion.unit,
            n=n, n_basis="items" if proportion else "records", successes=round(value * n) if proportion else None,
            conditions=dict(criterion.where), higher_is_better=direction, place=f"/results/{criterion.id}",
            dataset=DatasetRef(id="visits-2026-holdout", sha256=digest("holdout")) if proportion else None,
        )
    ]  # fmt: skip


def _file(path: str, release: str | None, measurements: list[Measurement], method: str) -> Evidence:
    return Evidence(
        path=path, sha256=digest(path), size=2_000 + len(path) * 137, commit=digest(path)[:40],
        committed=COMMITTED - timedelta(days=len(path) % 9), author="Mara Ott", release=release,
        artefact_sha256=digest(f"model {release}") if release else None,
        reading=Reading(
            format="json-mapping", collector="mapping", collector_version="1", status="complete",
            tool=ToolRef(name="clinic-eval", version="1.9.2"), at=COMMITTED - timedelta(days=len(path) % 9 + 1),
            method=method, measurements=tuple(measurements),
        ),
    )  # fmt: skip


def evidence(used: tuple[Control, ...]) -> tuple[Evidence, ...]:
    """One file per control and release; organisation-wide files once; one that cannot be read, one that nobody uses."""
    found: dict[str, Evidence] = {}
    for release, shift in ((OLD, -0.004), (NEW, 0.0)):
        for control in used:
            by_policy: dict[str | None, list[Measurement]] = {}
            for criterion in control.criteria:
                bound = None if criterion.release == "any" else release
                by_policy.setdefault(bound, []).extend(_measurements(control, criterion, shift))
            for bound, measurements in by_policy.items():
                folder = f"evidence/{bound}" if bound else "evidence/organisation"
                path = f"{folder}/{control.id.lower()}.json"
                if measurements and path not in found:
                    found[path] = _file(path, bound, measurements, control.method)
    broken = Problem(Place("evidence/2.4.0/drill.json", line=41), "broken-json", "ends in the middle of a value",
                     "write the file again with the tool that made it")  # fmt: skip
    drill = Evidence(
        path="evidence/2.4.0/drill.json", sha256=digest("drill"), size=912, release=NEW, problem=broken,
        expected=("oversight/drill-success",),
    )  # fmt: skip
    spare = _file(
        "evidence/organisation/unused-survey.csv", None, [Measurement(measure="survey/trust", value=4.1)], "EXAMINE"
    )
    return (*found.values(), drill, spare)


TITLES = (
    ("R-01", "People who need help most are called last", 4, 4, "GK-FAIR-02", "GK-PERF-02"),
    ("R-02", "The list is wrong more often than staff expect", 3, 3, "GK-PERF-01", "GK-CAL-01"),
    ("R-03", "A manipulated record pushes a person down the list", 3, 4, "GK-ROB-04", "GK-SEC-04"),
    ("R-04", "Health data leaves the clinic", 2, 5, "GK-SEC-03", "GK-PRV-01"),
    ("R-05", "Staff follow the list without thinking", 4, 3, "GK-HUM-01", "GK-HUM-03"),
    ("R-06", "The system cannot be stopped in time", 2, 4, "GK-HUM-02", "GK-HUM-02"),
    ("R-07", "The data drifts and nobody notices", 4, 3, "GK-DRF-01", "GK-MON-01"),
    ("R-08", "A new version is silently worse", 3, 3, "GK-REG-01", "GK-REG-02"),
    ("R-09", "Complaints are not answered", 3, 2, "GK-INC-02", "GK-COM-01"),
    ("R-10", "A component is used against its licence", 2, 2, "GK-LIC-01", "GK-LIC-01"),
)


def risks() -> tuple[Risk, ...]:
    """Ten risks of the register."""
    return tuple(
        Risk(
            id=ident, title=title, cause="Past records show who came, not who needed help.",
            event=f"{title}, because the score follows past attendance.",
            consequence="A person is not reached in time and treatment starts later than it should.",
            affected="Patients of the clinic, in particular older people and people without a phone",
            phase="operation", likelihood=likelihood, impact=impact,
            controls=tuple(dict.fromkeys((Reduction(control=a, reduces="likelihood", steps=1),
                                          Reduction(control=b, reduces="impact", steps=1)))),
            treatment=Treatment(option="mitigate", plan="Measure at every release and act on gaps above five points.",
                                owner="Dr. A. Keller", due=date(2027, 1, 31)),
            owner="Dr. A. Keller", identified=date(2026, 3, 2), review_by=date(2027, 3, 1),
        )
        for ident, title, likelihood, impact, a, b in TITLES
    )  # fmt: skip


def statement(library: Library, used: tuple[Control, ...]) -> Statement:
    """One line for each of the 38 Annex A controls."""
    claims: dict[str, list[str]] = {}
    for control in used:
        for full in control.requirements:
            claims.setdefault(full, []).append(control.id)
    lines = []
    for item in library.catalogs["iso-42001-2023"].leaves():
        if not item.id.startswith("A."):
            continue
        full = f"iso-42001-2023:{item.id}"
        out = item.id in ("A.10.4", "A.8.3")
        lines.append(
            Applicability(
                requirement=full, necessary=not out,
                reason="The clinic has no customers outside its own group." if out
                else "Treats a risk of the register and is asked for by the group's own AI rules.",
                controls=() if out else tuple(claims.get(full, ())[:4]), risks=() if out else ("R-02",),
                status=None if out else "implemented", owner=None if out else "A. Keller",
            )
        )  # fmt: skip
    return Statement(version="3", approved_by="Dr. A. Keller", approved_on=date(2026, 10, 2), lines=tuple(lines))


def releases() -> tuple[Release, ...]:
    """The release that is judged and its baseline."""

    def release(version: str, when: datetime, baseline: str | None, decision: Decision | None) -> Release:
        return Release(
            version=version, system="outreach", tag=f"v{version}", commit=digest(f"commit {version}")[:40], date=when,
            baseline=baseline, summary="Adds the partner clinic's records and a new missing-value rule.",
            intended_use="Ordering the weekly call list of the outreach desk; a person decides on every call.",
            artefacts=(
                Artefact(kind="model", id="outreach-gbm", path="model/outreach.json", sha256=digest(f"model {version}"),
                         licence="internal"),
                Artefact(kind="dataset", id="visits-2026", sha256=digest("visits"), revision="2026-10-30"),
            ),
            decision=decision,
        )  # fmt: skip

    decision = Decision(
        outcome="go-with-actions", by="Dr. A. Keller", role="Head of patient services", on=date(2026, 11, 19),
        reason="The call list helps now; attack tests are repeated and the management review is held by the end of "
        "January.",
    )  # fmt: skip
    return (
        release(OLD, datetime(2026, 8, 4, tzinfo=UTC), None, None),
        release(NEW, datetime(2026, 11, 18, tzinfo=UTC), OLD, decision),
    )


def project(library: Library) -> Project:
    """The project without acceptances."""
    used = controls(library)
    shown = shipped("templates") / "project" / "risk-scale.yaml"
    scale = RiskScale.model_validate(load_yaml(shown.read_bytes(), shown.name).value)
    return Project(
        organisation=Organisation(name="Lindenhof Clinics", contact="ai-office@lindenhof.example"),
        systems=(
            System(
                id="outreach", name="Outreach call list", kind="classifier", role="developer", tier="high",
                purpose="Estimates which patients are likely to miss a needed follow-up visit, so that the outreach "
                "desk can call them first.",
                affected="About 40,000 patients of four clinics and the eleven people of the outreach desk.",
                not_for="Deciding on treatment, on urgency in emergencies, or on anything about staff.",
                owner="Dr. A. Keller", oversight="The desk may reorder the list at any time; the duty manager can "
                "switch it off within a minute and work from the plain list.",
            ),
        ),
        frameworks=(FrameworkUse(id="nist-ai-rmf-1.0"), FrameworkUse(id="iso-42001-2023", gate=False)),
        policy=Policy(max_age_days=180), scale=scale, controls=used,
        declined=tuple(Declined(id=key, reason=reason) for key, reason in DECLINED.items()),
        undecided=UNDECIDED, statement=statement(library, used), risks=risks(), releases=releases(),
    )  # fmt: skip


def bars(used: tuple[Control, ...]) -> dict[str, BarSet]:
    """Every bar set in spring, one of them moved since the baseline release."""
    found = {
        f"{control.id}/{criterion.id}": BarSet(
            commit=digest("bars")[:40], at=datetime(2026, 4, 7, 8, tzinfo=UTC), by="Jonas Brandt"
        )
        for control in used
        for criterion in control.criteria
    }
    moved = BarSet(commit=digest("moved")[:40], at=datetime(2026, 10, 1, 8, tzinfo=UTC), by="Mara Ott",
                   moved_since="at most 0.05")  # fmt: skip
    return found | {"GK-ROB-04/attack-success": moved}


@cache
def sample() -> Sample:
    """The judged sample, with three risks accepted: one validly, one expired, one whose evidence changed."""
    return judged(shipped_library(), frozenset())


@cache
def small() -> Sample:
    """The same with five controls and one framework, for what does not depend on size."""
    kept = {"GK-PERF-01", "GK-FAIR-02", "GK-ROB-04", "GK-INC-02", "GK-POL-01"}
    library = shipped_library()
    left_out = frozenset(control.id for control in controls(library)) - kept
    return judged(library, left_out, (FrameworkUse(id="iso-42001-2023"),))


def judged(library: Library, without: frozenset[str], frameworks: tuple[FrameworkUse, ...] | None = None) -> Sample:
    """The project judged without some of its controls, or in other frameworks."""
    bare = project(library)
    kept = tuple(control for control in bare.controls if control.id not in without)
    bare = bare.model_copy(update={"controls": kept, "frameworks": frameworks or bare.frameworks})
    question = Question(
        project=bare, catalogs=library.catalogs, catalog_digests=library.digests, evidence=evidence(bare.controls),
        release=bare.releases[1], as_of=AS_OF, govkit="0.1.0", bars=bars(bare.controls),
        problems=(Problem(Place("govkit.yaml", pointer="/evidence/7"), "missing-file",
                          "no file matches 'evidence/x.json'", "check the path, or remove the binding"),),
    )  # fmt: skip
    first = assess(question)
    accepted = bare.model_copy(update={"acceptances": acceptances(first)})
    return Sample(assess(replace(question, project=accepted)), accepted, library)


def acceptances(first: Assessment) -> tuple[Acceptance, ...]:
    """Who accepted what, on the evidence the first judgement saw."""
    seen = tuple(sorted({u.sha256 for c in first.checks if c.control == "GK-ROB-04" for u in c.used}))
    common = {"release": NEW, "by": "Dr. A. Keller", "role": "Head of patient services"}

    def one(risk: str, until: date, level: str, covers: tuple[str, ...], digests: tuple[str, ...]) -> Acceptance:
        return Acceptance(
            risk=risk, at=datetime(2026, 11, 19, 10, tzinfo=UTC), until=until, likelihood=3, impact=4, level=level,
            reason="Records are checked by hand until the repeated attack test is in.", covers=covers,
            evidence=digests, **common,
        )  # fmt: skip

    return (
        one("R-03", date(2027, 1, 31), "high", ("GK-ROB-04",), seen),
        one("R-09", date(2026, 11, 19), "moderate", ("GK-INC-02",), ()),
        one("R-06", date(2027, 1, 31), "high", ("GK-HUM-02",), (digest("another"),)),
    )
