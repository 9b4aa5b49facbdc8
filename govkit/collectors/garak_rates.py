"""Rates at which attacks succeeded, from a garak report's eval rows or the rows of its digest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.garak_attempts import Outcomes, short
from govkit.collectors.values import Warnings, count, fields, name, number, pointer, section
from govkit.files import finite
from govkit.model.evidence import Flag, Interval, Measurement, SampleScores

CLASSIFIERS = frozenset(
    (
        "misleading.MustContradictNLI",
        "misleading.MustRefuteClaimModel",
        "mitigation.ModernBERTRefusal",
        "toxicity.ToxicCommentModel",
        "unsafe_content.Martin_haDistilbert",
        "unsafe_content.S_nlpDetox",
    )
)
"""Detectors that are a trained classifier. Source: garak `detectors/`, subclasses of HFDetector, 0.9.0.16 to 0.17.1."""

MOST_EMPTY = 0.05
"""Share of empty answers above which no rate over several tries is given. Source: govkit judgement."""

_JUDGES, _SERVICES, _TRIALS = ("judge.", "agent_breaker."), ("perspective.",), ("always.",)
"""Modules of detectors that ask a language model, that ask a classifier elsewhere, and that are only for trials."""


class Judge(NamedTuple):
    """Whether a model decides what an attack achieved, and its name."""

    by_model: bool
    name: str | None


class Row(NamedTuple):
    """Counts of one probe and detector; None where the file does not hold them."""

    probe: str
    detector: str
    rate: float | None
    hits: int | None
    n: int | None
    nones: int | None
    interval: Interval | None
    hit_at_k: dict[str, Any]
    intents: dict[str, Any]
    place: str
    warnings: Warnings


def of_eval(row: dict[str, Any], place: str) -> Row:
    """An eval row. Its interval is on the rate of successful attacks, as govkit's value is."""
    n = count(row.get("total_evaluated", row.get("total")))
    passed, stated = count(row.get("passed")), count(row.get("fails"))
    hits = None if n is None or passed is None or passed > n else n - passed
    doubts: list[str] = []
    if hits is None:
        doubts.append("no-count: the row does not say how many of how many answers passed")
    elif stated is not None and stated != hits:
        hits, n = None, None
        doubts.append("counts-disagree: passed and fails do not add up to the answers evaluated")
    rate = hits / n if hits is not None and n else None
    bounds = (row.get("confidence_lower"), row.get("confidence_upper"))
    interval, why = _interval(bounds, row, rate)
    nones = count(row.get("nones"))
    intents = section(row, "intents")
    parts = (short(row.get("probe")), short(row.get("detector")))
    return Row(*parts, rate, hits, n, nones, interval, section(row, "hit_at_k"), intents, place, (*doubts, *why))


def of_digest(probe: str, detector: str, row: dict[str, Any], place: str) -> Row:
    """A row of a digest, whose score and interval are on the rate of attacks that were resisted: turned round here."""
    n, passed = count(row.get("total_evaluated")), count(row.get("passed"))
    hits = None if n is None or passed is None or passed > n else n - passed
    resisted, doubts = number(row.get("absolute_score"), "absolute_score")
    rate = hits / n if hits is not None and n else None
    if n is None:
        rate = None if resisted is None or not 0 <= resisted <= 1 else 1 - resisted
        doubts += ("no-count: digests before 0.14 do not say how many answers a rate rests on",)
    low, high = finite(row.get("absolute_confidence_lower")), finite(row.get("absolute_confidence_upper"))
    bounds = (None if high is None else 1 - high, None if low is None else 1 - low)
    interval, why = _interval(bounds, row, rate)
    shown = (short(probe), short(detector))
    return Row(*shown, rate, hits, n, None, interval, section(row, "hit_at_k"), {}, place, (*doubts, *why))


def _interval(bounds: tuple[Any, Any], row: dict[str, Any], rate: float | None) -> tuple[Interval | None, Warnings]:
    """garak's own interval, of no use where its width is 0: then the bootstrap saw one outcome only."""
    low, high = finite(bounds[0]), finite(bounds[1])
    if low is None or high is None or rate is None:
        return None, ()
    if high - low < 1e-9:
        return None, ("zero-width-interval: garak's interval has no width, which is not certainty",)
    if not low - 1e-9 <= rate <= high + 1e-9:
        why = "garak corrected it for the errors of its detector"
        return None, (f"interval-elsewhere: garak's interval, {low:.3g} to {high:.3g}, leaves out the rate; {why}",)
    level = row.get("confidence")
    stated = finite(float(level)) if isinstance(level, str) and _is_number(level) else finite(level)
    method = name(row.get("confidence_method"), 40) or "bootstrap"
    if stated is None or not 0 < stated < 1:
        return None, ("no-level: garak's interval does not say its level",)
    return Interval(low=max(low, 0.0), high=min(high, 1.0), level=stated, method=f"{method} (as garak reports it)"), ()


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal() and text.isascii()


def measured(
    row: Row, outcomes: Outcomes | None, judges: dict[str, str], part: int
) -> Iterator[tuple[Measurement, SampleScores | None]]:
    """The rate, the rate by intent, and the chance of at least one success in k tries."""
    conditions = {"detector": row.detector, **({"part": str(part)} if part > 1 else {})}
    fits = outcomes is not None and (outcomes.hits, outcomes.passes) == (row.hits, (row.n or 0) - (row.hits or 0))
    whole = outcomes.clusters if outcomes is not None and fits else None
    judge = _judge(row.detector, judges)
    if outcomes is not None and fits:
        row = _answered(row, outcomes)
    doubts = [*row.warnings, *_doubts(row, outcomes, judge, fits=fits)]
    measure = name(f"garak/{row.probe}/attack-success") or "garak"
    yield (
        Measurement(
            measure=measure,
            value=row.rate,
            unit="proportion",
            higher_is_better=False,
            n=row.n,
            n_basis=None if row.n is None else "items" if fits and whole is None else "trials",
            successes=row.hits if row.rate is not None else None,
            interval=row.interval,
            clusters=whole,
            unscored=row.nones,
            judge=judge.name,
            flags=_flags(row.detector, judge),
            conditions=conditions,
            place=row.place,
            warnings=tuple(doubts),
        ),
        outcomes.items.samples(measure, conditions, binary=True) if outcomes is not None and fits else None,
    )
    for extra in (*_by_intent(row, conditions, judge, whole), *_at_k(row, conditions, judge, whole)):
        yield extra, None


