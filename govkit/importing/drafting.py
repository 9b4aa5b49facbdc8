"""A catalog as it is read, entry by entry: every mistake with its place in the file that is imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from pydantic import ValidationError

from govkit.catalogs.checking import MAX_LEVELS
from govkit.errors import InputError, Place, Problem
from govkit.importing.asked import Asked, option
from govkit.importing.cleaning import headline, hidden, one_line, prose
from govkit.importing.source import Source
from govkit.model.base import Record
from govkit.model.catalog import Catalog, Requirement
from govkit.model.imported import Dropped
from govkit.validation import problems_of, unknown
from govkit.yaml_lines import Path

MAX_ENTRIES = 10_000
"""Most entries of one catalog or mapping. Source: govkit judgement; NIST SP 800-53 rev. 5 has about 1,200."""

_MEND = "mend it in the file, or take the entry out; docs/importing.md says what is read"


class At(NamedTuple):
    """A place that is the same for every part of an entry."""

    where: Place

    def place(self, path: Path = ()) -> Place:  # noqa: ARG002  (the protocol of validation)
        """The place of the entry."""
        return self.where


def misfits(error: ValidationError, where: Place, model: type[Record], label: str) -> list[Problem]:
    """What does not fit one of our records, at the place of the entry it was made from."""
    found = problems_of(error, At(where), (), model)
    return [Problem(where, "bad-value", f"{label}: {problem.what}", _MEND) for problem in found]


class Head(NamedTuple):
    """What the file says about itself as a whole; None where it says nothing."""

    id: str | None
    title: str | None = None
    publisher: str | None = None
    edition: str | None = None
    published: str | None = None
    as_of: str | None = None
    licence: str | None = None
    status: str | None = None
    judged: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()


class Draft:
    """Requirements so far, and every Problem."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._found: dict[str, tuple[Requirement, Place]] = {}
        self._named: dict[str, Place] = {}
        self.cut = self.cleaned = 0
        """How many titles were made from a text, and how many entries lost characters that cannot be seen."""

    def add(
        self,
        where: Place,
        *,
        id: str,
        kind: str,
        title: object = None,
        text: object = None,
        summary: object = None,
        parent: str | None = None,
        aliases: Iterable[str] = (),
        **more: Any,
    ) -> None:
        """One entry. A title it lacks is made from its text; the source's own words stay apart, in `text`."""
        words, line = prose(text), one_line(str(title)) if title is not None else ""
        self.cut += bool(words and not line)
        self.cleaned += any(map(hidden, (title, text, summary)))
        line = line or (headline(words) if words else id)
        plain = {"id": id, "kind": kind, "title": line, "summary": prose(summary) or line, "parent": parent}
        own = words if words not in (None, line, prose(summary)) else None
        try:
            made = Requirement.model_validate({**plain, "text": own, "aliases": tuple(aliases), **more})
        except ValidationError as error:
            self.problems += misfits(error, where, Requirement, repr(id[:60]))
            self._named.setdefault(id, where)
            return
        for name in (made.id, *made.aliases):
            if name in self._named:
                what = f"the id {name!r} stands twice, first at {self._named[name]}"
                self.problems.append(Problem(where, "duplicate-id", what, "keep one, or give one another id"))
            self._named.setdefault(name, where)
        self._found.setdefault(made.id, (made, where))

    def doubts(self, *, titles: bool = True) -> Iterator[str]:
        """What happened to texts, and to titles unless the format has none."""
        if self.cut and titles:
            yield f"Entries without a title: {self.cut}; theirs is the beginning of the text."
        if self.cleaned:
            yield f"Entries with characters that cannot be seen: {self.cleaned}; they were taken out."

    def requirements(self) -> tuple[Requirement, ...]:
        """Every entry, in the order of the file."""
        return tuple(made for made, _ in self._found.values())

    def finish(self, head: Head, asked: Asked, version: str | None) -> Catalog:
        """The catalog; raises InputError with every Problem."""
        if not self._named and not self.problems:
            fix = "get the file again, or another one; what is read is in docs/importing.md"
            what = "holds nothing that becomes a requirement"
            self.problems.append(Problem(Place(self.source.shown), "empty-catalog", what, fix))
        self.problems += self._structure()
        counts = Counter(made.kind for made, _ in self._found.values())
        if not self.problems:
            self.problems += contradicted(asked, counts)
        plain = self._head(head, asked, version)
        refuse(self.problems)
        try:
            return Catalog.model_validate({**plain, "counts": dict(counts), "requirements": self.requirements()})
        except ValidationError as error:
            raise InputError(misfits(error, Place(self.source.shown), Catalog, "the catalog")) from error

    def _structure(self) -> list[Problem]:
        """Parents and related ids that lead nowhere or in a circle, and too many entries."""
        found = []
        if len(self._found) > MAX_ENTRIES:
            what = f"holds {len(self._found)} entries, more than the {MAX_ENTRIES} that are read"
            found.append(Problem(Place(self.source.shown), "too-large", what, "import a part of it"))
        for made, where in self._found.values():
            for name in (*([made.parent] if made.parent is not None else []), *made.related):
                if name not in self._named:
                    listing = "a parent and related ids stand in the same file"
                    found.append(unknown(name, self._named, where, "requirement", listing))
            above: str | None = made.id
            for _ in range(MAX_LEVELS + 1):
                above = self._found[above][0].parent if above in self._found else None
            if above is not None:
                what = f"the parents of {made.id!r} run in a circle, or through more than {MAX_LEVELS} levels"
                found.append(Problem(where, "circular-parent", what, "let the parents lead up to one without parent"))
        return found

    def _head(self, head: Head, asked: Asked, version: str | None) -> dict[str, Any]:
        """What stands above the requirements: what the user says, else what the file says."""
        stated = {key: getattr(head, key) for key in Head._fields if getattr(head, key) not in (None, ())}
        stated |= {key: value for key, value in asked.head.items() if key in Head._fields}
        if asked.id is not None:
            stated["id"] = asked.id
        if (judged := asked.judged()) is not None:
            stated["judged"] = judged
        if asked.texts_only and stated.get("as_of"):
            stated.setdefault("published", stated["as_of"])
        stated.setdefault("status", "As the file states it; not reviewed by govkit.")
        self.problems += lacking(self.source, stated, ("id", "title", "publisher", "edition"))
        self.problems += lacking(self.source, stated, ("published", "as_of", "licence"))
        return {**stated, "sources": (origin(self.source, version),)}


