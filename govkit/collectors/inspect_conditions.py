"""What a score in an Inspect log holds for: scorer, epochs, task attributes, the judge model, the dataset."""

from __future__ import annotations

from typing import Any

from govkit.collectors.values import count, fields, listing, name, section
from govkit.model.evidence import DatasetRef

_JUDGE_KEYS = ("grader_model", "judge_model", "judge", "grader", "model")
"""Scorer parameters that name a model. Source: inspect_ai/scorer/_model.py, and scorers in the wild."""

_SHORT = 100
_MOST_ATTRIBUTES = 20


def conditions(header: dict[str, Any], score: dict[str, Any]) -> dict[str, str]:
    """Conditions of one entry of `results.scores`; of the task's attributes only short texts."""
    evaluated = section(header, "eval")
    config = section(evaluated, "config")
    scorer, score_name = name(score.get("scorer") or score.get("name")), name(score.get("name"))
    epochs = count(config.get("epochs")) or 1
    stated = {
        "scorer": scorer,
        "score": score_name if score_name != scorer else None,
        "reducer": name(score.get("reducer")),
        "epochs": str(epochs) if epochs > 1 else None,
        "task-version": name(evaluated.get("task_version")),
        "judge": _judge(header, score),
    }
    found = {word: text for word, text in stated.items() if text is not None}
    for key, value in list(section(evaluated, "task_attribs").items())[:_MOST_ATTRIBUTES]:
        word = name(key, 60)
        if word is not None and isinstance(value, str) and 0 < len(value) <= _SHORT:
            found.setdefault(word, name(value) or "?")
    return found


def _judge(header: dict[str, Any], score: dict[str, Any]) -> str | None:
    """The model that gave the scores, where a model did."""
    evaluated, scorer = section(header, "eval"), str(score.get("scorer") or score.get("name"))
    options = [section(one, "options") for one in listing(evaluated, "scorers") if fields(one).get("name") == scorer]
    for params in (section(score, "params"), *options):
        for key in _JUDGE_KEYS:
            named = params.get(key)
            several = named if isinstance(named, list) else [named]
            texts = [text for one in several if (text := _model(one))]
            if texts:
                return name(", ".join(texts))
    if not scorer.rsplit("/", 1)[-1].startswith("model_graded"):
        return None
    role = section(section(evaluated, "model_roles"), "grader")
    return name(role.get("model")) or "the evaluated model itself"


def _model(stated: Any) -> str | None:
    """The name of a model, which may be described by an object that names it."""
    named = fields(stated).get("model", stated)
    return name(named, 80) if isinstance(named, str) else None


def dataset(header: dict[str, Any]) -> DatasetRef | None:
    """The dataset by name, else by the end of its location: the start may be somebody's home folder."""
    stated = section(section(header, "eval"), "dataset")
    location = name(stated.get("location"))
    ident = name(stated.get("name")) or (name(location.rstrip("/").rsplit("/", 1)[-1]) if location else None)
    return DatasetRef(id=ident, revision=name(stated.get("revision"))) if ident else None


_SETTINGS = ("epochs", "limit", "sample_id", "fail_on_error", "message_limit", "token_limit", "time_limit")
_GENERATION = ("temperature", "top_p", "top_k", "seed", "max_tokens", "reasoning_effort", "num_choices")
"""Source: inspect_ai/log/_log.py, `EvalConfig`, and model/_generate_config.py, read at 0.3.285."""


def settings(header: dict[str, Any]) -> dict[str, str]:
    """What the run was set to, as far as it moves a score."""
    evaluated = section(header, "eval")
    stated = {key: section(evaluated, "config").get(key) for key in _SETTINGS}
    stated |= {key: section(evaluated, "model_generate_config").get(key) for key in _GENERATION}
    return {key: text for key, raw in stated.items() if (text := name(raw, 60)) is not None}
