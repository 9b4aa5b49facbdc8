"""What is really on the pages: text that layout dropped, characters no font has. Reads WeasyPrint's laid-out boxes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

_UNSEEN = {"head", "svg", "style", "script", "title"}
_BLANK = dict.fromkeys(map(ord, " \t\r\n\f\u00a0\u200b\u00ad"))
_HYPHEN = "\u2010"


def _letters(text: str | None) -> str:
    return (text or "").translate(_BLANK)


def _written(element: Any) -> Iterator[tuple[Any, int]]:
    """Every element that is shown, with the number of characters directly in it."""
    if not isinstance(element.tag, str) or element.tag.rpartition("}")[2] in _UNSEEN:
        return
    own = len(_letters(element.text)) + sum(len(_letters(child.tail)) for child in element)
    yield element, own
    for child in element:
        yield from _written(child)


def _boxes(box: Any) -> Iterator[Any]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(child)


def lost_text(root: Any, page_boxes: list[Any]) -> list[str]:
    """Where text of the HTML tree `root` is missing on the pages: the id of the nearest element, and what it says.

    Repeated table heads count more than once, so only a shortage is a loss.
    """
    laid: Counter[int] = Counter()
    for page in page_boxes:
        for box in _boxes(page):
            text = getattr(box, "text", None)
            if text is not None and box.element is not None and "::" not in (box.element_tag or ""):
                laid[id(box.element)] += len(_letters(text.removesuffix(_HYPHEN)))
    parents = {child: parent for parent in root.iter() for child in parent}
    found = []
    for element, own in _written(root):
        if laid[id(element)] < own:
            found.append(f"{_named(element, parents)}: {_excerpt(element)}")
    return found


def _named(element: Any, parents: dict[Any, Any]) -> str:
    while element is not None:
        if element.get("id"):
            return f"#{element.get('id')}"
        element = parents.get(element)
    return "the page"


def _excerpt(element: Any) -> str:
    words = " ".join("".join(element.itertext()).split())
    return f"{words[:60]}…" if len(words) > 60 else words


def missing_characters(document: Any) -> list[str]:
    """Characters that were drawn as empty boxes because no font has them; known once the PDF was written."""
    points = {point for font in document.fonts.values() for point in font.missing}
    return [chr(point) for point in sorted(points)]
