"""Which model, and which harness, a lm-evaluation-harness result names."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from govkit.collectors.values import Warnings, name, revision_kind, section
from govkit.model.evidence import DatasetRef, Flag, ModelRef, ToolRef

_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Identity(NamedTuple):
    """The model and tool of a result file."""

    model: ModelRef | None
    tool: ToolRef
    warnings: Warnings
    flags: tuple[Flag, ...]


_SETTINGS = (
    "limit",
    "num_fewshot",
    "random_seed",
    "numpy_seed",
    "torch_seed",
    "fewshot_seed",
    "gen_kwargs",
    "batch_size",
    "bootstrap_iters",
    "device",
)
"""Source: lm_eval/loggers/evaluation_tracker.py and evaluator.py, read at 0.4.13.dev0."""

READERS = frozenset({"arrow", "csv", "json", "pandas", "parquet", "text", "webdataset", "xml"})
"""Names of ways to read files, which stand where others name a dataset. Source: datasets/packaged_modules of 2.21."""

MOCKS = frozenset({"dummy"})
"""Models that answer nothing real. Source: lm_eval/models/dummy.py, read at 0.4.13.dev0."""


def settings(document: dict[str, Any]) -> dict[str, str]:
    """What the run was set to, as far as it moves a score."""
    config = section(document, "config")
    return {key: text for key in _SETTINGS if (text := name(config.get(key), 100)) is not None}


def identity(document: dict[str, Any]) -> Identity:
    """The model as far as the file identifies it; a branch such as `main` is said to be mutable."""
    config = section(document, "config")
    arguments = _arguments(config.get("model_args"))
    ident = name(document.get("model_name")) or name(arguments.get("pretrained")) or name(arguments.get("model"))
    ident = ident or name(config.get("model"))
    sha = config.get("model_sha")
    revision = name(sha) if isinstance(sha, str) and _SHA.fullmatch(sha) else None
    revision = revision or name(config.get("model_revision")) or name(arguments.get("revision"))
    kind = revision_kind(revision)
    model = ModelRef(id=ident, revision=revision, revision_kind=kind) if ident else None
    tool = ToolRef(name="lm-evaluation-harness", version=_version(document))
    doubts = _doubts(ident, revision, kind, arguments)
    if name(config.get("model")) in MOCKS:
        mocked = f"mock-model: {name(config.get('model'), 40)!r} gives made-up answers; nothing was measured"
        return Identity(model, tool, (*doubts, mocked), ("mock-model",))
    return Identity(model, tool, doubts, ())


def dataset(config: dict[str, Any]) -> DatasetRef | None:
    """The data of a task: its name on the hub, or the names of the files that were read; None when neither stands."""
    path = name(config.get("dataset_path"))
    if path is None:
        return None
    options = section(config, "dataset_kwargs")
    split = config.get("test_split") or config.get("validation_split")
    if path in READERS:
        files = options.get("data_files")
        chosen = files.get(split) if isinstance(files, dict) else files
        path = "+".join(sorted(_file_names(chosen)))
    part = name(config.get("dataset_name"))
    ident = name(f"{path}:{part}") if part and path else name(path)
    return DatasetRef(id=ident, revision=name(options.get("revision")), split=name(split)) if ident else None


def _file_names(files: Any) -> list[str]:
    """File names without their folders, which may name a person."""
    listed = files if isinstance(files, list) else [files]
    return [one.replace("\\", "/").rsplit("/", 1)[-1] for one in listed if isinstance(one, str)]


def _doubts(ident: str | None, revision: str | None, kind: str, arguments: dict[str, Any]) -> Warnings:
    found: list[str] = []
    if ident is None:
        found.append("model-unknown: the file does not name the model it measured")
    elif kind == "mutable":
        found.append(f"mutable-revision: {revision!r} is a branch, which can move; the file gives no commit")
    elif revision is None:
        found.append("model-unpinned: the file gives no revision of the model")
    if arguments.get("peft"):
        found.append(f"adapter: the model was measured with the adapter {name(arguments['peft'], 100)!r}")
    return tuple(found)


def _arguments(raw: Any) -> dict[str, Any]:
    """Model arguments, which are an object or a text like `pretrained=a/b,revision=main`."""
    if isinstance(raw, dict):
        return raw
    if not isinstance(raw, str):
        return {}
    pairs = (item.partition("=") for item in raw.split(","))
    return {key.strip(): value.strip() for key, found, value in pairs if found}


def _version(document: dict[str, Any]) -> str | None:
    commit = name(document.get("git_hash"), 60)
    return name(document.get("lm_eval_version")) or (f"commit {commit}" if commit else None)
