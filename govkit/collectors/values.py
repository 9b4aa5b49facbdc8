"""Values nobody vouches for, as fields of a Measurement: what is no number becomes None, and a warning says so."""

from __future__ import annotations

import hashlib
import math
import re
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from govkit.collectors.redaction import cleaned
from govkit.files import canonical_json, finite

Warnings = tuple[str, ...]

_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_LONGEST_SECRET = 2_000
"""Characters behind the cut that are looked at. Source: govkit judgement; web tokens seen are below 1,500."""
_BASIC_INSTANT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\.\d{1,6})?\d*(Z|[+-]\d\d:?\d\d)?")

_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_BRANCHES = frozenset({"main", "master", "head", "latest"})

UNSAID = frozenset({
    "unknown", "none", "null", "n/a", "na", "tbd", "todo", "?", "-", "unspecified", "not specified", "not available",
    "not provided", "not known", "noassertion", "undefined",
})  # fmt: skip
"""What stands where nobody knew what to write. Source: govkit judgement; Kaggle and Hugging Face offer "unknown", the
OWASP AIBOM Generator writes it for a licence, and SPDX has "NOASSERTION" and "NONE".
"""


class Number(NamedTuple):
    """A finite number, or None and the warning that says what stands there instead."""

    value: float | None
    warnings: Warnings = ()


class Spread(NamedTuple):
    """A standard error that can be used, or None and why not."""

    stderr: float | None
    warnings: Warnings = ()


class When(NamedTuple):
    """An instant; `text` keeps the words of one without a time zone, or that cannot be read."""

    at: datetime | None = None
    text: str | None = None


def name(raw: Any, limit: int = 200) -> str | None:
    """One visible line of at most `limit` characters; None for what is no text or number, or blank."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    line = str(raw)
    if not (line.isascii() and line.isprintable()):  # else there is nothing hidden in it, and no line break
        line = _HIDDEN.sub("?", re.sub(r"[\r\n\t]+", " ", line))
    line = line.strip()
    if len(line) > limit:
        # Half of a token looks like none, so what is secret goes before the line is cut.
        line = cleaned(line[: limit + _LONGEST_SECRET])
        line = line if len(line) <= limit else line[: limit - 1] + "…"
    return line or None


def number(raw: Any, what: str = "the value") -> Number:
    """The number; text that looks like one is not guessed at."""
    value = finite(raw)
    if value is not None:
        return Number(value)
    if isinstance(raw, float) and math.isnan(raw):
        return Number(None, (f"not-a-number: {what} is NaN in the file",))
    if isinstance(raw, float | int) and not isinstance(raw, bool):
        return Number(None, (f"not-a-number: {what} is infinite, or too large, in the file",))
    if isinstance(raw, str):
        return Number(None, (f"not-a-number: {what} is the text {name(raw, 40) or ''!r}, which is not guessed at",))
    return Number(None, (f"not-a-number: {what} is {_kind(raw)}, not a number",))


def _kind(raw: Any) -> str:
    kinds = {bool: "true or false", dict: "an object", list: "a list", type(None): "missing"}
    return kinds.get(type(raw), "something else")


def count(raw: Any) -> int | None:
    """A whole number of at least 0, also when written 10.0; None for anything else."""
    value = finite(raw)
    return int(value) if value is not None and value >= 0 and value == int(value) and value < 2**53 else None


def score(raw: Any) -> float | None:
    """The number given to one item; None above 1e100, so that means and variances of many cannot overflow."""
    value = finite(raw)
    return value if value is not None and abs(value) <= 1e100 else None


def spread(raw: Any, n: int | None) -> Spread:
    """The standard error a tool reports. 0 says that it could not be estimated, not that the value is certain."""
    if raw is None or raw in ("N/A", "NaN", ""):
        return Spread(None)
    value, warnings = number(raw, "the standard error")
    if value is None:
        return Spread(None, warnings)
    if value < 0:
        return Spread(None, ("bad-stderr: the standard error is below 0",))
    if value == 0:
        return Spread(None, ("zero-stderr: the tool reports a standard error of 0, which is not certainty",))
    if n is not None and n < 2:
        return Spread(None, (f"zero-stderr: a standard error cannot be estimated from {n} item(s)",))
    return Spread(value)


def instant(raw: Any) -> When:
    """The instant of an ISO 8601 text or of Unix seconds; the host's time zone is never assumed."""
    seconds = finite(raw)
    if seconds is not None:
        # 2000 to 2100: anything else is a monotonic clock or milliseconds, not a date.
        if not 946_684_800 <= seconds < 4_102_444_800:
            return When(text=name(raw))
        return When(at=datetime.fromtimestamp(seconds, UTC))
    text = name(raw) if isinstance(raw, str) else None
    if text is None:
        return When()
    try:
        moment = datetime.fromisoformat(_extended(text))
    except ValueError:
        return When(text=text)
    if moment.tzinfo is None or moment.utcoffset() is None:
        return When(text=text)
    try:
        return When(at=moment.astimezone(UTC))
    except OverflowError:
        return When(text=text)


def _extended(text: str) -> str:
    """`20260118T170247.67Z` with its separators; other texts as they are."""
    basic = _BASIC_INSTANT.fullmatch(text)
    if basic is None:
        return text
    year, month, day, hour, minute, second, fraction, zone = basic.groups(default="")
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}{fraction.ljust(7, '0') if fraction else ''}{zone}"


def revision_kind(revision: str | None) -> Literal["sha", "mutable", "unknown"]:
    """What a revision of a model is: a commit, a branch that can move, or what nobody can tell."""
    if revision is not None and _SHA.fullmatch(revision):
        return "sha"
    return "mutable" if revision is not None and revision.lower() in _BRANCHES else "unknown"


def whole_successes(value: float | None, n: int | None) -> int | None:
    """k of a proportion k/n; None unless value times n is a whole number to within 1e-6 n."""
    if value is None or not n or not 0 <= value <= 1:
        return None
    k = round(value * n)
    return k if abs(value * n - k) <= 1e-6 * n else None


def agrees_with_binary(value: float, n: int, stderr: float | None, tolerance: float = 0.05) -> bool:
    """Whether a reported standard error is the one of n outcomes of 0 or 1; True when none is reported.

    Source: the rule |se - sqrt(p(1-p)/(n-1))| <= 5 %, after Miller 2024, arXiv:2411.00640, section 2.
    """
    if not 0 <= value <= 1:
        return False
    if stderr is None or n < 2:
        return True
    expected = math.sqrt(value * (1 - value) / (n - 1))
    return abs(stderr - expected) <= tolerance * expected


def item_key(*parts: Any) -> str:
    """32 hexadecimal characters for an item, so that no text of it is kept."""
    return hashlib.sha256(canonical_json(list(parts))).hexdigest()[:32]


def any_key(*parts: Any) -> str:
    """The same for values nobody vouches for: NaN in them does not matter."""
    try:
        return item_key(*parts)
    except ValueError:
        return item_key(repr(parts))


def pointer(*parts: str | int) -> str:
    """A JSON pointer (RFC 6901) to the value below these keys."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def fields(value: Any) -> dict[str, Any]:
    """The object itself; empty when the value is something else."""
    return value if isinstance(value, dict) else {}


def section(owner: Any, key: str) -> dict[str, Any]:
    """The object under a key; empty when there is none, or something else stands there."""
    return fields(fields(owner).get(key))


def listing(owner: Any, key: str) -> list[Any]:
    """The list under a key; empty when there is none, or something else stands there."""
    inner = fields(owner).get(key)
    return inner if isinstance(inner, list) else []
