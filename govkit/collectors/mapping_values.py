"""One entry of a mapping, read from one place of an evidence file, as a Measurement."""

from __future__ import annotations

import math
import re
from typing import Any

from govkit.collectors.mapping_file import (
    PLACEHOLDER,
    REFERENCES,
    STATUSES,
    Count,
    DatasetWords,
    Entry,
    Filled,
    IntervalAt,
    Mapping,
    ModelWords,
    Spot,
    StatusAt,
    ToolWords,
    Word,
)
from govkit.collectors.mapping_lookup import Block, Evidence, Missing, as_number, fits, matches, text_of
from govkit.collectors.values import Number, When, count, fields, instant, name, number, spread, whole_successes
from govkit.errors import CollectorError
from govkit.files import finite
from govkit.model.control import IN_HUNDREDTHS
from govkit.model.evidence import DatasetRef, Interval, Measurement, ModelRef, RunStatus, ToolRef

_MOST_DOUBTS = 20
_SHA256 = re.compile(r"[0-9a-f]{64}")


class WordReader:
    """Words of a mapping: written out, or read relative to a block; every method raises Missing."""

    def __init__(self, evidence: Evidence, block: Block) -> None:
        self._evidence, self._block = evidence, block

    def word(self, word: Word | None) -> str | None:
        """The word; None when the file holds no text or number there."""
        if isinstance(word, Spot):
            return text_of(self._evidence.look(self._block, word.ref))
        return word

    def needed(self, word: Word) -> str:
        """The word; raises Missing when the file holds none."""
        found = self.word(word)
        if found is None:
            reference = word.ref if isinstance(word, Spot) else word
            raise Missing(reference, f"there is no text at {reference[:120]}")
        return found

    def conditions(self, words: dict[str, Word]) -> dict[str, str]:
        """Conditions by name; one that is null in the file is left out."""
        found = {key: self.word(word) for key, word in words.items()}
        return {key: text for key, text in found.items() if text is not None}

    def digest(self, word: Word | None) -> str | None:
        """A SHA-256 digest, with or without `sha256:` before it; raises CollectorError when it is something else."""
        text = self.word(word)
        if text is None:
            return None
        digest = text.lower().removeprefix("sha256:")
        if not _SHA256.fullmatch(digest):
            fix = "write 64 hexadecimal digits, or leave it out"
            raise CollectorError(f"{text[:80]!r} is not a SHA-256 digest", fix=fix)
        return digest

    def tool(self, tool: Word | ToolWords | None) -> ToolRef | None:
        """The tool."""
        if isinstance(tool, ToolWords):
            return ToolRef(name=self.needed(tool.name), version=self.word(tool.version))
        return ToolRef(name=self.needed(tool)) if tool is not None else None

    def model(self, model: Word | ModelWords | None) -> ModelRef | None:
        """The model."""
        if not isinstance(model, ModelWords):
            return ModelRef(id=self.needed(model)) if model is not None else None
        return ModelRef(
            id=self.needed(model.id),
            revision=self.word(model.revision),
            revision_kind=model.revision_kind,
            sha256=self.digest(model.sha256),
        )

    def dataset(self, dataset: Word | DatasetWords | None) -> DatasetRef | None:
        """The dataset."""
        if not isinstance(dataset, DatasetWords):
            return DatasetRef(id=self.needed(dataset)) if dataset is not None else None
        return DatasetRef(
            id=self.needed(dataset.id),
            revision=self.word(dataset.revision),
            split=self.word(dataset.split),
            sha256=self.digest(dataset.sha256),
        )

    def status(self, status: str | StatusAt) -> tuple[RunStatus, tuple[str, ...]]:
        """How the run ended; a word the mapping gives no meaning is no word for the end, and told."""
        if isinstance(status, str) and not status.startswith("/"):
            return status, ()  # type: ignore[return-value]  # checked when the mapping was loaded
        at = StatusAt(pointer=status) if isinstance(status, str) else status
        said = text_of(self._evidence.look(self._block, at.pointer))
        for known in STATUSES:
            if said is not None and (said == known or said in getattr(at, known, ())):
                return known, ()  # type: ignore[return-value]
        if said is None:
            return "unknown", ("unknown-status: the file says nothing where the mapping looks for how the run ended",)
        return "partial", (f"unknown-status: the file says {said[:40]!r}, which the mapping gives no meaning",)


