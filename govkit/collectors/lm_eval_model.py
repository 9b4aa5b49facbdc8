"""Which model, and which harness, a lm-evaluation-harness result names."""

from __future__ import annotations

import re
from typing import Any, Literal, NamedTuple

from govkit.collectors.values import Warnings, name, section
from govkit.model.evidence import ModelRef, ToolRef

_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_BRANCHES = frozenset({"main", "master", "head", "latest"})


class Identity(NamedTuple):
    """The model and tool of a result file."""

    model: ModelRef | None
    tool: ToolRef
    warnings: Warnings


def identity(document: dict[str, Any]) -> Identity:
    """The model as far as the file identifies it; a branch such as `main` is said to be mutable."""
    config = section(document, "config")
    arguments = _arguments(config.get("model_args"))
    ident = name(document.get("model_name")) or name(arguments.get("pretrained")) or name(arguments.get("model"))
    ident = ident or name(config.get("model"))
    sha = config.get("model_sha")
    revision = name(sha) if isinstance(sha, str) and _SHA.fullmatch(sha) else None
    revision = revision or name(config.get("model_revision")) or name(arguments.get("revision"))
    kind = _kind(revision)
    model = ModelRef(id=ident, revision=revision, revision_kind=kind) if ident else None
    tool = ToolRef(name="lm-evaluation-harness", version=_version(document))
    return Identity(model, tool, _doubts(ident, revision, kind, arguments))


def _kind(revision: str | None) -> Literal["sha", "mutable", "unknown"]:
    if revision is not None and _SHA.fullmatch(revision):
        return "sha"
    return "mutable" if revision is not None and revision.lower() in _BRANCHES else "unknown"


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
