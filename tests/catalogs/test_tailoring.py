"""Profiles: what is in, what is out, what binds, and why; and profiles that lead nowhere."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.catalogs.loading import Library, add_user_profile, load_library, shipped_library
from govkit.catalogs.tailoring import CLAUSE, UNNAMED, named, tailor
from govkit.errors import InputError, Problem
from govkit.model.catalog import Catalog, Requirement, Source
from govkit.model.control import SystemKind
from govkit.model.profile import Position, Profile, Rule
from govkit.model.project import Role, Tier
from govkit.model.tailored import Tailored
from tests.catalogs.builders import write

POSITIONS = [Position(*each) for each in product(get_args(Role), get_args(SystemKind), get_args(Tier))]
HERE = Position("deployer", "agent", "limited")
SHIPPED = shipped_library()


def catalog(name: str = "std", *, kind: str = "rule", items: int = 4) -> Catalog:
    """R with R.1, R.2 and so on below it, and R.1.1 and R.1.2 below R.1."""
    ids = [("R", "chapter", None), ("R.1", "part", "R"), ("R.1.1", kind, "R.1"), ("R.1.2", kind, "R.1")]
    ids += [(f"R.{number}", kind, "R") for number in range(2, items)]
    made = tuple(Requirement(id=i, kind=k, parent=p, title=i, summary="What it asks.") for i, k, p in ids)
    return Catalog(
        id=name, title=name, publisher="Nobody", edition="1", published="2026-01-01", as_of="2026-01-01",
        licence="none", status="test", sources=(Source(id="S1", ref="here"),), counts={}, requirements=made,
    )  # fmt: skip


def rule(ident: str = "one", **changes: Any) -> Rule:
    return Rule.model_validate({"id": ident, "catalog": "std", "reason": f"Because of {ident}.", **changes})


def profile(*rules: Rule) -> Profile:
    base = {
        "id": "p-1", "title": "P", "publisher": "Nobody", "edition": "1", "as_of": "2026-01-01", "licence": "none",
        "status": "test", "summary": "A profile.", "sources": ({"id": "S1", "ref": "here"},),
    }  # fmt: skip
    return Profile.model_validate({**base, "rules": rules})


def said(*rules: Rule, position: Position = HERE, **changes: Any) -> dict[str, Tailored]:
    """By printed id."""
    found = tailor(profile(*rules), {"std": catalog(**changes)}, position)
    return {full.removeprefix("std:"): item for full, item in found.items()}


def test_only_judged_requirements_are_spoken_of() -> None:
    assert list(said(rule())) == ["R.1.1", "R.1.2", "R.2", "R.3"]


def test_a_group_brings_everything_below_it() -> None:
    found = said(rule(include=["R.1"]))
    assert [name for name, item in found.items() if item.included] == ["R.1.1", "R.1.2"]


def test_a_glob_chooses_and_an_exclusion_takes_out_again() -> None:
    found = said(rule(include=["R.?"], exclude=["R.1.2", "R.3"]))
    assert [name for name, item in found.items() if item.included] == ["R.1.1", "R.2"]


def test_what_one_rule_excludes_another_may_bring_in() -> None:
    found = said(rule("most", exclude=["R.2"]), rule("rest", include=["R.2"]))
    assert (found["R.2"].included, found["R.2"].rules, found["R.2"].reasons) == (True, ("rest",), ("Because of rest.",))


def test_what_no_rule_names_is_out_and_says_so() -> None:
    out = said(rule(include=["R.2"]))["R.3"]
    assert out == Tailored(included=False, binding=False, reasons=(UNNAMED,))


def test_in_wins_and_every_rule_that_brings_in_is_named() -> None:
    first = rule("first", roles=["deployer"], sources=["S1"])
    found = said(first, rule("second", roles=["provider"]), rule("third", sources=["S2", "S1"]))["R.2"]
    assert (found.included, found.rules) == (True, ("first", "third"))
    assert found.reasons == ("Because of first.", "Because of third.")
    assert found.sources == ("S1", "S2")


def test_binding_wins() -> None:
    guidance, binding = rule("g", binding=False), rule("b", include=["R.2"])
    found = said(guidance, binding)
    assert (found["R.2"].binding, found["R.3"].binding, found["R.3"].included) == (True, False, True)


def test_what_is_out_binds_nobody_and_says_for_whom_it_is_meant() -> None:
    out = said(rule(roles=["provider", "developer"], kinds=["general-purpose"], tiers=["minimal", "high"]))["R.2"]
    assert (out.included, out.binding, out.rules) == (False, False, ("one",))
    assert out.reasons == (
        "Meant for providers and developers; the role here is deployer. Meant for general-purpose systems; the kind of "
        "system here is agent. Meant for tier minimal or high; the tier here is limited.",
    )


def test_a_rule_may_say_itself_why_it_is_not_for_others() -> None:
    out = said(rule(kinds=["ranker", "agent"], tiers=["high"], otherwise="Look again when more can go wrong."))["R.2"]
    assert out.reasons == ("Meant for tier high; the tier here is limited. Look again when more can go wrong.",)


def test_rules_that_fail_on_the_same_conditions_share_a_sentence() -> None:
    first = rule("first", roles=["provider"], tiers=["high"], otherwise="Ask the board.")
    second = rule("second", roles=["provider", "developer"], tiers=["minimal"], otherwise="Ask the board.")
    out = said(first, second)["R.2"]
    assert out.rules == ("first", "second")
    assert out.reasons == (
        "Meant for providers and developers; the role here is deployer. Meant for tier high or minimal; the tier here "
        "is limited. Ask the board.",
    )


def test_what_one_rule_says_and_another_repeats_is_told_once() -> None:
    short, long = "Settle the class first.", "Settle the class first. Look again when you build."
    out = said(rule("one", roles=["provider"], otherwise=long), rule("two", roles=["user"], otherwise=short))["R.2"]
    assert out.reasons == (f"Meant for providers and users; the role here is deployer. {long}",)


def test_the_nearest_miss_is_told() -> None:
    far = rule("far", roles=["provider"], tiers=["high"], otherwise="Ask the board.")
    near, other = rule("near", roles=["user"]), rule("other", kinds=["ranker"])
    out = said(far, near, other)["R.2"]
    assert out.rules == ("far", "near", "other")
    assert out.reasons == (
        "Meant for users; the role here is deployer. Ask the board.",
        "Meant for rankers; the kind of system here is agent.",
    )


def test_a_clause_is_in_whatever_a_profile_says() -> None:
    silent = said(rule(include=["R.2"]), kind="subclause")["R.3"]
    assert silent == Tailored(included=True, binding=True, reasons=(CLAUSE,))
    other = said(rule(roles=["user"]), kind="subclause")["R.3"]
    assert (other.included, other.binding, other.reasons) == (True, True, (CLAUSE,))
    guidance = said(rule(binding=False), kind="subclause")["R.3"]
    assert (guidance.included, guidance.binding, guidance.rules) == (True, True, ("one",))


def test_catalogs_that_are_not_given_are_passed_over() -> None:
    assert tailor(profile(rule(catalog="other")), {"std": catalog()}, HERE) == {}


def test_a_circle_of_parents_ends() -> None:
    items = (
        Requirement(id="A", kind="rule", parent="B", title="A", summary="A."),
        Requirement(id="B", kind="rule", parent="A", title="B", summary="B."),
    )
    assert named(rule(include=["A"]), catalog().model_copy(update={"requirements": items})) == {"A", "B"}


def rules_over(catalogs: list[str]) -> st.SearchStrategy[list[Rule]]:
    one = st.builds(
        rule,
        st.sampled_from(["a", "b", "c"]),
        catalog=st.sampled_from(catalogs),
        include=st.lists(st.sampled_from(["*", "R", "R.1", "R.1.*", "R.2", "R.3"]), min_size=1, max_size=3),
        exclude=st.lists(st.sampled_from(["R.1", "R.2", "R.1.2"]), max_size=2),
        roles=st.lists(st.sampled_from(get_args(Role)), max_size=2),
        kinds=st.lists(st.sampled_from(get_args(SystemKind)), max_size=2),
        tiers=st.lists(st.sampled_from(get_args(Tier)), max_size=2),
        binding=st.booleans(),
    )
    return st.lists(one, min_size=1, max_size=4)


@given(rules=rules_over(["std", "two"]), more=rules_over(["std", "two"]), position=st.sampled_from(POSITIONS))
def test_another_rule_never_puts_anything_out_or_loosens_it(
    rules: list[Rule], more: list[Rule], position: Position
) -> None:
    catalogs = {"std": catalog(), "two": catalog("two")}
    before = tailor(profile(*rules), catalogs, position)
    after = tailor(profile(*rules, *more), catalogs, position)
    assert before.keys() <= after.keys()
    for name, item in before.items():
        assert (after[name].included, after[name].binding) >= (item.included, item.binding)


@given(rules=rules_over(["std"]), position=st.sampled_from(POSITIONS))
def test_the_order_of_the_rules_decides_nothing(rules: list[Rule], position: Position) -> None:
    catalogs = {"std": catalog()}
    there = tailor(profile(*rules), catalogs, position)
    back = tailor(profile(*reversed(rules)), catalogs, position)
    assert {n: (t.included, t.binding) for n, t in there.items()} == {
        n: (t.included, t.binding) for n, t in back.items()
    }


PROFILE = """\
id: toys-at-home
title: Toys at home
publisher: House
edition: "1"
as_of: "2026-11-23"
licence: Own work.
status: Draft.
summary: What a household must look at.
sources:
  - {id: S1, ref: the leaflet}
