"""PyRIT's memory: the table of attack results in its SQLite file."""

from __future__ import annotations

from typing import Any, NamedTuple

from govkit.collectors import pyrit_attacks
from govkit.collectors.pyrit_attacks import Attack
from govkit.collectors.source import Source
from govkit.collectors.sqlite_file import Database, has_tables, opened
from govkit.collectors.values import When, fields, name
from govkit.errors import CollectorError
from govkit.files import parse_json

RESULTS, SCORES, PIECES = "AttackResultEntries", "ScoreEntries", "PromptMemoryEntries"

_COLUMNS = (
    "outcome",
    "objective",
    "objective_sha256",
    "attack_identifier",
    "atomic_attack_identifier",
    "targeted_harm_categories",
    "last_score_id",
    "last_response_id",
    "id",
    "conversation_id",
    "attack_metadata",
    "timestamp",
    "pyrit_version",
)
"""Source: PyRIT `memory/memory_models.py`, AttackResultEntry, 0.10.0 and 1.1.0; a version may lack some."""

_DOCUMENTS = ("attack_identifier", "atomic_attack_identifier", "targeted_harm_categories", "attack_metadata")


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
        listed = [dict(zip(_COLUMNS, row, strict=True)) for row in database.select(RESULTS, *_COLUMNS)]
        told = "error_type" in database.tables[RESULTS]
        responses, targets = _responses(database), _targets(database)
    rows = _newest(listed)
    attacks = [_attack(row | targets.get(row["conversation_id"], {}), scorers, responses) for row in rows]
    times = sorted(text for row in rows if isinstance(text := row["timestamp"], str))
    versions = sorted({text for row in rows if isinstance(text := row["pyrit_version"], str)})
    version = name(versions[-1], 40) if versions else None
    warnings = ["memory-of-all-runs: the memory keeps the attacks of every run made with it, not of one run"]
    if len(rows) < len(listed):
        again = len(listed) - len(rows)
        warnings.append(f"repeated-rows: {again} older results of a conversation that has a newer one are left out")
    if len(versions) > 1:
        warnings.append(f"several-versions: written by PyRIT {name(', '.join(versions), 80)}")
    return Memory(attacks, told, version, When(text=name(times[-1])) if times else When(), tuple(warnings))


def _newest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of the results of one conversation the newest, as PyRIT itself reads them; a sequence has no conversation.

    Source: PyRIT `memory/memory_interface.py`, 1.1.0: repeated rows come from an old fault.
    """
    best: dict[str, dict[str, Any]] = {}
    for at, row in enumerate(rows):
        key = str(row["conversation_id"] or f"row {at}")
        if key not in best or _age(best[key]) <= _age(row):
            best[key] = row
    return list(best.values())


def _age(row: dict[str, Any]) -> tuple[str, str]:
    return str(row["timestamp"]), str(row["id"])


def _responses(database: Database) -> dict[Any, dict[str, Any]]:
    """What tells silence of the last answer to an attack: its error, its kind, and its first visible letter."""
    keys = ("response_error", "converted_value_data_type", "converted_value")
    if not _has(database, "last_response_id", "id", *keys):
        return {}
    letter = "substr(ltrim(converted_value, ' ' || char(9, 10, 13)), 1, 1)"
    columns = f"id, response_error, converted_value_data_type, {letter}"
    rows = database.rows(f"SELECT {columns} FROM {PIECES} WHERE id IN (SELECT last_response_id FROM {RESULTS})")  # noqa: S608  (all words are ours)
    return {row[0]: dict(zip(keys, row[1:], strict=True)) for row in rows}


def _targets(database: Database) -> dict[Any, dict[str, Any]]:
    """The target of an attack's conversation, where its pieces name it: the results themselves do so since 0.13."""
    if not _has(database, "conversation_id", "conversation_id", "prompt_target_identifier"):
        return {}
    chosen = f"WHERE conversation_id IN (SELECT conversation_id FROM {RESULTS}) GROUP BY conversation_id"  # noqa: S608  (all words are ours)
    rows = database.rows(f"SELECT conversation_id, max(prompt_target_identifier) FROM {PIECES} {chosen}")  # noqa: S608  (all words are ours)
    named = {conversation: fields(_json(raw)) for conversation, raw in rows}
    return {conversation: {"prompt_target_identifier": one} for conversation, one in named.items() if one}


def _has(database: Database, result: str, *piece: str) -> bool:
    """Whether this version has a column of the results, and columns of the pieces."""
    return result in database.tables.get(RESULTS, ()) and database.tables.get(PIECES, frozenset()).issuperset(piece)


def _attack(row: dict[str, Any], scorers: dict[Any, Any], responses: dict[Any, dict[str, Any]]) -> Attack:
    read = {key: _json(row[key]) for key in _DOCUMENTS}
    scored = {"scorer_class_identifier": scorers.get(row["last_score_id"])}
    extra = {"last_score": scored, "last_response": responses.get(row["last_response_id"])}
    return pyrit_attacks.read({**row, **read, **extra, "metadata": read["attack_metadata"]})


def _json(raw: Any) -> Any:
    """A JSON column; None for what is none."""
    if not isinstance(raw, str | bytes):
        return None
    try:
        return parse_json(raw)
    except ValueError:
        return None
