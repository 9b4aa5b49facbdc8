"""What applies to a role on a day: the day before, the day itself, the day after."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.catalogs.applying import applicable
from govkit.catalogs.loading import load_catalog, shipped_library
from govkit.model.applicable import Applicable, Duty
from govkit.model.catalog import Catalog
from tests.catalogs.builders import CATALOG

DAY = timedelta(days=1)
ACT = "eu-ai-act-2026"
_SHIPPED = shipped_library()

DATED = """\
counts: {chapter: 1, rule: 4}
roles:
  maker: Makes toys.
  maker.small: makers with fewer than ten people
  maker.abroad: makers outside the country
  seller: Sells toys.
routes:
  all: Whatever the toy.
  wood: The toy is of wood.
  cloth: The toy is of cloth.
requirements:
  - {id: T, kind: chapter, title: Toys, summary: All about toys.}
  - id: T 1
    kind: rule
    parent: T
    title: No sharp edges
    summary: Nobody is cut by a toy.
    roles: [maker]
    applies_from: {wood: "2026-01-01", cloth: "2027-01-01"}
  - {id: T 2, kind: rule, parent: T, title: No small parts, summary: Nothing can be swallowed., roles: [maker.small]}
  - {id: T 3, kind: rule, parent: T, title: No lies, summary: Nobody lies., applies_from: {all: "2026-06-01"}}
  - {id: T 4, kind: rule, parent: T, title: Shelves, summary: Shelves hold., roles: [seller, maker.abroad]}
