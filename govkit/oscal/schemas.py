"""OSCAL documents against NIST's JSON schemas, in plain words. The schemas lie beside this file; nothing is fetched."""

from __future__ import annotations

from functools import cache
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, NamedTuple

from govkit.errors import Problem, SurroundingsError
from govkit.files import parse_json
from govkit.model.checked import MOST
from govkit.oscal.documents import OscalDocument, Root

if TYPE_CHECKING:
    from jsonschema_rs import Draft7Validator

RELEASE = "1.2.3"
"""The release whose schemas are shipped. Within 1.x, later schemas accept what earlier releases wrote."""

FOLDER = FilePath(__file__).resolve().parent / "schemas"
FILES: dict[Root, str] = {
    "catalog": "oscal_catalog_schema.json",
    "profile": "oscal_profile_schema.json",
    "mapping-collection": "oscal_mapping_schema.json",
    "component-definition": "oscal_component_schema.json",
    "system-security-plan": "oscal_ssp_schema.json",
    "assessment-plan": "oscal_assessment-plan_schema.json",
    "assessment-results": "oscal_assessment-results_schema.json",
    "plan-of-action-and-milestones": "oscal_poam_schema.json",
}

WINDOW = 20_000
"""Values looked at for all their errors once a document is known to have one.

Source: govkit measurement: an error takes 15 microseconds and 3 kB to describe, so a file that is wrong everywhere
would take minutes and all memory. Small documents are described whole.
"""


class SchemaCheck(NamedTuple):
    """What a schema says of a document."""

    release: str
    problems: tuple[Problem, ...]
    whole: bool
    """False: the document is large and wrong, and was described from its first error on, not to its end."""


def check_schema(document: OscalDocument) -> SchemaCheck:
    """Every way in which a document does not fit the schema of its root; no problem when it fits.

    Raises SurroundingsError when the package that checks schemas is not installed.
    """
    validator, schema = _validator(document.root)
    whole = document.whole
    if validator.is_valid(whole):
        return SchemaCheck(RELEASE, (), whole=True)
    from govkit.oscal.schema_words import collapsed

    size = _size(whole)
    part, complete = whole, size <= WINDOW
    if not complete:
        part = _first_wrong(validator, whole, size)
    problems = collapsed(validator.iter_errors(part), schema, document)
    return SchemaCheck(RELEASE, problems, whole=complete and len(problems) < MOST)


@cache
def _validator(root: Root) -> tuple[Draft7Validator, dict[str, Any]]:
    try:
        import jsonschema_rs
    except ImportError as error:
        what = "OSCAL documents cannot be checked against NIST's schemas: the package jsonschema-rs is missing"
        raise SurroundingsError(what, fix="pip install 'govkit[oscal]'") from error
    schema: dict[str, Any] = parse_json((FOLDER / FILES[root]).read_bytes())
    # Messages of the package repeat the value they speak of, which may be megabytes; ours are made from its parts.
    return jsonschema_rs.Draft7Validator(schema, mask="value", offline=True), schema


def _size(value: Any) -> int:
    """How many values there are, itself included."""
    count, todo = 0, [value]
    while todo:
        item = todo.pop()
        count += 1
        if isinstance(item, dict):
            todo.extend(item.values())
        elif isinstance(item, list):
            todo.extend(item)
    return count


def _first_wrong(validator: Draft7Validator, whole: dict[str, Any], size: int) -> dict[str, Any]:
    """The beginning of a large document that holds its first error, and some more."""
    fits, fails = 0, size
    while fails - fits > WINDOW:
        middle = (fits + fails) // 2
        if validator.is_valid(_beginning(whole, middle)):
            fits = middle
        else:
            fails = middle
    return _beginning(whole, fails)


def _beginning(whole: dict[str, Any], most: int) -> dict[str, Any]:
    """About the first `most` values; lists are cut, never below one item, so that nothing seems to be missing."""
    left = most

    def cut(value: Any) -> Any:
        nonlocal left
        left -= 1
        if isinstance(value, dict):
            return {key: cut(item) for key, item in value.items()}
        if isinstance(value, list):
            kept: list[Any] = []
            for item in value:
                if kept and left <= 0:
                    break
                kept.append(cut(item))
            return kept
        return value

    beginning: dict[str, Any] = cut(whole)
    return beginning
