"""An entry is added; every other byte of the file stays."""

from __future__ import annotations

import stat
from difflib import ndiff
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govkit.editing import append_item, appended, rendered
from govkit.errors import InputError
from govkit.yaml_lines import load_yaml

ITEM = {"path": "results/a.json", "release": "1.10"}
ENTRY = ["+   - path: results/a.json", '+     release: "1.10"']


def add(text: str, item: object = ITEM, key: tuple[str, ...] = ("evidence",)) -> str:
    return appended(text.encode(), key, item, shown="govkit.yaml").decode()


def changes(before: str, after: str) -> list[str]:
    return [line for line in ndiff(before.splitlines(), after.splitlines()) if line[:1] in "+-"]


@pytest.mark.parametrize(
    "before",
    [
        "# mine\nevidence:\n  - path:   'old'   # kept\n\n\nother: [1,2]\n",
        "evidence:\n  - {path: old}\nother:    1\n",
        "evidence:\n  - path: old\n    note: |\n      two\n      lines\n\n# about the next key\nother: 1\n",
        "evidence:\n  - path: old\n    note: >-\n      folded\n  # a last word\nother: 1\n",
        "evidence:\n  - path: old\n    empty:\n  # remark\nother: 1\n",
        "evidence:\n  # - path: example\n  #   release: example\n\nother: 1\n",
        "evidence:   # nothing yet\nother: 1\n",
        "'evidence':\n  - path: old\n",
        "---\nevidence:\n  - &a path\n  - *a\n",
    ],
)
def test_only_lines_of_the_entry_are_added(before: str) -> None:
    assert changes(before, add(before)) == ENTRY


def test_a_missing_key_comes_last_with_a_blank_line_before_it() -> None:
    before = "other: 'x'\n# a last word\n"
    assert add(before) == before + '\nevidence:\n  - path: results/a.json\n    release: "1.10"\n'


@pytest.mark.parametrize("before", ["", "# only a remark\n"])
def test_a_file_without_content_gets_the_key(before: str) -> None:
    after = add(before)
    assert after.startswith(before)
    assert load_yaml(after.encode(), "x").value == {"evidence": [ITEM]}


@pytest.mark.parametrize("nothing", [" []", " [ ]", " ~", " null"])
def test_an_empty_list_becomes_a_block_and_keeps_its_remark(nothing: str) -> None:
    before = f"first: 1\nevidence:{nothing}  # none\nother:   1\n"
    after = 'first: 1\nevidence:  # none\n  - path: results/a.json\n    release: "1.10"\nother:   1\n'
    assert add(before) == after


def test_lists_between_brackets_stay_between_brackets() -> None:
    assert add("evidence: [{path: old}]  # why\nother: [1,2]\n") == (
        'evidence: [{path: old}, {path: results/a.json, release: "1.10"}]  # why\nother: [1,2]\n'
    )


def test_an_entry_on_its_own_line_between_brackets_gets_a_line_too() -> None:
    before = "evidence: [\n  {path: old},  # why\n]\n"
    assert changes(before, add(before)) == ['+   {path: results/a.json, release: "1.10"},']


def test_lists_at_the_left_margin_and_odd_indentation_are_kept() -> None:
    assert add("evidence:\n- path: old\n").endswith('\n- path: results/a.json\n  release: "1.10"\n')
    assert add("evidence:\n     -   path: old\n").endswith('\n     - path: results/a.json\n       release: "1.10"\n')


def test_blank_lines_between_entries_are_kept_up() -> None:
    before = "evidence:\n  - path: a\n\n  - path: b\nother: 1\n"
    assert changes(before, add(before)) == ["+ ", *ENTRY]


def test_a_block_of_text_that_keeps_its_blank_lines_is_not_changed() -> None:
    after = add("evidence:\n  - note: |+\n      text\n\nother: 1\n")
    assert load_yaml(after.encode(), "x").value == {"evidence": [{"note": "text\n\n"}, ITEM], "other": 1}


def test_a_missing_last_newline_is_mended() -> None:
    assert (
        add("evidence:\n  - path: old") == 'evidence:\n  - path: old\n  - path: results/a.json\n    release: "1.10"\n'
    )


