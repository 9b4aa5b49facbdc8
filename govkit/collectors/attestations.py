"""Attestations: what only a person can judge, said by a named person on a date.

Recognised by `attestation: <kind>` and `statement:` in a YAML file. Measure `attestation/statement`: 1 when affirmed, 0
when denied, with the condition `attestation`; it holds until `valid_until` where that is given. A statement without a
name, a date or an answer is refused: it would be nobody's.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from govkit.collectors.papers import day, filled, has_key, kinds, missing, parsed
from govkit.collectors.registry import Sniffed, Source
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement, Reading, ToolRef

FORMAT = "attestation"
VERSION = "1"

_ANSWERS = {"true": True, "yes": True, "affirmed": True, "false": False, "no": False, "denied": False}


def sniff(source: Source) -> Sniffed | None:
    """A YAML file with the keys `attestation` and `statement`."""
    if source.starts_as_json or not (has_key(source, "attestation") and has_key(source, "statement")):
        return None
    return Sniffed(FORMAT, 0.9, None, "YAML with the keys `attestation` and `statement`")


def collect(source: Source) -> Reading:
    """Who said what, and when; raises CollectorError when a name, a date or an answer is missing."""
    document = parsed(source.content, source.shown, "the attestation")
    entry: dict[str, Any] = document.value
    kind = entry.get("attestation")
    if not isinstance(kind, str) or not filled(kind):
        raise CollectorError("does not say which attestation it is", fix="write `attestation: <kind>`", line=1)
    by, on = entry.get("made_by", entry.get("by")), entry.get("made_on", entry.get("on"))
    if not filled(by) or not filled(on):
        fix = "write `made_by: NAME` and `made_on: 2026-11-20`"
        raise CollectorError(
            "nobody signs this: the name or the date is missing", fix=fix, ident="unsigned-attestation"
        )
    answer = _ANSWERS.get(str(entry.get("answer", "")).casefold())
    if answer is None:
        line = document.place(("answer",)).line
        raise CollectorError("the answer is missing or unclear", fix="write `answer: yes` or `answer: no`", line=line)
    made = day(on, "made_on", line=document.place(("made_on",)).line)
    lacking = missing({**entry, "made_by": by, "made_on": on}, kinds()["attestations"].get(kind, ()))
    ends = day(entry.get("valid_until"), "valid_until", line=document.place(("valid_until",)).line)
    value = Measurement(
        measure="attestation/statement",
        value=float(answer),
        unit="count",
        higher_is_better=True,
        n=1,
        n_basis="entries",
        conditions={"attestation": kind},
        at=made,
        valid_until=datetime.combine(ends.date(), time(23, 59, 59), UTC) if ends else None,
        place=f"line {document.place(('statement',)).line}",
        warnings=(f"fields-missing: {', '.join(lacking)}",) if lacking else (),
    )
    return Reading(
        format=FORMAT,
        collector=FORMAT,
        collector_version=VERSION,
        tool=ToolRef(name=f"statement of {by}"[:200]),
        status="complete",
        at=made,
        method="INTERVIEW",
        measurements=(value,),
    )
