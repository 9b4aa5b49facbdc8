"""Any JSON, JSON Lines or CSV file, read as a mapping file says. No Python needed.

A mapping is a YAML file. It says which value in a file of one's own is which measure, and what else belongs to it:

    format: json                       # json, jsonl, csv or mlflow
    tool: {name: our evaluation, version: {pointer: /release}}
    model: {id: {pointer: /model/name}, sha256: {pointer: /model/sha256}}
    dataset: {id: held-out patients, sha256: {pointer: /test_set/sha256}, split: test}
    at: /evaluated_at                  # ISO 8601 with a time zone, or Unix seconds
    status: complete                   # or /pointer, or {pointer: /state, complete: [ok], error: [failed, crashed]}
    defaults: {unit: proportion, value: /value, n: /n, successes: /k, interval: /interval}
    measurements:
      - measure: performance/score
        each: /metrics/recall          # references of the entry start here
        higher_is_better: true
      - measure: fairness/true-positive-rate
        each: /groups/*/*/recall       # one measurement per match
        key_as: [question, group]      # what the stars stood for becomes conditions
      - measure: licence/components-cleared
        successes: {count: /components, where: {/license: [MIT, Apache-2.0]}}
        n: {count: /components}        # no value: it is successes over n

References. In JSON a reference is a JSON pointer (RFC 6901); inside an entry with `each` it starts at the match, and
`#/a/b` starts at the top. In JSON Lines it starts at the row. In CSV it is the name of a column. `at`, `value`, `n`,
`successes`, `stderr`, `interval` and `each` are references. Names of tools, models and datasets, and conditions, are
words written out; `{pointer: /x}` or `{column: x}` reads them from the file instead.

An entry of `measurements`:
    measure           name; `{word}` stands for a name in `key_as`
    each, key_as      JSON only: a pointer with stars, and a condition name for every star
    where             {reference: text or list of texts}: only matches, or rows, that have one of these texts
    value             the number; left out, it is successes over n
    n                 how many items it rests on: a reference, {count: POINTER, where: {...}}, or a number written
                      out, which is allowed but leaves the warning `count-from-mapping`
    n_basis           items (default), clusters, trials, requests, fields, entries, records, unknown
    k_of_n            true: the value is k of n items with outcomes 0 or 1; k is then value times n, where that is whole
    successes         k of k/n: a reference or a count. Recompute beats report: with k and n the interval is exact
    planned           items a whole run scores; errors, unscored: items without a result
    clusters          how many groups the n items come from, when they hang together
    stderr            standard error as reported; 0 is taken as missing; stderr_method: analytic, bootstrap or clustered
    interval          a pointer to {low, high, level, method}, or these four one by one
    quantile          0.99 for a p99; judge: the model that gave the scores
    unit, higher_is_better    where nobody says, nothing is assumed
    scale             factor for value, stderr and interval, for example 0.01 for percent as proportion
    conditions        {name: word}: what the value holds for
    dataset, at       where they differ from those of the file
    optional          true: a missing reference drops the entry with a warning instead of refusing the file

`defaults` holds keys of entries. What comes from there may be missing in the file: it then counts as not stated.

For JSON Lines and CSV every row that fits `where` gives one measurement.

`samples` gives scores of single items, so that two releases are compared item by item, and sums them up:
    measure, conditions, unit, higher_is_better, dataset, where    as above
    key               what identifies the item in every release; only a hash of it is kept
    score             a number, or {of: reference, equals: text or list} or {of: reference, same_as: reference}: 1 or 0
    cluster           what the items hang together by: passage, prompt, household; only a hash of it is kept
    judge             the model that gave the scores
    each              JSON only: the items
    summary           true: also one measurement over all items, k of n for scores of 0 and 1, else a mean
    by                [reference] or {condition: reference}: also one measurement per group

With `format: mlflow` every run of a store is a row with /run_id, /run_name, /experiment, /status, /params, /metrics and
/tags. How a run ended and when a metric was logged is taken from the run; where several runs fit, each value has the
run as a condition. What holds for the whole file is read from the one run that fits `where` of the defaults.

In CSV texts are numbers where they look like numbers; in JSON a number in quotes is flagged, unless the mapping says
`text_numbers: true`. `flags` says what is wrong with the run, `config` which settings it had. `delimiter: ";"` sets the
separator of a table. `method` is TEST (default), EXAMINE or INTERVIEW. What holds for the whole file (`at`, tool,
model, dataset) is read from the first row of a table.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from govkit.collectors.mapping_file import Entry, Filled, Mapping, load_mapping
from govkit.collectors.mapping_lookup import Block, Evidence, Missing, fits, opened
from govkit.collectors.mapping_runs import joint_status
from govkit.collectors.mapping_samples import scored
from govkit.collectors.mapping_values import EntryReader, WordReader
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import instant
from govkit.errors import CollectorError, Place
from govkit.model.evidence import Measurement, Reading, SampleScores
from govkit.yaml_lines import Document

FORMAT = "mapped"
VERSION = "5"

MAX_MEASUREMENTS = 10_000
"""Most measurements of one entry. Source: govkit judgement; a page of a report holds about fifty values."""


def sniff(source: Source) -> Sniffed | None:  # noqa: ARG001  (no content says that it is meant for a mapping)
    """Never: a mapped file is recognised by being given a mapping."""
    return None


def collect(source: Source) -> Reading:  # noqa: ARG001
    """Refused: there is nothing to read by without a mapping."""
    fix = "name one: `--mapping FILE`, or `mapping:` in the binding"
    raise CollectorError("the format 'mapped' needs a mapping file", fix=fix, ident="no-mapping")


def collect_with(source: Source, mapping_path: Path, mapping_shown: str) -> Reading:
    """What the mapping finds in the file; raises InputError for the mapping, CollectorError for the file."""
    mapping, document = load_mapping(mapping_path, mapping_shown)
    evidence = opened(source, mapping)
    words = WordReader(evidence, evidence.whole())
    try:
        moment = instant(evidence.look(evidence.whole(), mapping.at)) if mapping.at is not None else instant(None)
        status, doubts = words.status(mapping.status)
        shell = Reading(
            format=FORMAT,
            format_version=mapping.format,
            collector=FORMAT,
            collector_version=VERSION,
            tool=words.tool(mapping.tool),
            model=words.model(mapping.model),
            status=status,
            at=moment.at,
            at_text=moment.text,
            method=mapping.method,
            flags=mapping.flags,
            run_id=words.word(mapping.run_id),
            config=words.conditions(mapping.config),
        )
    except Missing as missing:
        raise _missing(missing, document.place()) from missing
    found = _Found(mapping, document, evidence, words)
    measurements = [one if one.at or one.at_text else _dated(one, shell) for one in found.measurements()]
    samples = found.samples()
    warnings = (*doubts, *found.warnings)
    measurements += [_dated(one, shell) for one in found.summed]
    if mapping.format == "mlflow":
        shell = shell.model_copy(update={"status": joint_status(measurements)})
    return shell.model_copy(
        update={"measurements": tuple(measurements), "samples": tuple(samples), "warnings": warnings}
    )


def _dated(measurement: Measurement, shell: Reading) -> Measurement:
    return measurement.model_copy(update={"at": shell.at, "at_text": shell.at_text})


def _missing(missing: Missing, at: Place) -> CollectorError:
    fix = f"correct the reference at {at}, or write the file again with this value in it"
    pointer = missing.reference if missing.reference.startswith("/") else ""
    return CollectorError(missing.why, fix=fix, ident="missing-value", pointer=pointer)


class _Found:
    """Goes through the entries of a mapping and gathers what they give."""

    def __init__(self, mapping: Mapping, document: Document, evidence: Evidence, words: WordReader) -> None:
        self.mapping, self.document, self.evidence, self.words = mapping, document, evidence, words
        self.warnings: list[str] = []
        self.summed: list[Measurement] = []

    def measurements(self) -> Iterator[Measurement]:
        """Every entry, in the order of the mapping; raises CollectorError for one that finds nothing."""
        for index, filled in enumerate(self.mapping.entries):
            entry, at = filled.entry, self.document.place(("measurements", index))
            try:
                found = self._entry(filled)
            except Missing as missing:
                if not entry.optional:
                    raise _missing(missing, at) from missing
                self.warnings.append(f"left-out: {entry.measure} is not in the file: {missing.why}")
                continue
            if not found:
                self._nothing(entry, at)
            yield from found

    def _nothing(self, entry: Entry, at: Place) -> None:
        where = f"`each: {entry.each}`" if entry.each is not None else "`where`"
        what = f"nothing in the file fits {where} of {entry.measure}"
        if not entry.optional:
            raise CollectorError(
                what, fix=f"correct the entry at {at}, or mark it `optional: true`", ident="missing-value"
            )
        self.warnings.append(f"left-out: {what}")

    def _entry(self, filled: Filled) -> list[Measurement]:
        entry = filled.entry
        found: list[tuple[Block, Measurement]] = []
        for block in self.evidence.blocks(entry.each):
            if not fits(self.evidence, block, entry.where):
                continue
            if len(found) == MAX_MEASUREMENTS:
                fix = "pick fewer with `each` or `where`; use `samples` for single items"
                raise CollectorError(f"{entry.measure} stands in more than {MAX_MEASUREMENTS} places", fix=fix)
            found.append((block, EntryReader(self.evidence, self.mapping, filled, block).measurement()))
        return self.evidence.completed(entry, found)

    def samples(self) -> list[SampleScores]:
        """Scores of every samples entry; their summaries gather in `summed`."""
        found: list[SampleScores] = []
        for index, table in enumerate(self.mapping.tables):
            at = self.document.place(("samples", index))
            try:
                stated = self.words.conditions(table.conditions)
                dataset = self.words.dataset(table.dataset or self.mapping.dataset)
                result = scored(self.evidence, table, self.mapping, stated, dataset, self.words.word(table.judge))
            except Missing as missing:
                raise _missing(missing, at) from missing
            found += result.samples
            self.summed += result.measurements
            self.warnings += result.warnings
        return found
