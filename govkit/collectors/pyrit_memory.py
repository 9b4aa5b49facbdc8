"""PyRIT's memory: the table of attack results in its SQLite file."""

from __future__ import annotations

from typing import Any, NamedTuple

from govkit.collectors import pyrit_attacks
from govkit.collectors.pyrit_attacks import Attack
from govkit.collectors.source import Source
from govkit.collectors.sqlite_file import has_tables, opened
from govkit.collectors.values import When, name
from govkit.errors import CollectorError
from govkit.files import parse_json

RESULTS, SCORES = "AttackResultEntries", "ScoreEntries"

_COLUMNS = (
    "outcome",
    "objective",
    "objective_sha256",
    "attack_identifier",
    "atomic_attack_identifier",
    "targeted_harm_categories",
    "last_score_id",
    "timestamp",
    "pyrit_version",
)
"""Source: PyRIT `memory/memory_models.py`, AttackResultEntry, 0.10.0 and 1.1.0; a version may lack some."""


class Memory(NamedTuple):
    """What the table holds."""

    attacks: list[Attack]
    errors_told: bool
    version: str | None
    moment: When
    warnings: tuple[str, ...]


def looks_like_memory(source: Source) -> bool:
    """Whether a file is an SQLite database with attack results of PyRIT."""
    return has_tables(source, frozenset({RESULTS})) is True


def read(source: Source) -> Memory:
    """Every attack result; raises CollectorError. Times are written without a zone, so there is no date."""
    with opened(source) as database:
        if RESULTS not in database.tables:
            fix = "name the file that PyRIT's memory was given"
            raise CollectorError(f"is an SQLite file without the table {RESULTS}", fix=fix)
        scorers = {row[0]: _json(row[1]) for row in database.select(SCORES, "id", "scorer_class_identifier")}
        rows = database.select(RESULTS, *_COLUMNS)
        told = "error_type" in database.tables[RESULTS]
    attacks = [_attack(dict(zip(_COLUMNS, row, strict=True)), scorers) for row in rows]
    times = sorted(text for row in rows if isinstance(text := row[_COLUMNS.index("timestamp")], str))
    versions = sorted({text for row in rows if isinstance(text := row[-1], str)})
    version = name(versions[-1], 40) if versions else None
    warnings = ["memory-of-all-runs: the memory keeps the attacks of every run made with it, not of one run"]
    if len(versions) > 1:
        warnings.append(f"several-versions: written by PyRIT {name(', '.join(versions), 80)}")
    return Memory(attacks, told, version, When(text=name(times[-1])) if times else When(), tuple(warnings))


def _attack(row: dict[str, Any], scorers: dict[Any, Any]) -> Attack:
    for key in ("attack_identifier", "atomic_attack_identifier", "targeted_harm_categories"):
        row[key] = _json(row[key])
    row["last_score"] = {"scorer_class_identifier": scorers.get(row["last_score_id"])}
    return pyrit_attacks.read(row)


def _json(raw: Any) -> Any:
    """A JSON column; None for what is none."""
    if not isinstance(raw, str | bytes):
        return None
    try:
        return parse_json(raw)
    except ValueError:
        return None
