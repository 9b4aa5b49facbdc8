"""`profile:` in govkit.yaml: which one, for which systems, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from govkit.catalogs.loading import shipped_library
from govkit.errors import InputError, Problem
from govkit.model.project import Project
from govkit.project import load_project

MAIN = """\
organisation: {name: Example Ltd}
systems:
  - {id: one, name: One, kind: ranker, role: provider, purpose: Sorts., owner: Ada}
  - {id: two, name: Two, kind: agent, role: user, purpose: Acts., owner: Ada}
frameworks: [nist-ai-rmf-1.0, iso-42001-2023]
"""
OURS = """\
id: house-2026
title: House
publisher: Example Ltd
edition: "1"
as_of: "2026-11-01"
licence: Internal.
status: In force.
summary: House rules.
sources: [{id: S1, ref: the board}]
rules:
  - {id: builds, catalog: nist-ai-rmf-1.0, roles: [provider], reason: Who offers it answers for it.}
"""
OWN = "profile: {id: house-2026, path: profiles/house.yaml}\n"


def write(folder: Path, main: str, ours: str = OURS) -> Path:
    (folder / "profiles").mkdir()
    (folder / "profiles" / "house.yaml").write_text(ours, encoding="utf-8")
    (folder / "govkit.yaml").write_text(main, encoding="utf-8")
    return folder


def loaded(folder: Path, main: str, ours: str = OURS) -> Project:
    return load_project(write(folder, main, ours), shipped_library())


def problems(folder: Path, main: str, ours: str = OURS) -> list[Problem]:
    with pytest.raises(InputError) as raised:
        loaded(folder, main, ours)
    return list(raised.value.problems)


def test_without_a_profile_nothing_is_tailored(tmp_path: Path) -> None:
    made = loaded(tmp_path, MAIN)
    assert (made.profile, made.tailored) == (None, {})


def test_a_bare_id_names_a_shipped_profile(tmp_path: Path) -> None:
    made = loaded(tmp_path, MAIN + "profile: by-position-2026\n")
    assert made.profile is not None
    assert made.profile.sha256 == shipped_library().digests["by-position-2026"]
    assert made.profile.status.startswith("Proposal, not reviewed")


def test_each_system_has_its_own_position(tmp_path: Path) -> None:
    made = loaded(tmp_path, MAIN + OWN)
    name = "nist-ai-rmf-1.0:MEASURE 2.3"
    assert made.tailored["one"][name].included
    assert made.tailored["two"][name].reasons == ("Meant for providers; the role here is user.",)


def test_catalogs_it_does_not_name_and_those_out_of_scope_are_left_alone(tmp_path: Path) -> None:
    made = loaded(tmp_path, MAIN + OWN)
    assert {full.partition(":")[0] for full in made.tailored["one"]} == {"nist-ai-rmf-1.0"}


@pytest.mark.parametrize(
    ("written", "path", "line", "ident"),
    [
        ("profile: by-positon-2026\n", "govkit.yaml", 6, "unknown-profile"),
        ("profile: {id: house-2027, path: profiles/house.yaml}\n", "govkit.yaml", 6, "unknown-profile"),
        ("profile: {id: house-2026, path: profiles/none.yaml}\n", "profiles/none.yaml", 0, "missing-file"),
        ("profile: {id: house-2026, path: ../house.yaml}\n", "../house.yaml", 0, "outside-project"),
        ("profile: {id: house-2026, file: x}\n", "govkit.yaml", 6, "unknown-key"),
        ("profile: [a, b]\n", "govkit.yaml", 6, "bad-value"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, written: str, path: str, line: int, ident: str) -> None:
    (found,) = problems(tmp_path, MAIN + written)
    assert (found.where.path, found.where.line, found.ident) == (path, line, ident)


def test_the_nearest_profile_is_offered(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, MAIN + "profile: by-positon-2026\n")
    assert found.fix.startswith("did you mean 'by-position-2026'?")


def test_mistakes_in_a_profile_of_ones_own_carry_their_line(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, MAIN + OWN, OURS.replace("nist-ai-rmf-1.0", "nist-ai-rmf-2.0"))
    assert (found.where.path, found.where.line, found.ident) == ("profiles/house.yaml", 11, "unknown-catalog")


def test_a_profile_that_would_do_nothing_is_told(tmp_path: Path) -> None:
    main = MAIN.replace("[nist-ai-rmf-1.0, iso-42001-2023]", "[iso-42001-2023]")
    (found,) = problems(tmp_path, main + OWN)
    assert (found.ident, found.where.line) == ("profile-not-in-scope", 6)
