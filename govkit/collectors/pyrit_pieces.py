"""Conversations of PyRIT: the pieces of messages, and the scores they were given. The words are not kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from govkit.collectors.grouped import Grouped
from govkit.collectors.pyrit_attacks import MOST_SLICES
from govkit.collectors.pyrit_identifiers import class_of, judge_of
from govkit.collectors.values import any_key, listing, name, section
from govkit.files import finite
from govkit.model.evidence import Flag, Measurement, SampleScores

ERRORS = ("blocked", "processing", "empty", "unknown")
"""Ways in which a response may have failed. Source: PyRIT `models/literals.py`, PromptResponseError, 1.1.0."""

_PIECE = frozenset({"role", "conversation_id", "original_value_data_type", "converted_value_data_type"})


def is_piece(row: Any) -> bool:
    """Whether a JSON value is a piece of a message."""
    return isinstance(row, dict) and row.keys() >= _PIECE


class Scored:
    """Scores of one scorer and category."""

    def __init__(self) -> None:
        self.items = Grouped()
        self.total, self.n, self.unread = 0.0, 0, 0
        self.judge: tuple[bool, str | None] = (False, None)


class Pieces:
    """Pieces of messages, counted."""

    def __init__(self) -> None:
        self.count = self.answers = self.left_out = 0
        self.failed: Counter[str] = Counter()
        self.scores: dict[tuple[str, str, str], Scored] = {}

    def add(self, row: dict[str, Any]) -> None:
        """One piece, with the scores it was given."""
        self.count += 1
        if row.get("role") == "assistant":
            self.answers += 1
            error = name(row.get("response_error"), 40) or "none"
            self.failed[error if error in ERRORS else "none" if error == "none" else "unknown"] += 1
        asked = row.get("converted_value_sha256") or row.get("original_value_sha256") or row.get("id")
        conversation = any_key(row.get("conversation_id"))
        for raw in listing(row, "scores"):
            if isinstance(raw, dict):
                self._score(raw, any_key(conversation, row.get("sequence"), asked), conversation)

    def _score(self, raw: dict[str, Any], key: str, conversation: str) -> None:
        scorer = section(raw, "scorer_class_identifier")
        kind = name(raw.get("score_type"), 20) or "unknown"
        category = raw.get("score_category")
        labels = category if isinstance(category, list) else [category]
        shown = ", ".join(filter(None, (name(one, 60) for one in labels))) or "none"
        slot = (class_of(scorer) or "unnamed", kind, name(shown, 120) or "none")
        if slot not in self.scores and len(self.scores) >= MOST_SLICES:
            self.left_out += 1
            return
        scored = self.scores.setdefault(slot, Scored())
        scored.judge = judge_of(scorer)
        value = _number(raw.get("score_value"), kind)
        if value is None:
            scored.unread += 1
            return
        scored.n += 1
        scored.total += value
        scored.items.add(key, value, conversation)


def _number(raw: Any, kind: str) -> float | None:
    """A score as a number: PyRIT writes all of them as texts."""
    text = str(raw).strip().lower()
    if kind == "true_false":
        return {"true": 1.0, "false": 0.0}.get(text)
    if kind != "float_scale":
        return None
    try:
        return finite(float(text))
    except ValueError:
        return None


def measured(pieces: Pieces, *, scores_told: bool) -> Iterator[tuple[Measurement, SampleScores | None]]:
    """Failed responses by kind, and the scores of every scorer: a share of true ones, or a mean."""
    if pieces.answers:
        for error in ERRORS:
            yield _failures(pieces, error), None
    for (scorer, kind, category), scored in sorted(pieces.scores.items()):
        if not scores_told or kind not in ("true_false", "float_scale"):
            continue
        yield _scores(scorer, kind, category, scored)


def _failures(pieces: Pieces, error: str) -> Measurement:
    return Measurement(
        measure="pyrit/conversations/failed-responses",
        value=pieces.failed[error],
        unit="count",
        n=pieces.answers,
        n_basis="items",
        conditions={"error": error},
    )


def _scores(scorer: str, kind: str, category: str, scored: Scored) -> tuple[Measurement, SampleScores | None]:
    """What a true answer means is for the scorer: a refusal that is found is good, a harm is not."""
    binary = kind == "true_false"
    measure = name(f"pyrit/{scorer}/{'true' if binary else 'score'}") or "pyrit"
    conditions = {"category": category}
    by_model, judge = scored.judge
    flags: tuple[Flag, ...] = ("judge-unvalidated",) if by_model else ()
    warnings = ["numbers-as-text: PyRIT writes scores as texts"]
    if scored.unread:
        warnings.append(f"unscored-items: {scored.unread} scores cannot be read")
    if by_model:
        warnings.append(f"judge-model: a model gave the scores, or may have ({judge or 'not named'})")
    one = Measurement(
        measure=measure,
        value=scored.total / scored.n if scored.n else None,
        unit="proportion" if binary else "score",
        n=scored.n,
        n_basis="items",
        successes=round(scored.total) if binary and scored.n else None,
        clusters=scored.items.clusters,
        unscored=scored.unread,
        judge=judge,
        flags=flags,
        conditions=conditions,
        warnings=(*warnings, *scored.items.note()),
    )
    return one, scored.items.samples(measure, conditions, binary=binary or None)
