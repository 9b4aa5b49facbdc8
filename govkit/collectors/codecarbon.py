"""CodeCarbon: energy and emissions of runs on one machine, as `emissions.csv`, task files and JSON.

Format: the CSV of 1.x to 3.x (columns came and went; read in its documentation, in `output_methods/emissions_data.py`
and in files from 2020 to 3.3.2), and the same records as JSON or JSON Lines. Coordinates are not read. Nor is
`emissions_rate`, which was grams per second in 2.1 and is kilograms per second since.
Measures: `codecarbon/<project>/emissions` (kgCO2e), `.../energy`, `.../cpu-energy`, `.../gpu-energy`, `.../ram-energy`
(kWh), `.../duration` (s), `.../water-litres`. Task, country, hardware and tracking mode are conditions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from govkit.collectors.codecarbon_rows import Row, rows_of, sniffed_as
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import Warnings, When, instant, name
from govkit.errors import CollectorError
from govkit.model.control import Unit
from govkit.model.evidence import Measurement, Reading, ToolRef

FORMAT = "codecarbon"
VERSION = "3"

MOST_ROWS = 5000
"""Source: govkit judgement; files of one row per experiment seen in public repositories hold up to 300."""

UNKNOWN_CPU_POWER = 42.5
"""Watts CodeCarbon assumes of a processor it does not know. Source: `external/hardware.py`, 3.3.2: 85 W times 0.5."""


class Quantity(NamedTuple):
    """A column that is a measure."""

    column: str
    word: str
    unit: Unit | None
    higher_is_better: bool | None = False


QUANTITIES = (
    Quantity("emissions", "emissions", "kgCO2e"),
    Quantity("energy_consumed", "energy", "kWh"),
    Quantity("cpu_energy", "cpu-energy", "kWh"),
    Quantity("gpu_energy", "gpu-energy", "kWh"),
    Quantity("ram_energy", "ram-energy", "kWh"),
    Quantity("duration", "duration", "s", None),
    Quantity("water_consumed", "water-litres", None),
)
"""Units as CodeCarbon's documentation gives them. The tool is made to lower what it tracks, hence the directions."""

_PARTS = ("cpu_energy", "gpu_energy", "ram_energy")
_CONDITIONS = {
    "task_name": "task",
    "tracking_mode": "tracking-mode",
    "country_iso_code": "country",
    "cloud_provider": "cloud",
    "cloud_region": "cloud-region",
    "cpu_model": "cpu",
    "gpu_model": "gpu",
}
_SETTINGS = ("experiment_id", "os", "python_version", "cpu_count", "gpu_count", "ram_total_size", "pue", "wue")

_ESTIMATED = (
    "estimated-power: CodeCarbon measures power where the machine lets it and estimates it elsewhere (memory always); "
    "the file does not say which"
)


def sniff(source: Source) -> Sniffed | None:
    """A table, or JSON records, with the columns CodeCarbon writes."""
    reason = sniffed_as(source)
    return Sniffed(FORMAT, 0.9, None, reason) if reason else None


def collect(source: Source) -> Reading:
    """Every run (of a run that was written several times, its last state), and every task."""
    if sniffed_as(source) is None:
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is not a file of CodeCarbon", fix=fix)
    rows: list[Row] = []
    for row in rows_of(source):
        if len(rows) == MOST_ROWS:
            what = f"holds more than the {MOST_ROWS} rows that are read"
            raise CollectorError(what, fix="keep one file per release", ident="too-large")
        rows.append(row)
    last, doubts = _last_states(rows)
    runs = list(dict.fromkeys(_run(row) for row in last))
    versions = list(dict.fromkeys(row.text("codecarbon_version") for row in last))
    moments = [instant(row.text("timestamp")) for row in last]
    texts = [when.text for when in moments if when.text]
    alone = last[0] if len(runs) == 1 else None
    return Reading(
        format=FORMAT,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="CodeCarbon", version=versions[0] if len(versions) == 1 else None),
        at=None if texts else max((when.at for when in moments if when.at), default=None),
        at_text=max(texts, default=None),
        run_id=_run(alone) if alone else None,
        config=_config(alone) if alone else {},
        measurements=tuple(
            one for row, when in zip(last, moments, strict=True) for one in _measurements(row, when, alone is None)
        ),
        warnings=(*doubts, *_about(last)),
    )


