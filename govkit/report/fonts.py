"""The shipped fonts: which characters they have, and the @font-face rules a text needs. Reads nothing else."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parent / "fonts"


class Face(NamedTuple):
    """One font file under the family name the style sheet uses."""

    family: str
    weight: int
    file: str


# In the order in which the style sheet's stacks try them.
_SANS = (
    ("Govkit Sans", "source-sans-3-latin"),
    ("Govkit Sans Extended", "source-sans-3-latin-ext"),
    ("Govkit Sans Greek", "source-sans-3-greek"),
    ("Govkit Sans Cyrillic", "source-sans-3-cyrillic"),
)
_FALLBACK = (
    Face("Govkit Marks", 400, "dejavu-sans-marks"),
    Face("Govkit Symbols", 400, "dejavu-sans-symbols"),
    Face("Govkit World", 400, "dejavu-sans-world"),
)
_ALWAYS = (
    Face("Govkit Serif", 400, "source-serif-4-latin-400-normal"),
    Face("Govkit Serif", 600, "source-serif-4-latin-600-normal"),
    Face("Govkit Mono", 400, "source-code-pro-latin-400-normal"),
)
_SERIF_EXTENDED = Face("Govkit Serif Extended", 600, "source-serif-4-latin-ext-600-normal")

SANS = ",".join([*(family for family, _ in _SANS), *(face.family for face in _FALLBACK), "sans-serif"])
"""The stack of the running text. SVG does not inherit it, and WeasyPrint 70 reads it there only without blanks."""


@cache
def coverage() -> dict[str, frozenset[int]]:
    """Font file to the code points it has."""
    listed: dict[str, list[tuple[int, int]]] = json.loads((FOLDER / "coverage.json").read_text(encoding="utf-8"))
    return {
        name: frozenset(point for low, high in ranges for point in range(low, high + 1))
        for name, ranges in listed.items()
    }


@cache
def shipped_characters() -> frozenset[int]:
    """Every code point that some shipped font has."""
    return frozenset().union(*coverage().values())


def faces_for(text: str) -> tuple[Face, ...]:
    """The faces a text needs, in a fixed order; every stack tries the earlier ones first."""
    has = coverage()
    left = {ord(character) for character in text}
    found: list[Face] = []
    for family, stem in _SANS:
        file = f"{stem}-400-normal"
        if left & has[file] or stem.endswith("-latin"):
            found += [Face(family, 400, file), Face(family, 600, f"{stem}-600-normal")]
        if stem.endswith("-latin-ext") and left & has[_SERIF_EXTENDED.file]:
            found.append(_SERIF_EXTENDED)
        left -= has[file]
    for face in _FALLBACK:
        if left & has[face.file]:
            found.append(face)
        left -= has[face.file]
    return (*found, *_ALWAYS)


def font_rules(text: str) -> str:
    """@font-face rules with the font files inside, for the characters of a text."""
    return "\n".join(_rule(face) for face in faces_for(text))


@cache
def _rule(face: Face) -> str:
    content = base64.b64encode((FOLDER / f"{face.file}.woff2").read_bytes()).decode("ascii")
    return (
        f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};font-style:normal;'
        f'src:url("data:font/woff2;base64,{content}") format("woff2")}}'
    )
