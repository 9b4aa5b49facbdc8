"""When the policy was set: how strictly evidence is judged is part of every bar."""

from __future__ import annotations

from govkit.history.bars import Bar, followed, spelled, top_level
from govkit.history.repository import History
from govkit.model.assessment import BarSet
from govkit.model.project import Policy, Release

KEY = "policy"


def policy_set(history: History, main_file: str, baseline: Release | None = None) -> BarSet | None:
    """The commit that gave the policy its present values; None when it cannot be known.

    A project that says nothing has the defaults since its first file; what they are depends on the version of govkit.
    """
    unset = "no policy of the project's own: the defaults"
    return followed(history, main_file, _policy, baseline, unset=unset).get(KEY)


def _policy(content: bytes | None, name: str) -> dict[str, Bar] | None:
    main = top_level(content, name)
    if main is None:
        return None
    given = main.get("policy")
    stated = given if isinstance(given, dict) else {}
    known = sorted(key for key in stated if key in Policy.model_fields)
    return {KEY: tuple((key, spelled(stated[key])) for key in known)}