def lacking(source: Source, stated: dict[str, Any], keys: Iterable[str]) -> list[Problem]:
    """One Problem for every key that neither the file nor the user states."""
    asking = {"id": "--as ID", "as_of": "--as-of DATE", "licence": "--licence TEXT"}
    found = []
    for key in keys:
        if not stated.get(key):
            way = asking.get(key, f"--set {key}={'DATE' if key == 'published' else 'TEXT'}")
            what = f"the file does not say {key}, and no catalog is read without it"
            found.append(Problem(Place(source.shown), "missing-entry", what, f"say it: `{way}`"))
    return found


def dropping(what: object, count: int, why: str) -> Dropped:
    """Something that is left out, under the name the file gives it."""
    return Dropped(what=one_line(str(what))[:200].strip() or "entries", count=count, why=one_line(why) or "no place")


def origin(source: Source, version: str | None) -> dict[str, str]:
    """The source of every fact in the result: the file, by name and digest."""
    given = source.file
    ref = f"{given.name}, {given.size} bytes, sha256 {given.sha256}"
    return {
        "id": "S1",
        "ref": ref,
        "what": f"imported by govkit; format {version}" if version else "imported by govkit",
    }


def contradicted(asked: Asked, counts: Counter[str]) -> Iterator[Problem]:
    """Levels that do not have the number of entries the user expects, and levels to judge that nothing has."""
    holds = ", ".join(f"{count} {name}" for name, count in counts.items())
    for kind, number in asked.expected.items():
        if counts.get(kind, 0) != number:
            what = f"{number} of {kind} are expected, the file holds {counts.get(kind, 0)} ({holds})"
            fix = "get the whole file; correct --expect only if the publisher states another number"
            yield Problem(option("expect"), "wrong-count", what, fix)
    for level in asked.judged() or ():
        if level not in counts:
            yield unknown(level, counts, option("set"), "level", f"levels in the file: {holds}")


def refuse(problems: Iterable[Problem]) -> None:
    """Raises InputError when there is a Problem."""
    found = list(problems)
    if found:
        raise InputError(found)
