"""An HTTP server on loopback for the length of a test."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextlib.contextmanager
def serving(answers: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Its address, without a path: http://127.0.0.1:PORT."""
    with ThreadingHTTPServer(("127.0.0.1", 0), answers) as http:
        threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{http.server_port}"
        finally:
            http.shutdown()
