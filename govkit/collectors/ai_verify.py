"""AI Verify test results: fairness, robustness, corrupted images, Veritas.

Formats: one result, a list of results, a zip archive with `results.json`, and an `output` without its envelope
(`aiverify.testresult.schema.json` and the plugins' schemas, read at 2.0; examples of 2024). The output may be JSON in a
string. Explanations (SHAP, partial dependence, accumulated local effects) hold no metric and are not read.
Measures: `ai-verify/fairness/...`, `ai-verify/robustness/...`, `ai-verify/image-corruption/accuracy`,
`ai-verify/veritas/...`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.ai_verify_outputs import Output, failed, plugin_of
from govkit.collectors.source import Sniffed, Source, broken_json, unwrapped
from govkit.collectors.values import Warnings, When, fields, instant, listing, name, pointer, section
from govkit.collectors.zip_members import Archive, is_zip
from govkit.errors import CollectorError
from govkit.files import parse_json
from govkit.model.evidence import DatasetRef, Measurement, ModelRef, Reading, ToolRef

FORMAT = "ai-verify"
VERSION = "2"

_MEMBER = "results.json"
_SNIFFED_BYTES = 50 * 1024 * 1024
_CONFIG = ("mode", "modelType", "groundTruth")
_UNPINNED = "model-unpinned: the file names the model's file and holds no digest of it"


class Test(NamedTuple):
    """One result, or an output without its envelope."""

    node: dict[str, Any]
    place: str
    bare: bool

    @property
    def arguments(self) -> dict[str, Any]:
        """What the test was run with; the API writes the key with underscores."""
        return section(self.node, "testArguments") or section(self.node, "test_arguments")

    @property
    def moment(self) -> When:
        """When the test began; AI Verify writes no time zone, so it stays a text."""
        return instant(self.node.get("startTime") or self.node.get("start_time"))

    @property
    def plugin(self) -> str:
        """The plugin's id; its parts are written with `_` or `-`."""
        return (name(self.node.get("gid"), 100) or "").replace("_", "-")


class Read(NamedTuple):
    """What one test gave."""

    measurements: list[Measurement]
    warnings: Warnings
    failed: bool = False


def sniff(source: Source) -> Sniffed | None:
    """Results with gid, cid and output, or an output of a plugin that is read."""
    document = _archived(source, most=_SNIFFED_BYTES) if is_zip(source.head) else source.document
    tests = _tests(document, "")
    if not tests:
        return None
    if tests[0].bare:
        return Sniffed(FORMAT, 0.8, "output", "the output of a plugin of AI Verify, without gid and cid")
    return Sniffed(FORMAT, 0.95, name(tests[0].node.get("version"), 40), "results with gid, cid and output")


def _member(names: tuple[str, ...]) -> str | None:
    """The results in an archive: the only file of that name."""
    found = [one for one in names if one.rpartition("/")[2] == _MEMBER and not one.startswith("__MACOSX/")]
    return found[0] if len(found) == 1 else None


def _archived(source: Source, most: int | None = None) -> Any:
    """The results in a zip archive; None when there are none, or more than `most` bytes."""
    with Archive(source.path) as archive:
        member = _member(archive.names())
        if member is None or (most is not None and (archive.size(member) or 0) > most):
            return None
        content = archive.read(member)
    try:
        return unwrapped(parse_json(content or b""))
    except ValueError as error:
        if most is not None:
            return None
        raise broken_json(f"{member}: {error}") from error


def _is_result(node: Any) -> bool:
    named = isinstance(node, dict) and all(isinstance(node.get(key), str) for key in ("gid", "cid"))
    return named and "output" in node and ("testArguments" in node or "test_arguments" in node)


def _tests(document: Any, place: str) -> list[Test]:
    """Every result in a document; empty when it holds anything else."""
    if isinstance(document, list):
        found = [Test(one, f"{place}{pointer(index)}", False) for index, one in enumerate(document) if _is_result(one)]
        return found if len(found) == len(document) else []
    if _is_result(document):
        return [Test(document, place, False)]
    if isinstance(document, dict) and plugin_of(document) is not None:
        return [Test({"output": document}, place, True)]
    return []


