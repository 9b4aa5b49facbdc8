"""Where one requirement stands in a project: in scope or not, what its line says, what the profile makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.export.columns import wrapped
from govkit.model.project import Project
from govkit.model.tailored import Tailored, over_systems


class Standing(NamedTuple):
    """What a project says about one requirement; a line of the statement goes before the profile."""

    framework: str
    in_scope: bool
    gate: bool
    necessary: bool | None
    """By its line in the Statement of Applicability; None without one."""
    reason: str | None
    """Of that line."""
    statement: str
    """File of the statement."""
    profile: str | None
    said: Tailored | None
    """What the profile says of all systems together; None when it says nothing of this requirement."""


def standing_in(project: Project, full_id: str) -> Standing:
    """Where the requirement of that full id stands in the project."""
    framework = full_id.partition(":")[0]
    use = next((use for use in project.frameworks if use.id == framework), None)
    lines = project.statement.lines if project.statement else ()
    line = next((line for line in lines if line.requirement == full_id), None)
    return Standing(
        framework,
        use is not None,
        use is not None and use.gate,
        line.necessary if line else None,
        line.reason if line else None,
        project.statement_file,
        project.profile.id if project.profile else None,
        over_systems(project.tailored).get(full_id),
    )


def standing_text(found: Standing) -> Iterator[str]:
    """The same in lines for the terminal."""
    yield "\nIn this project"
    if not found.in_scope:
        yield wrapped(f"Not judged: {found.framework} does not stand under `frameworks:` in govkit.yaml.", 2)
        return
    gate = "can close the gate" if found.gate else "judged and reported, and closes no gate (`gate: false`)"
    yield wrapped(f"{found.framework} is in scope; what binds in it {gate}.", 2)
    if found.necessary is not None:
        word = "necessary" if found.necessary else "not necessary"
        yield wrapped(f"{found.statement} says {word}: {found.reason}", 4, "  ")
    if found.said is not None:
        rules = f" [{', '.join(found.said.rules)}]" if found.said.rules else ""
        word = "in, and binds" if found.said.binding else "in, as guidance" if found.said.included else "out"
        after = "; the line above goes before it" if found.necessary is not None else ""
        said = f"Profile {found.profile}: {word}{rules}{after}. {' '.join(found.said.reasons)}"
        yield wrapped(said, 4, "  ")


def standing_document(found: Standing) -> dict[str, Any]:
    """The same as JSON."""
    line = None if found.necessary is None else {"necessary": found.necessary, "reason": found.reason}
    said = found.said.model_dump(mode="json") if found.said else None
    return {
        "in_scope": found.in_scope,
        "gate": found.gate,
        "statement": line,
        "profile": None if said is None else {"id": found.profile, **said},
    }
