"""Components of a CycloneDX bill: each with its place, and what identifies it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.values import UNSAID, Warnings, fields, listing, name, pointer, section
from govkit.errors import CollectorError
from govkit.model.evidence import ModelRef, ToolRef

MOST_COMPONENTS = 200_000
"""Source: govkit judgement; bills of operating systems hold some 10,000."""

_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_HEX = re.compile(r"[0-9a-fA-F]+")
_DIGITS = {"224": 56, "256": 64, "384": 96, "512": 128}
"""Hexadecimal digits of a digest, by the bits in its algorithm's name."""


class Component(NamedTuple):
    """One component, wherever it stands."""

    values: dict[str, Any]
    place: str

    @property
    def type(self) -> str | None:
        """What kind of thing it is."""
        return name(self.values.get("type"))

    @property
    def label(self) -> str:
        """Group and name."""
        parts = (name(self.values.get("group"), 60), name(self.values.get("name"), 80))
        return "/".join(part for part in parts if part) or "unnamed"

    @property
    def algorithms(self) -> frozenset[str]:
        """Of the digests that are given and can be digests."""
        given = [fields(one) for one in listing(self.values, "hashes")]
        return frozenset(
            str(one.get("alg")) for one in given if _can_be_digest(str(one.get("alg")), one.get("content"))
        )

    @property
    def licensed(self) -> bool:
        """Whether a licence is named, by id, name or expression."""
        for one in listing(self.values, "licenses"):
            inner = section(one, "license")
            words = [name(raw) for raw in (inner.get("id"), inner.get("name"), fields(one).get("expression"))]
            if any(word and word.lower() not in UNSAID for word in words):
                return True
        return False


def _can_be_digest(algorithm: str, content: Any) -> bool:
    if not isinstance(content, str) or not _HEX.fullmatch(content):
        return False
    wanted = _DIGITS.get(algorithm[-3:])
    return wanted is None or len(content) == wanted


def components(document: dict[str, Any]) -> Iterator[Component]:
    """The component the bill is about, then all it lists, those inside others too; raises CollectorError."""
    subject = section(section(document, "metadata"), "component")
    waiting = [(document, "")]
    if subject:
        yield Component(subject, "/metadata/component")
        waiting.append((subject, "/metadata/component"))
    found = 0
    while waiting:
        owner, place = waiting.pop()
        for index, raw in enumerate(listing(owner, "components")):
            found += 1
            if found > MOST_COMPONENTS:
                what = f"lists more than the {MOST_COMPONENTS} components that are read"
                raise CollectorError(what, fix="make a bill of the system alone", ident="too-large")
            inner, at = fields(raw), place + pointer("components", index)
            yield Component(inner, at)
            waiting.append((inner, at))


def model_ref(component: Component) -> tuple[ModelRef, Warnings]:
    """The model by name, version and, where it is given, SHA-256."""
    digests, doubts = [], []
    for one in listing(component.values, "hashes"):
        content = fields(one).get("content")
        if fields(one).get("alg") != "SHA-256":
            continue
        if isinstance(content, str) and _SHA256.fullmatch(content):
            digests.append(content.lower())
        else:
            doubts.append("bad-digest: what is given as SHA-256 of the model has not 64 hexadecimal digits")
    if len(set(digests)) > 1:
        doubts.append("bad-digest: the model has several SHA-256 digests, so none is taken")
    revision = name(component.values.get("version"))
    sha256 = digests[0] if len(set(digests)) == 1 else None
    return ModelRef(id=component.label, revision=revision, sha256=sha256), tuple(doubts)


def tool(metadata: dict[str, Any]) -> ToolRef | None:
    """The program that wrote the bill, where one is named: a list until 1.4, components since."""
    tools = metadata.get("tools")
    listed = tools if isinstance(tools, list) else listing(tools, "components")
    named = [fields(one) for one in listed if name(fields(one).get("name"))]
    if len(named) != 1:
        return None
    return ToolRef(name=name(named[0].get("name")) or "", version=name(named[0].get("version")))
