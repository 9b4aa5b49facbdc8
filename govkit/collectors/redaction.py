"""Secrets and names of people taken out of a reading: tokens, credentials in addresses, home folders.

The raw file stays as it is and is referenced by its digest; only what govkit writes down itself is cleaned.
"""

from __future__ import annotations

import re
from typing import Any

from govkit.model.evidence import Reading

# Source: the published shapes of the tokens of Hugging Face, OpenAI, Anthropic, GitHub, GitLab, AWS, Google, Slack and
# of JSON Web Tokens, read in November 2026.
_TOKENS = (
    r"hf_[A-Za-z0-9]{20,}",
    r"sk-[A-Za-z0-9_-]{16,}",
    r"gh[pousr]_[A-Za-z0-9]{30,}",
    r"github_pat_[A-Za-z0-9_]{20,}",
    r"glpat-[A-Za-z0-9_-]{16,}",
    r"(?:AKIA|ASIA)[0-9A-Z]{16}",
    r"AIza[0-9A-Za-z_-]{30,}",
    r"xox[abeoprs]-[A-Za-z0-9-]{10,}",
    r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*",
)
_TOKEN = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(_TOKENS)})")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{12,}")
_NAMED = re.compile(
    r"(?i)\b((?:api|access|secret|auth|private)[-_]?(?:key|token)|token|password|passwd|secret)"
    r"(['\"]?\s*[=:]\s*['\"]?)([^\s'\"&,;}{]{6,})"
)
_USERINFO = re.compile(r"\b([a-z][a-z0-9+.-]*://)[^/\s:@]+(?::[^/\s@]*)?@", re.IGNORECASE)
_HOME = re.compile(r"(?:/home/|/Users/|[A-Za-z]:\\+Users\\+)[^/\\\s:\"',]+|(?<![\w.-])/root(?=/)")

HIDDEN = "[redacted]"

# What must stand in a text of plain ASCII, in lower case, for a pattern to fit it: words, and what is searched for when
# one of them is there. Most texts hold none, and looking for words is thirty times faster than looking for the
# patterns; test_redaction.py holds the two against each other.
_HINTS = (
    (("hf_", "sk-"), r"(?<![a-z0-9])(?:hf_|sk-)"),
    (("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "akia", "asia", "aiza", "xox", "eyj"), ""),
    (("bearer", "basic"), r"(?:bearer|basic)\s"),
    (("key", "token", "password", "passwd", "secret"), r"(?:key|token|password|passwd|secret)['\"]?\s*[=:]"),
    (("://",), "://[^/]*@"),
    (("/home/", "/users/", ":\\", "/root/"), ""),
)
_HINTED = tuple((words, re.compile(pattern)) for words, pattern in _HINTS)


def _surely_clean(text: str) -> bool:
    """True when no pattern fits; what is not plain ASCII may hold letters that fit when their case is ignored."""
    if not text.isascii():
        return False
    folded = text.lower()
    return not any(any(word in folded for word in words) and hint.search(folded) for words, hint in _HINTED)


def cleaned(text: str) -> str:
    """The text without tokens, credentials and the names of home folders."""
    if _surely_clean(text):
        return text
    text = _TOKEN.sub(HIDDEN, text)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    text = _NAMED.sub(rf"\1\2{HIDDEN}", text)
    text = _USERINFO.sub(rf"\1{HIDDEN}@", text)
    return _HOME.sub("~", text)


def redacted(reading: Reading) -> Reading:
    """The reading with every text in it cleaned; the same object when there was nothing to clean."""
    written = reading.model_dump_json(exclude={"samples"}, exclude_defaults=True)
    if "\\" not in written and _surely_clean(written):  # without escapes, every text stands in it as it is
        return reading
    plain = reading.model_dump(exclude={"samples"}, exclude_defaults=True)
    clean = _walked(plain)
    if clean == plain:
        return reading
    kept = tuple(one.model_copy(update=_walked(_texts(one))) for one in reading.samples)
    return Reading.model_validate({**clean, "samples": kept})


def _texts(samples: Any) -> dict[str, Any]:
    return {"measure": samples.measure, "conditions": samples.conditions}


def _walked(value: Any) -> Any:
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, dict):
        return {_walked(key): _walked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_walked(item) for item in value)
    return value
