"""Threads that nobody waits for."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Thread
from typing import Any


class DaemonThreads(ThreadPoolExecutor):
    """One short-lived daemon thread for each piece of work.

    A name server or a disk that never answers must not keep the console from leaving, and the pool's own threads would:
    the interpreter joins them at its end. A subclass only because a loop takes no other kind of executor.
    """

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()

        def run() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(work(*args, **kwargs))
                except BaseException as error:
                    future.set_exception(error)

        Thread(target=run, name="handrail-probe", daemon=True).start()
        return future
