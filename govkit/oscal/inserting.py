"""Places in OSCAL prose where a parameter goes: `{{ insert: param, ac-1_prm_1 }}`."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict

from govkit.oscal.properties import Json

_INSERT = re.compile(r"\{\{\s*insert:\s*param,\s*([^\s{},]{1,200})\s*\}\}")
"""Source: OSCAL 1.2.3, parameter insertion in prose."""

LONGEST = 2_000
"""Characters that may stand for one parameter. Source: govkit judgement; keeps choices of choices from exploding."""


class Inserting:
    """Parameters by id, each worded once."""

    def __init__(self, parameters: Dict[str, Json]) -> None:
        self.parameters = parameters
        self.worded: dict[str, str] = {}

    def into(self, text: str) -> str:
        """The text with values in their places; a parameter without value by its choices or label, in brackets.

        A parameter that nobody defined stays as it was written.
        """
        return _INSERT.sub(lambda match: self._words(match[1]) if match[1] in self.parameters else match[0], text)

    def _words(self, ident: str) -> str:
        if ident not in self.worded:
            parameter = self.parameters[ident]
            name = f"[{parameter.get('label') or ident}]"
            self.worded[ident] = name  # what it is while its own choices are worded: no circle ends elsewhere
            said = name
            if parameter.get("values"):
                said = ", ".join(parameter["values"])
            elif parameter.get("choices"):
                said = f"[{self.into(' or '.join(parameter['choices']))}]"
            self.worded[ident] = said if len(said) <= LONGEST else name
        return self.worded[ident]
