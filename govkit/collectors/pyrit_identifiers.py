"""Identifiers of PyRIT: what a target, an attack or a scorer says of itself, and whether a scorer asks a model."""

from __future__ import annotations

from typing import Any, NamedTuple

from govkit.collectors.values import fields, name, section

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
        "PackageHallucinationScorer",
        "PathTraversalOutputScorer",
        "PlagiarismScorer",
        "QuestionAnswerScorer",
        "RegexScorer",
        "SQLInjectionOutputScorer",
        "SSRFOutputScorer",
        "SSTIOutputScorer",
        "ShellCommandOutputScorer",
        "StaticPromptInjectionScorer",
        "SubStringScorer",
        "SystemPromptExtractionScorer",
        "XSSOutputScorer",
        "XXEOutputScorer",
    )
)
"""Scorers that ask no model. Source: PyRIT `score/`, 0.9.0, 0.10.0 and 1.1.0."""

_DEEPEST, _MOST = 6, 200


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
    """Whether a scorer asks a model: those known not to do not, and of others it cannot be ruled out.

    A scorer made of others asks one where any of them does.
    """
    label = class_of(scorer)
    if label in WITHOUT_MODEL:
        return False, None
    below = _below(scorer)
    models = sorted({model for part in (scorer, *below.parts) if (model := model_of(part)) is not None})
    if not models and below.whole and _plain(scorer, below.parts):
        return False, None
    return True, name(", ".join(models)) if models else label


def _plain(scorer: dict[str, Any], parts: list[dict[str, Any]]) -> bool:
    """Whether a scorer is made of others, and every one that is not made of others in turn asks no model."""
    return bool(_scorers(scorer)) and all(
        class_of(part) in WITHOUT_MODEL or _scorers(part) for part in parts if _is_scorer(part)
    )


def _is_scorer(identifier: dict[str, Any]) -> bool:
    return (class_of(identifier) or "").endswith("Scorer")


def _scorers(identifier: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for part in _inside(identifier) if _is_scorer(part)]


class _Below(NamedTuple):
    """Identifiers inside another, and whether these are all."""

    parts: list[dict[str, Any]]
    whole: bool


def _below(identifier: dict[str, Any]) -> _Below:
    """Identifiers inside, down to a depth and up to a number at which PyRIT nests none."""
    found: list[dict[str, Any]] = []
    level = [identifier]
    for _ in range(_DEEPEST):
        level = [part for owner in level for part in _inside(owner)][: _MOST - len(found)]
        found += level
    return _Below(found, len(found) < _MOST and not any(map(_inside, level)))


def _inside(identifier: dict[str, Any]) -> list[dict[str, Any]]:
    raw = [*section(identifier, "children").values(), identifier.get("sub_identifier")]
    flat = [one for item in raw for one in (item if isinstance(item, list) else [item])]
    return [one for one in flat[:50] if isinstance(one, dict)]
