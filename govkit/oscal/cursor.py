"""Walks an OSCAL document that nobody has checked: each step gives what is there, or notes a Problem with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import ValidationError

from govkit.errors import Problem
from govkit.files import nearest
from govkit.model.base import Record
from govkit.oscal.documents import OscalDocument
from govkit.oscal.properties import Json

R = TypeVar("R", bound=Record)


class Cursor:
    """An object in a document."""

    def __init__(self, document: OscalDocument, value: Json, path: tuple[str | int, ...], found: list[Problem]) -> None:
        self.document, self.value, self.path, self.found = document, value, path, found

    @classmethod
    def at_root(cls, document: OscalDocument, found: list[Problem]) -> Cursor:
        """What stands under the root; Problems are added to `found`."""
        return cls(document, document.body, (), found)

    def wrong(self, ident: str, what: str, fix: str, *below: str | int) -> None:
        """Add a Problem of this object, or of something in it."""
        self.found.append(Problem(self.document.place(*self.path, *below), ident, what, fix))

    def _unfit(self, key: str, wanted: str, *below: int) -> None:
        name = "/".join(map(str, (key, *below)))
        fix = f"write {wanted} there; `govkit check` compares a document with NIST's schema"
        self.wrong("bad-value", f"{name} is not {wanted}", fix, key, *below)

    def text(self, key: str) -> str | None:
        """The text under a key; None when there is none."""
        value = self.value.get(key)
        if value is not None and not isinstance(value, str):
            self._unfit(key, "text")
            return None
        return value

    def needed(self, key: str) -> str:
        """The text under a key that must be there; empty, and a Problem, when it is not."""
        value = self.text(key)
        if value is not None and value.strip():
            return value
        if value is not None or self.value.get(key) is None:
            near = nearest(key, self.value) if key not in self.value else ()
            hint = f"did you mean it by {near[0]!r}? " if near else ""
            self.wrong("missing-entry", f"{key} is missing or empty", f"{hint}add it; OSCAL requires it")
        return ""

    def object(self, key: str) -> Cursor | None:
        """The object under a key, if there is one."""
        value = self.value.get(key)
        if isinstance(value, dict):
            return Cursor(self.document, value, (*self.path, key), self.found)
        if value is not None:
            self._unfit(key, "an object")
        return None

    def objects(self, key: str) -> list[Cursor]:
        """The objects of the list under a key."""
        return [Cursor(self.document, item, (*self.path, key, i), self.found) for i, item in self._list(key, dict)]

    def texts(self, key: str) -> list[str]:
        """The texts of the list under a key."""
        return [item for _, item in self._list(key, str)]

    def _list(self, key: str, kind: type) -> Iterator[tuple[int, Any]]:
        value = self.value.get(key)
        if value is None:
            return
        if not isinstance(value, list):
            self._unfit(key, "a list")
            return
        for index, item in enumerate(value):
            if isinstance(item, kind):
                yield index, item
            else:
                self._unfit(key, "an object" if kind is dict else "text", index)

    def props(self) -> list[Json]:
        """Its properties whose name and value are texts; others are Problems."""
        found = []
        for item in self.objects("props"):
            wrong = [key for key in _NEEDED if not isinstance(item.value.get(key), str)]
            wrong += [key for key in _OPTIONAL if not isinstance(item.value.get(key, ""), str)]
            for key in wrong:
                item._unfit(key, "text")
            if not wrong:
                found.append({key: value for key, value in item.value.items() if key in (*_NEEDED, *_OPTIONAL)})
        return found

    def record(self, model: type[R], fields: Json) -> R | None:
        """The record of these fields, or None with a Problem for each that does not fit."""
        try:
            return model.model_validate(fields)
        except ValidationError as error:
            for item in error.errors(include_url=False):
                if item["input"] == "" and self.found:
                    continue  # already told as missing
                name = " ".join(filter(None, (str(fields.get("id") or ""), ".".join(map(str, item["loc"])))))
                what = f"{name}: {item['msg'].removeprefix('Value error, ')}"
                if item["type"] == "missing":
                    what = f"{' '.join(filter(None, (str(fields.get('id') or ''), 'has no')))} {item['loc'][-1]}"
                if item["type"] == "string_pattern_mismatch":
                    what = f"{name} holds invisible characters, a line break, or what no id may hold"
                fix = "correct it in the document, or ask its author to"
                self.wrong("missing-entry" if item["type"] == "missing" else "bad-value", what, fix)
            return None


_NEEDED, _OPTIONAL = ("name", "value"), ("ns", "class", "group", "uuid", "remarks")
"""Keys of a property. Source: OSCAL 1.2.3."""
