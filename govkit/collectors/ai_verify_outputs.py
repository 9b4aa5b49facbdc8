"""Outputs of the plugins of AI Verify that test robustness, corrupted images, and fairness by Veritas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from govkit.collectors import ai_verify_fairness as fairness
from govkit.collectors.values import Warnings, count, fields, listing, name, number, pointer, section, whole_successes
from govkit.model.evidence import Measurement


class Output(NamedTuple):
    """The output of one plugin, where it stands, and the kind of model its test was of."""

    node: dict[str, Any]
    place: str
    model_type: str | None


class Plugin(NamedTuple):
    """How an output is known, and read."""

    name: str
    fits: Callable[[dict[str, Any]], bool]
    read: Callable[[Output], Iterator[Measurement]]


def plugin_of(node: dict[str, Any]) -> Plugin | None:
    """The plugin an output comes from, by its shape; None when it is not one that is read."""
    return next((one for one in PLUGINS if one.fits(node)), None)


def failed(node: dict[str, Any]) -> bool:
    """Whether this is what a plugin leaves when it fails: the placeholder it starts with."""
    return node.get("results") in ([0], 0, [], {})


def _is_robustness(node: dict[str, Any]) -> bool:
    return {"org_performance", "perturbed_performance"} <= section(node, "results").keys()


def _robustness(output: Output) -> Iterator[Measurement]:
    """Performance before and after the perturbation, of the same rows."""
    results, place = section(output.node, "results"), output.place + pointer("results")
    rows, kept = count(results.get("num_of_perturbed_samples")), count(results.get("num_of_failed_perturbed_samples"))
    accuracy = output.model_type == "classification"
    known = output.model_type in ("classification", "regression")
    for key, word in (("org_performance", "original"), ("perturbed_performance", "perturbed")):
        value, doubts = number(results.get(key), key)
        said: list[str] = [*doubts]
        if not known:
            said.append(
                "metric-unknown: accuracy of a classifier or error of a regression; only the envelope says which"
            )
        if accuracy and value is not None and not 0 <= value <= 1:
            said.append(f"bad-value: {value:g} is no accuracy")
            value = None
        if kept and word == "perturbed":
            said.append(f"not-perturbed: {kept} rows could not be perturbed, and their originals were used instead")
            if rows is not None and kept >= rows:
                said.append("nothing-to-count: not one row was perturbed, so this says nothing about perturbed rows")
                value = None
        yield Measurement(
            measure=f"ai-verify/robustness/{word}-performance",
            value=value,
            unit="proportion" if accuracy else None,
            higher_is_better=accuracy if known else None,
            n=rows,
            n_basis="items" if rows is not None else None,
            successes=whole_successes(value, rows) if accuracy else None,
            conditions={"metric": "accuracy" if accuracy else "mean absolute error"} if known else {},
            place=f"{place}/{key}",
            warnings=tuple(said),
        )


def _is_corruption(node: dict[str, Any]) -> bool:
    results = listing(node, "results")
    return bool(results) and all(
        isinstance(one, dict) and "corruption_function" in one and isinstance(one.get("accuracy"), dict)
        for one in results
    )


def _corruption(output: Output) -> Iterator[Measurement]:
    """Accuracy per corruption and severity; severity 0 is the image as it was.

    A severity is the place in a list of strengths, which whoever runs the test may set: the strength stands beside it.
    """
    for index, raw in enumerate(listing(output.node, "results")):
        node = fields(raw)
        told = {"corruption": node.get("corruption_function"), "corruption-group": node.get("corruption_group")}
        for level, accuracy in section(node, "accuracy").items():
            value, doubts = number(accuracy)
            if value is not None and not 0 <= value <= 1:
                value, doubts = None, (*doubts, f"bad-value: {value:g} is no accuracy")
            about = {**told, "severity": level.removeprefix("severity"), "strength": _strength(node, level)}
            yield Measurement(
                measure="ai-verify/image-corruption/accuracy",
                value=value,
                unit="proportion",
                higher_is_better=True,
                conditions={key: text for key, raw_text in about.items() if (text := name(raw_text, 100)) is not None},
                place=output.place + pointer("results", index, "accuracy", level),
                warnings=doubts,
            )


def _strength(node: dict[str, Any], level: str) -> str | None:
    """How strong a corruption was, `sigma 2.0`; None for the image as it was, and where the file does not say."""
    stated = {key: name(raw, 40) for key, raw in section(section(node, "parameter"), level).items()}
    return ", ".join(f"{key} {text}" for key, text in sorted(stated.items()) if text is not None) or None


def _is_veritas(node: dict[str, Any]) -> bool:
    return isinstance(section(node, "fairness").get("perf_metric_values"), dict)


def _veritas(output: Output) -> Iterator[Measurement]:
    """Performance, fairness by feature, and Veritas's own conclusion."""
    whole, place = section(output.node, "fairness"), output.place + pointer("fairness")
    for key, pair in section(whole, "perf_metric_values").items():
        yield _first_of(pair, f"performance/{key}", {}, place + pointer("perf_metric_values", key))
    for feature, raw in section(whole, "features").items():
        node, where = fields(raw), place + pointer("features", feature)
        told = {"feature": name(feature, 100) or "?"}
        for key, pair in section(node, "fair_metric_values").items():
            if listing({"": pair}, "")[:1] != ["NA"]:
                yield _first_of(pair, f"fairness/{key}", told, where + pointer("fair_metric_values", key))
        conclusion = node.get("fairness_conclusion")
        if conclusion in ("fair", "unfair"):
            limit = name(node.get("fair_threshold"), 40)
            yield Measurement(
                measure="ai-verify/veritas/concluded-fair",
                value=float(conclusion == "fair"),
                unit="count",
                higher_is_better=True,
                conditions={**told, **({"threshold": limit} if limit else {})},
                place=where + pointer("fairness_conclusion"),
            )


def _first_of(pair: Any, word: str, told: dict[str, str], place: str) -> Measurement:
    """The first of two numbers; what the second measures is not said anywhere, so it is not used."""
    listed = listing({"": pair}, "")
    value, doubts = number(listed[0] if listed else None)
    said: Warnings = ("second-number: what the second number of the pair measures is not said, so it is not used",)
    return Measurement(
        measure=name(f"ai-verify/veritas/{word}") or "ai-verify/veritas",
        value=value,
        conditions=told,
        place=f"{place}/0" if listed else place,
        warnings=(*doubts, *(said if len(listed) > 1 else ())),
    )


PLUGINS = (
    Plugin("fairness", fairness.is_classification, lambda one: fairness.classification(one.node, one.place)),
    Plugin("fairness", fairness.is_regression, lambda one: fairness.regression(one.node, one.place)),
    Plugin("robustness", _is_robustness, _robustness),
    Plugin("image-corruption", _is_corruption, _corruption),
    Plugin("veritas", _is_veritas, _veritas),
)
"""Source: the output.schema.json and algo.py of each plugin in aiverify-foundation/aiverify, read at 2.0."""
