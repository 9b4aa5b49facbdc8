"""Requirements by framework, the Statement of Applicability, and what crosswalks show."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from govkit.model.assessment import Finding
from govkit.model.project import Applicability
from govkit.report.charts import Share, share_bar
from govkit.report.numbers import day
from govkit.report.views.index import Index, Link, finding_status, natural
from govkit.report.views.tailoring import in_short, why
from govkit.report.visible import anchor
from govkit.report.words import IMPLEMENTATION, Status, reason_words


class RequirementRow(NamedTuple):
    """One requirement that was judged."""

    id: str
    anchor: Markup
    title: str
    asks: str
    status: Status
    reason: str
    controls: tuple[Link, ...]
    evidence: str
    """Codes without links: with them the longest table of the report takes twice as long to lay out."""


class Group(NamedTuple):
    """Requirements under one heading of the standard."""

    id: str
    title: str
    rows: tuple[RequirementRow, ...]
    evidenced: int


class Bar(NamedTuple):
    """Counts of one part of a framework, with their bar."""

    title: str
    chart: Markup
    words: str


class Framework(NamedTuple):
    """One catalog in scope."""

    title: str
    anchor: Markup
    facts: str
    gate: str
    bars: tuple[Bar, ...]
    groups: tuple[Group, ...]


def frameworks(index: Index) -> tuple[Framework, ...]:
    """Every catalog in scope whose requirements were judged, in the project's order."""
    found = []
    for use in index.assessment.catalogs:
        catalog = index.catalogs.get(use.id)
        mine = [f for f in index.assessment.findings if f.kind == "requirement" and f.catalog == use.id]
        if not mine:
            continue
        facts = f"Edition {use.edition}" + (
            f", {catalog.publisher}, published {day(catalog.published)}" if catalog else ""
        )
        gate = "Decides the gate" if use.gate else "Reported; does not decide the gate"
        gate = ". ".join(part for part in (gate, in_short(index, mine)) if part)
        found.append(Framework(use.title, anchor("f", use.id), facts, gate, _bars(index, mine), _groups(index, mine)))
    return tuple(found)


def _top(index: Index, full: str) -> str:
    """The topmost heading a requirement stands under, as a full id."""
    catalog, _, _ = full.partition(":")
    for _ in range(12):  # deeper than any standard; ends a parent that points in a circle
        requirement = index.requirements.get(full)
        if requirement is None or requirement.parent is None:
            break
        full = f"{catalog}:{requirement.parent}"
    return full


def shares(findings: list[Finding]) -> tuple[Share, ...]:
    """Counts of findings as parts of a bar."""
    good = sum(f.state == "satisfied" for f in findings)
    off = sum(f.state == "not-applicable" for f in findings)
    taken = sum(f.state == "not-satisfied" and bool(f.accepted) for f in findings)
    bad = len(findings) - good - off - taken
    return (
        Share(good, "evidenced", "good"),
        Share(taken, "not evidenced but accepted", "open"),
        Share(bad, "not evidenced", "bad"),
        Share(off, "not applicable", "off"),
    )


def bar(title: str, findings: list[Finding], width: float = 260) -> Bar:
    """Counts of findings with their bar and in words."""
    parts = shares(findings)
    words = ", ".join(f"{share.number} {share.word}" for share in parts if share.number)
    return Bar(title, share_bar(title, parts, width), words)


def _bars(index: Index, findings: list[Finding]) -> tuple[Bar, ...]:
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(_top(index, finding.subject), []).append(finding)
    found = [bar("All requirements", findings)]
    if len(grouped) > 1:
        found += [bar(_heading(index, full), mine) for full, mine in grouped.items()]
    return tuple(found)


def _heading(index: Index, full: str) -> str:
    requirement = index.requirements.get(full)
    number = full.partition(":")[2]
    same = requirement is None or requirement.title.casefold() == number.casefold()
    return number if same or requirement is None else f"{number} {requirement.title}"


def _groups(index: Index, findings: list[Finding]) -> tuple[Group, ...]:
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        requirement = index.requirements.get(finding.subject)
        catalog = finding.subject.partition(":")[0]
        parent = f"{catalog}:{requirement.parent}" if requirement and requirement.parent else finding.subject
        grouped.setdefault(parent, []).append(finding)
    found = []
    for parent, mine in grouped.items():
        heading = index.requirements.get(parent)
        number = parent.partition(":")[2]
        title = heading.title if heading and heading.title.casefold() != number.casefold() else ""
        rows = tuple(_row(index, finding) for finding in mine)
        found.append(Group(number, title, rows, sum(f.state == "satisfied" for f in mine)))
    return tuple(found)


