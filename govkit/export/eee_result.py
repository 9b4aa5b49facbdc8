"""One measurement as an entry of `evaluation_results` in an Every Eval Ever record, schema 0.3.0: nothing is invented.

A field is written when the evidence states it. What the schema has no field for goes, as text, into the details.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from govkit.model.evidence import DatasetRef, Measurement

PREFIX = "every-eval-ever/"
"""What reading such a record puts before the names in it; not written again."""

UNKNOWN = "unknown"


def why_not(one: Measurement) -> str | None:
    """Why a value cannot be written; None when it can."""
    if one.value is None:
        return "no value in the evidence"
    if one.higher_is_better is None:
        return "nobody stated whether higher is better, which a record must say"
    if one.status in ("error", "cancelled"):
        return "its run failed or was cancelled"
    if "mock-model" in one.flags:
        return "no real model answered"
    return None


def result(one: Measurement, config: Mapping[str, str]) -> dict[str, Any]:
    """The entry; the measurement must have a value and a direction."""
    evaluation, metric = names(one.measure)
    made: dict[str, Any] = {
        "evaluation_result_id": f"{evaluation}/{metric or ''}@{one.place}" if one.place else None,
        "evaluation_name": evaluation,
        "source_data": source_data(one.dataset),
        "evaluation_timestamp": seconds(one.at.timestamp()) if one.at else None,
        "metric_config": _metric(one, metric),
        "score_details": {
            "score": one.value,
            "details": _details(one) or None,
            "uncertainty": _uncertainty(one) or None,
        },
        "generation_config": {"additional_details": dict(sorted(config.items()))} if config else None,
    }
    return stated(made)


def names(measure: str) -> tuple[str, str | None]:
    """Evaluation and metric of a measure: `lm-eval/hellaswag/acc` is the metric `acc` of `lm-eval/hellaswag`."""
    evaluation, _, metric = measure.removeprefix(PREFIX).rpartition("/")
    return (evaluation, metric) if evaluation else (metric, None)


def seconds(instant: float) -> str:
    """Unix seconds as records write them: text, without needless zeros."""
    return f"{instant:.6f}".rstrip("0").rstrip(".")


def stated(value: dict[str, Any]) -> dict[str, Any]:
    """The object without keys that have no value, at any depth."""
    return {key: stated(one) if isinstance(one, dict) else one for key, one in value.items() if one is not None}


def source_data(dataset: DatasetRef | None) -> dict[str, Any]:
    """The data. Whether a name is a repository of Hugging Face is not known, so the kind is `other`."""
    if dataset is None:
        return {"dataset_name": UNKNOWN, "source_type": "other"}
    more = {"revision": dataset.revision, "split": dataset.split, "sha256": dataset.sha256}
    more["also"] = ", ".join(dataset.also) or None
    known = {key: text for key, text in more.items() if text is not None}
    return stated({"dataset_name": dataset.id, "source_type": "other", "additional_details": known or None})


def _metric(one: Measurement, metric: str | None) -> dict[str, Any]:
    parameters: dict[str, Any] = dict(sorted(one.conditions.items()))
    if one.quantile is not None:
        parameters["quantile"] = one.quantile
    return {
        "metric_id": metric,
        "metric_unit": one.unit,
        "metric_parameters": parameters or None,
        "lower_is_better": not one.higher_is_better,
        "score_type": "binary" if one.successes is not None else None,
    }


def _uncertainty(one: Measurement) -> dict[str, Any]:
    error, interval = one.stderr, one.interval
    return stated(
        {
            "standard_error": {"value": error, "method": one.stderr_method} if error is not None else None,
            "confidence_interval": None
            if interval is None
            else {
                "lower": interval.low,
                "upper": interval.high,
                "confidence_level": interval.level,
                "method": interval.method,
            },
            "num_samples": one.n,
        }
    )


def _details(one: Measurement) -> dict[str, str]:
    """What the schema has no field for, as text."""
    told = {
        "n_basis": one.n_basis if one.n_basis != "items" else None,
        "successes": one.successes,
        "planned": one.planned,
        "errors": one.errors,
        "unscored": one.unscored,
        "clusters": one.clusters,
        "judge": one.judge,
        "run_status": one.status,
        "flags": ", ".join(one.flags) or None,
        "valid_until": one.valid_until.isoformat() if one.valid_until else None,
        "evaluation_time": one.at_text,
        "doubts": " | ".join(one.warnings) or None,
    }
    return {key: str(value) for key, value in told.items() if value is not None}
