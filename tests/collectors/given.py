"""Evidence files for the tests of collectors: shipped samples, and texts written into a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from govkit.collectors import registry
from govkit.errors import CollectorError
from govkit.model.evidence import Measurement, Reading

DATA = Path(__file__).resolve().parent.parent / "data"


def sample(name: str) -> Path:
    """A file of tests/data."""
    return DATA / name


def read_sample(name: str) -> Reading:
    """What the collectors read from a shipped sample."""
    return registry.read(sample(name), name)


def written(folder: Path, content: Any, name: str = "evidence") -> Path:
    """A file with these bytes, this text, or this value as JSON."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else (_text(content)).encode())
    return path


def _text(content: Any) -> str:
    return content if isinstance(content, str) else json.dumps(content)


def read_as(folder: Path, format: str, content: Any, name: str = "evidence") -> Reading:
    """What one collector reads from such a file."""
    return registry.read(written(folder, content, name), name, format=format)


def refusal(folder: Path, content: Any, format: str | None = None) -> CollectorError:
    """Why such a file is refused."""
    path = written(folder, content)
    try:
        reading = registry.read(path, "evidence", format=format)
    except CollectorError as error:
        return error
    raise AssertionError(f"read as {reading.format} with {len(reading.measurements)} values")


def only(reading: Reading) -> Measurement:
    """The one measurement of a reading."""
    (measurement,) = reading.measurements
    return measurement


def by_measure(reading: Reading) -> dict[str, Measurement]:
    """Measurements by their measure; the last wins."""
    return {one.measure: one for one in reading.measurements}


def tokens(warnings: tuple[str, ...]) -> set[str]:
    """The first words of warnings."""
    return {warning.split(":")[0] for warning in warnings}
