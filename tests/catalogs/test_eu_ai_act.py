"""The EU AI Act catalog holds the articles, annexes, roles and dates it is said to hold.

Source of the numbers and dates: Regulation (EU) 2024/1689 as amended by Regulation (EU) 2026/1744, as recorded in
frameworks/eu-ai-act-2026/SOURCE.md.
"""

from __future__ import annotations

from datetime import date

import pytest

from govkit.catalogs.loading import shipped_library
from govkit.model.catalog import Catalog, Requirement

HIGH_RISK = {"annex_iii": date(2027, 12, 2), "annex_i": date(2028, 8, 2)}
GENERAL = {"all": date(2026, 8, 2)}
MODELS = {"all": date(2025, 8, 2)}
PARENTS = {
    "Chapter I": ["4", "4a"],
    "Chapter II": ["5"],
    "Chapter III Section 1": ["6"],
    "Chapter III Section 2": ["8", "9", "10", "11", "12", "13", "14", "15"],
    "Chapter III Section 3": ["16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27"],
    "Chapter III Section 5": ["40", "43", "47", "48", "49"],
    "Chapter IV": ["50"],
    "Chapter V": ["51", "52", "53", "54", "55", "56"],
    "Chapter IX": ["72", "73", "86"],
    "Chapter XII": ["99", "101"],
    "Chapter XIII": ["111", "113"],
}
DATES = {
    "4": {"all": date(2025, 2, 2)},
    "4a": {"all": date(2026, 7, 27)},
    "5": {"all": date(2025, 2, 2)},
    "99": MODELS,
    "101": GENERAL,
    "111": {"all": date(2026, 7, 27)},
    "113": {"all": date(2024, 8, 1)},
}
ROLES = {
    "4": ("provider", "deployer"),
    "4a": ("provider", "deployer"),
    "5": (),
    "14": ("provider", "deployer"),
    "22": ("provider.outside-eu", "authorised-representative"),
    "23": ("importer",),
    "24": ("distributor",),
    "25": ("provider", "deployer", "importer", "distributor", "component-supplier"),
    "26": ("deployer",),
    "27": ("deployer.public-body", "deployer.public-service", "deployer.annex-iii-5b-5c"),
    "49": ("provider", "deployer.public-body"),
    "50": ("provider", "deployer"),
    "51": ("gpai-provider",),
    "52": ("gpai-provider",),
    "53": ("gpai-provider",),
    "54": ("gpai-provider.outside-eu",),
    "55": ("gpai-provider.systemic-risk",),
    "56": ("gpai-provider",),
    "73": ("provider", "deployer"),
    "86": ("deployer",),
    "99": (),
    "101": ("gpai-provider",),
    "111": (),
    "113": (),
}
PROVISIONS = ["40", "51", "56", "99", "101", "111", "113"]
ANNEXES = ["I", "III", "IV", "V", "VI", "VII", "VIII", "XI", "XII", "XIII", "XIV"]
CALENDAR = [
    "2024-08-01",
    "2025-02-02",
    "2025-08-02",
    "2026-07-27",
    "2026-08-02",
    "2026-12-02",
    "2027-08-02",
    "2027-09-02",
    "2027-12-02",
    "2028-01-28",
    "2028-08-02",
    "2030-08-02",
    "2030-12-31",
]
AMENDED = ["4", "4a", "5", "6", "10", "11", "17", "25", "27", "40", "43", "50", "56", "72", "73", "99", "111", "113"]


@pytest.fixture(scope="module")
def act() -> Catalog:
    return shipped_library().catalogs["eu-ai-act-2026"]


@pytest.fixture(scope="module")
def articles(act: Catalog) -> dict[str, Requirement]:
    return {r.id.removeprefix("Art. "): r for r in act.requirements if r.kind in ("article", "provision")}


def expected_dates(number: str) -> dict[str, date]:
    if number in DATES:
        return DATES[number]
    whole = int(number)
    return HIGH_RISK if whole <= 27 else MODELS if 51 <= whole <= 56 else GENERAL


