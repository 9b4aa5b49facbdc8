"""What a profile of OSCAL selects, as a digest: tells whether another tool changed it after govkit wrote it.

govkit reads its rules from where they stand whole, and other tools read the imports. The two must not part unnoticed.
"""

from __future__ import annotations

import hashlib
from typing import Any

from govkit.oscal.properties import Json, one_line


def selection_digest(imports: Any, merge: Any, alters: Any) -> str:
    """SHA-256 of the parts of a profile that decide which controls it makes, whatever the order of keys."""
    chosen: Json = {"alters": alters or [], "imports": imports, "merge": merge}
    return hashlib.sha256(one_line(chosen).encode()).hexdigest()
