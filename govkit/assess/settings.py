"""What moved since the baseline release besides results: bars, scope, tier, appetite, policy. Told, never judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from govkit.assess.findings import statement_lines
from govkit.assess.question import Question
from govkit.model.asked import AskedBefore
from govkit.model.assessment import Check, Difference
from govkit.model.risk import Risk, rating


def settings_moved(question: Question, checks: Iterable[Check]) -> Iterator[Difference]:
    """One difference for every bar and setting that is another now than at the commit of the baseline release."""
    for check in checks:
        if check.bar_set is not None and check.bar_set.moved_since:
            text = f"{check.title}: the bar is {check.bar}; before, it was: {check.bar_set.moved_since}."
            yield _moved(check.id, check.bar_set.moved_since, check.bar, text)
    asked = question.asked_before
    if asked is not None:
        yield from _frameworks(question, asked)
        yield from _system(question, asked)
        yield from _excluded(question, asked)
        yield from _closed(question, asked)
        for name in asked.mappings:
            text = "What is read from the evidence, and how, is written otherwise than it was."
            yield _moved(name, "as at the baseline release", "rewritten", text)
        gone = [glob for glob in asked.governed if glob not in question.project.governed_paths]
        if gone:
            text = "Nobody has to approve changes of these any more."
            yield _moved("governed files", ", ".join(gone), "not governed", text)
    policy = question.policy_set
    if policy is not None and policy.moved_since:
        text = f"The policy is another now; before, it was: {policy.moved_since}."
        yield _moved("policy", policy.moved_since, "see govkit.yaml", text)


def _frameworks(question: Question, asked: AskedBefore) -> Iterator[Difference]:
    uses = {use.id: use.gate for use in question.project.frameworks}
    for name in asked.frameworks:
        if name not in uses:
            yield _moved(name, "closed the gate", "out of scope", "Nothing is asked by this framework any more.")
        elif not uses[name]:
            yield _moved(name, "closed the gate", "reported only", "What it asks closes no gate any more.")


def _system(question: Question, asked: AskedBefore) -> Iterator[Difference]:
    system = question.project.system(question.release.system)
    if asked.tier is not None and asked.tier != system.tier:
        text = f"How much can go wrong with {system.name} is rated {system.tier}, and was rated {asked.tier}."
        yield _moved("tier", asked.tier, system.tier, text)
    if asked.kind is not None and asked.kind != system.kind:
        text = f"{system.name} is described as {system.kind}, and was as {asked.kind}; other controls fit it."
        yield _moved("kind", asked.kind, system.kind, text)
    appetite = question.project.scale.appetite
    if asked.appetite is not None and asked.appetite != appetite:
        text = f"Risks up to {appetite} need nobody's decision; before, it was up to {asked.appetite}."
        yield _moved("appetite", asked.appetite, appetite, text)


def _excluded(question: Question, asked: AskedBefore) -> Iterator[Difference]:
    for name, line in statement_lines(question.project.statement).items():
        if not line.necessary and name not in asked.excluded:
            yield _moved(name, "applicable", "excluded", f"The Statement of Applicability leaves it out: {line.reason}")


def _closed(question: Question, asked: AskedBefore) -> Iterator[Difference]:
    for risk in question.project.risks:
        if risk.id in asked.risks and risk.status == "closed":
            text = f"{risk.title}: the risk is closed, and nobody has to accept it any more."
            yield Difference(subject=risk.id, kind="risk", before="open", after="closed", direction="moved", text=text)
        before, now = asked.ratings.get(risk.id), _rated(risk)
        if risk.status == "open" and before is not None and before != now:
            yield _moved(risk.id, before, now, f"{risk.title}: it is rated, or what reduces it, otherwise than it was.")


def _rated(risk: Risk) -> str:
    moves = ((move.control, move.reduces, str(move.steps)) for move in risk.controls)
    return rating(str(risk.likelihood), str(risk.impact), moves)


def _moved(subject: str, before: str, after: str, text: str) -> Difference:
    return Difference(
        subject=subject, kind="setting", before=before[:200], after=after[:200], direction="moved", text=text
    )
