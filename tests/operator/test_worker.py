"""The thread that acts wait in: in order, never in the way, never hanging at the end."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from support.waiting import wait_until

from handrail.worker import Worker


@pytest.fixture
def worker() -> Worker:
    return Worker("test")


def test_jobs_are_done_in_order_by_one_thread(worker: Worker) -> None:
    done: list[tuple[int, int]] = []
    futures = [worker.submit(lambda n=n: done.append((n, threading.get_ident()))) for n in range(50)]
    futures[-1].result(10)
    assert [n for n, _ in done] == list(range(50))
    assert len({thread for _, thread in done}) == 1
    assert threading.get_ident() not in {thread for _, thread in done}


def test_an_error_reaches_the_one_who_asked_and_not_the_next(worker: Worker) -> None:
    with pytest.raises(ZeroDivisionError):
        worker.submit(lambda: 1 / 0).result(10)
    assert worker.submit(lambda: "fine").result(10) == "fine"


def test_closing_cancels_what_was_not_begun_and_does_not_hang(worker: Worker) -> None:
    release = threading.Event()
    held = worker.submit(release.wait)
    waiting = worker.submit(lambda: "never")
    wait_until(held.running)
    worker.close()
    assert not release.is_set() and held.running(), "it did not wait for what is being done"
    release.set()
    wait_until(waiting.cancelled)
    assert worker.submit(lambda: "too late").cancelled()


def test_it_says_for_how_long_it_is_busy(worker: Worker) -> None:
    assert worker.busy() == 0
    release = threading.Event()
    job = worker.submit(release.wait)
    wait_until(lambda: worker.busy() > 0.05)
    release.set()
    job.result(10)
    wait_until(lambda: worker.busy() == 0)
    worker.close()


def test_an_interpreter_ends_though_a_job_never_does() -> None:
    program = ("import threading; from handrail.worker import Worker; w = Worker('t'); started = threading.Event()\n"
               "w.submit(lambda: (started.set(), threading.Event().wait())); started.wait(); w.close(0.1)")
    assert subprocess.run([sys.executable, "-c", program], timeout=20, check=False).returncode == 0
