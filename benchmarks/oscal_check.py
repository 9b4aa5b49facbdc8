"""A 4 MB OSCAL catalog, checked by `govkit check` and by `trestle validate`: whole processes, same file. [RUNS].

The catalog is made here, always the same, in the shape of large real ones: controls with parameters, properties, links
and nested parts; its words are made up. Needs `pip install 'govkit[oscal,peers]'`.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from _timing import Cost, cost, runs_asked

CONTROLS = 1_200
GROUPS = 20
SCRIPT = (sys.executable, "-c", "from govkit.cli.entry import run; run()")
"""What the installed script `govkit` does, as `trestle` is an installed script."""
TARGET = 10
"""Times faster than trestle. Source: govkit judgement; a check must be quick enough to run on every commit."""

WORDS = (
    *("system", "records", "access", "policy", "review", "owner", "data", "model", "event", "report", "change"),
    *("risk", "plan", "test", "audit", "measure", "approve", "define", "assign", "monitor", "retain", "restore"),
    *("protect", "describe", "update", "remove", "verify", "train", "inform"),
)


class Maker:
    """Makes a catalog from a fixed seed."""

    def __init__(self) -> None:
        self.random = random.Random(20260807)

    def uuid(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def words(self, least: int, most: int) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randint(least, most))).capitalize() + "."

    def catalog(self) -> dict[str, Any]:
        per_group = CONTROLS // GROUPS
        groups = [
            {
                "id": f"g{group}",
                "class": "family",
                "title": self.words(2, 4),
                "controls": [self.control(f"g{group}-{number}") for number in range(1, per_group + 1)],
            }
            for group in range(GROUPS)
        ]
        resources = [
            {"uuid": self.uuid(), "title": self.words(3, 8), "rlinks": [{"href": f"https://example.org/{n}"}]}
            for n in range(150)
        ]
        metadata = {
            "title": "A catalog of made-up controls",
            "last-modified": "2026-08-07T00:00:00Z",
            "version": "1",
            "oscal-version": "1.2.1",
            "links": [{"href": f"#{resource['uuid']}", "rel": "reference"} for resource in resources],
        }
        return {
            "catalog": {
                "uuid": self.uuid(),
                "metadata": metadata,
                "groups": groups,
                "back-matter": {"resources": resources},
            }
        }

    def control(self, name: str) -> dict[str, Any]:
        parts = [
            {"id": f"{name}_smt", "name": "statement", "parts": list(self.items(f"{name}_smt", 2))},
            {"id": f"{name}_gdn", "name": "guidance", "prose": self.words(60, 160)},
            *(self.objective(f"{name}_obj-{number}") for number in range(1, self.random.randint(2, 5))),
        ]
        related = self.random.sample(range(GROUPS), 5)
        return {
            "id": name,
            "class": "control",
            "title": self.words(2, 5),
            "params": [self.param(f"{name}_prm_{number}") for number in range(1, self.random.randint(2, 4))],
            "props": [{"name": "label", "value": name.upper()}, {"name": "sort-id", "value": name}],
            "links": [{"href": f"#g{group}-{self.random.randint(1, 60)}", "rel": "related"} for group in related],
            "parts": parts,
        }

    def items(self, name: str, depth: int) -> Iterator[dict[str, Any]]:
        for letter in "abcd"[: self.random.randint(2, 4)]:
            item: dict[str, Any] = {
                "id": f"{name}.{letter}",
                "name": "item",
                "props": [{"name": "label", "value": f"{letter}."}],
                "prose": self.words(8, 30),
            }
            if depth > 1 and self.random.random() < 0.4:
                item["parts"] = list(self.items(item["id"], depth - 1))
            yield item

    def objective(self, name: str) -> dict[str, Any]:
        label = [{"name": "label", "value": name, "class": "sp800-53a"}]
        return {"id": name, "name": "assessment-objective", "props": label, "prose": self.words(8, 25)}

    def param(self, name: str) -> dict[str, Any]:
        props = [{"name": "alt-identifier", "value": f"{name}_alt"}, {"name": "label", "value": name}]
        guidelines = [{"prose": self.words(6, 15)}]
        return {"id": name, "props": props, "label": self.words(2, 5), "guidelines": guidelines}


def told(name: str, costs: Sequence[Cost]) -> str:
    middle = median(one.seconds for one in costs)
    return f"{name:30} {middle:8.3f} s, at best {min(costs).seconds:.3f} s, {max(c.megabytes for c in costs):4.0f} MB"


def main() -> None:
    times = runs_asked()
    trestle = Path(sys.executable).with_name("trestle")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        content = json.dumps(Maker().catalog(), separators=(",", ":")).encode()
        cost([trestle, "init", "--local"], folder)
        file = folder / "catalogs" / "big" / "catalog.json"
        file.parent.mkdir(parents=True)
        file.write_bytes(content)
        print(f"catalog of {CONTROLS} controls, {len(content) / 1e6:.1f} MB; {times} runs each, by turns")
        ours, theirs = [], []
        for turn in range(times + 1):
            pair = cost([*SCRIPT, "check", file], folder), cost([trestle, "validate", "-f", file], folder)
            if turn:  # the first turn warms the file cache
                ours.append(pair[0])
                theirs.append(pair[1])
    print(told("govkit check", ours))
    print(told("trestle validate", theirs))
    ratio = median(one.seconds for one in theirs) / median(one.seconds for one in ours)
    print(f"ratio {ratio:.1f}, target {TARGET}: {'reached' if ratio >= TARGET else 'MISSED'}")


if __name__ == "__main__":
    main()
