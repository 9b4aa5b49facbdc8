"""What the tables of a release are like: overlap, gaps, repeats, telltale inputs, who is in them, how they differ."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from measures import Share, share, stability_index
from recipes import Trained
from sklearn.metrics import roc_auc_score
from survey import INPUTS, VISITS, Flags, Survey, csv_bytes, digest, source_file


def data_audit(trained: Trained, survey: Survey) -> dict[str, Any]:
    """The audit of the training and the test table of a release."""
    learned, tested = trained.learned, survey.tested
    return {
        "source": {"file": source_file().name, "sha256": digest(source_file().read_bytes()), "rows": len(survey.table)},
        "tables": {"training": table_identity(survey, learned), "test": table_identity(survey, tested)},
        "overlap": overlap(survey, learned),
        "missing_cells": {"training": missing(survey, learned).document(), "test": missing(survey, tested).document()},
        "imputed_limitation": {
            "training": imputed(survey, learned).document(),
            "test": imputed(survey, tested).document(),
        },
        "duplicate_rows": {
            "meaning": "equal to an earlier row in all ten columns; expected where one person answers several years",
            "training": duplicates(survey, learned).document(),
            "test": duplicates(survey, tested).document(),
        },
        "label_positive": {
            "training": share(survey.label == 1, learned).document(),
            "test": share(survey.label == 1, tested).document(),
        },
        "solo_auc": solo_auc(survey, learned),
        "groups": group_counts(survey, learned),
    }


def table_identity(survey: Survey, rows: Flags) -> dict[str, Any]:
    """Size and digest of the chosen rows, all ten columns, in file order."""
    return {
        "rows": int(rows.sum()),
        "profiles": len(np.unique(survey.profile[rows])),
        "sha256": digest(csv_bytes(survey.table[rows])),
    }


def overlap(survey: Survey, learned: Flags) -> dict[str, Any]:
    """How many test items were learned from: as the same row, with the same inputs, with the same profile."""
    tested = survey.tested
    same_inputs = survey.inputs.groupby(list(INPUTS), sort=False).ngroup().to_numpy()
    return {
        "test_items": int(tested.sum()),
        "same_row": share(learned, tested).document(),
        "same_inputs": share(np.isin(same_inputs, same_inputs[learned]), tested).document(),
        "same_profile": share(np.isin(survey.profile, survey.profile[learned]), tested).document(),
    }


def missing(survey: Survey, rows: Flags) -> Share:
    """Empty cells among all cells of the chosen rows."""
    chosen = survey.table[rows]
    return Share(k=int(chosen.isna().sum().sum()), n=int(chosen.size))


def imputed(survey: Survey, rows: Flags) -> Share:
    """Rows whose physical limitation is a fraction, so filled in by the publisher."""
    column = survey.table["physlm"]
    return share((column.gt(0) & column.lt(1)).to_numpy(dtype=np.bool_), rows)


def duplicates(survey: Survey, rows: Flags) -> Share:
    """Rows that equal an earlier one among the chosen."""
    return Share(k=int(survey.table[rows].duplicated().sum()), n=int(rows.sum()))


def solo_auc(survey: Survey, learned: Flags) -> dict[str, Any]:
    """How well each input alone ranks the answer in training; a value near 1 would give the answer away."""
    label = survey.label[learned]
    found = {}
    for name in INPUTS:
        area = float(roc_auc_score(label, survey.inputs.loc[learned, name]))
        found[name] = round(max(area, 1 - area), 6)
    highest = max(found, key=lambda name: found[name])
    return {"by_input": found, "max": {"input": highest, "value": found[highest]}, "n": len(label)}


def group_counts(survey: Survey, learned: Flags) -> dict[str, Any]:
    """Per group: rows in both tables, and how much of the group in the whole survey was learned from."""
    return {
        question: {
            str(group): {
                "training": int((learned & (member == group)).sum()),
                "test": int((survey.tested & (member == group)).sum()),
                "learned_share": share(learned, member == group).document(),
            }
            for group in np.unique(member)
        }
        for question, member in survey.groups.items()
    }


def drift(trained: Trained, survey: Survey) -> dict[str, Any]:
    """Population stability index per column between the training rows and the test people.

    The test people stand in for the next intake: the published table has no dates, and its file order follows
    the sites of the experiment, which would compare cities.
    """
    columns = survey.table[[VISITS, *INPUTS]]
    found = {name: compare(columns[name], trained.learned, survey.tested) for name in columns}
    inputs = {name: found[name] for name in INPUTS}
    highest = max(inputs, key=lambda name: inputs[name])
    return {
        "before": {"window": "training rows of this release", "rows": int(trained.learned.sum())},
        "after": {"window": "test people, standing in for the next intake", "rows": int(survey.tested.sum())},
        "method": "population stability index; deciles of the training rows, or single values where at most ten",
        "psi": inputs,
        "max": {"input": highest, "value": inputs[highest]},
        "answer_psi": found[VISITS],
    }


def compare(column: pd.Series, before: Flags, after: Flags) -> float:
    """The index of one column, to six decimals."""
    numbers = column.to_numpy(dtype=np.float64)
    return round(stability_index(numbers[before], numbers[after]), 6)
