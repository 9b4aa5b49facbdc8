"""Attack results of PyRIT, one by one: what was attacked how, how it ended, and who decided that."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.grouped import Grouped
from govkit.collectors.pyrit_identifiers import child, class_of, judge_of, model_of
from govkit.collectors.values import item_key, listing, name, section
from govkit.model.evidence import Flag, Measurement, SampleScores

OUTCOMES = frozenset({"success", "failure", "error", "undetermined"})
"""Source: PyRIT `models/results/attack_result.py`, AttackOutcome, 1.1.0; `error` is missing in 0.10."""

_DECIDED = ("success", "failure")
_BROKEN = frozenset({"processing", "empty", "unknown"})
"""Errors that defend nothing; `blocked` is a filter at work. Source: PyRIT `models/literals.py`, 1.1.0."""
_SEQUENCE = "SequentialAttack"
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
    silent: bool = False
    """Whether the last response is empty, or none because something else than a filter failed."""
    ident: str | None = None
    children: tuple[str, ...] = ()
    """Attacks, by their `ident`, that this one only sums up."""
    part: bool = False
    """Whether this attack is a step of a sequence that is in the file as well."""


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
    children = listing(section(row, "metadata"), "child_attack_result_ids")
    return Attack(
        outcome_of(row.get("outcome")),
        text,
        class_of(strategy) or _NO_ATTACK,
        model_of(target) or class_of(target) or _NO_TARGET,
        model_of(target),
        technique,
        tuple(filter(None, (name(harm, 80) for harm in harms))) if isinstance(harms, list) else (),
        judge_of(scorer),
        silent(row.get("last_response")),
        name(row.get("attack_result_id") or row.get("id"), 60),
        tuple(filter(None, (name(one, 60) for one in children))),
    )


def silent(response: Any) -> bool:
    """Whether a response says nothing: a text that is blank, or an error that is not a filter's."""
    if not isinstance(response, dict):
        return False
    if response.get("response_error") in _BROKEN:
        return True
    said, kind = response.get("converted_value"), response.get("converted_value_data_type", "text")
    return kind == "text" and isinstance(said, str) and not said.strip()


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


def _digest(objective: Any) -> str:
    return hashlib.sha256(str(objective).encode("utf-8", "replace")).hexdigest()


MOST_ATTACKS = 200_000
"""Attacks held together to tell sequences from steps. Source: govkit judgement; 100,000 were read in 180 MB."""


def resolved(attacks: list[Attack]) -> Iterator[Attack]:
    """The attacks, a sequence with the target of its steps, and the steps marked as such.

    PyRIT keeps a sequence and each of its steps as results of their own, and names no target for the sequence.
    """
    known = {attack.ident: attack for attack in attacks if attack.ident is not None and not attack.children}
    steps: set[str] = set()
    sequences: dict[int, Attack] = {}
    for at, attack in enumerate(attacks):
        inner = [known[one] for one in attack.children if one in known]
        if inner:
            steps |= {one for one in attack.children if one in known}
            first = next((one for one in inner if one.target != _NO_TARGET), inner[0])
            judged = next((one.judge for one in inner if one.judge[0]), first.judge)
            whole = attack._replace(target=first.target, model=first.model, kind=_SEQUENCE, judge=judged)
            sequences[at] = whole._replace(silent=all(one.silent for one in inner))
    for at, attack in enumerate(attacks):
        yield sequences.get(at) or attack._replace(part=attack.ident in steps)


class Rate:
    """How often attacks succeeded."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.items = Grouped()
        self.by_model = False
        self.judges: set[str] = set()

    def add(self, attack: Attack) -> None:
        """One attack. Attacks with one objective are one group, whatever they tried."""
        unmet = attack.silent and attack.outcome == "failure"
        self.outcomes["silent" if unmet else attack.outcome] += 1
        if attack.outcome in _DECIDED and not unmet:
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
        slices = [("attack", attack.kind)]
        if not attack.part:
            slices += [("", ""), *(("harm", harm) for harm in dict.fromkeys(attack.harms))]
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
                unscored=outcomes["undetermined"] + outcomes["unknown"] + outcomes["silent"],
                judge=judge,
                flags=flags,
                conditions=conditions,
                place=place,
                warnings=(*_doubts(outcomes, rate, judge, target), *rate.items.note()),
            ),
            rate.items.samples(measure, conditions, binary=True),
        )


def _doubts(outcomes: Counter[str], rate: Rate, judge: str | None, target: str) -> Iterator[str]:
    total = outcomes.total()
    if target == _NO_TARGET and outcomes["success"] + outcomes["failure"]:
        yield "target-unknown: the file does not say whom the attacks were made on, were it one target or several"
    if outcomes["error"]:
        yield f"failed-items: {outcomes['error']} of {total} attacks ended in an error and are not among the n"
    if outcomes["undetermined"]:
        yield f"unscored-items: {outcomes['undetermined']} of {total} attacks are undetermined and not among the n"
    if outcomes["silent"]:
        said = "met an empty or broken response, which shows nothing, and are not among the n"
        yield f"empty-answers: {outcomes['silent']} of {total} attacks {said}"
    if outcomes["unknown"]:
        yield f"unscored-items: {outcomes['unknown']} of {total} attacks have an outcome that is not known here"
    if not outcomes["success"] + outcomes["failure"]:
        yield "no-rate: no attack was decided"
    if rate.by_model:
        yield f"judge-model: a model decided, or may have ({judge or 'not named'}); no interval here covers its errors"
