"""Any text as markup that shows what is there: no hidden characters, no endless words, no markup from outside."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from markupsafe import Markup, escape

from govkit.report.fonts import shipped_characters

MAX_FIELD = 4_000
"""Characters of one field that a report shows; the attached JSON has the rest. Source: govkit judgement, one page."""

MAX_TOKEN = 600
"""Characters of one unbroken word that a report shows. Source: breaking lines takes quadratic time, 10 s at 20 000."""

_LONG = re.compile(rf"\S{{{MAX_TOKEN + 1},}}")
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_JOINERS = "\u200c\u200d"


def _hidden(character: str) -> bool:
    """Controls, format characters (bidirectional, zero-width), surrogates, private use, unassigned."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _shown(character: str, before: str) -> str:
    if character in _JOINERS and before and ord(before) > 0x590:
        return character  # Persian and Indic spelling needs them; next to Latin letters they only deceive
    if _hidden(character):
        return f"[U+{ord(character):04X}]"
    if ord(character) in shipped_characters() or unicodedata.category(character)[0] in "LMN":
        return character
    if 0xFE00 <= ord(character) <= 0xFE0F:
        return ""
    return f"[{unicodedata.name(character, f'U+{ord(character):04X}').lower()}]"


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """One line of visible characters: blanks folded, hidden and unprintable characters named, length capped."""
    cut = text[: MAX_FIELD + 1]
    folded = _BLANKS.sub(" ", cut).strip()
    if not (folded.isascii() and folded.isprintable()):
        folded = "".join(_shown(c, folded[i - 1] if i else "") for i, c in enumerate(folded))
    folded = _LONG.sub(lambda word: f"{word[0][:MAX_TOKEN]}…(cut)", folded)
    if len(text) > MAX_FIELD:
        folded = f"{folded[:MAX_FIELD]} … (cut: {len(text):,} characters, see the attached assessment)"
    return folded


def visible(value: object) -> Markup:
    """Markup of any value, escaped, with every character visible."""
    return value if isinstance(value, Markup) else escape(plain(str(value)))


def brief(text: str, limit: int = 320) -> str:
    """The beginning of a text, cut at a word, for where room is short; the full report has all of it."""
    shown = plain(text)
    return shown if len(shown) <= limit else f"{shown[:limit].rsplit(' ', 1)[0][:limit]} …"


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a prose field, at most twelve; the last one takes the rest."""
    found = [part for part in re.split(r"\n\s*\n", text[: MAX_FIELD * 2].replace("\r", "")) if part.strip()]
    return [*found[:11], " ".join(found[11:])] if len(found) > 12 else found


def anchor(kind: str, ident: str) -> Markup:
    """A fragment id for a record: ASCII, unique for its kind and ident, the same in every report."""
    kept = re.sub(r"[^A-Za-z0-9.-]+", "-", ident)[:60].strip("-.")
    if kept != ident:
        kept = f"{kept}-{hashlib.sha256(ident.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}".lstrip("-")
    return Markup(f"{kind}-{kept}")  # noqa: S704  (only letters, digits, dots and hyphens are left)


_SAFE = re.compile(r"^(?:https?://[^\s/]+|mailto:[^\s@]+@[^\s@]+$)", re.IGNORECASE)


def safe_url(value: str) -> Markup | None:
    """The address, fit for an href, when it is plain http, https or mailto; else None, and the text stays text."""
    if len(value) > 2_000 or any(_hidden(character) or character.isspace() for character in value):
        return None
    return escape(value) if _SAFE.match(value) and "\\" not in value else None
