"""Names that OSCAL asks for: tokens, UUIDs, the namespace of what is ours. Same record, same names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5

NAMESPACE = "urn:govkit:ns:oscal"
"""The `ns` of every property, part and relationship of ours, and the scheme of our ids. Source: docs/oscal.md."""

OSCAL_VERSION = "1.2.3"
"""The release that is written. Source: the schemas in govkit/oscal/schemas."""

UUIDS = uuid5(NAMESPACE_URL, NAMESPACE)
"""Every UUID of ours is a version 5 UUID of a name in this namespace."""

CLAUSE = "clause"

_UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[45][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}")
"""Source: UUIDDatatype, OSCAL 1.2.3."""

_URI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")
"""An absolute URI of plain characters. Source: RFC 3986; narrower than URIDatatype, OSCAL 1.2.3."""

_BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


def is_token(text: str) -> bool:
    """Whether OSCAL takes it as an identifier: a letter or underscore, then letters, digits, dots, hyphens and `_`.

    Source: TokenDatatype, OSCAL 1.2.3.
    """
    first, rest = text[:1], text[1:]
    return (first.isalpha() or first == "_") and all(char.isalnum() or char in "._-" for char in rest)


def is_uuid(text: str) -> bool:
    """Whether OSCAL takes it as a UUID; versions 4 and 5 only."""
    return _UUID.fullmatch(text) is not None


def is_uri(text: str) -> bool:
    """Whether it is an absolute URI without characters that readers differ about."""
    return _URI.fullmatch(text) is not None


def is_line(text: str) -> bool:
    """Whether it may be a value: one line, something on it, no blanks at its ends. Source: StringDatatype, 1.2.3."""
    return bool(text) and text.strip() == text == text.strip("\ufeff") and not any(c in text for c in _BREAKS)


def token(text: str, level: str = CLAUSE) -> str:
    """The identifier made of an id as printed: `MEASURE 2.3` gives `measure-2.3`, `6.1.2` of a clause `cl-6.1.2`.

    Lower case; what is neither letter, digit, dot nor underscore becomes one hyphen. What does not start with a letter
    gets the name of its level in front, `cl` for clauses: question 3 of one catalog and principle 3 of another are two
    things to whoever brings both together. Different texts may give one token: see `Identifiers`.
    """
    kept = re.sub(r"[^a-z0-9._]+", "-", text.lower())
    kept = re.sub(r"[.-]*-[.-]*", "-", kept).strip(".-")
    if kept[:1].isalpha() or kept[:1] == "_":
        return kept
    front = "cl" if level.endswith(CLAUSE) else token(level)
    return f"{front}-{kept or 'none'}"


class Identifiers:
    """The identifiers of one document, each given once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = set(taken)
        self.last: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """The wanted token, or the first free one of `wanted-2`, `wanted-3` and so on."""
        found, count = wanted, self.last.get(wanted, 1)
        while found in self.taken:
            count += 1
            found = f"{wanted}-{count}"
        self.last[wanted] = count
        self.taken.add(found)
        return found


def uuid_of(kind: str, *names: str) -> str:
    """The UUID of a thing: always the same for the same kind and names."""
    return str(uuid5(UUIDS, ":".join([kind, *(name.replace("%", "%25").replace(":", "%3A") for name in names)])))


class Named(NamedTuple):
    """An entry that gets an identifier."""

    id: str
    """As printed."""
    level: str
    given: str | None
    """The identifier it came with."""


def identifiers(named: Iterable[Named]) -> dict[str, str]:
    """Id as printed → identifier, each unique; what an id came with is kept where it is a token and free."""
    entries = list(named)
    free = Identifiers()
    kept = [one for one in entries if one.given and is_token(one.given)]
    found = {one.id: free.take(one.given) for one in kept if one.given and one.given not in free.taken}
    return {one.id: found[one.id] if one.id in found else free.take(token(one.id, one.level)) for one in entries}
