"""Secrets and names of people taken out of a reading: tokens, credentials in addresses, home folders.

The raw file stays as it is and is referenced by its digest; only what govkit writes down or says itself is cleaned.
"""

from __future__ import annotations

import re
from typing import Any

from govkit.model.evidence import Reading

# Source: the published shapes of the tokens of Hugging Face, OpenAI, Anthropic, Groq, xAI, NVIDIA, Perplexity,
# Replicate, LangSmith, GitHub, GitLab, npm, PyPI, AWS, Google, Slack, Stripe and of JSON Web Tokens, read in November
# 2026. A web token is hidden from its first part on, for the rest of it may have been cut off.
_TOKENS = (
    r"hf_[A-Za-z0-9]{20,}",
    r"sk-[A-Za-z0-9_-]{16,}",
    r"(?:gsk_|r8_|npm_)[A-Za-z0-9]{30,}",
    r"(?:xai|nvapi|pplx)-[A-Za-z0-9_-]{30,}",
    r"lsv2_[a-z]{2}_[A-Za-z0-9_]{30,}",
    r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}",
    r"pypi-[A-Za-z0-9_-]{30,}",
    r"gh[pousr]_[A-Za-z0-9]{30,}",
    r"github_pat_[A-Za-z0-9_]{20,}",
    r"glpat-[A-Za-z0-9_-]{16,}",
    r"(?:AKIA|ASIA)[0-9A-Z]{16}",
    r"AIza[0-9A-Za-z_-]{30,}",
    r"ya29\.[0-9A-Za-z_-]{20,}",
    r"xox[abeoprs]-[A-Za-z0-9-]{10,}",
    r"eyJ[A-Za-z0-9_-]{14,}(?:\.[A-Za-z0-9_-]*){0,4}",
)
_TOKEN = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(_TOKENS)})")
_HOOK = re.compile(r"(hooks\.slack\.com/(?:services|workflows|triggers)/)[A-Za-z0-9/_-]+")
_PRIVATE = re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:(?!-----END).)*(?:-----END [A-Z ]{0,30}-----)?", re.S)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{12,}")
_SENSITIVE = (
    r"(?:(?:api|access|secret|auth|private|account|subscription)[-_]?(?:key|token)|"
    r"(?:hf|hub|github|gitlab|session|refresh|bearer|bot)[-_]?token|client[-_]?secret|password|passwd|secret)"
)
_NAMED = re.compile(
    rf"(?i)((?<![A-Za-z0-9]){_SENSITIVE}|\btoken)(['\"]?\s{{0,9}}[=:]\s{{0,9}}['\"]?)([^\s'\"&,;}}{{]{{6,}})"
)
_KEY = re.compile(rf"(?i)(?:.*[^A-Za-z0-9])?{_SENSITIVE}|token", re.DOTALL)
"""What a setting is called whose value is a secret, whatever the value looks like."""
_USERINFO = re.compile(r"\b([a-z][a-z0-9+.-]{0,30}://)[^/\s:@]+(?::[^/\s@]*)?@", re.IGNORECASE)

_SLASH = r"(?:\\?/|~1|%2[Ff])"
"""A slash as it is, as JSON may write it, inside a JSON pointer, and inside an address."""
_HOME = re.compile(
    rf"{_SLASH}(?:home|Users){_SLASH}(?:(?!~1|%2[Ff])[^/\\\s:\"',])+"
    r"|(?:[A-Za-z]:|\\\\[^\\\s]{1,60})\\+(?:Users|home)\\+(?:[^\\/:\"',\n]{1,60}(?=\\)|[^/\\\s:\"',]+)"
    r"|(?<![\w.-])/root(?=/)"
)

HIDDEN = "[redacted]"

# What must stand in a text of plain ASCII, in lower case, for a pattern to fit it: words, and what is searched for when
# one of them is there. Most texts hold none, and looking for words is thirty times faster than looking for the
# patterns; test_redaction.py holds the two against each other.
_HINTS = (
    (
        ("hf_", "sk-", "gsk_", "r8_", "npm_", "xai-", "nvapi-", "pplx-", "lsv2_", "sk_", "rk_", "pypi-", "ya29."),
        r"(?<![a-z0-9])(?:hf_|sk-|gsk_|r8_|npm_|xai-|nvapi-|pplx-|lsv2_|sk_|rk_|pypi-|ya29\.)",
    ),
    (("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "akia", "asia", "aiza", "xox", "eyj"), ""),
    (("hooks.slack.com", "private key-----"), ""),
    (("bearer", "basic"), r"(?:bearer|basic)\s"),
    (("key", "token", "password", "passwd", "secret"), r"(?:key|token|password|passwd|secret)['\"]?\s*[=:]"),
    (("://",), "://[^/]*@"),
    (("/home", "/users", "~1home", "~1users", "%2fhome", "%2fusers", "\\users", "\\home", "/root/"), ""),
)  # fmt: skip
_HINTED = tuple((words, re.compile(pattern)) for words, pattern in _HINTS)


def _surely_clean(text: str) -> bool:
    """True when no pattern fits; what is not plain ASCII may hold letters that fit when their case is ignored."""
    if not text.isascii():
        return False
    folded = text.lower()
    return not any(any(word in folded for word in words) and hint.search(folded) for words, hint in _HINTED)


def cleaned(text: str) -> str:
    """The text without tokens, credentials and the names of home folders, also where it is a JSON pointer."""
    clean = _cleaned(text)
    if "~1" in clean:
        plain = clean.replace("~1", "/")
        again = _cleaned(plain)
        return again if again != plain else clean
    return clean


def _cleaned(text: str) -> str:
    if _surely_clean(text):
        return text
    text = _PRIVATE.sub(HIDDEN, text)
    text = _TOKEN.sub(HIDDEN, text)
    text = _HOOK.sub(rf"\1{HIDDEN}", text)
    text = _BEARER.sub(rf"\1 {HIDDEN}", text)
    text = _NAMED.sub(rf"\1\2{HIDDEN}", text)
    text = _USERINFO.sub(rf"\1{HIDDEN}@", text)
    return _HOME.sub("~", text)


def redacted(reading: Reading) -> Reading:
    """The reading with every text in it cleaned; the same object when there was nothing to clean."""
    written = reading.model_dump_json(exclude={"samples"}, exclude_defaults=True)
    quick = "\\" not in written  # without escapes, every text stands in it as it is
    kept = tuple(_of_items(one) for one in reading.samples)
    if quick and kept == reading.samples and _surely_clean(written) and _surely_clean(written.replace("~1", "/")):
        return reading
    plain = reading.model_dump(exclude={"samples"}, exclude_defaults=True)
    clean = _walked(plain)
    if clean == plain and kept == reading.samples:
        return reading
    return Reading.model_validate({**clean, "samples": kept})


def _of_items(samples: Any) -> Any:
    """The scores of single items as they are, with a clean name."""
    plain = {"measure": samples.measure, "conditions": samples.conditions}
    clean = _walked(plain)
    return samples if clean == plain else samples.model_copy(update=clean)


def _walked(value: Any) -> Any:
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, dict):
        return {_walked(key): _under(key, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_walked(item) for item in value)
    return value


def _under(key: Any, value: Any) -> Any:
    secret = isinstance(value, str) and isinstance(key, str) and _KEY.fullmatch(key) is not None
    return HIDDEN if secret else _walked(value)
