"""Which collector reads a file: recognised by content, never by name; two answers or none are refused.

A collector is a module with FORMAT, VERSION, `sniff(source) -> Sniffed | None` and `collect(source) -> Reading`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from govkit.collectors.redaction import cleaned, redacted
from govkit.collectors.source import Sniffed, Source, broken_json, opened
from govkit.errors import CollectorError, GovkitError
from govkit.files import nearest
from govkit.model.evidence import Reading

BUILTIN: dict[str, str] = {
    "lm-eval": "govkit.collectors.lm_eval",
    "inspect": "govkit.collectors.inspect_log",
    "promptfoo": "govkit.collectors.promptfoo",
    "deepeval": "govkit.collectors.deepeval",
    "garak": "govkit.collectors.garak",
    "pyrit": "govkit.collectors.pyrit",
    "giskard": "govkit.collectors.giskard",
    "evidently": "govkit.collectors.evidently",
    "every-eval-ever": "govkit.collectors.every_eval_ever",
    "ai-verify": "govkit.collectors.ai_verify",
    "great-expectations": "govkit.collectors.great_expectations",
    "croissant": "govkit.collectors.croissant",
    "junit": "govkit.collectors.junit",
    "sarif": "govkit.collectors.sarif",
    "codecarbon": "govkit.collectors.codecarbon",
    "cyclonedx": "govkit.collectors.cyclonedx",
    "fairlearn": "govkit.collectors.fairlearn",
    "helm": "govkit.collectors.helm",
    "lighteval": "govkit.collectors.lighteval",
    "hugging-face": "govkit.collectors.hugging_face",
    "robustbench": "govkit.collectors.robustbench",
    "mlflow": "govkit.collectors.mlflow",
    "document": "govkit.collectors.documents",
    "register": "govkit.collectors.registers",
    "attestation": "govkit.collectors.attestations",
    "vllm-bench": "govkit.collectors.vllm_bench",
    "vllm-offline": "govkit.collectors.vllm_offline",
    "sglang-bench": "govkit.collectors.sglang_bench",
    "guidellm": "govkit.collectors.guidellm",
    "inference-perf": "govkit.collectors.inference_perf",
    "llmperf": "govkit.collectors.llmperf",
    "mlperf": "govkit.collectors.mlperf_loadgen",
    "k6": "govkit.collectors.k6_summary",
    "locust": "govkit.collectors.locust_stats",
    "mapped": "govkit.collectors.mapped",
}
"""Format to module; imported only when a file is looked at."""

_PLAIN = ("json", "jsonl", "csv")
"""Formats of mappings that read a file as it lies there, without the collector of its tool."""

Answer = TypeVar("Answer")


@cache
def formats() -> dict[str, str]:
    """Every known format and its module: the built-in ones, then those of installed packages.

    Looking through every installed package costs some 5 ms, so it is done once.
    """
    from importlib.metadata import entry_points

    extra = {point.name: point.value for point in entry_points(group="govkit.collectors")}
    return {**extra, **BUILTIN}


def has_plugins() -> bool:
    """Whether installed packages bring collectors of their own."""
    return formats().keys() != BUILTIN.keys()


_module = cache(importlib.import_module)
"""Asking for a module that is imported still costs 3 µs; recognising a file asks for all of them."""


def _asked(name: str, modules: dict[str, str], question: Callable[[ModuleType], Answer]) -> Answer:
    """The collector's answer; whatever goes wrong inside it comes back as a CollectorError that names it."""
    try:
        return question(_module(modules[name]))
    except CollectorError as error:
        raise _clean(error) from error.__cause__
    except GovkitError:
        raise
    except Exception as error:  # a collector may be anyone's code; the one place for this
        what = f"the collector {name!r} failed: {type(error).__name__}: {_said(error)}"
        fix = "report it with the file if you can; meanwhile read the file with a mapping of your own"
        raise CollectorError(what, fix=fix, ident="collector-failed") from error


