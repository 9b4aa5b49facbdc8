"""Attestations: what only a person can judge, said by a named person on a date.

Recognised by `attestation: <kind>` and `statement:` in a YAML file. Measure `attestation/statement`: 1 when affirmed, 0
when denied, with the condition `attestation`; it holds until `valid_until` where that is given. A statement without a
name, a date or an answer is refused: it would be nobody's.
"""

from __future__ import annotations

from typing import Any

from govkit.collectors.papers import day, filled, has_key, kinds, missing, parsed, until_end_of
from govkit.collectors.source import Sniffed, Source
from govkit.collectors.values import name
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement, Reading, ToolRef
from govkit.yaml_lines import Document

FORMAT = "attestation"
VERSION = "2"

_ANSWERS = {"true": True, "yes": True, "affirmed": True, "false": False, "no": False, "denied": False}


def sniff(source: Source) -> Sniffed | None:
    """A YAML file with the keys `attestation` and `statement`."""
    if source.starts_as_json or not (has_key(source, "attestation") and has_key(source, "statement")):
        return None
    return Sniffed(FORMAT, 0.9, None, "YAML with the keys `attestation` and `statement`")


def collect(source: Source) -> Reading:
    """Who said what, and when; raises CollectorError when words, name, date or answer are missing."""
    document = parsed(source.content, source.shown, "the attestation")
    entry: dict[str, Any] = document.value
    kind, statement = entry.get("attestation"), entry.get("statement")
    if not isinstance(kind, str) or not filled(kind) or not isinstance(statement, str) or not filled(statement):
        fix = "write `attestation: <kind>` and `statement: ...` in words"
        raise CollectorError("does not say what is stated", fix=fix, line=document.place(("statement",)).line)
    by, on = entry.get("made_by", entry.get("by")), entry.get("made_on", entry.get("on"))
    signatory = name(by, 180)
    made = day(on, "made_on", line=_line(document, "made_on", "on"))
    if signatory is None or not filled(by) or made is None:
        what, fix = (
            "nobody signs this: the name or the date is missing",
            "write `made_by: NAME` and `made_on: 2026-11-20`",
        )
        raise CollectorError(what, fix=fix, ident="unsigned-attestation", line=_line(document, "made_by", "by"))
    answer = _ANSWERS.get(str(entry.get("answer", "")).casefold())
    if answer is None:
        line = document.place(("answer",)).line
        raise CollectorError("the answer is missing or unclear", fix="write `answer: yes` or `answer: no`", line=line)
    ends = day(entry.get("valid_until"), "valid_until", line=_line(document, "valid_until"))
    if ends is not None and ends < made:
        fix = "put the two dates right"
        line = _line(document, "valid_until")
        raise CollectorError("valid_until lies before made_on", fix=fix, ident="bad-date", line=line)
    lacking = missing({**entry, "made_by": by, "made_on": on}, kinds()["attestations"].get(kind, ()))
    value = Measurement(
        measure="attestation/statement",
        value=float(answer),
        unit="count",
        higher_is_better=True,
        n=1,
        n_basis="entries",
        conditions={"attestation": name(kind) or kind},
        at=made,
        valid_until=until_end_of(ends) if ends else None,
        place=f"line {_line(document, 'statement')}",
        warnings=(f"fields-missing: {', '.join(lacking)}",) if lacking else (),
    )
    return Reading(
        format=FORMAT,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name=f"statement of {signatory}"),
        status="complete",
        at=made,
        method="INTERVIEW",
        measurements=(value,),
    )


def _line(document: Document, *keys: str) -> int:
    """Line of the first of these keys that is there."""
    return document.place((next((key for key in keys if key in document.value), keys[0]),)).line
