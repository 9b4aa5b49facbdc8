"""Words → the requirements, controls and catalogs that speak of them, best first; spelling may be off a little."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from govkit.catalogs.loading import Library, folded
from govkit.files import nearest
from govkit.model.catalog import Hit

# How much a word counts by where it stands, and by how exactly it was met; and which share of the words must be met,
# else one common word drags everything in. Source: govkit judgement.
IN_TITLE, IN_SUMMARY, IN_EVIDENCE = 3.0, 1.5, 0.5
BEGINS, RESEMBLES = 0.8, 0.6
WHOLE_PHRASE = 4.0
LEAST_SHARE = 0.5

LONGEST = 200
"""Characters looked at; a longer text is no id and no search. Source: govkit judgement."""

CLOSE = 0.75
"""Least similarity of a misspelt word. Source: govkit judgement; lets one wrong letter in four pass."""

_SMALL = frozenset(
    ("a", "an", "and", "are", "as", "at", "by", "for", "how", "in", "is", "it", "of", "on", "or", "the", "to", "what")
)


class _Entry(NamedTuple):
    hit: Hit
    weights: dict[str, float]
    """Word to the weight of the best place it stands in."""
    text: str


def words(text: str) -> list[str]:
    """Lower-case words and numbers, without the small ones."""
    return [word for word in re.findall(r"\w+", text.casefold()) if word not in _SMALL]


def catalogs_named(library: Library, asked: str) -> list[str]:
    """The catalog of that id, or those whose ids begin like this and hold all the words (`iso 42001`, `owasp`)."""
    return sorted(_named(library.catalogs, asked), key=library.superseded)


def profiles_named(library: Library, asked: str) -> list[str]:
    """The profile of that id, or those whose ids begin like this and hold all the words (`by position`)."""
    return sorted(_named(library.profiles, asked))


def _named(known: Collection[str], asked: str) -> list[str]:
    """An edition counts as a whole: `rmf 1` may mean 1.0, and `rmf 1.1` does not."""
    if folded(asked) in known:
        return [folded(asked)]
    wanted = _id_words(asked[:LONGEST])
    return [name for name in known if wanted and _fits(wanted, _id_words(name))]


def _id_words(text: str) -> list[str]:
    """The words of an id, numbers with their dots."""
    return [word for word in re.findall(r"\w+(?:\.\w+)*", text.casefold()) if word not in _SMALL]


def _fits(wanted: Sequence[str], held: Sequence[str]) -> bool:
    """Whether the words of an id hold all the wanted ones, each once, and its first is among them."""
    met = [next((word for word in held if word == one or word.startswith(f"{one}.")), None) for one in wanted]
    return None not in met and held[0] in met and len(set(met)) == len(met)


def another_edition(library: Library, asked: str) -> tuple[str, ...]:
    """Ids of what an unknown id with a number seems to mean: `nist-ai-rmf-1.1` is none, 1.0 is near."""
    name = folded(asked)
    if " " in name or "-" not in name or not any(char.isdigit() for char in name):
        return ()
    first = name.split("-")[0]
    alike = [known for known in (*library.catalogs, *library.profiles) if known.split("-")[0] == first]
    return nearest(name[:LONGEST], alike, count=3)


def two_named(library: Library, parts: Sequence[str]) -> tuple[str, str] | None:
    """Two catalogs, each written in one part or in several; None when the words can be divided in no or two ways."""
    if len(parts) == 2:
        first, second = (catalogs_named(library, part) for part in parts)
        if len(first) == len(second) == 1:
            return first[0], second[0]
    single = " ".join(parts)[: 2 * LONGEST].split()
    divided = ((" ".join(single[:index]), " ".join(single[index:])) for index in range(1, len(single)))
    named = [(catalogs_named(library, first), catalogs_named(library, second)) for first, second in divided]
    found = {(first[0], second[0]) for first, second in named if len(first) == len(second) == 1}
    return found.pop() if len(found) == 1 else None


def search(library: Library, query: str) -> tuple[Hit, ...]:
    """What fits, best first; empty when nothing does. Every word counts, a rare one more than a common one."""
    wanted = list(dict.fromkeys(words(query)))[:20]
    entries = list(_entries(library))
    spread: dict[str, int] = {}
    for entry in entries:
        for word in entry.weights:
            spread[word] = spread.get(word, 0) + 1
    likeness = {word: _like(word, spread) for word in wanted}
    phrase = " ".join(words(query))
    found = []
    for entry in entries:
        met = [_best(likeness[word], entry, spread, len(entries)) for word in wanted]
        share = sum(score > 0 for score in met) / len(wanted) if wanted else 0
        if share == 0 or share < LEAST_SHARE:
            continue
        score = share * sum(met) + (WHOLE_PHRASE if len(wanted) > 1 and phrase in entry.text else 0)
        found.append(entry.hit._replace(score=round(score, 3)))
    return tuple(sorted(found, key=lambda hit: (-hit.score, library.superseded(hit.id), hit.id)))


def _entries(library: Library) -> Iterator[_Entry]:
    for catalog in library.catalogs.values():
        found = Hit(catalog.id, "catalog", catalog.title, catalog.publisher, 0)
        yield _entry(found, f"{catalog.title} {catalog.id}", catalog.publisher, ())
        for item in catalog.requirements:
            found = Hit(f"{catalog.id}:{item.id}", "requirement", item.title, item.summary, 0)
            yield _entry(found, f"{item.title} {item.id}", item.summary, (*item.expected_evidence, catalog.id))
        for control in catalog.controls:
            found = Hit(control.id, "control", control.title, control.summary, 0)
            yield _entry(found, control.title, f"{control.summary} {control.theme}", control.expected_evidence)


def _entry(hit: Hit, title: str, summary: str, evidence: Iterable[str]) -> _Entry:
    weights: dict[str, float] = {}
    for weight, text in ((IN_TITLE, title), (IN_SUMMARY, summary), (IN_EVIDENCE, " ".join(evidence))):
        for word in words(text):
            weights.setdefault(word, weight)
    return _Entry(hit, weights, " ".join(words(f"{hit.title} {hit.summary}")))


def _like(word: str, known: dict[str, int]) -> dict[str, float]:
    """Known words that stand for this one, each with how well."""
    found = {other: BEGINS for other in known if len(word) > 2 and _same_stem(word, other)}
    found |= dict.fromkeys({word, f"{word}s", word.removesuffix("s")} & known.keys(), 1.0)
    if not found and len(word) > 3:
        found = dict.fromkeys(get_close_matches(word, known, n=5, cutoff=CLOSE), RESEMBLES)
    return found


def _same_stem(word: str, other: str) -> bool:
    """`risk` and `risks`, `evaluate` and `evaluation`: one begins the other, or both share all but a short ending."""
    if other.startswith(word):
        return True
    stem = word[: max(4, len(word) - 3)]
    return len(word) > 5 and other.startswith(stem)


def _best(likeness: dict[str, float], entry: _Entry, spread: dict[str, int], total: int) -> float:
    """The best place in an entry where one wanted word is met; rarer words weigh more, up to twice."""
    scores = (
        weight * entry.weights[word] * (2 - spread[word] / total)
        for word, weight in likeness.items()
        if word in entry.weights
    )
    return max(scores, default=0.0)
