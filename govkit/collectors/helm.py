"""HELM: a run's folder, or its `stats.json` alone.

Format: Stanford CRFM's helm 0.5.16 (`benchmark/runner.py`, `benchmark/metrics/`). A folder gives scenario, model, date
and the scores of single instances as well; `stats.json` names neither scenario nor model.
Measures: `helm/<scenario>/<metric>` of statistics that are not about tokens, times and the like; split, perturbation,
few-shot count and the scenario's arguments are conditions. What HELM calls `count` is the number of trials, not n.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors import helm_metrics, helm_scores
from govkit.collectors.helm_scores import Scores
from govkit.collectors.helm_state import Requests, requests
from govkit.collectors.helm_stats import WORST, Context, Instances, Row, is_stats, repeated, rows
from govkit.collectors.source import DOCUMENT_BYTES, Sniffed, Source
from govkit.collectors.values import (
    Warnings,
    count,
    fields,
    listing,
    name,
    number,
    pointer,
    section,
    whole_successes,
)
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement, ModelRef, Reading, RunStatus, SampleScores, ToolRef

FORMAT = "helm"
VERSION = "2"

FILES = ("run_spec.json", "scenario.json", "scenario_state.json", "stats.json", "per_instance_stats.json")
"""What a completed run has written. Source: helm/benchmark/runner.py, `_is_run_completed`."""

_SETTINGS = ("model_deployment", "max_eval_instances", "num_outputs", "num_train_trials", "temperature", "max_tokens")
_NAMED = 12


class Run(NamedTuple):
    """Everything that is known of one run."""

    spec: dict[str, Any]
    """`run_spec.json`; empty for `stats.json` alone."""
    rows: list[Row]
    scores: Scores
    requests: Requests
    warnings: Warnings
    status: RunStatus

    @property
    def adapter(self) -> dict[str, Any]:
        """How the model was asked."""
        return section(self.spec, "adapter_spec")

    @property
    def scenario(self) -> str | None:
        """The scenario's short name: the run's name up to the first colon."""
        whole = name(self.spec.get("name"))
        return name(whole.partition(":")[0]) if whole else None


def sniff(source: Source) -> Sniffed | None:
    """A folder with run_spec.json and stats.json, or the statistics of a run."""
    if source.is_folder:
        spec = _member(source, "run_spec.json")
        if source.member("stats.json") is None or not _is_spec(spec):
            return None
        return Sniffed(FORMAT, 0.95, "run", "a folder with run_spec.json and stats.json")
    if not is_stats(source.document):
        return None
    return Sniffed(FORMAT, 0.9, "stats", "a list of statistics with name.name, count and sum")


def _member(source: Source, relative: str) -> Any:
    found = source.member(relative)
    return found.document if found is not None else None


def _is_spec(spec: Any) -> bool:
    return isinstance(spec, dict) and "scenario_spec" in spec and "adapter_spec" in spec


def collect(source: Source) -> Reading:
    """Every result; of a folder with the scores of single instances."""
    run = _run_of(source)
    measured, scores = _measured(run)
    doubts = [*run.warnings, *_about(run)]
    if not measured:
        doubts.append("no-measurements: none of the statistics is about answers")
    model = name(run.adapter.get("model"))
    return Reading(
        format=FORMAT,
        format_version="run" if run.spec else "stats",
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="HELM"),
        model=ModelRef(id=model) if model else None,
        status=run.status,
        run_id=name(run.spec.get("name")),
        config={key: text for key in _SETTINGS if (text := name(run.adapter.get(key), 100)) is not None},
        at=run.requests.last,
        measurements=tuple(one.model_copy(update={"at": run.requests.last}) for one in measured),
        samples=tuple(scores),
        warnings=tuple(doubts),
    )


def _run_of(source: Source) -> Run:
    if not source.is_folder:
        document = source.json_document()
        if not is_stats(document):
            fix = "name the folder of a HELM run, or the stats.json in it"
            raise CollectorError("is neither a HELM run nor its statistics", fix=fix)
        alone = "scenario-unknown: stats.json names neither scenario nor model; bind the run's folder to have both"
        return Run({}, list(rows(document)), Scores(None), Requests(), (alone,), "unknown")
    spec, stats = source.member("run_spec.json"), source.member("stats.json")
    if spec is None or stats is None or not _is_spec(found := spec.json_document()):
        fix = "name a folder that holds run_spec.json and stats.json; a suite holds one such folder per run"
        raise CollectorError("is not the folder of a HELM run", fix=fix)
    missing = [file for file in FILES if source.member(file) is None]
    doubts = [f"files-missing: a completed run also holds {', '.join(missing)}"] if missing else []
    state, single = source.member("scenario_state.json"), source.member("per_instance_stats.json")
    made = requests(state) if state is not None else Requests()
    if made.failed:
        doubts.append(
            f"failed-run: {made.failed} of {made.made} requests failed, and HELM scored them as empty answers"
        )
    status: RunStatus = "partial" if made.failed else "unknown" if missing else "complete"
    document = stats.json_document()
    if single is not None and single.size > DOCUMENT_BYTES:
        doubts.append(
            f"items-not-read: per_instance_stats.json is larger than the {DOCUMENT_BYTES >> 20} MB that are read"
        )
        single = None
    scores = Scores(single.json_document() if single is not None else None)
    return Run(found, list(rows(document)), scores, made, tuple(doubts), status)


def _about(run: Run) -> Iterator[str]:
    """What holds for the whole run."""
    if names := repeated(run.rows):
        times, words = sum(row.context.perturbation in names for row in run.rows), " and ".join(sorted(names))
        yield f"no-perturbation: {times} statistics repeat others under the names {words}, and no such perturbation ran"
    if run.spec:
        yield "model-unpinned: HELM gives no revision of the model"
    most = count(run.adapter.get("max_eval_instances"))
    if most is not None:
        yield f"drawn-sample: of each run at most {most} instances are evaluated, drawn by lot"
    trials = count(run.adapter.get("num_train_trials"))
    if trials is not None and trials > 1:
        yield f"several-trials: every value is the mean over {trials} draws of the examples in the prompt"
    there = {row.metric for row in run.rows}
    asked = [name(raw) for spec in listing(run.spec, "metric_specs") for raw in listing(section(spec, "args"), "names")]
    gone = [metric for metric in asked if metric and metric not in there]
    if gone:
        yield f"metric-missing: asked for and not there, as HELM drops what is no number: {', '.join(gone[:_NAMED])}"


def _is_result(run: Run, metric: str) -> bool:
    return helm_metrics.is_result(metric, name(run.adapter.get("method")))


def _measured(run: Run) -> tuple[list[Measurement], list[SampleScores]]:
    instances, names = Instances(run.rows), repeated(run.rows)
    measured: list[Measurement] = []
    scores: list[SampleScores] = []
    for row in run.rows:
        if not _is_result(run, row.metric) or row.context.perturbation in names:
            continue
        found = run.scores.of(row.metric, row.context)
        trusted = helm_scores.give(found, number(row.mean).value)
        one = _one(run, row, instances.of(row.context), found if trusted else {})
        if found and not trusted:
            differ = "samples-differ: the scores of the single instances do not give this value, and are not used"
            one = one.model_copy(update={"warnings": (*one.warnings, differ)})
        measured.append(one)
        if trusted:
            scores.append(helm_scores.samples(one.measure, one.conditions, row.context, found))
    return measured, scores


def _one(run: Run, row: Row, n: int | None, found: dict[str, float]) -> Measurement:
    """One statistic, with the scores of its instances if they give its value."""
    value, warnings = number(row.mean) if row.trials != 0 else (None, ("nothing-to-count: no instance has this value",))
    better, said = helm_metrics.higher_is_better(row.metric), list(warnings)
    if row.context.computed_on == WORST and better is False:
        value = None
        said.append("worst-is-best: HELM takes the minimum, which is the best case where lower is better")
    planned, n = n, len(found) or n
    if n is None:
        said.append("no-count: the run does not say how many instances the value rests on")
    stderr = helm_scores.standard_error(found) if len(found) > 1 else 0.0
    if found:
        computed = "stderr-computed: from the scores of the single instances; HELM reports none"
        said.append(
            computed if stderr > 0 else "zero-stderr: all instances have the same score, which is not certainty"
        )
    if not helm_metrics.is_listed(row.metric):
        said.append("unlisted-metric: HELM's schemas do not list it, so which way is better is not known")
    binary = helm_metrics.base(row.metric) in helm_metrics.BINARY
    rate = binary and value is not None and 0 <= value <= 1
    judged = _judged(run, row.metric)
    if judged:
        said.append("judge-model: a model gave the scores, and the run does not name it")
    return Measurement(
        measure=name("/".join(filter(None, (FORMAT, run.scenario, row.metric)))) or FORMAT,
        value=value,
        unit="proportion" if rate else None,
        higher_is_better=better,
        n=n,
        n_basis="items" if n is not None else None,
        successes=whole_successes(value, n) if rate and row.trials == 1 else None,
        stderr=stderr if stderr > 0 else None,
        stderr_method="analytic" if stderr > 0 else None,
        planned=planned,
        flags=("judge-unvalidated",) if judged else (),
        conditions=_conditions(run, row.context),
        place=("" if not run.spec else "stats.json") + pointer(row.position, "mean"),
        warnings=tuple(said),
    )


def _judged(run: Run, metric: str) -> bool:
    """Whether a model may have given the scores: the run has such an annotator, and nothing was compared instead."""
    asked = [name(fields(raw).get("class_name")) or "" for raw in listing(run.spec, "annotators")]
    by_model = any(not helm_metrics.WITHOUT_MODEL.search(annotator) for annotator in asked)
    return by_model and helm_metrics.base(metric) not in helm_metrics.COMPARED


def _conditions(run: Run, context: Context) -> dict[str, str]:
    stated: dict[str, Any] = dict(section(section(run.spec, "scenario_spec"), "args"))
    stated |= {
        "method": run.adapter.get("method"),
        "few-shot": run.adapter.get("max_train_instances"),
        "split": context.split,
        "sub-split": context.sub_split,
        "perturbation": context.perturbation,
        "computed-on": context.computed_on,
    }
    return {name(word, 60) or "argument": text for word, raw in stated.items() if (text := name(raw, 100)) is not None}
