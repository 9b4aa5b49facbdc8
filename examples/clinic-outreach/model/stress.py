"""What a release does when its inputs are not as in training: edits, gaps, another plan, plain mistakes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from measures import Share, call_list, share
from recipes import Trained, retrain
from survey import SEED, Flags, Floats, Survey

Edit = Callable[[pd.DataFrame], pd.DataFrame]


def rounded_score(inputs: pd.DataFrame) -> pd.DataFrame:
    """The chronic-disease score with one decimal."""
    return inputs.assign(disea=inputs["disea"].round(1))


def whole_amounts(inputs: pd.DataFrame) -> pd.DataFrame:
    """Payments in whole dollars, coinsurance in whole per cent."""
    return inputs.assign(
        lpi=np.log(np.maximum(1, np.exp(inputs["lpi"]).round())),
        lncoins=np.log1p(np.expm1(inputs["lncoins"]).round()),
    )


def four_decimals(inputs: pd.DataFrame) -> pd.DataFrame:
    """Every column with four decimals, as a spreadsheet would export it."""
    return inputs.round(4)


def noisy_score(inputs: pd.DataFrame) -> pd.DataFrame:
    """The chronic-disease score with a normal error of 5 % of its value."""
    generator = np.random.default_rng(SEED)
    return inputs.assign(disea=inputs["disea"] * (1 + 0.05 * generator.standard_normal(len(inputs))))


def missing_score(inputs: pd.DataFrame) -> pd.DataFrame:
    """No chronic-disease score for one patient in five."""
    lost = np.random.default_rng(SEED).random(len(inputs)) < 0.2
    return inputs.assign(disea=inputs["disea"].mask(lost))


HARMLESS: dict[str, tuple[str, Edit]] = {
    "rounded_score": ("chronic-disease score rounded to one decimal", rounded_score),
    "whole_amounts": ("payments in whole dollars, coinsurance in whole per cent", whole_amounts),
    "four_decimals": ("every input rounded to four decimals", four_decimals),
}
SHIFTS: dict[str, tuple[str, Edit]] = {
    "noisy_score": ("chronic-disease score with a normal error of 5 %, seeded", noisy_score),
    "missing_score": ("chronic-disease score missing for 20 % of patients, seeded", missing_score),
}


def flips(trained: Trained, survey: Survey, listed: Flags) -> dict[str, Any]:
    """Per harmless edit, how many patients enter or leave the list when it is made again from edited inputs."""
    tested = survey.tested
    found = {}
    for name, (edit_text, edit) in HARMLESS.items():
        again = call_list(trained.score(edit(survey.inputs[tested])), survey.item[tested])
        changed = Share(k=int((again != listed).sum()), n=len(listed))
        found[name] = {"edit": edit_text, **changed.document()}
    return found


def robustness(trained: Trained, survey: Survey, listed: Flags) -> dict[str, Any]:
    """Per shift, the hits of the list and the accuracy beside those on unshifted inputs of the same patients."""
    tested, label = survey.tested, survey.label[survey.tested] == 1
    found = {}
    for name, (shift_text, shift) in SHIFTS.items():
        again = call_list(trained.score(shift(survey.inputs[tested])), survey.item[tested])
        found[name] = {"shift": shift_text, **beside(again, listed, label)}
    found["unseen_plan"] = unseen_plan(trained, survey)
    return found


def unseen_plan(trained: Trained, survey: Survey) -> dict[str, Any]:
    """The patients with an individual deductible, ranked by the release and by its twin that never met such a plan."""
    deductible = survey.groups["individual_deductible"] == "yes"
    tested = survey.tested & deductible
    twin = retrain(trained, survey, trained.learned & ~deductible)
    inputs, item, label = survey.inputs[tested], survey.item[tested], survey.label[tested] == 1
    without, with_plan = call_list(twin.score(inputs), item), call_list(trained.score(inputs), item)
    text = "fitted again without anyone on an individual-deductible plan, tested on those people only"
    return {"shift": text, **beside(without, with_plan, label)}


def beside(shifted: Flags, reference: Flags, label: Flags) -> dict[str, Any]:
    """Both lists judged against the outcome, and the relative drop of hits and accuracy."""
    everyone = np.ones(len(label), dtype=np.bool_)
    precision, precision_before = share(label, shifted), share(label, reference)
    accuracy, accuracy_before = share(shifted == label, everyone), share(reference == label, everyone)
    return {
        "list_precision": precision.document(),
        "accuracy": accuracy.document(),
        "reference": {"list_precision": precision_before.document(), "accuracy": accuracy_before.document()},
        "relative_drop": {
            "list_precision": relative_drop(precision, precision_before),
            "accuracy": relative_drop(accuracy, accuracy_before),
        },
    }


def relative_drop(now: Share, before: Share) -> float:
    """How much of the earlier share is lost; negative where it grew."""
    return round(1 - (now.k / now.n) / (before.k / before.n), 6)


def decimal_slip(inputs: pd.DataFrame) -> pd.DataFrame:
    """A chronic-disease score ten times too high."""
    return inputs.assign(disea=inputs["disea"] * 10)


def rate_for_logarithm(inputs: pd.DataFrame) -> pd.DataFrame:
    """The coinsurance rate where its logarithm is expected."""
    return inputs.assign(lncoins=np.expm1(inputs["lncoins"]))


def dollars_for_logarithm(inputs: pd.DataFrame) -> pd.DataFrame:
    """The incentive payment where its logarithm is expected."""
    return inputs.assign(lpi=np.exp(inputs["lpi"]))


def two_answers(inputs: pd.DataFrame) -> pd.DataFrame:
    """Self-rated health both good and poor."""
    return inputs.assign(hlthg=1, hlthp=1)


def swapped_columns(inputs: pd.DataFrame) -> pd.DataFrame:
    """Incentive payment and maximum expenditure exchanged."""
    return inputs.assign(lpi=inputs["fmde"], fmde=inputs["lpi"])


MISTAKES: dict[str, Edit] = {
    "decimal_slip": decimal_slip,
    "rate_for_logarithm": rate_for_logarithm,
    "dollars_for_logarithm": dollars_for_logarithm,
    "two_answers": two_answers,
    "swapped_columns": swapped_columns,
}


def input_guard(trained: Trained, survey: Survey) -> dict[str, Any]:
    """How many records with a planted mistake the range check stops, and how many sound ones.

    The check refuses a record with a value outside the range of the rows the release was fitted to. Each tested
    record gets one mistake in turn; a mistake that leaves the record as it was is not counted.
    """
    learned = survey.inputs[trained.learned]
    low, high = learned.min(), learned.max()
    sound = survey.inputs[survey.tested]
    turn = np.arange(len(sound)) % len(MISTAKES)
    stopped: dict[str, Share] = {}
    for number, (name, mistake) in enumerate(MISTAKES.items()):
        before = sound[turn == number]
        after = mistake(before)
        changed = np.logical_not(np.isclose(values(after), values(before)).all(axis=1))
        stopped[name] = share(refused(after, low, high), changed)
    total = Share(k=sum(one.k for one in stopped.values()), n=sum(one.n for one in stopped.values()))
    false_alarms = Share(k=int(refused(sound, low, high).sum()), n=len(sound))
    return {
        "check": "refuse a record with a value outside the range of the training rows",
        "detected": total.document(),
        "by_mistake": {name: one.document() for name, one in stopped.items()},
        "false_alarms": false_alarms.document(),
    }


def refused(inputs: pd.DataFrame, low: pd.Series, high: pd.Series) -> Flags:
    """True where a value lies outside its range."""
    outside: Flags = (inputs.lt(low) | inputs.gt(high)).any(axis=1).to_numpy(dtype=np.bool_)
    return outside


def values(inputs: pd.DataFrame) -> Floats:
    """The inputs as plain numbers."""
    numbers: Floats = inputs.to_numpy(dtype=np.float64)
    return numbers
