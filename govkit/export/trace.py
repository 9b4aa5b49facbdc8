"""Follow an id both ways: requirement → control → check → measurement → file → digest → commit, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from govkit.model.assessment import Assessment, Check, Finding, Used
from govkit.model.control import Control


class Trail:
    """The links of one assessment, indexed in both directions."""

    def __init__(self, assessment: Assessment, controls: Iterable[Control]) -> None:
        self.assessment = assessment
        self.controls: Mapping[str, Control] = {control.id: control for control in controls}
        self.findings = {finding.subject: finding for finding in assessment.findings}
        self.checks = {check.id: check for check in assessment.checks}

    def known(self) -> tuple[str, ...]:
        """Every id that can be traced: requirements, controls, checks, risks, files, commits."""
        assessment = self.assessment
        files = {item.path for item in assessment.evidence}
        commits = {item.commit for item in assessment.evidence if item.commit}
        risks = {risk.risk for risk in assessment.risks}
        return tuple(sorted({*self.findings, *self.checks, *risks, *files, *commits}))

    def matches(self, word: str) -> list[str]:
        """Ids that are the word, end in it after a colon, or begin with it (digests and commits from 7 characters)."""
        known = self.known()
        if word in known:
            return [word]
        ends = [name for name in known if name.endswith(f":{word}")]
        if ends or len(word) < 7:
            return ends
        by_digest = sorted({item.path for item in self.assessment.evidence if item.sha256.startswith(word)})
        return by_digest or [name for name in known if name.startswith(word)]

    def of(self, ident: str) -> dict[str, Any]:
        """The whole trail of one id as plain values."""
        if ident in self.checks:
            return self._check(self.checks[ident], back=True)
        if ident in self.findings:
            finding = self.findings[ident]
            return self._control(finding, back=True) if finding.kind == "control" else self._requirement(finding)
        risk = next((item for item in self.assessment.risks if item.risk == ident), None)
        if risk is not None:
            names = (*risk.moved_by, *risk.not_holding)
            controls = [self._control(self.findings[name]) for name in names if name in self.findings]
            return {"kind": "risk", "id": ident, "title": risk.title, "level": risk.level, "controls": controls}
        return self._file(ident)

    def _requirement(self, finding: Finding) -> dict[str, Any]:
        found: dict[str, Any] = {
            "kind": "requirement",
            "id": finding.subject,
            "title": finding.title,
            "state": finding.state,
            "reason": finding.reason,
            "applicability": finding.applicability,
            "controls": [self._control(self.findings[name]) for name in finding.controls],
        }
        profile = self.assessment.profile
        if profile is not None and finding.tailored is not None:
            found["profile"] = {"id": profile.id, **finding.tailored.model_dump(mode="json")}
        return found

    def _control(self, finding: Finding, *, back: bool = False) -> dict[str, Any]:
        found: dict[str, Any] = {
            "kind": "control",
            "id": finding.subject,
            "title": finding.title,
            "state": finding.state,
            "reason": finding.reason,
            "checks": [self._check(self.checks[name]) for name in finding.checks],
        }
        if back:
            found["requirements"] = list(self._claimed(finding.subject))
            found["risks"] = [r.risk for r in self.assessment.risks if finding.subject in (*r.moved_by, *r.not_holding)]
        return found

    def _claimed(self, control: str) -> Iterator[dict[str, Any]]:
        """The requirements in scope that a control is evidence for."""
        for finding in self.assessment.findings:
            if finding.kind == "requirement" and control in finding.controls:
                yield {"id": finding.subject, "title": finding.title, "state": finding.state}

    def _check(self, check: Check, *, back: bool = False) -> dict[str, Any]:
        found: dict[str, Any] = {
            "kind": "check",
            "id": check.id,
            "title": check.title,
            "outcome": check.outcome,
            "reason": check.reason,
            "explanation": check.explanation,
            "bar": check.bar,
            "bar_from": check.bar_from,
            "bar_set": check.bar_set.model_dump(mode="json", exclude_none=True) if check.bar_set else None,
            "evidence": [_used(item) for item in check.used],
        }
        if back:
            found["control"] = check.control
            found["requirements"] = list(self._claimed(check.control))
        return found

    def _file(self, ident: str) -> dict[str, Any]:
        """A file or commit, and upwards from it everything that rests on it."""
        uses = [item for item in self.assessment.evidence if ident in (item.path, item.commit)]
        names = sorted({name for item in uses for name in item.checks})
        return {
            "kind": "evidence",
            "id": ident,
            "files": [
                item.model_dump(
                    mode="json",
                    exclude_none=True,
                    include={"path", "sha256", "size", "commit", "committed", "author", "release", "format"},
                )
                for item in uses
            ],
            "checks": [self._check(self.checks[name], back=True) for name in names],
        }


def _used(item: Used) -> dict[str, Any]:
    return {
        "role": item.role,
        "measure": item.measure,
        "value": item.value,
        "unit": item.unit,
        "n": item.n,
        "conditions": item.conditions,
        "path": item.path,
        "place": item.place,
        "sha256": item.sha256,
        "commit": item.commit,
        "author": item.author,
        "at": item.at.isoformat() if item.at else None,
        "collector": item.collector,
        "tool": item.tool.model_dump(exclude_none=True) if item.tool else None,
    }


def trail_text(trail: dict[str, Any], indent: int = 0) -> Iterator[str]:
    """The same as indented lines."""
    pad = "  " * indent
    kind = trail["kind"]
    if kind == "evidence":
        for item in trail["files"]:
            commit = item.get("commit", "not committed")
            yield f"{pad}file {item['path']}  sha256 {item['sha256']}  commit {commit}"
    else:
        state = trail.get("state") or trail.get("outcome") or trail.get("level", "")
        reason = f" ({trail['reason']})" if trail.get("reason") else ""
        yield f"{pad}{kind} {trail['id']}  {state}{reason}  {trail['title']}"
    if trail.get("applicability"):
        yield f"{pad}  applicability: {trail['applicability']}"
    if trail.get("profile"):
        yield from _profile_lines(trail["profile"], pad)
    if kind == "check":
        yield f"{pad}  {trail['explanation']}"
        yield from _bar_lines(trail, pad)
    for item in trail.get("evidence", ()):
        yield from _used_lines(item, pad)
    for name in ("controls", "checks"):
        for child in trail.get(name, ()):
            yield from trail_text(child, indent + 1)
    for item in trail.get("requirements", ()):
        yield f"{pad}  <- requirement {item['id']}  {item['state']}  {item['title']}"
    for risk in trail.get("risks", ()):
        yield f"{pad}  <- risk {risk}"


def _profile_lines(said: dict[str, Any], pad: str) -> Iterator[str]:
    word = "in, binding" if said["binding"] else "in, as guidance" if said["included"] else "out"
    rules = f" [{', '.join(said['rules'])}]" if said["rules"] else ""
    yield f"{pad}  profile {said['id']}: {word}{rules}"
    for reason in said["reasons"]:
        yield f"{pad}    {reason}"


def _bar_lines(trail: dict[str, Any], pad: str) -> Iterator[str]:
    source = f" from: {trail['bar_from']}" if trail["bar_from"] else ""
    yield f"{pad}  bar: {trail['bar']}{source}"
    bar = trail["bar_set"]
    if bar and bar.get("commit"):
        day = bar.get("at", "?")[:10]
        yield f"{pad}  bar set by {bar.get('by', 'unknown')} on {day} in commit {bar['commit'][:10]}"


def _used_lines(item: dict[str, Any], pad: str) -> Iterator[str]:
    value = "no value" if item["value"] is None else f"{item['value']:g}"
    where = ", ".join(f"{key}={value}" for key, value in sorted(item["conditions"].items()))
    yield f"{pad}    {item['role']}: {item['measure']} = {value}" + (f" [{where}]" if where else "")
    commit = f"commit {item['commit'][:10]} by {item['author']}" if item["commit"] else "not committed"
    day = f", observed {item['at'][:10]}" if item["at"] else ""
    yield f"{pad}      in {item['path']} {item['place']}"
    yield f"{pad}      sha256 {item['sha256']}, {commit}{day}, read by {item['collector']}"
