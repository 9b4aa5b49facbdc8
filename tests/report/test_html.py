"""The HTML reports: complete, linked, self-contained, and deaf to markup in the records."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from collections.abc import Callable
from functools import cache
from typing import Literal

import pytest

from govkit.catalogs.loading import Library
from govkit.files import shipped
from govkit.report.html import render
from govkit.report.views.index import Index
from govkit.report.visible import anchor
from tests.report.hostile import ATTACKS, hostile
from tests.report.reading import Page, read
from tests.report.sample import Sample, sample

KINDS: tuple[Literal["full", "summary"], ...] = ("full", "summary")
TEMPLATES = sorted((shipped("templates") / "report").rglob("*.j2"))


@cache
def rendered(kind: Literal["full", "summary"], source: Callable[[], Sample]) -> str:
    made = source()
    return render(kind, made.assessment, made.project, made.library.catalogs, made.library.mappings)


@pytest.fixture(scope="module")
def full() -> Page:
    return read(rendered("full", sample))


def test_every_control_check_requirement_risk_and_file_has_its_place(full: Page) -> None:
    assessment = sample().assessment
    places = set(full.all("id"))
    wanted = {str(anchor("k", check.id)) for check in assessment.checks}
    wanted |= {str(anchor("c" if f.kind == "control" else "r", f.subject)) for f in assessment.findings}
    wanted |= {str(anchor("x", risk.risk)) for risk in assessment.risks}
    wanted |= {f"e-E{number}" for number in range(1, len(assessment.evidence) + 1)}
    assert wanted - places == set()


def test_every_digest_and_path_is_printed(full: Page) -> None:
    for use in sample().assessment.evidence:
        assert use.sha256 in full.text
        assert use.path in full.text


def test_every_link_leads_somewhere(full: Page) -> None:
    places = full.all("id")
    assert len(places) == len(set(places))
    inner = {href for href in full.all("href") if not href.startswith("mailto:")}
    assert {href[1:] for href in inner} - set(places) == set()
    assert all(href.startswith("#") for href in inner)


def test_a_requirement_leads_to_the_file_behind_it() -> None:
    text = rendered("full", sample)
    row = re.search(r'<tr id="r-nist-ai-rmf-1.0-MEASURE-2.7[^"]*">.*?</tr>', text, re.DOTALL)
    assert row
    assert 'href="#c-GK-ROB-04"' in row[0]
    check = re.search(r'<tr id="k-GK-ROB-04-attack-success[^"]*">.*?</tr>.*?</tr>', text, re.DOTALL)
    assert check
    code = re.search(r'href="#e-(E\d+)"', check[0])
    assert code
    assert code[1] in row[0]
    digest = next(u.sha256 for c in sample().assessment.checks if c.id == "GK-ROB-04/attack-success" for u in c.used)
    file = re.search(rf'<tr id="e-{code[1]}">.*?</tr>', text, re.DOTALL)
    assert file
    assert digest in file[0]


def test_a_control_stands_for_requirements_of_the_frameworks_in_scope_only() -> None:
    made = sample()
    index = Index(made.assessment, made.project, made.library.catalogs, made.library.mappings)
    control = index.controls["GK-HUM-03"]
    assert "eu-ai-act-2026:Art. 4" in control.requirements
    assert [link.text for link in index.claimed_by(control)] == ["GOVERN 2.2", "MAP 3.4", "7.2", "A.4.6"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_asks_for_nothing_outside(kind: Literal["full", "summary"]) -> None:
    text = rendered(kind, sample)
    page = read(text)
    assert not [
        tag for tag, _ in page.elements if tag in ("script", "link", "iframe", "object", "embed", "base", "img")
    ]
    assert not page.all("src")
    assert not page.all("style")
    assert re.findall(r"url\((?!\"data:font/woff2)", text) == []
    assert "@import" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_the_policy_allows_exactly_this_style(kind: Literal["full", "summary"]) -> None:
    text = rendered(kind, sample)
    style = text.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(m["content"] for m in read(text).named("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy
    assert policy.startswith("default-src 'none';")
    assert f"'sha256-{digest}'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("kind", KINDS)
def test_headings_never_skip_a_level_and_every_element_is_closed(kind: Literal["full", "summary"]) -> None:
    page = read(rendered(kind, sample))
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert page.broken == []
    assert page.open == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_chart_says_in_words_what_it_shows(kind: Literal["full", "summary"]) -> None:
    text = rendered(kind, sample)
    charts = re.findall(r"<svg[^>]*>(.*?)</svg>", text, re.DOTALL)
    assert len(charts) > 5
    assert all(re.match(r"<title>[^<]{10,}</title>", chart) for chart in charts)
    assert all("font-family=" in opening for opening in re.findall(r"<svg[^>]*>", text))


def test_verdict_and_decision_are_two_fields(full: Page) -> None:
    assert "did not meet 6 of the 68 rules" in full.text
    assert "Decision of a person ◆" not in full.text
    assert "Go, with actions · Dr. A. Keller, Head of patient services, 19 Nov 2026" in full.text


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_gives_evidence_and_claims_no_more(kind: Literal["full", "summary"]) -> None:
    text = read(rendered(kind, sample)).text.casefold()
    assert "compliant" not in text
    assert "certified" not in text


def test_the_statement_of_applicability_has_all_controls_of_annex_a(full: Page) -> None:
    table = full.text.split("Statement of Applicability Version 3")[1].split("Risk register The level")[0]
    annex = [r.id for r in sample().library.catalogs["iso-42001-2023"].requirements if r.kind == "control"]
    assert len(annex) == 38
    assert all(f"{number} " in table for number in annex)
    assert "The clinic has no customers outside its own group." in table


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_template_attributes_are_quoted_and_nothing_is_marked_safe(template: object) -> None:
    text = template.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert not re.findall(r"=\{\{|=\s*\{\{", re.sub(r"\{%.*?%\}", "", text))
    assert "|safe" not in text
    assert "autoescape" not in text
    assert "style=" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_changes_no_element_and_no_attribute(kind: Literal["full", "summary"]) -> None:
    """The same records with and without attacks in every field give pages of the same allowed elements."""
    page = read(rendered(kind, hostile))
    calm = read(rendered(kind, sample))
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in calm.elements}
    names = {key for _, attributes in calm.elements for key in attributes}
    assert {key for _, attributes in page.elements for key in attributes} <= names
    assert all(href.startswith(("#", "mailto:")) for href in page.all("href"))
    assert page.broken == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_attack_is_shown_as_text(attack: str) -> None:
    text = rendered("full", hostile)
    assert "\u202e" not in text
    assert "\u200b" not in text
    assert "\x00" not in text
    if len(attack) < 300 and attack.isprintable():
        assert attack in read(text).text


def test_same_records_same_text() -> None:
    assert rendered.__wrapped__("full", sample) == rendered("full", sample)


def bare() -> Sample:
    """A project with nothing but one control: no statement, risks, decision, baseline, evidence or known catalog."""
    made = sample()
    project = made.project.model_copy(
        update={"statement": None, "risks": (), "acceptances": (), "releases": (), "controls": (), "declined": ()}
    )
    assessment = made.assessment.model_copy(
        update={
            "findings": made.assessment.findings[:1], "checks": (), "risks": (), "differences": (), "baseline": None,
            "evidence": (), "problems": (), "undecided": (), "system": "another", "commit": None, "tag": None,
        }
    )  # fmt: skip
    return Sample(assessment, project, Library())


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_missing_is_said(kind: Literal["full", "summary"]) -> None:
    page = read(rendered(kind, bare))
    assert page.broken == []
    assert "No person has recorded a decision on this release." in page.text
    assert "The project has no risk register" in page.text
    if kind == "full":
        assert "The project has no Statement of Applicability. Nothing is excluded." in page.text
        assert "This release names no earlier release" in page.text
        assert "This control has no check, so nothing shows that it holds." in page.text
    else:
        assert "There is no earlier release to compare with." in page.text
        assert "No number was measured that could be compared with a bar." in page.text
