"""Options of deployment beside each other: what was measured for each, under which load, and what can be compared.

A row is one release, one option (conditions such as hardware and precision) and one load. Nothing is estimated: a cell
holds a measurement, a value computed from measurements and declared prices, or the reason why there is none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from govkit.assess.deployment_basis import compared
from govkit.assess.deployment_costs import SIDES, computed_cost, computed_energy, tokens_of_one
from govkit.assess.deployment_values import WEAK, Around, Spot, brief, fitting_here, objection, series_of
from govkit.assess.judging import Judge
from govkit.assess.question import Candidate, Pool, Question, used
from govkit.assess.uncertainty import estimate
from govkit.assess.unusable import Unusable
from govkit.assess.usability import factor
from govkit.model.control import Unit
from govkit.model.deployment import Cell, Column, Deployment, DeploymentRules, DeploymentTable
from govkit.model.evidence import Evidence, Measurement
from govkit.model.project import Project, Release

_MOST_TOLD = 10  # differences named between values that are several


class Kind(NamedTuple):
    """A column, and the measures it is filled from, the first that is there."""

    column: Column
    measures: tuple[str, ...]
    where: Mapping[str, str] = {}
    strict: bool = False
    """Measured under a load, which makes rows; other values say less about the load than the row does."""


def _time(share: str) -> Kind:
    names = (f"latency/{share}", f"*/request-latency/{share}", f"k6/http_req_duration/{share}")
    column = Column(id=f"latency-{share}", title=f"latency {share}", unit="ms", higher_is_better=False)
    return Kind(column, names, strict=True)


def _rate(ident: str, title: str, unit: Unit, names: tuple[str, ...]) -> Kind:
    return Kind(Column(id=ident, title=title, unit=unit, higher_is_better=True), names, strict=True)


RATE = "requests-per-second"
COST, ENERGY = "cost-per-1000-requests", "energy-per-1000-requests"
FIXED: tuple[Kind, ...] = (
    _time("p50"),
    _time("p95"),
    _time("p99"),
    _rate("answered", "answered", "proportion", ("*/answered",)),
    _rate(
        RATE,
        "requests a second",
        "requests-per-s",
        ("throughput/requests", "*/requests-per-second", "*/samples-per-second"),
    ),
    _rate("output-tokens-per-second", "output tokens a second", "tokens-per-s", ("*/output-tokens-per-second",)),
    Kind(
        Column(id=COST, title="cost of 1,000 requests", unit="currency", higher_is_better=False),
        ("cost/per-1000-requests", "*/cost-per-1000-requests"),
    ),
    Kind(
        Column(id=ENERGY, title="energy of 1,000 requests", unit="Wh", higher_is_better=False),
        ("energy/inference-per-1000-requests", "*/energy-per-1000-requests", "*/gpu-energy-per-1000-requests"),
    ),
    Kind(
        Column(id="memory", title="memory", unit="bytes", higher_is_better=False),
        ("memory/peak", "*/peak-memory", "*/peak-gpu-memory"),
    ),
)  # fmt: skip


def deployments(
    project: Project, evidence: Sequence[Evidence], releases: Sequence[Release], as_of: datetime, rules: DeploymentRules
) -> DeploymentTable:
    """The table of these releases: a pure function of its arguments."""
    kinds = (*FIXED, *_quality(rules))
    rows = [
        _row(around, spot, kinds, spots)
        for release in releases
        for around in (_around(project, evidence, release, as_of, rules),)
        for spots in (_spots(around, kinds),)
        for spot in spots
    ]
    return DeploymentTable(
        as_of=as_of,
        releases=tuple(release.version for release in releases),
        columns=tuple(kind.column for kind in kinds),
        rows=tuple(compared(rows, {kind.column.id for kind in kinds if kind.strict} | {COST, ENERGY})),
        notes=tuple(_notes(rows)),
    )


def _quality(rules: DeploymentRules) -> Iterator[Kind]:
    for number, wanted in enumerate(rules.measures, start=1):
        column = Column(id=f"quality-{number}", title=wanted.title or wanted.measure)
        yield Kind(column, (wanted.measure,), wanted.where)


def _around(
    project: Project, evidence: Sequence[Evidence], release: Release, as_of: datetime, rules: DeploymentRules
) -> Around:
    # A table holds nothing against a bar, so it is no matter when one was set.
    policy = project.policy.model_copy(update={"bar_after_result": "warn"})
    shown = project.model_copy(update={"policy": policy})
    question = Question(
        project=shown, catalogs={}, catalog_digests={}, evidence=evidence, release=release, as_of=as_of, govkit=""
    )
    pool = Pool(evidence, as_of)
    return Around(release, pool, Judge(question, pool).rules, rules, as_of, {})


def _spots(around: Around, kinds: Iterable[Kind]) -> list[Spot]:
    """Every option and load that a load test names; then options that only other values name."""
    found: dict[object, Spot] = {}
    for kind in kinds:
        for measure in kind.measures if kind.strict else ():
            found |= {key: group.spot for key, group in around.found(measure, kind.where).items()}
    for kind in kinds:
        for measure in () if kind.strict else kind.measures:
            for key, group in around.found(measure, kind.where).items():
                if key not in found and not any(group.spot.within(other) for other in found.values()):
                    found[key] = group.spot
    return sorted(found.values(), key=lambda spot: spot.key)


def _row(around: Around, spot: Spot, kinds: Iterable[Kind], spots: Sequence[Spot]) -> Deployment:
    cells: dict[str, Cell] = {kind.column.id: _cell(around, spot, kind, spots) for kind in kinds}
    if cells[COST].state == "not-measured":
        cells[COST] = computed_cost(around, spot, cells[RATE])
    if cells[ENERGY].state == "not-measured":
        cells[ENERGY] = computed_energy(around, spot)
    stated = ", ".join(f"{brief(key)}={brief(text)}" for key, text in {**spot.option, **spot.load}.items())
    name = f"{around.release.version}: {stated or 'option not stated'}"
    models = {one.model.id for cell in cells.values() for one in cell.used if one.model and one.model.id}
    lengths = {side: found.each for side in SIDES if (found := tokens_of_one(around, spot, side)) is not None}
    return Deployment(
        lengths=lengths,
        release=around.release.version,
        option=spot.option,
        load=spot.load,
        models=tuple(sorted(models)),
        cells=tuple(cell.model_copy(update={"of": name}) for cell in cells.values()),
    )


def _cell(around: Around, spot: Spot, kind: Kind, spots: Sequence[Spot]) -> Cell:
    """The first measure of the column that was measured here, whether it may count or not."""
    ident = kind.column.id
    for measure in kind.measures:
        fitting = fitting_here(spot, around.found(measure, kind.where), strict=kind.strict)
        if not fitting:
            continue
        series = series_of(fitting, around)
        latest = [one for runs in series for one in runs.newest]
        if len(series) > 1 or len({(one.measurement.value, one.measurement.n) for one in latest}) > 1:
            why = f"{len(latest)} values, which differ by {_differing(latest)}"
            return Cell(column=ident, state="several", why=why, used=tuple(used(one) for one in latest))
        shown = _shown(around, spot, kind, latest[0], spots)
        return shown.model_copy(update={"doubts": (*shown.doubts, *series[0].doubts)})
    return Cell(column=ident, state="not-measured")


def _differing(series: Sequence[Candidate]) -> str:
    stated = [{"measure": one.measurement.measure, **one.measurement.conditions} for one in series]
    stated = [
        {**one, "data": c.measurement.dataset.id if c.measurement.dataset else "-"}
        for one, c in zip(stated, series, strict=True)
    ]
    keys = sorted({key for one in stated for key in one if len({other.get(key) for other in stated}) > 1})
    told = [(key, sorted({brief(one.get(key, "-")) for one in stated})) for key in keys[:_MOST_TOLD]]
    return "; ".join(f"{brief(key)} ({', '.join(words[:_MOST_TOLD])})" for key, words in told) or "file"


def _shown(around: Around, spot: Spot, kind: Kind, candidate: Candidate, spots: Sequence[Spot] = ()) -> Cell:
    """One value with its interval; or why it may not count."""
    m, column = candidate.measurement, kind.column
    bad = objection(around, candidate, column.unit, kind.where)
    scale = factor(m.unit, column.unit)
    if bad is not None and bad.reason not in WEAK:
        return Cell(column=column.id, state="unusable", why=bad.explanation, used=(used(candidate),))
    if scale is None or m.value is None:
        what = f"{m.measure} is given in {m.unit or 'an unknown unit'}, not in {column.unit}."
        return Cell(column=column.id, state="unusable", why=what, used=(used(candidate),))
    level = around.rules.policy.confidence
    found = estimate(m, level, scale=scale, samples=around.pool.samples(candidate))
    span = found.interval
    if not all(map(math.isfinite, (found.value, *((span.low, span.high) if span else ())))):
        what = f"{m.measure} is beyond all numbers in {column.unit}."
        return Cell(column=column.id, state="unusable", why=what, used=(used(candidate),))
    return Cell(
        column=column.id,
        state="measured",
        value=found.value,
        unit=column.unit or m.unit,
        currency=_currency(m) if m.unit == "currency" else None,
        n=m.n,
        n_basis=m.n_basis,
        interval=found.interval,
        doubts=tuple(_doubts(around, spot, kind, candidate, bad, spots)),
        used=(used(candidate),),
    )


def _currency(m: Measurement) -> str | None:
    stated = m.conditions.get("currency", "").upper()
    return stated if re.fullmatch("[A-Z]{3}", stated) else None


def _doubts(
    around: Around, spot: Spot, kind: Kind, candidate: Candidate, bad: Unusable | None, spots: Sequence[Spot]
) -> Iterator[str]:
    if bad is not None:
        yield f"{bad.reason}: {bad.explanation}"
    silent = [key for key in spot.option if key not in candidate.measurement.conditions]
    if silent and any(one.option != spot.option for one in spots):
        yield f"not-of-this-option: the value was measured without saying {', '.join(silent)}"
    if kind.column.id == COST and _currency(candidate.measurement) is None:
        yield "currency-unknown: nothing says in which currency; add `currency` under `conditions:` of the binding"
    if kind.column.id in (COST, ENERGY) and around.load(candidate) != spot.load:
        yield "load-not-stated: the value was measured without saying under which load"
    yield from candidate.measurement.warnings
    if candidate.measurement.missing:
        yield f"missing-items: {candidate.measurement.missing:,} are not among them"


def _notes(rows: Sequence[Deployment]) -> Iterator[str]:
    if not rows:
        yield (
            "no-options: no evidence of these releases is about latency, throughput, cost, energy, memory or the "
            "measures asked for"
        )
    elif not any(row.option for row in rows):
        yield (
            "no-conditions: no evidence says which option it was measured for; add hardware, precision or deployment "
            "under `conditions:` of its binding (`govkit add FILE --condition hardware=H100`)"
        )
