"""A request step: `python -m handrail.runs.request POST http://…`, a child program under a supervisor like any other.
What it is to send may stand in HANDRAIL_REQUEST instead (JSON: words, secrets), where `ps` does not show it.

Prints the status line and the body, JSON indented, and writes `result.json` into the run's folder. It ends as curl
would: 0 below HTTP 400, 22 from there on, 7 refused, 6 no such host, 28 too slow, 60 certificate, 3 no such URL.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import ssl
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from handrail.paths import FILE_MODE
from handrail.runs.hidden import hide, mask_of

if TYPE_CHECKING:
    import httpx

SETTINGS = "HANDRAIL_REQUEST"
TIMEOUT = 30.0  # s
HTTP_ERROR, REFUSED, NO_HOST, TOO_SLOW, CERTIFICATE, BAD_URL, BROKEN = 22, 7, 6, 28, 60, 3, 56


def main(arguments: Sequence[str] | None = None) -> int:
    """Send the request that the command line describes and answer the exit status."""
    told: dict[str, Any] = json.loads(os.environ.pop(SETTINGS, "{}")) if arguments is None else {}
    given = _parser().parse_args(told.get("words", arguments))
    import httpx

    began = time.monotonic()
    try:
        url = urljoin(given.base, given.url) if given.base else given.url
        with httpx.Client(timeout=given.timeout) as client:
            response = client.request(given.method.upper(), url, headers=_headers(given), content=_body(given))
    except httpx.HTTPError as error:
        status, sentence = _failure(error)
        return _fail(status, f"{sentence} ({given.method.upper()} {url})")
    except (httpx.InvalidURL, ValueError, OverflowError) as error:
        return _fail(BAD_URL, f"not a request: {error}")
    took = time.monotonic() - began
    _show(response, took)
    _write_result(response, took, told)
    return HTTP_ERROR if response.status_code >= 400 else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="handrail.runs.request", description="Send one HTTP request.")
    parser.add_argument("method")
    parser.add_argument("url", help="a URL, or a path below --base")
    parser.add_argument("--base", default=os.environ.get("HANDRAIL_BASE", ""))
    parser.add_argument("--header", action="append", default=[], metavar="NAME: VALUE")
    parser.add_argument("--header-from", action="append", default=[], metavar="VARIABLE",
                        help="take a header from this environment variable, so that ps does not show it")
    parser.add_argument("--data", default=None)
    parser.add_argument("--data-from", default=None, metavar="VARIABLE")
    parser.add_argument("--timeout", type=float, default=TIMEOUT, metavar="SECONDS")
    return parser


def _headers(given: argparse.Namespace) -> list[tuple[str, str]]:
    lines = [*given.header, *(os.environ.get(name, "") for name in given.header_from)]
    headers = [(name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    body = _body(given)
    if body and body.lstrip()[:1] in ("{", "[") and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    return headers


def _body(given: argparse.Namespace) -> str | None:
    found = os.environ.get(given.data_from, "") if given.data_from else given.data
    return found if found is None else str(found)


def _failure(error: httpx.HTTPError) -> tuple[int, str]:
    """The exit status and the words for a request that got no answer."""
    import httpx

    text = str(error) or type(error).__name__
    if isinstance(error, httpx.TimeoutException):
        return TOO_SLOW, "no answer in time"
    if isinstance(error, httpx.UnsupportedProtocol):
        return BAD_URL, text
    if isinstance(error, httpx.ConnectError):
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLError):
                return CERTIFICATE, text
            cause = cause.__cause__ or cause.__context__
        if "refused" in text.lower():
            return REFUSED, "connection refused"
        if "name" in text.lower() or "address" in text.lower():
            return NO_HOST, text
        return BROKEN, text  # not REFUSED: that would prove a stopped service where only the way there is closed
    return BROKEN, text


def _fail(status: int, sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return status


def _show(response: httpx.Response, took: float) -> None:
    print(response.http_version, response.status_code, response.reason_phrase, f"({took * 1000:.0f} ms)")
    text = response.text
    with contextlib.suppress(ValueError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    if text:
        print(text)


def _write_result(response: httpx.Response, took: float, told: dict[str, Any]) -> None:
    """What the console shows beside the output."""
    folder = os.environ.get("HANDRAIL_RUN")
    if not folder:
        return
    result = {"kind": "request", "method": response.request.method, "url": str(response.request.url),
              "status": response.status_code, "seconds": round(took, 6), "bytes": len(response.content),
              "type": response.headers.get("content-type", "")}
    temporary = Path(folder) / ".result.json"
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE), "w") as file:
        json.dump(hide(result, mask_of(told)), file)
    temporary.rename(Path(folder) / "result.json")


if __name__ == "__main__":
    sys.exit(main())
