"""One requirement or one control for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dict

from govkit.export.applicable import words_text
from govkit.export.columns import listing, plural, row, wrapped
from govkit.model.catalog import Catalog, Mapped, Requirement
from govkit.model.control import Control, Criterion
from govkit.model.kinds import Kind, Meaning
from govkit.model.overlay import Wording


def requirement_text(
    catalog: Catalog,
    requirement: Requirement,
    controls: Sequence[Control],
    mapped: Sequence[Mapped],
    wording: Wording | None = None,
) -> Iterator[str]:
    """One requirement: what it asks in plain words, what would show it, and what leads to it.

    This goes to the user's own screen, so the words of a licensed copy are shown, too.
    """
    also = f"  (also {', '.join(requirement.aliases)})" if requirement.aliases else ""
    yield f"{catalog.id}:{requirement.id}{also}"
    yield wrapped(requirement.title)
    titles = {item.id: item.title for item in catalog.requirements}
    parent = f" of {requirement.parent} ({titles[requirement.parent]})" if requirement.parent else ""
    later = f", superseded by {catalog.superseded_by}" if catalog.superseded_by else ""
    yield wrapped(f"{requirement.kind}{parent}, {catalog.title}, edition {catalog.edition}{later}")
    if requirement.summary != requirement.title:
        yield ""
        yield wrapped(requirement.summary)
    yield from _words(requirement, wording)
    yield from _binding(catalog, requirement)
    if requirement.documented_information:
        yield f"\nWritten form asked for: {requirement.documented_information}"
    yield from listing("What an auditor would expect to be shown", requirement.expected_evidence)
    below = [item for item in catalog.requirements if item.parent == requirement.id]
    if below:
        yield "\nMade up of"
        for item in below:
            yield row(f"  {item.id}", item.title, 20)
    for number, name in enumerate(requirement.related):
        yield ("" if number else "\n") + wrapped(f"See also {name} ({titles[name]})", 4, "")
    yield from _claiming(controls, groups=bool(below) or not catalog.judges(requirement.kind))
    yield from _mapped_text(mapped)


def _words(requirement: Requirement, wording: Wording | None) -> Iterator[str]:
    """The standard's own words, as the catalog holds them or as the user's copy does."""
    if requirement.text is not None:
        yield "\nIn the words of the source"
        yield from _paragraphs(requirement.text)
    if wording is not None:
        yield "\nText from your licensed copy"
        yield from _paragraphs(wording.text)
        yield ""
        yield wrapped(wording.source, 4, "  Copy: ")
        yield wrapped(wording.licence, 4, "  Licence: ")
        if wording.note is not None:
            yield wrapped(wording.note, 4, "  Mind: ")
        yield wrapped(f"{wording.file}, sha256 {wording.sha256}", 4, "  File: ")


def _paragraphs(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield wrapped(line, 4) if line.strip() else ""


def _binding(catalog: Catalog, requirement: Requirement) -> Iterator[str]:
    """Who must act and from when, and what a later text changed, if the catalog says so."""
    yield from words_text("Who must act", {name: catalog.roles[name] for name in requirement.roles})
    for number, (route, first) in enumerate(requirement.applies_from.items()):
        if number == 0:
            yield "\nApplies from"
        yield row(f"  {first}  {route}", catalog.routes[route], 26)
    if requirement.amended_by:
        yield "\nChanged by a later text"
        yield wrapped(requirement.amended_by, 2)


def _claiming(controls: Sequence[Control], *, groups: bool) -> Iterator[str]:
    if controls:
        yield "\nControls that are evidence for it"
        for control in controls:
            yield row(f"  {control.id}", control.title, 18)
    elif groups:
        yield "\nNot judged on its own; controls claim single requirements."
    else:
        yield "\nNo control claims it."


def _mapped_text(mapped: Sequence[Mapped]) -> Iterator[str]:
    for mapping in {item.mapping.id: item.mapping for item in mapped}.values():
        yield "\n" + wrapped(f"Mapped by: {mapping.title}", 2, "")
        for item in mapped:
            if item.mapping.id == mapping.id:
                yield row(f"  {item.other}", item.title, 34)
                yield wrapped(_strength(item), 6)
        if mapping.disclosure:
            yield wrapped(mapping.disclosure, 4, "  Read this first: ")
        reviewers = ", ".join(mapping.reviewed_by) or "nobody"
        yield wrapped(f"Status: {mapping.status} Reviewed by: {reviewers}.", 4, "  ")


def _strength(item: Mapped) -> str:
    pair = item.pair
    agreed = f"{plural(pair.agreement, 'reading')} ({', '.join(pair.sources)})" if pair.agreement else ""
    printed = f"printed as {pair.target_as_printed}" if pair.target_as_printed not in (None, pair.target) else ""
    parts = [item.relationship.replace("_", " "), f"confidence {pair.confidence}" if pair.confidence else ""]
    strength = ", ".join(filter(None, (*parts, agreed, printed)))
    return f"{strength}; {pair.note}" if pair.note else strength


def control_text(control: Control, catalog: str, titles: Dict[str, str], measures: Dict[str, Meaning]) -> Iterator[str]:
    """One control: what is done and why, what it is evidence for, and its bars."""
    yield f"{control.id}  {control.title}"
    kinds = f"for {', '.join(control.applies_to)}" if control.applies_to else "for every kind of system"
    yield wrapped(f"{control.theme}, {control.method}, {kinds}, {catalog}")
    yield ""
    yield wrapped(control.summary)
    yield from listing("What an auditor would expect to be shown", control.expected_evidence)
    yield "\nEvidence for"
    column = max((len(name) for name in control.requirements), default=0) + 4
    for name in control.requirements:
        yield row(f"  {name}", titles.get(name, ""), column)
    for criterion in control.criteria:
        yield from _criterion(criterion, measures.get(criterion.measure))


def _criterion(criterion: Criterion, meaning: Meaning | None) -> Iterator[str]:
    bar = criterion.bar() if criterion.has_bar() else "no bar: the project must set its own"
    advisory = "" if criterion.severity == "gate" else "  (advisory: does not close the gate)"
    yield f"\nCriterion {criterion.id}: {bar}{advisory}"
    yield wrapped(criterion.title, 4)
    of = "" if criterion.of == "value" else f", {criterion.of.replace('_', ' ')}"
    across = f" across {criterion.across}" if criterion.across else ""
    where = "".join(f", {key} = {value}" for key, value in criterion.where.items())
    unit = f" ({criterion.unit})" if criterion.unit else ""
    yield wrapped(f"measure: {criterion.measure}{unit}{where}{of}{across}", 6, "    ")
    if meaning:
        yield wrapped(meaning.means, 6)
    yield wrapped(f"judged with: {', '.join(_conditions(criterion))}", 6, "    ")
    if criterion.source:
        yield wrapped(f"bar from: {criterion.source}", 6, "    ")


def _conditions(criterion: Criterion) -> Iterator[str]:
    policies = {"required": "an interval is required", "if_known": "the interval if known", "ignore": "no interval"}
    yield policies[criterion.interval]
    if criterion.safety:
        yield "exact intervals (safety)"
    if criterion.min_n:
        yield f"at least {criterion.min_n} items"
    if criterion.max_age_days:
        yield f"not older than {criterion.max_age_days} days"
    releases = {"exact": "the release's own digest", "version": "the release's version", "any": "any release"}
    yield releases[criterion.release]


def kind_text(kinds: Sequence[tuple[str, Kind]], titles: Dict[str, str]) -> Iterator[str]:
    """What a document, register or attestation must say, and which controls look for it."""
    for number, (group, kind) in enumerate(kinds):
        yield f"{kind.id}  {kind.title}" if number == 0 else f"\n{kind.id}  {kind.title}"
        yield group.removesuffix("s")
        yield ""
        yield wrapped(kind.summary)
        yield from listing("Fields that must be filled in", kind.fields)
        yield from _used_by(kind.used_by, titles)


def measure_text(name: str, meaning: Meaning, titles: Dict[str, str]) -> Iterator[str]:
    """What a measure stands for, and which controls set a bar for it."""
    directions = {True: "higher is better", False: "lower is better", None: "neither direction is better as such"}
    yield name
    yield f"measure, unit {meaning.unit}, {directions[meaning.higher_is_better]}"
    yield ""
    yield wrapped(meaning.means)
    yield from _used_by(meaning.used_by, titles)


def _used_by(names: Sequence[str], titles: Dict[str, str]) -> Iterator[str]:
    if names:
        yield "\nUsed by"
    for name in names:
        yield row(f"  {name}", titles.get(name, ""), 18)
