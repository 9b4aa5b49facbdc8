"""Ids that a reader cannot tell apart: other case, other width, letters of another alphabet."""

from __future__ import annotations

import unicodedata

# Alphabets with letters that look like one another's. Source: Unicode Technical Standard 39, section 5 (mixed scripts).
_ALIKE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")


def looks_like(ident: str) -> str:
    """The id with everything folded that a reader passes over: case, width, blanks, hyphens of another kind."""
    folded = unicodedata.normalize("NFKC", ident).casefold()
    dashed = (
        "-" if unicodedata.category(letter) == "Pd" or letter == "\N{MINUS SIGN}" else letter for letter in folded
    )
    return "".join(one for one in dashed if not one.isspace())


def alphabets(ident: str) -> list[str]:
    """Which of the alphabets whose letters look alike the id uses, by name."""
    letters = (letter for letter in unicodedata.normalize("NFKC", ident) if letter.isalpha())
    found = {unicodedata.name(letter, "").partition(" ")[0] for letter in letters}
    return sorted(name.capitalize() for name in found.intersection(_ALIKE))
