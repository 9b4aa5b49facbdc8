"""`govkit show PROFILE`: its rules, and what is in and out for one position."""

from __future__ import annotations

from pathlib import Path

import pytest

from govkit.catalogs.loading import shipped_library
from tests.cli.making import document, done, govkit, problems, write

OURS = """\
id: house-2026
title: What our teams look at
publisher: Example Ltd
edition: "2026"
as_of: "2026-11-01"
licence: Internal.
status: In force.
summary: House rules.
sources: [{id: S1, ref: the board}]
rules:
  - {id: base, catalog: nist-ai-rmf-1.0, include: [GOVERN, MAP], reason: Everybody steers., sources: [S1]}
  - {id: builds, catalog: nist-ai-rmf-1.0, include: [MEASURE 1, MEASURE 2.*], exclude: [MEASURE 2.12],
     roles: [provider], reason: Who builds it measures it.}
  - {id: read, catalog: nist-ai-rmf-1.0, include: [MANAGE], binding: false, reason: Good to know.}
"""
PROJECT = """\
organisation: {name: Example Ltd}
systems: [{id: s, name: S, kind: ranker, role: deployer, purpose: Sorts., owner: Ada}]
frameworks: [nist-ai-rmf-1.0]
profile: {id: house-2026, path: profiles/house.yaml}
"""
DEPLOYER = ("--role", "deployer", "--kind", "ranker", "--tier", "limited")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    write(tmp_path, "profiles/house.yaml", OURS)
    write(tmp_path, "govkit.yaml", PROJECT)
    return tmp_path


def test_profiles_are_listed_with_the_catalogs(tmp_path: Path) -> None:
    listed = document(tmp_path, "show")["profiles"]
    assert [item["id"] for item in listed] == list(shipped_library().profiles)
    assert all(item["status"].startswith("Proposal, not reviewed") and len(item["sha256"]) == 64 for item in listed)
    assert "Profiles over them" in done(tmp_path, "show")


def test_a_profile_is_shown_with_its_rules(house: Path) -> None:
    text = done(house, "show", "house-2026")
    assert "builds" in text
    assert "MEASURE 1, MEASURE 2.* without MEASURE 2.12" in text
    assert "for role provider" in text
    found = document(house, "show", "house-2026")
    assert (found["schema"], found["position"], found["catalogs"]) == ("govkit.profile/1", None, None)
    assert [rule["id"] for rule in found["rules"]] == ["base", "builds", "read"]


def test_for_a_position_everything_is_in_or_out_with_a_reason(house: Path) -> None:
    found = document(house, "show", "house-2026", *DEPLOYER)
    assert found["position"] == {"role": "deployer", "kind": "ranker", "tier": "limited"}
    nist = found["catalogs"]["nist-ai-rmf-1.0"]
    assert (nist["judged"], nist["binding"], nist["guidance"], nist["out"]) == (72, 37, 13, 22)
    said = {item["id"]: item for item in nist["requirements"]}
    assert len(said) == 72
    assert said["GOVERN 1.1"]["reasons"] == ["Everybody steers."]
    assert (said["MANAGE 1.1"]["included"], said["MANAGE 1.1"]["binding"]) == (True, False)
    assert said["MEASURE 2.1"]["reasons"] == ["Meant for providers; the role here is deployer."]
    assert said["MEASURE 2.1"]["rules"] == ["builds"]
    assert (said["MEASURE 2.12"]["reasons"], said["MEASURE 2.12"]["rules"]) == (
        ["No rule of the profile names it."],
        [],
    )


def test_the_text_lists_and_counts_what_is_out(house: Path) -> None:
    text = done(house, "show", "house-2026", *DEPLOYER)
    assert "37 in and binding, 13 in as guidance, 22 out" in text
    assert "in, binding: 37 of 72 [base]" in text
    assert "in, as guidance: 13 of 72 [read]" in text
    assert "out: 15 of 72 [builds]\n      Meant for providers; the role here is deployer." in text
    assert "out: 7 of 72\n      No rule of the profile names it." in text
    assert "MEASURE 4.3" in text


def test_a_provider_sees_more(house: Path) -> None:
    found = document(house, "show", "HOUSE-2026", "--role", "provider", "--kind", "ranker", "--tier", "limited")
    assert found["catalogs"]["nist-ai-rmf-1.0"]["binding"] == 52


def test_half_a_position_is_refused(tmp_path: Path) -> None:
    result = govkit(tmp_path, "show", "by-position-2026", "--role", "user")
    assert result.exit_code == 2
    assert "give --kind, --tier too" in result.output


def test_every_wrong_word_is_named_with_the_nearest(tmp_path: Path) -> None:
    found = problems(tmp_path, "show", "by-position-2026", "--role", "usr", "--kind", "agnt", "--tier", "high")
    assert [(p.where.path, p.ident) for p in found] == [("--kind", "bad-value"), ("--role", "bad-value")]
    assert "did you mean 'user'?" in found[1].fix


def test_a_position_without_a_profile_is_refused(tmp_path: Path) -> None:
    result = govkit(tmp_path, "show", "MEASURE 2.3", *DEPLOYER)
    assert result.exit_code == 2
    assert "--kind and --tier with a profile" in " ".join(result.output.split())
