"""CodeCarbon: one value per run, none picked silently; what cannot be is no measurement."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors import registry
from govkit.collectors.codecarbon import MOST_ROWS
from govkit.model.evidence import Measurement, Reading
from tests.collectors.given import by_measure, read_as, read_sample, refusal, sample, tokens, written

OLD, ONE, NEW = (f"codecarbon/emissions_{version}.csv" for version in ("2020", "2.1.3", "3.3.2"))
HEADER, ROW = list(csv.reader(sample(ONE).read_text().splitlines()))


def table(*rows: list[str], header: list[str] = HEADER) -> str:
    return "\n".join(",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in (header, *rows)) + "\n"


def row(**changes: object) -> list[str]:
    return [str(changes.get(column, cell)) for column, cell in zip(HEADER, ROW, strict=True)]


def record(**changes: object) -> dict[str, Any]:
    numbers = {column: float(cell) for column, cell in zip(HEADER[3:13], ROW[3:13], strict=True)}
    return dict(zip(HEADER, ROW, strict=True)) | numbers | changes


def read(folder: Path, content: Any) -> Reading:
    return read_as(folder, "codecarbon", content)


def runs(reading: Reading, word: str) -> list[Measurement]:
    return [one for one in reading.measurements if one.measure.endswith(f"/{word}")]


def test_energy_and_emissions_have_the_units_of_the_documentation() -> None:
    reading = read_sample(ONE)
    found = by_measure(reading)
    energy, emissions = found["codecarbon/codecarbon/energy"], found["codecarbon/codecarbon/emissions"]
    assert (energy.value, energy.unit, energy.higher_is_better) == (0.00057442898176, "kWh", False)
    assert (emissions.value, emissions.unit) == (0.0004490989249167, "kgCO2e")
    assert (found["codecarbon/codecarbon/duration"].value, energy.n) == (161.20380687713623, None)
    assert energy.place == "line 2"
    assert energy.conditions == {
        "tracking-mode": "machine", "country": "MAR", "cpu": "Intel(R) Core(TM) i7-8850H CPU @ 2.60GHz",
    }  # fmt: skip
    assert reading.run_id == "0a578547-1d6b-4e2f-be0c-7ad10f2f7c97"
    assert reading.tool is not None
    assert reading.tool.version == "2.1.3"
    assert (reading.status, reading.at, reading.at_text) == ("unknown", None, "2021-09-23T15:04:51")
    assert "emissions_rate" not in reading.model_dump_json()


def test_what_is_estimated_is_said() -> None:
    assert tokens(read_sample(ONE).warnings) == {"estimated-power"}


def test_a_processor_nobody_knows_is_assumed_and_that_is_said(tmp_path: Path) -> None:
    assert "constant-power" in tokens(read(tmp_path, table(row(cpu_power="42.5"))).warnings)


def test_several_runs_each_have_their_name_and_a_flushed_one_counts_once() -> None:
    reading = read_sample(NEW)
    energy = runs(reading, "energy")
    assert [one.conditions["run"][:8] for one in energy] == ["648a3c3a", "8c673b96"]
    assert [one.value for one in energy] == [1.555810982741717e-05, 2.336974406576887e-05]
    assert [one.place for one in energy] == ["line 2", "line 4"]
    assert (reading.run_id, reading.config) == (None, {})
    assert tokens(reading.warnings) == {"estimated-power", "repeated-run"}


def test_no_water_is_measured_where_the_file_of_tasks_does_not_state_any() -> None:
    reading = read_sample("codecarbon/tasks_3.3.2.csv")
    water = [one for one in reading.measurements if one.measure.endswith("/water-litres")]
    assert [(one.conditions["task"], one.value, tokens(one.warnings)) for one in water] == [
        ("a", None, {"nothing-measured"}),
        ("b", None, {"nothing-measured"}),
    ]


def test_a_table_padded_for_reading_is_read(tmp_path: Path) -> None:
    rows = sample("codecarbon/emissions_2.1.3.csv").read_text().splitlines()
    padded = "\n".join(" , ".join(f"{cell}  " for cell in row.split(",")) for row in rows) + "\n"
    plain = by_measure(read_sample("codecarbon/emissions_2.1.3.csv"))
    assert {key: one.value for key, one in by_measure(read(tmp_path, padded)).items()} == {
        key: one.value for key, one in plain.items()
    }


def test_no_water_stated_is_no_water_measured(tmp_path: Path) -> None:
    for one in runs(read_sample(NEW), "water-litres"):
        assert (one.value, one.unit, tokens(one.warnings)) == (None, None, {"nothing-measured"})
    stated = read(tmp_path, json.dumps(record(water_consumed=0.5, wue=1.8)))
    assert by_measure(stated)["codecarbon/codecarbon/water-litres"].value == 0.5


def test_the_columns_of_2020_name_experiments_as_runs() -> None:
    reading = read_sample(OLD)
    emissions = runs(reading, "emissions")
    assert [(one.measure.split("/")[1], one.value) for one in emissions] == [
        ("project_gamma", 8), ("project_delta", 1), ("project_alpha", 1), ("project_beta", 2),
    ]  # fmt: skip
    assert emissions[0].conditions == {
        "country": "USA", "cloud": "aws", "cloud-region": "us-east-2", "run": "68f53844-f3af-48fb-971a-ffab844a6b6f",
    }  # fmt: skip
    assert (emissions[3].at, emissions[3].at_text) == (None, "2020-04-31T03:26:11")


def test_coordinates_are_not_kept() -> None:
    assert "-7.9084" in sample(ONE).read_text()
    assert "-7.9084" not in read_sample(ONE).model_dump_json()


@pytest.mark.parametrize(
    ("changes", "word", "value", "token"),
    [
        ({"energy_consumed": "0"}, "energy", None, "nothing-measured"),
        ({"energy_consumed": "0"}, "emissions", None, "nothing-measured"),
        ({"emissions": "-1"}, "emissions", None, "bad-value"),
        ({"energy_consumed": "1"}, "energy", 1, "sum-conflict"),
        ({"emissions": ""}, "emissions", None, "not-a-number"),
        ({"emissions": "nan"}, "emissions", None, "not-a-number"),
        ({"emissions": "1e400"}, "emissions", None, "not-a-number"),
        ({"emissions": "1,5"}, "emissions", None, "not-a-number"),
    ],
)
def test_what_cannot_be_is_no_measurement(
    changes: dict[str, str], word: str, value: float | None, token: str, tmp_path: Path
) -> None:
    one = by_measure(read(tmp_path, table(row(**changes))))[f"codecarbon/codecarbon/{word}"]
    assert (one.value, tokens(one.warnings)) == (value, {token})


def test_a_row_without_its_empty_cells_is_read_as_far_as_it_can_be_told(tmp_path: Path) -> None:
    short = [cell for cell in row(run_id="second") if cell]
    reading = read(tmp_path, table(row(), short))
    second = runs(reading, "energy")[1]
    assert (second.value, second.conditions) == (0.00057442898176, {"country": "MAR", "run": "second"})
    assert "short-row" in tokens(reading.warnings)
    shifted = row()[1:]
    assert refusal(tmp_path, table(row(), shifted)).line == 3
    assert refusal(tmp_path, table(row(), [*row(), "more"][3:])).line == 3


def test_json_and_json_lines_are_read_alike(tmp_path: Path) -> None:
    for content in (
        json.dumps(record()),
        json.dumps([record()]),
        json.dumps(record()) + "\n" + json.dumps(record(run_id="2")),
    ):
        reading = read(tmp_path, content)
        assert registry.identify(written(tmp_path, content), "e").format == "codecarbon"
        assert runs(reading, "energy")[0].value == 0.00057442898176
    assert [one.place for one in runs(reading, "energy")] == ["line 1", "line 2"]
    assert "others in this file" in refusal(tmp_path, json.dumps([record(), {}])).what


def test_text_is_a_number_in_a_table_and_not_in_json(tmp_path: Path) -> None:
    one = by_measure(read(tmp_path, json.dumps(record(emissions="0.5"))))["codecarbon/codecarbon/emissions"]
    assert (one.value, tokens(one.warnings)) == (None, {"not-a-number"})


def test_tasks_of_one_run_are_told_apart(tmp_path: Path) -> None:
    header = ["task_name", *HEADER]
    reading = read(tmp_path, table(["load", *row()], ["train", *row(energy_consumed="2")], header=header))
    assert [one.conditions["task"] for one in runs(reading, "energy")] == ["load", "train"]
    assert "run" not in reading.measurements[0].conditions
    assert reading.run_id is not None


def test_a_table_without_rows_is_no_evidence(tmp_path: Path) -> None:
    reading = read(tmp_path, table())
    assert (reading.measurements, tokens(reading.warnings)) == ((), {"no-measurements"})


def test_a_file_with_too_many_rows_is_refused(tmp_path: Path) -> None:
    many = table(*[row(run_id=index) for index in range(MOST_ROWS + 1)])
    assert refusal(tmp_path, many).ident == "too-large"


@pytest.mark.parametrize(
    "content",
    [
        "timestamp,project_name,duration\n1,2,3\n",
        "timestamp,project_name,duration,emissions\n1,2,3,4\n",
        '{"emissions": 1, "energy_consumed": 2}',
        "timestamp,project_name,project_name,duration,emissions,country_name\n1,2,3,4,5,6\n",
    ],
)
def test_other_tables_are_not_claimed(content: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, content).ident == "unknown-format"


def test_broken_tables_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, table(row(os="a\x00b")).encode() + b'"\xff', "codecarbon").ident == "unreadable-evidence"


def test_a_part_that_used_nothing_was_not_measured(tmp_path: Path) -> None:
    unseen = by_measure(read(tmp_path, table(row(gpu_energy=0, gpu_model=""))))["codecarbon/codecarbon/gpu-energy"]
    assert (unseen.value, tokens(unseen.warnings)) == (None, {"nothing-measured"})
    assert "CodeCarbon saw no GPU" in unseen.warnings[0]
    assert by_measure(read_sample(NEW))["codecarbon/router/gpu-energy"].value is None
    assert by_measure(read_sample(NEW))["codecarbon/router/cpu-energy"].value is not None
