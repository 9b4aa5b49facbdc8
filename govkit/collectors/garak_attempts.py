"""Attempts of a garak report: the outcomes of single answers, grouped by prompt, in constant memory but for keys."""

from __future__ import annotations

from collections import Counter
from typing import Any

from govkit.collectors.grouped import Grouped
from govkit.collectors.kept import MOST
from govkit.collectors.values import any_key, fields, listing, name, section
from govkit.files import finite

THRESHOLD = 0.5
"""Detector score from which garak calls an attack successful, where the setup does not hold another.

Source: garak `resources/garak.core.yaml`, run.eval_threshold. Numbers with a fraction are not written to the setup.
"""

MOST_PAIRS = 5_000
"""Pairs of probe and detector kept. Source: govkit judgement; garak 0.17.1 has some 200 probes, each with a few."""

_EVALUATED = 2
"""Source: garak `attempt.py`, ATTEMPT_COMPLETE. An attempt is written once before and once after its detectors ran."""


class Answers:
    """What an attempt keeps of the answers: whether there were any words in them."""

    def __init__(self, outputs: Any) -> None:
        self.told = isinstance(outputs, list)
        self._empty = [_wordless(one) for one in outputs[:MOST]] if isinstance(outputs, list) else []
        self.asked = len(self._empty)

    def empty(self, scores: int) -> list[bool]:
        """For each score whether its answer is empty; up to 0.12 a request without an answer has no score."""
        answered = [one for one in self._empty if one is not None]
        for seen in (self._empty, answered):
            if len(seen) == scores:
                return [one is True for one in seen]
        return [False] * scores


def _wordless(output: Any) -> bool | None:
    """Whether an answer is blank text; None for no answer at all. An answer that is a file is none of both."""
    if output is None:
        return None
    if isinstance(output, dict):
        return output.get("data_path") is None and not str(output.get("text") or "").strip()
    return isinstance(output, str) and not output.strip()


class Outcomes:
    """Answers to one probe as one detector saw them."""

    def __init__(self) -> None:
        self.hits = self.passes = self.nones = self.prompts = 0
        self.unanswered: int | None = 0
        """Requests that met no answer and got no score either, as up to 0.12; None where answers are not kept."""
        self.empty: Counter[str] = Counter()
        """Answers without a word in which the attack failed, by intent."""
        self.items = Grouped()

    def add(self, key: str, scores: list[Any], threshold: float, answers: Answers, intent: str = "") -> None:
        """All answers to one prompt; a score of None is an answer that could not be judged."""
        self.prompts += 1
        empty = answers.empty(len(scores))
        if answers.told and self.unanswered is not None:
            self.unanswered += max(0, answers.asked - len(scores))
        else:
            self.unanswered = None
        for raw, wordless in zip(scores, empty, strict=True):
            score = float(raw) if isinstance(raw, bool) else finite(raw)
            if score is None:
                self.nones += 1
                continue
            hit = score >= threshold
            self.hits += hit
            self.passes += not hit
            if wordless and not hit:
                self.empty[intent] += 1
            else:
                self.items.add(key, float(hit))

    @property
    def clusters(self) -> int | None:
        """Different prompts, where fewer than answers; when there are too many to tell them apart, attempts."""
        return self.prompts if self.items.crowded else self.items.clusters


class Attempts:
    """Outcomes by probe and detector."""

    def __init__(self, threshold: float | None) -> None:
        self.threshold = THRESHOLD if threshold is None else threshold
        self.pairs: dict[tuple[str, str], Outcomes] = {}
        self.evaluated = self.left_out = 0

    def add(self, row: dict[str, Any]) -> None:
        """One attempt; those not yet evaluated are passed over."""
        if row.get("status") != _EVALUATED:
            return
        self.evaluated += 1
        probe = short(row.get("probe_classname"))
        key = any_key(probe, _prompt(row.get("prompt")))
        answers, intent = Answers(row.get("outputs")), name(row.get("intent"), 80) or ""
        for detector, scores in section(row, "detector_results").items():
            pair = (probe, short(detector))
            if pair not in self.pairs and len(self.pairs) >= MOST_PAIRS:
                self.left_out += 1
                continue
            if isinstance(scores, list):
                self.pairs.setdefault(pair, Outcomes()).add(key, scores[:MOST], self.threshold, answers, intent)


def short(raw: Any) -> str:
    """The name of a probe or detector without the package before it, which old versions write."""
    text = name(raw, 120) or "unnamed"
    for package in ("garak.", "probes.", "detectors.", "detector."):
        text = text.removeprefix(package)
    return text


def _prompt(prompt: Any) -> list[Any]:
    """What is the same for the same prompt in all versions: a text before 0.13, turns of a conversation since."""
    turns = listing(prompt, "turns")
    words = [[fields(turn).get("role"), section(turn, "content").get("text")] for turn in turns]
    return words if turns else [["user", prompt]]