def _answered(row: Row, outcomes: Outcomes) -> Row:
    """The row without answers that have no word in them, which show nothing: the target may be dead."""
    nones = outcomes.unanswered if row.nones is None else row.nones
    empty = outcomes.empty.total()
    if not empty or row.n is None or row.hits is None:
        return row._replace(nones=nones)
    n, large = row.n - empty, empty > MOST_EMPTY * row.n
    said = (
        f"empty-answers: {empty} of {row.n} answers are empty; garak counts them as resisted, here they have no score"
    )
    return row._replace(
        n=n,
        nones=(nones or 0) + empty,
        rate=row.hits / n if n else None,
        interval=None,
        hit_at_k={} if large else row.hit_at_k,
        intents={intent: _less(raw, outcomes.empty[name(intent, 80) or ""]) for intent, raw in row.intents.items()},
        warnings=(*row.warnings, said, *(["hit-at-k-left-out: too many answers are empty"] if large else [])),
    )


def _less(raw: Any, empty: int) -> dict[str, Any]:
    """The counts of an intent without its empty answers."""
    stated = fields(raw)
    counts = {key: count(stated.get(key)) for key in ("passed", "total_evaluated")}
    left = {key: None if found is None or found < empty else found - empty for key, found in counts.items()}
    return {**stated, **left, "nones": (count(stated.get("nones")) or 0) + empty}


def _judge(detector: str, judges: dict[str, str]) -> Judge:
    module = detector.partition(".")[0]
    if detector.startswith(_JUDGES):
        return Judge(True, judges.get(detector) or judges.get(module))
    return Judge(True, detector) if detector.startswith(_SERVICES) or detector in CLASSIFIERS else Judge(False, None)


def _flags(detector: str, judge: Judge) -> tuple[Flag, ...]:
    found: dict[Flag, bool] = {"unreliable": detector.startswith(_TRIALS), "judge-unvalidated": judge.by_model}
    return tuple(flag for flag, holds in found.items() if holds)


def _doubts(row: Row, outcomes: Outcomes | None, judge: Judge, *, fits: bool) -> Iterator[str]:
    if row.n == 0:
        yield "no-rate: no answer could be judged, whatever score garak shows for it"
    if row.nones:
        yield f"unscored-items: {row.nones} answers could not be judged and are not among the n"
    if outcomes is not None and not fits:
        yield "attempts-differ: the attempts in the file do not give this row; prompts and single scores are not used"
    if row.n and not fits:
        yield "groups-unknown: garak counts answers, several to a prompt; how many prompts there were is not known"
    if outcomes is not None and fits:
        yield from outcomes.items.note()
    if row.detector.startswith(_TRIALS):
        yield "trial-detector: garak has this detector for trying things out; it looks at nothing"
    if judge.by_model:
        yield f"judge-model: a model decided ({judge.name or 'not named in the file'}); no interval covers its errors"


def _by_intent(row: Row, conditions: dict[str, str], judge: Judge, whole: int | None) -> Iterator[Measurement]:
    """Rates by what the attacks were meant to bring about; `whole` counts the prompts of all of them together."""
    unknown = "groups-unknown: how many prompts the answers of one intent belong to is not known"
    for intent in sorted(row.intents):
        raw = section(row.intents, intent)
        n, passed = count(raw.get("total_evaluated")), count(raw.get("passed"))
        label = name(intent, 80)
        if not n or passed is None or passed > n or label is None:
            continue
        yield Measurement(
            measure=name(f"garak/{row.probe}/attack-success-by-intent") or "garak",
            value=(n - passed) / n,
            unit="proportion",
            higher_is_better=False,
            n=n,
            n_basis="trials",
            successes=n - passed,
            clusters=whole if n == row.n else None,
            unscored=count(raw.get("nones")),
            judge=judge.name,
            flags=_flags(row.detector, judge),
            conditions={**conditions, "intent": label},
            place=row.place,
            warnings=() if n == row.n and whole else (unknown,),
        )


def _at_k(row: Row, conditions: dict[str, str], judge: Judge, whole: int | None) -> Iterator[Measurement]:
    """garak's estimate per prompt, as a mean over prompts; a prompt that was put twice is two of them."""
    for k in sorted(row.hit_at_k):
        stated, tries = section(row.hit_at_k, k), name(k, 20)
        value, doubts = number(stated.get("score"))
        if tries is None or (value is not None and not 0 <= value <= 1):
            continue
        prompts = count(stated.get("prompts"))
        yield Measurement(
            measure=name(f"garak/{row.probe}/hit-at-k") or "garak",
            value=value,
            unit="proportion",
            higher_is_better=False,
            n=prompts,
            n_basis="items",
            clusters=whole if whole is not None and prompts is not None and whole < prompts else None,
            judge=judge.name,
            flags=_flags(row.detector, judge),
            conditions={**conditions, "k": tries},
            place=row.place + (pointer("hit_at_k", k) if row.place.startswith("/") else ""),
            warnings=doubts,
        )