rules:
  - id: edges
    catalog: toy-1.0
    include: [T 1]
    reason: Edges cut.
    sources: [S1]
  - id: play
    catalog: play-2
    include: ["P.*"]
    tiers: [high]
    reason: Play can hurt.
"""


def loaded(folder: Path, text: str = PROFILE) -> Library:
    path = write(folder) / "profiles" / "home.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load_library(folder, "frameworks")


def problems(folder: Path, old: str, new: str) -> list[Problem]:
    assert old in PROFILE
    with pytest.raises(InputError) as raised:
        loaded(folder, PROFILE.replace(old, new))
    return list(raised.value.problems)


def test_profiles_beside_the_catalogs_are_loaded(tmp_path: Path) -> None:
    library = loaded(tmp_path)
    assert list(library.profiles) == ["toys-at-home"]
    assert library.profiles["toys-at-home"].catalogs() == ("toy-1.0", "play-2")
    assert len(library.digests["toys-at-home"]) == 64
    assert "toys-at-home" in library.known_names()


@pytest.mark.parametrize(
    ("old", "new", "line", "ident"),
    [
        ("catalog: play-2", "catalog: play-3", 18, "unknown-catalog"),
        ("include: [T 1]", "include: [T 1, T 7]", 14, "unknown-requirement"),
        ('["P.*"]', '["P.*", "Q.*"]', 19, "empty-pattern"),
        ("include: [T 1]", "include: [T 1]\n    exclude: [T 7]", 15, "unknown-requirement"),
        ("include: [T 1]", "include: [T 1]\n    exclude: [T]", 12, "empty-rule"),
        ("    reason: Edges cut.\n", "", 12, "missing-entry"),
        ("reason: Edges cut.", 'reason: ""', 15, "bad-value"),
        ("- id: play", "- id: edges", 17, "duplicate-id"),
        ("sources: [S1]", "sources: [S2]", 16, "unknown-source"),
        ("id: toys-at-home", "id: toy-1.0", 1, "duplicate-id"),
        ("tiers: [high]", "tiers: [hihg]", 20, "bad-value"),
        (
            "summary: What a household must look at.",
            "summary: Home.\nset_parameters: {t-1: [two]}",
            9,
            "unknown-parameter",
        ),
    ],
)
def test_what_is_wrong_in_a_profile_is_named(tmp_path: Path, old: str, new: str, line: int, ident: str) -> None:
    (found,) = problems(tmp_path, old, new)
    assert (found.where.path, found.where.line, found.ident) == ("frameworks/profiles/home.yaml", line, ident)


def test_a_profile_without_rules_is_refused(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, PROFILE.partition("rules:\n")[2], "  []\n")
    assert found.ident == "empty-profile"


def test_two_profiles_need_two_ids(tmp_path: Path) -> None:
    loaded(tmp_path)
    (tmp_path / "profiles" / "again.yaml").write_text(PROFILE, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_library(tmp_path, "frameworks")
    assert [p.ident for p in raised.value.problems] == ["duplicate-id"]


def test_a_broken_catalog_does_not_make_its_rules_wrong_too(tmp_path: Path) -> None:
    loaded(tmp_path)
    (tmp_path / "play-2" / "catalog.yaml").write_text("- broken\n", encoding="utf-8")
    (tmp_path / "mappings" / "toy-1.0__play-2.yaml").unlink()
    (tmp_path / "house" / "catalog.yaml").unlink()
    (tmp_path / "house" / "kinds.yaml").unlink()
    (tmp_path / "house" / "measures.yaml").unlink()
    with pytest.raises(InputError) as raised:
        load_library(tmp_path, "frameworks")
    assert "unknown-catalog" not in {p.ident for p in raised.value.problems}


MORE = """\
  - id: more
    catalog: {catalog}
    include: [{include}]
    roles: [{roles}]
    tiers: [{tiers}]
    binding: {binding}
    reason: More.
