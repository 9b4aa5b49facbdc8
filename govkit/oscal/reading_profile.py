"""OSCAL profile that govkit wrote → Profile, exactly. One of somebody else is resolved: see `resolving`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from govkit.errors import InputError, Problem
from govkit.model.profile import Profile, Rule
from govkit.oscal.cursor import Cursor
from govkit.oscal.documents import OscalDocument
from govkit.oscal.properties import Json, marked
from govkit.oscal.reading import Read, doubts, fields, head_of, identifier, is_ours, opened
from govkit.oscal.selection_digest import selection_digest
from govkit.oscal.writing_profile import Setting

KIND: Final = "profile"
NATIVE = frozenset(
    {"id", "title", "publisher", "edition", "as_of", "summary", "sources", "set_parameters", "props", "rules"}
)


def load_profile(path: Path, shown: str) -> Profile:
    """The profile in an OSCAL file that govkit wrote; raises InputError with every Problem."""
    return read_profile(opened(path, shown, KIND)).record


def read_profile(document: OscalDocument) -> Read[Profile]:
    """The profile of a document that govkit wrote, and doubts about it; raises InputError."""
    found: list[Problem] = []
    root = Cursor.at_root(document, found)
    if not is_ours(root, KIND):
        what = "this profile was not written by govkit: it says which controls, and not for whom or why"
        root.wrong("other-document", what, "import it: its controls become a catalog")
        raise InputError(dict.fromkeys(found))
    raw = profile_fields(root)
    record = None if found else root.record(Profile, raw)
    if record is None:
        raise InputError(dict.fromkeys(found))
    return Read(record, tuple(doubts(document)))


def profile_fields(root: Cursor) -> Json:
    """What a document holds of a profile's fields."""
    metadata = root.object("metadata")
    if metadata is None:
        root.wrong("missing-entry", "metadata is missing", "add it; OSCAL requires it")
        return {}
    modify = root.object("modify")
    _unchanged(root, metadata, modify)
    made: Json = {
        **head_of(Profile, root, metadata),
        "summary": metadata.text("remarks"),
        "rules": _rules(root),
        "set_parameters": dict(map(_setting, modify.objects("set-parameters"))) if modify else {},
        **fields(Profile, metadata, NATIVE),
    }
    return {key: value for key, value in made.items() if value is not None}


def _unchanged(root: Cursor, metadata: Cursor, modify: Cursor | None) -> None:
    """A Problem when the document selects something else than when it was written: the rules would not show it."""
    written = marked(metadata.props(), "selection")
    alters = modify.value.get("alters") if modify else None
    if written in (None, selection_digest(root.value.get("imports"), root.value.get("merge"), alters)):
        return
    what = "the imports were changed after govkit wrote the profile; its rules still say what they selected before"
    fix = (
        "change `include` and `exclude` of the rules in profile.yaml and export it again; or take the property `record`"
        " out of the metadata: then what the imports select is imported as a catalog"
    )
    root.wrong("changed-selection", what, fix, "imports")


def _rules(root: Cursor) -> list[Json]:
    end = root.object("back-matter")
    resources = end.objects("resources") if end else []
    return [_rule(item) for item in resources if marked(item.props(), "record") == "rule"]


def _rule(item: Cursor) -> Json:
    made = {
        "id": item.text("title"),
        "catalog": identifier(item),
        "reason": item.text("description"),
        **fields(Rule, item, frozenset({"id", "catalog", "reason"})),
    }
    return {key: value for key, value in made.items() if value is not None}


def _setting(item: Cursor) -> tuple[str, list[str]]:
    made = {"id": item.needed("param-id"), "values": item.texts("values"), **fields(Setting, item, frozenset())}
    return made["id"], made["values"]
