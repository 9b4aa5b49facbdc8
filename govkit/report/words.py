"""Tokens of the records as words for people. A status is always a word and a shape, never a colour alone."""

from __future__ import annotations

from typing import NamedTuple

from govkit.model.assessment import Outcome, State


class Status(NamedTuple):
    """A word with the style class that gives it its shape and colour."""

    word: str
    look: str
    """good, bad, open, none or off: see report.css."""


OUTCOMES: dict[Outcome, Status] = {
    "met": Status("Met", "good"),
    "not-met": Status("Not met", "bad"),
    "inconclusive": Status("Inconclusive", "open"),
    "not-judged": Status("Not judged", "none"),
}
OUTCOME_MEANS: dict[Outcome, str] = {
    "met": "The value clears the bar, and so does the whole interval around it where there is one.",
    "not-met": "The value misses the bar, and so does the whole interval around it where there is one.",
    "inconclusive": "The bar lies inside the interval: the test was too small to tell. It does not count as met.",
    "not-judged": "There is no evidence that may count. The reason is given. It does not count as met.",
}
STATES: dict[State, Status] = {
    "satisfied": Status("Evidenced", "good"),
    "not-satisfied": Status("Not evidenced", "bad"),
    "not-applicable": Status("Not applicable", "off"),
}
STATE_MEANS: dict[State, str] = {
    "satisfied": "Every control that stands for it has checks, and all of its gate checks are met.",
    "not-satisfied": "At least one control that stands for it is not shown to hold, or no control stands for it.",
    "not-applicable": "The organisation left it out in its Statement of Applicability and says why.",
}
ACCEPTED = Status("Not evidenced, accepted", "open")
"""A named person took the risk for a time; the state itself does not change."""

REASONS: dict[str, str] = {
    "bar-cleared": "The bar is cleared",
    "bar-missed": "The bar is missed",
    "interval-spans-bar": "Too few items to tell",
    "no-evidence": "No evidence was given",
    "stale-evidence": "The evidence is too old",
    "date-unknown": "The evidence has no date",
    "unreadable-evidence": "The evidence cannot be read",
    "impossible-value": "The value contradicts itself",
    "wrong-release": "The evidence is about another release",
    "unit-mismatch": "Value and bar have different units",
    "direction-unknown": "Not known whether higher is better",
    "direction-conflict": "Bar and tool disagree which way is better",
    "sample-too-small": "Too few items were tested",
    "no-uncertainty": "The uncertainty of the value is not known",
    "run-incomplete": "The test run did not finish",
    "items-missing": "Too many items have no result",
    "mock-model": "No real model was tested",
    "edited-after-run": "The result was edited after the run",
    "unreliable": "The tool itself calls the result unreliable",
    "self-reported": "The maker states it; nobody measured it",
    "judge-unvalidated": "A model gave the marks, and nothing shows it agrees with people",
    "not-bound": "Not shown to be about this very release",
    "order-unknown": "Not known whether the bar came before the result",
    "not-comparable": "There is nothing comparable",
    "no-baseline": "First release: nothing to compare with",
    "contaminated": "The test data was in the training data",
    "bar-set-after-result": "The bar was set after the result was known",
    "no-bar": "No bar has been set",
    "no-criterion": "The control has no check",
    "no-control": "No control stands for it",
    "excluded": "Left out, with a reason",
    "out-of-profile": "The profile does not ask it of a system like this",
    "risk-above-appetite": "A risk is higher than accepted",
    "finding-gone": "A check of the last release is gone",
    "all-advisory": "All of its checks are advisory",
}
ACCEPTANCE: dict[str, Status] = {
    "valid": Status("Valid", "good"),
    "expired": Status("Expired", "bad"),
    "residual-rose": Status("Void: the risk rose since", "bad"),
    "evidence-changed": Status("Void: its evidence changed", "bad"),
    "other-release": Status("For another release", "off"),
    "not-yet": Status("Made after this judgement", "off"),
}
DECISIONS: dict[str, Status] = {
    "go": Status("Go", "good"),
    "go-with-actions": Status("Go, with actions", "open"),
    "no-go": Status("No go", "bad"),
}
DIRECTIONS: dict[str, Status] = {
    "better": Status("Better", "good"),
    "worse": Status("Worse", "bad"),
    "same": Status("Same", "off"),
    "new": Status("New", "none"),
    "gone": Status("Gone", "bad"),
    "moved": Status("Moved", "open"),
}
METHODS = {"TEST": "measured by test", "EXAMINE": "read in a document or register", "INTERVIEW": "stated by a person"}
SEVERITY = {"gate": "decides the gate", "advisory": "advisory: reported, decides nothing"}
TREATMENTS = {"mitigate": "Reduce", "avoid": "Avoid", "share": "Share", "accept": "Accept"}
IMPLEMENTATION = {
    "implemented": "In place",
    "partly": "Partly in place",
    "planned": "Planned",
    "not-started": "Not started",
}
ROLES = {
    "provider": "Provider: offers the system to others",
    "deployer": "Deployer: runs the system",
    "developer": "Developer: builds the system",
    "user": "User of the system",
}
KINDS = {
    "classifier": "Classifier: sorts cases into classes",
    "regressor": "Regressor: estimates a quantity",
    "ranker": "Ranker: puts things in an order",
    "generator": "Generator: writes text or makes other content",
    "agent": "Agent: acts by itself through tools",
    "general-purpose": "General-purpose model",
}
TIERS = {"minimal": "Minimal", "limited": "Limited", "high": "High"}
EVIDENCE_ROLES = {
    "judged": "",
    "baseline": "previous release",
    "slice": "group",
    "defeater": "defeats the result",
    "grader": "shows that the judge agrees with people",
}
RUN_STATUS = {
    "complete": "run complete",
    "partial": "run partial",
    "cancelled": "run cancelled",
    "error": "run failed",
    "unknown": "run state not stated",
}


