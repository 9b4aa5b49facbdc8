"""The files of a new project, from three answers. Decides nothing for anybody: what is open says so."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby
from typing import Any, Literal, NamedTuple

from govkit.catalogs.loading import Library
from govkit.files import read_bytes, shipped
from govkit.model.base import Name, Record
from govkit.model.control import Control, Criterion, SystemKind
from govkit.model.project import Role, Tier
from govkit.model.risk import Reduction
from govkit.selection import fits
from govkit.yaml_lines import load_yaml

FRAMEWORKS = ("iso-42001-2023", "nist-ai-rmf-1.0")
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
UNDECIDED = "Not decided yet: say why this control is needed, or set necessary to false and say why it is not."


class Start(Record):
    """What a person says about a new project."""

    organisation: Name
    system: Name
    kind: SystemKind
    role: Role
    tier: Tier


class ReleaseStart(NamedTuple):
    """What git says about releases: the glob of tags that are versions, else the commit that is checked out."""

    from_tags: str | None
    commit: str | None


class StarterRisk(Record):
    """A common risk, before a project makes it its own."""

    title: Name
    kinds: tuple[SystemKind, ...] = ()
    cause: Name
    event: Name
    consequence: Name
    affected: Name
    phase: Name
    controls: tuple[Reduction, ...]


class Starter(Record):
    """templates/project/starter.yaml."""

    minimal_controls: tuple[Name, ...]
    likelihood: int
    impact: dict[Tier, int]
    risks: tuple[StarterRisk, ...]


class Choice(NamedTuple):
    """The shipped controls, sorted by what a new project does with them."""

    used: tuple[Control, ...]
    undecided: tuple[Control, ...]
    excluded: tuple[Control, ...]


def starter() -> Starter:
    """The shipped starter set."""
    path = shipped("templates") / "project" / "starter.yaml"
    return Starter.model_validate(load_yaml(read_bytes(path), path.name).value)


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
    rendered = {
        "govkit.yaml": _render(
            "govkit.yaml.j2", start=start, system_id=system_id(start.system), frameworks=FRAMEWORKS, governed=FILES
        ),
        "controls.yaml": _render("controls.yaml.j2", **_controls(start, choice)),
        "soa.yaml": _render("soa.yaml.j2", lines=_statement(library, choice.used), undecided=UNDECIDED),
        "risks.yaml": _render("risks.yaml.j2", **_risks(start, choice.used)),
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


def _statement(library: Library, used: Iterable[Control]) -> list[dict[str, Any]]:
    claims = library.claims(used)
    catalog = library.catalogs[ANNEX_A]
    return [
        {"requirement": full, "title": item.title, "controls": claims.get(full, ())}
        for item in catalog.requirements
        if item.kind == "control" and (full := f"{catalog.id}:{item.id}")
    ]


def _risks(start: Start, used: Iterable[Control]) -> dict[str, Any]:
    shipped_starter = starter()
    names = {control.id for control in used}
    fitting = [risk for risk in shipped_starter.risks if not risk.kinds or start.kind in risk.kinds]
    risks = [
        {
            **risk.model_dump(exclude={"controls", "kinds"}),
            "id": f"R-{number:02}",
            "controls": [reduction for reduction in risk.controls if reduction.control in names],
        }
        for number, risk in enumerate(fitting, start=1)
    ]
    return {"risks": risks, "likelihood": shipped_starter.likelihood, "impact": shipped_starter.impact[start.tier]}
