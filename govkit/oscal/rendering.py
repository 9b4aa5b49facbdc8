"""An OSCAL document as JSON or YAML: the same document, the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Literal

from govkit.oscal.properties import Json

Format = Literal["json", "yaml"]

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What YAML reads as a line break or refuses, and JSON takes as it is. Source: YAML 1.2.2, c-printable and 5.4."""


def rendered(document: Json, form: Format) -> bytes:
    """UTF-8, two blanks of indentation, keys in the order of the document. In YAML every text stands in quotes, so that
    no reader takes a date or a version for anything else."""
    if form == "json":
        return (json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
    return ("\n".join(_lines(document, "")) + "\n").encode()


def _lines(value: Any, pad: str) -> Iterator[str]:
    """Lines of a dict or list that holds something."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _entry(f"{pad}{key}:", item, pad if isinstance(item, list) else f"{pad}  ")
        return
    for item in value:
        inner = (
            list(_lines(item, f"{pad}  ")) if item and isinstance(item, dict | list) else [f"{pad}  {_scalar(item)}"]
        )
        yield f"{pad}- {inner[0].removeprefix(pad + '  ')}"
        yield from inner[1:]


def _entry(key: str, item: Any, pad: str) -> Iterator[str]:
    if item and isinstance(item, dict | list):
        yield key
        yield from _lines(item, pad)
    else:
        yield f"{key} {_scalar(item)}"


def _scalar(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