def collect(source: Source) -> Reading:
    """The metrics of every result."""
    zipped = is_zip(source.head)
    document = _archived(source) if zipped else source.json_document()
    tests = _tests(document, f"{_MEMBER}#" if zipped else "")
    if not tests:
        fix = "save the test result of AI Verify as JSON, or as the zip archive it writes"
        raise CollectorError("is no test result of AI Verify", fix=fix)
    models = [_file(test.arguments.get("modelFile")) for test in tests]
    one_model = models[0] if len(set(models)) == 1 else None
    read = [_read(test, None if len(set(models)) == 1 else model) for test, model in zip(tests, models, strict=True)]
    broken = sum(one.failed for one in read)
    moment = tests[0].moment
    measured = tuple(one for part in read for one in part.measurements)
    said = list(dict.fromkeys(warning for part in read for warning in part.warnings))
    said.append(_UNPINNED if one_model else "model-unknown: the file does not name the one model it is about")
    if not measured:
        said.append("no-measurements: the file holds no metric that is read")
    return Reading(
        format=FORMAT,
        format_version=name(tests[0].node.get("version"), 40),
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name="AI Verify"),
        model=ModelRef(id=one_model) if one_model else None,
        status="complete" if not broken else "error" if broken == len(tests) else "partial",
        at=moment.at if len(tests) == 1 else None,
        at_text=moment.text if len(tests) == 1 else None,
        config=_config(tests) if len(tests) == 1 else {},
        measurements=measured,
        warnings=tuple(said),
    )


def _file(raw: Any) -> str | None:
    """The name of the file a URI leads to; folders may say whose computer it was."""
    text = name(raw, 1000)
    return name((text or "").rstrip("/").replace("\\", "/").rpartition("/")[2], 200)


def _config(tests: list[Test]) -> dict[str, str]:
    arguments = tests[0].arguments
    sensitive = listing(section(arguments, "algorithmArgs"), "sensitive_feature")
    stated: dict[str, Any] = {key: arguments.get(key) for key in _CONFIG}
    stated |= {"sensitive_feature": ", ".join(filter(None, map(name, sensitive))), "plugin": tests[0].plugin}
    return {key: text for key, raw in stated.items() if (text := name(raw)) is not None}


def _output(test: Test) -> tuple[Any, str]:
    """The output and its place; JSON in a string is opened once, and marked with # in the place."""
    raw = test.node.get("output")
    if test.bare:
        return raw, test.place
    if not isinstance(raw, str):
        return raw, f"{test.place}/output"
    try:
        return unwrapped(raw), f"{test.place}/output#"
    except ValueError:
        return None, f"{test.place}/output"


def _read(test: Test, model: str | None) -> Read:
    raw, place = _output(test)
    node = fields(raw)
    shown = test.plugin or "the plugin"
    plugin = plugin_of(node)
    if plugin is None:
        if failed(node) or not node:
            return Read([], (f"no-result: {shown} left no result, as it does when it fails",), failed=True)
        return Read([], (f"not-read: the output of {shown} holds no metric that is read",))
    found = list(plugin.read(Output(node, place, name(test.arguments.get("modelType"), 40))))
    data, moment = (
        _file(test.arguments.get("testDataset")),
        instant(test.node.get("startTime", test.node.get("start_time"))),
    )
    update = {"dataset": DatasetRef(id=data) if data else None, "at": moment.at, "at_text": moment.text}
    measured = [one.model_copy(update={**update, "conditions": _named(one, model)}) for one in found]
    return Read(measured, tuple(_said(test, measured)))


def _named(one: Measurement, model: str | None) -> dict[str, str]:
    return {**one.conditions, "model": model} if model else one.conditions


def _said(test: Test, measured: list[Measurement]) -> Iterator[str]:
    if test.bare:
        yield "no-envelope: this is the output of a plugin alone; model, data and date are not in it"
    corrupted = [one for one in measured if one.conditions.get("severity", "0") != "0"]
    if any("strength" not in one.conditions for one in corrupted):
        yield "strength-unknown: a severity is a place in a list of strengths, and the file does not say which"
    if any(one.n is None for one in measured):
        yield "no-count: the file does not say how many items the values rest on"
    if any("/share-of-class/" in one.measure for one in measured):
        yield "share-of-class: AI Verify's rates by group divide by the whole class; compare within-group rates"
