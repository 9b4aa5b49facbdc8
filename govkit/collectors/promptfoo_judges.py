"""Which assertions of promptfoo are scored by a model, and by which."""

from __future__ import annotations

from typing import Any, NamedTuple

from govkit.collectors.promptfoo_rows import Row, components
from govkit.collectors.values import name, section

MODEL_GRADED = frozenset(
    (
        "agent-rubric",
        "answer-relevance",
        "classifier",
        "context-faithfulness",
        "context-recall",
        "context-relevance",
        "conversation-relevance",
        "factuality",
        "g-eval",
        "llm-rubric",
        "model-graded-closedqa",
        "model-graded-factuality",
        "moderation",
        "pi",
        "search-rubric",
        "select-best",
        "trajectory:goal-success",
    )
)
"""Source: promptfoo `assertions/index.ts`, MODEL_GRADED_ASSERTION_TYPES and the handlers that call a model, 0.123.1."""

RED_TEAM = "promptfoo:redteam:"
"""How the type of a red-team grader begins; all of them ask a model."""

MOCKS = frozenset({"echo"})
"""Providers that answer nothing real. Source: promptfoo `providers/echo.ts`: it returns the prompt."""


class Judged(NamedTuple):
    """Whether a model scored, and its names as far as the file tells."""

    by_model: bool
    models: frozenset[str] = frozenset()

    def also(self, other: Judged) -> Judged:
        """Both together."""
        return Judged(self.by_model or other.by_model, self.models | other.models)

    @property
    def model(self) -> str | None:
        """The judge, or the judges, by name; None when the file names none."""
        return name(", ".join(sorted(self.models))) if self.models else None


UNJUDGED = Judged(False)


def judged(row: Row, config: dict[str, Any], metric: str | None = None) -> Judged:
    """Who scored the assertions of a row, or only those that carry a metric's name."""
    found = UNJUDGED
    for component in components(row.raw):
        assertion = section(component, "assertion")
        if metric is not None and assertion.get("metric") != metric:
            continue
        kind = str(assertion.get("type") or "").removeprefix("not-")
        if kind in MODEL_GRADED or kind.startswith(RED_TEAM):
            model = _grader(assertion, row.raw, config)
            found = found.also(Judged(True, frozenset({model}) if model else frozenset()))
    return found


def _grader(assertion: dict[str, Any], raw: dict[str, Any], config: dict[str, Any]) -> str | None:
    """The assertion's own provider, else the test's, else the one for all tests; promptfoo's default is not named."""
    options = section(section(raw, "testCase"), "options")
    common = section(section(config, "defaultTest"), "options")
    for said in (assertion.get("provider"), options.get("provider"), common.get("provider")):
        model = provider_name(said)
        if model is not None:
            return model
    return None


def provider_name(said: Any) -> str | None:
    """The id of a provider given as text, as an object, or as an object by kind of model."""
    if isinstance(said, dict):
        inner = said.get("id") or said.get("text")
        return provider_name(inner) if inner is not said else None
    return name(said, 120) if isinstance(said, str) else None
