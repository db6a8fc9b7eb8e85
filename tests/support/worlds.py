"""Talking to a practice world as a step would: real HTTP over loopback."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.error
import urllib.request
from typing import Any

from handrail.drill.world import World

# Never through a proxy: the world is on loopback.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(world: World, path: str, method: str = "GET", port: int | None = None,
        seconds: float = 30.0) -> tuple[int, Any]:
    """(status, JSON body or text). Raises OSError when nobody answers."""
    request = urllib.request.Request(f"http://127.0.0.1:{port or world.gateway}{path}", method=method)
    try:
        with _OPENER.open(request, timeout=seconds) as reply:
            status, data = reply.status, reply.read()
    except urllib.error.HTTPError as error:
        status, data = error.code, error.read()
    text = data.decode()
    return status, json.loads(text) if text.startswith(("{", "[")) else text


def refuses(world: World, port: int | None = None) -> bool:
    """Whether the port refuses connections (the gateway's, if none is named)."""
    try:
        ask(world, "/", port=port)
    except OSError as error:
        return isinstance(getattr(error, "reason", error), ConnectionRefusedError)
    return False


def shell(world: World, script: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a script as a step of this world would run: the stand-ins first on PATH, in the practised home."""
    path = f"{world.folder}/bin:{os.environ['PATH']}"
    return subprocess.run(["sh", "-c", script], cwd=world.folder / "home", env={**os.environ, "PATH": path, **env},
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
