"""Digests that a document states for files: well-formed, and equal to those of the files beside it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path as FilePath
from typing import Any

from govkit.model.checked import Answers
from govkit.oscal.following import Given, local
from govkit.oscal.json_lines import Path
from govkit.oscal.walking import Spot, path_of

ALGORITHMS = {
    "SHA-224": ("sha224", 56),
    "SHA-256": ("sha256", 64),
    "SHA-384": ("sha384", 96),
    "SHA-512": ("sha512", 128),
    "SHA3-224": ("sha3_224", 56),
    "SHA3-256": ("sha3_256", 64),
    "SHA3-384": ("sha3_384", 96),
    "SHA3-512": ("sha3_512", 128),
}
"""Name in OSCAL to name in hashlib and number of hexadecimal digits. Source: OSCAL 1.2.3; FIPS 180-4, FIPS 202."""

MAX_FILE = 4 * 1024**3
"""Largest file whose digest is computed, in bytes. Source: govkit judgement; ten seconds on a laptop."""

SYNTAX, FILE = "digest is well-formed", "digest is that of the file"


class Digests:
    """Answers for the digests of one document; every file is read once."""

    def __init__(self, given: Given, answers: Answers) -> None:
        self.given, self.answers = given, answers
        self._computed: dict[tuple[FilePath, str], str] = {}

    def check(self, hrefs: Iterable[tuple[str, Spot]]) -> None:
        """Every entry under `hashes` of every href."""
        for href, spot in hrefs:
            hashes = spot[0].get("hashes")
            for index, entry in enumerate(hashes if isinstance(hashes, list) else ()):
                if isinstance(entry, dict):
                    self._entry(href, (*path_of(spot), "hashes", index, "value"), entry)

    def _entry(self, href: str, path: Path, entry: dict[str, Any]) -> None:
        algorithm, value = entry.get("algorithm"), entry.get("value")
        if not isinstance(algorithm, str) or not isinstance(value, str):
            return  # the schema says so
        where = partial(self.given.document.place, *path)
        syntax, file = self.answers.to(SYNTAX), self.answers.to(FILE)
        what = f"{algorithm[:20]} of {href[:80]}"
        if algorithm not in ALGORITHMS:
            why = f"the algorithm is none of {', '.join(ALGORITHMS)}"
            syntax.cannot_tell(where, what, why)
            return
        name, digits = ALGORITHMS[algorithm]
        if not re.fullmatch(f"[0-9A-Fa-f]{{{digits}}}", value):
            said = f"{value[:20]!r} is no {algorithm} digest: that has {digits} hexadecimal digits"
            fix = "compute it again, for example with sha256sum"
            syntax.breaks(where, "bad-digest", said, fix)
            return
        syntax.holds += 1
        target, why = local(self.given.file, href)
        if target is not None:
            found, why = self._digest(target, name)
            if found == value.lower():
                file.holds += 1
                return
            if found:
                said = f"{href[:80]!r} has the {algorithm} {found}, the document says {value.lower()}"
                fix = "find out which of the two changed; then record the digest again, or restore the file"
                file.breaks(where, "other-digest", said, fix)
                return
        file.cannot_tell(where, what, why)

    def _digest(self, file: FilePath, name: str) -> tuple[str, str]:
        """The digest of a file in lower-case hexadecimal, or nothing and why."""
        key = (file.resolve(), name)
        if key in self._computed:
            return self._computed[key], ""
        hasher, read = hashlib.new(name), 0
        try:
            with file.open("rb") as stream:
                while chunk := stream.read(1 << 20):
                    read += len(chunk)
                    if read > MAX_FILE:
                        return "", f"the file has more than {MAX_FILE / 1e9:.0f} GB, which is not read"
                    hasher.update(chunk)
        except OSError as error:
            return "", f"the file cannot be read: {error.strerror}"
        self._computed[key] = hasher.hexdigest()
        return self._computed[key], ""
