"""The sample with an attack in every text field: markup, links, control characters, endless words and fields."""

from __future__ import annotations

from functools import cache
from itertools import cycle
from typing import Any

from pydantic import BaseModel

from tests.report.sample import Sample, sample, small

ATTACKS = (
    "<link rel=attachment href=file:///etc/passwd>",
    "<a rel=attachment href=file:///etc/passwd>secret</a>",
    "<img src=file:///etc/passwd>",
    "<div style='background:url(file:///etc/passwd);list-style-image:url(http://127.0.0.1:9/x)'>",
    "<link rel=stylesheet href=http://169.254.169.254/latest/>",
    "<style>@import url(http://127.0.0.1:9/x); @font-face{src:url(file:///etc/passwd)}</style>",
    "<object data=file:///etc/passwd></object><embed src=x><base href=http://evil.example/>",
    "<style>@color-profile x{src:url(http://127.0.0.1:9/)}</style>",
    '<a href="javascript:alert(1)">x</a>',
    "javascript:alert(1)",
    "<svg xmlns='http://www.w3.org/2000/svg'><use href='file:///etc/passwd'/></svg>",
    "<script>alert(1)</script><iframe src=x></iframe><meta http-equiv=refresh content=0>",
    "<img src=x onerror=alert(1)>",
    "<math><mtext></table><mglyph><style><img src=x onerror=alert(1)>",
    "</script><script>alert(1)",
    "</style></head><body onload=alert(1)>",
    '" onmouseover="x',
    "a onclick=x",
    "[x](javascript:alert(1)) ![i](file:///etc/passwd)",
    "{{ 7*7 }}{% include '/etc/passwd' %}",
    "<div>" * 150,
    "x" * 20_000,
    "colspan=1000000><td colspan=1000000>",
    "<br>" * 4_000,
    "\n" * 15_000 + "end",
    "\u202eevil\u2066 zero\u200bwidth nul\x00 soft\u00ad",
    "&lt;script&gt; &#x202e; &amp;amp;",
    "\U0001f600\U0001f680 \u06dd a\u0301\u0301\u0301",
)
_KEPT = {
    "id", "system", "release", "version", "catalog", "subject", "requirement", "risk", "control", "criterion",
    "controls", "checks", "requirements", "accepted", "covers", "moved_by", "not_holding", "systems", "risks",
    "parent", "baseline", "appetite", "levels", "level", "inherent_level", "path", "gone", "kind",
}  # fmt: skip
"""Fields that join records: they are made hostile elsewhere, for joined records must still find each other."""


class _Poison:
    """Puts the next attack into every text field of a record."""

    def __init__(self) -> None:
        self.attacks = cycle(ATTACKS)
        self.lines = cycle([a for a in ATTACKS if a.isprintable() and len(a) <= 150])

    def of(self, value: Any, annotation: Any = None, name: str = "") -> Any:
        if isinstance(value, BaseModel):
            changes = {
                key: self.of(getattr(value, key), field.annotation if not field.metadata else field, key)
                for key, field in type(value).model_fields.items()
            }
            return value.model_copy(update=changes)
        if isinstance(value, tuple) and type(value) is tuple:
            return tuple(self.of(item, annotation, name) for item in value)
        if isinstance(value, str) and name not in _KEPT:
            return self._text(value, annotation)
        return value

    def _text(self, value: str, annotation: Any) -> str:
        limits = str(getattr(annotation, "metadata", annotation))
        if "max_length=20000" in limits:
            return f"{next(self.attacks)} {value}"[:20_000]
        if "max_length=200" in limits:
            return f"{next(self.lines)} {value}"[:200]
        return value


@cache
def hostile() -> Sample:
    """The sample after the attack; every record still passes its own checks."""
    return _poisoned(sample())


@cache
def hostile_small() -> Sample:
    """The small sample after the attack."""
    return _poisoned(small())


def _poisoned(made: Sample) -> Sample:
    poison = _Poison()
    assessment, project = poison.of(made.assessment), poison.of(made.project)
    return Sample(
        type(assessment).model_validate(assessment.model_dump()),
        type(project).model_validate(project.model_dump()),
        made.library,
    )
