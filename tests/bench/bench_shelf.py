"""A key in the search of the library, at 2,000 runbooks."""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from support.terminal import Terminal

from handrail.shelf.shelf import Shelf

FILES = 2_000
WORDS = 900  # of a runbook; about 6 KB, and one in forty is twenty times as long
QUERY = "restart wor"
QUERIES = ("r", "restart", "restart wor", "zzz", "disk full node", "ü", "kubectl delete pod worker")


def main() -> None:
    chance = random.Random(4)
    vocabulary = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(3, 10))) for _ in range(4_000)]
    vocabulary += ["restart", "worker", "workers", "disk", "full", "node", "kubectl", "delete", "pod"]
    with tempfile.TemporaryDirectory() as folder:
        size = 0
        for number in range(FILES):
            words = chance.choices(vocabulary, k=WORDS * (20 if number % 40 == 0 else 1))
            text = f"# Runbook {number} {words[0]}\n\n" + "\n".join(
                " ".join(words[at:at + 12]) for at in range(0, len(words), 12))
            size += len(text)
            (Path(folder) / f"{number:04}.md").write_text(text)
        shelf = Shelf(list, [Path(folder)])
        start = time.monotonic()
        shelf.look().result(120)
        print(f"index of {FILES} runbooks, {size / 1e6:.0f} MB: {time.monotonic() - start:.2f} s in the background")
        start = time.monotonic()
        shelf.look().result(120)
        print(f"looking again, nothing changed: {(time.monotonic() - start) * 1000:.0f} ms")
        took = []
        for query in QUERIES * 5:
            start = time.monotonic()
            shelf.search(query).result(30)
            took.append((time.monotonic() - start) * 1000)
        print(f"a key: p50 {statistics.median(took):.1f} ms, max {max(took):.1f} ms (to reach: under 50 ms)")
        shelf.close()
        on_screen(Path(folder))


def on_screen(folder: Path) -> None:
    """The same at a terminal: from the key to its letter in the search field, while the list answers the one before."""
    handrail = str(Path(sys.executable).parent / "handrail")
    with tempfile.TemporaryDirectory() as state:
        env = {"HANDRAIL_STATE": f"{state}/state", "HANDRAIL_ACTOR": "bench"}
        took = []
        with Terminal([handrail, str(folder)], (80, 24), env) as terminal:
            terminal.wait_for(f"{FILES} of {FILES}", 60)
            for _ in range(6):
                terminal.press("/")
                for end in range(1, len(QUERY) + 1):
                    start = time.monotonic()
                    terminal.press(QUERY[end - 1])
                    terminal.wait_for(lambda text, end=end: f"/ {QUERY[:end]}" in text, 30)
                    took.append((time.monotonic() - start) * 1000)
                    time.sleep(0.1)  # as a person types: what the key brought is drawn meanwhile
                terminal.wait_for("best first")
                terminal.press("esc")
                terminal.wait_for("a word of a title", 60)
                terminal.press("esc")
                time.sleep(0.5)  # the focus goes back to the list, which shows nothing new
        took.sort()
        middle, most = statistics.median(took), took[int(len(took) * 0.95)]
        print(f"a key to its letter on a terminal: p50 {middle:.1f} ms, p95 {most:.1f} ms")
