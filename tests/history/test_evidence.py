from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from govkit.history.evidence import ReleaseReading, release_reading
from govkit.history.repository import History
from govkit.model.project import Release
from tests.history.conftest import GRACE, Workshop


def release(version: str, **more: str) -> Release:
    return Release(version=version, system="s", **more)


V1, V2 = release("1.0", tag="v1.0"), release("2.0", tag="v2.0", baseline="1.0")
GOVERNED = ("controls.yaml",)


def prepared(workshop: Workshop) -> tuple[str, str]:
    first = workshop.commit({"controls.yaml": "use: []\n"})
    workshop.git("tag", "v1.0")
    workshop.commit({"controls.yaml": "use: [A]\n"}, "bar\n\nReviewed-by: Grace Hopper <grace@clinic.example>")
    second = workshop.commit({"controls.yaml": "use: [A, B]\n"}, author=GRACE)
    workshop.git("tag", "--annotate", "--message", "two", "v2.0")
    return first, second


def values(made: ReleaseReading | None) -> dict[str, float | None]:
    assert made is not None
    return {item.measure: item.value for item in made.reading.measurements}


def test_what_git_says_about_a_release(workshop: Workshop) -> None:
    _, second = prepared(workshop)
    made = release_reading(History.open(workshop.folder), V2, V1, GOVERNED)
    assert values(made) == {
        "git/release-tagged": 1,
        "git/signed-tag": 0,
        "git/commits": 2,
        "git/authors": 2,
        "git/approvals": 1,
        "git/independent-approvals": 1,
        "git/governed-changes": 2,
        "git/unapproved-governed-changes": 1,
    }
    assert made is not None
    assert (made.reading.status, made.reading.method, made.reading.warnings) == ("complete", "EXAMINE", ())
    assert f"{made.reading.at:%Y-%m-%d %H:%M}" == "2026-03-01 03:00"
    last = made.reading.measurements[-1]
    assert last.warnings == (f"unapproved: {second[:12]}",)
    assert last.place.startswith("git log ")


def test_the_same_history_gives_the_same_digest(workshop: Workshop) -> None:
    prepared(workshop)
    first = release_reading(History.open(workshop.folder), V2, V1, GOVERNED)
    again = release_reading(History.open(workshop.folder), V2, V1, GOVERNED)
    assert first == again
    workshop.commit({"controls.yaml": "later"})
    assert release_reading(History.open(workshop.folder), V2, V1, GOVERNED) == first
    assert first is not None
    other = release_reading(History.open(workshop.folder), V1, None, GOVERNED)
    assert other is not None
    assert other.sha256 != first.sha256


def test_without_governed_paths_nothing_is_said_about_them(workshop: Workshop) -> None:
    prepared(workshop)
    found = values(release_reading(History.open(workshop.folder), V2, V1, ()))
    assert "git/unapproved-governed-changes" not in found
    assert found["git/commits"] == 2


def test_a_first_release_counts_from_the_beginning(workshop: Workshop) -> None:
    prepared(workshop)
    assert values(release_reading(History.open(workshop.folder), V1, None, GOVERNED))["git/commits"] == 1


def test_a_release_that_git_does_not_know(workshop: Workshop) -> None:
    prepared(workshop)
    made = release_reading(History.open(workshop.folder), release("3", tag="v3"), V1, GOVERNED)
    assert values(made) == {"git/release-tagged": 0}
    assert made is not None
    assert made.reading.warnings == ("release-unknown: git has no commit 'v3'",)
    bare = release_reading(History.open(workshop.folder), release("3"), V1, GOVERNED)
    assert bare is not None
    assert bare.reading.warnings == ("release-unknown: the release names neither tag nor commit",)


def test_a_tag_that_stands_elsewhere_does_not_fix_the_release(workshop: Workshop) -> None:
    first, _ = prepared(workshop)
    made = release_reading(History.open(workshop.folder), release("2", tag="v2.0", commit=first), None, GOVERNED)
    assert values(made)["git/release-tagged"] == 0
    assert made is not None
    assert made.reading.warnings[0].startswith("tag-elsewhere: the tag v2.0 stands at ")


def test_an_unknown_baseline_leaves_the_counts_out(workshop: Workshop) -> None:
    prepared(workshop)
    made = release_reading(History.open(workshop.folder), V2, release("0.9", tag="v0.9"), GOVERNED)
    assert values(made) == {"git/release-tagged": 1, "git/signed-tag": 0}
    assert made is not None
    assert made.reading.warnings == ("baseline-unknown: git has no commit for the baseline 0.9",)


def test_a_signature_is_seen_and_said_not_to_be_verified(workshop: Workshop) -> None:
    first, _ = prepared(workshop)
    body = (
        f"object {first}\ntype commit\ntag v9\ntagger Ada <ada@clinic.example> 1772000000 +0000\n\nx\n"
        "-----BEGIN SSH SIGNATURE-----\nabc\n-----END SSH SIGNATURE-----\n"
    )
    (workshop.folder / "tag").write_text(body)
    workshop.git("update-ref", "refs/tags/v9", workshop.git("hash-object", "-t", "tag", "-w", "tag"))
    made = release_reading(History.open(workshop.folder), release("9", tag="v9"), None, ())
    assert made is not None
    signed = next(item for item in made.reading.measurements if item.measure == "git/signed-tag")
    assert signed.value == 1
    assert signed.warnings[0].startswith("signature-not-verified")


def test_a_shallow_clone_leaves_the_counts_out(workshop: Workshop, cloned: Callable[..., Path]) -> None:
    prepared(workshop)
    made = release_reading(History.open(cloned("--depth", "1")), V2, None, GOVERNED)
    assert values(made) == {"git/release-tagged": 1, "git/signed-tag": 0}
    assert made is not None
    assert made.reading.warnings[0].startswith("range-unknown")


def test_without_git_there_is_no_reading(tmp_path: Path) -> None:
    assert release_reading(History.open(tmp_path), V2, V1, GOVERNED) is None