def test_windows_line_ends_and_a_byte_order_mark_stay() -> None:
    before = "\ufeffevidence:\r\n  - path: old\r\nother: 1\r\n"
    after = add(before)
    assert after.startswith("\ufeffevidence:\r\n")
    assert after.count("\n") == after.count("\r\n") == 5


def test_a_list_at_the_root_and_a_nested_one() -> None:
    assert add("- 1\n", 2, ()) == "- 1\n- 2\n"
    assert add("[]\n", 2, ()) == "- 2\n"
    assert add("a:\n  b:\n    - 1\n  c: 2\n", 2, ("a", "b")) == "a:\n  b:\n    - 1\n    - 2\n  c: 2\n"
    assert add("a:\n  c: 2\nz: 1\n", 2, ("a", "b")) == "a:\n  c: 2\n  b:\n    - 2\nz: 1\n"


@pytest.mark.parametrize(
    "before",
    [
        "evidence: &x\n  - path: a\nagain: *x\n",  # would change both
        "other: 1\n...\n",
        "{other: 1}\n",
        "evidence:\n  - path: a\n  -  # nothing\nother: 1\n",
        "evidence: |\n",
    ],
)
def test_what_cannot_be_added_safely_is_refused_with_the_lines_to_add(before: str) -> None:
    with pytest.raises(InputError) as caught:
        add(before)
    (problem,) = caught.value.problems
    assert problem.ident in ("cannot-edit", "bad-value")
    assert problem.ident == "bad-value" or "- path: results/a.json" in problem.fix


def test_a_key_that_holds_no_list_is_refused() -> None:
    with pytest.raises(InputError, match="evidence is not a list"):
        add("evidence: {path: a}\n")


def test_a_broken_file_is_refused_and_not_written(tmp_path: Path) -> None:
    path = tmp_path / "govkit.yaml"
    path.write_text("evidence:\n  - [broken\n", encoding="utf-8")
    with pytest.raises(InputError, match="broken YAML"):
        append_item(path, ("evidence",), ITEM, shown="govkit.yaml")
    assert path.read_text(encoding="utf-8") == "evidence:\n  - [broken\n"


def test_the_file_keeps_its_mode_and_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "govkit.yaml"
    real.write_text("evidence: []\n", encoding="utf-8")
    real.chmod(0o640)
    link.symlink_to(real)
    append_item(link, ("evidence",), ITEM, shown="govkit.yaml")
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert load_yaml(real.read_bytes(), "x").value == {"evidence": [ITEM]}


def test_words_that_look_like_something_else_are_quoted() -> None:
    item = {"a": "1.10", "b": "true", "c": "no", "d": "", "e": "0017", "f": "~"}
    assert rendered(item) == [
        '- a: "1.10"', '  b: "true"', '  c: "no"', '  d: ""', '  e: "0017"', '  f: "~"'
    ]  # fmt: skip


def test_paragraphs_are_written_as_a_block_of_text() -> None:
    assert rendered({"reason": "One.\n\nTwo: three."}) == ["- reason: |-", "    One.", "", "    Two: three."]


WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Cn", "Co")) | st.just("\n"), max_size=30
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcde"), inner, max_size=3),
    max_leaves=6,
)
TEXTS = st.sampled_from(
    [
        "evidence:\n  - path: old  # c\nother: 1\n",
        "evidence: [a, {b: 1}]\n",
        "evidence: []\nother: [1, 2]\n",
        "other: >-\n  text\n\n",
        "evidence:\n# next\nother: 1",
    ]
)


@given(TEXTS, VALUES)
def test_what_is_added_is_read_back(before: str, item: object) -> None:
    known = load_yaml(before.encode(), "x").value
    after = add(before, item)
    assert load_yaml(after.encode(), "x").value == {**known, "evidence": [*(known.get("evidence") or []), item]}


@given(TEXTS, st.text(max_size=40))
def test_whatever_the_text_the_result_is_right_or_refused(before: str, item: str) -> None:
    known = load_yaml(before.encode(), "x").value
    try:
        after = add(before, item)
    except InputError:
        return
    assert load_yaml(after.encode(), "x").value["evidence"][-1] == item
    assert known.keys() <= load_yaml(after.encode(), "x").value.keys()
