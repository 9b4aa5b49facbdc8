"""Which controls a project uses, with its own bars and the reason for each change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import Field, ValidationError

from govkit.catalogs.loading import Library
from govkit.errors import Place, Problem
from govkit.lookalikes import looks_like
from govkit.model.base import Name, Record, Text
from govkit.model.control import Control, Criterion, SystemKind
from govkit.model.project import Declined
from govkit.validation import duplicates, problems_of, record, records, unknown
from govkit.yaml_lines import Document, Path

BARS = ("at_least", "at_most", "between", "equals", "reported")

# Changing one of these changes how strict a check is; changing the rest only says where the number comes from.
STRICTNESS = (
    *BARS,
    *("unit", "higher_is_better", "confidence", "interval", "min_n", "max_age_days", "release", "severity", "safety"),
    "of",
)


class Selection(NamedTuple):
    """Controls in use, controls declined, and those nobody has decided about."""

    controls: tuple[Control, ...]
    declined: tuple[Declined, ...] = ()
    undecided: tuple[str, ...] = ()


class Use(Record):
    """One entry under `use:`."""

    id: Name
    owner: Name | None = None
    criteria: dict[str, dict[str, Any]] = Field(default_factory=dict)
    remove: tuple[Name, ...] = ()
    reason: Text | None = None


class ControlsFile(Record):
    """controls.yaml."""

    use: Any = None
    not_used: Any = None
    own: Any = None


def select(
    document: Document | None, library: Library, kinds: Collection[SystemKind], problems: list[Problem]
) -> Selection:
    """The controls in use. Without a controls.yaml: every shipped control that fits a system's kind."""
    offered = library.controls()
    fitting = {name for name, control in offered.items() if fits(control, kinds)}
    if document is None:
        return Selection(tuple(control for name, control in offered.items() if name in fitting))
    listing = record(ControlsFile, document, (), document.value or {}, problems)
    if listing is None:
        return Selection(())
    use = listing.use
    if isinstance(use, list):
        use = [{"id": item} if isinstance(item, str) else item for item in use]
    used = records(Use, document, ("use",), use, problems)
    own = records(Control, document, ("own",), listing.own, problems)
    declined = records(Declined, document, ("not_used",), listing.not_used, problems)
    problems += duplicates(
        [
            *((item.id, document.place(spot)) for item, spot in used),
            *((item.id, document.place(spot)) for item, spot in declined),
            *((item.id, document.place(spot)) for item, spot in own),
        ],
        "control",
    )  # fmt: skip
    controls = [_resolved(entry, document, spot, offered, problems) for entry, spot in used]
    for item, spot in declined:
        if item.id not in offered and not item.own:
            problems.append(unknown(item.id, offered, document.place(spot), "control", "`govkit show` lists them"))
    _check_requirements(own, document, library, problems)
    problems += [problem for item, spot in own for problem in _posing(item, document.place(spot), offered)]
    decided = {entry.id for entry, _ in used} | {item.id for item, _ in declined}
    return Selection(
        tuple(control for control in controls if control) + tuple(control for control, _ in own),
        (*(item for item, _ in declined), *_taken_out(entry for entry, _ in used)),
        tuple(sorted(fitting - decided)),
    )


def _taken_out(used: Iterable[Use]) -> Iterator[Declined]:
    """The single checks of used controls that the project does without."""
    for entry in used:
        for name in entry.remove if entry.reason else ():
            yield Declined(id=f"{entry.id}/{name}", reason=entry.reason)


def fits(control: Control, kinds: Collection[SystemKind]) -> bool:
    """True when the control makes sense for at least one of these kinds of system."""
    return not control.applies_to or any(kind in control.applies_to for kind in kinds)


def _posing(own: Control, place: Place, offered: Mapping[str, Control]) -> Iterator[Problem]:
    """Problems with an own control whose id a reader would take for that of a shipped one."""
    taken = next((name for name in offered if looks_like(name) == looks_like(own.id)), None)
    if taken is not None:
        what = f"the id {own.id!r} of an own control reads like {taken}, which govkit ships"
        fix = f"give it an id of your own; to change bars of {taken}, list it under `use:`"
        yield Problem(place, "duplicate-id", what, fix)


def _check_requirements(
    own: list[tuple[Control, Path]], document: Document, library: Library, problems: list[Problem]
) -> None:
    known = library.full_ids()
    for control, spot in own:
        for index, name in enumerate(control.requirements):
            if name not in known:
                place = document.place((*spot, "requirements", index))
                problems.append(unknown(name, known, place, "requirement", "`govkit show` lists the catalogs"))


def _resolved(
    entry: Use, document: Document, spot: Path, offered: Mapping[str, Control], problems: list[Problem]
) -> Control | None:
    """The catalog's control with the project's owner and bars."""
    control = offered.get(entry.id)
    if control is None:
        problems.append(unknown(entry.id, offered, document.place(spot), "control", "`govkit show` lists them"))
        return None
    criteria = {criterion.id: criterion for criterion in control.criteria}
    for name in entry.remove:
        if name not in criteria:
            problems.append(
                unknown(name, criteria, document.place((*spot, "remove")), "criterion", "see `govkit show`")
            )
        elif entry.reason is None:
            fix = "add `reason:` to this control"
            problems.append(
                Problem(
                    document.place((*spot, "remove")),
                    "missing-reason",
                    f"{entry.id} drops {name!r} without a reason",
                    fix,
                )
            )
        criteria.pop(name, None)
    for name, changes in entry.criteria.items():
        made = _criterion(entry.id, name, changes, criteria.get(name), document, (*spot, "criteria", name), problems)
        if made is not None:
            criteria[name] = made
    return control.model_copy(update={"criteria": tuple(criteria.values()), "owner": entry.owner or control.owner})


def _criterion(
    control: str,
    name: str,
    changes: dict[str, Any],
    default: Criterion | None,
    document: Document,
    spot: Path,
    problems: list[Problem],
) -> Criterion | None:
    """The criterion with the project's changes; one the catalog lacks must be complete."""
    place = document.place(spot)
    if default is None and not {"title", "measure"} <= changes.keys():
        fix = "a criterion of your own needs `title`, `measure` and a bar; `govkit show` lists those of the catalog"
        problems.append(Problem(place, "unknown-criterion", f"{control} has no criterion {name!r}", fix))
        return None
    before = default.model_dump(exclude_defaults=True) if default else {}
    if any(bar in changes for bar in BARS):
        for key in (*BARS, "source"):
            before.pop(key, None)
    try:
        made = Criterion.model_validate({**before, **changes, "id": name})
    except ValidationError as error:
        problems.extend(problems_of(error, document, spot, Criterion))
        return None
    if default is not None and default.has_bar() and made.reason is None:
        moved = [key for key in STRICTNESS if getattr(default, key) != getattr(made, key)]
        if moved:
            what = f"{control}/{name} differs from the catalog in {', '.join(moved)} and gives no reason"
            problems.append(Problem(place, "missing-reason", what, "add `reason:` to the criterion"))
    return made
