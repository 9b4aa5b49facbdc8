"""Rows of a promptfoo result: how each test ended, by the row itself and not by the summary.

The summary counts a crashed assertion as a failed test, a test without an assertion as a passed one, and, before
0.105, an error of the provider as a failed test. Source: promptfoo `evaluator.ts` and `assertions/`, read at 0.80.3,
0.104.0 and 0.123.1, and results those versions wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from govkit.collectors.values import any_key, count, fields, listing, name, score, section

Outcome = Literal["pass", "fail", "error", "crashed", "unasserted", "silent", "unreadable"]
"""How a test ended. `error`: the target gave no answer. `crashed`: an assertion did not work, and no other one failed.
`unasserted`: nothing was asserted. `silent`: an attack was met by no output. All but the first two go unscored."""

GRADED = frozenset({"pass", "fail"})

CRASHES = (
    "Custom function threw error",
    "Python code execution failed",
    "Ruby code execution failed",
    "Webhook error:",
    "Scoring function error:",
    "Invalid regex pattern:",
    "Moderation API error:",
    "Could not perform remote grading:",
    "Could not extract JSON from",
    "Error parsing output:",
    "Unknown error fetching similarity",
    "Unknown error fetching embeddings",
    "Embedding not found",
)
"""How the reason of an assertion begins that did not work. Source: promptfoo `assertions/` and `matchers/`."""

_TRACES = ("Stack Trace:", "Traceback (most recent call last)", "Python Traceback:")
_NO_ASSERTIONS, _NO_OUTPUT, _ERROR = "No assertions", "No output", 2


class Row(NamedTuple):
    """One test with one prompt and one provider."""

    raw: dict[str, Any]
    outcome: Outcome
    key: str
    """32 hexadecimal characters for the test: its description, variables, attack and assertions."""
    group: str
    """The same for the tests that are no more than one: repeats, and the variants of one attack."""
    broken: bool
    """Whether an assertion did not work."""

    @property
    def attack(self) -> dict[str, str]:
        """Red-team plugin and strategy; empty for an ordinary test."""
        said = {word: name(metadata(self.raw).get(key), 80) for word, key in _ATTACK.items()}
        return {word: text for word, text in said.items() if text} if said["plugin"] else {}

    @property
    def cached(self) -> bool:
        """Whether the answer came from an earlier run."""
        return section(self.raw, "response").get("cached") is True


_ATTACK = {"plugin": "pluginId", "strategy": "strategyId"}


def is_row(row: Any) -> bool:
    """Whether a JSON value is such a row, of any version."""
    if not isinstance(row, dict) or not ("success" in row or "gradingResult" in row or "pass" in row):
        return False
    return ("provider" in row or "promptIdx" in row) and bool(row.keys() & {"prompt", "vars", "testCase", "response"})


def read(raw: dict[str, Any]) -> Row:
    """The row with its outcome."""
    test = section(raw, "testCase")
    asked = test.get("vars") or raw.get("vars")
    attack = [metadata(raw).get(key) for key in _ATTACK.values()]
    description = test.get("description") or raw.get("description")
    told = [description, asked, attack, [_assertion(one) for one in listing(test, "assert")]]
    if not asked and not description:
        told.append(raw.get("testIdx"))
    key = any_key(told)
    broken = [one for one in components(raw) if crashed(one)]
    return Row(raw, _outcome(raw, broken), key, _group(raw, asked, key), bool(broken))


def metadata(raw: dict[str, Any]) -> dict[str, Any]:
    """Metadata of the test and of the answer."""
    return {**section(section(raw, "testCase"), "metadata"), **section(raw, "metadata")}


def components(raw: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What each assertion said; the grading result itself where it lists none."""
    grading = section(raw, "gradingResult")
    listed = [one for one in listing(grading, "componentResults") if isinstance(one, dict)]
    yield from listed or ([grading] if grading else [])


