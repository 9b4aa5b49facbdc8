"""Why a value does not fit one of OSCAL's datatypes. Source: OSCAL 1.2.3 JSON schemas, `definitions/*Datatype`."""

from __future__ import annotations

import re
from typing import Any

_UUID = re.compile(
    r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-([0-9A-Fa-f])[0-9A-Fa-f]{3}-([0-9A-Fa-f])[0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}"
)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LONGEST = 60


def misfit(datatype: str, value: Any) -> tuple[str, str]:
    """What is wrong with a value of a datatype, and the fix."""
    shown = repr(value if len(str(value)) <= _LONGEST else str(value)[:_LONGEST] + "...")
    if not isinstance(value, str):
        return f"{shown} is outside the allowed range", "write a number of the allowed range"
    match datatype:
        case "UUIDDatatype":
            return _uuid(value, shown)
        case "DateTimeWithTimezoneDatatype":
            return _instant(value, shown)
        case "DateDatatype" | "DateWithTimezoneDatatype" | "DateTimeDatatype":
            return f"{shown} is not a date", "write a date that exists, like 2026-11-20"
        case "TokenDatatype":
            return _token(value, shown)
        case "StringDatatype" | "MarkupLineDatatype":
            return _one_line(value, shown)
        case "URIDatatype":
            return f"{shown} is not a URI", "write it with its scheme, like https://example.org/x"
        case "URIReferenceDatatype":
            fix = "write blanks as %20; `#` and a uuid for something in this document"
            return f"{shown} is not a reference", fix
        case "EmailAddressDatatype":
            return f"{shown} is not an e-mail address", "write name@domain"
        case "Base64Datatype":
            return f"{shown} is not base64", "encode it again, without line breaks"
        case _:
            return f"{shown} does not fit", "see the OSCAL reference for this entry"


def _uuid(value: str, shown: str) -> tuple[str, str]:
    fix = "make one with `uuidgen` (version 4)"
    shaped = _UUID.fullmatch(value)
    if not shaped:
        return f"{shown} is not a uuid", fix
    if shaped[1] not in "45":
        return f"{shown} is a uuid of version {shaped[1]}; OSCAL takes only versions 4 and 5", fix
    return f"{shown} is not a uuid of the usual variant (the fourth group must begin with 8, 9, a or b)", fix


def _instant(value: str, shown: str) -> tuple[str, str]:
    sample = "2026-11-20T12:00:00Z"
    whole = _INSTANT.match(value)
    if _INSTANT.fullmatch(value):
        return f"{shown} has no time zone", f"add it: {value}Z, or an offset like {value}+01:00"
    if _DAY.fullmatch(value):
        return f"{shown} has no time of day", f"add time and time zone, like {sample}"
    if whole:
        return f"{shown} has a time zone or a time that does not exist", f"write it like {sample}"
    return f"{shown} is not an instant", f"write it like {sample}"


def _token(value: str, shown: str) -> tuple[str, str]:
    allowed = "letters, digits, `.`, `-` and `_`, beginning with a letter or `_`"
    if not value:
        return "is empty", f"write {allowed}"
    why = "begins with a digit" if value[0].isdigit() else "holds a blank" if re.search(r"\s", value) else ""
    shown_why = f"{shown} {why}; it" if why else shown
    if why:
        return f"{shown_why} may hold only {allowed}", "keep the printed form in a prop `label`"
    odd = next((c for c in value if not (c.isalnum() or c in "._-")), value[0])
    return f"{shown} holds {odd!r}; it may hold only {allowed}", "keep the printed form in a prop `label`"


def _one_line(value: str, shown: str) -> tuple[str, str]:
    if not value.strip():
        return "is empty", "write something, or remove the key"
    if "\n" in value or "\r" in value:
        return (
            f"{shown} has more than one line",
            "write it in one line; long text belongs into `description` or `remarks`",
        )
    return f"{shown} begins or ends with a blank", "remove the blank"