def test_there_are_43_articles_under_their_chapters_and_sections(articles: dict[str, Requirement]) -> None:
    assert len(articles) == 43
    found: dict[str, list[str]] = {}
    for number, item in articles.items():
        found.setdefault(str(item.parent), []).append(number)
    assert found == PARENTS


def test_36_articles_ask_something_and_are_judged(act: Catalog, articles: dict[str, Requirement]) -> None:
    assert [number for number, item in articles.items() if item.kind == "provision"] == PROVISIONS
    judged = [number for number in articles if number not in PROVISIONS]
    assert [leaf.id for leaf in act.leaves()] == [f"Art. {number}" for number in judged]
    assert len(judged) == 36


def test_every_article_applies_from_the_dates_of_the_act(articles: dict[str, Requirement]) -> None:
    assert {number: item.applies_from for number, item in articles.items()} == {
        number: expected_dates(number) for number in articles
    }


def test_every_article_names_who_must_act(articles: dict[str, Requirement]) -> None:
    assert {number: item.roles for number, item in articles.items()} == {
        number: ROLES.get(number, ("provider",)) for number in articles
    }


def test_annexes_areas_and_points_describe_and_bind_nobody_by_themselves(act: Catalog) -> None:
    found = {kind: [r for r in act.requirements if r.kind == kind] for kind in ("annex", "area", "point")}
    assert [r.id for r in found["annex"]] == [f"Annex {number}" for number in ANNEXES]
    assert [r.id for r in found["area"]] == [f"Annex III({number})" for number in range(1, 9)]
    assert [r.id for r in found["point"]] == [f"Annex IV({number})" for number in range(1, 10)]
    for item in (*found["annex"], *found["area"], *found["point"]):
        assert (item.roles, item.applies_from) == ((), {}), item.id


def test_the_calendar_has_thirteen_days_in_order(act: Catalog) -> None:
    assert [str(milestone.on) for milestone in act.calendar] == CALENDAR == sorted(CALENDAR)


def test_what_the_amending_act_changed_is_said_where_it_did(act: Catalog, articles: dict[str, Requirement]) -> None:
    assert [number for number, item in articles.items() if item.amended_by] == AMENDED
    annexes = [r.id for r in act.requirements if r.kind == "annex" and r.amended_by]
    assert annexes == ["Annex I", "Annex VIII", "Annex XIV"]
    assert "deleted paragraph 5" in str(articles["10"].amended_by)
    assert "2026-12-02" in str(articles["5"].amended_by)


@pytest.mark.parametrize(
    ("number", "paragraph", "letters"),
    [
        ("10", "10(2)", "abcdefgh"),
        ("14", "14(4)", "abcde"),
        ("17", "17(1)", "abcdefghijklm"),
        ("27", "27(1)", "abcdef"),
    ],
)
def test_what_is_listed_inside_an_article_stands_point_by_point_under_its_evidence(
    articles: dict[str, Requirement], number: str, paragraph: str, letters: str
) -> None:
    lines = [line for line in articles[number].expected_evidence if paragraph in line]
    assert [line[-len(paragraph) - 3 :] for line in lines] == [f"{paragraph}({letter})" for letter in letters]


def test_titles_that_nobody_verified_say_so(act: Catalog) -> None:
    unverified = [r.id for r in act.requirements if "not verified" in r.title]
    assert unverified == ["Art. 4a", "Annex XIV"]


def test_every_entry_is_explained_in_one_short_sentence_or_two(act: Catalog) -> None:
    for item in act.requirements:
        assert len(item.summary.split()) <= 30, item.id
        assert item.expected_evidence, item.id


def test_an_article_is_found_under_both_ways_to_write_it() -> None:
    library = shipped_library()
    for name in ("Art. 4a", "article 4a", "eu-ai-act-2026:Art. 4a"):
        assert library.resolve(name) == ("eu-ai-act-2026:Art. 4a",)


def test_the_catalog_says_where_it_comes_from(act: Catalog) -> None:
    assert (str(act.as_of), act.edition) == ("2026-11-23", "consolidated 2026-07-27")
    assert "2011/833/EU" in act.licence
    assert len(act.sources) == 5
