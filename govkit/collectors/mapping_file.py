"""A mapping file as records: which place in a file of one's own holds which measure; mistakes with their line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import BeforeValidator, Field

from govkit.errors import InputError, Problem
from govkit.files import read_bytes
from govkit.model.base import Name, Record
from govkit.model.control import Method, Unit
from govkit.model.evidence import Flag, NBasis, RunStatus, StderrMethod
from govkit.validation import record
from govkit.yaml_lines import Document, load_yaml

REFERENCES = (
    "value", "n", "successes", "planned", "errors", "unscored", "clusters", "stderr", "interval", "at",
)  # fmt: skip
"""Keys of an entry that say where in the file something stands."""
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
STATUSES: tuple[str, ...] = get_args(RunStatus)


class Spot(Record):
    """A word that stands in the evidence file instead of in the mapping."""

    pointer: str | None = None
    column: Name | None = None

    @property
    def ref(self) -> str:
        """The pointer or column."""
        return self.column if self.column is not None else self.pointer or ""


Word = Name | Spot
"""Written out in the mapping, or read from the evidence file."""


def _spelled(value: Any) -> Any:
    """True and false as JSON spells them, so that `where: {/passed: true}` means what it says."""
    return str(value).lower() if isinstance(value, bool) else value


Choice = Annotated[str, BeforeValidator(_spelled)]
Choices = Choice | tuple[Choice, ...]
Match = dict[str, Choices]
"""Reference to the text that must stand there, or to a choice of texts."""


class ToolWords(Record):
    """The program that wrote the evidence file."""

    name: Word
    version: Word | None = None


class ModelWords(Record):
    """The model the file is about."""

    id: Word
    revision: Word | None = None
    revision_kind: Literal["sha", "tag", "mutable", "unknown"] = "unknown"
    sha256: Word | None = None


class DatasetWords(Record):
    """The data the values were measured on."""

    id: Word
    revision: Word | None = None
    split: Word | None = None
    sha256: Word | None = None


class StatusAt(Record):
    """Where the file says how the run ended, and which of its words mean what."""

    pointer: str
    complete: tuple[Choice, ...] = ()
    partial: tuple[Choice, ...] = ()
    cancelled: tuple[Choice, ...] = ()
    error: tuple[Choice, ...] = ()


class Count(Record):
    """How many things stand in a list or object, or match a pointer with stars; `where` picks among them."""

    count: str
    where: Match = Field(default_factory=dict)


class IntervalAt(Record):
    """Where the ends of an interval stand."""

    low: str
    high: str
    level: float | str = 0.95
    method: Word = "as the file reports it"


class Entry(Record):
    """One measure and where it stands; without `measure`, the defaults of all entries."""

    measure: Name | None = None
    each: str | None = None
    key_as: Name | tuple[Name, ...] = ()
    where: Match = Field(default_factory=dict)
    value: str | None = None
    n: str | int | Count | None = None
    n_basis: NBasis = "items"
    successes: str | Count | None = None
    k_of_n: bool = False
    planned: str | int | Count | None = None
    errors: str | Count | None = None
    unscored: str | Count | None = None
    clusters: str | int | Count | None = None
    stderr: str | None = None
    stderr_method: StderrMethod | None = None
    interval: str | IntervalAt | None = None
    quantile: float | None = Field(default=None, gt=0, lt=1)
    judge: Word | None = None
    unit: Unit | None = None
    higher_is_better: bool | None = None
    scale: float = Field(default=1.0, gt=0)
    conditions: dict[str, Word] = Field(default_factory=dict)
    dataset: DatasetWords | None = None
    at: str | None = None
    optional: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the conditions that the stars of `each` become."""
        return (self.key_as,) if isinstance(self.key_as, str) else self.key_as

    def over(self, defaults: Entry) -> Entry:
        """This entry with what it leaves open taken from the defaults."""
        merged = {**defaults._given(), **self._given()}
        merged["conditions"] = {**defaults.conditions, **self.conditions}
        return self.model_copy(update=merged)

    def _given(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in self.model_fields_set}


class Filled(NamedTuple):
    """An entry with the defaults, and which of its keys come from them: those may be missing in the file."""

    entry: Entry
    by_default: frozenset[str] | set[str]


class ScoreAt(Record):
    """A score of 1 where a text matches, else 0."""

    of: str
    equals: Choices | None = None
    same_as: str | None = None


class Samples(Record):
    """Scores of single items, and what is summed up from them."""

    measure: Name
    score: str | ScoreAt
    key: str | None = None
    cluster: str | None = None
    judge: Word | None = None
    each: str | None = None
    where: Match = Field(default_factory=dict)
    summary: bool = False
    by: tuple[Name, ...] | dict[str, str] = ()
    unit: Unit | None = None
    higher_is_better: bool | None = None
    conditions: dict[str, Word] = Field(default_factory=dict)
    dataset: DatasetWords | None = None

    @property
    def groups(self) -> dict[str, str]:
        """Condition name to the reference its values are read from."""
        return dict(self.by) if isinstance(self.by, dict) else {ref.rsplit("/", 1)[-1]: ref for ref in self.by}


