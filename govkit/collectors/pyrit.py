"""PyRIT: attack results and conversations dumped as JSON, conversations as CSV, and its SQLite memory.

Format: `memory/memory_exporter.py` and `models/` of 0.9.0 and 0.10.0, `models/results/` and `memory/memory_models.py`
of 1.1.0. Measures: `pyrit/<target>/attack-success`, success of the attacks that were decided, lower is better; of
conversations the scores of each scorer. Objectives, prompts and answers are not kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors import pyrit_attacks, pyrit_memory, pyrit_pieces
from govkit.collectors.pyrit_attacks import Attack, Attacks
from govkit.collectors.pyrit_pieces import Pieces
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.sqlite_file import MAGIC, too_large
from govkit.collectors.values import When, fields, instant, listing, name, section
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement, ModelRef, Reading, RunStatus, SampleScores, ToolRef

FORMAT = "pyrit"
VERSION = "2"

_CSV_HEADER = frozenset(
    {"conversation_id", "original_value_sha256", "converted_value_sha256", "response_error", "role"}
)
_LONGEST_CELL = 16 * 1024 * 1024
_ENDED: dict[str, RunStatus] = {"COMPLETED": "complete", "FAILED": "error", "CANCELLED": "cancelled"}
"""Source: PyRIT `models/results/scenario_result.py`, ScenarioRunState, 1.1.0; the others have not ended."""


class Shape(NamedTuple):
    """What a document holds."""

    version: str
    rows: list[tuple[str | None, Any]]
    """Rows with the name their scenario gives them."""


def sniff(source: Source) -> Sniffed | None:
    """Attack results, a scenario's results, pieces of conversations, or the memory itself."""
    if pyrit_memory.looks_like_memory(source):
        return Sniffed(FORMAT, 0.95, "memory", "an SQLite file with AttackResultEntries")
    if _csv_header(source) is not None:
        return Sniffed(FORMAT, 0.9, "conversations-csv", "a table of message pieces")
    if _is_row(source.first_row):
        return Sniffed(FORMAT, 0.9, "lines", "lines of attack results or message pieces")
    shape = _shape(source.document)
    return None if shape is None else Sniffed(FORMAT, 0.9, shape.version, f"{shape.version} as PyRIT dumps them")


def _is_row(row: Any) -> bool:
    return pyrit_attacks.is_attack(row) or pyrit_pieces.is_piece(row)


def _shape(document: Any) -> Shape | None:
    """A list, a page of a list, or a scenario with lists by name."""
    outer = fields(document)
    grouped = section(outer, "attack_results")
    if grouped and ("scenario_run_state" in outer or "scenario_identifier" in outer):
        rows = [(name(key, 80), row) for key, inner in grouped.items() if isinstance(inner, list) for row in inner]
        return Shape("scenario", rows) if all(pyrit_attacks.is_attack(row) for _, row in rows[:20]) else None
    listed = document if isinstance(document, list) else listing(outer, "items") or listing(outer, "attack_results")
    if not listed or not _is_row(listed[0]):
        return None
    return Shape("attacks" if pyrit_attacks.is_attack(listed[0]) else "conversations", [(None, row) for row in listed])


def _csv_header(source: Source) -> list[str] | None:
    """The columns of a table of message pieces; None for anything else."""
    if source.is_folder or source.starts_as_json or b"conversation_id" not in source.head[:2000]:
        return None
    first = source.head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
    header = [cell.strip() for cell in first.split(",")]
    return header if set(header) >= _CSV_HEADER else None


def collect(source: Source) -> Reading:
    """Rates at which attacks succeeded, and scores of conversations."""
    if source.head.startswith(MAGIC):
        memory = pyrit_memory.read(source)
        attacks = Attacks()
        for attack in pyrit_attacks.resolved(memory.attacks):
            attacks.add(attack)
        whole = Found(attacks, Pieces(), "memory", errors_told=memory.errors_told, version=memory.version)
        return _reading(whole._replace(moment=memory.moment, extra=memory.warnings))
    if _csv_header(source) is not None:
        return _reading(_of_table(source))
    if _is_row(source.first_row):
        return _reading(_of_rows("lines", ((None, row) for _, row in source.rows()), {}))
    document = source.json_document()
    shape = _shape(document)
    if shape is None:
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is not what PyRIT writes", fix=fix)
    return _reading(_of_rows(shape.version, iter(shape.rows), fields(document)))