class EntryReader:
    """One measurement from one block; every method raises Missing."""

    def __init__(self, evidence: Evidence, mapping: Mapping, filled: Filled, block: Block) -> None:
        self._evidence, self._mapping, self._block = evidence, mapping, block
        self._words = WordReader(evidence, block)
        self._texts = mapping.text_numbers or mapping.format in ("csv", "mlflow")
        self._entry = self._settled(filled)

    def measurement(self) -> Measurement:
        """The measurement."""
        entry = self._entry
        n, counted = self._n()
        k = self._count(entry.successes)
        value, doubts = self._value(n, k)
        share = value if value is None else value / self._whole
        stderr, spread_doubts = spread(self._look(entry.stderr), n)
        interval, interval_doubts = self._interval(value)
        moment = instant(self._raw(entry.at)) if entry.at is not None else When()
        successes, success_doubts = _inferred(n, share) if entry.k_of_n else _checked(k, n, share)
        return Measurement(
            measure=name(self._measure()) or "mapped",
            value=value,
            unit=entry.unit,
            higher_is_better=entry.higher_is_better,
            n=n,
            n_basis=entry.n_basis if n is not None else None,
            successes=successes,
            planned=self._stated(entry.planned),
            errors=self._count(entry.errors),
            unscored=self._count(entry.unscored),
            clusters=self._stated(entry.clusters) or None,
            stderr=finite(stderr * entry.scale) if stderr is not None else None,
            stderr_method=entry.stderr_method if stderr is not None else None,
            interval=interval,
            quantile=entry.quantile,
            judge=self._words.word(entry.judge),
            conditions=self._conditions(),
            dataset=self._dataset(),
            at=moment.at,
            at_text=moment.text,
            place=self._place(),
            warnings=(
                *doubts,
                *counted,
                *spread_doubts,
                *interval_doubts,
                *success_doubts,
                *self._scaled(),
                *self._told(),
            ),
        )

    def _settled(self, filled: Filled) -> Entry:
        """The entry without the defaults that the file does not have here, unless no value would be left."""
        given = {key: getattr(filled.entry, key) for key in filled.by_default if key in REFERENCES}
        absent = {key: None for key, one in given.items() if isinstance(one, str) and self._absent(one)}
        settled = filled.entry.model_copy(update=absent)
        computed = settled.successes is not None and settled.n is not None
        if settled.value is None and not computed:
            settled = settled.model_copy(update={"value": filled.entry.value})
        return settled

    def _absent(self, reference: str) -> bool:
        try:
            self._raw(reference)
        except Missing:
            return True
        return False

    def _raw(self, reference: str) -> Any:
        return self._evidence.look(self._block, reference)

    def _look(self, reference: str | None) -> Any:
        """The value at a reference, as a number where the mapping lets texts be numbers; None without a reference."""
        return as_number(self._raw(reference), text_numbers=self._texts) if reference is not None else None

    def _measure(self) -> str:
        stars = dict(zip(self._entry.keys, self._block.keys, strict=False))
        return PLACEHOLDER.sub(lambda found: stars.get(found[1], found[0]), self._entry.measure or "")

    def _conditions(self) -> dict[str, str]:
        stars = dict(zip(self._entry.keys, self._block.keys, strict=False))
        used = set(PLACEHOLDER.findall(self._entry.measure or ""))
        stated = {word: name(text) or "?" for word, text in stars.items() if word not in used}
        return {**stated, **self._words.conditions(self._entry.conditions)}

    def _dataset(self) -> DatasetRef | None:
        if self._entry.dataset is not None:
            return self._words.dataset(self._entry.dataset)
        return WordReader(self._evidence, self._evidence.whole()).dataset(self._mapping.dataset)

    def _place(self) -> str:
        reference = self._entry.value if self._entry.value is not None else self._entry.successes
        if isinstance(reference, Count):
            reference = reference.count
        if reference is None or self._mapping.format == "csv":
            return self._block.place
        if reference.startswith("#"):
            return reference[1:]
        return f"{self._block.place}{'#' if self._mapping.format == 'jsonl' else ''}{reference}"

    def _n(self) -> tuple[int | None, tuple[str, ...]]:
        stated = self._entry.n
        if isinstance(stated, int):
            return stated, ("count-from-mapping: n is written in the mapping, not in the evidence",)
        return self._count(stated), ()

    def _stated(self, stated: str | int | Count | None) -> int | None:
        return stated if isinstance(stated, int) else self._count(stated)

    def _count(self, stated: str | Count | None) -> int | None:
        if isinstance(stated, Count):
            return sum(fits(self._evidence, one, stated.where) for one in self._counted(stated.count))
        raw = self._look(stated)
        found = count(raw)
        if raw is not None and found is None:
            what = f"there is no whole number at {stated}: {str(raw)[:60]!r}"
            raise CollectorError(what, fix="point at a count of at least 0", pointer=self._block.place)
        return found

    def _counted(self, pointer: str) -> list[Block]:
        """What a pointer counts: its matches, or the parts of the one list or object it leads to."""
        if "*" in pointer.split("/"):
            return list(matches(self._block, pointer))
        inner = self._raw(pointer)
        if not isinstance(inner, list | dict):
            raise Missing(pointer, f"there is no list or object at {pointer[:120]}")
        return list(matches(Block(inner, f"{self._block.place}{pointer}"), "/*"))

    def _value(self, n: int | None, k: int | None) -> Number:
        if self._entry.value is None:
            if k is None or not n:
                return Number(None, ("not-a-number: successes and n give no value",))
            return Number(self._whole * k / n)
        found = number(self._look(self._entry.value))
        if found.value is None:
            return found
        scaled = number(found.value * self._entry.scale)
        return Number(scaled.value, (*found.warnings, *scaled.warnings))

    @property
    def _whole(self) -> float:
        """What n of n is in the unit of the entry."""
        return 100.0 if self._entry.unit in IN_HUNDREDTHS else 1.0

    def _interval(self, value: float | None) -> tuple[Interval | None, tuple[str, ...]]:
        """The interval as the file reports it; one that leaves out the value, or has no width, is no interval."""
        stated = self._entry.interval
        if stated is None:
            return None, ()
        ends = fields(self._raw(stated)) if isinstance(stated, str) else self._ends(stated)
        low, high, level = (
            finite(as_number(ends.get(key), text_numbers=self._texts)) for key in ("low", "high", "level")
        )
        if low is None or high is None:
            return None, ()
        low, high = low * self._entry.scale, high * self._entry.scale
        held = value is not None and -math.inf < low <= value <= high < math.inf
        if not held or low == high:
            return None, ("bad-interval: the reported interval has no width, or does not hold the value",)
        method = name(ends.get("method")) or "as the file reports it"
        return Interval(low=low, high=high, level=level if level and 0 < level < 1 else 0.95, method=method), ()

    def _ends(self, stated: IntervalAt) -> dict[str, Any]:
        level = self._raw(stated.level) if isinstance(stated.level, str) else stated.level
        method = self._words.word(stated.method)
        return {"low": self._raw(stated.low), "high": self._raw(stated.high), "level": level, "method": method}

    def _scaled(self) -> tuple[str, ...]:
        scale = self._entry.scale
        return () if scale == 1 else (f"scaled: the mapping multiplies the numbers of the file by {float(scale):g}",)

    def _told(self) -> tuple[str, ...]:
        """The doubts that stand beside a value in a table of `govkit deployments`: a stale price stays one."""
        cell = fields(self._block.value)
        doubts = cell.get("doubts") if {"column", "state", "of"} <= cell.keys() else None
        listed = doubts[:_MOST_DOUBTS] if isinstance(doubts, list) else []
        return tuple(text for doubt in listed if isinstance(doubt, str) and (text := name(doubt)))


def _inferred(n: int | None, value: float | None) -> tuple[int | None, tuple[str, ...]]:
    """k of a value that the mapping declares to be k of n; none where it is no whole number."""
    if value is None or n is None:
        return None, ()
    k = whole_successes(value, n)
    return k, () if k is not None else (f"count-conflict: {value:.6g} is no whole number out of {n}",)


def _checked(k: int | None, n: int | None, value: float | None) -> tuple[int | None, tuple[str, ...]]:
    """k, when it agrees with n and the value; a file that contradicts itself keeps its value and loses its k."""
    if k is None or n is None:
        return None, ()
    # Half a unit in the sixth decimal: files round their shares.
    if k <= n and n > 0 and value is not None and abs(value - k / n) <= 5e-6:
        return k, ()
    return None, (f"count-conflict: {k} of {n} does not give the reported value",)
