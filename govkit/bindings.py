"""What a binding adds to a reading: it fills in what a file leaves open, never overrules it, and says that it did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from govkit.model.evidence import DatasetRef, Measurement, ModelRef, Reading, SampleScores
from govkit.model.project import Binding

_ONLY_POINTS = {"path", "format", "mapping", "release"}
"""What says where a file lies and how it is read, and adds nothing to what it says."""


def expected(binding: Binding) -> tuple[str, ...]:
    """Measures a binding should have delivered, as globs; anything when it does not say."""
    if binding.rename:
        return tuple(sorted(binding.rename.values()))
    return (f"{binding.format}/*",) if binding.format and binding.mapping is None else ("*",)


def apply_binding(binding: Binding, reading: Reading) -> Reading:
    """The reading with what the project adds: names, conditions, dataset, directions and units the file lacks."""
    if binding.model_fields_set <= _ONLY_POINTS:
        return reading
    measurements = tuple(_bound(binding, item) for item in reading.measurements)
    samples = tuple(_bound_samples(binding, item) for item in reading.samples)
    changes: dict[str, object] = {"measurements": measurements, "samples": samples}
    warnings = list(reading.warnings)
    if binding.method is not None and binding.method != reading.method:
        if reading.method == "TEST":
            what = f"the binding calls this {binding.method}, and it is a test: its numbers are judged as such"
            warnings.append(f"method-conflict: {what}")
        else:
            changes["method"] = binding.method
    if binding.model_sha256 is not None:
        named, word = reading.model or ModelRef(id="model"), binding.model_sha256[:12]
        if named.sha256 is None:
            changes["model"] = named.model_copy(update={"sha256": binding.model_sha256})
            warnings.append(f"from-binding: the digest of the model, {word}, is the project's word; the file has none")
        elif named.sha256 != binding.model_sha256:
            what = f"the binding gives the model's digest as {word}, the file as {named.sha256[:12]}"
            warnings.append(f"digest-conflict: {what}; the file's counts")
    return reading.model_copy(update={**changes, "warnings": tuple(warnings)})


def _bound(binding: Binding, item: Measurement) -> Measurement:
    name = binding.rename.get(item.measure, item.measure)
    changes: dict[str, object] = {"measure": name, "conditions": {**binding.conditions, **item.conditions}}
    if name != item.measure:
        changes["read_as"] = item.measure
    if binding.dataset is not None:
        changes["dataset"] = _dataset(binding.dataset, item.dataset)
    if item.higher_is_better is None:
        changes["higher_is_better"] = _first(binding.directions, name, item.measure)
    if item.unit is None:
        changes["unit"] = _first(binding.units, name, item.measure)
    changes["warnings"] = (*item.warnings, *_told(binding, item, changes))
    return item.model_copy(update=changes)


def _told(binding: Binding, item: Measurement, changes: Mapping[str, object]) -> Iterator[str]:
    """Whose word is what: everything that stands in the project's file and not in the evidence."""
    words = []
    if "read_as" in changes:
        words.append(f"the name (in the file it is {item.measure})")
    if changes.get("unit") is not None:
        words.append(f"the unit {changes['unit']}")
    if changes.get("higher_is_better") is not None:
        words.append(f"that {'higher' if changes['higher_is_better'] else 'lower'} is better")
    words += [f"{key} = {value}" for key, value in binding.conditions.items() if key not in item.conditions]
    if words:
        yield f"from-binding: the project's word, not the file's: {'; '.join(words)}"
    for key, value in binding.conditions.items():
        if item.conditions.get(key, value) != value:
            what = f"the binding gives {key} as {value}, the file as {item.conditions[key]}"
            yield f"condition-conflict: {what}; the file's counts"


def _dataset(given: DatasetRef, told: DatasetRef | None) -> DatasetRef:
    """The project's name for the data, with what only the file knows; the file's own name and digest are never lost."""
    if told is None:
        return given
    also = dict.fromkeys((*given.also, *told.also, *((told.id,) if told.id != given.id else ())))
    return given.model_copy(
        update={
            "revision": told.revision or given.revision,
            "split": told.split or given.split,
            "sha256": told.sha256 or given.sha256,
            "also": tuple(also),
        }
    )


def _bound_samples(binding: Binding, item: SampleScores) -> SampleScores:
    name = binding.rename.get(item.measure, item.measure)
    return item.model_copy(update={"measure": name, "conditions": {**binding.conditions, **item.conditions}})


def _first(table: Mapping[str, bool | str], *names: str) -> bool | str | None:
    """What the table says for the first of these names that fits one of its globs."""
    return next((value for glob, value in table.items() for name in names if fnmatchcase(name, glob)), None)