def reason_words(token: str) -> str:
    """The reason as a short phrase; an unknown token is shown as it is."""
    return REASONS.get(token, token)


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 check`, `3 checks`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(items: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def said(warning: str) -> str:
    """A warning with its token as words: `zero-stderr: the tool ...` becomes `Zero stderr: the tool ...`."""
    token, colon, rest = warning.partition(": ")
    if colon and " " not in token and token.replace("-", "").isalnum():
        warning = f"{token.replace('-', ' ')}: {rest}"
    return warning[:1].upper() + warning[1:]


GLOSSARY: tuple[tuple[str, str], ...] = (
    ("Acceptance", "A named person's written decision to live with a risk at a stated level until a stated date."),
    ("Appetite", "The highest level of risk the organisation carries without such a decision."),
    ("As of", "The instant for which the judgement holds. Evidence from after it does not count."),
    ("Bar", "The number a measured value must reach, or must not exceed."),
    ("Baseline release", "The earlier release this one is compared with."),
    ("Check", "One measured value held against one bar."),
    ("Commit", "The fingerprint of one saved state of the files in git, with author and date."),
    ("Control", "Something the organisation does to keep a risk down or to meet a requirement."),
    ("Digest", "A fingerprint of a file (SHA-256). If one letter of the file changes, so does its digest."),
    ("Evidence", "A file that was read, or an answer of git: identified by digest, commit and date."),
    ("Gate", "The organisation's own rule for releases: open when everything in scope is evidenced or accepted."),
    ("Inherent risk", "How large a risk is before any control is counted."),
    ("Interval", "The range in which the true value lies with the stated confidence, given the size of the test."),
    ("Release", "One version of the system, identified by tag or commit."),
    ("Requirement", "One thing a standard or framework asks, under its own number."),
    ("Residual risk", "How large a risk is once the controls that are shown to hold are counted."),
    (
        "Statement of Applicability",
        "The list that says for every control of a standard whether it is needed, and why.",
    ),
)
