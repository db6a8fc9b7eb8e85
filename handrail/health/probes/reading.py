"""What a probe found, before anybody judges it, and the words for what can go wrong."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

# Characters of a line that a pattern is looked for in: while `re` looks, nothing else of this process goes on.
LONGEST_LINE = 16_384
UNREACHABLE = frozenset((errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN, errno.EADDRNOTAVAIL))


@dataclass(frozen=True, slots=True)
class Reading:
    """`values` are the names of the kind, in seconds, bytes and ratios; `error` is among them where the kind has one.

    `document` is what values are extracted from: bytes that may be JSON. `parts` are readings of several things under
    one probe (units, rows), by their name.
    """

    values: dict[str, object] = field(default_factory=dict)
    document: bytes | None = None
    parts: Mapping[str, dict[str, object]] | None = None


@dataclass(slots=True)
class Hands:
    """What probes share: limits, the stand-ins' PATH, and what they remember between answers.

    `memory` belongs to one probe. `lamps` gives (word, rank) of the other lamps. `client` makes the one HTTP client.
    """

    timeout: float
    body_limit: int
    interval: float
    path: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()
    memory: dict[str, Any] = field(default_factory=dict)
    lamps: Callable[[], Mapping[str, tuple[str, int]]] = dict
    client: Callable[[], Any] | None = None
    vitals: Callable[[], dict[str, object]] = dict
    now: Callable[[], datetime] | None = None
    folder: Path = Path()


Ask = Callable[[Any, Hands], Awaitable[Reading]]


def search_path(before: Iterable[str]) -> str:
    """PATH with the pack's own folders first."""
    return os.pathsep.join((*before, os.environ.get("PATH", os.defpath)))


async def in_thread(work: Callable[[], T]) -> T:
    """Run what may block (a dead network file system) outside the loop."""
    return await asyncio.get_running_loop().run_in_executor(None, work)


def error_word(error: BaseException) -> str:
    """One of dns, refused, unreachable, timeout, tls, reset, protocol: from the whole chain of causes."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return "dns"
        if isinstance(cause, ssl.SSLError):
            return "tls"
        if isinstance(cause, ConnectionRefusedError):
            return "refused"
        if isinstance(cause, (ConnectionResetError, BrokenPipeError, ConnectionAbortedError)):
            return "reset"
        if isinstance(cause, OSError) and cause.errno in UNREACHABLE:
            return "unreachable"
        if isinstance(cause, TimeoutError) or type(cause).__name__.endswith("Timeout"):
            return "timeout"
    if any(isinstance(cause, OSError) or type(cause).__name__ == "ConnectError" for cause in causes):
        return "unreachable"
    return "protocol"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and all behind it, the deepest reasons included, each once."""
    seen: set[int] = set()
    open_ = [error]
    while open_:
        cause = open_.pop()
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        if isinstance(cause, BaseExceptionGroup):
            open_ += cause.exceptions
        open_ += [cause.__cause__, cause.__context__]
