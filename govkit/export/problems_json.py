"""Problems as JSON (`govkit.problems/1`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from govkit.errors import Place, Problem


def place_json(where: Place) -> dict[str, Any]:
    """A place; line and column are null when not known."""
    return {"path": where.path, "line": where.line or None, "column": where.column or None, "pointer": where.pointer}


def problem_json(problem: Problem) -> dict[str, Any]:
    """One problem: where, ident, what, fix."""
    return {"where": place_json(problem.where), "ident": problem.ident, "what": problem.what, "fix": problem.fix}


def problems_json(problems: Iterable[Problem]) -> str:
    """All of them as one document."""
    import json

    found = [problem_json(problem) for problem in problems]
    return json.dumps({"schema": "govkit.problems/1", "problems": found}, indent=2, ensure_ascii=False)
