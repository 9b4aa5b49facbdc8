"""Attack results of PyRIT, one by one: what was attacked how, how it ended, and who decided that."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.grouped import Grouped
from govkit.collectors.values import fields, item_key, name, section
from govkit.model.evidence import Flag, Measurement, SampleScores

OUTCOMES = frozenset({"success", "failure", "error", "undetermined"})
"""Source: PyRIT `models/results/attack_result.py`, AttackOutcome, 1.1.0; `error` is missing in 0.10."""

WITHOUT_MODEL = frozenset(
    (
        "AnthraxKeywordScorer",
        "CredentialLeakScorer",
        "DecodingScorer",
        "FentanylKeywordScorer",
        "HumanInTheLoopScorer",
        "HumanInTheLoopScorerGradio",
        "LDAPInjectionOutputScorer",
        "MarkdownInjectionScorer",
        "MethKeywordScorer",
        "NerveAgentKeywordScorer",
        "OpenRedirectOutputScorer",
        "PathTraversalOutputScorer",
        "PlagiarismScorer",
        "QuestionAnswerScorer",
        "RegexScorer",
        "SQLInjectionOutputScorer",
        "SSRFOutputScorer",
        "SSTIOutputScorer",
        "ShellCommandOutputScorer",
        "SubStringScorer",
        "XSSOutputScorer",
        "XXEOutputScorer",
    )
)
"""Scorers that ask no model. Source: PyRIT `score/`, 0.9.0, 0.10.0 and 1.1.0."""

_DECIDED = ("success", "failure")
_NO_TARGET, _NO_ATTACK = "target", "unnamed"

MOST_SLICES = 500
"""Targets, attacks or kinds of harm kept. Source: govkit judgement; PyRIT 1.1.0 has about 20 attacks."""


class Attack(NamedTuple):
    """One attack result of any version."""

    outcome: str
    objective: str
    """SHA-256 of what the attack was to achieve."""
    kind: str
    target: str
    """The model of the target, else its class."""
    model: str | None
    technique: str | None
    """Name the scenario gives its attacks; None outside a scenario."""
    harms: tuple[str, ...]
    judge: tuple[bool, str | None]
    """Whether a model decided, or may have, and its name."""


def is_attack(row: Any) -> bool:
    """Whether a JSON value is an attack result."""
    return isinstance(row, dict) and {"outcome", "objective", "conversation_id"} <= row.keys()


def read(row: dict[str, Any], technique: str | None = None) -> Attack:
    """An attack result as PyRIT dumps it, or as a row of its memory with the same names."""
    strategy = _strategy(row)
    scorer = section(row.get("last_score"), "scorer_class_identifier") or child(strategy, "objective_scorer")
    target = child(strategy, "objective_target") or section(row, "prompt_target_identifier")
    stated = row.get("objective_sha256")
    text = stated if isinstance(stated, str) and len(stated) == 64 else _digest(row.get("objective"))
    harms = row.get("targeted_harm_categories")
    return Attack(
        outcome_of(row.get("outcome")),
        text,
        class_of(strategy) or _NO_ATTACK,
        model_of(target) or class_of(target) or _NO_TARGET,
        model_of(target),
        technique,
        tuple(filter(None, (name(harm, 80) for harm in harms))) if isinstance(harms, list) else (),
        judge_of(scorer),
    )


def outcome_of(raw: Any) -> str:
    """The outcome; `AttackOutcome.SUCCESS`, as Python prints it, is one too."""
    word = (name(raw, 60) or "").rpartition(".")[2].lower()
    return word if word in OUTCOMES else "unknown"


def _strategy(row: dict[str, Any]) -> dict[str, Any]:
    composite = section(row, "atomic_attack_identifier")
    return (
        child(child(composite, "attack_technique"), "attack")
        or child(composite, "attack")
        or section(row, "attack_identifier")
    )


def child(identifier: dict[str, Any], key: str) -> dict[str, Any]:
    """An identifier inside another, as 1.x nests them; of several the first."""
    inner = section(identifier, "children").get(key, identifier.get(key))
    return fields(inner[0] if isinstance(inner, list) and inner else inner)


def class_of(identifier: dict[str, Any]) -> str | None:
    """The class an identifier stands for."""
    return name(identifier.get("class_name") or identifier.get("__type__"), 80)


def model_of(identifier: dict[str, Any]) -> str | None:
    """The model a target names."""
    params = {**identifier, **section(identifier, "params")}
    return name(params.get("underlying_model_name") or params.get("model_name"), 120)


def judge_of(scorer: dict[str, Any]) -> tuple[bool, str | None]:
    """Whether a scorer asks a model: those known not to do not, and of others it cannot be ruled out."""
    label = class_of(scorer)
    if label in WITHOUT_MODEL:
        return False, None
    parts = _parts(scorer)
    models = sorted({model for part in parts if (model := model_of(part)) is not None})
    inner = [part for part in parts if (class_of(part) or "").endswith("Scorer")]
    if inner and not models and all(not judge_of(part)[0] for part in inner):
        return False, None
    return True, name(", ".join(models)) if models else label


def _parts(identifier: dict[str, Any]) -> list[dict[str, Any]]:
    """Identifiers one and two steps inside."""
    found: list[dict[str, Any]] = []
    for owner in (identifier, *_inside(identifier)):
        found += _inside(owner)
    return [identifier, *found]


def _inside(identifier: dict[str, Any]) -> list[dict[str, Any]]:
    raw = [*section(identifier, "children").values(), identifier.get("sub_identifier")]
    flat = [one for item in raw for one in (item if isinstance(item, list) else [item])]
    return [fields(one) for one in flat[:50] if isinstance(one, dict)]


def _digest(objective: Any) -> str:
    return hashlib.sha256(str(objective).encode("utf-8", "replace")).hexdigest()


class Rate:
    """How often attacks succeeded."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.items = Grouped()
        self.by_model = False
        self.judges: set[str] = set()

    def add(self, attack: Attack) -> None:
        """One attack. Attacks with one objective are one group, whatever they tried."""
        self.outcomes[attack.outcome] += 1
        if attack.outcome in _DECIDED:
            key = item_key(attack.objective, attack.kind, attack.technique)
            self.items.add(key, float(attack.outcome == "success"), item_key(attack.objective))
            self.by_model |= attack.judge[0]
            self.judges |= {attack.judge[1]} if attack.judge[1] is not None else set()


