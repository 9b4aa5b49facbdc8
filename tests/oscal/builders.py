"""Small OSCAL documents that are right in every respect; tests break one thing in them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from govkit.oscal.documents import OscalDocument, parse_document


def uuid(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"https://example.org/{name}"))


def metadata(**changed: Any) -> dict[str, Any]:
    head = {"title": "T", "last-modified": "2026-01-01T00:00:00Z", "version": "1", "oscal-version": "1.2.3"}
    return {**head, **{key.replace("_", "-"): value for key, value in changed.items()}}


def catalog(**changed: Any) -> dict[str, Any]:
    """Two groups, three controls, a statement each."""
    groups = [
        {"id": "govern", "title": "GOVERN", "controls": [control("govern-1.1"), control("govern-1.2")]},
        {"id": "map", "title": "MAP", "controls": [control("map-1.1")]},
    ]
    return {"catalog": {"uuid": uuid("catalog"), "metadata": metadata(), "groups": groups, **changed}}


def control(name: str, **changed: Any) -> dict[str, Any]:
    parts = [{"id": f"{name}_smt", "name": "statement", "prose": "Do it."}]
    return {"id": name, "title": name.upper(), "props": [{"name": "label", "value": name}], "parts": parts, **changed}


def mapping(**changed: Any) -> dict[str, Any]:
    maps = [
        {
            "uuid": uuid("map 1"),
            "relationship": "intersects-with",
            "sources": [{"type": "control", "id-ref": "govern-1.1"}],
            "targets": [{"type": "control", "id-ref": "a.2.2"}],
        }
    ]
    one = {
        "uuid": uuid("mapping"),
        "source-resource": {"type": "catalog", "href": "catalog.json"},
        "target-resource": {"type": "catalog", "href": "other.json"},
        "maps": maps,
    }
    provenance = {
        "method": "human",
        "matching-rationale": "semantic",
        "status": "draft",
        "mapping-description": "By hand.",
    }
    body = {"uuid": uuid("mappings"), "metadata": metadata(), "provenance": provenance, "mappings": [one]}
    return {"mapping-collection": {**body, **changed}}


def assessed(**changed: Any) -> dict[str, Any]:
    """One finding on one risk and one observation, whose evidence is a resource with a digest."""
    observation = {
        "uuid": uuid("observation"),
        "description": "Measured.",
        "methods": ["TEST"],
        "collected": "2026-01-01T00:00:00Z",
        "origins": [{"actors": [{"type": "tool", "actor-uuid": uuid("tool")}]}],
        "subjects": [{"subject-uuid": uuid("system"), "type": "component"}],
        "relevant-evidence": [{"description": "The run.", "href": f"#{uuid('run')}"}],
    }
    risk = {
        "uuid": uuid("risk"),
        "title": "R",
        "description": "D",
        "statement": "S",
        "status": "open",
        "related-observations": [{"observation-uuid": uuid("observation")}],
    }
    target = {"type": "statement-id", "target-id": "govern-1.1_smt", "status": {"state": "satisfied"}}
    finding = {
        "uuid": uuid("finding"),
        "title": "F",
        "description": "D",
        "target": target,
        "related-observations": [{"observation-uuid": uuid("observation")}],
        "related-risks": [{"risk-uuid": uuid("risk")}],
    }
    result = {
        "uuid": uuid("result"),
        "title": "Run",
        "description": "D",
        "start": "2026-01-01T00:00:00Z",
        "local-definitions": {
            "components": [component("system", "software"), component("tool", "software")],
        },
        "reviewed-controls": {"control-selections": [{"include-controls": [{"control-id": "govern-1.1"}]}]},
        "observations": [observation],
        "risks": [risk],
        "findings": [finding],
    }
    resources = [
        {"uuid": uuid("plan"), "title": "Plan"},
        {
            "uuid": uuid("run"),
            "title": "Run",
            "rlinks": [{"href": "run.json", "hashes": [{"algorithm": "SHA-256", "value": "0" * 64}]}],
        },
    ]
    body = {
        "uuid": uuid("results"),
        "metadata": metadata(),
        "import-ap": {"href": f"#{uuid('plan')}"},
        "results": [result],
        "back-matter": {"resources": resources},
    }
    return {"assessment-results": {**body, **changed}}


def component(name: str, kind: str) -> dict[str, Any]:
    status = {"state": "operational"}
    return {"uuid": uuid(name), "type": kind, "title": name, "description": name, "status": status}


def poam(**changed: Any) -> dict[str, Any]:
    items = [{"uuid": uuid("item"), "title": "t", "description": "d"}]
    body = {"uuid": uuid("poam"), "metadata": metadata(), "poam-items": items}
    return {"plan-of-action-and-milestones": {**body, **changed}}


def profile(**changed: Any) -> dict[str, Any]:
    chosen = [{"href": "catalog.json", "include-controls": [{"with-ids": ["govern-1.1"]}]}]
    return {"profile": {"uuid": uuid("profile"), "metadata": metadata(), "imports": chosen, **changed}}


def with_value(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy in which the node at a JSON pointer is another; None removes it."""
    changed = copy.deepcopy(document)
    *above, last = [int(step) if step.isdigit() else step for step in path.strip("/").split("/")]
    node: Any = changed
    for step in above:
        node = node[step]
    if value is None:
        del node[last]
    else:
        node[last] = value
    return changed


def parsed(document: Any, shown: str = "d.json") -> OscalDocument:
    return parse_document(json.dumps(document, indent=1, ensure_ascii=False).encode(), shown)


def written(folder: Path, document: Any, name: str = "d.json") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")
    return path
