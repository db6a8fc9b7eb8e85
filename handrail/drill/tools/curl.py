"""Stand-in for curl, laid into a practice world only where the host has none: the few options the runbooks use."""

import http.client
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FLAGS = {"s": "silent", "S": "show", "f": "fail", "L": "follow", "i": "include", "v": "verbose"}
VALUED = {"-X": "method", "--request": "method", "-d": "data", "--data": "data", "-H": "header", "--header": "header",
          "-o": "output", "--output": "output", "-w": "write", "--write-out": "write", "-m": "time",
          "--max-time": "time", "--connect-timeout": "connect"}
LONG = {"--silent": "silent", "--show-error": "show", "--fail": "fail", "--fail-with-body": "fail-body",
        "--location": "follow", "--include": "include", "--get": "get"}


def read(words: list[str]) -> tuple[dict[str, Any], str | None, str]:
    """The options by name, and the address."""
    options: dict[str, Any] = {"header": []}
    address, rest = "", list(words)
    while rest:
        word = rest.pop(0)
        if word in VALUED:
            if VALUED[word] == "header":
                options["header"].append(rest.pop(0))
            else:
                options[VALUED[word]] = rest.pop(0)
        elif word in LONG:
            options[LONG[word]] = True
        elif word.startswith("-") and all(letter in FLAGS for letter in word[1:]):
            options.update({FLAGS[letter]: True for letter in word[1:]})
        elif word.startswith("-") and word[:2] in VALUED:
            options[VALUED[word[:2]]] = word[2:]
        elif word.startswith("-"):
            return options, None, f"option {word}: is unknown to this stand-in"
        else:
            address = word
    return options, address, ""


def main(words: list[str]) -> int:
    options, address, wrong = read(words)
    if not address:
        return fail(options, 2, wrong or "no URL given", True)
    url = urlsplit(address if "//" in address else f"http://{address}")
    if url.scheme != "http":
        return fail(options, 1, f"protocol {url.scheme} is unknown to this stand-in")
    data = options.get("data")
    headers = dict(line.split(": ", 1) for line in options["header"])
    if data is not None:
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    link = http.client.HTTPConnection(url.hostname or "", url.port or 80, timeout=float(options.get("time", 60)))
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    try:
        link.request(options.get("method") or ("POST" if data else "GET"), path, data, headers)
        answer = link.getresponse()
        body = answer.read()
    except ConnectionRefusedError:
        return fail(options, 7, f"Failed to connect to {url.hostname} port {url.port or 80}: Connection refused")
    except TimeoutError:
        return fail(options, 28, "Operation timed out")
    except http.client.IncompleteRead as error:
        sys.stdout.buffer.write(error.partial)
        return fail(options, 18, "transfer closed with outstanding read data remaining")
    except OSError as error:
        return fail(options, 56, str(error))
    bad = answer.status >= 400
    if not (bad and "fail" in options):
        if "output" in options:
            Path(options["output"]).write_bytes(body)
        else:
            sys.stdout.buffer.write(body)
    if "write" in options:
        text = options["write"].replace("\\n", "\n").replace("%{http_code}", str(answer.status))
        sys.stdout.buffer.write(text.encode())
    sys.stdout.flush()
    if bad and ("fail" in options or "fail-body" in options):
        return fail(options, 22, f"The requested URL returned error: {answer.status}")
    return 0


def fail(options: dict[str, Any], status: int, why: str, always: bool = False) -> int:
    sys.stdout.flush()
    if always or "silent" not in options or "show" in options:
        print(f"curl: ({status}) {why}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
