"""What is kept of promptfoo's rows while they pass, one tally per prompt and provider. Constant memory but for keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from govkit.collectors.grouped import Grouped
from govkit.collectors.promptfoo_judges import UNJUDGED, Judged, judged
from govkit.collectors.promptfoo_rows import GRADED, Row, column_of, components, named_score, rated_by_hand
from govkit.collectors.values import any_key, name, score, section
from govkit.files import finite

MOST_NAMES = 500
"""Named metrics, plugins or strategies kept of one column, and columns of one file.

Source: govkit judgement; promptfoo 0.123.1 has about 150 plugins, but a metric's name may hold a variable of the test.
"""

MOST_LOST = 0.05
"""Share of tests that may have failed or stayed unscored, or have an assertion that did not work.

Source: govkit judgement, as for Inspect logs; at 5 % lost, all-right and all-wrong differ by 5 points.
"""

_LONGEST_LABEL = 60


class Column(NamedTuple):
    """One prompt with one provider, as a condition of its values."""

    provider: str
    prompt: str
    position: int | None


class Share:
    """How many tests passed, and what the others came to."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.items = Grouped()
        self.judge: Judged = UNJUDGED
        self.by_hand = self.cached = self.half_broken = 0
        """`half_broken`: tests in which one assertion did not work and another failed."""

    def add(self, row: Row, judge: Judged) -> None:
        """One test. A repeat, or another variant of the same attack, is no other test."""
        self.outcomes[row.outcome] += 1
        self.judge = self.judge.also(judge)
        self.by_hand += rated_by_hand(row.raw)
        self.cached += row.cached
        self.half_broken += row.broken and row.outcome == "fail"
        if row.outcome in GRADED:
            self.items.add(row.key, float(row.outcome == "pass"), row.group)

    @property
    def graded(self) -> int:
        """Tests that passed or failed."""
        return self.outcomes["pass"] + self.outcomes["fail"]

    @property
    def broken(self) -> int:
        """Tests in which some assertion did not work."""
        return self.outcomes["crashed"] + self.half_broken

    @property
    def void(self) -> bool:
        """Whether nothing was graded, or too many assertions did not work for the tests to be those that were meant."""
        return not self.graded or self.broken > MOST_LOST * (self.graded + self.outcomes["crashed"])

    @property
    def unscored(self) -> int:
        """Tests that were to be graded and were not. Where nothing is asserted, nothing was to be graded."""
        return sum(self.outcomes[word] for word in ("crashed", "silent", "unreadable"))


class Mean:
    """Numbers of one kind."""

    def __init__(self) -> None:
        self.total, self.n, self.unread = 0.0, 0, 0
        """`unread` counts rows in which no number stands where one should."""
        self.items = Grouped()
        self.asserted = False
        """Whether an assertion gave them, so that more is better."""
        self.judge: Judged = UNJUDGED

    def add(self, row: Row, value: float) -> None:
        """The number of one test."""
        self.total += value
        self.n += 1
        self.items.add(row.key, value, row.group)


