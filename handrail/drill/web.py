"""The world's two doors on loopback: HTTP, and the ways in which a door can misbehave."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from handrail.drill import routes
from handrail.drill.claw import Claw
from handrail.drill.faults import Manner

HANG_SECONDS = 60.0
BACKLOG = 128

DOORS = {"gateway": routes.GATEWAY, "loops": routes.KERNEL}


class Handler(BaseHTTPRequestHandler):
    """One request. `claw` and `door` are set on the class that each door makes of this one."""

    claw: Claw
    door: str
    timeout = 10.0

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        url = urlsplit(self.path)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.claw.lock:
            self.claw.sync()
            if not should_be_open(self.door, self.claw, time.monotonic()):
                return  # it went down while this request was on its way
            manners = [manner for manner in self.claw.manners
                       if manner.where == self.door or url.path.startswith(manner.where)]
        for manner in manners:
            if not self._behave(manner):
                return
        with self.claw.lock:
            query = dict(parse_qsl(url.query))
            status, body = routes.answer(DOORS[self.door], self.claw, self.command, url.path, query)
        for manner in manners:
            if manner.how == "says" and isinstance(body, dict):
                body = {**body, **manner.value}
        if any(manner.how == "garbage" for manner in manners):
            status, body = 200, "<!doctype html><title>Proxy</title><p>Please sign in to go on.</p>\n"
        self._send(status, body, half=any(manner.how == "half" for manner in manners))

    def _behave(self, manner: Manner) -> bool:
        """Be slow, hang or fail as the fault says. False when there is nothing more to answer."""
        if manner.how == "slow":
            time.sleep(manner.value)
        elif manner.how == "error":
            self._send(manner.value, {"error": "internal error"})
            return False
        elif manner.how == "hang":
            deadline = time.monotonic() + HANG_SECONDS
            while manner in self.claw.manners and time.monotonic() < deadline:
                time.sleep(0.05)
                with self.claw.lock:
                    self.claw.sync()
            return False
        return True

    def _send(self, status: int, body: Any, half: bool = False) -> None:
        page = isinstance(body, str)
        data = body.encode() if page else json.dumps(body).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8" if page else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if half else data)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the trace and the command log are the record here."""


class Door:
    """One port. Shut, it refuses connections and is still ours: a bound socket that does not listen."""

    def __init__(self, name: str, listener: socket.socket, claw: Claw) -> None:
        self._listener = listener
        self._handler: Any = type("DoorHandler", (Handler,), {"claw": claw, "door": name})
        self._open = threading.Event()
        self._open.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def hold(self, open: bool) -> None:
        """Make it as wished: listening or refusing. Raises OSError when the port cannot be opened again."""
        if open == self._open.is_set():
            return
        if open:
            self._listener.listen(BACKLOG)
            self._open.set()
        else:
            self._open.clear()
            self._listener.shutdown(socket.SHUT_RD)

    def _accept(self) -> None:
        while True:
            self._open.wait()
            try:
                connection, address = self._listener.accept()
            except OSError:
                time.sleep(0.01)  # shut while waiting here, or out of descriptors: both pass
                continue
            threading.Thread(target=self._serve, args=(connection, address), daemon=True).start()

    def _serve(self, connection: socket.socket, address: tuple[str, int]) -> None:
        with contextlib.suppress(OSError), connection:  # a client that hangs up is part of the exercise
            self._handler(connection, address, self)


def should_be_open(door: str, claw: Claw, now: float) -> bool:
    """Whether a door listens at this moment (`now` in monotonic seconds), by its service and the faults."""
    if not claw.services.runs(f"alwaysclaw-{door}"):
        return False
    for manner in claw.manners:
        if manner.where == door and (
            manner.how == "refuse" or (manner.how == "flap" and int(now / manner.value) % 2)
        ):
            return False
    return True