def _row(index: Index, finding: Finding) -> RequirementRow:
    requirement = index.requirements.get(finding.subject)
    reason = why(finding, "" if finding.reason == "bar-cleared" else reason_words(finding.reason))
    return RequirementRow(
        id=finding.subject.partition(":")[2] or finding.subject,
        anchor=anchor("r", finding.subject),
        title=finding.title,
        asks=requirement.summary if requirement else "",
        status=finding_status(finding),
        reason=reason,
        controls=tuple(index.to_control(name) for name in finding.controls),
        evidence=", ".join(index.evidence_of(finding.controls)),
    )


class SoaRow(NamedTuple):
    """One line of the Statement of Applicability."""

    requirement: Link
    title: str
    necessary: str
    reason: str
    status: str
    state: Status | None
    controls: tuple[Link, ...]
    risks: tuple[Link, ...]
    owner: str


class Soa(NamedTuple):
    """The Statement of Applicability of one catalog."""

    title: str
    rows: tuple[SoaRow, ...]
    needed: int
    left_out: int
    missing: int


def applicability(index: Index) -> tuple[Soa, ...]:
    """A line for every control of a standard that has controls, and for whatever else the project tailored."""
    statement = index.project.statement
    lines = {line.requirement: line for line in statement.lines} if statement else {}
    found = []
    for catalog in index.catalogs.values():
        wanted = [f"{catalog.id}:{r.id}" for r in catalog.leaves() if r.kind == "control"]
        mine = [full for full in index.requirements if full.startswith(f"{catalog.id}:")]
        wanted += [full for full in mine if full in lines and full not in wanted]
        if wanted:
            rows = tuple(_soa_row(index, full, lines.get(full)) for full in sorted(wanted, key=natural))
            needed = sum(full in lines and lines[full].necessary for full in wanted)
            left_out = sum(full in lines and not lines[full].necessary for full in wanted)
            found.append(Soa(catalog.title, rows, needed, left_out, len(wanted) - needed - left_out))
    return tuple(found)


def _soa_row(index: Index, full: str, entry: Applicability | None) -> SoaRow:
    requirement = index.requirements.get(full)
    finding = index.findings.get(full)
    title = requirement.title if requirement else ""
    state = finding_status(finding) if finding else None
    if entry is None:
        nothing = "No line in the Statement of Applicability; it counts as applicable."
        if finding and finding.reason == "out-of-profile":
            nothing = f"No line in the Statement of Applicability. The profile puts it out: {why(finding, '')}"
        return SoaRow(index.to_requirement(full), title, "Not stated", nothing, "", state, (), (), "")
    reason = entry.reason
    if entry.obligations:
        reason = f"{reason} Obligations: {'; '.join(entry.obligations)}."
    if entry.plan:
        reason = f"{reason} Plan: {entry.plan}" + (f" (due {day(entry.due)})" if entry.due else "")
    return SoaRow(
        requirement=index.to_requirement(full),
        title=title,
        necessary="Yes" if entry.necessary else "No",
        reason=reason,
        status=IMPLEMENTATION[entry.status] if entry.status else "",
        state=state,
        controls=tuple(index.to_control(name) for name in entry.controls),
        risks=tuple(index.to_risk(name) for name in entry.risks),
        owner=entry.owner or "",
    )


class Crosswalk(NamedTuple):
    """What a mapping between two catalogs in scope shows, without judging anything."""

    title: str
    pairs: int
    status: str
    disclosure: str
    both: int
    only_source: int
    only_target: int
    neither: int
    source: str
    target: str


def crosswalks(index: Index) -> tuple[Crosswalk, ...]:
    """Every mapping whose two catalogs are both in scope, with counts of how its pairs came out."""
    found = []
    for mapping in index.mappings.values():
        source, target = index.catalogs.get(mapping.source), index.catalogs.get(mapping.target)
        if source is None or target is None:
            continue
        counts = {(True, True): 0, (True, False): 0, (False, True): 0, (False, False): 0}
        paired = [pair for pair in mapping.pairs if pair.relationship != "none"]
        for pair in paired:
            ends = (f"{mapping.source}:{pair.source}", f"{mapping.target}:{pair.target}")
            first, second = (_evidenced(index, full) for full in ends)
            if first is not None and second is not None:
                counts[first, second] += 1
        found.append(
            Crosswalk(
                title=mapping.title, pairs=len(paired), status=mapping.status,
                disclosure=mapping.disclosure or "", both=counts[True, True], only_source=counts[True, False],
                only_target=counts[False, True], neither=counts[False, False],
                source=source.title, target=target.title,
            )
        )  # fmt: skip
    return tuple(found)


def _evidenced(index: Index, full: str) -> bool | None:
    finding = index.findings.get(full)
    return None if finding is None else finding.state == "satisfied"
