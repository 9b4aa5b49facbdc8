"""Controls on offer → OSCAL controls, in one group for each theme; their criteria are parts in our namespace."""

from __future__ import annotations

from govkit.model.control import Control, Criterion
from govkit.oscal.heads import Order, Writing
from govkit.oscal.naming import NAMESPACE, token
from govkit.oscal.properties import Json, encoded, marker

NATIVE = frozenset({"id", "title", "theme", "summary", "expected_evidence", "criteria"})


def offered(writing: Writing, controls: tuple[Control, ...], order: Order) -> list[Json]:
    """The groups of all controls, numbered on from what stands before them."""
    tokens = {control.id: writing.ids.take(token(control.id)) for control in controls}
    themes: dict[str, list[Json]] = {}
    for control in controls:
        themes.setdefault(control.theme, []).append(_control(writing, control, tokens[control.id], order.next()))
    return [
        {
            "id": writing.ids.take(f"theme-{token(theme)}"),
            "class": "theme",
            "title": theme,
            "props": [marker("record", "theme")],
            "controls": made,
        }
        for theme, made in themes.items()
    ]


def _control(writing: Writing, control: Control, identifier: str, order: str) -> Json:
    take = writing.ids.take
    statement = {
        "id": take(f"{identifier}_smt"),
        "name": "statement",
        "props": [marker("wording", "own-words")],
        "prose": control.summary,
    }
    evidence = [
        {"id": take(f"{identifier}_evi-{n}"), "name": "expected-evidence", "ns": NAMESPACE, "prose": text}
        for n, text in enumerate(control.expected_evidence, start=1)
    ]
    return {
        "id": identifier,
        "class": "control",
        "title": control.title,
        "props": [
            {"name": "label", "value": control.id},
            {"name": "sort-id", "value": order},
            marker("record", "control"),
            *encoded(control, NATIVE),
        ],
        "parts": [statement, *evidence, *(_criterion(writing, item, identifier) for item in control.criteria)],
    }


def _criterion(writing: Writing, criterion: Criterion, identifier: str) -> Json:
    return {
        "id": writing.ids.take(f"{identifier}_crit-{criterion.id}"),
        "name": "criterion",
        "ns": NAMESPACE,
        "title": criterion.title,
        "props": encoded(criterion, {"title"}),
    }
