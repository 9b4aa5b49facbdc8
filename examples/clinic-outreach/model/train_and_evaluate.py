"""Train the releases of the Harbour Clinic outreach model and write what was measured.

    python train_and_evaluate.py --out outputs --release all

Reads the RAND survey that statsmodels ships; writes seven files per release under DIR/<release>/. Everything is
measured and, but for operations.json, the same bytes at every run with the same library versions. Only the dates
are staged: they say when the story has the measurement happen.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from importlib.metadata import metadata
from pathlib import Path
from time import perf_counter
from typing import Any

from audit import data_audit, drift, table_identity
from croissant import croissant
from evaluation import Outcome, evaluation, inputs_text, predictions
from operations import operations
from recipes import DESCRIPTIONS, VERSIONS, Trained, Version, fingerprint, train
from survey import SEED, Survey, load_survey

STAGED_DATES: dict[Version, date] = {"1.0": date(2026, 3, 16), "1.1": date(2026, 7, 13), "1.2": date(2026, 10, 19)}
LICENCES = {
    "joblib": "BSD-3-Clause",
    "numpy": "BSD-3-Clause",
    "pandas": "BSD-3-Clause",
    "scikit-learn": "BSD-3-Clause",
    "scipy": "BSD-3-Clause",
    "statsmodels": "BSD-3-Clause",
    "threadpoolctl": "BSD-3-Clause",
}
"""SPDX identifier of each component's own code. Source: the LICENSE file of each project."""


def main() -> None:
    """Train, measure and write the releases asked for."""
    asked = arguments().parse_args()
    survey = load_survey()
    for version in VERSIONS if asked.release == "all" else (asked.release,):
        day = asked.date or STAGED_DATES[version]
        written = write(asked.out / version, documents(version, survey, f"{day.isoformat()}T09:00:00Z"))
        print(f"{version}: {written} files in {asked.out / version}", file=sys.stderr)


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description="Train and evaluate the releases of the outreach model.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
    parser.add_argument("--release", choices=[*VERSIONS, "all"], default="all")
    parser.add_argument("--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the story's date")
    return parser


def documents(version: Version, survey: Survey, evaluated_at: str) -> dict[str, str]:
    """The seven files of a release by name."""
    start = perf_counter()
    trained = train(version, survey)
    seconds = perf_counter() - start
    outcome = Outcome(trained, survey)
    head = {"release": version, "evaluated_at": evaluated_at, "seed": SEED, **identities(trained, survey)}
    bodies = {
        "evaluation": evaluation(outcome),
        "data-audit": data_audit(trained, survey),
        "drift": drift(trained, survey),
        "training": training(trained, survey),
        "operations": operations(trained, survey, seconds),
    }
    texts = {f"{name}.json": pretty({"schema": f"clinic-outreach.{name}/1", **head, **bodies[name]}) for name in bodies}
    return {
        **texts,
        "croissant.json": pretty(croissant(trained, survey, evaluated_at)),
        "predictions.csv": predictions(outcome),
    }


def identities(trained: Trained, survey: Survey) -> dict[str, Any]:
    """Which model was tested on which items with which libraries."""
    return {
        "model": {"name": "harbour-clinic-outreach", "sha256": fingerprint(trained, survey)},
        "test_set": table_identity(survey, survey.tested),
        "libraries": {name: metadata(name)["Version"] for name in LICENCES},
    }


def training(trained: Trained, survey: Survey) -> dict[str, Any]:
    """How the model came about: rows, settings, what was tried, and the components with their licences."""
    return {
        "description": DESCRIPTIONS[trained.version],
        "fingerprint_method": (
            "SHA-256 of a JSON object with the release, the settings, the SHA-256 of the training rows as CSV and the "
            "score of every row of the survey with six decimals; the model is not stored as a file"
        ),
        "algorithm": type(trained.classifier).__name__,
        "settings": trained.settings,
        "selection": {
            "by": "lowest log loss in five-fold cross-validation over profiles of the training rows",
            "tried": list(trained.selection),
        }
        if trained.selection
        else None,
        "inputs": inputs_text(),
        "training_set": table_identity(survey, trained.learned),
        "components": [
            {"name": name, "version": metadata(name)["Version"], "license": licence}
            for name, licence in LICENCES.items()
        ],
        "dataset_license": "https://creativecommons.org/publicdomain/mark/1.0/",
    }


def pretty(document: dict[str, Any]) -> str:
    """The document as JSON for people and for diffs; NaN is refused."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write(folder: Path, texts: dict[str, str]) -> int:
    """How many files were written."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return len(texts)


if __name__ == "__main__":
    main()
