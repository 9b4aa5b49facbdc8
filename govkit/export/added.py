"""What `govkit add` recognised and bound, as lines for the terminal and as JSON (`govkit.add/1`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

from govkit.errors import Problem
from govkit.export.columns import plural, wrapped
from govkit.export.problems_json import problem_json
from govkit.model.evidence import Reading

SHOWN = 8
"""How many measures are named on the terminal. Source: govkit judgement; JSON and `govkit read` name them all."""


class Added(NamedTuple):
    """One file, what it was taken for, and what became of it."""

    path: str
    status: Literal["bound", "would-bind", "already-bound"]
    release: str | None
    place: str | None = None
    """Where it is bound already."""
    reading: Reading | None = None
    """None for a file that was bound already."""
    confidence: float | None = None
    """None when the format was named by hand."""
    reason: str | None = None
    checks: tuple[str, ...] = ()
    """Criteria in use that look at one of its measures."""

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures, each once, in the order of the file."""
        return tuple(dict.fromkeys(item.measure for item in self.reading.measurements)) if self.reading else ()


def added_lines(item: Added) -> Iterator[str]:
    """What a person needs to see that the right thing was recognised."""
    yield item.path
    reading = item.reading
    if reading is None:
        yield f"  already bound{_for(item.release)} at {item.place}; nothing was changed"
        return
    sure = "as you said" if item.confidence is None else f"confidence {item.confidence:.2f}, {item.reason}"
    yield wrapped(f"{reading.format} {reading.format_version or ''} ({sure})", 4, "  ")
    if reading.tool:
        yield wrapped(f"written by {reading.tool.name} {reading.tool.version or ''}", 4, "  ")
    yield f"  {plural(len(reading.measurements), 'value')} of {plural(len(item.measures), 'measure')}"
    for name in item.measures[:SHOWN]:
        yield wrapped(name, 6, "    ")
    if len(item.measures) > SHOWN:
        yield f"    and {len(item.measures) - SHOWN} more; `govkit read {item.path}` lists them"
    if item.checks:
        more = f" and {len(item.checks) - SHOWN} more" if len(item.checks) > SHOWN else ""
        yield wrapped(f"looked at by {', '.join(item.checks[:SHOWN])}{more}", 4, "  ")
    else:
        hint = "no criterion in use looks at these names: give them one it knows with `rename:` in the entry, or name"
        yield wrapped(f"{hint} one as the `measure` of a criterion in controls.yaml", 4, "  ")
    done = "bound" if item.status == "bound" else "would be bound"
    yield f"  {done}{_for(item.release)}"


def _for(release: str | None) -> str:
    return f" for release {release}" if release else " for the whole organisation"


def added_json(items: Iterable[Added], problems: Iterable[Problem], *, written: bool) -> str:
    """Everything as one document."""
    document = {
        "schema": "govkit.add/1",
        "written": written,
        "files": [_values(item) for item in items],
        "problems": [problem_json(problem) for problem in problems],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _values(item: Added) -> dict[str, Any]:
    reading = item.reading
    return {
        "path": item.path,
        "status": item.status,
        "release": item.release,
        "place": item.place,
        "format": reading.format if reading else None,
        "format_version": reading.format_version if reading else None,
        "confidence": item.confidence,
        "reason": item.reason,
        "tool": reading.tool.model_dump(mode="json") if reading and reading.tool else None,
        "values": len(reading.measurements) if reading else None,
        "measures": list(item.measures),
        "checks": list(item.checks),
    }
