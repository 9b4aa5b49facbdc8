"""RobustBench model records: accuracy of a published image classifier, clean, attacked and on corrupted images.

Format: `model_info/<dataset>/<threat model>/<model>.json` of RobustBench (`robustbench/utils.py`, read at 1.1.1, and
records of 2020 to 2024). Numbers are percentages written as text. Neither model nor threat model is named in the file.
Measures: `robustbench/<dataset>/clean-accuracy`, `.../robust-accuracy` (the lowest that any attack left),
`.../corruptions-accuracy`, `.../corruptions-error` (relative to AlexNet), and what the model's authors state:
`.../reported-robust-accuracy`, or `.../reported-corruptions-accuracy` where nothing was attacked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import Warnings, name, number, pointer
from govkit.errors import CollectorError
from govkit.files import finite
from govkit.model.control import Unit
from govkit.model.evidence import DatasetRef, Flag, Measurement, Reading, ToolRef

FORMAT = "robustbench"
VERSION = "2"

ATTACKS = ("autoattack_acc", "external", "AA", "AA+", "AA_new")
"""Accuracies under attack: AutoAttack's, the lowest anyone else found, and what they were called in 2020."""

CORRUPTED = ("corruptions_acc", "corruptions_acc_2d", "corruptions_acc_3d")
CORRUPTED_ERRORS = ("corruptions_mce", "corruptions_mce_2d", "corruptions_mce_3d")
_ABOUT = ("architecture", "authors", "venue", "link")
_SETTINGS = ("eps", "architecture", "number_forward_passes", "additional_data", "venue")
_PERCENT = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,10})?")

_UNNAMED = "model-unknown: the record names a paper, not a model; the model's name is the file's name"
_WHOSE = "published-model: this is about a published model, and evidence for a release only if it is that checkpoint"
_THREAT = "threat-model-unknown: only the folder's name says against which attack; state it in the binding's conditions"
_WHICH_CIFAR = (
    "dataset-doubtful: some records of CIFAR-100 under corruptions say cifar10; the folder's name knows better"
)
_COUNT = "no-count: the record does not say how many images the value rests on"


class Percent(NamedTuple):
    """A number as the record has it; `unit` is None where the record does not write it as RobustBench does."""

    value: float | None
    unit: Unit | None
    warnings: Warnings = ()


def sniff(source: Source) -> Sniffed | None:
    """Accuracies on clean and on attacked or corrupted images, with a paper or an architecture."""
    if not _is_record(source.document):
        return None
    return Sniffed(FORMAT, 0.9, None, "clean_acc with autoattack_acc, AA or corruptions_acc, and a paper")


def _is_record(document: Any) -> bool:
    if not isinstance(document, dict) or "clean_acc" not in document:
        return False
    return any(key in document for key in (*ATTACKS, *CORRUPTED)) and any(key in document for key in _ABOUT)


def collect(source: Source) -> Reading:
    """Every accuracy the record states."""
    document = source.json_document()
    if not _is_record(document):
        fix = "check the format; `govkit read FILE` without --format says what the file looks like"
        raise CollectorError("is not a model record of RobustBench", fix=fix)
    measured = tuple(_measurements(document))
    unreliable = document.get("unreliable")
    flags: tuple[Flag, ...] = ("unreliable",) if unreliable not in (None, False) else ()
    doubts = [_UNNAMED, _WHOSE]
    if any(key in document for key in ATTACKS):
        doubts.append(_THREAT)
    if document.get("dataset") == "cifar10" and any(key in document for key in CORRUPTED):
        doubts.append(_WHICH_CIFAR)
    if flags:
        doubts.append("unreliable: RobustBench marks its own evaluation of this model as unreliable")
    if all(one.value is None for one in measured):
        doubts.append("no-measurements: the record states no number")
    return Reading(
        format=FORMAT,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="RobustBench"),
        flags=flags,
        config={key: text for key in _SETTINGS if (text := _setting(document.get(key))) is not None},
        measurements=measured,
        warnings=tuple(doubts),
    )


def _setting(raw: Any) -> str | None:
    return str(raw).lower() if isinstance(raw, bool) else name(raw)


def _percent(raw: Any, what: str) -> Percent | None:
    """The percentage a text spells; None for null, as such or as a text, and the empty text: there is none."""
    if raw in (None, "", "null"):
        return None
    if isinstance(raw, str) and _PERCENT.fullmatch(raw.strip()):
        return Percent(float(raw), "percent", (f"text-number: {what} is the text {raw.strip()!r}, in percent",))
    value, warnings = number(raw, what)
    if value is not None:
        return Percent(value, None, (f"unit-unclear: {what} is no text, so it may be a percentage or a fraction",))
    return Percent(None, None, warnings)


def _measurements(document: dict[str, Any]) -> Iterator[Measurement]:
    dataset = name(document.get("dataset"), 100)

    def made(word: str, key: str, found: Percent, *, better: bool = True, **more: Any) -> Measurement:
        beyond = found.value is not None and found.unit == "percent" and better and found.value > 100
        said = (f"bad-value: {key} is above 100 percent",) if beyond else ()
        return Measurement(
            measure=name("/".join(filter(None, (FORMAT, dataset, word)))) or FORMAT,
            value=None if beyond else found.value,
            unit=found.unit,
            higher_is_better=better,
            dataset=DatasetRef(id=dataset) if dataset else None,
            place=pointer(key),
            warnings=(*found.warnings, *said, _COUNT),
            **more,
        )

    strength = {"eps": text} if (text := name(document.get("eps"))) else {}
    clean = _percent(document["clean_acc"], "clean_acc")
    if clean is not None:
        yield made("clean-accuracy", "clean_acc", clean)
    attacked = {key: found for key in ATTACKS if (found := _percent(document.get(key), key)) is not None}
    if attacked:
        key, found = _lowest(attacked)
        yield made("robust-accuracy", key, found, conditions=strength)
    reported = _percent(document.get("reported"), "reported")
    if reported is not None:
        # Records of the corruptions leaderboard state the accuracy on corrupted images there.
        told = "robust" if attacked or not any(key in document for key in CORRUPTED) else "corruptions"
        under = strength if told == "robust" else {}
        yield made(f"reported-{told}-accuracy", "reported", reported, conditions=under, flags=("self-reported",))
    for keys, word, better in (
        (CORRUPTED, "corruptions-accuracy", True),
        (CORRUPTED_ERRORS, "corruptions-error", False),
    ):
        for key in keys:
            found_there = _percent(document.get(key), key)
            if found_there is not None:
                kind = {"corruptions": key[-2:]} if key.endswith(("_2d", "_3d")) else {}
                yield made(word, key, found_there, better=better, conditions=kind)


def _lowest(attacked: dict[str, Percent]) -> tuple[str, Percent]:
    """The lowest accuracy that any attack left: a model is as robust as against its best attacker."""
    unread = [key for key, found in attacked.items() if found.value is None]
    if unread or len({found.unit for found in attacked.values()}) > 1:
        doubts = tuple(dict.fromkeys(warning for found in attacked.values() for warning in found.warnings))
        why = "lowest-unknown: the accuracies under the attacks cannot be compared, so none is taken for the lowest"
        return next(iter(attacked)), Percent(None, None, (*doubts, why))
    key = min(attacked, key=lambda one: finite(attacked[one].value) or 0.0)
    found = attacked[key]
    if len(attacked) == 1:
        return key, found
    stated = ", ".join(f"{one} {other.value:g}" for one, other in attacked.items())
    return key, found._replace(warnings=(*found.warnings, f"lowest-of-several: the lowest of {stated}"))