def _run(row: Row) -> str:
    """What names a run: before 1.2 it had only an experiment."""
    return row.text("run_id") or row.text("experiment_id") or row.place


def _last_states(rows: list[Row]) -> tuple[list[Row], Warnings]:
    """One row per run and task: a tracker that is flushed writes its running totals again and again."""
    states: dict[tuple[str, str | None], list[Row]] = {}
    for row in rows:
        states.setdefault((_run(row), row.text("task_name")), []).append(row)
    doubts = tuple(
        f"repeated-run: run {run} was written {len(found)} times; the rows are running totals, and the longest is read"
        for (run, _), found in states.items()
        if len(found) > 1
    )
    return [max(found, key=lambda row: row.number("duration").value or 0.0) for found in states.values()], doubts[:20]


def _about(rows: list[Row]) -> Iterator[str]:
    if not rows:
        yield "no-measurements: the file holds no run"
        return
    yield _ESTIMATED
    if any(row.number("cpu_power").value == UNKNOWN_CPU_POWER for row in rows):
        yield f"constant-power: the processor's power is {UNKNOWN_CPU_POWER} W, which is assumed where it is not known"
    yield from dict.fromkeys(warning for row in rows for warning in row.warnings)


def _measurements(row: Row, when: When, several: bool) -> Iterator[Measurement]:
    project = row.text("project_name") or "unnamed"
    stated = {word: row.text(column) for column, word in _CONDITIONS.items()}
    stated["run"] = _run(row) if several else None
    conditions = {word: text for word, text in stated.items() if text is not None}
    for quantity in QUANTITIES:
        if quantity.column not in row.values:
            continue
        value, warnings = row.number(quantity.column)
        doubts = _doubts(row, quantity.column, value)
        yield Measurement(
            measure=name(f"codecarbon/{project}/{quantity.word}") or FORMAT,
            value=None if any(doubt.startswith(("bad-value", "nothing-measured")) for doubt in doubts) else value,
            unit=quantity.unit,
            higher_is_better=quantity.higher_is_better,
            conditions=conditions,
            at=when.at,
            at_text=when.text,
            place=row.place,
            warnings=(*warnings, *doubts),
        )


def _doubts(row: Row, column: str, value: float | None) -> list[str]:
    if value is None:
        return []
    if value < 0:
        return [f"bad-value: {column} is below 0"]
    duration, energy = row.number("duration").value, row.number("energy_consumed").value
    if column in ("energy_consumed", "emissions") and energy == 0 and duration:
        return [f"nothing-measured: no machine uses 0 kWh in {duration:.3g} s"]
    if column in _PARTS and value == 0 and duration:
        seen = "" if column != "gpu_energy" or row.text("gpu_model") else "; CodeCarbon saw no GPU"
        return [f"nothing-measured: {column} is 0 kWh, which no part that is there uses{seen}"]
    if column == "water_consumed" and value == 0 and not row.number("wue").value:
        return ["nothing-measured: no water per kWh was stated (wue is 0 or missing), so none was counted"]
    parts = [row.number(part).value for part in _PARTS]
    if column == "energy_consumed" and None not in parts:
        total = sum(part for part in parts if part is not None)
        if abs(total - value) > 0.01 * max(value, total):
            return [f"sum-conflict: {column} is {value:.4g} kWh and its parts come to {total:.4g}"]
    return []


def _config(row: Row) -> dict[str, str]:
    return {key: text for key in _SETTINGS if (text := row.text(key)) is not None}