"""


@pytest.fixture(scope="module")
def act() -> Catalog:
    return _SHIPPED.catalogs[ACT]


@pytest.fixture
def toys(tmp_path: Path) -> Catalog:
    return made(tmp_path, DATED)


def made(folder: Path, dated: str) -> Catalog:
    path = folder / "catalog.yaml"
    path.write_text(CATALOG[: CATALOG.index("counts:")] + dated, encoding="utf-8")
    return load_catalog(path, "catalog.yaml")


def duty(found: Applicable, name: str) -> Duty:
    return next(item for item in found.duties if item.id == name)


def standing(catalog: Catalog, on: date, name: str, role: str | None = None, route: str | None = None) -> str:
    return duty(applicable(catalog, on, role, route), name).standing


@pytest.mark.parametrize(
    ("first", "name", "role", "route"),
    [
        (date(2024, 8, 1), "Art. 113", "deployer", None),
        (date(2025, 2, 2), "Art. 4", "deployer", None),
        (date(2025, 2, 2), "Art. 5", "distributor", None),
        (date(2025, 8, 2), "Art. 53", "gpai-provider", None),
        (date(2025, 8, 2), "Art. 99", "importer", None),
        (date(2026, 7, 27), "Art. 4a", "provider", None),
        (date(2026, 8, 2), "Art. 50", "deployer", "annex_iii"),
        (date(2026, 8, 2), "Art. 43", "provider", "annex_i"),
        (date(2026, 8, 2), "Art. 86", "deployer", None),
        (date(2026, 8, 2), "Art. 101", "gpai-provider", None),
        (date(2027, 12, 2), "Art. 10", "provider", None),
        (date(2027, 12, 2), "Art. 10", "provider", "annex_iii"),
        (date(2027, 12, 2), "Art. 23", "importer", "annex_iii"),
        (date(2027, 12, 2), "Art. 24", "distributor", "annex_iii"),
        (date(2027, 12, 2), "Art. 26", "deployer", "annex_iii"),
        (date(2027, 12, 2), "Art. 27", "deployer.public-body", "annex_iii"),
        (date(2028, 8, 2), "Art. 10", "provider", "annex_i"),
        (date(2028, 8, 2), "Art. 22", "authorised-representative", "annex_i"),
        (date(2028, 8, 2), "Art. 25", "component-supplier", "annex_i"),
        (date(2028, 8, 2), "Art. 26", "deployer", "annex_i"),
    ],
)
def test_an_article_applies_from_its_first_day_on(
    act: Catalog, first: date, name: str, role: str, route: str | None
) -> None:
    found = [standing(act, day, name, role, route) for day in (first - DAY, first, first + DAY)]
    assert found == ["not-yet", "applies", "applies"]


def test_between_two_routes_the_dates_of_both_are_told(act: Catalog) -> None:
    found = duty(applicable(act, date(2028, 1, 1), "provider"), "Art. 10")
    assert found.standing == "applies"
    assert [(item.route, str(item.first_day), item.reached) for item in found.dates] == [
        ("annex_iii", "2027-12-02", True),
        ("annex_i", "2028-08-02", False),
    ]


def test_every_day_of_the_calendar_is_reached_on_that_day_and_not_before(act: Catalog) -> None:
    for index, milestone in enumerate(act.calendar):
        before, at = applicable(act, milestone.on - DAY), applicable(act, milestone.on)
        assert [day.reached for day in before.calendar] == [place < index for place in range(13)]
        assert [day.reached for day in at.calendar] == [place <= index for place in range(13)]


def test_who_has_what_to_do_when_everything_applies(act: Catalog) -> None:
    late = date(2031, 1, 1)
    asked = {role: applicable(act, late, role) for role in ("deployer", "importer", "gpai-provider", "provider")}
    asks = {
        role: [item.id.removeprefix("Art. ") for item in found.duties if item.asks and item.standing == "applies"]
        for role, found in asked.items()
    }
    assert asks["deployer"] == ["4", "4a", "5", "14", "25", "26", "27", "49", "50", "73", "86"]
    assert asks["importer"] == ["5", "23", "25"]
    assert asks["gpai-provider"] == ["5", "52", "53", "54", "55"]
    assert len(asks["provider"]) == 27
    assert [item.id for item in asked["importer"].duties if not item.asks and item.standing == "applies"] == [
        "Art. 99",
        "Art. 111",
        "Art. 113",
    ]


def test_a_deployer_sees_duties_of_certain_deployers_with_their_qualification(act: Catalog) -> None:
    found = applicable(act, date(2027, 12, 2), "deployer")
    assert duty(found, "Art. 27").only_if == (
        "deployer.public-body",
        "deployer.public-service",
        "deployer.annex-iii-5b-5c",
    )
    assert duty(found, "Art. 49").only_if == ("deployer.public-body",)
    assert duty(found, "Art. 26").only_if == ()


def test_a_qualified_role_has_the_duties_of_the_general_one_and_is_not_cut_off_from_its_siblings(act: Catalog) -> None:
    found = applicable(act, date(2027, 12, 2), "deployer.annex-iii-5b-5c")
    assert (duty(found, "Art. 26").standing, duty(found, "Art. 26").only_if) == ("applies", ())
    assert (duty(found, "Art. 27").standing, duty(found, "Art. 27").only_if) == ("applies", ())
    assert (duty(found, "Art. 49").standing, duty(found, "Art. 49").only_if) == ("applies", ("deployer.public-body",))
    assert duty(found, "Art. 10").standing == "other-role"


def test_nobody_is_given_the_duties_of_another_role(act: Catalog) -> None:
    found = applicable(act, date(2031, 1, 1), "distributor")
    assert [item.id for item in found.duties if item.asks and item.standing == "applies"] == [
        "Art. 5",
        "Art. 24",
        "Art. 25",
    ]


def test_without_a_role_nothing_is_left_out(act: Catalog) -> None:
    found = applicable(act, date(2031, 1, 1))
    assert len(found.duties) == 43
    assert {item.standing for item in found.duties} == {"applies"}


def test_annexes_bind_nobody_by_themselves(act: Catalog) -> None:
    assert not [item.id for item in applicable(act, date(2031, 1, 1)).duties if item.id.startswith("Annex")]


def test_where_no_date_is_stated_none_is_guessed(toys: Catalog) -> None:
    for on in (date(1970, 1, 1), date(2100, 1, 1)):
        assert standing(toys, on, "T 2", "maker") == "date-unknown"
        assert standing(toys, on, "T 2", "maker", "wood") == "date-unknown"


def test_a_date_for_another_route_is_not_taken_for_this_one(tmp_path: Path) -> None:
    dated = (
        DATED.replace(', cloth: "2027-01-01"', "").replace("{all:", "{cloth:").replace("  all: Whatever the toy.\n", "")
    )
    catalog = made(tmp_path, dated)
    assert standing(catalog, date(2026, 7, 1), "T 1", route="cloth") == "other-route"
    assert standing(catalog, date(2026, 7, 1), "T 1", route="wood") == "applies"
    assert standing(catalog, date(2026, 7, 1), "T 3", route="wood") == "other-route"


def test_the_route_all_counts_for_every_route(toys: Catalog) -> None:
    for route in ("wood", "cloth", "all", None):
        assert standing(toys, date(2026, 5, 31), "T 3", route=route) == "not-yet"
        assert standing(toys, date(2026, 6, 1), "T 3", route=route) == "applies"


def test_a_role_that_stands_beside_a_narrower_one_is_enough(toys: Catalog) -> None:
    assert duty(applicable(toys, date(2026, 1, 1), "seller"), "T 4").only_if == ()
    assert duty(applicable(toys, date(2026, 1, 1), "maker"), "T 4").only_if == ("maker.abroad",)
    assert duty(applicable(toys, date(2026, 1, 1), "maker.small"), "T 4").only_if == ("maker.abroad",)


def test_a_catalog_without_roles_and_dates_gives_no_answer() -> None:
    found = applicable(_SHIPPED.catalogs["iso-42001-2023"], date(2026, 1, 1))
    assert (found.states_roles, found.states_dates, found.duties, found.calendar) == (False, False, (), ())


@given(day=st.dates(date(2020, 1, 1), date(2040, 1, 1)), later=st.integers(0, 4000), role=st.integers(0, 12))
def test_what_applies_goes_on_applying(day: date, later: int, role: int) -> None:
    act = _SHIPPED.catalogs[ACT]
    name = list(act.roles)[role]
    earlier, then = (applicable(act, on, name) for on in (day, day + timedelta(days=later)))
    for before, after in zip(earlier.duties, then.duties, strict=True):
        assert after.standing == before.standing or (before.standing, after.standing) == ("not-yet", "applies")