def _said(error: Exception) -> str:
    """The words of an error, without what stands in the file: pydantic shows the value it refuses."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return cleaned(str(error))[:300]
    listed = error.errors(include_input=False, include_url=False, include_context=False)
    return cleaned("; ".join(f"{'/'.join(map(str, one['loc']))}: {one['msg']}" for one in listed[:3]))[:300]


def _clean(error: CollectorError) -> CollectorError:
    """The same refusal; what it quotes of the file holds no token and no name of a home folder."""
    what, pointer = cleaned(error.what), cleaned(error.pointer)
    if (what, pointer) == (error.what, error.pointer):
        return error
    return CollectorError(what, fix=error.fix, ident=error.ident, line=error.line, pointer=pointer)


def _known(format: str) -> dict[str, str]:
    if format in BUILTIN:
        return BUILTIN
    modules = formats()
    if format not in modules:
        near = nearest(format, modules)
        hint = f"did you mean {near[0]!r}? " if near else ""
        what = f"there is no collector for the format {format!r}"
        raise CollectorError(what, fix=f"{hint}known formats: {', '.join(sorted(modules))}", ident="unknown-collector")
    return modules


def identify(path: Path, shown: str) -> Sniffed:
    """What the content of a file says it is; raises CollectorError when nothing, or more than one thing, fits."""
    return _identified(opened(path, shown))


def _identified(source: Source) -> Sniffed:
    modules = formats()
    failed: list[CollectorError] = []
    found: list[Sniffed] = []
    for name in sorted(modules):
        try:
            sniffed: Sniffed | None = _asked(name, modules, lambda module: module.sniff(source))
        except CollectorError as error:
            failed.append(error)
            continue
        if sniffed is not None:
            found.append(sniffed)
    if not found:
        raise failed[0] if failed else _clean(_unknown(source))
    best = max(sniffed.confidence for sniffed in found)
    first, *rest = [sniffed for sniffed in found if sniffed.confidence == best]
    if rest:
        what = "fits more than one format: " + "; ".join(f"{one.format} ({one.reason})" for one in (first, *rest))
        fix = f"say which one with `--format` or `format:` in the binding: {first.format} or {rest[0].format}"
        raise CollectorError(what, fix=fix, ident="ambiguous-format")
    return first


def _known_all_the_same(source: Source) -> str | None:
    """The format a collector would recognise; None when none does, or several."""
    try:
        return _identified(source).format
    except CollectorError:
        return None


def _unknown(source: Source) -> CollectorError:
    from govkit.collectors.recognised import begun, impression

    if source.is_folder:
        fix = "name a file in it; of folders, only those are read that a tool writes as one result"
        return CollectorError("is a folder that no collector reads", fix=fix, ident="unknown-format")
    if source.size == 0:
        return CollectorError("is empty", fix="run the tool that writes it again", ident="empty-file")
    # A file that begins as JSON and ends in the middle is better called broken than unknown.
    unread = source.document is None and source.first_row is None
    if source.starts_as_json and unread and begun(source) is None:
        return broken_json(source.json_fault or "broken JSON")
    seen = impression(source)
    return CollectorError(f"no collector reads this: {seen.looks}", fix=seen.fix, ident="unknown-format")


def read(
    path: Path, shown: str, *, format: str | None = None, mapping: Path | None = None, mapping_shown: str | None = None
) -> Reading:
    """What the file says; raises CollectorError for the file, InputError for a mapping that is itself wrong."""
    return read_source(opened(path, shown), format=format, mapping=mapping, mapping_shown=mapping_shown)


def read_source(
    source: Source, *, format: str | None = None, mapping: Path | None = None, mapping_shown: str | None = None
) -> Reading:
    """What an opened file says; raises as `read` does."""
    if mapping is not None:
        at = mapping_shown or mapping.as_posix()
        mapped: Reading = _asked("mapped", formats(), lambda module: module.collect_with(source, mapping, at))
        known = _known_all_the_same(source) if mapped.format_version in _PLAIN else None
        if known is not None:
            what = f"this is a file of the format {known}, and a mapping reads it"
            said = f"known-format: {what}: what its collector says of the run, nobody asked"
            mapped = mapped.model_copy(update={"warnings": (*mapped.warnings, said)})
        return redacted(mapped)
    modules = _known(format) if format else formats()
    chosen = format or _identified(source).format
    reading: Reading = _asked(chosen, modules, lambda module: module.collect(source))
    return redacted(reading)
