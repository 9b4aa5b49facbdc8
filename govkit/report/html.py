"""An assessment as one HTML file that opens from disk: no script, no request, nothing outside the file."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping as MappingOf
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from govkit.files import shipped
from govkit.model.assessment import Assessment
from govkit.model.catalog import Catalog, Mapping
from govkit.model.project import Project
from govkit.report import words
from govkit.report.fonts import font_rules
from govkit.report.numbers import day, moment
from govkit.report.views import board, checks, cover, frameworks, limits, risks, tailoring
from govkit.report.views.index import Index
from govkit.report.visible import brief, paragraphs, plain, visible

Kind = Literal["full", "summary"]

_TEMPLATES = {"full": "full.html.j2", "summary": "summary.html.j2"}
_HEADLINE = {"full": "Assessment", "summary": "Summary"}


def render(
    kind: Kind,
    assessment: Assessment,
    project: Project,
    catalogs: MappingOf[str, Catalog],
    mappings: MappingOf[str, Mapping],
) -> str:
    """The report as HTML; the same records give the same text."""
    index = Index(assessment, project, catalogs, mappings)
    folder = shipped("templates") / "report"
    body = (
        environment(folder)
        .get_template(_TEMPLATES[kind])
        .render(
            index=index,
            assessment=assessment,
            project=project,
            words=words,
            stamp=_stamp(assessment),
            **_parts(kind, index),
        )
    )
    style = _style(folder, kind, body)
    return _page(report_title(kind, index), index, style, body)


def _stamp(assessment: Assessment) -> str:
    """The line at the foot of every page: enough to find the judgement again."""
    inputs = assessment.inputs_digest[:16]
    return f"As of {moment(assessment.as_of)} · inputs {inputs} · govkit {assessment.govkit}"


def report_title(kind: Kind, index: Index) -> str:
    """The title of the document, as windows and bookmarks show it."""
    system = index.system
    name = system.name if system else index.assessment.system
    return plain(f"{_HEADLINE[kind]} of {name}, release {index.assessment.release}")


def environment(folder: Path) -> Environment:
    """Templates in which every value is escaped and every hidden character shown."""
    found = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "paragraphs": paragraphs, "day": day, "moment": moment,
        "counted": words.counted, "brief": brief,
    }  # fmt: skip
    return found


def _parts(kind: Kind, index: Index) -> dict[str, object]:
    """What the templates show, as rows."""
    found: dict[str, object] = {
        "board": board.board(index),
        "control_facts": cover.control_facts(index),
        "system_facts": cover.system_facts(index),
        "limits": limits.limits(index),
        "register": risks.register(index),
        "profile_note": tailoring.note(index),
    }
    if kind == "full":
        found |= {
            "artefacts": cover.artefact_rows(index),
            "catalogs_used": cover.catalog_rows(index),
            "policy": cover.policy_facts(index),
            "profile": tailoring.profile_facts(index),
            "left_out": tailoring.left_out(index),
            "frameworks": frameworks.frameworks(index),
            "themes": checks.themes(index),
            "statements": frameworks.applicability(index),
            "crosswalks": frameworks.crosswalks(index),
            "changes": limits.changes(index),
            "files": limits.files(index),
            "gate": limits.gate(index),
        }
    return found


_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def _style(folder: Path, kind: Kind, body: str) -> str:
    sheet = (folder / "report.css").read_text(encoding="utf-8") + (folder / f"{kind}.css").read_text(encoding="utf-8")
    return f"{font_rules(body + sheet)}\n{_COMMENT.sub('', sheet).strip()}\n"


def _page(title: str, index: Index, style: str, body: str) -> str:
    """The document around the body. The policy allows this one style sheet and the fonts in it, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none'; form-action 'none'"
    assessment = index.assessment
    instant = assessment.as_of.isoformat()
    about = "Evidence for requirements and risks of one release. Not a certificate."
    head = Markup(
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        '<meta name="author" content="{author}">\n<meta name="description" content="{about}">\n'
        '<meta name="generator" content="govkit {version}">\n<meta name="dcterms.created" content="{instant}">\n'
        '<meta name="dcterms.modified" content="{instant}">\n'
    ).format(
        policy=policy,
        title=title,
        author=plain(index.project.organisation.name),
        about=about,
        version=plain(assessment.govkit),
        instant=instant,
    )
    return f"{head}<style>{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