"""


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({"include": "T 1"}, 22),
        ({"include": "T 1", "roles": "user", "tiers": "high"}, 22),
        ({"include": "T 1", "binding": "false"}, 22),
        ({"include": "T"}, 12),
        ({"include": "T", "roles": "user"}, None),
        ({"include": "T 2"}, None),
        ({"catalog": "play-2", "include": "P.1", "tiers": "high"}, 22),
        ({"catalog": "play-2", "include": "P.1", "tiers": "high, limited"}, None),
        ({"catalog": "play-2", "include": "P.1"}, None),
    ],
)
def test_a_rule_that_changes_nothing_is_told(tmp_path: Path, more: dict[str, str], line: int | None) -> None:
    base = {"catalog": "toy-1.0", "roles": "", "tiers": "", "binding": "true"}
    text = PROFILE + MORE.format(**{**base, **more})
    if line is None:
        assert loaded(tmp_path, text).profiles
        return
    with pytest.raises(InputError) as raised:
        loaded(tmp_path, text)
    (found,) = raised.value.problems
    assert (found.where.line, found.ident) == (line, "shadowed-rule")


def test_a_binding_rule_is_not_shadowed_by_guidance(tmp_path: Path) -> None:
    text = PROFILE.replace("reason: Edges cut.", "reason: Edges cut.\n    binding: false")
    more = {"catalog": "toy-1.0", "include": "T 1", "roles": "", "tiers": "high", "binding": "true"}
    assert loaded(tmp_path, text + MORE.format(**more)).profiles


def test_several_rules_may_shadow_one_together(tmp_path: Path) -> None:
    second = MORE.format(catalog="toy-1.0", include="T 2", roles="", tiers="", binding="true").replace("more", "second")
    third = MORE.format(catalog="toy-1.0", include="T", roles="user", tiers="", binding="true").replace("more", "third")
    with pytest.raises(InputError) as raised:
        loaded(tmp_path, PROFILE + second + third)
    (found,) = raised.value.problems
    assert found.what == "the rule third changes nothing: edges, second bring in all that it names"


def test_a_profile_has_its_limits(tmp_path: Path) -> None:
    one = "  - {{id: r-{0}, catalog: toy-1.0, include: [T 1], reason: Edges cut.}}\n"
    head = PROFILE.partition("  - id: edges")[0]
    with pytest.raises(InputError) as raised:
        loaded(tmp_path, head + "".join(one.format(number) for number in range(501)))
    (found,) = raised.value.problems
    assert (found.ident, found.where.line) == ("too-many-rules", 11)
    wide = f"  - {{id: wide, catalog: toy-1.0, include: [{'T 1, ' * 5000}T 2], reason: Edges cut.}}\n"
    with pytest.raises(InputError) as raised:
        loaded(tmp_path, head + wide)
    assert [p.ident for p in raised.value.problems] == ["too-many-rules"]


def test_a_profile_of_ones_own_may_name_shipped_catalogs(tmp_path: Path) -> None:
    text = PROFILE.partition("rules:\n")[0] + "rules:\n  - {id: a, catalog: iso-42001-2023, reason: Ours.}\n"
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    library = add_user_profile(SHIPPED, tmp_path / "mine.yaml", "mine.yaml")
    assert "toys-at-home" in library.profiles
    assert library.profiles.keys() > SHIPPED.profiles.keys()
    assert "toys-at-home" not in SHIPPED.profiles


def test_every_position_is_sorted_whole() -> None:
    """Each judged requirement of each catalog of each shipped profile is in or out, with a reason."""
    for shipped in SHIPPED.profiles.values():
        wanted = {f"{name}:{leaf.id}" for name in shipped.catalogs() for leaf in SHIPPED.catalogs[name].leaves()}
        for position in POSITIONS:
            found = tailor(shipped, SHIPPED.catalogs, position)
            assert found.keys() == wanted
            assert all(
                item.reasons and (item.rules or item.reasons in ((UNNAMED,), (CLAUSE,))) for item in found.values()
            )


def test_shipped_rules_rest_on_something_and_every_source_is_used() -> None:
    for shipped in SHIPPED.profiles.values():
        assert all(each.sources for each in shipped.rules)
        assert {name for each in shipped.rules for name in each.sources} == {source.id for source in shipped.sources}
        assert shipped.status.startswith("Proposal, not reviewed")


def test_shipped_profiles_name_no_superseded_catalog_and_leave_nothing_unnamed() -> None:
    for shipped in SHIPPED.profiles.values():
        assert all(SHIPPED.catalogs[name].superseded_by is None for name in shipped.catalogs())
    found = tailor(SHIPPED.profiles["by-position-2026"], SHIPPED.catalogs, HERE)
    assert [full for full, item in found.items() if item.reasons == (UNNAMED,)] == []


def act(role: Role, kind: SystemKind, tier: Tier) -> dict[str, Tailored]:
    found = tailor(SHIPPED.profiles["by-position-2026"], SHIPPED.catalogs, Position(role, kind, tier))
    return {full.partition(":")[2]: item for full, item in found.items() if full.startswith("eu-ai-act-2026:")}


def of_roles(*roles: str) -> set[str]:
    """Judged articles that the catalog gives to one of these roles, in general or qualified, or to everybody."""
    leaves = SHIPPED.catalogs["eu-ai-act-2026"].leaves()
    return {leaf.id for leaf in leaves if not leaf.roles or {name.partition(".")[0] for name in leaf.roles} & {*roles}}


FOR_ALL = {"Art. 6", "Art. 25"}
"""In at tier high for every role: one needs the class, and one's place in the chain, before anything else."""