class Mapping(Record):
    """A whole mapping file."""

    format: Literal["json", "jsonl", "csv", "mlflow"]
    delimiter: Literal[",", ";", "\t", "|"] = ","
    text_numbers: bool = False
    method: Method = "TEST"
    tool: Word | ToolWords | None = None
    model: Word | ModelWords | None = None
    dataset: Word | DatasetWords | None = None
    status: str | StatusAt = "unknown"
    flags: tuple[Flag, ...] = ()
    run_id: Word | None = None
    config: dict[str, Word] = Field(default_factory=dict)
    at: str | None = None
    defaults: Entry = Entry()
    measurements: tuple[Entry, ...] = ()
    samples: Samples | tuple[Samples, ...] = ()

    @property
    def entries(self) -> tuple[Filled, ...]:
        """Entries with the defaults filled in."""
        taken = self.defaults.model_fields_set
        return tuple(Filled(one.over(self.defaults), taken - one.model_fields_set) for one in self.measurements)

    @property
    def tables(self) -> tuple[Samples, ...]:
        """The samples entries; one may be written without a list."""
        return (self.samples,) if isinstance(self.samples, Samples) else self.samples


def load_mapping(path: Path, shown: str) -> tuple[Mapping, Document]:
    """The mapping and its lines; raises InputError with every mistake in it."""
    document = load_yaml(read_bytes(path, shown=shown), shown)
    problems: list[Problem] = []
    mapping = record(Mapping, document, (), document.value, problems)
    if mapping is not None:
        problems += _mistakes(mapping, document)
    if problems or mapping is None:
        raise InputError(problems)
    return mapping, document


def _mistakes(mapping: Mapping, document: Document) -> Iterable[Problem]:
    """What the records cannot see: references that do not fit the format, names that do not fit each other."""
    if not mapping.measurements and not mapping.tables:
        fix = "add `measurements:` or `samples:`; see docs/mapping.md"
        yield Problem(document.place(), "missing-entry", "the mapping reads nothing", fix)
    if isinstance(mapping.status, str) and not mapping.status.startswith("/") and mapping.status not in STATUSES:
        what = f"{mapping.status[:60]!r} is neither a pointer nor a status"
        yield Problem(
            document.place(("status",)), "bad-value", what, f"write /a/pointer, or one of {', '.join(STATUSES)}"
        )
    for index, filled in enumerate(mapping.entries):
        yield from _entry_mistakes(mapping, filled.entry, document, index)
    for index, table in enumerate(mapping.tables):
        if mapping.format == "mlflow":
            what = "MLflow keeps no scores of single items"
            fix = "export them as JSON Lines or CSV, and map that file"
            yield Problem(document.place(("samples", index)), "bad-value", what, fix)
        elif (table.each is None) == (mapping.format == "json"):
            what = f"{table.measure}: `each` names the items of a JSON document, and a table has rows"
            fix = "add `each: /path/to/items/*`" if mapping.format == "json" else "remove `each`"
            yield Problem(document.place(("samples", index)), "bad-value", what, fix)
    for reference, spot in _references(mapping):
        if mapping.format != "csv" and reference and not reference.startswith(("/", "#/")):
            what = f"{reference[:80]!r} is not a JSON pointer"
            yield Problem(document.place(spot), "bad-pointer", what, f"write /{reference.replace('.', '/')[:80]}")


def _entry_mistakes(mapping: Mapping, entry: Entry, document: Document, index: int) -> Iterable[Problem]:
    spot = ("measurements", index)
    if entry.measure is None:
        yield Problem(document.place((*spot, "measure")), "missing-entry", "measure is missing", "name the measure")
        return
    if entry.value is None and (entry.successes is None or entry.n is None):
        what = f"{entry.measure}: neither `value`, nor `successes` with `n`"
        yield Problem(document.place(spot), "missing-entry", what, "say where the value stands")
    if entry.each is not None and mapping.format != "json":
        what = f"{entry.measure}: `each` is for JSON documents; every row of a table is taken anyway"
        yield Problem(document.place((*spot, "each")), "bad-value", what, "remove it; use `where` to pick rows")
    if entry.k_of_n and (entry.n is None or entry.successes is not None):
        what = f"{entry.measure}: `k_of_n` takes successes from the value and n"
        yield Problem(document.place((*spot, "k_of_n")), "bad-value", what, "give `n`, and leave out `successes`")
    stars = (entry.each or "").split("/").count("*")
    if entry.keys and len(entry.keys) != stars:
        what = f"{entry.measure}: `key_as` names {len(entry.keys)} keys, and `each` has {stars} stars"
        yield Problem(document.place((*spot, "key_as")), "bad-value", what, "give one name per star, in order")
    for word in PLACEHOLDER.findall(entry.measure):
        if word not in entry.keys:
            what = f"{{{word[:60]}}} in the measure is not a name in `key_as`"
            yield Problem(document.place((*spot, "measure")), "bad-value", what, "add it to `key_as`, or write it out")


def _references(mapping: Mapping) -> Iterable[tuple[str, tuple[str | int, ...]]]:
    """Every reference into the evidence file with its spot in the mapping."""
    if mapping.at is not None:
        yield mapping.at, ("at",)
    for index, entry in enumerate(mapping.measurements):
        for key in ("each", *REFERENCES):
            given = getattr(entry, key)
            if isinstance(given, Count):
                yield given.count, ("measurements", index, key, "count")
            elif isinstance(given, str):
                yield given, ("measurements", index, key)
    for index, table in enumerate(mapping.tables):
        base = ("samples", index) if not isinstance(mapping.samples, Samples) else ("samples",)
        for key in ("key", "cluster", "score", "each"):
            given = getattr(table, key)
            if isinstance(given, str):
                yield given, (*base, key)
