"""The evaluation of a release on the declared test set, as documents. Scores come in, numbers with counts go out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from measures import (
    LIST_SHARE,
    Share,
    bootstrap,
    brier,
    calibration_error,
    call_list,
    ranking,
    share,
    share_of,
)
from recipes import Trained
from stress import flips, input_guard, robustness
from survey import INPUTS, Flags, Floats, Numbers, Survey, Words

LIMITED = ("physical_limitation", "yes")
"""The people who must not be missed."""


@dataclass(frozen=True)
class Outcome:
    """Scores, list and answers of the test items, in file order."""

    trained: Trained
    survey: Survey

    @cached_property
    def item(self) -> Words:
        """The item names."""
        return self.survey.item[self.survey.tested]

    @cached_property
    def household(self) -> Numbers:
        """The household of each item."""
        return self.survey.household[self.survey.tested]

    @cached_property
    def score(self) -> Floats:
        """The probability of a visit."""
        return self.trained.score(self.survey.inputs[self.survey.tested])

    @cached_property
    def listed(self) -> Flags:
        """True for the patients to be called."""
        return call_list(self.score, self.item)

    @cached_property
    def label(self) -> Numbers:
        """1 where the patient saw a doctor."""
        return self.survey.label[self.survey.tested]

    @cached_property
    def needed(self) -> Flags:
        """True where the patient saw a doctor."""
        needed: Flags = self.label == 1
        return needed

    @cached_property
    def correct(self) -> Flags:
        """True where list and outcome agree."""
        correct: Flags = self.listed == self.needed
        return correct

    @cached_property
    def everyone(self) -> Flags:
        """True for every item."""
        return np.ones(len(self.label), dtype=np.bool_)

    def members(self, question: str, group: str) -> Flags:
        """True for the items of one group."""
        found: Flags = self.survey.groups[question][self.survey.tested] == group
        return found

    def groups(self) -> Iterator[tuple[str, str]]:
        """Every question with each of its groups."""
        for question, member in self.survey.groups.items():
            yield from ((question, str(group)) for group in np.unique(member))


def evaluation(outcome: Outcome) -> dict[str, Any]:
    """Everything measured on the test set except time."""
    trained, survey = outcome.trained, outcome.survey
    return {
        "question": "Will this patient see a doctor at least once in the coming year?",
        "decision": f"The {LIST_SHARE:.0%} of patients with the highest score are on the call list.",
        "metrics": metrics(outcome),
        "rule_of_thumb": rule_of_thumb(outcome),
        "groups": groups(outcome),
        "calibration": calibration(outcome),
        "flips": flips(trained, survey, outcome.listed),
        "robustness": robustness(trained, survey, outcome.listed),
        "input_guard": input_guard(trained, survey),
    }


def metrics(outcome: Outcome) -> dict[str, Any]:
    """The scores of the list; intervals named `by_household` respect that a person's years hang together."""
    listed, needed, everyone = outcome.listed, outcome.needed, outcome.everyone
    limited = outcome.members(*LIMITED) & needed
    return {
        "list_precision": clustered(outcome, needed, listed, "of the patients on the list, how many saw a doctor"),
        "recall": clustered(outcome, listed, needed, "of the patients who saw a doctor, how many were on the list"),
        "recall_physical_limitation": clustered(outcome, listed, limited, "the same, among people with a limitation"),
        "accuracy": clustered(outcome, outcome.correct, everyone, "of all patients, for how many list and visit agree"),
        "auc": {
            "value": round(ranking(outcome.score, outcome.label, everyone.astype(float)), 6),
            "n": len(everyone),
            "interval": bootstrap(lambda weight: ranking(outcome.score, outcome.label, weight), outcome.household),
        },
    }


def clustered(outcome: Outcome, counted: Flags, among: Flags, meaning: str) -> dict[str, Any]:
    """A share with two intervals: over items, and over households."""
    by_household = bootstrap(share_of(counted, among), outcome.household)
    return {"meaning": meaning, **share(counted, among).document(), "interval_by_household": by_household}