class Attacks:
    """All attack results of a file."""

    def __init__(self) -> None:
        self.rates: dict[tuple[str, str, str], Rate] = {}
        self.count = self.left_out = 0
        self.models: set[str | None] = set()
        self.orphans: Counter[str] = Counter()
        """Outcomes of attacks that broke down so early that nothing says whom they were made on."""

    def add(self, attack: Attack) -> None:
        """One attack, to its target and to each of its slices."""
        self.count += 1
        if attack.outcome not in _DECIDED and (attack.target, attack.kind) == (_NO_TARGET, _NO_ATTACK):
            self.orphans[attack.outcome] += 1
            return
        self.models.add(attack.model)
        slices = [("", ""), ("attack", attack.kind), *(("harm", harm) for harm in dict.fromkeys(attack.harms))]
        slices += [("technique", attack.technique)] if attack.technique else []
        for word, label in slices:
            key = (attack.target, word, label)
            if key not in self.rates and len(self.rates) >= MOST_SLICES:
                self.left_out += 1
            else:
                self.rates.setdefault(key, Rate()).add(attack)


def measured(attacks: Attacks, place: str, *, errors_told: bool) -> Iterator[tuple[Measurement, SampleScores | None]]:
    """Rates by target, attack, technique and kind of harm; lower is better, for success is the attacker's.

    Attacks that broke down before they had a target are missing from every target's own rate.
    """
    rates = attacks.rates or {(_NO_TARGET, "", ""): Rate()}
    for (target, word, label), rate in sorted(rates.items()):
        conditions = {"target": target, **({word: label} if word else {})}
        measure = name(f"pyrit/{target}/attack-success" + (f"-by-{word}" if word else "")) or "pyrit"
        outcomes = rate.outcomes if word else rate.outcomes + attacks.orphans
        k, n = outcomes["success"], outcomes["success"] + outcomes["failure"]
        judge = name(", ".join(sorted(rate.judges))) if rate.judges else None
        flags: tuple[Flag, ...] = ("judge-unvalidated",) if rate.by_model else ()
        yield (
            Measurement(
                measure=measure,
                value=k / n if n else None,
                unit="proportion",
                higher_is_better=False,
                n=n,
                n_basis="items",
                successes=k if n else None,
                clusters=rate.items.clusters,
                errors=outcomes["error"] if errors_told or outcomes["error"] else None,
                unscored=outcomes["undetermined"] + outcomes["unknown"],
                judge=judge,
                flags=flags,
                conditions=conditions,
                place=place,
                warnings=(*_doubts(outcomes, rate, judge), *rate.items.note()),
            ),
            rate.items.samples(measure, conditions, binary=True),
        )


def _doubts(outcomes: Counter[str], rate: Rate, judge: str | None) -> Iterator[str]:
    total = outcomes.total()
    if outcomes["error"]:
        yield f"failed-items: {outcomes['error']} of {total} attacks ended in an error and are not among the n"
    if outcomes["undetermined"]:
        yield f"unscored-items: {outcomes['undetermined']} of {total} attacks are undetermined and not among the n"
    if outcomes["unknown"]:
        yield f"unscored-items: {outcomes['unknown']} of {total} attacks have an outcome that is not known here"
    if not outcomes["success"] + outcomes["failure"]:
        yield "no-rate: no attack was decided"
    if rate.by_model:
        yield f"judge-model: a model decided, or may have ({judge or 'not named'}); no interval here covers its errors"