def test_at_tier_high_a_role_is_bound_by_what_the_act_gives_it() -> None:
    bound = {name for name, item in act("provider", "general-purpose", "high").items() if item.binding}
    assert bound == (of_roles("provider", "gpai-provider") | FOR_ALL) - {"Art. 4a"}
    for kind in get_args(SystemKind):
        for role in ("deployer", "user"):
            bound = {name for name, item in act(role, kind, "high").items() if item.binding}
            assert bound == (of_roles("deployer") | FOR_ALL) - {"Art. 4a"}


def test_below_tier_high_nothing_of_the_act_gets_lost_without_a_word() -> None:
    """At tier limited what would bind at tier high is guidance; at tier minimal it says why it is out."""
    for role, kind in product(get_args(Role), get_args(SystemKind)):
        high, limited, minimal = (act(role, kind, tier) for tier in ("high", "limited", "minimal"))
        for name, item in high.items():
            assert limited[name].included == item.included, (role, kind, name)
            if item.included and not minimal[name].included:
                assert "tier here is minimal" in minimal[name].reasons[0], (role, kind, name)
        assert {"Art. 5", "Art. 6"} <= {name for name, item in minimal.items() if item.binding}


def test_lists_for_language_models_and_agents_reach_only_these() -> None:
    for position in POSITIONS:
        found = tailor(SHIPPED.profiles["by-position-2026"], SHIPPED.catalogs, position)
        inside = {full.partition(":")[0] for full, item in found.items() if item.included}
        assert ("owasp-llm-2026" in inside) == (position.kind in ("generator", "agent", "general-purpose"))
        assert ("owasp-agentic-2026" in inside) == (position.kind == "agent")
        assert ("nist-ai-600-1" in inside) == (position.kind in ("generator", "agent", "general-purpose"))