def rule_of_thumb(outcome: Outcome) -> dict[str, Any]:
    """What the clinic would get without a model: by lot, and by the chronic-disease score alone."""
    disease = outcome.survey.inputs.loc[outcome.survey.tested, "disea"].to_numpy(dtype=np.float64)
    by_disease = call_list(disease, outcome.item)
    return {
        "by_lot_list_precision": share(outcome.needed, outcome.everyone).document(),
        "by_chronic_disease_list_precision": share(outcome.needed, by_disease).document(),
        "by_chronic_disease_recall": share(by_disease, outcome.needed).document(),
    }


def groups(outcome: Outcome) -> dict[str, Any]:
    """Per question and group: how many items, and the shares among them; beside them how far a group falls behind."""
    found: dict[str, Any] = {}
    for question, group in outcome.groups():
        member = outcome.members(question, group)
        found.setdefault(question, {})[group] = {
            "n": int(member.sum()),
            "accuracy": share(outcome.correct, member).document(),
            "recall": share(outcome.listed, member & outcome.needed).document(),
            "list_precision": share(outcome.needed, member & outcome.listed).document(),
            "selection_rate": share(outcome.listed, member).document(),
            "shortfall": {
                "accuracy": shortfall(outcome.correct, member, ~member),
                "recall": shortfall(outcome.listed, member & outcome.needed, ~member & outcome.needed),
            },
        }
    return found


def shortfall(counted: Flags, member: Flags, others: Flags) -> dict[str, Any]:
    """Share among everyone else minus share in the group, positive where the group is worse off.

    The 95 % interval is Newcombe's. Source: Newcombe 1998, Statistics in Medicine 17:873-890, method 10.
    """
    ours, theirs = share(counted, member), share(counted, others)
    p, q = rate(theirs), rate(ours)
    (p_low, p_high), (q_low, q_high) = limits(theirs), limits(ours)
    return {
        "value": round(p - q, 6),
        "interval": {
            "low": round(p - q - float(np.hypot(p - p_low, q_high - q)), 6),
            "high": round(p - q + float(np.hypot(p_high - p, q - q_low)), 6),
            "level": 0.95,
            "method": "Newcombe, from Wilson scores",
        },
        "n": ours.n,
        "n_others": theirs.n,
    }


def rate(one: Share) -> float:
    """The share as a number."""
    return one.k / one.n


def limits(one: Share) -> tuple[float, float]:
    """The ends of the Wilson interval."""
    interval = one.document()["interval"]
    return float(interval["low"]), float(interval["high"])


def calibration(outcome: Outcome) -> dict[str, Any]:
    """Whether a score of 70 % means 70 visits in 100 patients; intervals over households."""
    score, label, even = outcome.score, outcome.label, outcome.everyone.astype(float)
    return {
        "ece": {
            "value": round(calibration_error(score, label, even), 6),
            "n": len(label),
            "bins": "15 of equal width",
            "interval": bootstrap(lambda weight: calibration_error(score, label, weight), outcome.household),
            "note": "a resampled error is biased upwards, so the interval errs on the side of caution",
        },
        "brier": {
            "value": round(brier(score, label, even), 6),
            "n": len(label),
            "interval": bootstrap(lambda weight: brier(score, label, weight), outcome.household),
        },
        "mean_score": round(float(score.mean()), 6),
        "observed": share(outcome.needed, outcome.everyone).document(),
    }


def predictions(outcome: Outcome) -> str:
    """One line per test item, in file order, as CSV."""
    asked = list(outcome.survey.groups)
    lines = [",".join(["item", *asked, "label", "score", "prediction", "correct"])]
    members = [outcome.survey.groups[question][outcome.survey.tested] for question in asked]
    for number, name in enumerate(outcome.item):
        answers = [str(member[number]) for member in members]
        numbers = [int(outcome.label[number]), f"{outcome.score[number]:.6f}"]
        marks = [int(outcome.listed[number]), int(outcome.correct[number])]
        lines.append(",".join(map(str, [name, *answers, *numbers, *marks])))
    return "\n".join(lines) + "\n"


def inputs_text() -> str:
    """The columns a model may look at, for the manifest."""
    return ", ".join(INPUTS)