class Found(NamedTuple):
    """What was read, before it is a record."""

    attacks: Attacks
    pieces: Pieces
    shape: str
    errors_told: bool
    """Whether results of attacks that broke down would be among the rows."""
    version: str | None = None
    moment: When = When()
    status: RunStatus = "unknown"
    odd: int = 0
    scores_told: bool = True
    extra: tuple[str, ...] = ()


def _of_rows(shape: str, rows: Iterator[tuple[str | None, Any]], document: dict[str, Any]) -> Found:
    attacks, pieces = Attacks(), Pieces()
    made: list[Attack] = []
    moments: list[When] = []
    odd, told, version = 0, False, None
    for technique, row in rows:
        if pyrit_attacks.is_attack(row):
            made.append(pyrit_attacks.read(row, technique))
            if len(made) > pyrit_attacks.MOST_ATTACKS:
                raise too_large()
            told |= "error_type" in row or "error_message" in row
            stated = section(row, "atomic_attack_identifier").get("pyrit_version")
        elif pyrit_pieces.is_piece(row):
            pieces.add(row)
            stated = None
        else:
            odd += 1
            continue
        version = version or name(stated, 40)
        moments = [_latest([*moments, instant(row.get("timestamp"))])]
    for attack in pyrit_attacks.resolved(made):
        attacks.add(attack)
    state = name(document.get("scenario_run_state"), 40)
    status = "unknown" if state is None else _ENDED.get(state.upper(), "partial")
    version = name(document.get("pyrit_version"), 40) or version
    return Found(attacks, pieces, shape, told, version, _latest(moments), status, odd)


def _latest(moments: list[When]) -> When:
    """The last instant; of times without a zone the words of the last one."""
    dated = [moment.at for moment in moments if moment.at is not None]
    if dated:
        return When(at=max(dated))
    texts = [moment.text for moment in moments if moment.text is not None]
    return When(text=max(texts)) if texts else When()


def _of_table(source: Source) -> Found:
    """Pieces as CSV. Their scores stand there as Python texts, which are not taken apart."""
    pieces = Pieces()
    moments: list[When] = []
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        with io.TextIOWrapper(source.stream(), encoding="utf-8-sig", errors="replace", newline="") as text:
            for row in csv.DictReader(text, strict=True):
                pieces.add({key: value for key, value in row.items() if key is not None and key != "scores"})
                moments = [_latest([*moments, instant(row.get("timestamp"))])]
    except csv.Error as error:
        fix = "export it again, best as JSON"
        raise CollectorError(f"is a broken CSV table: {name(str(error), 120)}", fix=fix) from error
    finally:
        csv.field_size_limit(before)
    said = "scores-not-read: in CSV the scores are texts of Python; export the conversations as JSON"
    return Found(
        Attacks(), pieces, "conversations-csv", False, None, _latest(moments), scores_told=False, extra=(said,)
    )


def _reading(found: Found) -> Reading:
    pairs: list[tuple[Measurement, SampleScores | None]] = []
    if found.attacks.count:
        place = {"memory": pyrit_memory.RESULTS, "scenario": "/attack_results"}.get(found.shape, "")
        pairs += pyrit_attacks.measured(found.attacks, place, errors_told=found.errors_told)
    if found.pieces.count:
        pairs += pyrit_pieces.measured(found.pieces, scores_told=found.scores_told)
    status = found.status if pairs else "error"
    models = found.attacks.models
    model = next(iter(models)) if len(models) == 1 else None
    return Reading(
        format=FORMAT,
        format_version=found.shape,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="pyrit", version=found.version),
        model=ModelRef(id=model) if model is not None else None,
        status=status,
        at=found.moment.at,
        at_text=found.moment.text,
        measurements=tuple(one for one, _ in pairs),
        samples=tuple(scores for _, scores in pairs if scores is not None),
        warnings=tuple(_doubts(found, empty=not pairs)),
    )


def _doubts(found: Found, *, empty: bool) -> Iterator[str]:
    if empty:
        yield "no-measurements: the file holds no attack result and no answer"
    if found.status == "unknown":
        yield "completion-unknown: nothing here says whether all attacks that were planned were made"
    elif found.status != "complete":
        yield "unfinished-run: the scenario says that it did not come to its end"
    if found.attacks.count and not found.errors_told:
        yield "errors-unknown: this version keeps no result of an attack that broke down"
    if found.pieces.count and not found.attacks.count:
        yield "no-outcomes: conversations do not say which attacks succeeded; export the attack results as well"
    if found.odd:
        yield f"unreadable-rows: {found.odd} rows are neither attack results nor message pieces and are left out"
    left = found.attacks.left_out + found.pieces.left_out
    if left:
        yield f"too-many-names: {left} values of further targets, attacks or scorers are left out"
    yield from found.extra
