"""Facts of an Every Eval Ever record that stand as texts: instants, data sets, and what `govkit export eee` adds."""

from __future__ import annotations

import re
from typing import Any, get_args

from govkit.collectors.values import When, count, instant, listing, name, section
from govkit.model.evidence import DatasetRef, Flag, RunStatus

_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_BAD: tuple[RunStatus, ...] = ("partial", "cancelled", "error")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_EPOCH = re.compile(r"[0-9]{9,11}(?:\.[0-9]{1,9})?")


def moment(raw: Any) -> When:
    """The instant a record writes as text: Unix seconds, or ISO 8601."""
    if isinstance(raw, str) and _EPOCH.fullmatch(raw.strip()):
        return instant(float(raw))
    return instant(raw)


def status_of(details: dict[str, Any]) -> RunStatus | None:
    """How the run ended, where the details say that it did not end well, as `govkit export eee` writes them."""
    return next((one for one in _BAD if one == details.get("run_status")), None)


def flags_of(details: dict[str, Any]) -> list[Flag]:
    """What is wrong with a run or value, as `govkit export eee` writes it among the details."""
    words = (name(details.get("flags")) or "").split(", ")
    return [one for one in get_args(Flag) if one in words]


def count_of(details: dict[str, Any], key: str) -> int | None:
    """A count among the details, whose values are texts."""
    raw = details.get(key)
    return int(raw) if isinstance(raw, str) and raw.isdecimal() and len(raw) < 16 else None


def whole_of(source: dict[str, Any]) -> int | None:
    """How many samples the data has; the converter of 0.3.0 writes it among the details of some sources."""
    found = count(source.get("samples_number"))
    return found if found is not None else count_of(section(source, "additional_details"), "samples_number")


def samples_of(source: dict[str, Any]) -> int:
    """How many samples are listed as used, each once; 0 when none are. Texts list them with commas between."""
    listed = listing(source, "sample_ids")
    if not listed:
        more = section(source, "additional_details").get("sample_ids")
        listed = more.split(",") if isinstance(more, str) and more else []
    return len({str(one) for one in listed if isinstance(one, str | int)})


def dataset(source: dict[str, Any]) -> DatasetRef | None:
    """The data set; a path on somebody's computer is no name of one."""
    called, repository = name(source.get("dataset_name"), 200), name(source.get("hf_repo"), 200)
    hub = repository if repository and _REPOSITORY.fullmatch(repository) else None
    ident = hub or called
    if ident is None or ident == "unknown":
        return None
    more = section(source, "additional_details")
    split, revision = name(source.get("hf_split") or more.get("split"), 60), name(more.get("revision"), 100)
    also = (called,) if called and called != ident else ()
    return DatasetRef(id=ident, split=split, revision=revision, sha256=sha256_of(more), also=also)


def sha256_of(details: dict[str, Any]) -> str | None:
    """A digest among the details."""
    raw = details.get("sha256")
    return raw if isinstance(raw, str) and _SHA256.fullmatch(raw) else None
