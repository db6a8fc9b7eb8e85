"""HTTP requests: the method decides what they can do, then the address, where it names something worse."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from .model import RISKS, Risk
from .paths_written import put_aside
from .tools import Table
from .vocabulary import words

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
#: METHOD and address; the console of Elasticsearch leaves the first slash out.
REQUEST = re.compile(
    r"(GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE)\s+((?:https?://|/|<|\{|\$|_[a-z]|[\w.*<>-]+/_[a-z])\S*)(?:\s+HTTP/[\d.]+)?$")
_TO_SCREEN = re.compile(r"-\w*O(?:-|/dev/null)|-|--spider|--output-document=-")
_HTTPIE_VALUES = frozenset(
    {"-a", "--auth", "-A", "--auth-type", "-o", "--output", "-s", "--style", "-p", "--print", "--session",
     "--session-read-only", "--proxy", "--cert", "--cert-key", "--timeout", "--boundary", "--max-redirects", "--pretty"}
)
#: A question that names what is to be done: `?action=RELOAD`, `&op=DELETE`.
_ASKS_FOR = re.compile(r"[?&](?:action|cmd|command|operation|op|do|task)=([A-Za-z_-]+)", re.I)
_OPTIONS = re.compile(r"\$\{?\w*(?:OPT|ARG|FLAG|PARAM|METHOD)", re.I)
_READS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "LIST", "PROPFIND"})
_CURL_VALUES = frozenset(
    {"-X", "--request", "-T", "--upload-file", "--url", "-o", "--output", "-Q", "--quote", *words("curl_values")}
)
_CURL_BODIES = words("curl_bodies")


class Request(NamedTuple):
    risk: Risk
    why: str


def risk(dialect: str, arguments: Sequence[str], table: Table, *, is_fed: bool = False) -> Request:
    """The risk of a curl, wget, httpie or Invoke-RestMethod command line. httpie sends what it `is_fed`."""
    if dialect == "httpie":
        return _httpie(arguments, table, is_fed=is_fed)
    if dialect == "powershell":
        return _powershell(arguments, table)
    if dialect == "wget":
        return _wget(arguments, table)
    return _curl(arguments, table)


def address_risk(method: str, address: str, table: Table) -> Request:
    """The risk of METHOD address, for requests written without a client as well."""
    method = method.upper()
    path = re.sub(r"^[a-z]+://[^/]*", "", address, flags=re.I)
    worse = table.words("address", "destructive")
    if method in _READS:
        last = re.split(r"[?#]", path)[0].rstrip("/").rpartition("/")[2].lower()
        if asked := _asked_in(path, table):
            return asked
        acts = last in worse or last in table.words("address", "acting")
        return Request("change", f"{method} {path}") if acts else Request("read", "")
    if method not in METHODS:
        return Request("change", f"{method} {path}")
    last = re.split(r"[?#]", path)[0]
    words = {part.lower() for part in re.split(r"[/:.]", last) if part}
    if method == "DELETE":
        return Request("destructive", f"DELETE {path}")
    if method == "POST" and words & table.words("address", "read"):
        return Request("read", "")
    for word in sorted(words):
        pieces = {word, *re.split(r"[-_]", word)}
        if pieces & worse:
            return Request("destructive", f"{method} {path}")
    return Request("change", f"{method} {path}")


def _asked_in(path: str, table: Table) -> Request | None:
    """What a GET is asked to do in its query, as in `/admin/collections?action=DELETE`; None where it only looks."""
    for verb in _ASKS_FOR.findall(path):
        said = set(re.split(r"[_-]", verb.lower()))
        for risk in reversed(RISKS[1:]):
            if said & table.words("words", risk):
                return Request(risk, f"asks to {verb.lower()}")
    return None


def _curl(arguments: Sequence[str], table: Table) -> Request:
    method = saves = ""
    body = False
    addresses: list[str] = []
    asked: list[str] = []  # with --next a line holds several requests; every method counts for every address
    for name, value in _curl_options(arguments):
        if name in ("-X", "--request"):
            asked.append(value)
        elif name in _CURL_BODIES:
            body = True
        elif name in ("-T", "--upload-file"):
            method = method or "PUT"
        elif name in ("-I", "--head"):
            method = method or "HEAD"
        elif name in ("-G", "--get"):
            method = method or "GET"
        elif name in ("-o", "--output"):
            saves = value
        elif name in ("-O", "--remote-name", "-J"):
            saves = "./file"
        elif name in ("-K", "--config", "-Q", "--quote"):
            method = method or "UNSEEN"
        elif name in ("", "--url"):
            addresses.append(value)
            method = "UNSEEN" if _OPTIONS.match(value) else method
    if not asked or "--next" in arguments:
        asked.append(method or ("POST" if body else "GET"))
    found = [address_risk(one, address, table) for one in asked for address in addresses or [""]]
    worst = max(found, key=lambda request: RISKS.index(request.risk))
    if worst.risk == "read" and saves not in ("", "/dev/null", "-", "NUL") and not put_aside(saves):
        return Request("change", f"writes {saves}")
    return worst


def _curl_options(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Options with their values as curl reads them: -sXPOST, -d@file, --data=x; addresses have the name ""."""
    words = iter(arguments)
    for word in words:
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            yield name, value if equals else next(words, "") if name in _CURL_VALUES | _CURL_BODIES else ""
        elif word.startswith("-") and len(word) > 1:
            for place, letter in enumerate(word[1:], 1):
                name = "-" + letter
                if name in _CURL_VALUES or name in _CURL_BODIES:
                    yield name, word[place + 1 :] or next(words, "")
                    break
                yield name, ""
        else:
            yield "", word


def _wget(arguments: Sequence[str], table: Table) -> Request:
    method = "GET"
    for word, following in pairwise((*arguments, "")):
        if word.startswith("--method"):
            method = word.partition("=")[2] or following
        elif word.startswith(("--post-data", "--post-file")):
            method = "POST"
    address = next((word for word in arguments if "://" in word), "")
    if method != "GET":
        return address_risk(method, address, table)
    looks = any(_TO_SCREEN.fullmatch(word) for word in arguments)
    looks = looks or any(a.endswith("O") and b in ("-", "/dev/null") for a, b in pairwise(arguments))
    return Request("read", "") if looks else Request("change", "downloads a file")


def _httpie(arguments: Sequence[str], table: Table, *, is_fed: bool) -> Request:
    words_left = iter(arguments)
    plain = []
    for word in words_left:
        if word in _HTTPIE_VALUES:
            next(words_left, "")
        elif not word.startswith("-"):
            plain.append(word)
    method = "POST" if is_fed or any(word.startswith("--raw") for word in arguments) else "GET"
    if plain and plain[0].upper() in METHODS:
        method, plain = plain[0].upper(), plain[1:]
    elif any(re.match(r"[\w.\[\]-]+(?::?=(?!=)|@)", word) for word in plain[1:]):
        method = "POST"
    return address_risk(method, plain[0] if plain else "", table)


def _powershell(arguments: Sequence[str], table: Table) -> Request:
    method, address, saves = "GET", "", ""
    for place, word in enumerate(arguments):
        following = arguments[place + 1] if place + 1 < len(arguments) else ""
        if word.lower() == "-method":
            method = following
        elif word.lower() == "-outfile":
            saves = following
        elif word.lower() == "-uri":
            address = following
        elif not address and "://" in word:
            address = word
    found = address_risk(method, address, table)
    if found.risk == "read" and saves and not put_aside(saves):
        return Request("change", f"writes {saves}")
    return found
