"""Profile → OSCAL profile: one import for each rule. What OSCAL has no words for stands in the rule's resource."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as Dict

from govkit.errors import InputError, Place, Problem
from govkit.model.base import Name, Record, Text
from govkit.model.catalog import Catalog
from govkit.model.profile import Profile, Rule
from govkit.oscal.heads import Writing, catalog_file, metadata, publisher, whole, written_day
from govkit.oscal.layout import groups
from govkit.oscal.naming import NAMESPACE, is_line, is_token, token
from govkit.oscal.properties import Json, encoded, kebab, marker
from govkit.oscal.selection_digest import selection_digest
from govkit.oscal.writing_catalog import identifiers_of

HEAD = frozenset(
    {"id", "title", "publisher", "edition", "as_of", "summary", "sources", "set_parameters", "props", "rules"}
)
RULE = frozenset({"id", "catalog", "reason"})
NAMES = frozenset(map(kebab, Profile.model_fields))


class Setting(Record):
    """The values that a profile gives one parameter."""

    id: Name
    values: tuple[Text, ...]


UNCONDITIONAL = "An OSCAL profile knows no conditions: whoever resolves this one gets these controls in every position."


def profile_document(profile: Profile, catalogs: Dict[str, Catalog], named: Dict[str, Collection[str]]) -> Json:
    """The profile as an OSCAL 1.2.3 document.

    `catalogs` holds those its rules name; `named` says for each rule's id which requirements it names, with everything
    below them. Raises InputError when no rule names a control, one identifier would stand for entries of two
    catalogs, or a date cannot be said in OSCAL.
    """
    _apart(profile, catalogs)
    writing = Writing("profile", profile, profile.id)
    for source in profile.sources:
        writing.source(source)
    imports = []
    for rule in profile.rules:
        href = f"#{_resource(writing, rule, catalogs[rule.catalog])}"
        chosen = _chosen(rule, catalogs[rule.catalog], named[rule.id])
        imports += [{"href": href, **chosen}] if chosen else []
    if not imports:
        fix = "add a rule; OSCAL has no profile that chooses nothing"
        raise InputError([Problem(Place(profile.id), "not-exportable", "no rule names anything that is judged", fix)])
    day = written_day(profile.as_of, profile.id, "as_of")
    head = {"title": profile.title, "version": profile.edition, "last-modified": day}
    merge = {"as-is": True}
    selection = marker("selection", selection_digest(imports, merge, None))
    props = [selection, *encoded(profile, HEAD), *writing.foreign(profile.props, NAMES)]
    made: Json = {
        "metadata": metadata(writing, {**head, **publisher(writing, profile.publisher)}, props, profile.summary),
        "imports": imports,
        "merge": merge,
    }
    if profile.set_parameters:
        settings = [Setting(id=name, values=values) for name, values in profile.set_parameters.items()]
        made["modify"] = {"set-parameters": list(map(_setting, settings))}
    return whole("profile", writing, made)


def _apart(profile: Profile, catalogs: Dict[str, Catalog]) -> None:
    """Raises InputError when one identifier stands for entries of two catalogs: who resolves it would lose one."""
    first: dict[str, str] = {}
    found = []
    for name in dict.fromkeys(rule.catalog for rule in profile.rules):
        for printed, identifier in identifiers_of(catalogs[name].requirements).items():
            other = first.setdefault(identifier, f"{name}:{printed}")
            if other != f"{name}:{printed}":
                what = f"the identifier {identifier!r} would stand for {other} and for {name}:{printed}"
                fix = "give the levels of one catalog other names, or write one profile for each catalog"
                found.append(Problem(Place(profile.id), "duplicate-id", what, fix))
    if found:
        raise InputError(found)


def _chosen(rule: Rule, catalog: Catalog, named: Collection[str]) -> Json:
    if rule.include == ("*",) and not rule.exclude:
        return {"include-all": {}}
    outside = groups(catalog)
    tokens = identifiers_of(catalog.requirements)
    chosen = [tokens[entry.id] for entry in catalog.requirements if entry.id in named and entry.id not in outside]
    return {"include-controls": [{"with-ids": chosen}]} if chosen else {}


def _resource(writing: Writing, rule: Rule, catalog: Catalog) -> str:
    """The resource of a rule: it leads to the catalog, and says for whom and why."""
    uuid = writing.uuid("rule", rule.id)
    made: Json = {
        "uuid": uuid,
        "title": rule.id,
        "description": rule.reason,
        "props": [marker("record", "rule"), *encoded(rule, RULE)],
        "document-ids": [{"scheme": NAMESPACE, "identifier": catalog.id}],
        "rlinks": [catalog_file(catalog)],
    }
    if rule.roles or rule.kinds or rule.tiers or not rule.binding:
        made["remarks"] = UNCONDITIONAL
    writing.resources.append(made)
    return uuid


def _setting(setting: Setting) -> Json:
    leave = set()
    made: Json = {"param-id": setting.id if is_token(setting.id) else token(setting.id)}
    if is_token(setting.id):
        leave.add("id")
    if setting.values and all(map(is_line, setting.values)):
        made["values"] = list(setting.values)
        leave.add("values")
    props = encoded(setting, leave)
    return {**made, "props": props} if props else made
