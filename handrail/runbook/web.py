"""HTTP requests: the method decides what they can do, then the address, where it names something worse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from .model import Risk
from .tools import Table

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
REQUEST = re.compile(r"(GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE)\s+((?:https?://|/|<|\{|\$)\S*)(?:\s+HTTP/[\d.]+)?$")
_READS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_CURL_VALUES = frozenset(
    [
        "-H",
        "--header",
        "-u",
        "--user",
        "-o",
        "--output",
        "-b",
        "--cookie",
        "-c",
        "--cookie-jar",
        "-A",
        "--user-agent",
        "-e",
        "--referer",
        "-m",
        "--max-time",
        "--connect-timeout",
        "-x",
        "--proxy",
        "--cacert",
        "--cert",
        "--key",
        "-E",
        "-w",
        "--write-out",
        "--retry",
        "--retry-delay",
        "--resolve",
        "-K",
        "--config",
        "--unix-socket",
        "--interface",
        "-r",
        "--range",
        "--limit-rate",
        "-D",
        "--dump-header",
        "--url",
        "--request-target",
        "--oauth2-bearer",
        "--retry-max-time",
        "--aws-sigv4",
    ]
)
_CURL_BODIES = frozenset(
    ["-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--json", "-F", "--form", "--form-string"]
)


class Request(NamedTuple):
    risk: Risk
    why: str


def risk(dialect: str, arguments: Sequence[str], table: Table) -> Request:
    """The risk of a curl, wget, httpie or Invoke-RestMethod command line."""
    if dialect == "httpie":
        return _httpie(arguments, table)
    if dialect == "powershell":
        return _powershell(arguments, table)
    if dialect == "wget":
        return _wget(arguments, table)
    return _curl(arguments, table)


def address_risk(method: str, address: str, table: Table) -> Request:
    """The risk of METHOD address, for requests written without a client as well."""
    method = method.upper()
    path = re.sub(r"^[a-z]+://[^/]*", "", address, flags=re.I)
    if method in _READS:
        return Request("read", "")
    if method not in METHODS:
        return Request("change", f"{method} {path}")
    last = re.split(r"[?#]", path)[0]
    words = {part.lower() for part in re.split(r"[/:.]", last) if part}
    if method == "DELETE":
        return Request("destructive", f"DELETE {path}")
    if method == "POST" and words & table.words("address", "read"):
        return Request("read", "")
    worse = table.words("address", "destructive")
    for word in sorted(words):
        pieces = {word, *re.split(r"[-_]", word)}
        if pieces & worse:
            return Request("destructive", f"{method} {path}")
    return Request("change", f"{method} {path}")


def _curl(arguments: Sequence[str], table: Table) -> Request:
    method = ""
    body = False
    saves = ""
    addresses = []
    place = 0
    while place < len(arguments):
        word = arguments[place]
        following = arguments[place + 1] if place + 1 < len(arguments) else ""
        name, equals, value = word.partition("=")
        step = 1
        if word in ("-X", "--request"):
            method, step = following, 2
        elif word.startswith("-X") and len(word) > 2:
            method = word[2:]
        elif name == "--request" and equals:
            method = value
        elif word in _CURL_BODIES or (name in _CURL_BODIES and equals):
            body, step = True, 1 if equals and name in _CURL_BODIES else 2
        elif word in ("-T", "--upload-file"):
            method, step = method or "PUT", 2
        elif word in ("-I", "--head"):
            method = method or "HEAD"
        elif word in ("-G", "--get"):
            method = method or "GET"
        elif word == "--url":
            addresses.append(following)
            step = 2
        elif word in ("-o", "--output"):
            saves, step = following, 2
        elif word in ("-O", "--remote-name"):
            saves = "./file"
        elif word in _CURL_VALUES:
            step = 2
        elif re.fullmatch(r"-[a-zA-Z]{2,8}", word):
            letters = word[1:]
            if "X" in letters:
                method, step = (following, 2) if letters.endswith("X") else (letters.partition("X")[2], 1)
            elif letters[-1] == "o":
                saves, step = following, 2
            elif letters[-1] in "HuAbmwd":
                body, step = body or letters[-1] == "d", 2
            method = method or ("HEAD" if "I" in letters else "")
            saves = saves or ("./file" if "O" in letters else "")
        elif not word.startswith("-"):
            addresses.append(word)
        place += step
    method = method or ("POST" if body else "GET")
    found = [address_risk(method, address, table) for address in addresses or [""]]
    worst = max(found, key=lambda request: ("read", "change", "destructive").index(request.risk))
    if worst.risk == "read" and saves and saves not in ("/dev/null", "-", "NUL"):
        from .paths_written import put_aside  # only a download needs it

        if not put_aside(saves):
            return Request("change", f"writes {saves}")
    return worst


def _wget(arguments: Sequence[str], table: Table) -> Request:
    method = "GET"
    for word in arguments:
        if word.startswith("--method="):
            method = word.partition("=")[2]
        elif word.startswith(("--post-data", "--post-file")):
            method = "POST"
    address = next((word for word in arguments if "://" in word), "")
    if method != "GET":
        return address_risk(method, address, table)
    looks = any(
        re.fullmatch(r"-\w*O-|-", word) or word in ("--spider", "--output-document=-", "-O-") for word in arguments
    )
    looks = looks or any(
        a.endswith("O") and b in ("-", "/dev/null") for a, b in zip(arguments, arguments[1:], strict=False)
    )
    looks = looks or any(word == "-O/dev/null" for word in arguments)
    return Request("read", "") if looks else Request("change", "downloads a file")


def _httpie(arguments: Sequence[str], table: Table) -> Request:
    plain = [word for word in arguments if not word.startswith("-")]
    method = "GET"
    if plain and plain[0].upper() in METHODS:
        method, plain = plain[0].upper(), plain[1:]
    elif any(re.match(r"[\w-]+:?=", word) for word in plain[1:]):
        method = "POST"
    return address_risk(method, plain[0] if plain else "", table)


def _powershell(arguments: Sequence[str], table: Table) -> Request:
    method, address = "GET", ""
    for place, word in enumerate(arguments):
        following = arguments[place + 1] if place + 1 < len(arguments) else ""
        if word.lower() == "-method":
            method = following
        elif word.lower() == "-uri":
            address = following
        elif not address and "://" in word:
            address = word
    return address_risk(method, address, table)
