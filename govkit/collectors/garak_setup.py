"""What the setup of a garak run says: its target, its judges, and the probes that it was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from govkit.collectors.garak_attempts import short
from govkit.collectors.values import fields, listing, name, section

_SETTINGS = ("seed", "generations", "eval_threshold", "soft_probe_prompt_cap", "target_lang", "deprefix")
_PROBE = re.compile(r"[a-z]\w*(\.[A-Z]\w*)?")
_NO_NAMES = frozenset(("all", "auto", "none"))
_SHOWN = 8


def early(row: dict[str, Any]) -> dict[str, Any]:
    """The line that begins a report up to 0.9.0.10, under the names that later versions use."""
    run = {f"run.{key}": row.get(key) for key in _SETTINGS}
    target = {"plugins.target_type": row.get("model_type"), "plugins.target_name": row.get("model_name")}
    chosen = {"plugins.probe_spec": row.get("probes"), "plugins.detector_spec": row.get("detectors")}
    return {**run, **target, **chosen}


def target(setup: dict[str, Any]) -> str | None:
    """The kind of target, a class of garak's."""
    return name(setup.get("plugins.target_type") or setup.get("plugins.model_type"), 120)


def target_name(setup: dict[str, Any]) -> str | None:
    """The model, as far as the target has a name."""
    return name(setup.get("plugins.target_name") or setup.get("plugins.model_name"))


def settings(setup: dict[str, Any]) -> dict[str, str]:
    """How the run was set up, as short words."""
    stated = {key: setup.get(f"run.{key}") for key in _SETTINGS} | {"target-type": target(setup)}
    words = {key: str(raw).lower() if isinstance(raw, bool) else name(raw, 80) for key, raw in stated.items()}
    return {key: word for key, word in words.items() if word is not None}


def judges(setup: dict[str, Any]) -> dict[str, str]:
    """Models that detectors ask, by module and by detector, as far as the configuration names them."""
    found: dict[str, str] = {}
    for module, options in section(setup, "plugins.detectors").items():
        stated = {module: options, **{f"{module}.{key}": inner for key, inner in fields(options).items()}}
        for key, inner in stated.items():
            model = name(fields(inner).get("detector_model_name"), 120)
            if model is not None:
                found[key] = model
    return found


def missing(setup: dict[str, Any], probes: set[str]) -> tuple[str, ...]:
    """Probes, or families of them, that were asked for by name and are not among those with a result; sorted."""
    return tuple(sorted({one for one in _named(setup) if not _among(one, probes)}))


def skipped(setup: dict[str, Any], probes: set[str]) -> tuple[str, ...]:
    """Probes that garak itself chose and that are not among those with a result; sorted. Written since 0.16."""
    stated = setup.get("transient.active_probes")
    listed = stated if isinstance(stated, list) else stated.split(",") if isinstance(stated, str) else []
    named = {one for raw in listed if isinstance(raw, str) and _PROBE.fullmatch(one := short(raw))}
    return tuple(sorted(one for one in named if not _among(one, probes)))


def shown(names: tuple[str, ...]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{name(', '.join(names[:_SHOWN]))}{more}"


def _named(setup: dict[str, Any]) -> Iterator[str]:
    """The selection: a text up to 0.15, a list since. Tags, tiers and intents name no probe."""
    stated = setup.get("plugins.probe_spec")
    listed = stated.split(",") if isinstance(stated, str) else listing(section(setup, "run.spec"), "include")
    for raw in listed:
        label = short(raw) if isinstance(raw, str) else ""
        if _PROBE.fullmatch(label) and label not in _NO_NAMES:
            yield label


def _among(asked: str, probes: set[str]) -> bool:
    return asked in probes or any(probe.startswith(f"{asked}.") for probe in probes)


def main_detectors(setup: dict[str, Any], row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Probes, each with the detector it names as its own; from a line that lists plugins, since 0.15.

    None where detectors were chosen by hand.
    """
    if setup.get("plugins.detector_spec") not in (None, "", "auto"):
        return
    for probe, stated in section(section(row, "plugin_cache"), "probes").items():
        detector = fields(stated).get("primary_detector")
        if isinstance(detector, str) and detector:
            yield short(probe), short(detector)
