"""One thread for what may block: acts wait here for the store, never the screen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


class Worker:
    """Does jobs one after the other in a daemon thread. An interpreter that ends never waits for it.

    Not a ThreadPoolExecutor: its threads are joined at exit, and a store held by a stopped process would hang it.
    """

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._started = False
        self._guard = threading.Lock()
        self._closed = False
        self._busy_since: float | None = None

    def submit(self, job: Callable[[], T]) -> Future[T]:
        """Do `job` when its turn comes. After `close` the Future is cancelled at once."""
        future: Future[T] = Future()
        with self._guard:
            if self._closed:
                future.cancel()
                return future
            if not self._started:
                self._started = True
                self._thread.start()
            self._jobs.put((future, job))
        return future

    def busy(self) -> float:
        """For how long the job at work has been at it (s); 0 when none is."""
        since = self._busy_since
        return 0.0 if since is None else time.monotonic() - since

    def close(self, wait: float = 0.5) -> None:
        """Take no more jobs; cancel those not begun; wait at most `wait` seconds for the one at work."""
        with self._guard:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        if self._started and threading.current_thread() is not self._thread:
            self._thread.join(wait)

    def _work(self) -> None:
        while (entry := self._jobs.get()) is not None:
            future, job = entry
            if self._closed:
                future.cancel()
            elif future.set_running_or_notify_cancel():
                self._busy_since = time.monotonic()
                self._do(future, job)
                self._busy_since = None

    @staticmethod
    def _do(future: Future[Any], job: Callable[[], Any]) -> None:
        try:
            answer = job()
        except BaseException as error:  # the Future carries it to whoever waits
            future.set_exception(error)
        else:
            future.set_result(answer)
