"""The files of a new project, from three answers. Decides nothing for anybody: what is open says so."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby
from typing import Any, Literal, NamedTuple

from govkit.catalogs.loading import Library
from govkit.files import shipped
from govkit.model.base import Name, Record
from govkit.model.control import Control, Criterion, SystemKind
from govkit.model.profile import Position
from govkit.model.project import Role, Tier
from govkit.selection import fits
from govkit.starter import Proposed, proposal, propose, risks_for, starter

ANNEX_A = "iso-42001-2023"
FILES = ("govkit.yaml", "controls.yaml", "soa.yaml", "risks.yaml", "releases.yaml")
ONE: dict[SystemKind, str] = {
    "classifier": "a classifier",
    "regressor": "a regressor",
    "ranker": "a ranker",
    "generator": "a generator",
    "agent": "an agent",
    "general-purpose": "a general-purpose system",
}
PROPOSED = "Not decided yet. Proposed by govkit:"
UNDECIDED = "Not decided yet: say why this control is needed, or set necessary to false and say why it is not."


class Start(Record):
    """What a person says about a new project."""

    organisation: Name
    system: Name
    kind: SystemKind
    role: Role
    tier: Tier
    frameworks: tuple[Name, ...] | None = None
    """Catalogs in scope; None leaves it to what is proposed for the position."""

    @property
    def position(self) -> Position:
        """What profiles ask about."""
        return Position(self.role, self.kind, self.tier)


class ReleaseStart(NamedTuple):
    """What git says about releases: the glob of tags that are versions, else the commit that is checked out."""

    from_tags: str | None
    commit: str | None


class Choice(NamedTuple):
    """The shipped controls, sorted by what a new project does with them."""

    used: tuple[Control, ...]
    undecided: tuple[Control, ...]
    excluded: tuple[Control, ...]


def choose(start: Start, library: Library) -> Choice:
    """Every control that fits the kind of system; for tier minimal only the small set, the rest stays undecided."""
    small = set(starter().minimal_controls)
    controls = library.controls().values()
    fitting = [control for control in controls if fits(control, {start.kind})]
    used = [control for control in fitting if start.tier != "minimal" or control.id in small]
    return Choice(
        tuple(used),
        tuple(control for control in fitting if control not in used),
        tuple(control for control in controls if not fits(control, {start.kind})),
    )


def starting_files(start: Start, library: Library, releases: ReleaseStart) -> dict[str, bytes]:
    """File name to content, for every file of a new project."""
    choice = choose(start, library)
    proposed = propose(library, start.position, start.frameworks)
    rendered = {
        "govkit.yaml": _render(
            "govkit.yaml.j2", start=start, system_id=system_id(start.system), proposed=proposed, governed=FILES
        ),
        "controls.yaml": _render("controls.yaml.j2", **_controls(start, choice)),
        "soa.yaml": _render("soa.yaml.j2", lines=_statement(start, library, choice.used, proposed)),
        "risks.yaml": _render("risks.yaml.j2", **_risks(start, choice.used, proposed)),
        "releases.yaml": _render("releases.yaml.j2", releases=releases),
    }
    return {name: rendered[name].encode() for name in FILES}


def system_id(name: str) -> str:
    """A short id from a name: letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "system"


def _render(template: str, **values: Any) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    surroundings = Environment(
        loader=FileSystemLoader(shipped("templates") / "project"),
        autoescape=False,  # noqa: S701  (the result is YAML; what a person typed goes through `quoted`)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    surroundings.filters["quoted"] = _quoted
    return surroundings.get_template(template).render(**values)


def _quoted(text: str) -> str:
    """The text as a YAML scalar in double quotes, which JSON strings are."""
    return json.dumps(text, ensure_ascii=False)


def _controls(start: Start, choice: Choice) -> dict[str, Any]:
    themes = [(theme, [_entry(c) for c in group]) for theme, group in groupby(choice.used, key=lambda c: c.theme)]
    excluded = [
        {
            "id": control.id,
            "title": control.title,
            "reason": f"Made for {_words(control.applies_to)}; this system is {ONE[start.kind]}.",
        }
        for control in choice.excluded
    ]
    return {"used": themes, "excluded": excluded, "undecided": choice.undecided}


def _entry(control: Control) -> dict[str, Any]:
    return {"id": control.id, "title": control.title, "criteria": [_open(item) for item in control.criteria]}


def _open(criterion: Criterion) -> dict[str, Any]:
    """What a person needs to know to set the bar of a criterion."""
    direction: Literal["least", "most"] = "least" if _better_when_higher(criterion) else "most"
    unit = f", {criterion.unit}" if criterion.unit else ""
    return {
        "id": criterion.id,
        "barred": criterion.has_bar(),
        "direction": direction,
        "measure": criterion.measure,
        "unit": unit,
    }


def _better_when_higher(criterion: Criterion) -> bool:
    """Scores are better when higher; the other measures that come without a bar are costs, times and failures."""
    return criterion.measure.endswith("score") if criterion.higher_is_better is None else criterion.higher_is_better


def _words(kinds: Iterable[SystemKind]) -> str:
    *most, last = [f"{ONE[kind].split(' ', 1)[1]}s" for kind in kinds]
    return f"{', '.join(most)} and {last}" if most else last


def _statement(start: Start, library: Library, used: Iterable[Control], proposed: Proposed) -> list[dict[str, Any]]:
    """A line for every Annex A control, if that catalog is in scope; a proposal decides nothing."""
    if not any(framework.id == ANNEX_A and framework.chosen for framework in proposed.frameworks):
        return []
    claims, found = library.claims(used), []
    for item in library.catalogs[ANNEX_A].requirements:
        full = f"{ANNEX_A}:{item.id}"
        if item.kind != "control":
            continue
        plain, reason = proposal(item.id, start.position), UNDECIDED
        if plain is not None:
            reason = f"{PROPOSED} {'necessary' if plain.necessary else 'not necessary'}. {plain.reason}"
        found.append(
            {
                "requirement": full,
                "title": item.title,
                "reason": reason,
                "proposed_out": plain is not None and not plain.necessary,
                "controls": claims.get(full, ()),
            }
        )
    return found


def _risks(start: Start, used: Iterable[Control], proposed: Proposed) -> dict[str, Any]:
    names, read = {control.id for control in used}, {framework.id for framework in proposed.frameworks}
    risks = [
        {
            **risk.model_dump(exclude={"controls", "kinds", "tiers", "related"}),
            "id": f"R-{number:02}",
            "controls": [reduction for reduction in risk.controls if reduction.control in names],
            "related": [name for name in risk.related if name.partition(":")[0] in read],
        }
        for number, risk in enumerate(risks_for(start.position), start=1)
    ]
    shipped_starter = starter()
    return {"risks": risks, "likelihood": shipped_starter.likelihood, "impact": shipped_starter.impact[start.tier]}