class Tally:
    """All rows of one column."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.ids: set[str] = set()
        """Providers by id, not by label."""
        self.plain, self.attacks = Share(), Share()
        self.by_plugin: dict[str, Share] = {}
        self.by_strategy: dict[str, Share] = {}
        self.named: dict[str, Mean] = {}
        self.left_out = 0
        self.latency, self.cost = Mean(), Mean()

    @property
    def rows(self) -> int:
        """Rows seen."""
        return sum(self.plain.outcomes.values()) + sum(self.attacks.outcomes.values())

    def add(self, row: Row, config: dict[str, Any]) -> None:
        """One row."""
        judge, attack = judged(row, config), row.attack
        self.ids.update(filter(None, [_provider_id(row.raw.get("provider"))]))
        shares = [self.attacks if attack else self.plain]
        if attack:
            shares += self._slice(self.by_plugin, attack["plugin"])
            shares += self._slice(self.by_strategy, attack.get("strategy", "basic"))
        for share in shares:
            share.add(row, judge)
        if row.outcome in GRADED and not row.broken:
            self._metrics(row, config)
        self._resources(row)

    def _slice(self, slices: dict[str, Share], named: str) -> list[Share]:
        if named not in slices and len(slices) >= MOST_NAMES:
            self.left_out += 1
            return []
        return [slices.setdefault(named, Share())]

    def _metrics(self, row: Row, config: dict[str, Any]) -> None:
        for raw_metric in section(row.raw, "namedScores"):
            value, metric = named_score(row.raw, raw_metric), name(raw_metric, 80)
            if metric is None:
                continue
            if metric not in self.named and len(self.named) >= MOST_NAMES:
                self.left_out += 1
                continue
            mean = self.named.setdefault(metric, Mean())
            if value is None:
                weights = section(section(row.raw, "gradingResult"), "namedScoreWeights")
                mean.unread += weights.get(raw_metric) != 0
                continue
            mean.add(row, value)
            mean.asserted |= any(section(one, "assertion").get("metric") == raw_metric for one in components(row.raw))
            mean.judge = mean.judge.also(judged(row, config, raw_metric))

    def _resources(self, row: Row) -> None:
        """Time and money of answers given in this run; what came from a cache took neither."""
        if row.outcome == "error" or row.cached:
            return
        price = finite(row.raw.get("cost")) or None  # 0 is what promptfoo writes where the provider named none
        for mean, value in ((self.latency, score(row.raw.get("latencyMs"))), (self.cost, price)):
            if value is not None and value >= 0:
                mean.add(row, value)
            else:
                mean.unread += 1


class Tallies:
    """Every column of a result."""

    def __init__(self, config: dict[str, Any], prompts: list[dict[str, Any]]) -> None:
        self.config, self.prompts = config, prompts
        self.positions = _positions(prompts)
        self.columns: dict[Column, Tally] = {}
        self.providers: set[str] = set()
        self.tests: set[int] = set()
        self.rows = self.left_out = 0

    def add(self, row: Row) -> None:
        """One row, to the column it belongs to."""
        self.rows += 1
        self.providers.update(filter(None, [_provider_id(row.raw.get("provider"))]))
        test = row.raw.get("testIdx")
        if isinstance(test, int):
            self.tests.add(test)
        column = self._column(row.raw)
        if column not in self.columns and len(self.columns) >= MOST_NAMES:
            self.left_out += 1
            return
        self.columns.setdefault(column, Tally(column)).add(row, self.config)

    def _column(self, raw: dict[str, Any]) -> Column:
        own, provider = section(raw, "prompt"), _provider_label(raw.get("provider"))
        at = column_of(raw)
        if at is None:
            at = self.positions.get((provider, _label(own)), self.positions.get((None, _label(own))))
        prompt = self.prompts[at] if at is not None and at < len(self.prompts) else own
        return Column(provider, prompt_name(prompt, raw), at)

    def named(self) -> Iterator[tuple[dict[str, str], Tally]]:
        """Conditions and tally of each column, in their order; the column's number only where nothing else differs."""
        alike = Counter((column.provider, column.prompt) for column in self.columns)
        for column in sorted(self.columns, key=lambda one: (one.position or 0, one.provider, one.prompt)):
            stated = {"provider": column.provider, "prompt": column.prompt}
            if alike[column.provider, column.prompt] > 1:
                stated["column"] = str(column.position)
            yield stated, self.columns[column]


def _positions(prompts: list[dict[str, Any]]) -> dict[tuple[str | None, str], int]:
    """Columns by what rows of version 2 say of theirs; without those that two columns share."""
    keys = [(name(prompt.get("provider"), 120), _label(prompt)) for prompt in prompts]
    times = Counter(keys)
    return {key: index for index, key in enumerate(keys) if times[key] == 1}


def _label(prompt: dict[str, Any]) -> str:
    """How promptfoo shows a prompt: its label, `display` up to 0.55."""
    return str(prompt.get("label") or prompt.get("display"))


def prompt_name(prompt: dict[str, Any], raw: dict[str, Any]) -> str:
    """The prompt's label where somebody gave it one, else a short hash: by default the label is the prompt's text."""
    label = name(prompt.get("label") or prompt.get("display"), 400)
    texts = [text for text in (prompt.get("raw"), section(raw, "prompt").get("raw")) if isinstance(text, str)]
    template = label is None or "{{" in label or len(label) > _LONGEST_LABEL
    if label is not None and not template and not any(_holds(label, text) for text in texts):
        return label
    written = (
        prompt.get("id") or raw.get("promptId") or prompt.get("label") or prompt.get("display") or prompt.get("raw")
    )
    return f"prompt-{any_key(written)[:8]}"


def _holds(label: str, text: str) -> bool:
    """Whether a label holds the prompt's text, or its beginning."""
    line = " ".join(text.split())[:_LONGEST_LABEL]
    return len(line) > 8 and (line[:20] in label or label in line)


def _provider_id(provider: Any) -> str | None:
    return name(provider.get("id"), 120) if isinstance(provider, dict) else name(provider, 120)


def _provider_label(provider: Any) -> str:
    label = name(provider.get("label"), 120) if isinstance(provider, dict) else None
    return label or _provider_id(provider) or "unnamed"
