"""CURIEs of an SSSOM file → ids of requirements here."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import unquote

from govkit.errors import Place, Problem
from govkit.importing.asked import Asked
from govkit.importing.ends import catalog_meant
from govkit.importing.sssom_ours import catalog_of
from govkit.importing.sssom_words import Guide, VocabularyUse
from govkit.yaml_lines import Document


class Term(NamedTuple):
    """An entry of a catalog here."""

    catalog: str
    id: str


class Vocabularies:
    """The prefixes of one file and what they stand for; each unknown one is told once."""

    def __init__(
        self, asked: Asked, guide: Guide, meta: dict[str, Any], document: Document, problems: list[Problem]
    ) -> None:
        self.asked, self.guide, self.problems = asked, guide, problems
        declared = meta.get("curie_map")
        self.declared = declared if isinstance(declared, dict) else {}
        self.document = document
        self._known: dict[str, VocabularyUse | None] = {}

    def left_out(self, curie: str) -> bool:
        """Whether the user does not want this vocabulary."""
        return curie.partition(":")[0] in self.guide.leave_out

    def term(self, curie: str, where: Place) -> Term | None:
        """The entry a CURIE means; None when it is left out or, with a Problem, not known."""
        prefix, colon, name = curie.partition(":")
        if self.left_out(curie):
            return None
        if not colon or name.startswith("//"):
            fix = "SSSOM/TSV writes identifiers as PREFIX:ID; export the file again"
            self.problems.append(Problem(where, "bad-value", f"{curie[:80]!r} is no CURIE", fix))
            return None
        if prefix not in self._known:
            self._known[prefix] = self._use(prefix, where)
        use = self._known[prefix]
        return (
            Term(use.catalog, use.ids.get(name) or use.ids.get(unquote(name), unquote(name)))
            if use is not None
            else None
        )

    def _use(self, prefix: str, where: Place) -> VocabularyUse | None:
        if prefix not in self.declared:
            fix = "declare it under `curie_map` in the metadata"
            what = f"the prefix {prefix[:60]!r} is not declared, and SSSOM lets none stand without"
            self.problems.append(Problem(where, "unknown-prefix", what, fix))
            return None
        asked, said = self.asked, self.guide.catalogs.get(prefix)
        named = said or (prefix if prefix in asked.catalogs else catalog_of(self.declared[prefix]) or prefix)
        use = named if isinstance(named, VocabularyUse) else VocabularyUse(catalog=named)
        if said is not None and use.catalog in asked.library.catalogs:
            return use
        place = self.document.place(("govkit", "catalogs", prefix)) if said is not None else where
        meant = catalog_meant(use.catalog, use.catalog, asked, place, self.problems)
        return use.model_copy(update={"catalog": meant}) if meant is not None else None
