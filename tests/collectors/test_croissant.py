"""Croissant: what of a dataset's description is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors.croissant import RECOMMENDED, REQUIRED
from govkit.model.evidence import Measurement
from tests.collectors.given import by_measure, read_as, read_sample, refusal, sample, tokens


def described(**changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(sample("croissant/simple_join_1.0.json").read_text())
    return {**document, **changes}


def measured(folder: Path, **changes: Any) -> dict[str, Measurement]:
    return by_measure(read_as(folder, "croissant", described(**changes)))


def counts(one: Measurement) -> tuple[int | None, int | None]:
    return one.successes, one.n


def test_an_address_is_not_a_digest() -> None:
    reading = read_sample("croissant/mnist_1.1.json")
    found = by_measure(reading)
    assert counts(found["croissant/distribution-hashed"]) == (0, 1)
    dataset = found["croissant/fields-filled"].dataset
    assert dataset is not None
    assert (dataset.id, dataset.revision, dataset.sha256) == ("mnist", "1.0.0", None)
    assert (reading.format_version, reading.method, reading.status) == ("1.1", "EXAMINE", "complete")


def test_filled_fields_are_counted_and_missing_ones_named() -> None:
    reading = read_sample("croissant/mnist_1.1.json")
    found = by_measure(reading)
    assert counts(found["croissant/fields-filled"]) == (6, len(REQUIRED) + len(RECOMMENDED))
    assert counts(found["croissant/required-filled"]) == (5, 7)
    assert counts(found["croissant/license-present"]) == (1, 1)
    assert counts(found["croissant/record-fields-described"]) == (4, 4)
    assert counts(found["croissant/rai-filled"]) == (0, 6)
    missing, digest = reading.warnings
    assert missing.startswith("missing-fields: creator, datePublished, keywords")
    assert digest.startswith("no-digest: 1 files")


def test_one_hashed_file_identifies_the_dataset() -> None:
    found = by_measure(read_sample("croissant/simple_join_1.0.json"))
    assert counts(found["croissant/distribution-hashed"]) == (1, 1)
    dataset = found["croissant/fields-filled"].dataset
    assert dataset is not None
    assert (dataset.sha256 or "").startswith("d1bd4b90")


def test_blank_is_not_filled(tmp_path: Path) -> None:
    for blank in ("", "  ", [], {}, [""], None, {"@value": " "}):
        assert measured(tmp_path, license=blank)["croissant/license-present"].value == 0.0
    assert measured(tmp_path, license={"@id": "https://spdx.org/MIT"})["croissant/license-present"].value == 1.0


def test_prefixes_and_both_spellings_are_known(tmp_path: Path) -> None:
    plain = measured(tmp_path)["croissant/fields-filled"].successes
    assert plain is not None
    more = {"sc:creator": {"name": "x"}, "https://schema.org/version": 2, "sdLicence": "MIT"}
    assert measured(tmp_path, **more)["croissant/fields-filled"].successes == plain + 3


def test_files_inside_an_archive_are_covered_by_it(tmp_path: Path) -> None:
    files = [
        {"@type": "cr:FileObject", "@id": "a", "sha256": "A" * 64},
        {"@type": "cr:FileObject", "@id": "b", "containedIn": {"@id": "a"}},
        {"@type": "cr:FileSet", "containedIn": {"@id": "b"}},
        {"@type": "cr:FileObject", "sha256": "a" * 63},
    ]
    assert counts(measured(tmp_path, distribution=files)["croissant/distribution-hashed"]) == (1, 2)
    by_name = [{"@type": "sc:FileObject", "name": "a.zip"}, {"@type": "cr:FileObject", "containedIn": "a.zip"}]
    assert counts(measured(tmp_path, distribution=by_name)["croissant/distribution-hashed"]) == (0, 1)


@pytest.mark.parametrize(
    "contained", [{"@id": "nowhere"}, "nowhere", {"@id": "b"}, [{"@id": "a"}, {"@id": "c"}], 1, [{}]]
)
def test_files_said_to_lie_in_nothing_that_is_described_have_no_digest(contained: Any, tmp_path: Path) -> None:
    files = [
        {"@type": "cr:FileObject", "@id": "a", "sha256": "a" * 64},
        {"@type": "cr:FileSet", "@id": "b", "containedIn": contained},
    ]
    found = measured(tmp_path, distribution=files)
    assert counts(found["croissant/distribution-hashed"]) == (1, 2)
    dataset = found["croissant/fields-filled"].dataset
    assert dataset is not None
    assert dataset.sha256 is None


def test_files_that_contain_each_other_are_counted(tmp_path: Path) -> None:
    around = [
        {"@type": "cr:FileObject", "@id": str(one), "containedIn": {"@id": str((one + 1) % 3)}} for one in range(3)
    ]
    assert counts(measured(tmp_path, distribution=around)["croissant/distribution-hashed"]) == (0, 3)


@pytest.mark.parametrize(
    "nothing",
    [
        "unknown",
        " Unknown ",
        "N/A",
        {"@type": "sc:CreativeWork"},
        {"@type": "sc:CreativeWork", "name": "Unknown", "url": "u"},
    ],
)
def test_a_word_for_nothing_is_not_filled(nothing: Any, tmp_path: Path) -> None:
    assert measured(tmp_path, license=nothing)["croissant/license-present"].value == 0.0
    assert measured(tmp_path, license=[nothing, "MIT"])["croissant/license-present"].value == 1.0


def test_what_is_known_of_the_files_is_told(tmp_path: Path) -> None:
    weak = [{"@type": "cr:FileObject", "md5": "9a475053fed0c26ee95cd4525e50074c"}]
    reading = read_as(tmp_path, "croissant", described(distribution=weak, isLiveDataset=True))
    assert {"md5-only", "live-dataset"} <= tokens(reading.warnings)
    assert counts(by_measure(reading)["croissant/distribution-hashed"]) == (0, 1)
    assert not {"md5-only", "live-dataset", "no-digest"} & tokens(
        read_sample("croissant/simple_join_1.0.json").warnings
    )


@pytest.mark.parametrize("prefix", ["rai:", "", "cr:", "http://mlcommons.org/croissant/RAI/"])
def test_responsible_ai_properties_have_several_spellings(prefix: str, tmp_path: Path) -> None:
    words = {f"{prefix}dataBiases": "few old people", f"{prefix}personalSensitiveInformation": ["age"]}
    assert counts(measured(tmp_path, **words)["croissant/rai-filled"]) == (2, 6)


def test_a_description_of_croissant_0_8_is_told_what_it_lacks(tmp_path: Path) -> None:
    older = described()
    del older["conformsTo"]
    error = refusal(tmp_path, older)
    assert "0.8" in error.what
    assert "conformsTo" in error.fix


def test_nothing_to_count_is_no_value(tmp_path: Path) -> None:
    found = measured(tmp_path, distribution=[], recordSet=None)
    for measure in ("croissant/distribution-hashed", "croissant/record-fields-described"):
        assert (found[measure].value, tokens(found[measure].warnings)) == (None, {"nothing-to-count"})


def test_fields_inside_fields_count(tmp_path: Path) -> None:
    inner = {"field": [{"description": "x", "subField": [{"description": ""}, {"description": "y"}]}]}
    assert counts(measured(tmp_path, recordSet=inner)["croissant/record-fields-described"]) == (2, 3)


def test_a_graph_and_a_list_of_conformances_are_read(tmp_path: Path) -> None:
    node = described(
        conformsTo=["http://mlcommons.org/croissant/RAI/1.0", {"@id": "http://mlcommons.org/croissant/1.1"}]
    )
    reading = read_as(tmp_path, "croissant", {"@graph": [{"@type": "Person"}, node]})
    assert reading.format_version == "1.1"


def test_an_unknown_version_is_read_with_a_warning(tmp_path: Path) -> None:
    reading = read_as(tmp_path, "croissant", described(conformsTo="http://mlcommons.org/croissant/2.0"))
    assert "unknown-version" in tokens(reading.warnings)


@pytest.mark.parametrize("stated", [None, "http://example.org/croissant/1.0", 1, "http://mlcommons.org/croissant/x"])
def test_a_dataset_that_does_not_declare_croissant_is_none(stated: Any, tmp_path: Path) -> None:
    assert refusal(tmp_path, described(conformsTo=stated), format="croissant").ident == "unreadable-evidence"


def test_wrong_types_anywhere_do_not_crash(tmp_path: Path) -> None:
    for key in ("name", "version", "distribution", "recordSet", "license", "creator", "@context"):
        for value in (None, 1, float("nan"), "x", [], [1, [2]], {}, {"a": {"b": []}}, True):
            assert measured(tmp_path, **{key: value})