def crashed(component: dict[str, Any]) -> bool:
    """Whether an assertion did not work, so that what it says is about itself."""
    if section(component, "metadata").get("graderError") is True:
        return True
    reason = component.get("reason")
    if not isinstance(reason, str):
        return False
    return reason.startswith(CRASHES) or any(trace in reason[:4000] for trace in _TRACES)


def rated_by_hand(raw: dict[str, Any]) -> bool:
    """Whether a person overrode the result in promptfoo's viewer."""
    return any(section(one, "assertion").get("type") == "human" for one in components(raw))


def _outcome(raw: dict[str, Any], broken: list[dict[str, Any]]) -> Outcome:
    grading = section(raw, "gradingResult")
    said = (raw.get("success"), raw.get("pass"), grading.get("pass"))
    passed = next((word for word in said if isinstance(word, bool)), None)
    if passed is None:
        return "unreadable"
    if raw.get("failureReason") == _ERROR or (not passed and not grading and _target_failed(raw)):
        return "error"
    if broken or crashed({"reason": raw.get("error")}):
        others = [one for one in components(raw) if one is not grading and not crashed(one)]
        return "fail" if any(one.get("pass") is False for one in others) else "crashed"
    if not passed:
        return "fail"
    if metadata(raw).get("pluginId") and _silent(raw, grading):
        return "silent"
    return "unasserted" if _nothing_asserted(raw, grading) else "pass"


def _silent(raw: dict[str, Any], grading: dict[str, Any]) -> bool:
    """Whether the target said nothing. Rows without `response` show no output at all: their grading tells."""
    if "response" not in raw:
        return False
    output = section(raw, "response").get("output")
    return (output is None and not grading) or (isinstance(output, str) and not output.strip())


def _target_failed(raw: dict[str, Any]) -> bool:
    """Of a failed row without grading: whether the target failed. No output at all is an answer that fails the test."""
    if raw.get("failureReason") == 1:
        return False
    return raw.get("error") not in (None, "", _NO_OUTPUT)


def _nothing_asserted(raw: dict[str, Any], grading: dict[str, Any]) -> bool:
    """No assertion, or none that can fail: promptfoo counts both as passed."""
    if grading.get("reason") == _NO_ASSERTIONS:
        return True
    asserted = [one for one in listing(section(raw, "testCase"), "assert") if isinstance(one, dict)]
    if asserted:
        return all(one.get("weight") == 0 for one in asserted)
    return "testCase" in raw and not listing(grading, "componentResults") and not grading.get("assertion")


def named_score(raw: dict[str, Any], metric: str) -> float | None:
    """The score of one named metric as a mean over its assertions; None where it has no weight.

    Before the weights were written, the row holds the sum over all assertions of that name.
    """
    value = score(section(raw, "namedScores").get(metric))
    weight = section(section(raw, "gradingResult"), "namedScoreWeights").get(metric)
    if value is None or weight == 0:
        return None
    parts = [score(one.get("score")) for one in components(raw) if section(one, "assertion").get("metric") == metric]
    if weight is None and len(parts) > 1 and None in parts:
        return None  # a sum or a mean: only the parts can tell
    if weight is None and len(parts) > 1:
        total = sum(part for part in parts if part is not None)
        return value / len(parts) if abs(total - value) <= 1e-9 * max(1.0, abs(total)) else value
    return value


def column_of(raw: dict[str, Any]) -> int | None:
    """Number of the prompt-and-provider column the row belongs to, from 0; None before version 3."""
    return count(raw.get("promptIdx"))


def _assertion(one: Any) -> Any:
    stated = fields(one)
    return [stated.get(key) for key in ("type", "metric", "value", "threshold")] + [
        _assertion(inner) for inner in listing(stated, "assert")
    ]


def _group(raw: dict[str, Any], asked: Any, key: str) -> str:
    """Repeats share their key; the variants of one attack share the text they were made from."""
    plugin, original = metadata(raw).get("pluginId"), metadata(raw).get("originalText")
    if not plugin:
        return key
    values = list(fields(asked).values())
    text = original if isinstance(original, str) else values[0] if len(values) == 1 else values
    return any_key([plugin, text])
