"""CycloneDX: a bill states and does not measure; prose is no number; digests say which model is meant."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from govkit.collectors.source import DOCUMENT_BYTES
from govkit.model.evidence import Reading
from tests.collectors.given import by_measure, read_as, read_sample, refusal, tokens, written

PROSE, ENERGY, CARD = (
    f"cyclonedx/{name}.json" for name in ("machine-learning_1.6", "environment_1.6", "model-card-with-dataset_1.7")
)
DIGEST = "AB" * 32


def model(metrics: Any = (), **more: Any) -> dict[str, Any]:
    card = {"quantitativeAnalysis": {"performanceMetrics": list(metrics)}}
    return {"type": "machine-learning-model", "name": "m", "version": "2", "modelCard": card, **more}


def bill(*listed: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": list(listed), **more}


def read(folder: Path, *listed: dict[str, Any], **more: Any) -> Reading:
    return read_as(folder, "cyclonedx", bill(*listed, **more))


def test_prose_where_a_number_belongs_is_no_number() -> None:
    one = next(m for m in read_sample(PROSE).measurements if m.measure.startswith("cyclonedx/CompVis/"))
    assert (one.value, one.n, one.interval) == (None, None, None)
    assert tokens(one.warnings) == {"not-a-number", "interval-without-level", "no-count"}
    assert one.flags == ("self-reported",)


def test_a_text_that_is_one_number_is_read_and_told() -> None:
    reading = read_sample(CARD)
    one = by_measure(reading)["cyclonedx/support-ticket-classifier/macro-f1"]
    assert (one.value, one.unit, one.higher_is_better) == (0.91, None, None)
    assert one.conditions == {"slice": "held-out-evaluation"}
    assert tokens(one.warnings) == {"text-number", "no-count"}
    assert one.place == "/components/0/modelCard/quantitativeAnalysis/performanceMetrics/0"
    assert (reading.status, reading.method) == ("unknown", "EXAMINE")
    assert reading.at == one.at == datetime(2026, 4, 28, 12, tzinfo=UTC)
    assert reading.model is not None
    assert (reading.model.id, reading.model.revision, reading.model.sha256) == (
        "support-ticket-classifier",
        "1.0.0",
        None,
    )


def test_energy_is_in_kilowatt_hours_and_tonnes_become_kilograms() -> None:
    reading = read_sample(ENERGY)
    found = by_measure(reading)
    energy, carbon = found["cyclonedx/meta-llama/Llama-2-7b/energy"], found["cyclonedx/meta-llama/Llama-2-7b/emissions"]
    assert (energy.value, energy.unit, energy.conditions) == (0.4, "kWh", {"activity": "training"})
    assert (carbon.value, carbon.unit, tokens(carbon.warnings)) == (31220, "kgCO2e", {"scaled"})
    offset = found["cyclonedx/meta-llama/Llama-2-7b/emissions-offset"]
    assert (offset.value, offset.higher_is_better, energy.higher_is_better) == (31220, None, False)
    assert {one.flags for one in (energy, carbon, offset)} == {("self-reported",)}


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("0.91", 0.91),
        (" 12 ", 12),
        ("-1e-3", -0.001),
        (0.5, 0.5),
        ("91%", None),
        ("0.91 ± 0.02", None),
        ("1,5", None),
        ("about 3", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e999", None),
        ("0x10", None),
        ("", None),
        (None, None),
        (True, None),
        ({}, None),
    ],
)
def test_what_is_a_number(raw: Any, value: float | None, tmp_path: Path) -> None:
    one = by_measure(read(tmp_path, model([{"type": "acc", "value": raw}])))["cyclonedx/m/acc"]
    assert one.value == value
    assert ("text-number" in tokens(one.warnings)) == (isinstance(raw, str) and value is not None)


def test_claims_are_flagged_and_counts_of_the_bill_are_not(tmp_path: Path) -> None:
    reading = read(tmp_path, model([{"type": "acc", "value": "1"}]))
    assert {one.measure: one.flags for one in reading.measurements if one.flags} == {
        "cyclonedx/m/acc": ("self-reported",)
    }
    assert reading.flags == ()


def test_components_are_counted_with_those_inside_them(tmp_path: Path) -> None:
    digest = {"alg": "SHA-256", "content": DIGEST}
    inner = {"type": "library", "name": "b", "hashes": [{"alg": "MD5", "content": "x"}], "purl": "pkg:pypi/b@1"}
    outer = {"type": "library", "name": "a", "components": [inner], "hashes": [digest]}
    licensed = {"type": "data", "name": "c", "licenses": [{"license": {"id": "MIT"}}, {"expression": "MIT"}]}
    subject = {"type": "application", "name": "app", "components": [{"type": "file", "name": "d"}]}
    found = by_measure(read(tmp_path, outer, licensed, metadata={"component": subject}))
    assert (found["cyclonedx/components"].value, found["cyclonedx/models"].value) == (4, 0)
    shares = {word: found[f"cyclonedx/components-{word}"] for word in ("hashed", "licensed", "identified")}
    assert {word: (one.successes, one.n, one.n_basis) for word, one in shares.items()} == dict.fromkeys(
        shares, (1, 4, "entries")
    )


def test_a_bill_without_components_gives_no_share(tmp_path: Path) -> None:
    reading = read(tmp_path)
    one = by_measure(reading)["cyclonedx/components-hashed"]
    assert (one.value, one.n, one.successes, tokens(one.warnings)) == (None, 0, None, {"nothing-to-count"})
    assert tokens(reading.warnings) == {"no-model"}


def test_the_digest_of_the_model_is_its_identity(tmp_path: Path) -> None:
    hashed = model(hashes=[{"alg": "SHA-512", "content": "x"}, {"alg": "SHA-256", "content": DIGEST}], group="acme")
    ref = read(tmp_path, hashed).model
    assert ref is not None
    assert (ref.id, ref.revision, ref.sha256) == ("acme/m", "2", DIGEST.lower())
    for contents in (["zz"], [DIGEST, "cd" * 32]):
        odd = read(tmp_path, model(hashes=[{"alg": "SHA-256", "content": content} for content in contents]))
        assert odd.model is not None
        assert (odd.model.sha256, tokens(odd.warnings)) == (None, {"bad-digest"})


def test_of_several_models_the_one_the_bill_is_about_is_meant(tmp_path: Path) -> None:
    assert read(tmp_path, model(), model(name="n")).model is None
    about = read(tmp_path, model(), model(name="n"), metadata={"component": model(name="subject")}).model
    assert about is not None
    assert about.id == "subject"


def test_metrics_of_one_name_are_told_apart(tmp_path: Path) -> None:
    metric = {"type": "acc", "value": "1"}
    found = read(tmp_path, model([metric, metric, {**metric, "slice": "s"}])).measurements
    assert [one.conditions for one in found if one.measure == "cyclonedx/m/acc"] == [{}, {"entry": "2"}, {"slice": "s"}]


def test_energy_in_another_unit_is_not_converted(tmp_path: Path) -> None:
    use = {"activity": "training", "activityEnergyCost": {"value": 1, "unit": "MWh"}}
    card = {"considerations": {"environmentalConsiderations": {"energyConsumptions": [use]}}}
    one = by_measure(read(tmp_path, model(modelCard=card)))["cyclonedx/m/energy"]
    assert (one.value, tokens(one.warnings)) == (None, {"unknown-unit"})


def test_tonnes_beyond_all_numbers_are_none(tmp_path: Path) -> None:
    use = {"activity": "training", "co2CostEquivalent": {"value": 1e308, "unit": "tCO2eq"}}
    card = {"considerations": {"environmentalConsiderations": {"energyConsumptions": [use]}}}
    one = by_measure(read(tmp_path, model(modelCard=card)))["cyclonedx/m/emissions"]
    assert (one.value, tokens(one.warnings)) == (None, {"not-a-number", "scaled"})


@pytest.mark.parametrize(
    "tools", [[{"vendor": "V", "name": "T", "version": "3"}], {"components": [{"name": "T", "version": "3"}]}]
)
def test_the_tool_is_read_in_both_shapes(tools: Any, tmp_path: Path) -> None:
    found = read(tmp_path, metadata={"tools": tools}).tool
    assert found is not None
    assert (found.name, found.version) == ("T", "3")


def test_xml_is_refused_with_a_way_out(tmp_path: Path) -> None:
    error = refusal(tmp_path, '<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1"/>')
    assert ("XML" in error.what, "convert" in error.fix) == (True, True)
    assert refusal(tmp_path, "<bom><other/></bom>").ident == "unknown-format"


def test_a_newer_version_is_read_and_told(tmp_path: Path) -> None:
    reading = read(tmp_path, model([{"type": "acc", "value": "1"}]), specVersion="1.9")
    assert (by_measure(reading)["cyclonedx/m/acc"].value, tokens(reading.warnings)) == (1, {"unknown-version"})


def test_prose_of_the_card_is_not_kept(tmp_path: Path) -> None:
    card = {"considerations": {"useCases": ["SECRETPROSE"], "ethicalConsiderations": [{"name": "SECRETPROSE"}]}}
    assert "SECRETPROSE" not in read(tmp_path, model(modelCard=card, description="SECRETPROSE")).model_dump_json()


def test_a_large_bill_is_recognised_by_its_beginning(tmp_path: Path) -> None:
    from govkit.collectors import registry

    path = written(tmp_path, b'{"bomFormat": "CycloneDX", "specVersion": "1.6"}' + b" " * DOCUMENT_BYTES)
    assert registry.identify(path, "e").format == "cyclonedx"


def test_a_licence_that_is_not_known_is_none() -> None:
    found = by_measure(read_sample("cyclonedx/owasp-aibom_1.6.json"))
    assert [found[f"cyclonedx/components-{word}"].successes for word in ("licensed", "hashed", "identified")] == [
        0,
        0,
        1,
    ]


@pytest.mark.parametrize(
    ("licence", "named"),
    [
        ({"license": {"id": "MIT"}}, 1),
        ({"license": {"name": "Llama 3.1 Community License"}}, 1),
        ({"expression": "MIT OR Apache-2.0"}, 1),
        ({"license": {"id": "unknown", "name": "Our own"}}, 1),
        ({"license": {"id": "unknown"}}, 0),
        ({"license": {"name": "NOASSERTION"}}, 0),
        ({"expression": "NONE"}, 0),
        ({"license": {"id": " "}}, 0),
        ({"license": {"name": ["MIT"]}}, 0),
    ],
)
def test_what_names_a_licence(licence: Any, named: int, tmp_path: Path) -> None:
    found = by_measure(read(tmp_path, {"type": "library", "name": "a", "licenses": [licence]}))
    assert found["cyclonedx/components-licensed"].successes == named


@pytest.mark.parametrize(
    ("algorithm", "content", "strong"),
    [
        ("SHA-256", DIGEST, 1),
        ("BLAKE2b-512", DIGEST * 2, 1),
        ("BLAKE3", DIGEST, 1),
        ("SHA-1", "ab" * 20, 0),
        ("SHA-256", "ab", 0),
        ("SHA-256", "NOASSERTION", 0),
        ("SHA-256", "https://example.invalid/model.sha256", 0),
        ("SHA-512", DIGEST, 0),
        ("SHA-256", 12, 0),
    ],
)
def test_what_is_a_digest(algorithm: str, content: Any, strong: int, tmp_path: Path) -> None:
    part = {"type": "library", "name": "a", "hashes": [{"alg": algorithm, "content": content}]}
    assert by_measure(read(tmp_path, part))["cyclonedx/components-hashed"].successes == strong


def test_two_entries_about_one_activity_are_not_its_energy(tmp_path: Path) -> None:
    uses = [{"activity": "training", "activityEnergyCost": {"value": kwh, "unit": "kWh"}} for kwh in (100.0, 25.0)]
    uses.append({"activity": "inference", "activityEnergyCost": {"value": 5.0, "unit": "kWh"}})
    card = {"considerations": {"environmentalConsiderations": {"energyConsumptions": uses}}}
    found = [one for one in read(tmp_path, model(modelCard=card)).measurements if one.measure.endswith("/energy")]
    assert [(one.value, "one-of-several" in tokens(one.warnings)) for one in found] == [
        (100.0, True),
        (25.0, True),
        (5.0, False),
    ]
