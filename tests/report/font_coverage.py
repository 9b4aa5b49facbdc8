"""Which characters the shipped font files have; `python -m tests.report.font_coverage` writes coverage.json again."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "govkit" / "report" / "fonts"


def ranges(points: set[int]) -> list[list[int]]:
    """Sorted inclusive ranges of code points."""
    found: list[list[int]] = []
    for point in sorted(points):
        if found and point == found[-1][1] + 1:
            found[-1][1] = point
        else:
            found.append([point, point])
    return found


def coverage() -> dict[str, list[list[int]]]:
    """File name to the ranges its character map has."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    return {path.stem: ranges(set(TTFont(path).getBestCmap())) for path in sorted(FOLDER.glob("*.woff2"))}


if __name__ == "__main__":
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(found)}" for name, found in coverage().items())
    (FOLDER / "coverage.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
