"""JSON over HTTP from one server that a person named: bounded in time and size, never led elsewhere."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, urlencode, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from govkit.errors import InputError, Place, Problem, SurroundingsError
from govkit.files import parse_json

MOST_BYTES = 32 * 1024 * 1024
"""Of one answer. Source: govkit judgement; a run with 1,000 metrics is some 200 KB."""

TIMEOUT_S = 30.0
"""For one step on the wire, and three times that for a whole answer."""

_PIECE = 64 * 1024
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Server(NamedTuple):
    """Where to ask."""

    base: str
    """Scheme, host, port and path, without a slash at the end."""
    local: bool
    """Whether it is this machine."""
    encrypted: bool
    fragment: str
    """What stood behind `#` in the address, where web pages keep theirs."""


def server(address: str) -> Server:
    """The server of an address; raises InputError for one that is no web address, or that holds a password."""
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _bad(address, str(error)) from error
    if parts.scheme not in ("http", "https") or not host:
        raise _bad(address, "is not an address that begins with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise _bad(urlunsplit(parts._replace(netloc=host)), "holds a user name or password, which would be kept")
    named = f"[{host}]" if ":" in host else host
    place = SplitResult(parts.scheme, f"{named}:{port}" if port else named, parts.path.rstrip("/"), "", "")
    return Server(urlunsplit(place), host in _LOCAL, parts.scheme == "https", parts.fragment)


def _bad(address: str, what: str) -> InputError:
    fix = "write it like https://mlflow.example.org, and give secrets in the environment"
    return InputError([Problem(Place(address[:200]), "bad-address", what, fix)])


class _Stays(HTTPRedirectHandler):
    """Follows no redirect: an answer from elsewhere would not be the answer of the server that was named."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """No."""


class Client:
    """Asks one server."""

    def __init__(self, where: Server, headers: Mapping[str, str], *, timeout_s: float = TIMEOUT_S) -> None:
        if headers and not where.encrypted and not where.local:
            fix = "use https://, or unset the variables that hold the secret"
            raise SurroundingsError(f"{where.base} is not encrypted, so no secret is sent there", fix=fix)
        self._where, self._headers, self._timeout_s = where, dict(headers), timeout_s
        self._opener = build_opener(_Stays())

    def get(self, path: str, query: Mapping[str, str]) -> Any:
        """The JSON at a path; raises SurroundingsError."""
        return self._asked(Request(f"{self._where.base}{path}?{urlencode(query)}"), path)  # noqa: S310  (checked above)

    def post(self, path: str, body: Any) -> Any:
        """The JSON that answers a JSON body; raises SurroundingsError."""
        request = Request(f"{self._where.base}{path}", data=json.dumps(body).encode(), method="POST")  # noqa: S310
        request.add_header("Content-Type", "application/json")
        return self._asked(request, path)

    def _asked(self, request: Request, path: str) -> Any:
        request.add_header("Accept", "application/json")
        for name, value in self._headers.items():
            request.add_unredirected_header(name, value)
        try:
            with self._opener.open(request, timeout=self._timeout_s) as answer:
                content = self._content(answer)
        except HTTPError as error:
            raise self._refusal(error, path) from error
        except (URLError, OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            fix = "check that the server runs and that the address is right"
            raise SurroundingsError(f"{self._where.base} does not answer: {str(reason)[:200]}", fix=fix) from error
        try:
            return _named(parse_json(content))
        except ValueError as error:
            fix = "check the address: it should be that of the tracking server itself"
            raise SurroundingsError(f"{self._where.base}{path} does not answer with JSON", fix=fix) from error

    def _content(self, answer: HTTPResponse) -> bytes:
        """The body, up to its bounds in bytes and seconds."""
        until = time.monotonic() + 3 * self._timeout_s
        pieces: list[bytes] = []
        size = 0
        while piece := answer.read1(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > MOST_BYTES or time.monotonic() > until:
                fix = "ask for less: one run instead of an experiment"
                what = f"{self._where.base} sends more, or more slowly, than is waited for"
                raise SurroundingsError(what, fix=fix)
        return b"".join(pieces)

    def _refusal(self, error: HTTPError, path: str) -> SurroundingsError:
        if 300 <= error.code < 400:
            fix = "name the address it leads to, if that is the server you mean"
            return SurroundingsError(f"{self._where.base} leads elsewhere, which is not followed", fix=fix)
        said = self._said(error)
        if error.code in (401, 403):
            fix = "set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
            if self._headers:
                fix = "the server refuses what MLFLOW_TRACKING_TOKEN, or _USERNAME and _PASSWORD, say: check them"
        else:
            fix = "check the address, names and ids" if error.code < 500 else "look into the server's own log"
        return SurroundingsError(f"{self._where.base}{path} says {error.code}{said}", fix=fix)

    @staticmethod
    def _said(error: HTTPError) -> str:
        """The server's own words, cut short."""
        try:
            told = parse_json(error.read(_PIECE))
        except (OSError, ValueError):
            return ""
        message = told.get("message") if isinstance(told, dict) else None
        if not isinstance(message, str):
            return ""
        return ": " + "".join(letter if letter.isprintable() else "?" for letter in message[:200])


def _named(value: Any) -> Any:
    """The value with NaN and infinity as words, the way the protocol writes them: no file of ours could hold them."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: _named(inner) for key, inner in value.items()}
    return [_named(inner) for inner in value] if isinstance(value, list) else value
