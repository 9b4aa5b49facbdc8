"""`govkit deployments`: the worked example of the documentation, on files of others."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.cli.making import document, done, files, govkit, problems, write
from tests.collectors.given import sample

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "deployments.md").read_text(encoding="utf-8")
DATA = {
    "awq.json": "inference_perf/awq_stage_0_lifecycle_metrics.json",
    "flashinfer.json": "inference_perf/flashinfer_stage_0_lifecycle_metrics.json",
    "plain.json": "inference_perf/stage_0_lifecycle_metrics.json",
    "api.json": "llmperf/together_7b_summary.json",
}
API, AWQ, FLASH, PLAIN = "api", "cluster A100 AWQ", "cluster H100", "cluster A100"
AS_OF = ("--as-of", "2026-11-20")


def block(before: str) -> str:
    """What stands in the code block after these words."""
    found = re.search(re.escape(f"{before}\n\n") + r"```\w*\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None, before
    return found[1]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, "govkit.yaml", block("`govkit.yaml`:"))
    write(tmp_path, "releases.yaml", block("`releases.yaml`:"))
    (tmp_path / "results").mkdir()
    for name, origin in DATA.items():
        shutil.copy(sample(origin), tmp_path / "results" / name)
    return tmp_path


def cells(table: dict[str, Any], column: str) -> dict[str, dict[str, Any]]:
    """Option in words to the cell of a column."""
    return {
        " ".join(row["option"].values()): cell
        for row in table["rows"]
        for cell in row["cells"]
        if cell["column"] == column
    }


def test_the_documentation_shows_what_the_program_prints(project: Path) -> None:
    before = files(project)
    assert done(project, "deployments", "1.0", *AS_OF) == block("`govkit deployments 1.0 --as-of 2026-11-20`:")
    assert files(project) == before


def test_every_value_comes_from_the_files(project: Path) -> None:
    table = document(project, "deployments", "1.0", *AS_OF)
    assert (table["schema"], table["releases"], len(table["rows"])) == ("govkit.deployments/1", ["1.0"], 4)
    p95 = cells(table, "latency-p95")
    assert p95[API]["value"] == pytest.approx(2718.201686700024)
    assert p95[AWQ]["value"] == pytest.approx(1224.1248259786517)
    assert (p95[API]["n"], p95[FLASH]["n"], p95[PLAIN]["state"]) == (150, 60, "not-measured")
    assert p95[API]["doubts"][0].split(":")[0] == "sample-too-small"
    assert p95[API]["used"][0]["place"] == "/results_end_to_end_latency_s_quantiles_p95"
    p50 = {name: cell["comparable"] for name, cell in cells(table, "latency-p50").items()}
    assert p50 == {API: "no", AWQ: "yes", FLASH: "yes", PLAIN: "no"}
    assert cells(table, "latency-p50")[PLAIN]["why"] == (
        "206.5 input tokens a request, not 135.4; 229.3 output tokens a request, not 128.6"
    )


def test_costs_show_their_formula_and_the_age_of_their_price(project: Path) -> None:
    table = document(project, "deployments", *AS_OF)
    cost = cells(table, "cost-per-1000-requests")
    api, awq = cost[API], cost[AWQ]
    assert (api["state"], api["currency"], api["prices"][0]["stale"]) == ("computed", "USD", False)
    rate = cells(table, "requests-per-second")[AWQ]["value"]
    assert awq["value"] == pytest.approx(4 * 1000 / (rate * 3600))
    assert awq["formula"].startswith("4 USD an hour x 1,000 / (")
    assert (awq["prices"][0]["stale"], awq["prices"][0]["days"]) == (True, 264)
    assert any(doubt.startswith("price-stale") for doubt in awq["doubts"])


def test_sources_name_file_digest_formula_and_price(project: Path) -> None:
    text = done(project, "deployments", "1.0", *AS_OF, "--sources")
    assert "results/api.json sha256:" in text
    assert "/results_end_to_end_latency_s_quantiles_p95 llmperf/request-latency/p95, LLMPerf" in text
    assert "price gpu-hour: 4 USD per hour; made up for this example; 2026-03-01, STALE" in text
    assert "4 USD an hour x 1,000 / (" in text


def test_a_spreadsheet_gets_one_row_a_value(project: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(done(project, "deployments", "1.0", *AS_OF, "--csv"))))
    assert len(rows) == 4 * 9
    assert all(row["value"] for row in rows)
    (memory,) = (row for row in rows if row["column"] == "memory" and row["option"] == "deployment=api")
    assert (memory["value"], memory["state"]) == ("not measured", "not-measured")


def test_quality_is_named_by_the_project_or_at_the_call(project: Path) -> None:
    table = document(project, "deployments", "1.0", "--measure", "llmperf/time-to-first-token/p99", *AS_OF)
    found = cells(table, "quality-1")
    assert (found[API]["state"], found[AWQ]["state"]) == ("measured", "not-measured")
    text = (
        (project / "govkit.yaml")
        .read_text()
        .replace(
            "deployments:\n",
            "deployments:\n  measures: [{measure: llmperf/time-to-first-token/p99, title: first token}]\n",
        )
    )
    write(project, "govkit.yaml", text)
    table = document(project, "deployments", "1.0", "--measure", "x/y,language=de", *AS_OF)
    assert [column["title"] for column in table["columns"][-2:]] == ["first token", "x/y"]


def test_bars_of_the_baseline_reach_these_measures(project: Path) -> None:
    controls = """\
        use:
          - {id: GK-COST-01, criteria: {p95: {at_most: 5000, reason: agreed, where: {hardware: 8 GPUs}}}}
          - {id: GK-COST-02, criteria: {cost: {at_most: 2, reason: agreed, where: {option: "*deployment=api*"}}}}
        """
    shutil.copy(sample("inference_perf/summary_lifecycle_metrics.json"), project / "results" / "all.json")
    text = (project / "govkit.yaml").read_text()
    rename = "{inference-perf/request-latency/p95: latency/p95}"
    bound = f"  - {{path: results/all.json, release: '1.0', conditions: {{hardware: 8 GPUs}}, rename: {rename}}}\n"
    write(project, "govkit.yaml", text + bound)
    write(project, "controls.yaml", dedent(controls))
    write(project, "mappings/deployments.yaml", block("`mappings/deployments.yaml`:"))
    saved = done(project, "deployments", "1.0", *AS_OF, "--json")
    write(project, "results/deployments-1.0.json", saved)
    bound = "  - {path: results/deployments-1.0.json, mapping: mappings/deployments.yaml, release: '1.0'}\n"
    write(project, "govkit.yaml", (project / "govkit.yaml").read_text() + bound)
    result = govkit(project, "assess", "1.0", "--as-of", "2026-11-21", "--json")
    outcomes = {(one["control"], one["criterion"]): one["outcome"] for one in json.loads(result.stdout)["checks"]}
    assert outcomes["GK-COST-01", "p95"] == outcomes["GK-COST-02", "cost"] == "met"
    again = done(project, "deployments", "1.0", *AS_OF, "--json")
    assert again == saved


def test_a_bar_that_rests_on_a_stale_price_says_so(project: Path) -> None:
    cost = '{cost: {at_most: 2, reason: agreed, where: {currency: USD, option: "*deployment=cluster*"}}}'
    write(project, "controls.yaml", f"use:\n  - {{id: GK-COST-02, criteria: {cost}}}\n")
    write(project, "mappings/deployments.yaml", block("`mappings/deployments.yaml`:"))
    write(project, "results/deployments-1.0.json", done(project, "deployments", "1.0", *AS_OF, "--json"))
    bound = "  - {path: results/deployments-1.0.json, mapping: mappings/deployments.yaml, release: '1.0'}\n"
    write(project, "govkit.yaml", (project / "govkit.yaml").read_text() + bound)
    result = govkit(project, "assess", "1.0", "--as-of", "2026-11-21", "--json", "--no-record")
    (check,) = [one for one in json.loads(result.stdout)["checks"] if one["criterion"] == "cost"]
    told = {warning.partition(":")[0] for used in check["used"] for warning in used["warnings"]}
    assert (check["outcome"], "price-stale" in told) == ("met", True)
    assert "price-stale" in govkit(project, "assess", "1.0", "--as-of", "2026-11-21", "--no-record", "--all").stdout


def test_options_that_cannot_be_are_refused(project: Path) -> None:
    assert govkit(project, "deployments", "--json", "--csv").exit_code == 2
    assert govkit(project, "deployments", "--measure", ",a=b").exit_code == 2
    assert govkit(project, "deployments", "--measure", "a,b").exit_code == 2
    (problem,) = problems(project, "deployments", "9.9")
    assert problem.ident == "unknown-release"
    write(project, "releases.yaml", "releases: []\n")
    assert problems(project, "deployments")[0].ident in ("no-release", "unknown-release")


def test_mistakes_in_prices_are_named_with_their_line(project: Path) -> None:
    text = (project / "govkit.yaml").read_text()
    wrong = text.replace("per: hour", "per: day").replace("currency: USD", "currency: dollar", 1)
    write(project, "govkit.yaml", wrong)
    found = problems(project, "deployments", "1.0")
    assert len(found) == 2
    assert all(problem.where.line for problem in found)
    write(project, "govkit.yaml", text.replace("where: {deployment: api}", "where: {deploymnt: api}"))
    (problem,) = problems(project, "deployments", "1.0")
    assert (problem.ident, "did you mean 'deployment'" in problem.fix) == ("unknown-condition", True)
    write(project, "govkit.yaml", text.replace("id: gpu-hour", "id: api-tokens"))
    assert "api-tokens" in problems(project, "deployments", "1.0")[0].what
    write(project, "govkit.yaml", text.replace("deployments:\n  prices:", "deployments:\n  hardware: x\n  prices:"))
    assert "hardware" in problems(project, "deployments", "1.0")[0].what


def test_a_project_without_load_tests_says_so(tmp_path: Path) -> None:
    write(tmp_path, "govkit.yaml", block("`govkit.yaml`:").partition("deployments:")[0])
    write(tmp_path, "releases.yaml", block("`releases.yaml`:"))
    text = done(tmp_path, "deployments", "1.0", *AS_OF)
    assert "no evidence of these releases is about latency" in text
